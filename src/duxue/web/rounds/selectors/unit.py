"""Reading one unit: its people, what is known of it, what stands in the way of a submission, what it was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.web.common.actors import MEMBERS
from duxue.web.common.clock import now, today
from duxue.web.common.memo import remembered
from duxue.web.common.numbers import trimmed
from duxue.web.common.problems import tell
from duxue.web.common.scope import current, everything
from duxue.web.rounds.models import DRAFT, Answer, Item, Known, Question, RoundUnit, Submission
from duxue.web.rounds.selectors.progress import OPEN


# --- people and places ------------------------------------------------------------------------------------------------
def colleagues(unit: RoundUnit) -> list[Any]:
    """Return the people who hold a role at the unit or below it, by name."""
    user = get_user_model()
    with everything("whom a unit may hand its items to"):
        held = Q(grants__until__isnull=True) | Q(grants__until__gt=today())
        here = Q(grants__round__isnull=True) | Q(grants__round=unit.round_id)
        return list(
            user.objects.filter(
                held, here, is_active=True, grants__revoked_at__isnull=True, grants__role__in=MEMBERS,
                grants__organisation__path__under=unit.path,
            ).distinct().order_by("name", "username")
        )  # fmt: skip


def places_below(unit: RoundUnit) -> list[Any]:
    """Return the organisations below the unit's own, by code; schools are left out."""
    organisations = type(unit.organisation)
    with everything("whom a unit may hand its items to"):
        below = organisations.objects.filter(path__under=unit.path, closed_on__isnull=True)
        return list(below.exclude(pk=unit.organisation_id).exclude(level="school").order_by("code"))


# --- what is known ----------------------------------------------------------------------------------------------------
def known_by_item(unit: RoundUnit, items: Iterable[int] | None = None) -> dict[int, list[Known]]:
    """Return the known figures of a unit by the key of their item; whoever may see the answer may see its figures."""
    found = remembered(("known", unit.pk), lambda: _known(unit))
    return found if items is None else {item: found[item] for item in items if item in found}


def _known(unit: RoundUnit) -> dict[int, list[Known]]:
    with everything("the figures belong to answers that the caller may see"):
        found: dict[int, list[Known]] = defaultdict(list)
        for row in Known.objects.filter(unit=unit).order_by("indicator", "year", "pk"):
            found[row.item_id].append(row)
    return dict(found)


def computed_points(unit: RoundUnit, item: Item, knowns: Iterable[Known]) -> Decimal | None:
    """Return the points that the rule gives by known figures; None where none decides, or the round tells them later."""
    if not unit.round.chosen.show_points and unit.notified_at is None:
        return None
    given = [k.points for k in knowns if k.points is not None]
    return min(sum(given, Decimal(0)), item.points) if given else None


def asks(unit: RoundUnit, item: Item, computed: Decimal | None) -> bool:
    """Return whether a self-score is asked: not where known figures decide the points, and the round says so from the start.

    Where it tells them later the unit gave its own, which stays what it gave when `computed` is told.
    """
    return item.kind != "computed" or computed is None or not unit.round.chosen.show_points


def is_asked(answer: Answer) -> bool:
    """Return the same of an answer."""
    if answer.item.kind != "computed":
        return True
    known = known_by_item(answer.unit, [answer.item_id]).get(answer.item_id, [])
    return asks(answer.unit, answer.item, computed_points(answer.unit, answer.item, known))


# --- what stands in the way -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One leaf item of a unit with what was answered, known and attached."""

    answer: Answer
    computed: Decimal | None
    evidence: int
    open_questions: int
    asked: bool  # whether a self-score is asked
    bare: bool  # evidence is wanted and missing

    @property
    def points(self) -> Decimal | None:
        """The points that count in the unit's own sum: what it gave or, until it hands in, what figures decide for it."""
        given = self.answer.self_score
        if self.asked or (given is not None and self.answer.state not in OPEN):
            return given
        return self.computed


def line_of(unit: RoundUnit, answer: Any, knowns: Iterable[Known]) -> Line:
    """Return the line of an answer of `unit` as `answers_of` reads it, with the figures that are known of its item."""
    computed = computed_points(unit, answer.item, knowns)
    bare = answer.evidence == 0 and unit.round.state != DRAFT and wants_evidence(answer.item)
    return Line(answer, computed, answer.evidence, answer.waiting, asks(unit, answer.item, computed), bare)


@dataclass(frozen=True)
class Check:
    """Whether a unit can be submitted: `problems` forbid it, `warnings` say what a reader would ask."""

    unit: RoundUnit
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())

    @cached_property
    def points(self) -> Decimal:
        """The sum of the unit's own points."""
        return sum((line.points or Decimal(0) for line in self.lines), Decimal(0))

    @cached_property
    def full(self) -> Decimal:
        """The full points of the items."""
        return sum((line.answer.item.points for line in self.lines), Decimal(0))


