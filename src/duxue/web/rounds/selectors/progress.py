"""How far a self-evaluation is, said once for all pages: how many items need nothing more before submission, of all that are seen.

An item needs nothing more when it was handed in and not returned, when whoever fills it said that it is ready, or when known
figures decide its points.
"""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Known, Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of

HANDED_IN = ("submitted", "answered", "accepted")
OPEN = frozenset({"open", "drafted"})  # states of an answer that is being written
_NOTHING_WRITTEN = "whether figures decide an item's points says nothing of what was written"


def needs_nothing(answer: Answer, *, asked: bool) -> bool:
    """Return whether an item needs nothing more; `asked`: a score is asked, as known figures do not decide its points."""
    return answer.state in HANDED_IN or (answer.state in OPEN and (answer.ready or not asked))


def done(round: Round) -> Q:
    """Return the same as a condition over answers of `round`."""
    return Q(state__in=HANDED_IN) | (Q(state__in=OPEN) & (Q(ready=True) | _decided(round)))


def left_by(answers: QuerySet[Answer], round: Round, key: str) -> Counter[int]:
    """Return how many of `answers`, all of `round`, need something more, by `key`: unit_id or item_id.

    The same as counting those that are not done; asked for in two parts, of which each reads what is left and not every
    answer of the round.
    """
    written = answers.filter(round=round, ready=False, state__in=OPEN).exclude(_decided(round))
    back = {state.id for state in procedure_of(round, "answer").states} - OPEN - {*HANDED_IN}
    found = Counter[int]()
    for part in (written, answers.filter(round=round, state__in=sorted(back))):
        found.update(dict(part.order_by().values_list(key).annotate(n=Count("pk"))))
    return found


def _decided(round: Round) -> Q:
    """Return the condition that known figures decide the points of an answer: nothing, before the unit may be told them."""
    if not round.chosen.show_points:
        return Q(pk__in=())
    with everything(_NOTHING_WRITTEN):
        known = Known.objects.filter(unit=OuterRef("unit"), item=OuterRef("item"), points__isnull=False)
        return Q(Exists(known.order_by()), item__kind="computed")


def decided_items(unit: RoundUnit) -> frozenset[int]:
    """Return the keys of the items of `unit` whose points known figures decide: no score is asked for them."""
    if not unit.round.chosen.show_points:
        return frozenset()
    with everything(_NOTHING_WRITTEN):
        rows = Known.objects.filter(unit=unit, points__isnull=False, item__kind="computed")
        return frozenset(rows.order_by().values_list("item_id", flat=True))
