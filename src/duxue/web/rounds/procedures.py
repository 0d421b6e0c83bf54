"""The procedures of a round at work: which steps are offered to whom, what a step changes, and when something is due.

A round keeps the procedures of its pack as they were when it was made; the pure part is in `duxue.cases`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from duxue.cases.calendar import Calendar
from duxue.cases.clock import Term, due
from duxue.cases.procedure import Done, Facts, Moved, Offer, Procedure
from duxue.cases.procedure import Window as Times
from duxue.core.errors import Refused
from duxue.packs.loader import load
from duxue.packs.procedure import ProcedureSpec
from duxue.packs.schema import Pack
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say, words
from duxue.web.common.locking import lock
from duxue.web.common.memo import remembered
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Decision, no, yes
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round, RoundUnit, Window
from duxue.web.rounds.own_calendars import calendar_named, newest

Kind = Literal["round", "unit", "answer", "objection", "problem", "inspection"]
DEFAULT_PACK, DEFAULT_CALENDAR = "cn-duty-province-demo", "cn"
# Kinds whose tables the database closes with the round.
_SEALED = frozenset({"unit", "answer", "objection", "inspection"})


# --- what a round goes by ---------------------------------------------------------------------------------------------
def procedure_of(round: Round, kind: str) -> Procedure:
    """Return the procedure of a kind of object in `round`, with the terms that the round sets for its clocks.

    A round that keeps none of this kind goes by the one of the sample province.
    """
    if not round.pk:  # a round that is not kept has no name of its own to be remembered by
        return _procedure_of(round, kind)
    return remembered(("procedure", round.pk, kind), lambda: _procedure_of(round, kind))


def _procedure_of(round: Round, kind: str) -> Procedure:
    spec = round.procedures.get(kind) or procedures_of_pack(DEFAULT_PACK)[kind]
    procedure = _procedure(json.dumps(spec, sort_keys=True, ensure_ascii=False))
    terms = {name: Term.parse(text) for name, text in round.chosen.terms.items()}
    return procedure.with_terms(terms) if terms else procedure


@lru_cache(maxsize=256)
def _procedure(text: str) -> Procedure:
    return Procedure.of(ProcedureSpec.model_validate_json(text))


@lru_cache(maxsize=32)
def procedures_of_pack(pack: str) -> dict[str, Any]:
    """Return the procedures of a pack as JSON, by the kind of object; the sample province's where it has none."""
    return procedures_in(load(pack).pack)


def procedures_in(pack: Pack) -> dict[str, Any]:
    """Return the same of a pack that was read."""
    if not pack.procedures and pack.id != DEFAULT_PACK:
        return procedures_of_pack(DEFAULT_PACK)
    return {spec.object: spec.model_dump(mode="json", by_alias=True) for spec in pack.procedures}


def final_states(round: Round, kind: str) -> list[str]:
    """Return the states in which nothing is due any more."""
    return [state.id for state in procedure_of(round, kind).states if state.kind == "final"]


def calendar_of(round: Round) -> Calendar:
    """Return the working days of a round; years that are not announced yet are counted with weekends only."""
    return calendar_named(round.chosen.calendar or DEFAULT_CALENDAR).assuming()


def last_year_of(round: Round | None) -> int:
    """Return the last year whose holidays the calendar of a round knows; without one the site's."""
    return max((calendar_of(round) if round is not None else newest(DEFAULT_CALENDAR)).years)


def zone_of(round: Round) -> tzinfo:
    """Return the time zone in which the days of a round are counted."""
    return ZoneInfo(round.chosen.time_zone or settings.TIME_ZONE)


def due_after(round: Round, start: datetime, state_or_term: str | Term) -> datetime:
    """Return the last second of a term that begins with `start`.

    Args:
        round: whose calendar, zone and terms hold.
        start: the event, not counted itself.
        state_or_term: a Term, a text like `10 working days`, a clock (`answer_returned`) or a state with one (`answer.returned`).

    Raises:
        Refused: a term that cannot be read (CASE002), a state without clock (WEB004).
    """
    term = state_or_term if isinstance(state_or_term, Term) else _term(round, state_or_term)
    return due(start, term, calendar_of(round), zone_of(round))


