"""Short ways to a unit that was judged, scored and told its result."""

from __future__ import annotations

from decimal import Decimal

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.reporting.models import ItemScore, Scoring, UnitScore
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.services.units import unit_move
from tests.web.worlds import World


def score(world: World, points: str, kind: str = "trial") -> Scoring:
    """Score unit A; its items have points in every layer."""
    unit = world.unit["a"]
    with everything("test"):
        made = Scoring.objects.create(
            round=world.round, kind=kind, folder="s", digest=f"sha256:{points}", made_at=now()
        )
        UnitScore.objects.create(scoring=made, unit=unit, points=Decimal(points), rank=1, detail={})
        for code, why in (("A1", "达标得满分"), ("B1", "样本人员reviewer1：佐证不足")):
            ItemScore.objects.create(
                scoring=made, unit=unit, item=world.items[code], points=Decimal(points) / 4,
                layers={"self": "4", "online": "3", "field": "2", "computed": "5"}, why={"zh": why, "en": "why"},
            )  # fmt: skip
    return made


def tell(world: World) -> None:
    """Let unit A be notified by the service."""
    unit, actor = world.unit["a"], world.actor("organiser")
    world.submit("a")
    with everything("test"):
        RoundUnit.objects.filter(pk=unit.pk).update(state="verified")
    unit.refresh_from_db()
    with acting(actor):
        unit_move(actor=actor, unit=unit, transition="notify")


def judged(world: World) -> Visit:
    """Let item B1 of unit A have a review and a line of a filed sheet."""
    unit, answer = world.unit["a"], world.answer("a", "B1")
    with everything("test"):
        task = Assignment.objects.get(unit=unit)
        Review.objects.create(
            round=world.round, assignment=task, answer=answer, points=Decimal(3), reason="制度未落实到校。", given=True,
            given_at=now(), updated_at=now(),
        )  # fmt: skip
        visit = Visit.objects.create(
            round=world.round, unit=unit, place_code="9901a1", place_zh="样本县", place_level="county", state="filed",
            announced_at=now(),
        )  # fmt: skip
        SheetEntry.objects.create(
            round=world.round, visit=visit, item=answer.item, answer=answer, found="partly", note="两所学校没有记录。",
            points=Decimal(2), written_by=world.user["inspector1"], written_at=now(),
        )  # fmt: skip
    return visit
