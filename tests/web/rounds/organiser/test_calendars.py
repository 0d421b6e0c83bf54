"""Beyond the last announced year a date says what it rests on; a newer calendar of the site counts for rounds made from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from duxue.cases.calendar_file import load_calendar
from duxue.core.errors import Refused
from duxue.web.common.scope import everything
from duxue.web.rounds import own_calendars
from duxue.web.rounds.models import Round, Window
from duxue.web.rounds.procedures import calendar_of, due_after
from duxue.web.rounds.services.correcting import round_edit
from duxue.web.rounds.services.making import round_create
from tests.web.worlds import World

YEAR = max(load_calendar("cn").years) + 1  # the first that is not announced
NEWER = f"""
id: cn
title: {{zh: 测试, en: Test}}
years:
  - year: {YEAR}
    source: {{name: {{zh: 测试, en: Test}}, status: proposal}}
    holidays: [{{title: {{zh: 元旦, en: New Year}}, from: {YEAR}-01-01, to: {YEAR}-01-10}}]
"""
LATER = datetime(YEAR, 6, 1, 4, tzinfo=UTC)
SAID = f"holidays of {YEAR} are not announced yet: weekends only"


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """A folder of the site for each test."""
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "calendars").mkdir()
    return tmp_path


def make(world: World, slug: str) -> Round:
    return round_create(
        actor=world.actor("organiser"), authority=world.org["province"], pack="cn-duty-province-demo@1.0.0", slug=slug,
        evaluated_year=2025, round_year=2026, title_zh="样本", title_en="Sample",
    )  # fmt: skip


def clock(due: datetime, round: Round | None = None) -> str:  # noqa: A002 - the field's word
    with translation.override("en"):
        page = Template("{% load components %}{% clock due round=round %}")
        return page.render(Context({"due": due, "round": round}))


@pytest.mark.django_db
def test_a_clock_beyond_the_calendar_says_what_it_rests_on(home: Path) -> None:
    assert f'title="{SAID}"' in clock(LATER)
    assert SAID not in clock(LATER - timedelta(days=366))
    (home / "calendars" / "cn.yaml").write_text(NEWER, encoding="utf-8")
    assert SAID not in clock(LATER)
    assert SAID in clock(LATER, Round())  # made before: it goes by the calendar it was made with
    (home / "calendars" / "cn.yaml").write_text("id: [", encoding="utf-8")
    assert SAID in clock(LATER)


def test_the_windows_page_names_the_years(world: World, home: Path) -> None:
    address = reverse("rounds:windows", args=[world.round.slug])
    client = world.client("organiser", **{"accept-language": "en"})
    assert SAID[1:] not in client.get(address).content.decode()
    with everything("test"):
        row = Window.objects.filter(round=world.round).first()
        assert row is not None
        Window.objects.filter(pk=row.pk).update(closes=LATER)
    html = client.get(address).content.decode()
    assert "H" + SAID[1:] in html  # the notice
    assert f'title="{SAID}"' in html  # the clock


def test_a_newer_calendar_counts_for_rounds_made_from_then_on(world: World, home: Path) -> None:
    before = make(world, "before")
    file = home / "calendars" / "cn.yaml"
    file.write_text(NEWER, encoding="utf-8")
    after = make(world, "after")
    start = datetime(YEAR - 1, 12, 31, 4, tzinfo=UTC)
    weekends, holidays = (due_after(r, start, "1 working day").date() for r in (before, after))
    assert weekends < date(YEAR, 1, 10) < holidays
    file.unlink()  # the round keeps its own
    assert calendar_of(after).knows(YEAR)
    assert before.chosen.calendar == ""


def test_an_organiser_lets_an_older_round_go_by_the_newer_calendar(world: World, home: Path) -> None:
    made = make(world, "older")
    file = home / "calendars" / "cn.yaml"
    file.write_text(NEWER, encoding="utf-8")
    ((ref, title),) = own_calendars.choices()
    assert str(YEAR) in title.en
    page = world.client("organiser").get(reverse("rounds:edit", args=["older"])).content.decode()
    assert f'value="{ref}"' in page
    round_edit(
        actor=world.actor("organiser"), round=made, title_zh="样本", title_en="Sample",
        settings=replace(made.chosen, calendar=ref),
    )  # fmt: skip
    file.unlink()
    assert calendar_of(made).knows(YEAR)


def test_a_broken_calendar_is_told_when_a_round_is_made(world: World, home: Path) -> None:
    (home / "calendars" / "cn.yaml").write_text(NEWER.replace("to: ", "until: "), encoding="utf-8")
    assert own_calendars.choices() == []
    with pytest.raises(Refused) as refused:
        make(world, "none")
    assert {p.place.file for p in refused.value.problems} == {"calendars/cn.yaml"}
    with everything("test"):
        assert not Round.objects.filter(slug="none").exists()
