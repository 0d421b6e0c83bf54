"""What a unit was told stays what it was told: by item, with the points that count, why, and the doors to each layer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from duxue.web.reporting.models import Scoring
from duxue.web.rounds.models import Known, Round, RoundUnit
from duxue.web.rounds.selectors.result import result_of
from tests.web.joins.told import judged, score, tell
from tests.web.worlds import World


def shown(world: World, **query: Any) -> str:
    page = reverse("rounds:result", args=[world.unit["a"].pk])
    return world.client("manager_a").get(page, query).content.decode()


def test_a_later_trial_does_not_change_what_was_told(world: World) -> None:
    first = score(world, "12")
    tell(world)
    score(world, "8")
    with everything("test"):
        unit = RoundUnit.objects.select_related("round").get(pk=world.unit["a"].pk)
        event = AuditEvent.objects.get(action="duxue.unit.notify")
    assert unit.told_id == first.pk
    assert first.digest in event.data
    assert result_of(unit).score.points == 12
    page = shown(world)
    assert "告知时的计分，非最终结果" in page
    assert "12.00" in page
    assert "8.00" not in page


def test_a_unit_told_before_scorings_were_kept_reads_the_newest_of_that_moment(world: World) -> None:
    score(world, "12")
    world.submit("a")
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="notified", notified_at=now())
        later = score(world, "8")
        Scoring.objects.filter(pk=later.pk).update(made_at=now() + timedelta(hours=1))
        unit = RoundUnit.objects.select_related("round").get(pk=world.unit["a"].pk)
    assert result_of(unit).score.points == 12


def test_the_final_scoring_is_labelled_and_what_was_told_stays_beside_it(world: World) -> None:
    score(world, "12")
    tell(world)
    score(world, "16", "final")
    assert "16.00" not in shown(world)  # not before the round is frozen
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now(), state="frozen")
    page = shown(world)
    assert "最终计分" in page
    assert "16.00" in page
    assert "告知时为 12.00 分" in page
    told = shown(world, **{"as": "told"})
    assert "告知时的计分" in told
    assert "最终为 16.00 分" in told


def test_each_item_has_its_points_its_reasons_without_names_and_doors(world: World) -> None:
    visit = judged(world)
    score(world, "12")
    tell(world)
    page = shown(world)
    with everything("test"):
        known = Known.objects.get(unit=world.unit["a"])
    explained = reverse(
        "rounds:explain", args=[world.round.slug, world.unit["a"].code, known.indicator, known.year]
    )
    doors = (
        explained, reverse("inspections:sheet", args=[visit.pk]), reverse("reviews:told", args=[world.answer("a", "B1").pk]),
        reverse("rounds:answer", args=[world.answer("a", "B1").pk]),
    )  # fmt: skip
    assert [door for door in doors if f'href="{door}' not in page] == []
    assert "<b>3.00</b>" in page
    assert all(text in page for text in ("达标得满分", "制度未落实到校。", "两所学校没有记录。"))
    assert "样本人员reviewer1" not in page
    client = world.client("manager_a")
    assert client.get(doors[1]).status_code == 200
    assert "两所学校没有记录。" in client.get(doors[1]).content.decode()
