"""What people print: sheets of A4 in both languages, nothing cut off at the side, and a line on top that says what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.e2e.site.acting import LANGS
from tests.e2e.site.servers import running
from tests.e2e.site.staged import LIST

A4: Final = (595, 842)  # points
BOX: Final = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")
PAPER: Final = {"width": 672, "height": 979}  # px of what is between the margins of A4, 16 mm at the sides
SHEETS: Final = {  # name in the matrix -> who prints it
    "rounds:receipt": "organiser", "inspections:sheet": "organiser", "rectification:show": "organiser",
    "public:round": "public",
}  # fmt: skip
WIDER: Final = """() => {
    const root = document.documentElement;
    const past = [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > root.clientWidth + 1);
    const cut = [...document.querySelectorAll("main *")].filter((e) => e.checkVisibility() && getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1);
    return [...past, ...cut].map((e) => e.outerHTML.slice(0, 160));
}"""


@dataclass
class Printing:
    """A site with one of each thing."""

    url: str
    paths: dict[str, str]
    sessions: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def printing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printing]:
    """The site, served in earnest."""
    home = tmp_path_factory.mktemp("home")
    with running(home, tmp_path_factory.mktemp("sample"), filled_by="tests.e2e.site.staged") as url:
        told = json.loads((home / LIST).read_text(encoding="utf-8"))
        paths = {p["name"]: p["path"] for p in told["pages"] if SHEETS.get(p["name"]) == p["who"]}
        yield Printing(url, paths, told["sessions"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_prints_well(printing: Printing, browser: Any, name: str, lang: str) -> None:
    context = browser.new_context(base_url=printing.url, viewport=PAPER, reduced_motion="reduce")
    cookies = printing.sessions[SHEETS[name]] | {"duxue_language": LANGS[lang]}
    context.add_cookies(
        [{"name": key, "value": value, "url": printing.url} for key, value in cookies.items()]
    )
    page = context.new_page()
    page.goto(printing.paths[name])
    page.emulate_media(media="print")
    assert page.evaluate(WIDER) == []
    assert page.locator(".print-header").inner_text().strip()
    assert not page.locator(".site-nav, [data-print]").locator("visible=true").count()
    sizes = {tuple(round(float(n)) for n in box) for box in BOX.findall(page.pdf(prefer_css_page_size=True))}
    assert sizes == {A4}
    context.close()