def _term(round: Round, name: str) -> Term:
    kind, _, state = name.partition(".")
    if state:
        procedure = procedure_of(round, kind)
        clock = procedure.state(state).clock
        if clock is None:
            raise Refused([tell("WEB004", found=name)])
        return procedure.term(clock)
    for kind in round.procedures or procedures_of_pack(DEFAULT_PACK):
        for timer in procedure_of(round, kind).clocks:
            if timer.id == name:
                return timer.term
    return Term.parse(name)


# --- windows ----------------------------------------------------------------------------------------------------------
def windows_of(round: Round, unit: RoundUnit | None = None) -> dict[str, Times]:
    """Return the windows that hold for `unit`: those of all, longer where the unit has an extension."""
    rows = remembered(("windows", round.pk), lambda: _windows(round))
    return times_for(round, rows, unit.pk if unit else None)


def _windows(round: Round) -> list[Window]:
    with everything("whether a window is open is the same for everybody"):
        return list(Window.objects.filter(round_id=round.pk).order_by("opens"))


def times_for(round: Round, rows: Iterable[Window], unit_id: int | None) -> dict[str, Times]:
    """Return the windows of one unit (None: of all) from the rows of a round."""
    titles = {step.id: step.title for step in procedure_of(round, "round").steps}
    found: dict[str, Times] = {}
    for row in rows:
        if row.unit_id in (None, unit_id):
            found[row.step] = widened(found.get(row.step), row)._replace(title=titles.get(row.step))
    return found


def widened(had: Times | None, row: Window) -> Times:
    """Return the times of a step when a further window of it holds: from the earlier opening to the later end."""
    if had is None or had.opens is None or had.closes is None:
        return Times(row.opens, row.closes)
    return Times(min(row.opens, had.opens), max(row.closes, had.closes), had.title)


def window_state(
    round: Round, step: str, unit: RoundUnit | None = None, at: datetime | None = None
) -> Decision:
    """Return whether the window of a step is open at `at` (now), and until when; or why it is not."""
    return is_open(windows_of(round, unit).get(step), at or now())


def is_open(window: Times | None, moment: datetime) -> Decision:
    """Return whether a window is open at a moment, in words."""
    if window is None or window.opens is None or window.closes is None:
        return no(say("尚未设定时间窗口", "its window has no times yet"))
    if moment < window.opens:
        return no(say("将于{when}开放", "it opens on {when}", when=_minute(window.opens)))
    if moment.replace(microsecond=0) > window.closes:
        return no(say("已于{when}关闭", "it closed on {when}", when=_minute(window.closes)))
    return yes(say("开放至{when}", "open until {when}", when=_minute(window.closes)))


def _minute(moment: datetime) -> Words:
    local = timezone.localtime(moment)
    return say(
        f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}", f"{local.day} {local:%b %Y %H:%M}"
    )


# --- steps ------------------------------------------------------------------------------------------------------------
def offers(
    actor: Actor, round: Round, kind: str, obj: Any, *, path: str, facts: Facts | None = None
) -> list[Offer]:
    """Return every transition that leaves the present state of `obj`, allowed or with all that stands in its way.

    None of an object that is sealed with its round: `move` would refuse each.

    Args:
        actor: who asks.
        round: whose procedures hold.
        kind: which procedure: round, unit, answer, objection, problem, inspection.
        obj: has `state` and, for extended windows, `unit` (or is one).
        path: place of the organisation at which the actor's roles count.
        facts: guard -> True when it holds, or a Text that says why not; guards that are left out do not hold.
    """
    if round.sealed_at is not None and kind in _SEALED:
        return []
    procedure = procedure_of(round, kind)
    ways = [t for t in procedure.transitions if obj.state in t.from_]
    second = [t for t in ways if t.different_person_from]
    return procedure.allowed(
        obj.state,
        _roles(actor, path, round),
        facts or {},
        actor=_who(actor),
        history=history_of(kind, obj) if second else (),
        windows=windows_of(round, _unit_of(obj)) if any(t.window for t in ways) else {},
        now=now(),
    )


