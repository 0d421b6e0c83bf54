"""What a unit was told, for machines: its points by layer and item, how they became the final ones, its grade, the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from duxue.web.common.lang import Words
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.selectors.result import Result, Row, result_of
from duxue.web.rounds.services.objecting import objection_due
from duxue.web.rounds.views.organiser.access import round_at, unit_at
from duxue.web.rounds.views.unit_after import grade_why
from duxue.web.rounds.views.unit_common import insider

router = Router(tags=["rounds"])


class ReasonOut(Schema):
    """Why points were given: whose reason it is (rule, online review, field sheet), and its text, as it was written."""

    by: Both
    text: Both


class ItemResultOut(Schema):
    """Points of one item, all out of `full`; a layer in which nothing was given is null. No reviewer is named."""

    item: str
    title: Both
    self_score: Decimal | None = Field(description="What the unit claimed, in points")
    computed: Decimal | None = Field(description="By the rule from data, in points")
    online: Decimal | None = Field(description="By the reviewers online, in points")
    field: Decimal | None = Field(description="By the field team, in points")
    points: Decimal | None = Field(description="Final points; null where the item does not apply")
    full: Decimal = Field(description="Full points")
    how: Both | None = Field(description="How the final points came from the layers")
    reasons: list[ReasonOut]
    known: list[str] = Field(
        description="Known figures that the item rests on: each is explained at `/figures/<indicator>` below the unit"
    )
    indicators: list[str] = Field(
        description="Figures of the final scoring that the rule looked at: `/api/v1/reporting/rounds/<slug>/units/<code>/figures/<indicator>`"
    )


class HowOut(Schema):
    """How the final points came about: the line with its numbers, and where its credibility comes from."""

    line: Both
    credibility: Both


class ScoreOut(Schema):
    """The unit's points in the scoring that is shown; `digest` names its folder."""

    digest: str
    computed_at: datetime
    final: bool = Field(description="Of the final scoring of the frozen round; else as it was told")
    points: Decimal = Field(description="Final points")
    self_points: Decimal | None = Field(description="Points that the unit claimed")
    credibility: Decimal | None = Field(description="Credibility of the self-scores; 1: as verified")
    grade: Both | None = Field(description="Null where the round keeps grades to itself")
    why: Both | None = Field(description="Why the grade is not that of the points: the veto")
    how: HowOut | None
    other_points: Decimal | None = Field(
        description="Points of the other moment: when it was told, beside the final ones, or the final ones, beside those told"
    )


class ResultOut(Schema):
    """A unit's result; before it is told `told_at` and `score` are null and there are no items."""

    unit: str
    name: Both
    state: str
    told_at: datetime | None
    objections_until: datetime | None
    score: ScoreOut | None
    items: list[ItemResultOut] = Field(description="In the order of the tree, without branches")


@router.get("/{slug}/units/{code}/result", response=ResultOut, summary="Read a unit's result")
def result(
    request: HttpRequest,
    slug: str,
    code: str,
    as_told: bool = Query(False, description="What it was told, once there is a final scoring too"),
) -> Any:
    """Return what a unit was told, points by layer and item with the reasons, to its own people and overseers; its objections have a route of their own."""
    unit = unit_at(round_at(slug), code)
    insider(actor_in(request), unit)
    found = result_of(unit, as_told=as_told)
    return {
        "unit": unit.code, "name": Both.of(unit.name), "state": unit.state, "told_at": unit.notified_at,
        "objections_until": objection_due(unit), "score": _score(found, unit) if found.score else None,
        "items": [_item(row, found) for row in found.rows],
    }  # fmt: skip


def _score(found: Result, unit: RoundUnit) -> dict[str, Any]:
    score, graded = found.score, bool(found.score.final_grade and unit.round.chosen.publish_grades)
    return {
        **{name: getattr(score, name) for name in ("points", "self_points", "credibility")}, "final": found.final,
        "digest": score.scoring.digest, "computed_at": score.scoring.made_at,
        "grade": _both(found.grade) if graded else None, "why": _both(grade_why(found, unit)) if graded else None,
        "how": {"line": Both.of(found.how.line), "credibility": Both.of(found.how.how)} if found.how else None,
        "other_points": found.other.points if found.other else None,
    }  # fmt: skip


def _item(row: Row, found: Result) -> dict[str, Any]:
    layers: Mapping[str, str] = row.score.layers
    given = {name: layers.get(name) or None for name in ("computed", "online", "field")}
    return {
        "item": row.item.code, "title": Both.of(row.item.title), "self_score": layers.get("self") or None, **given,
        "points": row.score.points, "full": row.item.points, "how": _both(row.how),
        "reasons": [{"by": Both.of(label), "text": _both(text)} for label, text in row.reasons],
        "known": list(dict.fromkeys(known.indicator for known in row.known)),
        "indicators": list((row.score.why or {}).get("indicators", ())) if found.final else [],
    }  # fmt: skip


def _both(text: Words | str) -> Both | None:
    """Return a text in both languages; what a person wrote as it is, None for none."""
    if isinstance(text, Words):
        return Both.of(text) if str(text) else None
    return Both(zh=text, en=text) if text else None
