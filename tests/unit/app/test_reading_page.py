"""The reading page in a real browser, opened from disk with the network off: what a reviewer does, in both languages."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from duxue.app.reading_page import write_end, write_start, write_view
from duxue.app.reading_view import STATES, FindingView, LinkView, PlaceView, ReadingView
from duxue.claims import Claim
from duxue.core.text import Text
from duxue.documents import from_text

HOSTILE = "</script><script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">"
TEXT = (
    "云溪县2031年工作总结\n\n一、学位供给\n新建幼儿园12所，新增学位3600个，学位占比达到90%。\n"
    f"二、经费 {HOSTILE}\n投入经费1.2亿元，<b>招聘</b>教师2,1名。\n来源：某网\n"
)


def claim(quote: str, **changes: Any) -> Claim:
    """Return a claim at the place of its quote."""
    start = TEXT.index(quote)
    fields: dict[str, Any] = {
        "doc": HOSTILE, "start": start, "end": start + len(quote), "quote": quote, "value": 12, "value_high": None, "comparator": "=",
        "unit": "kindergarten", "kind": "actual", "direction": None, "measure": f"新建 {HOSTILE}", "org": "云溪县", "period": "2031",
        "suspect": False, "reasons": (), "section": "云溪县2031年工作总结 / 一、学位供给", "language": "zh",
    }  # fmt: skip
    return Claim(**{**fields, **changes})


def make_view() -> ReadingView:
    """A document with one claim in each state, and hostile text wherever text is shown."""
    claims = (
        claim("12所"),
        claim("3600个", value=3600, unit="place", kind="change", direction="+"),
        claim("90%", value=90, unit="percent", comparator=">=", measure="=SUM(A1)"),
        claim("2,1名", value=None, unit="person", org=None, suspect=True, reasons=("lost-digits",)),
    )
    place = PlaceView("2031 · 表!B7", HOSTILE)
    findings = {
        0: (
            FindingView(
                "CMP001",
                "supported",
                Text("与数据一致", "follows from the data"),
                (place,),
                key="finding:CMP001:0",
            ),
        ),
        1: (
            FindingView(
                "CMP002", "contradicted", Text("另处为3000个", f"3,000 elsewhere {HOSTILE}"), (place,)
            ),
        ),
    }
    links = {0: (LinkView("x", Text("幼儿园数", "kindergartens"), 0.9, Text("名称相同", "same name"), True),)}
    return ReadingView(from_text(HOSTILE, TEXT), claims, links, findings)


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Open the page of some views; any request, script error or hit of a hostile text fails the test."""
    wrong: list[str] = []
    contexts = []

    def show(*views: ReadingView, width: int = 1280, lang: Any = "en", **more: Any) -> Any:
        path = tmp_path / "page.html"
        parts = [write_view(view, i, lang) for i, view in enumerate(views or (make_view(),))]
        path.write_text(write_start(lang) + "".join(parts) + write_end(), encoding="utf-8")
        context = browser.new_context(offline=True, viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda r: wrong.append(r.url) if not r.url.startswith(("file:", "blob:")) else None)
        tab.on("pageerror", lambda e: wrong.append(str(e)))
        tab.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        tab.goto(path.as_uri())
        return tab

    yield show
    titles = [tab.title() for context in contexts for tab in context.pages]
    for context in contexts:
        context.close()
    assert wrong == []
    assert "hit" not in titles


def test_every_claim_is_marked_by_its_state(open_page: Any) -> None:
    """By colour, by the style of the line, and by a mark or a word."""
    page = open_page()
    marks = page.locator("a.claim")
    assert [marks.nth(i).get_attribute("class").split()[1] for i in range(4)] == [
        "supported",
        "contradicted",
        "unsupported",
        "damaged",
    ]
    styles = [marks.nth(i).evaluate("e => getComputedStyle(e).textDecorationStyle") for i in range(4)]
    assert len(set(styles)) == len(STATES)
    assert page.locator("article img, article script:not([type])").count() == 0
    assert HOSTILE in page.locator(".text").inner_text()
    assert page.locator(".text .furniture").inner_text() == "来源：某网"


