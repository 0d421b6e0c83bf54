"""The workbench of a unit: every item with its state, score, person, day and evidence, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from duxue.web.common.actors import Actor
from duxue.web.common.clock import now, today
from duxue.web.common.lang import Words, say, words
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Item, Known, Question, RoundUnit, Submission, Window
from duxue.web.rounds.procedures import calendar_of, is_open, procedure_of, times_for
from duxue.web.rounds.selectors.progress import needs_nothing
from duxue.web.rounds.selectors.unit import (
    Line,
    answers_of,
    evidence_cap,
    known_by_item,
    line_of,
    submission_in_force,
)
from duxue.web.rounds.services.answers import STEP

FILTERS: dict[str, Words] = {
    "": say("全部条目", "All items"),
    "mine": say("分派给我的", "Handed to me"),
    "returned": say("退回的", "Returned"),
    "not_ready": say("未填好的", "Not ready"),
    "no_evidence": say("缺应附佐证", "Evidence wanted and missing"),
}
# state of an item on the page -> mark and word
STATES: dict[str, tuple[str, Words]] = {
    "not_started": ("neutral", say("未开始", "Not started")),
    "draft": ("active", say("填写中", "Draft")),
    "ready": ("met", say("已填好", "Ready")),
    "known": ("met", say("数据已知", "Known from data")),
    "submitted": ("met", say("已提交", "Submitted")),
    "returned": ("at_risk", say("已退回", "Returned")),
    "answered": ("active", say("已答复", "Answered")),
    "accepted": ("met", say("已采纳", "Accepted")),
}


@dataclass
class Node:
    """One line of the tree: a branch with the sums of what is below it, or a leaf with its answer."""

    item: Item
    depth: int
    line: Line | None = None
    known: list[Known] = field(default_factory=list)
    points: Decimal = Decimal(0)  # of the unit's own score, summed over the leaves that are seen
    full: Decimal = Decimal(0)

    @property
    def answer(self) -> Answer | None:
        """The answer of a leaf."""
        return self.line.answer if self.line else None

    @cached_property
    def state(self) -> str:
        """How far a leaf is; empty for a branch."""
        return state_of(self.line) if self.line else ""

    @property
    def mark(self) -> str:
        """The mark of the state."""
        return STATES[self.state][0]

    @property
    def word(self) -> Words:
        """The state in words."""
        return STATES[self.state][1]

    @property
    def late(self) -> bool:
        """Whether the unit's own day has passed and the item is not ready."""
        due = self.line.answer.due if self.line else None
        return bool(due and due < today() and self.state in {"not_started", "draft", "returned"})


def state_of(line: Line) -> str:
    """Return how far an item is, as the page says it."""
    answer = line.answer
    if answer.state in {"submitted", "returned", "answered", "accepted"}:
        return answer.state
    if not line.asked:
        return "known"
    if answer.ready:
        return "ready"
    return "draft" if answer.state == "drafted" else "not_started"


@dataclass
class Workbench:
    """Everything that the page of a unit shows."""

    unit: RoundUnit
    nodes: list[Node]  # filtered
    all_nodes: list[Node]
    chosen: str
    counts: dict[str, int]
    cap: int
    opens: datetime | None
    closes: datetime | None
    open: bool
    why: Words
    working_days: int | None
    submission: Submission | None
    answer_due: datetime | None  # of the first unanswered question
    windows: list[Window]  # of all and of the unit
    steps: dict[str, Words]

    @cached_property
    def leaves(self) -> list[Node]:
        """All leaves that the actor sees."""
        return [n for n in self.all_nodes if n.line]

    @cached_property
    def done(self) -> int:
        """How many leaves need nothing more before submission."""
        return sum(needs_nothing(n.line.answer, asked=n.line.asked) for n in self.leaves if n.line)

    @cached_property
    def points(self) -> Decimal:
        """The unit's own points so far."""
        return sum((n.points for n in self.leaves), Decimal(0))

    @cached_property
    def full(self) -> Decimal:
        """The full points of what is seen."""
        return sum((n.full for n in self.leaves), Decimal(0))


