"""Grades from unrounded scores, and the vetoes that change them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duxue.core.text import Text
from duxue.packs.scoring import Grade, Veto
from duxue.scoring import comparison
from duxue.scoring.figures import Figures
from duxue.scoring.model import GradeChange, VetoEvent


def grade_of(score: Fraction, grades: Sequence[Grade]) -> str:
    """Return the grade whose half-open band holds the unrounded score: from its lower bound up to the next one's.

    Below the lowest bound the lowest grade is given; "" where the round gives no grades.
    """
    for grade in grades:
        if score >= grade.from_:
            return grade.id
    return grades[-1].id if grades else ""


def change(grade: str, veto: Veto, grades: Sequence[Grade]) -> str:
    """Return the grade after one veto; cap and drop never make a grade better."""
    order = [g.id for g in grades]  # best first
    at = order.index(grade)
    if veto.kind == "drop":
        return order[min(at + veto.steps, len(order) - 1)]
    assert veto.grade is not None  # lint
    limit = order.index(veto.grade)
    return order[max(at, limit)] if veto.kind == "cap" else veto.grade


def judge(
    unit: str, grade: str, grades: Sequence[Grade], vetoes: Sequence[Veto], events: Sequence[VetoEvent], figures: Figures
) -> tuple[str, tuple[GradeChange, ...]]:  # fmt: skip
    """Return the final grade and each veto as it was applied, in the order in which the pack lists them.

    A veto that an appeal withdrew is listed, but changes nothing; while an appeal is pending it counts.
    """
    changes: list[GradeChange] = []
    for veto in vetoes:
        for event in _events(unit, veto, events, figures):
            before = grade
            if event.appeal != "withdrawn" and grade:
                grade = change(grade, veto, grades)
            changes.append(
                GradeChange(veto.id, before, grade, event.evidence, event.decided_by, _reason(event), event.appeal)
            )  # fmt: skip
    return grade, tuple(changes)


def _reason(event: VetoEvent) -> Text:
    return Text(event.reason, event.reason)


def _events(unit: str, veto: Veto, events: Sequence[VetoEvent], figures: Figures) -> list[VetoEvent]:
    mine = [e for e in events if e.unit == unit and e.veto == veto.id]
    if veto.when is None or mine:  # people's decision on a computed veto replaces it, with its appeal state
        return mine
    value, _ = figures.need(unit, veto.when, veto.title.text)
    if not comparison.holds(value, veto.when.meets):
        return []
    shown = f"{veto.when.of} = {figures.show(veto.when, value)}"
    return [VetoEvent(unit, veto.id, (veto.when.of,), "data", shown)]
