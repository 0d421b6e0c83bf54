"""Telling people what moved: read off the audit by a job, listed on the site, and mailed where the site can send mail.

The audit is what was done, so nothing that moved is missed and nothing that was rolled back is told; a job that runs twice
tells nobody twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.accounts.mail import FRESH, MOST_ATTEMPTS, MOST_MAILS, mail_is_set, reachable, send
from duxue.web.common.actors import INSPECTOR, MEMBERS, REVIEWER, Actor
from duxue.web.common.audit_titles import title_of
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say, words
from duxue.web.common.links import site_address
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from duxue.web.rounds.models import DRAFT, MailOff, Notice, NoticeMark, Objection, Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.services.hearing import heard, people

KIND = "rounds.tell"
KINDS = ("round", "unit", "answer", "objection", "problem", "inspection")
BATCH = 2000  # events of one run
_TO_UNIT = ("unit", "answer__unit", "visit__unit", "problem__unit")  # from a thing to its unit
_OF_UNITS = (*MEMBERS, REVIEWER, INSPECTOR)  # hear of a unit because it is theirs


def notices_tell(*, at: datetime | None = None) -> dict[str, int]:
    """Tell people what moved since the last run, then send the mails that wait; return how many of each."""
    moment = at or now()
    told = _tell(moment)
    mailed, failed = _mail(moment)
    return {"told": told, "mailed": mailed, "failed": failed}


@transaction.atomic
def notices_seen(*, actor: Actor, at: datetime | None = None) -> None:
    """Mark all notices of a person as seen."""
    if actor.user_id is None:
        return
    with everything("a person's own notices"):
        Notice.objects.filter(user_id=actor.user_id, seen_at=None).update(seen_at=at or now())


@transaction.atomic
def mail_switch(*, actor: Actor, on: bool, at: datetime | None = None) -> None:
    """Turn a person's mail on or off."""
    if actor.user_id is None:
        return
    if on:
        MailOff.objects.filter(user_id=actor.user_id).delete()
    else:
        MailOff.objects.get_or_create(user_id=actor.user_id, defaults={"at": at or now()})


# --- who is told what -------------------------------------------------------------------------------------------------
@transaction.atomic
def _tell(moment: datetime) -> int:
    NoticeMark.objects.get_or_create(pk=1)
    mark = NoticeMark.objects.select_for_update().get(pk=1)
    with everything("the site tells everybody what concerns them"):
        events = list(AuditEvent.objects.filter(seq__gt=mark.event).order_by("seq")[:BATCH])
        rounds = Round.objects.select_related("authority").in_bulk({e.round_id for e in events if e.round_id})
        rows = [row for event in events for row in _notices(event, rounds.get(event.round_id or 0), moment)]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if events:
        NoticeMark.objects.filter(pk=1).update(event=events[-1].seq)
    return len(rows)


def _notices(event: AuditEvent, round: Round | None, moment: datetime) -> Iterable[Notice]:
    _, kind, step = [*event.action.split(".", 2), "", ""][:3]
    if round is None or round.state == DRAFT:  # what is prepared is told to nobody before it is opened
        return
    unit = _unit_of(event, round, kind)
    yield from (
        _notice(event, round, unit, title_of(event.action), user, url, moment)
        for user, url in heard(event, round, unit)
    )
    if kind not in KINDS:
        return
    try:
        way = procedure_of(round, kind).transition(step)
    except (KeyError, StopIteration, ValueError, Refused):  # an act beside the procedure
        return
    for role in way.notify:
        if unit is None and kind != "round" and role in _OF_UNITS:
            continue  # nobody knows whose it is: better told to nobody than to all
        for user in people(role, round, unit):
            if user != event.actor_id:
                url = _address(kind, role, event, round, unit)
                yield _notice(event, round, unit, words(way.title), user, url, moment)


