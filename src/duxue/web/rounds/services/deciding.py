"""Deciding objections: admitted or not, upheld, in part or dismissed with a reason, then answered in writing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from duxue.cases.procedure import Moved, Offer
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.rounds import procedures
from duxue.web.rounds.models import Objection

OUTCOMES = {
    "uphold": "upheld",
    "uphold_partly": "partly",
    "dismiss": "dismissed",
    "reject_formally": "dismissed",
}
_ORGANISERS = ("admit", "reply", *OUTCOMES)


def objection_offers(actor: Actor, objection: Objection) -> list[Offer]:
    """Return the organiser's steps that the objection's state offers."""
    path = objection.round.authority.path
    found = procedures.offers(actor, objection.round, "objection", objection, path=path)
    return [offer for offer in found if offer.transition.id in _ORGANISERS]


@transaction.atomic
def objection_move(
    *,
    actor: Actor,
    objection: Objection,
    transition: str,
    reason: str = "",
    new_points: Decimal | None = None,
    at: datetime | None = None,
) -> Moved:
    """Do the organiser's next step with an objection.

    A decision starts the clock of the written reply, where the procedure has one. `new_points` are what the item is worth from now on, with an objection to one item that is upheld, whole or in part.

    Raises:
        Denied: not an organiser.
        Refused: another state (CASE012), no reason (CASE021), points that the item does not have (WEB002).
    """
    require(actor, "decide", objection.unit)
    moment = at or now()
    if objection.round.sealed_at:
        raise Refused([tell("WEB006", found=str(objection.round))])
    if transition not in _ORGANISERS:
        raise Refused([tell("WEB004", field="transition", found=transition)])
    item, full = objection.item, objection.item.points if objection.item else Decimal(0)
    if new_points is not None and not (
        transition in {"uphold", "uphold_partly"} and item is not None and 0 <= new_points <= full
    ):
        expected = Text(
            f"0至{full}，且异议针对单个条目并成立", f"0 to {full}, where an objection to one item is upheld"
        )
        raise Refused([tell("WEB002", field="new_points", found=str(new_points), expected=expected)])
    moved = procedures.move(
        actor, objection.round, "objection", objection, transition, path=objection.unit.path, reason=reason,
        data={"new_points": str(new_points)} if new_points is not None else None, at=moment,
    )  # fmt: skip
    if transition == "reply":
        objection.replied_at = moment
        objection.save(update_fields=["replied_at"])
    if transition in OUTCOMES:
        clock = procedures.procedure_of(objection.round, "objection").state(moved.state).clock
        if clock is not None:
            objection.reply_due = procedures.due_after(objection.round, moment, f"objection.{moved.state}")
        objection.outcome, objection.reason, objection.new_points = (
            OUTCOMES[transition],
            reason.strip(),
            new_points,
        )
        objection.decided_by_id, objection.decided_at = actor.user_id, moment
        objection.save(
            update_fields=["outcome", "reason", "new_points", "decided_by", "decided_at", "reply_due"]
        )
    return moved
