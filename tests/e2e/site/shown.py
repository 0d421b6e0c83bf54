"""The site with one of each thing, served in earnest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.site.acting import LANGS
from tests.e2e.site.servers import running
from tests.e2e.site.staged import LIST


@dataclass(frozen=True)
class Staged:
    """A site with one of each thing."""

    url: str
    pages: list[dict[str, Any]]
    unopened: list[str]
    sessions: dict[str, dict[str, str]]
    work: dict[str, str]
    password: str

    def enter(self, browser: Any, who: str, lang: str, **more: Any) -> Any:
        """Return a context of the browser in which a person is signed in."""
        context = browser.new_context(base_url=self.url, reduced_motion="reduce", **more)
        cookies = self.sessions[who] | {"duxue_language": LANGS[lang]}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )
        return context


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """The site, which takes a minute to make."""
    home = tmp_path_factory.mktemp("home")
    with running(home, tmp_path_factory.mktemp("sample"), filled_by="tests.e2e.site.staged") as url:
        told = json.loads((home / LIST).read_text(encoding="utf-8"))
        yield Staged(url, **told)
