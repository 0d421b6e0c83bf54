"""The organiser's steps with units: invite and remind their people, take submissions into review, notify, settle, excuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from duxue.cases.procedure import Facts, Moved, Offer
from duxue.core.errors import Refused
from duxue.core.text import Text, count_of
from duxue.web.accounts.mail import holders, mail_write, people_of
from duxue.web.common import audit
from duxue.web.common.actors import MANAGER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.locking import lock
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds import procedures
from duxue.web.rounds.models import Answer, Question, Round, RoundUnit
from duxue.web.rounds.selectors.objected import open_objections

ORGANISERS = ("start_review", "finish_review", "verify", "skip_visit", "notify", "lapse", "settle", "excuse")
_QUIET = timedelta(hours=20)  # a unit is not reminded twice a day
_NAMED = 8  # items that a refusal names


def unit_facts(round: Round, unit: RoundUnit, moment: datetime | None = None) -> Facts:
    """Return the guards of a unit's procedure that the organiser's steps ask for."""
    from duxue.web.inspections.models import Visit
    from duxue.web.reviews.services.reviewing import unjudged

    at = moment or now()
    with everything("whether a guard holds is the same for everybody"):
        returned = Question.objects.filter(answer__unit=unit, replied_at=None, closed_at=None).count()
        ended = procedures.final_states(round, "inspection")
        visits = Visit.objects.filter(unit=unit).exclude(state__in=ended).count()
        filed = Visit.objects.filter(unit=unit, state="filed").exists()
        objections = open_objections(round).filter(unit=unit).count()
    due = _objection_due(round, unit)
    return {
        "no_item_returned": Text(f"{returned}项退回未答", f"{returned} returned unanswered")
        if returned
        else True,
        "items_judged": _listed(unjudged(unit)),
        "sheets_filed": Text(f"{visits}次核查未归档", f"{count_of(visits, 'visit')} not filed")
        if visits
        else filed or Text("没有到过现场", "no visit was made"),
        "no_open_objection": Text(f"{objections}件异议未办结", f"{objections} open") if objections else True,
        "objection_time_over": True
        if due and at > due
        else Text("申请复核的期限未过", "the term still runs"),
    }


def unit_left(unit: RoundUnit, transition: str) -> list[Text]:
    """Return what a step with a unit would leave open behind it, in words; its reader oversees the unit."""
    from duxue.web.reviews.selectors import apart_in, tasks_of

    facts = unit_facts(unit.round, unit)
    names = ["no_item_returned", "items_judged", *(["sheets_filed"] if transition == "skip_visit" else [])]
    left = [fact for name in (*names, "no_open_objection") if isinstance(fact := facts[name], Text)]
    if transition == "finish_review":
        if not tasks_of(unit).exists():
            left.append(Text("没有专家评审该单位", "no reviewer judges the unit"))
        if apart := len(apart_in(unit.round, unit)):
            left.append(
                Text(f"{apart}项两位专家给分相差较大", f"{count_of(apart, 'item')} with scores far apart")
            )
    if transition == "notify" and _newest_score(unit) is None:
        left.append(Text("尚未计分，单位看不到得分", "it is not scored yet: the unit sees no points"))
    return left


def _listed(missing: Sequence[Answer]) -> Text | Literal[True]:
    """Return the items that are not judged yet, the first of them by name; True where none is left."""
    if not missing:
        return True
    codes, more = [answer.item.code for answer in missing[:_NAMED]], len(missing) > _NAMED
    zh = f"分派给专家的{len(missing)}项尚未给分：{'、'.join(codes)}{'等' if more else ''}"
    en = f"{count_of(len(missing), 'assigned item')} not judged: {', '.join(codes)}{' and others' if more else ''}"
    return Text(zh, en)


def _objection_due(round: Round, unit: RoundUnit) -> datetime | None:
    start = unit.notified_at
    return procedures.due_after(round, start, "unit.notified") if start else None


def unit_offers(actor: Actor, unit: RoundUnit) -> list[Offer]:
    """Return the organiser's steps that the unit's state offers."""
    path = unit.round.authority.path
    found = procedures.offers(actor, unit.round, "unit", unit, path=path, facts=unit_facts(unit.round, unit))
    return [offer for offer in found if offer.transition.id in ORGANISERS]


@transaction.atomic
def unit_move(
    *, actor: Actor, unit: RoundUnit, transition: str, reason: str = "", at: datetime | None = None
) -> Moved:
    """Do one of the organiser's steps with a unit; why one is excused, it and the auditor see.

    Refused: every guard that does not hold, a reason of more than 400 characters for excusing.
    """
    require(actor, "decide", unit)
    moment = at or now()
    if transition not in ORGANISERS:
        raise Refused([tell("WEB004", field="transition", found=transition)])
    if transition == "excuse" and len(reason) > 400:
        raise Refused([tell("WEB002", field="reason", expected=Text("至多400字", "at most 400 characters"))])
    told = _newest_score(unit) if transition == "notify" else None
    moved = procedures.move(
        actor, unit.round, "unit", unit, transition, path=unit.path, reason=reason,
        facts=unit_facts(unit.round, unit, moment), data={"scoring": told.digest} if told else None, at=moment,
    )  # fmt: skip
    if transition == "notify":
        unit.notified_at, unit.told = moment, told
        unit.save(update_fields=["notified_at", "told"])
    elif transition == "excuse":
        unit.excused = reason.strip()
        unit.save(update_fields=["excused"])
    return moved


def _newest_score(unit: RoundUnit) -> Any:
    """Return the newest scoring in which a unit has points: what it is told by; None where nothing was scored yet."""
    with everything("the unit is told by the newest scoring"):
        score = unit.scores.select_related("scoring").order_by("-scoring_id").first()
    return score.scoring if score else None


@transaction.atomic
def units_move(
    *, actor: Actor, units: Sequence[RoundUnit], transition: str, reason: str = "", at: datetime | None = None
) -> int:
    """Do the same step with many units, with all or with none; Refused names each unit that it cannot be done with."""
    lock(RoundUnit, *(unit.pk for unit in units))  # all before the first is done: see common/locking.py
    wrong = []
    for unit in units:
        try:
            with transaction.atomic():
                unit_move(actor=actor, unit=unit, transition=transition, reason=reason, at=at)
        except Refused as refused:
            wrong += [problem.at(field=unit.code) for problem in refused.problems]
    if wrong:
        raise Refused(wrong)
    return len(units)


@transaction.atomic
def units_remind(
    *, actor: Actor, round: Round, units: Sequence[RoundUnit], at: datetime | None = None
) -> int:
    """Write to the managers of units that have not submitted; nobody is written to twice within a day.

    Returns:
        How many units were reminded. A job sends the mail that waits once the transaction is done.
    """
    require(actor, "edit", round)
    moment = at or now()
    step = procedures.windows_of(round).get("self_evaluation")
    people = people_of([unit.organisation_id for unit in units], (MANAGER,), round.pk)
    reminded = 0
    lock(RoundUnit, *(unit.pk for unit in units))  # all before the first is told: two may ask at once
    with everything("the organiser writes to the people of all units"):
        for unit in units:
            if unit.round_id != round.pk or unit.submitted_at or unit.excused or _told(unit, moment):
                continue
            written = people.get(unit.organisation_id, [])
            audit.record(
                actor, "duxue.unit.remind", unit, path=unit.path, at=moment, data={"people": len(written)}
            )
            _write(round, unit, written, step.closes if step else None)
            reminded += 1
    return reminded


def without_manager(round: Round) -> list[RoundUnit]:
    """Return the units of a round for which nobody who is active holds the manager's role today, in code order."""
    with everything("the organiser invites for every unit"):
        units = RoundUnit.objects.filter(round=round).order_by("code")
        held = holders(units.values_list("organisation_id", flat=True), (MANAGER,))
        places = held.filter(Q(round=None) | Q(round=round)).values("organisation_id")
        return list(units.exclude(organisation_id__in=places))


def _told(unit: RoundUnit, moment: datetime) -> bool:
    return AuditEvent.objects.filter(
        object_type="rounds.roundunit",
        object_id=str(unit.pk),
        action="duxue.unit.remind",
        at__gt=moment - _QUIET,
    ).exists()


def _write(round: Round, unit: RoundUnit, people: list[int], closes: datetime | None) -> None:
    end = f"{timezone.localtime(closes):%Y-%m-%d %H:%M}" if closes else ""
    mail_write(
        users=people,
        subject=say("{round}：请提交自评", "{round}: please submit the self-evaluation", round=round.title),
        text=say(
            "{unit}：自评尚未提交，截止 {end}。请登录督学平台办理。",
            "{unit}: the self-evaluation has not been submitted; it is due {end}. Please sign in.",
            unit=unit.name, end=end,
        ),
    )  # fmt: skip
