"""The status matrix: how every unit stands in every step, what is filled, late, and where evidence is wanted and missing.

The database works out the looks, counts units by them and finds those asked for; what else is told of a unit is read only
for the units shown, one query for each table. Drafts stay with their units: only counts are read here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from duxue.cases.procedure import Window as Times
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, words
from duxue.web.common.pagination import Page, page_of
from duxue.web.common.scope import everything
from duxue.web.reviews.rules import judged
from duxue.web.rounds.models import DRAFT, Answer, Item, Round, RoundUnit, Window
from duxue.web.rounds.procedures import procedure_of, times_for, widened
from duxue.web.rounds.selectors.looks import LOOKS, ended, is_late, looks_of
from duxue.web.rounds.selectors.objected import open_objections
from duxue.web.rounds.selectors.progress import OPEN, done
from duxue.web.rounds.selectors.unit import wants_evidence
from duxue.web.rounds.selectors.waiting import waiting

PAGE = 100  # units on one page
CHUNK = 200  # units read at once for a file: as many as a page may have
_WHY = "an overseer sees how far each unit is, not what it wrote"


@dataclass(frozen=True)
class Counts:
    """What was counted of one unit."""

    total: int = 0
    filled: int = 0  # need nothing more before submission: selectors.progress
    late: int = 0  # past the unit's own due date; once its time to fill is over, all that need more
    returned: int = 0
    judged: int = 0  # reviewers gave points, or accepted it
    to_judge: int = 0  # items that reviewers judge at all
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


@dataclass(frozen=True)
class Group:
    """Units that look the same: their state, their looks step by step, how many they are, how many have submitted."""

    state: str
    looks: tuple[str, ...]
    units: int
    submitted: int

    @property
    def late(self) -> bool:
        """Whether some step of them is overdue."""
        return "overdue" in self.looks

    @property
    def at_risk(self) -> bool:
        """Whether some step of them is at risk."""
        return "at_risk" in self.looks


@dataclass(frozen=True)
class Tally:
    """The units of a board, counted."""

    steps: tuple[tuple[str, Words], ...]
    groups: tuple[Group, ...]

    @property
    def units(self) -> int:
        """How many there are."""
        return sum(group.units for group in self.groups)

    def looks(self) -> list[Counter[str]]:
        """Return for each step how many units look how."""
        found = [Counter[str]() for _ in self.steps]
        for group in self.groups:
            for counter, look in zip(found, group.looks, strict=True):
                counter[look] += group.units
        return found


@dataclass(frozen=True)
class Board:
    """A round at a moment: its steps, and those of its units that are asked for, with the look of each step as look0, look1 …"""

    round: Round
    at: datetime
    steps: tuple[tuple[str, Words], ...]
    units: QuerySet[RoundUnit]
    can: tuple[frozenset[str], ...]  # how each step can look at all, at this moment

    def only(
        self, *, state: str = "", late: bool = False, risk: bool = False, bare: bool = False, submitted: bool = False,
        name: str = "", office: bool = False,
    ) -> Board:  # fmt: skip
        """Return the board of the units that a filter leaves.

        `risk` leaves those that are late, too; `bare` those with items that want evidence and have none, `submitted` those
        that have handed in; both without the excused, as they are counted. `office` leaves those that wait for the office.
        """
        units = self.units
        if office:
            with everything(_WHY):
                units = units.filter(waiting(self.round, self.at))
        if bare or submitted:
            units = units.exclude(state="excused")
        if submitted:
            units = units.filter(submitted_at__isnull=False)
        if bare:
            with everything(_WHY):
                wanting = wanting_evidence(self.round)
                answers = Answer.objects.filter(round=self.round, item__in=wanting, attachments__isnull=True)
                units = units.filter(pk__in=answers.values("unit_id"))
        if state:
            units = units.filter(state=state)
        if late or risk:
            units = units.filter(self._some("overdue") if late else self._some("overdue", "at_risk"))
        if name:
            units = units.filter(
                Q(name_zh__icontains=name) | Q(name_en__icontains=name) | Q(code__icontains=name)
            )
        return replace(self, units=units)

    def risky(self) -> Board:
        """Return the board of the units at risk that are not late."""
        return replace(self, units=self.units.filter(self._some("at_risk"), ~self._some("overdue")))

    def _some(self, *looks: str) -> Q:
        found = Q(pk__in=())
        for name, can in zip(self._names, self.can, strict=True):
            if can & set(looks):  # others need not be asked
                found |= Q(**{f"{name}__in": looks})
        return found

    @property
    def _names(self) -> list[str]:
        return [f"look{n}" for n in range(len(self.steps))]

    def tally(self) -> Tally:
        """Return how many units look how: one query, one row for each way to look."""
        counted = self.units.order_by().values_list("state", *self._names)
        groups = (
            Group(state, tuple(looks), units, submitted)
            for state, *looks, units, submitted in counted.annotate(
                units_=Count("pk"), submitted_=Count("submitted_at")
            )
        )
        return Tally(self.steps, tuple(groups))

    def page(self, cursor: str = "", size: int = PAGE) -> Page[RoundUnit]:
        """Return a page of the units, by code."""
        return page_of(self.units, cursor, order=("code", "pk"), size=size)

    def chunks(self) -> Iterator[list[RoundUnit]]:
        """Yield all units by code, some at a time."""
        page = self.page(size=CHUNK)
        while page.rows:
            yield page.rows
            if not page.later:
                return
            page = self.page(page.later, CHUNK)

    def rows(self, units: Sequence[RoundUnit]) -> tuple[Row, ...]:
        """Return how `units`, a page of the board, stand; one query for each table."""
        titles = {state.id: words(state.title) for state in procedure_of(self.round, "unit").states}
        with everything(_WHY):
            counted = _counts(self.round, units, self.at)
            times = _times(self.round, units)
        for key in ended(self.round, units) & counted.keys():
            counted[key] = replace(counted[key], late=counted[key].total - counted[key].filled)
        return tuple(
            Row(unit, titles[unit.state], self._cells(unit, counts, times[unit.pk]), counts)
            for unit in units
            for counts in (counted.get(unit.pk, Counts()),)
        )

    def _cells(self, unit: RoundUnit, counts: Counts, times: Mapping[str, Times]) -> tuple[Cell, ...]:
        texts = {
            "self_evaluation": f"{counts.filled}/{counts.total}",
            "online_review": f"{counts.judged}/{counts.to_judge}" if counts.to_judge else "",
            "field_verification": f"{counts.filed}/{counts.visits}" if counts.visits else "",
            "objection": str(counts.objections) if counts.objections else "",
        }
        return tuple(
            Cell(look, "" if look == "excused" else texts.get(step, ""), window.closes if window else None)
            for n, (step, _) in enumerate(self.steps)
            for look, window in ((getattr(unit, f"look{n}"), times.get(step)),)
        )


def board_of(round: Round, moment: datetime | None = None) -> Board:
    """Return how all units stand; for those who oversee the round (the page asks the policy)."""
    at = moment or now()
    steps = procedure_of(round, "round").steps
    with everything(_WHY):
        looks = looks_of(round, at)
        units = RoundUnit.objects.filter(round=round).annotate(
            **{f"look{n}": look.case for n, look in enumerate(looks)}
        )
    titles = tuple((step.id, words(step.title)) for step in steps)
    return Board(round, at, titles, units, tuple(look.can for look in looks))


def _times(round: Round, units: Sequence[RoundUnit]) -> dict[int, dict[str, Times]]:
    """Return the windows that hold for each of `units`."""
    keys = [unit.pk for unit in units]
    rows = Window.objects.filter(Q(unit=None) | Q(unit__in=keys), round=round)
    shared = times_for(round, (row for row in rows if row.unit_id is None), None)
    found = dict.fromkeys(keys, shared)
    for row in rows:
        if row.unit_id is not None:
            had = found[row.unit_id]
            found[row.unit_id] = had | {row.step: widened(had.get(row.step), row)}
    return found


def to_remind(round: Round) -> list[RoundUnit]:
    """Return the units that are late or at risk and have not submitted, by code."""
    return list(board_of(round).only(risk=True).units.filter(submitted_at=None).order_by("code", "pk"))


def wanting_evidence(round: Round) -> list[int]:
    """Return the leaves that want evidence; none while the round is in preparation, when nobody could attach any."""
    if round.state == DRAFT:
        return []
    leaves = Item.objects.filter(round=round).exclude(kind="branch")
    return [item.pk for item in leaves.only("kind", "guidance") if wants_evidence(item)]


def judged_items(round: Round) -> list[int]:
    """Return the leaves that reviewers judge online."""
    leaves = Item.objects.filter(round=round).exclude(kind__in=("branch", "computed"))
    return [item.pk for item in leaves.only("kind", "guidance", "round_id") if judged(item)]


def _counts(round: Round, units: Sequence[RoundUnit], at: datetime) -> dict[int, Counts]:
    keys = [unit.pk for unit in units]
    found: dict[int, dict[str, int]] = defaultdict(dict)

    def take(rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            values = dict(row)
            found[values.pop("unit_id")].update(values)

    answers = Answer.objects.filter(unit__in=keys).order_by().values("unit_id")
    take(
        answers.annotate(
            total=Count("pk"), filled=Count("pk", filter=done(round)), late=Count("pk", filter=is_late(at)),
            returned=Count("pk", filter=Q(state="returned")),
        )
    )  # fmt: skip
    given = Q(reviews__given=True) | Q(state="accepted")
    take(
        answers.filter(item__in=judged_items(round)).annotate(
            to_judge=Count("pk", distinct=True), judged=Count("pk", filter=given, distinct=True)
        )
    )
    take(
        answers.filter(item__in=wanting_evidence(round), attachments__isnull=True).annotate(bare=Count("pk"))
    )
    visits = RoundUnit.objects.filter(pk__in=keys, visits__isnull=False).order_by().values("pk")
    for row in visits.annotate(
        visits_=Count("visits"), filed=Count("visits", filter=Q(visits__state="filed"))
    ):
        found[row["pk"]].update(visits=row["visits_"], filed=row["filed"])
    take(
        open_objections(round)
        .filter(unit__in=keys)
        .order_by()
        .values("unit_id")
        .annotate(objections=Count("pk"))
    )
    return {unit: Counts(**values) for unit, values in found.items()}


# --- by item ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ItemMatrix:
    """Some units by the leaves of the tree: the look of each answer, and its state in words."""

    items: tuple[Item, ...]
    rows: tuple[tuple[RoundUnit, tuple[tuple[str, Words], ...]], ...]


_BY_STATE = {"open": "neutral", "drafted": "active", "returned": "at_risk"}


def leaves_of(round: Round) -> tuple[Item, ...]:
    """Return the leaves of the tree in order, without what they say."""
    leaves = Item.objects.filter(round=round).exclude(kind="branch").order_by("order")
    return tuple(leaves.only("code", "title_zh", "title_en", "round_id"))


def item_matrix(
    round: Round, units: Iterable[RoundUnit], moment: datetime | None = None, items: Sequence[Item] = ()
) -> ItemMatrix:
    """Return how every answer of `units`, of a board, stands; overdue where it is late as the counts say it.

    `items`: the leaves, where the caller has read them.
    """
    today = timezone.localtime(moment or now()).date()
    titles = {state.id: words(state.title) for state in procedure_of(round, "answer").states}
    units = list(units)
    held: dict[int, dict[int, tuple[str, Words]]] = {unit.pk: {} for unit in units}
    cells: dict[tuple[str, bool], tuple[str, Words]] = {}  # few differ: each is made once

    def cell(state: str, late: bool) -> tuple[str, Words]:
        look = "overdue" if late else _BY_STATE.get(state, "met")
        return cells.setdefault((state, late), (look, titles.get(state, Words(state, state))))

    over = ended(round, units)
    with everything(_WHY):
        rests = done(round) if over else Q(ready=True)  # asked in full only where it decides
        items = tuple(items) or leaves_of(round)
        answers = Answer.objects.filter(unit__in=held).order_by()
        rows = answers.annotate(rests=ExpressionWrapper(rests, BooleanField()))
        for unit, item, state, ready, due, rest in rows.values_list(
            "unit_id", "item_id", "state", "ready", "due", "rests"
        ):
            own = due is not None and due < today and not ready and state in OPEN
            late = not rest if unit in over else own
            held[unit][item] = cell(state, late)
    keys, none = [item.pk for item in items], cell("open", False)
    return ItemMatrix(
        tuple(items), tuple((unit, tuple(held[unit.pk].get(key, none) for key in keys)) for unit in units)
    )
