"""What the clock does by itself: reminds before a date, marks what is late, escalates what stays late. Twice comes out the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from duxue.web.accounts.mail import mail_write, people_of
from duxue.web.common import audit
from duxue.web.common.actors import MEMBERS, ORGANISER, SITE, Actor, Held
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.mending import problem_escalate
from duxue.web.rectification.services.stepping import dates_by_state, line
from duxue.web.rectification.words import ENDED
from duxue.web.rounds.models import Round

_BATCH = 200


def clockwork(
    *, at: datetime | None = None, report: Callable[[int, int, Words], None] | None = None
) -> dict[str, int]:
    """Do all that is due at `at` (now) and return how many problems were set, reminded, marked and escalated."""
    moment = at or now()
    tell = report or (lambda _done, _of, _what: None)
    with everything("the clock runs for all"):
        rounds = list(
            Round.objects.filter(pk__in=Problem.objects.values("round_id").distinct()).select_related(
                "authority"
            )
        )
    done = {"set": 0, "reminded": 0, "late": 0, "escalated": 0}
    for n, one in enumerate(rounds):
        tell(n, len(rounds), say("检查整改时限：{title}", "checking the dates of {title}", title=one.title))
        done["set"] += _set_clocks(one)
        done["reminded"] += _in_batches(partial(_soon, one, moment), partial(_remind, moment))
        done["late"] += _in_batches(partial(_late, one, moment), partial(_mark, moment))
        done["escalated"] += _in_batches(partial(_stuck, one, moment), partial(_escalate, one, moment))
    return done


def site_at(round: Round) -> Actor:
    """Return the site as who acts by the clock for the authority of a round."""
    return Actor(name=SITE.name, held=(Held(ORGANISER, round.authority_id, round.authority.path, round.pk),))


def _set_clocks(round: Round) -> int:
    """Show the running date of problems that were brought in from elsewhere."""
    changed = 0
    with everything("the clock runs for all"):
        for state, name in dates_by_state(round).items():
            rows = Problem.objects.filter(round=round, state=state, due=None, **{f"{name}__isnull": False})
            changed += rows.update(due=F(name))
    return changed


def _in_batches(find: Callable[[], Any], do: Callable[[list[Problem]], int]) -> int:
    """Do something with the problems that are found, a batch in a transaction, until none is left."""
    total = 0
    last = 0
    while True:
        with transaction.atomic(), everything("the clock runs for all"):
            rows = find().filter(pk__gt=last).select_related("round__authority", "unit", "responsible")
            batch = list(rows.select_for_update(of=("self",)).order_by("pk")[:_BATCH])
            if not batch:
                return total
            last = batch[-1].pk
            total += do(batch)


def _soon(round: Round, moment: datetime) -> Any:
    until = moment + timedelta(days=round.chosen.remind_days)
    told = Q(told_soon=None) | ~Q(told_soon=F("due"))
    return Problem.objects.filter(told, round=round, due__gt=moment, due__lte=until).exclude(state__in=ENDED)


def _late(round: Round, moment: datetime) -> Any:
    told = Q(told_late=None) | ~Q(told_late=F("due"))
    return Problem.objects.filter(told, round=round, due__lte=moment).exclude(state__in=ENDED)


def _stuck(round: Round, moment: datetime) -> Any:
    before = moment - timedelta(days=round.chosen.escalate_days)
    fresh = Q(escalated_at=None) | Q(escalated_at__lt=F("due"))
    return Problem.objects.filter(fresh, round=round, due__lte=before).exclude(state__in=ENDED)


def _remind(moment: datetime, batch: list[Problem]) -> int:
    _tell(moment, batch, "remind", "told_soon")
    _write(moment, batch, say("即将到期", "due soon"))
    return len(batch)


def _mark(moment: datetime, batch: list[Problem]) -> int:
    _tell(moment, batch, "overdue", "told_late")
    _write(moment, batch, say("已逾期", "overdue"))
    return len(batch)


def _tell(moment: datetime, batch: list[Problem], kind: str, field: str) -> None:
    for problem in batch:
        data = {"due": problem.due.isoformat() if problem.due else "", "state": problem.state}
        audit.record(SITE, f"duxue.problem.{kind}", problem, path=problem.path, data=data, at=moment)
        line(problem, kind, SITE, data=data, at=moment)
    Problem.objects.filter(pk__in=[p.pk for p in batch]).update(**{field: F("due")})


def _escalate(round: Round, moment: datetime, batch: list[Problem]) -> int:
    days = round.chosen.escalate_days
    to = round.chosen.escalate_to
    reason = say(f"逾期超过 {days} 天", f"overdue by more than {days} days").say("zh-hans")
    offered = [p for p in batch if _may_escalate(p)]
    for problem in offered:
        problem_escalate(actor=site_at(round), problem=problem, to=to, reason=reason, at=moment)
    return len(offered)


def _may_escalate(problem: Problem) -> bool:
    from duxue.web.rounds.procedures import procedure_of

    ways = procedure_of(problem.round, "problem").transitions
    return any(way.id == "escalate" and problem.state in way.from_ for way in ways)


def _write(moment: datetime, batch: list[Problem], what: Words) -> None:
    """Write one mail to each person of each responsible organisation; it leaves once the transaction is done."""
    by_body: dict[int, list[Problem]] = defaultdict(list)
    for problem in batch:
        by_body[problem.responsible_id].append(problem)
    for body, people in people_of(by_body, MEMBERS).items():
        problems = by_body[body]
        lines = "\n".join(
            f"{p.code}  {timezone.localtime(p.due):%Y-%m-%d}  {p.responsible.name_zh}"
            for p in problems
            if p.due
        )
        mail_write(
            users=people, at=moment,
            subject=say("督学平台：{n} 个整改问题{what}", "Duxue: {n} problems {what}", one="Duxue: 1 problem {what}", n=len(problems), what=what),
            text=say("请登录督学平台办理。\n\n{lines}", "Please sign in to Duxue.\n\n{lines}", lines=lines),
        )  # fmt: skip
