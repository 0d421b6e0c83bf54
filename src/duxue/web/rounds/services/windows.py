"""Windows of a round's steps: planned before it opens, then opened, extended or closed early with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from duxue.cases.procedure import Window as Times
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.confirming import named
from duxue.web.common.lang import words
from duxue.web.common.locking import lock
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round, RoundUnit, Window
from duxue.web.rounds.procedures import move, procedure_of, times_for

LONGEST_REASON = 400


@transaction.atomic
def windows_plan(*, actor: Actor, round: Round, windows: Mapping[str, Times]) -> None:
    """Set the times of steps while the round is in preparation; Refused tells every window that ends before it begins."""
    require(actor, "windows", round)
    _refuse(_not_draft(round))
    _refuse(_wrong(step, window) for step, window in windows.items())
    with everything("the organiser sets the windows of all"):
        for step, window in windows.items():
            if window.opens and window.closes:
                Window.objects.update_or_create(
                    round=round, step=step, unit=None,
                    defaults={"opens": window.opens, "closes": window.closes, "reason": "", "shut_early": False},
                )  # fmt: skip
    data = {step: [_iso(w.opens), _iso(w.closes)] for step, w in windows.items()}
    audit.record(actor, "duxue.round.plan_windows", round, path=round.authority.path, data=data)


@transaction.atomic
def window_open(*, actor: Actor, round: Round, step: str, reason: str, at: datetime | None = None) -> Window:
    """Open a step now that would open later; its end stays as it is."""
    moment = at or now()
    row = _begin(actor, round, step, reason)
    if row.opens <= moment:
        _refuse([tell("WEB004", field="step", what=Text("此阶段已经开放过", "this step has opened already"))])
    return _change(actor, round, row, {"opens": moment}, reason, moment)


@transaction.atomic
def window_extend(
    *,
    actor: Actor,
    round: Round,
    step: str,
    closes: datetime,
    reason: str,
    unit: RoundUnit | None = None,
    at: datetime | None = None,
) -> Window:
    """Let a step end later, for all units or for one; never earlier. A step that is over opens again.

    Refused: without reason (CASE021, WEB001), for an end that is not later than the present one or the moment (WEB002).
    """
    moment = at or now()
    row = _begin(actor, round, step, reason)
    with everything("the organiser sees the windows of all"):
        rows = list(Window.objects.filter(round=round, step=step))
    held = times_for(round, rows, unit.pk if unit else None)[step].closes
    assert held is not None  # rows have both times
    if closes <= (least := max(held, moment)):
        _refuse(
            [
                too_early(
                    "closes", closes, least, Text("延期只能延后，不能缩短", "an extension never shortens")
                )
            ]
        )
    if unit is not None:
        if unit.round_id != round.pk:
            _refuse([tell("WEB010", field="unit", found=unit.code)])
        own = next((one for one in rows if one.unit_id == unit.pk), None)
        row = own or Window(round=round, step=step, unit=unit, opens=row.opens, closes=row.closes)
    return _change(actor, round, row, {"closes": closes, "shut_early": False}, reason, moment)


@transaction.atomic
def units_extend(
    *,
    actor: Actor,
    round: Round,
    step: str,
    closes: datetime,
    reason: str,
    units: Sequence[RoundUnit],
    at: datetime | None = None,
) -> int:
    """Let a step end later for many units, for all or for none; Refused tells what stands in the way."""
    wrong: list[Problem] = []
    for unit in units:
        try:
            with transaction.atomic():
                window_extend(
                    actor=actor, round=round, step=step, closes=closes, reason=reason, unit=unit, at=at
                )
        except Refused as refused:
            wrong += [
                problem for problem in refused.problems if problem not in wrong
            ]  # most hold for all of them
    _refuse(wrong)
    return len(units)


@transaction.atomic
def window_close(
    *, actor: Actor, round: Round, step: str, reason: str, confirm: str, at: datetime | None = None
) -> Window:
    """Close a step now, before its time, for everybody, extended units included; `confirm` must name the step."""
    moment = at or now()
    row = _begin(actor, round, step, reason)
    title = next(s.title for s in procedure_of(round, "round").steps if s.id == step)
    if not named(confirm, words(title)):
        expected = Text(f"“{title.zh}”", f"“{title.en}”")
        what = Text("请输入阶段名称以确认提前关闭", "name the step to confirm that it closes early")
        _refuse([tell("WEB002", field="confirm", what=what, found=confirm, expected=expected)])
    if row.opens >= moment:
        _refuse([tell("WEB005", field="step", what=Text("此阶段尚未开放", "this step has not opened yet"))])
    with everything("the organiser closes the windows of all"):
        open_now = Window.objects.filter(round=round, step=step, closes__gt=moment)
        if not open_now.exists():
            _refuse(
                [tell("WEB005", field="step", what=Text("此阶段已经关闭", "this step is closed already"))]
            )
        open_now.exclude(pk=row.pk).update(closes=moment, shut_early=True, reason=reason[:LONGEST_REASON])
    return _change(actor, round, row, {"closes": moment, "shut_early": True}, reason, moment)


def _begin(actor: Actor, round: Round, step: str, reason: str) -> Window:
    """Check who asks and lock the window of all; Refused in a sealed round, where there is none, or a reason that is too long."""
    require(actor, "windows", round)
    if len(reason) > LONGEST_REASON:
        _refuse([tell("WEB002", field="reason", found=f"{len(reason)}", expected=Text("至多400字", "at most 400 characters"))])  # fmt: skip
    if not reason.strip():
        _refuse([tell("WEB001", field="reason", what=Text("请写明理由，相关单位会看到", "give a reason; those concerned will see it"))])  # fmt: skip
    lock(Round, round.pk)  # before its windows, as whoever extends for many does
    with everything("the organiser sets the windows of all"):
        if Round.objects.filter(pk=round.pk, sealed_at__isnull=False).exists():
            _refuse([tell("WEB006", found=str(round))])
        row = Window.objects.select_for_update().filter(round=round, step=step, unit=None).first()
    if row is None:
        _refuse([tell("WEB010", field="step", found=step)])
    assert row is not None
    return row


def _change(
    actor: Actor, round: Round, row: Window, values: dict[str, Any], reason: str, moment: datetime
) -> Window:
    before = [_iso(row.opens), _iso(row.closes)]
    for name, value in {**values, "reason": reason.strip()}.items():
        setattr(row, name, value)
    row.save()
    move(
        actor, round, "round", round, "change_window", path=round.authority.path, reason=reason, at=moment,
        data={"step": row.step, "unit": row.unit.code if row.unit else None, "before": before,
              "after": [_iso(row.opens), _iso(row.closes)]},
    )  # fmt: skip
    return row


def too_early(field: str, end: datetime, least: datetime, what: Text) -> Problem:
    """Return what is told of an end that is not later than `least`, both in the site's time."""
    found, held = (f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" for moment in (end, least))
    return tell(
        "WEB002", field=field, what=what, found=found, expected=Text(f"晚于 {held}", f"later than {held}")
    )


def _not_draft(round: Round) -> list[Problem]:
    if round.state == procedure_of(round, "round").start.id:
        return []
    what = Text("轮次已启动，请用延期或提前关闭", "the round is open: extend a window or close it early")
    return [tell("WEB004", what=what)]


def _wrong(step: str, window: Times) -> Problem | None:
    if window.opens and window.closes and window.closes > window.opens:
        return None
    return tell(
        "WEB002", field=f"{step}_closes", found=step, expected=Text("截止晚于开放", "an end after the start")
    )


def _refuse(problems: Any) -> None:
    if found := [p for p in problems if p is not None]:
        raise Refused(found)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