def answers_of(unit: RoundUnit) -> QuerySet[Answer]:
    """Return the visible answers of a unit in the order of the tree, with evidence and open questions counted."""
    waiting = Q(
        questions__replied_at__isnull=True, questions__closed_at__isnull=True, questions__pk__isnull=False
    )
    return (
        Answer.objects.filter(unit=unit)
        .select_related("item", "assignee")
        .annotate(
            evidence=Count("attachments", distinct=True),
            waiting=Count("questions", filter=waiting, distinct=True),
        )
        .order_by("item__order")
    )


def check_of(unit: RoundUnit) -> Check:
    """Return everything that is missing or odd in a unit's self-evaluation, all at once."""
    with everything("a self-evaluation is checked as a whole"):
        answers = list(answers_of(unit))
    known = known_by_item(unit)
    lines = tuple(line_of(unit, a, known.get(a.item_id, [])) for a in answers)
    problems = [p for line in lines for p in _missing(unit, line)]
    warnings = [p for line in lines for p in _odd(unit, line)]
    return Check(unit, lines, tuple(problems), tuple(warnings))


def evidence_cap(unit: RoundUnit) -> int:
    """Return how many pieces of evidence one item may have."""
    return unit.round.chosen.evidence_cap


def evidence_required(item: Item) -> bool:
    """Return whether an item asks for evidence in any case."""
    return bool(item.guidance.get("evidence_required"))


def wants_evidence(item: Item) -> bool:
    """Return whether an item without evidence lacks some: where data decide the points only what is asked for in any case."""
    return evidence_required(item) or (item.kind != "computed" and bool(item.guidance.get("evidence")))


def _missing(unit: RoundUnit, line: Line) -> Iterator[Problem]:
    code, cap = line.answer.item.code, evidence_cap(unit)
    if line.asked and line.answer.self_score is None:
        yield tell("WEB001", field=code, what=Text("没有填自评分", "no self-score was given"))
    if line.evidence > cap:
        yield tell(
            "WEB002", field=code, what=Text("佐证材料过多", "there is too much evidence"), found=str(line.evidence),
            expected=Text(f"不超过{cap}件", f"at most {cap}"),
        )  # fmt: skip
    if line.bare and evidence_required(line.answer.item):
        yield tell(
            "WEB001", field=code,
            what=Text("缺应附佐证，本条目须有佐证材料", "evidence wanted and missing: this item needs some"),
        )  # fmt: skip
    if line.open_questions:
        yield tell(
            "WEB001", field=code, what=Text("退回的问题还没有答复", "a question on it is not answered"),
            found=str(line.open_questions),
        )  # fmt: skip


def _odd(unit: RoundUnit, line: Line) -> Iterator[Problem]:
    code, answer = line.answer.item.code, line.answer
    if line.asked and not answer.ready:
        yield tell(
            "WEB002",
            field=code,
            what=Text("经办人还没有标为填好", "whoever fills it has not marked it ready"),
        )
    if line.bare and not evidence_required(line.answer.item):
        yield tell("WEB002", field=code, what=Text("缺应附佐证", "evidence wanted and missing"))
    if line.asked and answer.self_score is not None and not answer.narrative.strip():
        yield tell("WEB002", field=code, what=Text("没有文字说明", "it has no narrative"))
    if line.asked and answer.self_score is not None and line.computed is not None:
        far = Decimal(unit.round.chosen.far_share) * answer.item.points
        if answer.self_score - line.computed > far:
            yield tell(
                "WEB002", field=code, what=Text("自评分明显高于数据测算", "the self-score is far above what the data give"),
                found=trimmed(answer.self_score),
                expected=Text(f"数据测算{trimmed(line.computed)}分", f"computed: {trimmed(line.computed)}"),
            )  # fmt: skip


# --- what was handed in and told --------------------------------------------------------------------------------------
def submission_in_force(unit: RoundUnit) -> Submission | None:
    """Return the visible submission that was not withdrawn."""
    if unit.submitted_at is None:
        return None
    return (
        Submission.objects.filter(unit=unit, withdrawn_at__isnull=True)
        .select_related("submitted_by")
        .defer("content")
        .first()
    )


def questions_of(answer: Answer) -> list[Question]:
    """Return the questions on an answer, the open ones first."""
    rows = remembered(("questions", current(), answer.pk), lambda: _questions(answer))
    return sorted(rows, key=lambda q: (q.replied_at is not None, q.asked_at))


def _questions(answer: Answer) -> list[Question]:
    with everything("whether there is any at all, which most items have not"):
        if not Question.objects.filter(answer=answer).order_by().exists():
            return []
    return list(Question.objects.filter(answer=answer).select_related("asked_by", "replied_by"))


def overdue(question: Question) -> bool:
    """Return whether a question's term is over and nobody replied."""
    return question.replied_at is None and question.closed_at is None and now() > question.due


def before_of(answer: Answer) -> Answer | None:
    """Return what the unit answered to the item of the same code in the round before."""
    if answer.round.before_id is None:
        return None
    with everything("a unit may see what it answered in the round before"):
        return (
            Answer.objects.filter(
                round_id=answer.round.before_id, unit__organisation_id=answer.unit.organisation_id,
                item__code=answer.item.code,
            ).select_related("item", "round").first()
        )  # fmt: skip
