"""How far a self-evaluation is, said once for all pages: how many items need nothing more before submission, of all that are seen.

An item needs nothing more when it was handed in and not returned, when whoever fills it said that it is ready, or when known
figures decide its points.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Known, Round, RoundUnit

HANDED_IN = ("submitted", "answered", "accepted")
OPEN = frozenset({"open", "drafted"})  # states of an answer that is being written
_NOTHING_WRITTEN = "whether figures decide an item's points says nothing of what was written"


def needs_nothing(answer: Answer, *, asked: bool) -> bool:
    """Return whether an item needs nothing more; `asked`: a score is asked, as known figures do not decide its points."""
    return answer.state in HANDED_IN or (answer.state in OPEN and (answer.ready or not asked))


def done(round: Round) -> Q:
    """Return the same as a condition over answers of `round`."""
    ready = Q(ready=True)
    if round.chosen.show_points:  # else figures decide nothing before the unit is told
        with everything(_NOTHING_WRITTEN):
            known = Known.objects.filter(unit=OuterRef("unit"), item=OuterRef("item"), points__isnull=False)
        ready |= Q(Exists(known.order_by()), item__kind="computed")
    return Q(state__in=HANDED_IN) | (Q(state__in=OPEN) & ready)


def decided_items(unit: RoundUnit) -> frozenset[int]:
    """Return the keys of the items of `unit` whose points known figures decide: no score is asked for them."""
    if not unit.round.chosen.show_points:
        return frozenset()
    with everything(_NOTHING_WRITTEN):
        rows = Known.objects.filter(unit=unit, points__isnull=False, item__kind="computed")
        return frozenset(rows.order_by().values_list("item_id", flat=True))