def workbench(actor: Actor, unit: RoundUnit, chosen: str = "") -> Workbench:
    """Return the workbench of `unit` as `actor` sees it, with one of the filters."""
    chosen = chosen if chosen in FILTERS else ""
    answers = {a.item_id: a for a in answers_of(unit).select_related(None).select_related("assignee")}
    known = known_by_item(unit, answers)
    nodes: list[Node] = []
    by_item: dict[int, Node] = {}
    for item in _items(unit):
        parent = by_item.get(item.parent_id) if item.parent_id else None
        node = Node(item, parent.depth + 1 if parent else 0)
        by_item[item.pk] = node
        nodes.append(node)
        answer = answers.get(item.pk)
        if answer is None:
            continue
        node.known = known.get(item.pk, [])
        answer.item, answer.unit = item, unit
        node.line = line_of(unit, answer, node.known)
        node.known = [k for k in node.known if k.year == unit.round.evaluated_year] or node.known
        node.points, node.full = node.line.points or Decimal(0), item.points
        while parent is not None:
            parent.points, parent.full = parent.points + node.points, parent.full + node.full
            parent = by_item.get(parent.item.parent_id) if parent.item.parent_id else None
    seen = _with_branches(nodes, [n for n in nodes if n.line])
    fits = {name: [n for n in seen if n.line and _fits(n, name, actor)] for name in FILTERS}
    with everything("whether a window is open is the same for everybody"):
        shared = Q(unit=None) | Q(unit=unit)
        windows = list(Window.objects.filter(shared, round_id=unit.round_id).order_by("opens"))
    window = times_for(unit.round, windows, unit.pk).get(STEP)
    decision = is_open(window, now())
    closes = window.closes if window else None
    return Workbench(
        unit=unit,
        nodes=_with_branches(nodes, fits[chosen]),
        all_nodes=seen,
        chosen=chosen,
        counts={name: len(found) for name, found in fits.items()},
        cap=evidence_cap(unit),
        opens=window.opens if window else None,
        closes=closes,
        open=bool(decision),
        why=decision.why,
        working_days=_working_days(unit, closes),
        submission=submission_in_force(unit),
        answer_due=_answer_due(unit) if any(answer.waiting for answer in answers.values()) else None,  # type: ignore[attr-defined]
        windows=windows,
        steps={step.id: words(step.title) for step in procedure_of(unit.round, "round").steps},
    )


def _answer_due(unit: RoundUnit) -> datetime | None:
    waiting = Question.objects.filter(answer__unit=unit, replied_at__isnull=True, closed_at__isnull=True)
    return min(waiting.order_by().values_list("due", flat=True), default=None)


def _items(unit: RoundUnit) -> list[Item]:
    with everything("whoever sees a unit sees what its round asks"):
        return list(Item.objects.filter(round_id=unit.round_id).order_by("order").defer("rule"))


def _fits(node: Node, name: str, actor: Actor) -> bool:
    assert node.line is not None
    answer = node.line.answer
    match name:
        case "mine":
            below = answer.assignee_path and any(answer.assignee_path.startswith(h.path) for h in actor.held)
            return bool(below) or (answer.assignee_id is not None and answer.assignee_id == actor.user_id)
        case "returned":
            return node.state == "returned"
        case "not_ready":
            return node.state in {"not_started", "draft"}
        case "no_evidence":
            return node.line.bare
    return True


def _with_branches(nodes: list[Node], leaves: list[Node]) -> list[Node]:
    """Return the leaves with the branches above them, in the order of the tree."""
    wanted = {n.item.pk for n in leaves}
    parents = {n.item.pk: n.item.parent_id for n in nodes}
    for node in leaves:
        parent = node.item.parent_id
        while parent is not None and parent not in wanted:
            wanted.add(parent)
            parent = parents.get(parent)
    return [n for n in nodes if n.item.pk in wanted]


def _working_days(unit: RoundUnit, closes: datetime | None) -> int | None:
    if closes is None or closes < now():
        return None
    return calendar_of(unit.round).working_days_between(today(), timezone.localtime(closes).date())
