"""How units stand with their problems, and on which days something is due: figures, their pictures and their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Exists, F, FloatField, Func, OuterRef, Q, QuerySet
from django.urls import reverse

from duxue.web.common import calendar as calendars
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now, today
from duxue.web.common.lang import Words, say
from duxue.web.common.templatetags.duxue import day as said_day
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors.due import days_due, due_between
from duxue.web.rectification.selectors.ledger import MOST_COUNTED
from duxue.web.rectification.words import ENDED
from duxue.web.rounds.models import Round, RoundUnit

_KEPT = 300  # seconds that figures are kept
LISTED = 500  # dates in a calendar's file


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit's problems in a round; `days` is the median from found to closed, None when none is closed."""

    code: str
    name: Words
    found: int
    closed: int
    open: int  # neither closed nor dropped
    overdue: int  # of the open ones
    dropped: int
    reopened: int
    days: float | None

    @property
    def in_time(self) -> int:
        """How many open ones are not overdue."""
        return self.open - self.overdue

    @property
    def share(self) -> float | None:
        """Share of what counts that is closed, in per cent."""
        whole = self.found - self.dropped
        return 100 * self.closed / whole if whole else None


@dataclass(frozen=True, slots=True)
class Left:
    """The open problems of a round: how many, how many of them overdue, how many put before the leaders."""

    round: Round
    open: int
    overdue: int
    escalated: int


def left_of(round: Round, moment: datetime | None = None) -> list[Left]:
    """Return what is left to mend, oldest round first: of `round`, the one before and those earlier with open problems.

    A round without problems is not told. Each figure is counted by an index of its own.
    """
    at, found = moment or now(), []
    for one in _rounds_until(round):
        rows = Problem.objects.filter(round=one).order_by()
        if not rows.exists():
            continue
        running = rows.exclude(state__in=ENDED)
        raised = running.filter(escalated_at__isnull=False)
        found.append(Left(one, running.count(), running.filter(due__lt=at).count(), raised.count()))
    return found


def _rounds_until(round: Round) -> list[Round]:
    """Return the authority's earlier rounds with open problems, then the round before and `round` whatever they have."""
    running = Problem.objects.filter(round=OuterRef("pk")).exclude(state__in=ENDED).order_by()
    theirs = Round.objects.filter(authority=round.authority_id).exclude(
        pk__in=(round.pk, round.before_id or 0)
    )
    earlier = theirs.filter(
        Q(round_year__lt=round.round_year) | Q(round_year=round.round_year, pk__lt=round.pk)
    )
    left = list(earlier.filter(Exists(running)).order_by("round_year", "pk"))
    return [*left, *([round.before] if round.before else []), round]


def most_open(rounds: Sequence[Round]) -> Round | None:
    """Return the round with the most open problems, the first of those with as many; counted to 10,000 each."""
    open_ = Problem.objects.exclude(state__in=ENDED).order_by().values("pk")
    counts = {one: open_.filter(round=one)[:MOST_COUNTED].count() for one in rounds}
    return max(counts, key=lambda one: counts[one], default=None)


def standing_of(
    actor: Actor, round: Round, moment: datetime | None = None
) -> tuple[list[Standing], datetime]:
    """Return the standing of each unit that the actor sees, most overdue first, and as of when; kept for five minutes."""
    key = f"problem-standing-{actor.sight}-{round.pk}"
    kept = cache.get(key)
    if kept is not None and moment is None:
        counted: tuple[list[Standing], datetime] = kept
        return counted
    at = moment or now()
    rows = Problem.objects.filter(round=round)
    late = Q(due__lt=at) & ~Q(state__in=ENDED)
    counted_rows = (
        rows.order_by()
        .values("unit_id")
        .annotate(
            found=Count("pk"), closed=Count("pk", filter=Q(state="closed")), late=Count("pk", filter=late),
            dropped=Count("pk", filter=Q(state="dropped")), reopened=Count("pk", filter=Q(times_reopened__gt=0)),
        )
    )  # fmt: skip
    by_unit = {row["unit_id"]: row for row in counted_rows}
    days = _days_to_close(rows)
    found = [
        _standing(unit, by_unit[unit.pk], days.get(unit.pk, []))
        for unit in RoundUnit.objects.filter(round=round).order_by("code")
        if unit.pk in by_unit
    ]
    found.sort(key=place_of)
    cache.set(key, (found, at), _KEPT)
    return found, at


def place_of(one: Standing) -> tuple[int, int, str]:
    """Return the place of a unit in the list: most overdue first, then most open."""
    return -one.overdue, -one.open, one.code


