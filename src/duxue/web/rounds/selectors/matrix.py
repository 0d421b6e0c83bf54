"""The status matrix: how every unit stands in every step, what is filled, late and without evidence.

One query for each table, whatever the number of units. Drafts stay with their units: only counts are read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from duxue.cases.procedure import Procedure
from duxue.cases.procedure import Window as Times
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say, words
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Item, Objection, Round, RoundUnit, Window
from duxue.web.rounds.procedures import procedure_of, times_for

PAGE = 200  # units on one page
SOON = 3  # days before the end from which an unfinished step is at risk
# The state of a unit from which on a step is behind it, where the procedure has that state.
BEHIND = {
    "self_evaluation": "submitted", "online_review": "reviewed", "field_verification": "verified",
    "feedback": "notified", "objection": "settled", "scoring": "settled",
}  # fmt: skip
LOOKS: dict[str, Words] = {
    "met": say("完成", "done"), "active": say("进行中", "under way"), "at_risk": say("有风险", "at risk"),
    "overdue": say("逾期", "overdue"), "neutral": say("未开始", "not begun"), "excused": say("免评", "excused"),
}  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """What was counted of one unit."""

    total: int = 0
    filled: int = 0
    late: int = 0  # past the due date inside the unit, and not ready
    returned: int = 0
    judged: int = 0  # accepted by reviewers
    bare: int = 0  # items that want evidence and have none
    visits: int = 0
    filed: int = 0
    objections: int = 0


@dataclass(frozen=True)
class Cell:
    """One step of one unit: a look with its word, a short text, and when its window closes."""

    look: str
    text: str
    closes: datetime | None
    opens: datetime | None = None

    @property
    def word(self) -> Words:
        """The look in words."""
        return LOOKS[self.look]


@dataclass(frozen=True)
class Row:
    """One unit."""

    unit: RoundUnit
    state: Words
    cells: tuple[Cell, ...]
    counts: Counts

    @property
    def late(self) -> bool:
        """Whether some step of it is overdue."""
        return any(cell.look == "overdue" for cell in self.cells)

    @property
    def at_risk(self) -> bool:
        """Whether some step of it is at risk."""
        return any(cell.look == "at_risk" for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """All units of a round by its steps."""

    steps: tuple[tuple[str, Words], ...]
    rows: tuple[Row, ...]

    def only(self, *, state: str = "", late: bool = False, risk: bool = False, name: str = "") -> Matrix:
        """Return the rows that a filter of the page leaves."""
        return Matrix(
            self.steps,
            tuple(
                row
                for row in self.rows
                if (not state or row.unit.state == state)
                and (not late or row.late)
                and (not risk or row.at_risk or row.late)
                and (not name or name in row.unit.name_zh or name.lower() in row.unit.name_en.lower() or name in row.unit.code)
            ),
        )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Some rows of a matrix in the order of the codes, with the codes at which its neighbours begin ("" where none does)."""

    matrix: Matrix
    earlier: str
    later: str


def part_of(matrix: Matrix, begin: str = "", size: int = PAGE) -> Part:
    """Return the rows of `matrix` from the code `begin` on: a page of it."""
    rows = matrix.rows
    at = next((n for n, row in enumerate(rows) if row.unit.code >= begin), len(rows))
    before = max(at - size, 0)
    return Part(
        Matrix(matrix.steps, rows[at : at + size]),
        rows[before].unit.code if at else "",
        rows[at + size].unit.code if at + size < len(rows) else "",
    )


def matrix_of(round: Round, moment: datetime | None = None) -> Matrix:
    """Return how every unit stands; for those who oversee the round (the page asks the policy)."""
    at = moment or now()
    with everything("an overseer sees how far each unit is, not what it wrote"):
        units = list(RoundUnit.objects.filter(round=round).order_by("code"))
        windows = list(Window.objects.filter(round=round))
        counted = _counts(round, timezone.localtime(at).date())
    flow, steps = procedure_of(round, "unit"), procedure_of(round, "round").steps
    ranks = {state.id: n for n, state in enumerate(flow.states)}
    shared = times_for(round, windows, None)
    extended = {row.unit_id for row in windows if row.unit_id is not None}
    titles = {state.id: words(state.title) for state in flow.states}
    rows = []
    for unit in units:
        times = times_for(round, windows, unit.pk) if unit.pk in extended else shared
        counts = counted.get(unit.pk, Counts())
        cells = tuple(_cell(step.id, unit, counts, times.get(step.id), ranks, at) for step in steps)
        rows.append(Row(unit, titles[unit.state], cells, counts))
    return Matrix(tuple((step.id, words(step.title)) for step in steps), tuple(rows))