def _unit_of(event: AuditEvent, round: Round, kind: str) -> RoundUnit | None:
    """Return the unit that an event is about: the one that it names, or that of its thing; none for acts on a whole round."""
    units = RoundUnit.objects.filter(round=round)
    named = json.loads(event.data).get("unit") if kind in {"round", "assignment"} else None
    if named:
        return units.filter(code=named).first()
    key = _unit_of_thing(event) if kind != "round" else None
    return units.filter(pk=key).first() if key else None


def _unit_of_thing(event: AuditEvent) -> int | None:
    """Return the key of the unit to which the thing of an event belongs; an event happens where it is decided, not always there."""
    model = apps.get_model(event.object_type)
    if model is RoundUnit:
        return int(event.object_id)
    names = {field.name for field in model._meta.get_fields()}
    way = next((way for way in _TO_UNIT if way.partition("__")[0] in names), None)
    rows: Any = model._base_manager.filter(pk=event.object_id)
    found: int | None = rows.values_list(way, flat=True).first() if way else None
    return found


def _notice(
    event: AuditEvent, round: Round, unit: RoundUnit | None, step: Words, user: int, url: str, moment: datetime
) -> Notice:  # fmt: skip
    title = say("{what}：{step}", "{what}: {step}", what=unit.name if unit else round.title, step=step)
    return Notice(
        user_id=user, round=round, event=event.seq, title_zh=title.say("zh-hans"), title_en=title.say("en"), url=url,
        at=min(event.at, moment),
    )  # fmt: skip


def _address(kind: str, role: str, event: AuditEvent, round: Round, unit: RoundUnit | None) -> str:
    inside = role in MEMBERS
    match kind:
        case "answer":
            return reverse("rounds:answer", args=[event.object_id])
        case "problem":
            return reverse("rectification:show", args=[event.object_id])
        case "inspection":
            return reverse("inspections:show", args=[event.object_id])
        case "objection" if not inside and Objection.objects.filter(pk=event.object_id).exists():
            return reverse("rounds:objection", args=[round.slug, event.object_id])
    if unit is None or role in {REVIEWER, INSPECTOR}:
        return reverse("rounds:show", args=[round.slug])
    if inside:
        return reverse(
            "rounds:result" if kind == "objection" or event.action.endswith(".notify") else "rounds:unit",
            args=[unit.pk],
        )
    return reverse("rounds:unit_follow", args=[round.slug, unit.code])


# --- mail -------------------------------------------------------------------------------------------------------------
def _mail(moment: datetime) -> tuple[int, int]:
    """Send what waits; a mail that fails is tried again with the next runs, five times in all."""
    if not mail_is_set():
        return 0, 0
    sent = failed = 0
    with everything("the site writes to everybody whom it told"):
        waiting = Notice.objects.filter(
            mailed_at=None, seen_at=None, at__gt=moment - FRESH, mail_attempts__lt=MOST_ATTEMPTS
        ).filter(reachable("user__"))
        for notice in list(waiting.select_related("user").order_by("event")[:MOST_MAILS]):
            done = _send(notice)
            Notice.objects.filter(pk=notice.pk).update(
                mailed_at=moment if done else None, mail_attempts=notice.mail_attempts + 1
            )
            sent, failed = sent + done, failed + (not done)
    return sent, failed


def _send(notice: Notice) -> bool:
    link = f"{site_address()}{notice.url}"
    off = f"{site_address()}{reverse('rounds:notices')}"
    body = say(
        "{title}\n{link}\n\n不想再收到邮件，请在此关闭：{off}", "{title}\n{link}\n\nTo get no more mail, turn it off here: {off}",
        title=notice.title, link=link, off=off,
    )  # fmt: skip
    return send(
        f"{notice.title_zh} / {notice.title_en}", f"{body.say('zh-hans')}\n\n----\n\n{body.say('en')}\n",
        notice.user.email, notice=notice.pk,
    )  # fmt: skip


def unseen(actor: Actor) -> int:
    """Return how many notices a person has not seen."""
    with everything("a person's own notices"):
        return Notice.objects.filter(user_id=actor.user_id, seen_at=None).count() if actor.user_id else 0


SINCE: Words = say("上次查看以来的动态", "News since your last visit")
