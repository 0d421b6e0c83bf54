"""How many problems are open and how many late, for a person's first page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from duxue.web.common.actors import AUDITOR, LEADER, MEMBERS, ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.tasks_list import Standing
from duxue.web.rectification.selectors.ledger import OURS, THEIRS, Count, Filter, counts


def standings(actor: Actor) -> Iterator[Standing]:
    """Yield the problems that are open and those that are overdue; nothing where there is none."""
    if not actor.any(ORGANISER, LEADER, AUDITOR, *MEMBERS):
        return
    found, _ = counts(actor, Filter(), (*THEIRS, *OURS, "closed"))
    running = [found[state] for state in (*THEIRS, *OURS)]
    left = Count(sum(c.n for c in running), any(c.more for c in running))
    if not left.n and not found["closed"].n:
        return
    here = reverse("rectification:list")
    yield Standing(say("未办结的问题", "Open problems"), _figure(left), f"{here}?state=open")
    late = found["overdue"]
    yield Standing(
        say("已逾期的问题", "Problems overdue"), _figure(late), reverse("rectification:overdue"),
        state="overdue" if late.n else "",
    )  # fmt: skip
    yield Standing(say("已销号的问题", "Problems closed"), _figure(found["closed"]), f"{here}?state=closed")


def _figure(count: Count) -> str:
    return f"{count.n:,}{'+' if count.more else ''}"
