"""What a unit was told: its points by layer as of the scoring at its notification, and by the final one once there is one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Item, Known, Objection, RoundUnit
from duxue.web.rounds.selectors.unit import known_by_item

if TYPE_CHECKING:
    from duxue.web.reporting.finals import Final


@dataclass
class Row:
    """One item in one scoring: its points by layer, what they rest on, and why they were given, without names."""

    score: Any
    answer: int | None
    known: list[Known] = field(default_factory=list)  # of the evaluated year
    entries: list[Any] = field(default_factory=list)  # signed lines of sheets
    reasons: list[tuple[Words, Any]] = field(default_factory=list)  # whose, and the text
    how: Words | str = ""  # how the final points came from the layers

    @property
    def item(self) -> Item:
        """The item."""
        item: Item = self.score.item
        return item


@dataclass(frozen=True)
class Result:
    """A unit's score in the scoring that is shown, and the one of the other moment; None and empty before there is any."""

    score: Any = None
    rows: list[Row] = field(default_factory=list)
    final: bool = False  # it is the final scoring of the frozen round
    other: Any = None  # what was told, beside the final score; the final score, beside what was told
    how: Final | None = (
        None  # how its points came from the layers; None where the folder of the scoring is gone
    )

    @property
    def grade(self) -> Words:
        """The grade in words, as the rules name it."""
        named = (self.score.detail.get("grade") or {}) if self.score else {}
        return say(named.get("zh", ""), named.get("en", ""))


def result_of(unit: RoundUnit, *, as_told: bool = False) -> Result:
    """Return the final result of a unit, before the round is frozen what it was told; nothing before the unit was told.

    What it was told is the scoring kept with its notification; for units that were told before it was kept, the newest one
    of that moment. `as_told` asks for that one in any case. The caller has shown that the reader belongs to the unit or
    oversees its round.
    """
    if unit.notified_at is None:
        return Result()
    from duxue.web.reporting.finals import final_in

    with everything("the unit is told its own scores"):
        rows = unit.scores.select_related("scoring").order_by("-scoring_id")
        kept = (
            rows.filter(scoring_id=unit.told_id)
            if unit.told_id
            else rows.filter(scoring__made_at__lte=unit.notified_at)
        )
        told = kept.first()
        final = rows.filter(scoring__kind="final").first() if unit.round.sealed_at else None
        score, other = (told, final) if told and (as_told or final is None) else (final, told)
        if score is None:
            return Result()
        if other is not None and other.scoring_id == score.scoring_id:
            other = None
        how = final_in(score.scoring, unit.code)
        rows_shown = rows_of(unit, score.scoring_id, how)
        _told(unit, rows_shown)
        return Result(score, rows_shown, score.scoring.kind == "final", other, how)


def rows_of(unit: RoundUnit, scoring: int, how: Final | None) -> list[Row]:
    """Return the points of a unit's items in a scoring with the answers and sheets behind them, in the order of the tree.

    The caller oversees the unit's round or belongs to it.
    """
    from duxue.web.inspections.models import SheetEntry

    with everything("the caller may see the unit's result with what it rests on"):
        scores = unit.item_scores.filter(scoring_id=scoring).select_related("item").order_by("item__order")
        answer = Answer.objects.filter(unit=unit, item=OuterRef("item")).values("pk")[:1]
        rows = [Row(score, score.answer) for score in scores.annotate(answer=Subquery(answer))]
        entries = defaultdict(list)
        for entry in SheetEntry.objects.filter(answer__unit=unit, visit__state__in=("sheet_signed", "filed")):
            entries[entry.answer_id].append(entry)
    for row in rows:
        row.how = how.item(row.item.code, row.score.layers) if how else ""
        row.entries = entries.get(row.answer or 0, [])
    return rows


def _told(unit: RoundUnit, rows: list[Row]) -> None:
    """Give rows the known figures that they rest on and the reasons that the unit is told."""
    from duxue.web.reviews.models import Review

    known = known_by_item(unit, [row.score.item_id for row in rows])
    reviews = defaultdict(list)
    with everything("the unit is told the reasons of its points"):
        given = Review.objects.filter(answer__unit=unit, given=True, assignment__withdrawn_at=None)
        for review in given.order_by("assignment__turn", "pk"):
            reviews[review.answer_id].append(review)
    for row in rows:
        row.known = [k for k in known.get(row.score.item_id, []) if k.year == unit.round.evaluated_year]
        if row.item.kind == "computed":  # of the others the text names who judged
            why = row.score.why or {}
            row.reasons.append((say("规则", "Rule"), say(why.get("zh", ""), why.get("en", ""))))
        row.reasons += [(say("网评", "Online"), r.reason) for r in reviews.get(row.answer or 0, [])]
        row.reasons += [(say("核查", "Field"), e.note) for e in row.entries]
        row.reasons = [(label, text) for label, text in row.reasons if str(text).strip()]


def objections_of(unit: RoundUnit) -> list[Objection]:
    """Return the visible objections of a unit, the newest first."""
    return list(
        Objection.objects.filter(unit=unit)
        .select_related("item", "filed_by", "decided_by")
        .order_by("-filed_at")
    )
