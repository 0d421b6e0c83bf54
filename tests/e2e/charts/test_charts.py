"""The charts of the site in Chromium, under the site's policy: drawn, walked by keys, themed, narrow, refused."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.axe import violations
from tests.e2e.charts.conftest import BUILT
from tests.e2e.charts.samples import SENTENCES, chart, page

KINDS = list(SENTENCES)
MANUAL = Path(__file__).parents[3] / "docs/explanation/charts.md"
Open = Callable[..., Any]

# kind -> (texts that the picture shows, sentence after two steps, page that Enter opens there)
WALKS = {
    "tiles": (["德州市", "97.5", "枣庄市"], "滨州市，62.5，达标，按回车键打开", "371600"),
    "geo": (["样例1区", "样例4区"], "样例2区，2，达标，按回车键打开", "2"),
    "distance": (
        ["国家标准 ≥ 85%", "小学专任教师德州市", "94%", "无数据", "第1组"],
        "小学专任教师滨州市，78%，有风险，按回车键打开",
        "371600-1",
    ),
    "trend": (["聊城市", "济南市", "青岛市", "2021", "标准 ≥ 95%"], "聊城市 2022，92%，按回车键打开", "a"),
    "radar": (["教师队伍建设", "学校安全"], "济南市 · 教师队伍建设，92 / 100，按回车键打开", "own"),
    "spread": (
        ["潍坊市 74%", "骨干教师比例"],
        "淄博市，生均教学及辅助用房面积达标率 63%，按回车键打开",
        "370300",
    ),
    "stacked": (["枣庄市", "35"], "德州市，未提交 16 / 36，按回车键打开", "371400"),
    "calendar": (
        ["2026年10月", "2026年12月", "31"],
        "2026年10月8日，9 项到期，1 项逾期，按回车键打开",
        "2026-10-08",
    ),
}
FIRST_STEP = {"distance": "ArrowDown"}


def texts(tab: Any) -> list[str]:
    """What stands in the picture."""
    return tab.eval_on_selector_all(".chart-plot svg text", "all => all.map(e => e.textContent)")


def paints(tab: Any) -> list[str]:
    """The colours of the picture, in the order of its shapes."""
    shapes = "all => all.map(e => e.getAttribute('fill') + e.getAttribute('stroke'))"
    return tab.eval_on_selector_all(".chart-plot svg *", shapes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_is_drawn_themed_walked_and_a_door(opened: Open, kind: str) -> None:
    tab = opened(kind)
    labels, sentence, target = WALKS[kind]
    seen = texts(tab)
    assert [label for label in labels if label not in seen] == []
    assert tab.get_attribute(".chart-canvas", "role") == "application"
    assert tab.get_attribute(".chart-canvas", "aria-label") == SENTENCES[kind][0]

    light = paints(tab)
    picture = "document.querySelector('.chart-plot svg').outerHTML"
    before = tab.evaluate(picture)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.wait_for_function(f"before => {picture} !== before", arg=before)
    dark = paints(tab)
    assert len(dark) == len(light)
    assert sum(a != b for a, b in zip(light, dark, strict=True)) > 3

    tab.keyboard.press("Tab")
    assert tab.text_content(".chart-live") == "方向键逐点查看，回车键打开。"
    tab.keyboard.press(FIRST_STEP.get(kind, "ArrowRight"))
    tab.keyboard.press(FIRST_STEP.get(kind, "ArrowRight"))
    assert tab.text_content(".chart-live") == sentence
    assert tab.is_visible(".chart-ring")
    assert sentence.split("，")[0] in tab.text_content(".chart-tip")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/opened/{target}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_drawn_chart_keeps_nobody_out(opened: Open, kind: str, theme: str) -> None:
    tab = opened(kind, lang="en", theme=theme)
    tab.focus(".chart-canvas")
    tab.keyboard.press("Home")  # with its ring and its tip
    tab.wait_for_selector(".chart-tip", state="visible")
    assert tab.get_attribute("figure", "data-chart-state") == "drawn"
    assert violations(tab) == []


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_on_a_phone_nothing_runs_over_or_into_each_other(opened: Open, kind: str, lang: str) -> None:
    tab = opened(kind, width=360, lang=lang, theme="dark")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = tab.eval_on_selector_all(
        ".chart-plot svg text",
        """all => all.map(e => { const r = e.getBoundingClientRect();
             return [e.textContent, r.left, r.right, (r.top + r.bottom) / 2] })""",
    )
    screen = tab.evaluate(
        "(r => [r.left, r.right])(document.querySelector('.chart-plot').getBoundingClientRect())"
    )
    assert [b for b in boxes if b[1] < screen[0] - 1 or b[2] > screen[1] + 1] == []
    # Lines of 12 px text whose middles are 9 px apart can be read; letters side by side may touch by a pixel.
    into = [
        (a[0], b[0])
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if a[0] != b[0] and abs(a[3] - b[3]) < 9 and a[1] + 1 < b[2] and b[1] + 1 < a[2]
    ]
    assert into == []


def test_states_are_told_by_shape_and_word(opened: Open) -> None:
    tab = opened("tiles", lang="en")
    assert tab.eval_on_selector_all(".chart-legend li", "all => all.map(e => e.textContent)") == [
        "Met",
        "At risk",
        "Not met",
        "No data",
    ]
    drawn = tab.eval_on_selector_all(".chart-legend path", "all => all.map(e => e.getAttribute('d'))")
    assert len(set(drawn)) == 4


def test_a_picture_may_say_what_its_marks_mean(opened: Open) -> None:
    data = chart("tiles", "en") | {"says": {"at_risk": "claims more"}}
    tab = opened(held=page("tiles", data, "en", "light"))
    keys = tab.eval_on_selector_all(".chart-legend li", "all => all.map(e => e.textContent)")
    assert keys == ["Met", "claims more", "Not met", "No data"]


def test_the_pointer_finds_and_opens_a_point(opened: Open) -> None:
    tab = opened("geo")
    box = tab.locator(".chart-plot svg").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2 + 60, box["y"] + 60)
    assert tab.text_content(".chart-tip strong") == "样例4区"
    tab.mouse.move(box["x"] + 3, box["y"] + 60)
    assert not tab.is_visible(".chart-tip")
    tab.mouse.click(box["x"] + box["width"] / 2 - 60, box["y"] + 60)
    tab.wait_for_url("**/opened/3")


def test_the_approval_number_stands_below_the_map(opened: Open) -> None:
    tab = opened("geo")
    assert tab.text_content(".chart-canvas + .chart-note") == "审图号 测S(2026)000号(样例)"


def test_a_long_list_scrolls_with_the_keys(opened: Open) -> None:
    tab = opened("distance")
    last = "小学专任教师枣庄市"
    assert texts(tab).count(last) == 1
    tab.focus(".chart-canvas")
    tab.keyboard.press("End")
    assert tab.text_content(".chart-live").startswith(last)
    assert tab.is_visible(".chart-ring")
    tab.wait_for_function(
        "() => [...document.querySelectorAll('.chart-plot text')].every(e => e.textContent !== '第1组')"
    )
    marks = tab.eval_on_selector_all(
        ".chart-plot svg path[d*='A']", "all => all.map(e => Math.round(e.getBoundingClientRect().top))"
    )
    assert len(marks) == len(set(marks)) > 5  # each disc has moved to its own row
    ring, canvas = (tab.locator(s).bounding_box() for s in (".chart-ring", ".chart-canvas"))
    assert canvas["y"] < ring["y"] < canvas["y"] + canvas["height"] - 20


def test_a_long_list_scrolls_with_the_pointer(opened: Open) -> None:
    tab = opened("distance")
    box, address = tab.locator(".chart-plot").bounding_box(), tab.url
    right = box["x"] + box["width"] - 7
    tab.mouse.move(right, box["y"] + 200)
    tab.mouse.down()
    tab.mouse.move(right, box["y"] + box["height"] - 20, steps=4)
    tab.mouse.up()
    tab.wait_for_function(
        "() => [...document.querySelectorAll('.chart-plot text')].every(e => e.textContent !== '第1组')"
    )
    assert tab.url == address
    tab.mouse.move(right, box["y"] + 200)
    for _ in range(10):
        tab.mouse.wheel(0, -100)
    tab.wait_for_function(
        "() => [...document.querySelectorAll('.chart-plot text')].some(e => e.textContent === '第1组')"
    )


def test_a_missing_year_is_a_gap(opened: Open) -> None:
    tab = opened("trend")
    tab.focus(".chart-canvas")
    tab.keyboard.press("Home")
    walked = []
    tab.keyboard.press("ArrowDown")
    for _ in range(5):
        walked.append(tab.text_content(".chart-tip strong"))
        tab.keyboard.press("ArrowRight")
    assert walked[:4] == ["济南市 2021", "济南市 2023", "济南市 2024", "济南市 2025"]


def test_a_swapped_page_is_drawn_and_let_go(opened: Open) -> None:
    tab = opened("tiles")
    tab.evaluate(
        """() => { const old = document.querySelector('figure'); const copy = old.cloneNode(true);
          copy.removeAttribute('data-chart-state'); copy.dataset.chart = 'tiles';
          const plot = copy.querySelector('.chart-canvas'); plot.replaceChildren(...plot.childNodes);
          old.replaceWith(copy) }"""
    )
    tab.wait_for_selector("figure[data-chart-state=drawn]")
    assert tab.locator(".chart-plot").count() == 1
    assert tab.locator(".chart-plot svg").count() == 1
    assert tab.locator(".chart-legend").count() == 1


def test_the_picture_follows_its_room_and_the_language(opened: Open) -> None:
    tab = opened("stacked")
    wide = tab.locator(".chart-plot svg").bounding_box()["width"]
    tab.set_viewport_size({"width": 500, "height": 900})
    tab.wait_for_function("w => document.querySelector('.chart-plot svg').clientWidth < w", arg=wide)
    tab.evaluate("document.documentElement.lang = 'en'")
    tab.wait_for_selector(".chart-canvas[aria-roledescription=chart]")


def test_on_paper_the_picture_stays_within_the_page(opened: Open) -> None:
    tab = opened("trend", width=1440)
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 640, "height": 900})
    svg = tab.locator(".chart-plot svg")
    assert svg.is_visible()
    assert svg.bounding_box()["width"] <= 640


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("tiles", {"tiles": "none"}),
        ("geo", {"geojson_url": "https://maps.example/x.json", "values": []}),
        ("trend", {}),
        ("stacked", {"states": [], "rows": []}),
    ],
)
def test_what_cannot_be_drawn_opens_its_table(opened: Open, kind: str, data: dict[str, Any]) -> None:
    tab = opened(held=page(kind, data, "en", "light"))
    assert tab.get_attribute("figure", "data-chart-state") == "failed"
    assert tab.is_visible("details.chart-table table")
    assert tab.text_content(".chart-note") == "The chart could not be drawn. Its table follows."
    assert not tab.is_visible(".chart-canvas")


def test_hostile_labels_and_addresses_do_nothing(opened: Open) -> None:
    data = chart("tiles", "en")
    data["tiles"][0] |= {"label": "<img src=x onerror=alert(1)></script>", "href": "javascript:alert(1)"}
    tab = opened(held=page("tiles", data, "en", "light"))
    tab.focus(".chart-canvas")
    tab.keyboard.press("Home")
    assert tab.text_content(".chart-tip strong") == "<img src=x onerror=alert(1)></script>"
    before = tab.url
    tab.keyboard.press("Enter")
    assert tab.url == before
    assert tab.locator("img").count() == 0


def test_every_example_of_the_manual_is_drawn(opened: Open) -> None:
    text = MANUAL.read_text(encoding="utf-8")
    examples = re.findall(r"^## `(\w+)`.*?^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in examples] == KINDS
    figures = [page(kind, json.loads(body), "en", "light") for kind, body in examples]
    inner = "".join(re.search(r"<figure.*</figure>", f, re.DOTALL)[0] for f in figures)  # type: ignore[index]
    tab = opened(held=re.sub(r"<figure.*</figure>", lambda _: inner, figures[0], flags=re.DOTALL))
    for place in range(len(KINDS)):
        tab.locator("figure").nth(place).scroll_into_view_if_needed()
        tab.locator("figure").nth(place).locator(".chart-plot svg").wait_for()
    states = tab.eval_on_selector_all("figure", "all => all.map(e => e.dataset.chartState)")
    assert states == ["drawn"] * len(KINDS)


def test_the_file_is_small_and_evaluates_nothing(site: str) -> None:
    built = BUILT.read_bytes()
    assert len(gzip.compress(built)) < 220 * 1024
    assert re.search(rb"\beval\(|new Function\(", built) is None
    assert b"Apache License" in BUILT.with_name("charts.LICENSES.txt").read_bytes()
