"""The panel of earlier rounds on the scoring page: all of them, the newest first, with what was answered, scored and found."""

from __future__ import annotations

import re
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.models import Problem
from duxue.web.reporting.models import ItemScore, Scoring
from duxue.web.reviews.earlier import MOST, Earlier, earlier_rounds
from duxue.web.rounds.models import Answer, Item, Round, RoundUnit
from tests.web.reviews.test_reviewing import task
from tests.web.worlds import World


def before(world: World, year: int, after: Round, *, asks: str = "A2") -> Round:
    """Make the round before `after`, scored, in which city A answered one item and a problem was found."""
    city, moment = world.org["city_a"], now()
    made = Round.objects.create(
        authority=world.round.authority, slug=f"sample-{year}", title_zh=f"样本省{year}年度评价",
        title_en=f"Sample Province {year}", evaluated_year=year, round_year=year + 1, pack=world.round.pack,
        state="published", synthetic=True, created_at=moment,
    )  # fmt: skip
    unit = RoundUnit.objects.create(
        round=made, organisation=city, code=city.code, name_zh=city.name_zh, name_en=city.name_en, path=city.path,
        state="settled", state_since=moment,
    )  # fmt: skip
    item = Item.objects.create(
        round=made, code=asks, order=1, title_zh="条目", title_en="Item", points=5, kind="judged", guidance={}
    )
    Answer.objects.create(
        round=made,
        unit=unit,
        item=item,
        state="accepted",
        self_score=Decimal("4.5"),
        narrative=f"{year}年所写",
    )
    for kind, points in (
        ("final", 2),
        ("final", year - 2020),
        ("trial", 5),
    ):  # the final one made last counts
        scoring = Scoring.objects.create(round=made, kind=kind, folder="x", digest="x", made_at=moment)
        ItemScore.objects.create(scoring=scoring, unit=unit, item=item, points=points)
    for n, state in enumerate(("in_progress", "closed", "dropped")):
        Problem.objects.create(
            code=f"{year}-{asks}-{n}", round=made, unit=unit, path=city.path, item=item, item_code=asks, source="field",
            level="city", kind="by_date", text=f"{year}年{state}", state=state, state_since=moment, responsible=city,
            found_at=moment,
        )  # fmt: skip
    after.before = made
    after.save()
    return made


def panel(world: World) -> str:
    """Return what the panel of earlier rounds says on the reviewer's page of A2."""
    address = reverse("reviews:score", args=[task(world).pk, world.answer("a", "A2").pk])
    page = world.client("reviewer1").get(address).content.decode()
    found = re.search(r'<section class="panel" aria-labelledby="desk-earlier">.*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def asked(world: World, answer: Answer) -> tuple[list[Earlier], int]:
    """Return the rounds before that of an answer, and how many queries they cost."""
    with acting(world.actor("reviewer1")), CaptureQueriesContext(connection) as made:
        found = earlier_rounds(answer)
    return found, len(made)


def test_earlier_rounds_are_all_told_the_newest_first(world: World) -> None:
    world.submit("a")
    assert "以往轮次没有同一条目" in panel(world)
    with everything("test"):
        last = before(world, 2023, world.round)
        gap = before(world, 2022, last, asks="B1")  # did not ask A2
        before(world, 2021, gap)
    told = panel(world)
    assert re.findall(r"样本省(\d+)年度评价", told) == ["2023", "2021"]
    assert re.findall(r"(\d+)年所写", told) == ["2023", "2021"]
    assert re.findall(r"自评 4.5，最终 (\d)", told) == ["3", "1"]
    assert re.findall(r"<li>([\w-]+) ", told) == ["2023-A2-0", "2023-A2-1", "2021-A2-0", "2021-A2-1"]
    assert told.count("<details") == 2
    assert told.count('<details class="disclosure" open') == 1
    assert "未办结的问题" not in told  # told once, with their rounds
    assert told.count("整改中") == told.count("已销号") == 2


def test_many_rounds_cost_no_more_than_one_and_end_somewhere(world: World) -> None:
    world.submit("a")
    with everything("test"):
        last = before(world, 2023, world.round)
    answer = world.answer("a", "A2")
    _, cost = asked(world, answer)
    with everything("test"):
        for year in range(2022, 2022 - MOST, -1):
            last = before(world, year, last)
    found, costs = asked(world, answer)
    assert cost == costs == 4
    assert [one.answer.narrative for one in found] == [f"{2023 - n}年所写" for n in range(MOST)]
    assert [len(one.problems) for one in found] == [2] * MOST