@transaction.atomic
def move(
    actor: Actor,
    round: Round,
    kind: str,
    obj: Any,
    transition: str,
    *,
    path: str,
    reason: str = "",
    facts: Facts | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
    windows: Mapping[str, Times] | None = None,
) -> Moved:
    """Do a transition: `obj` is locked, judged in its present state, saved, and the audit told; return what changed.

    `obj.state` and, where it has one, `obj.state_since` change; the event is `duxue.<kind>.<transition>`. Arguments as in
    `offers`; `data` goes into the event; `at` is the moment (now);
    `windows` are those of its unit, where the caller has read them.

    Raises:
        Refused: with everything that stands in the way (CASE012 to CASE021, WEB006 in a sealed round).
    """
    moment = at or now()
    with everything("the row is locked and read again, whoever acts"):
        if unit_id := getattr(obj, "unit_id", None):
            lock(RoundUnit, unit_id)
        stored = type(obj)._base_manager.select_for_update(no_key=True).get(pk=obj.pk)
        sealed = Round.objects.filter(pk=round.pk, sealed_at__isnull=False).exists()
    if sealed and kind in _SEALED:
        raise Refused([tell("WEB006", found=str(round))])
    procedure = procedure_of(round, kind)
    way = procedure.transition(transition)
    moved = procedure.step(
        stored.state,
        transition,
        roles=_roles(actor, path, round),
        facts=facts or {},
        reason=reason,
        actor=_who(actor),
        history=history_of(kind, obj) if way.different_person_from else (),
        windows={} if not way.window else windows_of(round, _unit_of(obj)) if windows is None else windows,
        now=moment,
    )
    changed: dict[str, Any] = {"state": moved.state}
    if hasattr(obj, "state_since") and moved.state != moved.before:
        changed["state_since"] = moment
    type(obj)._base_manager.filter(pk=obj.pk).update(**changed)
    for name, value in changed.items():
        setattr(obj, name, value)
    audit.record(
        actor, f"duxue.{kind}.{transition}", obj, round_id=round.pk, path=path, reason=reason,
        data={"from": moved.before, "to": moved.state, **(data or {})}, at=moment,
    )  # fmt: skip
    return moved


def history_of(kind: str, obj: models.Model) -> list[Done]:
    """Return which transitions of `obj` were done, and by whom, oldest first."""
    prefix = f"duxue.{kind}."
    with everything("who did an earlier step decides whether this one needs another person"):
        events = AuditEvent.objects.filter(
            object_type=obj._meta.label_lower, object_id=str(obj.pk), action__startswith=prefix
        ).values_list("action", "actor_id", "token_id")
        return [
            Done(action.removeprefix(prefix), _name(user, token))
            for action, user, token in events.order_by("seq")
        ]


def _roles(actor: Actor, path: str, round: Round) -> frozenset[str]:
    return frozenset() if actor.read_only else actor.roles_at(path, round.pk)


def _who(actor: Actor) -> str:
    return _name(actor.user_id, actor.token_id)


def _name(user: int | None, token: int | None) -> str:
    return f"user {user}" if user is not None else f"token {token}" if token is not None else ""


def _unit_of(obj: Any) -> RoundUnit | None:
    unit = obj if isinstance(obj, RoundUnit) else getattr(obj, "unit", None)
    return unit if isinstance(unit, RoundUnit) else None


def state_title(round: Round, kind: str, state: str) -> Any:
    """Return the name of a state in words."""
    return words(procedure_of(round, kind).state(state).title)
