"""The clocks of a round as its pack has them, before the round sets terms of its own."""

from __future__ import annotations

from duxue.cases.procedure import Timer
from duxue.web.rounds.models import Round
from duxue.web.rounds.procedures import DEFAULT_PACK, procedure_of, procedures_of_pack


def clocks_of(round: Round) -> dict[str, Timer]:
    """Return the clocks of all procedures of a round by their ids, with the terms of its pack."""
    plain = Round(procedures=round.procedures)  # keeps no terms
    kinds = {**procedures_of_pack(DEFAULT_PACK), **round.procedures}
    return {timer.id: timer for kind in kinds for timer in procedure_of(plain, kind).clocks}
