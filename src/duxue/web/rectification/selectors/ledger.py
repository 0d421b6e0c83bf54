"""The list of problems: what the address asks for, in an order that an index gives."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count as Aggregate
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.words import ENDED, KINDS, SOURCES
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.settings import Settings

MOST_COUNTED = 10_000  # a count goes no further: more says "more than"
MOST_LOOKED_AT = 30_000  # of so many all counts are taken in one go
_KEPT = 300  # seconds that counts are kept
SHOWN = ("unit", "round", "responsible", "item")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; every field is a word of the address, "" is no condition."""

    round: str = ""  # slug
    state: str = ""
    unit: str = ""  # code
    item: str = ""  # code
    source: str = ""
    kind: str = ""
    clock: str = ""  # overdue, soon, in_time
    mine: str = ""  # 1: what waits for this person
    again: str = ""  # 1: what was opened again, now or before
    escalated: str = ""  # 1: what was put before the leaders and is not ended
    q: str = ""  # beginning of the number

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Filter:
        """Return what an address asks for; what it does not know is left out."""
        found = {name: str(values.get(name, "") or "").strip()[:100] for name in cls.__slots__}
        if found["source"] not in SOURCES:
            found["source"] = ""
        if found["kind"] not in KINDS:
            found["kind"] = ""
        if found["clock"] not in ("overdue", "soon", "in_time"):
            found["clock"] = ""
        return cls(**found)

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not any(getattr(self, name) for name in self.__slots__)

    @property
    def by_date(self) -> bool:
        """Whether the list goes by its dates: the earliest first."""
        return self.clock in ("overdue", "soon")

    @property
    def order(self) -> tuple[str, ...]:
        """Return the order of the list, for `page_of`."""
        return ("due", "pk") if self.by_date else ("-pk",)


def problems(asked: Filter, actor: Actor, moment: datetime | None = None) -> QuerySet[Problem]:
    """Return the problems that the actor of the scope sees, narrowed; a round or unit that is not visible gives none."""
    at = moment or now()
    rows = Problem.objects.all()
    if asked.round:
        rows = rows.filter(round_id__in=_keys(Round.objects.filter(slug=asked.round)))
    if asked.unit:
        rows = rows.filter(unit_id__in=_keys(RoundUnit.objects.filter(code=asked.unit)))
    if asked.state == "open":
        rows = rows.exclude(state__in=ENDED)
    elif asked.state:
        rows = rows.filter(state=asked.state)
    named = {"item_code": asked.item, "source": asked.source, "kind": asked.kind}
    wanted = {name: value for name, value in named.items() if value}
    if wanted:
        if not Problem._base_manager.filter(**wanted).exists():  # nobody's: an index says so at once
            return rows.none()
        rows = rows.filter(**wanted)
    if asked.clock == "overdue":
        rows = rows.filter(due__lt=at)
    elif asked.clock == "soon":
        rows = rows.filter(due__gte=at, due__lte=at + timedelta(days=Settings.remind_days))
    elif asked.clock == "in_time":
        rows = rows.exclude(state__in=ENDED).filter(Q(due=None) | Q(due__gte=at))
    if asked.again:
        rows = rows.filter(times_reopened__gt=0)
    if asked.escalated:
        rows = rows.filter(escalated_at__isnull=False).exclude(state__in=ENDED)
    if asked.q:
        rows = rows.filter(code__gte=asked.q, code__lt=asked.q + "\uffff")
    if asked.mine:
        rows = _in_states(rows, waiting_for(actor))
    return rows


def _in_states(rows: QuerySet[Problem], states: tuple[str, ...]) -> QuerySet[Problem]:
    """Return what of `rows` is in one of `states`: of very many the newest are found on the way, of few by their index.

    The database knows neither; the index, asked for several states, must be sorted.
    """
    few = rows.filter(state__in=states)
    if _count(few).more:
        return rows.annotate(named=Concat("state", Value(""))).filter(named__in=states)
    return few


def _keys(rows: QuerySet[Any]) -> list[int]:
    """Return the keys themselves: with them the database sees how few there are and takes the index that is sorted."""
    return list(rows.values_list("pk", flat=True)[:500])


