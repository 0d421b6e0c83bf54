"""What a person must do about problems: what they mend, what they decide, what waits for their check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from duxue.web.common.actors import INSPECTOR, LEADER, MEMBERS, ORGANISER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.tasks_list import Todo
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors.ledger import MOST_COUNTED, THEIRS

_VERBS = {
    "notified": say("为 {n} 个问题报送整改方案", "Send plans for {n} problems", one="Send the plan for a problem"),
    "plan_approved": say("开始整改 {n} 个问题", "Begin work on {n} problems", one="Begin work on a problem"),
    "in_progress": say("整改 {n} 个问题并报告进展", "Mend {n} problems and report progress", one="Mend a problem and report progress"),
    "returned": say("继续整改退回的 {n} 个问题", "Go on with {n} returned problems", one="Go on with a returned problem"),
    "reopened": say("重新整改 {n} 个问题", "Mend {n} reopened problems", one="Mend a reopened problem"),
    "identified": say("交办 {n} 个问题", "Hand over {n} problems", one="Hand over a problem"),
    "planned": say("审定 {n} 份整改方案", "Decide on {n} plans", one="Decide on a plan"),
    "submitted": say("复查 {n} 个申请销号的问题", "Check {n} problems submitted for closing", one="Check a problem submitted for closing"),
}  # fmt: skip


def todo(actor: Actor) -> Iterator[Todo]:
    """Yield one line for each state in which problems wait for the actor, with the earliest date; leaders see what is late."""
    if actor.any(*MEMBERS):
        yield from _lines(THEIRS, Problem.objects.all())
    if actor.any(ORGANISER):
        yield from _lines(("identified", "planned", "submitted"), Problem.objects.all())
    elif actor.any(INSPECTOR) and actor.user_id:
        yield from _lines(("submitted",), Problem.objects.filter(found_by_id=actor.user_id))
    if actor.any(LEADER):
        late = Problem.objects.filter(escalated_at__isnull=False, due__lt=now())
        verb = say("督办 {n} 个逾期提级问题", "See to {n} overdue problems put before you", one="See to an overdue problem put before you")  # fmt: skip
        n = late.order_by().values("pk")[:MOST_COUNTED].count()
        yield from _todo(verb, f"{reverse('rectification:overdue')}?escalated=1", late, n)


def _lines(states: tuple[str, ...], rows: QuerySet[Problem]) -> Iterator[Todo]:
    waiting = rows.filter(state__in=states).order_by().values_list("state", flat=True)
    counts = Counter(waiting[:MOST_COUNTED])
    for state in states:
        page = f"{reverse('rectification:list')}?state={state}"
        yield from _todo(_VERBS[state], page, rows.filter(state=state), counts[state])


def _todo(verb: Words, url: str, rows: QuerySet[Problem], n: int) -> Iterator[Todo]:
    if not n:
        return
    first = rows.filter(due__isnull=False).order_by("due").values_list("pk", "due").first()
    address = (
        reverse("rectification:show", args=[rows.values_list("pk", flat=True).first()]) if n == 1 else url
    )
    yield Todo(say(verb.zh, verb.en, one=verb.one, n=n), address, due=first[1] if first else None, count=n)
