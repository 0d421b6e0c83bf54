"""What a page prints straight from the screen: how many sheets, nothing on them that only a screen can use, no heading alone.

Pages are read from the test client once, before the browser opens.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Problem
from duxue.web.rounds.models import Answer, RoundUnit
from tests.web.access.stage import standing
from tests.web.rectification.ledger import make
from tests.web.worlds import World, make_world

ROWS: Final = 50  # of a page of the ledger
LANGS: Final = {"zh": "zh-hans", "en": "en"}
# Sentences as long as a row of the ledger shows of one, in the language of the page or of who wrote it.
FOUND: Final = (
    "该市学生作业、睡眠、体育锻炼达标比例偏低。依据：作业、睡眠、体育锻炼均达要求比例 74.68%，属“70%及以上”一档，得1.5分；另有三所学校未公示。",
    "In the unit too few pupils kept within the limits of homework, sleep and exercise. Because: weight 70%.",
)
# Address, who opens it, most sheets of A4.
PAGES: Final = {
    "ledger": ("/problems/", "organiser", 4),
    "ledger to hand over": ("/problems/?state=identified", "organiser", 4),
    "calendar": ("/problems/calendar/", "organiser", 5),
    "statistics": ("/problems/statistics/", "organiser", 2),
    "leaders": ("/rounds/sample-2024/leader/", "leader", 1),
}
DRAWN: Final = {"calendar", "statistics", "leaders"}  # with charts
HTML = dict[tuple[str, str], str]

pytestmark = pytest.mark.django_db  # or no tables are made for `pages`


def _province() -> World:
    """The small world with sixteen cities in its round and a page full of problems."""
    world, moment = make_world(), now()
    with everything("test"):
        of = world.org["city_a"]
        world.round.title_zh = "样本省2024年度对市级人民政府履行教育职责情况的评价（合成示例）"
        world.round.title_en = (
            "Evaluation of how city governments fulfilled their education duties in 2024 (synthetic sample)"
        )
        world.round.save()
        for n in range(14):
            city = Organisation.objects.create(
                code=f"9902{n:02}", level="city", name_zh=f"样本城市{n}", name_en=f"Sample Town {n}", parent=of.parent,
                path="", synthetic=True,
            )  # fmt: skip
            city.path = f"{world.org['province'].path}{city.pk}/"
            city.save()
            unit = RoundUnit.objects.create(
                round=world.round, organisation=city, code=city.code, name_zh=city.name_zh, name_en=city.name_en,
                path=city.path, state="drafting", state_since=moment,
            )  # fmt: skip
            Answer.objects.bulk_create(
                Answer(round=world.round, unit=unit, item=item)
                for item in world.items.values()
                if item.kind != "branch"
            )
        first = make(world)
        shared = {"round": world.round, "unit": world.unit["a"], "path": first.path, "item": first.item,
                  "item_code": "B1", "level": "city", "responsible": first.responsible, "state_since": moment,
                  "found_at": moment, "text": FOUND[0], "text_en": FOUND[1]}  # fmt: skip
        looks = (
            {"state": "identified", "source": "last", "kind": "by_date"},
            {"state": "in_progress", "source": "field", "kind": "long_term"},
            {"state": "reopened", "source": "data", "kind": "at_once", "escalated_at": moment, "times_reopened": 2},
        )  # fmt: skip
        for n in range(3 * ROWS + 6):
            look = looks[n % 3 if n >= ROWS else 0]
            days = 20 * (n % 6) if n >= 3 * ROWS else 1 + n // 6  # a few in each of the months to come
            due = None if look["state"] == "identified" else moment + timedelta(days=days)
            Problem.objects.create(**shared | look, code=f"2024-990100-{n + 10:03}", due=due)
    return world


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> HTML:
    """The text of every page, in each language."""
    found: HTML = {}
    cache.clear()
    with standing(django_db_blocker, tmp_path_factory.mktemp("home")):
        world = _province()
        for name, (path, who, _) in PAGES.items():
            for lang, cookie in LANGS.items():
                client = world.client(who)
                client.cookies["duxue_language"] = cookie
                answer = client.get(path)
                assert answer.status_code == 200
                found[name, lang] = answer.content.decode()
    return found


@pytest.fixture(scope="module")
def opened(pages: HTML, browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page by its name and language."""

    def open_page(name: str, lang: str, *, scripts: bool = True) -> Any:
        if name in DRAWN and finders.find("duxue/build/charts.js") is None:
            pytest.skip("the charts are not built: install Node.js 20.19 or newer and run make charts")
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()

        def answer(route: Any) -> None:
            path = urlsplit(route.request.url).path
            if path.startswith("/static/"):
                route.fulfill(path=finders.find(path.removeprefix("/static/")))
            else:
                route.fulfill(body=pages[name, lang], content_type="text/html; charset=utf-8")

        page.route("**/*", answer)
        page.goto("http://site.test/", wait_until="networkidle")
        return page

    contexts: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        # The browser's event loop runs beside the tests' transactions, in which nothing happens any more.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield open_page
    for context in contexts:
        context.close()


def _printed(page: Any) -> list[str]:
    """The text of each sheet, printed as the page stands."""
    import pypdfium2

    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return [sheet.get_textpage().get_text_range() for sheet in document]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_few_sheets(opened: Callable[..., Any], name: str, lang: str) -> None:
    page = opened(name, lang)
    rows = page.locator("tr[data-row]").count()
    assert name not in {"ledger", "ledger to hand over", "calendar"} or rows == ROWS
    sheets = _printed(page)
    assert len(sheets) <= PAGES[name][2]


@pytest.mark.parametrize("lang", LANGS)
def test_the_heading_of_a_table_stands_with_its_first_row(opened: Callable[..., Any], lang: str) -> None:
    caption = {"zh": "到期的问题", "en": "Problems due"}[lang]
    page = opened("calendar", lang)
    first = page.locator("tr[data-row] th").first.inner_text()
    begins = [sheet for sheet in _printed(page) if caption in sheet]
    assert len(begins) == 1
    assert first in begins[0]


def test_ticks_and_their_heading_are_not_printed(opened: Callable[..., Any]) -> None:
    page = opened("ledger to hand over", "en")
    assert page.locator("td.choosing").count() == ROWS
    page.emulate_media(media="print")
    assert page.locator("thead th >> visible=true").count() == 6
    assert page.locator("tbody tr").first.locator("> * >> visible=true").count() == 6


def test_a_table_is_whole_where_no_script_runs(opened: Callable[..., Any]) -> None:
    region = opened("ledger", "en", scripts=False).locator(".table-region")
    assert region.bounding_box()["height"] > 20 * ROWS