# States in which the next step is one side's; of other packs' states the page of the problem tells.
THEIRS = ("notified", "plan_approved", "in_progress", "returned", "reopened")
OURS = ("identified", "planned", "submitted")


def waiting_for(actor: Actor) -> tuple[str, ...]:
    """Return the states of problems whose next step is the actor's: members what they mend, organisers what they decide."""
    from duxue.web.common.actors import MEMBERS, ORGANISER

    return (THEIRS if actor.any(*MEMBERS) else ()) + (OURS if actor.any(ORGANISER) else ())


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; `more` when the count was stopped."""

    n: int
    more: bool = False


def counts(actor: Actor, asked: Filter, states: tuple[str, ...]) -> tuple[dict[str, Count], datetime]:
    """Return how many problems are in each state, overdue and due soon, each counted to 10,000, and as of when.

    Kept for five minutes for each actor and filter: the moment says how old they are.
    """
    text = f"{actor.sight}|{[asked.round, asked.unit, asked.item, asked.source, asked.kind, asked.mine]}|{states}"
    key = "problem-counts-" + hashlib.sha256(text.encode()).hexdigest()[:32]
    kept = cache.get(key)
    if kept is not None:
        counted: tuple[dict[str, Count], datetime] = kept
        return counted
    at = now()
    base = Filter(
        round=asked.round,
        unit=asked.unit,
        item=asked.item,
        source=asked.source,
        kind=asked.kind,
        mine=asked.mine,
    )
    rows = problems(base, actor, at)
    conditions = {state: Q(state=state) for state in states}
    conditions["overdue"] = Q(due__lt=at)
    conditions["soon"] = Q(due__gte=at, due__lte=at + timedelta(days=Settings.remind_days))
    found = _counts_of_few(rows, conditions) or {k: _count(rows.filter(q)) for k, q in conditions.items()}
    cache.set(key, (found, at), _KEPT)
    return found, at


def _counts_of_few(rows: QuerySet[Problem], conditions: Mapping[str, Q]) -> dict[str, Count]:
    """Return the counts from one look at `rows`; nothing when there are more than are looked at."""
    looked = rows.order_by().values("pk", "state", "due")[: MOST_LOOKED_AT + 1]
    kinds = {f"n{at}": Aggregate("pk", filter=q) for at, q in enumerate(conditions.values())}
    n = looked.aggregate(all=Aggregate("pk"), **kinds)
    if n["all"] > MOST_LOOKED_AT:
        return {}
    return {k: _capped(n[f"n{at}"]) for at, k in enumerate(conditions)}


def _count(rows: QuerySet[Problem]) -> Count:
    return _capped(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())


def _capped(n: int) -> Count:
    return Count(min(n, MOST_COUNTED), n > MOST_COUNTED)


def problem_of(pk: int) -> QuerySet[Problem]:
    """Return the problem of a key with all that its page shows; empty when the actor does not see it."""
    return Problem.objects.filter(pk=pk).select_related(
        "round__authority",
        "unit__organisation",
        "responsible",
        "item",
        "repeats",
        "submitted_by",
        "closed_by",
        "found_by",
    )


def entries_of(problem: Problem) -> QuerySet[Entry]:
    """Return the history of a problem, newest first."""
    return Entry.objects.filter(problem=problem).select_related("written_by").order_by("-written_at", "-pk")


def asked_extension(problem: Problem) -> Entry | None:
    """Return the wish for more time that nobody has decided yet."""
    last = (
        Entry.objects.filter(problem=problem, kind__in=("ask_extension", "extend", "close", "submit"))
        .order_by("-pk")
        .first()
    )
    return last if last is not None and last.kind == "ask_extension" else None


def open_on_item(unit: RoundUnit, item: str) -> list[Problem]:
    """Return the open problems of a unit's organisation on an item, of this round and those before, the earliest date first."""
    with everything("whether there is any at all, which most items have not"):
        keys = list(
            Problem.objects.filter(unit__organisation_id=unit.organisation_id, item_code=item)
            .exclude(state__in=ENDED)
            .order_by()
            .values_list("pk", flat=True)
        )
    return list(Problem.objects.filter(pk__in=keys).order_by("due", "pk")[:20]) if keys else []
