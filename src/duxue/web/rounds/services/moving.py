"""Moving a round on: open, freeze, unfreeze, publish, archive, each with its role, guards, reason and second person."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from django.db import transaction

from duxue.cases.procedure import Facts, Moved, Offer
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.scope import everything
from duxue.web.rounds import procedures
from duxue.web.rounds.models import Round
from duxue.web.rounds.services.freezing import round_facts

WAYS = (
    "open",
    "freeze",
    "unfreeze",
    "publish",
    "archive",
)  # transitions of a round that people ask for by themselves


def round_offers(actor: Actor, round: Round) -> list[Offer]:
    """Return what the round's state offers, allowed or with all that stands in its way."""
    found = procedures.offers(
        actor, round, "round", round, path=round.authority.path, facts=_facts(round, "freeze")
    )
    return [offer for offer in found if offer.transition.id in WAYS]


def _facts(round: Round, transition: str) -> Facts:
    return round_facts(round) if transition == "freeze" else {}


@transaction.atomic
def round_move(
    *, actor: Actor, round: Round, transition: str, reason: str = "", at: datetime | None = None
) -> Moved:
    """Move a round on; freezing seals its tables in the database, unfreezing lets them go.

    Publishing writes the public edition of the scored round in the same transaction, so that nothing is announced that is
    not there.

    Raises:
        Denied: not an organiser of the authority, the person who froze it, a published round.
        Refused: with every guard that does not hold (CASE014), a missing reason (CASE021), another state (CASE012).
    """
    require(actor, transition, round)
    moment = at or now()
    with everything("two people may ask at once: the second sees what the first did"):
        locked = Round.objects.select_for_update().get(pk=round.pk)
    moved = procedures.move(
        actor, locked, "round", locked, transition, path=round.authority.path, reason=reason,
        facts=_facts(locked, transition), at=moment,
    )  # fmt: skip
    match transition:
        case "freeze":
            locked.sealed_at, locked.sealed_by_id = moment, actor.user_id
        case "unfreeze":
            locked.sealed_at, locked.sealed_by_id = None, None
        case "publish":
            locked.published_at = moment
    locked.save(update_fields=["sealed_at", "sealed_by", "published_at"])
    if transition == "publish":
        _publish(actor, round=locked)
    round.refresh_from_db()
    return moved


def _publish(actor: Actor, round: Round) -> None:
    # By name: reporting reads rounds, so rounds cannot import it.
    if find_spec("duxue.web.reporting.services") is not None:
        import_module("duxue.web.reporting.services").round_publish(actor=actor, round=round)
