"""Veto events: recorded with reason and evidence, shown to the unit, appealed, upheld or withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round, RoundUnit, Veto
from duxue.web.rounds.procedures import due_after
from duxue.web.rounds.rules import pack_by, rules_of

_FROM = {
    "pending": ("none",),
    "upheld": ("pending",),
    "withdrawn": ("none", "pending"),
}  # appeal <- states before
UNDECIDED = ("none", "pending")  # appeals that an organiser may still decide


def appeal_due(veto: Veto, round: Round) -> datetime:
    """Return until when a unit may appeal: the term in which it may object to its result, from the day of the veto."""
    return due_after(round, veto.decided_at, "unit.notified")


def vetoes_of(round: Round) -> dict[str, Text]:
    """Return the vetoes of a round's rules that people enter, by name."""
    scoring = pack_by(rules_of(round)).scoring
    return {v.id: v.title.text for v in scoring.vetoes if v.when is None} if scoring else {}


@transaction.atomic
def veto_record(
    *, actor: Actor, unit: RoundUnit, rule: str, reason: str, evidence: str, at: datetime | None = None
) -> Veto:
    """Record that something happened which may change a unit's grade; nothing counts without reason and evidence."""
    require(actor, "decide", unit)
    if actor.user_id is None:
        raise Denied(
            say("否决事项由人记录，不由接口令牌记录", "a veto is recorded by a person, not by a token")
        )
    _open(unit)
    known = vetoes_of(unit.round)
    found = [
        tell("WEB001", field=name)
        for name, text in (("reason", reason), ("evidence", evidence))
        if not text.strip()
    ]
    if rule not in known:
        found.append(
            tell(
                "WEB002", field="rule", found=rule, expected=Text("规则包中的否决事项", "a veto of the pack")
            )
        )
    if len(evidence) > 400:
        found.append(tell("WEB002", field="evidence", expected=Text("至多400字", "at most 400 characters")))
    if found:
        raise Refused(found)
    with everything("the organiser decides for every unit"):
        veto = Veto.objects.create(
            round=unit.round, unit=unit, rule=rule, reason=reason.strip(), evidence=evidence.strip(),
            decided_by_id=actor.user_id, decided_at=at or now(),
        )  # fmt: skip
    audit.record(actor, "duxue.veto.record", veto, path=unit.path, reason=reason, data={"rule": rule}, at=at)
    return veto


@transaction.atomic
def veto_appeal(*, actor: Actor, veto: Veto, appeal: str, reason: str, at: datetime | None = None) -> Veto:
    """Change where the appeal stands: the unit's manager files it in time, an organiser upholds or withdraws the veto."""
    require(actor, "object" if appeal == "pending" else "decide", veto.unit)
    _open(veto.unit)
    with everything("the row is locked and read again, whoever acts"):
        held = Veto.objects.select_for_update().get(pk=veto.pk)
    found = []
    if held.appeal not in _FROM.get(appeal, ()):
        found.append(tell("WEB004", field="appeal", found=f"{held.appeal} -> {appeal}"))
    elif appeal == "pending" and (at or now()).replace(microsecond=0) > (
        until := appeal_due(held, veto.round)
    ):
        what = Text("申诉的期限已过", "the time to appeal is over")
        found.append(tell("WEB005", found=f"{until:%Y-%m-%d %H:%M}", what=what))
    if not reason.strip():
        found.append(tell("WEB001", field="reason"))
    if found:
        raise Refused(found)
    veto.appeal = appeal
    veto.save(update_fields=["appeal"])
    audit.record(actor, f"duxue.veto.{appeal}", veto, path=veto.unit.path, reason=reason, at=at)
    return veto


def _open(unit: RoundUnit) -> None:
    if unit.round.sealed_at:
        raise Refused([tell("WEB006", found=str(unit.round))])