def _days_to_close(rows: QuerySet[Problem]) -> dict[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    closed = rows.filter(state="closed", closed_at__gte=F("found_at")).order_by()
    took = closed.values_list("unit_id", _Days("closed_at") - _Days("found_at"))
    for unit, days in took.iterator(chunk_size=5000):
        found[unit].append(days)
    return found


class _Days(Func):
    """A moment as a number of days: the database subtracts a million of them sooner than Python reads two million dates."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="julianday", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(EXTRACT(EPOCH FROM %(expressions)s) / 86400)::double precision"
        return super().as_sql(compiler, connection, template=template, **extra)


def _standing(unit: RoundUnit, row: Mapping[str, Any], days: list[float]) -> Standing:
    left = row["found"] - row["closed"] - row["dropped"]
    return Standing(
        unit.code, unit.name, row["found"], row["closed"], left, row["late"], row["dropped"], row["reopened"],
        median(days) if days else None,
    )  # fmt: skip


def standing_chart(round: Round, rows: list[Standing]) -> dict[str, Any]:
    """Return the stacked picture of what is closed, open in time and overdue by unit; each part leads to its list."""

    def to(unit: str, **more: str) -> str:
        return f"{reverse('rectification:list')}?{urlencode({'round': round.slug, 'unit': unit, **more})}"

    states = [
        {"id": "closed", "label": str(say("已销号", "Closed")), "token": "--met"},
        {"id": "in_time", "label": str(say("未到期", "Open, in time")), "token": "--action"},
        {"id": "overdue", "label": str(say("已逾期", "Overdue")), "token": "--not-met"},
    ]
    data = {
        "states": states,
        "rows": [
            {
                "label": str(s.name), "counts": {"closed": s.closed, "in_time": s.in_time, "overdue": s.overdue}, "href": to(s.code),
                "hrefs": {"closed": to(s.code, state="closed"), "in_time": to(s.code, clock="in_time"), "overdue": to(s.code, clock="overdue")},
            }
            for s in rows
        ],
    }  # fmt: skip
    closed, late = sum(s.closed for s in rows), sum(s.overdue for s in rows)
    whole = sum(s.found - s.dropped for s in rows)
    sentence = say(
        "{whole} 个问题中已销号 {closed} 个，逾期 {late} 个。",
        "Of {whole} problems {closed} are closed and {late} overdue.", whole=whole, closed=closed, late=late,
    )  # fmt: skip
    if dropped := sum(s.dropped for s in rows):
        sentence = say(
            "发现 {found} 个，其中撤销 {dropped} 个，不再计入；其余 {rest}",
            "{found} found, {dropped} of them dropped and not counted. {rest}",
            found=whole + dropped, dropped=dropped, rest=sentence,
        )  # fmt: skip
    table = {
        "head": [str(h) for h in (say("单位", "Unit"), *(s["label"] for s in states))],
        "rows": [[str(s.name), s.closed, s.in_time, s.overdue] for s in rows],
    }
    return {"kind": "stacked", "data": data, "sentence": sentence, "table": table}


# --- the calendar -----------------------------------------------------------------------------------------------------
def first_due(rows: QuerySet[Problem], first: date, last: date) -> list[Problem]:
    """Return what is due between two days, the earliest first, 500 at most."""
    keys = due_between(rows, first, last).order_by("due", "pk").values_list("pk", flat=True)[:LISTED]
    # The keys are found by an index: with the names beside them all would be sorted.
    found = rows.filter(pk__in=list(keys))
    return list(found.select_related("unit", "round", "responsible", "item").order_by("due", "pk"))


def calendar_of(rows: QuerySet[Problem]) -> dict[str, Any] | None:
    """Return the calendar of what of `rows` is not mended yet; each day leads to what is due on it. None without any."""
    at, days = today(), days_due(rows)
    if not days:
        return None
    ahead = [d for d in days if d.day >= at]
    late = say(
        "此前 {days} 天内到期未办结的有 {n} 个。", "{n} still open of what was due in the last {days} days.",
        days=calendars.BACK, n=sum(d.late for d in days),
    )  # fmt: skip
    sentence = (
        say("下一个到期日是 {day}，到期 {n} 个；{late}", "Next due date: {day} ({n} due); {late}", day=said_day(ahead[0].day), n=ahead[0].count, late=late)
        if ahead
        else say("今后 {days} 天内没有到期的问题；{late}", "Nothing is due in the next {days} days; {late}", days=calendars.AHEAD, late=late)
    )  # fmt: skip
    head = say("到期问题数", "Problems due")
    address = reverse("rectification:calendar")
    return calendars.calendar_chart(days, address=address, sentence=sentence, head=head)