def _counts(round: Round, today: Any) -> dict[int, Counts]:
    wanting = [
        pk for pk, guidance in Item.objects.filter(round=round).values_list("pk", "guidance") if guidance.get("evidence")
    ]  # fmt: skip
    answers = Answer.objects.filter(round=round).order_by()
    open_ = Q(state__in=("open", "drafted"), ready=False)
    found: dict[int, dict[str, int]] = {}

    def take(rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            values = dict(row)
            found.setdefault(values.pop("unit_id"), {}).update(values)

    take(
        answers.values("unit_id").annotate(
            total=Count("pk"), filled=Count("pk", filter=~Q(state="open")),             late=Count("pk", filter=open_ & Q(due__lt=today)), returned=Count("pk", filter=Q(state="returned")),
            judged=Count("pk", filter=Q(state="accepted")),
        )
    )  # fmt: skip
    take(
        answers.filter(item__in=wanting, attachments__isnull=True)
        .values("unit_id")
        .annotate(bare=Count("pk"))
    )
    visits = RoundUnit.objects.filter(round=round, visits__isnull=False).order_by().values("pk")
    for row in visits.annotate(
        visits_=Count("visits"), filed=Count("visits", filter=Q(visits__state="filed"))
    ):
        found.setdefault(row["pk"], {}).update(visits=row["visits_"], filed=row["filed"])
    ends = [state.id for state in procedure_of(round, "objection").states if state.kind == "final"]
    objections = Objection.objects.filter(round=round).exclude(state__in=ends).order_by()
    take(objections.values("unit_id").annotate(objections=Count("pk")))
    return {unit: Counts(**values) for unit, values in found.items()}


def _cell(
    step: str, unit: RoundUnit, counts: Counts, window: Times | None, ranks: Mapping[str, int], at: datetime
) -> Cell:
    opens, closes = (window.opens, window.closes) if window else (None, None)
    text = {
        "self_evaluation": f"{counts.filled}/{counts.total}",
        "online_review": f"{counts.judged}/{counts.total}",
        "field_verification": f"{counts.filed}/{counts.visits}" if counts.visits else "",
        "objection": str(counts.objections) if counts.objections else "",
    }.get(step, "")
    if unit.state == "excused":
        return Cell("excused", "", closes, opens)
    behind = BEHIND.get(step, "settled")
    if behind in ranks and ranks[unit.state] >= ranks[behind]:
        return Cell("met", text, closes, opens)
    if opens is None or closes is None or at < opens:
        return Cell("neutral", text, closes, opens)
    if at > closes:
        # A unit that does not object lets the term pass: that is no delay of its own.
        return Cell("neutral" if step in {"objection", "scoring"} else "overdue", text, closes, opens)
    risky = (closes - at).days < SOON or (step == "self_evaluation" and bool(counts.late or counts.returned))
    return Cell("at_risk" if risky else "active", text, closes, opens)


# --- by item ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ItemMatrix:
    """All units by the leaves of the tree: the look of each answer."""

    items: tuple[Item, ...]
    rows: tuple[tuple[RoundUnit, tuple[tuple[str, Words], ...]], ...]


def _among(units: list[RoundUnit], round: Round) -> Q:
    """Return the condition for the answers of a page of units; of many units: those of the whole round."""
    return Q(round=round, unit__in=units) if len(units) <= PAGE else Q(round=round)


_BY_STATE = {"open": "neutral", "drafted": "active", "returned": "at_risk"}


def item_matrix(round: Round, units: Iterable[RoundUnit], moment: datetime | None = None) -> ItemMatrix:
    """Return how every answer of `units` stands; overdue where it is open after the unit's own date."""
    today = timezone.localtime(moment or now()).date()
    flow: Procedure = procedure_of(round, "answer")
    titles = {state.id: words(state.title) for state in flow.states}
    units = list(units)
    with everything("an overseer sees how far each unit is, not what it wrote"):
        items = tuple(Item.objects.filter(round=round).exclude(kind="branch").order_by("order"))
        held = {
            (unit, item): (state, ready, due)
            for unit, item, state, ready, due in Answer.objects.filter(_among(units, round))
            .order_by()
            .values_list("unit_id", "item_id", "state", "ready", "due")
        }

    def look(unit: RoundUnit, item: Item) -> tuple[str, Words]:
        state, ready, due = held.get((unit.pk, item.pk), ("open", False, None))
        late = due is not None and due < today and not ready and state in {"open", "drafted"}
        return ("overdue" if late else _BY_STATE.get(state, "met")), titles.get(state, Words(state, state))

    return ItemMatrix(items, tuple((unit, tuple(look(unit, item) for item in items)) for unit in units))
