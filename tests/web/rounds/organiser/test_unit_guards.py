"""What keeps a unit or a round where it is: items nobody judged, places nobody visited, certificates nobody published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.inspections.models import Draw, Visit
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.services import moving, units
from tests.web.worlds import World


def stand(world: World, state: str) -> RoundUnit:
    """Let unit A have submitted and be in `state`."""
    world.submit("a")
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state=state)
    world.unit["a"].refresh_from_db()
    return world.unit["a"]


def step(world: World, transition: str, reason: str = "") -> None:
    actor = world.actor("organiser")
    with acting(actor):
        units.unit_move(actor=actor, unit=world.unit["a"], transition=transition, reason=reason)


def why(refused: pytest.ExceptionInfo[Refused]) -> str:
    assert {problem.code for problem in refused.value.problems} == {"CASE014"}
    return "\n".join(f"{problem.what.zh} {problem.what.en}" for problem in refused.value.problems)


def judge(world: World, *items: str) -> None:
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"])
        Review.objects.bulk_create(
            Review(
                round=world.round, assignment=task, answer=world.answer("a", item), points=Decimal(3), given=True,
                given_at=now(), updated_at=now(),
            )
            for item in items
        )  # fmt: skip


def visit(world: World, state: str) -> Visit:
    with everything("test"):
        return Visit.objects.create(
            round=world.round, unit=world.unit["a"], place_code="9901a1", place_zh="样本县", place_level="county", state=state
        )  # fmt: skip


def test_a_review_is_not_finished_while_assigned_items_are_not_judged(world: World) -> None:
    stand(world, "in_review")
    judge(world, "A2")
    with pytest.raises(Refused) as refused:
        step(world, "finish_review")
    said = why(refused)
    assert "分派给专家的2项尚未给分：B1、B2" in said
    assert "2 assigned items not judged: B1, B2" in said
    judge(world, "B1", "B2")
    step(world, "finish_review")
    assert world.unit["a"].state == "reviewed"


def test_a_task_that_was_withdrawn_does_not_hold_a_review(world: World) -> None:
    stand(world, "in_review")
    with everything("test"):
        Assignment.objects.filter(unit=world.unit["a"]).update(withdrawn_at=now())
    step(world, "finish_review")
    assert world.unit["a"].state == "reviewed"


def test_a_unit_is_verified_by_a_visit_alone_and_goes_without_one_for_a_reason(world: World) -> None:
    stand(world, "reviewed")
    with pytest.raises(Refused) as refused:
        step(world, "verify")
    assert "没有到过现场" in why(refused)
    visit(world, "cancelled")
    with pytest.raises(Refused) as refused:
        step(world, "verify")
    assert "no visit was made" in why(refused)
    with pytest.raises(Refused) as unexplained:
        step(world, "skip_visit")
    assert {problem.code for problem in unexplained.value.problems} == {"CASE021"}
    step(world, "skip_visit", "合成：本轮不到该市")
    assert world.unit["a"].state == "verified"


def test_a_unit_is_verified_when_its_sheets_are_filed(world: World) -> None:
    stand(world, "reviewed")
    made = visit(world, "filed")
    waiting = visit(world, "sheet_signed")
    with pytest.raises(Refused) as refused:
        step(world, "verify")
    assert "1次核查未归档" in why(refused)
    with everything("test"):
        Visit.objects.filter(pk__in=(made.pk, waiting.pk)).update(state="filed")
    step(world, "verify")
    assert world.unit["a"].state == "verified"


def test_a_round_is_not_frozen_while_a_certificate_is_withheld(world: World) -> None:
    with everything("test"):
        RoundUnit.objects.filter(round=world.round).update(state="settled")
        draw = Draw.objects.create(
            round=world.round, title_zh="暗访抽签", title_en="Unannounced draw", plan={"hidden": True}, committed_at=now(),
            drawn_at=now(),
        )  # fmt: skip
    actor = world.actor("organiser")
    (offer,) = (o for o in moving.round_offers(actor, world.round) if o.transition.id == "freeze")
    assert "1次抽签的证书未公开：暗访抽签" in offer.why_not[0].zh
    with pytest.raises(Refused) as refused:
        moving.round_move(actor=actor, round=world.round, transition="freeze")
    assert "1 draw with a certificate that is not public: Unannounced draw" in why(refused)
    with everything("test"):
        Draw.objects.filter(pk=draw.pk).update(published_at=now())
    moving.round_move(actor=actor, round=world.round, transition="freeze")
    assert world.round.sealed_at