def test_keys_move_through_the_claims(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("n")
    assert "12 kindergartens" in page.locator("#panel .figure").inner_text()
    page.keyboard.press("j")
    assert "increase" in page.locator("#panel").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("p")
    assert "cannot be read" in page.locator("#panel .figure").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#panel .figure").count() == 0
    page.keyboard.press("Enter")  # the claim just left has the focus
    assert "cannot be read" in page.locator("#panel .figure").inner_text()
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("e => e.open")
    page.keyboard.press("Escape")
    assert not page.locator("#keys").evaluate("e => e.open")


def test_the_panel_shows_link_and_evidence(open_page: Any) -> None:
    page = open_page()
    page.locator("a.claim").first.click()
    text = page.locator("#panel").inner_text()
    for word in (
        "supported",
        "kindergartens",
        "90%",
        "decided",
        "follows from the data",
        "CMP001",
        "2031 · 表!B7",
        "云溪县",
        "一、学位供给",
        "finding:CMP001:0",
        "link:",
    ):
        assert word in text
    assert HOSTILE in text


def test_filters_stay_in_the_address(open_page: Any) -> None:
    page = open_page()
    page.locator("#states .damaged").click()
    assert page.locator("a.claim:not(.dim)").count() == 1
    page.select_option("#kind", "actual")
    page.fill("#search", "2,1")
    assert "1 of 4" in page.inner_text("#count")
    address = page.evaluate("location.hash")
    page.reload()
    assert page.evaluate("location.hash") == address
    assert page.locator("a.claim:not(.dim)").count() == 1
    page.fill("#search", "nothing like it")
    assert page.inner_text("#count") == "No claim fits these filters."


def test_exports_give_what_is_shown(open_page: Any) -> None:
    """Formulas are disarmed."""
    page = open_page()
    page.locator("#states .unsupported").click()
    with page.expect_download() as download:
        page.click("#csv")
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [(r["quote"], r["value"], r["measure"], r["comparator"]) for r in rows] == [
        ("90%", "90", "'=SUM(A1)", ">=")
    ]
    with page.expect_download() as download:
        page.click("#json")
    assert [c["quote"] for c in json.loads(download.value.path().read_text(encoding="utf-8"))] == ["90%"]


def test_the_page_speaks_both_languages(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("n")
    page.click("#language")
    assert page.get_attribute("html", "lang") == "zh-Hans"
    for part in (".tools", ".bar", "#panel dt", ".all summary"):
        words = " ".join(page.locator(part).all_inner_texts())
        assert not re.search(r"\b(?:Filter|Export|Kind|Period|Find|claims|Keys|supported)\b", words), words
    assert "所幼儿园" in page.locator("#panel .figure").inner_text()


def test_characters_that_turn_text_around_are_shown(open_page: Any) -> None:
    """A hidden override would let 12 read as 21."""
    text = "标题\n新建学校\u202e12\u202c所。\n"
    one = replace(claim("12所"), start=7, end=9, quote="12\u202c", doc="a.txt", measure="学校\u202e")
    page = open_page(ReadingView(from_text("a.txt", text), (one,)))
    page.keyboard.press("n")
    for part in (".text", "#panel", ".all"):
        shown = page.locator(part).text_content()
        assert "U+202" in shown
        assert not re.search("[\u202a-\u202e]", shown)


def test_a_phone_shows_the_panel_as_a_sheet(open_page: Any) -> None:
    page = open_page(width=360, has_touch=True)
    page.locator("a.claim").nth(2).tap()
    box = page.locator("#panel").bounding_box()
    assert box["x"] == 0
    assert box["width"] == 360
    assert box["y"] + box["height"] == pytest.approx(800, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for button in page.locator("#panel .step").all():
        assert button.bounding_box()["height"] >= 44
    page.locator("#close").tap()
    assert page.locator("#panel .figure").count() == 0


def test_one_document_of_several_is_shown(open_page: Any) -> None:
    other = ReadingView(from_text("b.txt", "标题\n没有数字。\n"), ())
    page = open_page(make_view(), other)
    assert page.locator("article:visible").count() == 1
    page.select_option("#document", "1")
    assert page.inner_text("#count") == "No claim was found."
    assert page.locator("article:visible").get_attribute("aria-label") == "b.txt"


def test_the_table_tells_why_a_number_has_its_state() -> None:
    page = write_view(make_view(), 0, "en")
    assert '<small data-zh="与数据一致" data-en="follows from the data">follows from the data</small>' in page
    assert '<small data-zh="另处为3000个"' in page
    assert "<img" not in page


def test_the_text_reads_without_scripts_and_prints(open_page: Any) -> None:
    page = open_page(java_script_enabled=False)
    assert page.locator("a.claim").count() == 4
    assert page.locator(".all tbody tr").count() == 4
    page.emulate_media(media="print")
    assert page.locator(".tools").is_hidden()
    assert page.locator(".text").is_visible()


def test_ink_stands_out_from_paper_in_light_and_dark(open_page: Any) -> None:
    """At least 4.5 : 1 for the words of every state."""
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        ratios = page.evaluate(CONTRAST)
        assert min(ratios) >= 4.5, (scheme, ratios)


CONTRAST = """() => {
  const light = (text) => { const c = text.match(/[\\d.]+/g).slice(0, 3).map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; };
  return ["supported", "contradicted", "damaged", "unsupported"].flatMap((state) => { const e = document.createElement("span"); e.className = `tag ${state}`; document.body.append(e);
    const s = getComputedStyle(e), paper = getComputedStyle(document.body).backgroundColor;
    return [s.backgroundColor, paper].map((b) => { const [x, y] = [light(s.color), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); }); });
}"""
