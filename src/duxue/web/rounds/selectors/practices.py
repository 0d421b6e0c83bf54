"""Typical practices that were handed in to a round, and what the data do not bear out in their texts."""

from __future__ import annotations

from django.db.models import QuerySet

from duxue.web.rounds.models import Known, Practice, Round
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.selectors.numbers import Pointed, pointed

STATES = ("handed_in", "accepted", "returned")


def practices_of(round: Round, state: str = "") -> QuerySet[Practice]:
    """Return the visible practices of a round, or those in one state."""
    rows = Practice.objects.filter(round=round).select_related("unit__round__authority")
    match state:
        case "handed_in":
            return rows.filter(accepted=False, returned=None)
        case "accepted":
            return rows.filter(accepted=True)
        case "returned":
            return rows.filter(accepted=False, returned__isnull=False)
    return rows


def unsupported(practice: Practice) -> list[Pointed]:
    """Return the numbers of a practice that differ from a known figure, or that none bears out."""
    round = practice.unit.round  # noqa: A001 - the field's word
    known = Known.objects.filter(unit=practice.unit_id).order_by("indicator", "year")
    return pointed(practice.text_zh, known, pack=rules_of(round), year=round.evaluated_year)
