"""Mail to people: who gets any, the box of what waits, and the job that sends it and tries again.

A service writes into the box inside its transaction; nothing is sent while somebody waits for a page. Who turned mail off,
left or lost the role by the time of sending gets none.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q, QuerySet

from duxue.web.accounts.models import Grant, Mail, Posted
from duxue.web.accounts.selectors import holding
from duxue.web.common.clock import now
from duxue.web.common.lang import Words
from duxue.web.common.scope import everything

KIND = "accounts.mail"
MOST_MAILS, MOST_ATTEMPTS = 500, 5  # of one run; at one mail
FRESH = timedelta(days=2)  # what waited longer is not sent any more
log = logging.getLogger("duxue.mail")


def mail_is_set() -> bool:
    """Return whether the site has a server to send mail with."""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    return bool(settings.EMAIL_HOST) if backend == "smtp" else backend != "dummy"


def reachable(prefix: str = "") -> Q:
    """Return the condition that the person at `prefix` is active, has an address and wants mail."""
    from duxue.web.rounds.models import MailOff

    off = MailOff.objects.values("user_id")
    return Q(**{f"{prefix}is_active": True}) & ~Q(**{f"{prefix}email": ""}) & ~Q(**{f"{prefix}pk__in": off})


def holders(organisations: Iterable[int], roles: Iterable[str]) -> QuerySet[Grant]:
    """Return the grants of `roles` at `organisations` that hold today, of active people."""
    return Grant.objects.filter(
        holding(), organisation_id__in=list(organisations), role__in=list(roles), revoked_at=None, user__is_active=True
    )  # fmt: skip


def people_of(
    organisations: Iterable[int], roles: Iterable[str], round_id: int | None = None
) -> dict[int, list[int]]:
    """Return organisation -> keys of the people whom mail reaches, by key; a role given for another round does not count."""
    found: dict[int, set[int]] = defaultdict(set)
    with everything("the site writes to the people of an organisation"):
        held = holders(organisations, roles).filter(reachable("user__"))
        if round_id is not None:
            held = held.filter(Q(round=None) | Q(round=round_id))
        for organisation, user in held.values_list("organisation_id", "user_id"):
            found[organisation].add(user)
    return {organisation: sorted(users) for organisation, users in found.items()}


def mail_write(*, users: Iterable[int], subject: Words, text: Words, at: datetime | None = None) -> int:
    """Put a mail in both languages into the box for each person and return how many; it leaves with the next run."""
    line = f"{subject.say('zh-hans')} / {subject.say('en')}"[:300]
    body = f"{text.say('zh-hans')}\n\n----\n\n{text.say('en')}\n"
    rows = [Mail(user_id=user, subject=line, text=body, at=at or now()) for user in users]
    with everything("the site's own box: whoever has it written may not read it"):
        return len(Mail.objects.bulk_create(rows))


def mails_send(*, at: datetime | None = None) -> dict[str, int]:
    """Send what waits in the box; a mail that fails is tried again with the next runs, five times in all."""
    moment = at or now()
    if not mail_is_set():
        return {"mailed": 0, "failed": 0}
    with everything("the site writes to everybody for whom something waits"):
        due = Mail.objects.filter(waiting(moment), reachable("user__")).select_related("user")
        rows = list(due.order_by("pk")[:MOST_MAILS])
    sent = [post(row, moment, row.subject, row.text, row.user.email) for row in rows if claim(row)]
    return {"mailed": sum(sent), "failed": len(sent) - sum(sent)}


def waiting(moment: datetime) -> Q:
    """Return the condition that something posted is still to be sent."""
    return Q(sent_at=None, at__gt=moment - FRESH, attempts__lt=MOST_ATTEMPTS)


def claim(row: Posted) -> bool:
    """Count an attempt at `row` and return whether it is this run's: two runs at once send nothing twice."""
    with everything("the site's own box"):
        found = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts, sent_at=None)
        held = found.update(attempts=row.attempts + 1)
    row.attempts += held
    return bool(held)


def post(row: Posted, moment: datetime, subject: str, text: str, to: str) -> bool:
    """Send what was claimed as `row` and return whether it was taken."""
    if not send(subject, text, to, mail=row.pk, kind=row._meta.model_name):
        return False
    with everything("the site's own box"):
        type(row)._default_manager.filter(pk=row.pk).update(sent_at=moment)  # it may be gone meanwhile
    return True


def send(subject: str, text: str, to: str, **more: Any) -> bool:
    """Send one mail now and return whether it was taken; the log tells of a failure, never the address."""
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    except (OSError, SMTPException) as error:
        log.warning("mail not sent", extra={"error": type(error).__name__, **more})
        return False
    return True
