"""Invitations by e-mail: put into the box when somebody is invited, sent by the job of mails.

The secret of an invitation is kept nowhere, so a mail gets one of its own at the moment when it is sent: no table, and no
backup of one, ever holds a link that opens anything.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.urls import reverse

from duxue.web.accounts.mail import FRESH, MOST_ATTEMPTS, MOST_MAILS, claim, mail_is_set, post, waiting
from duxue.web.accounts.models import Invitation, InvitationMail
from duxue.web.accounts.secret import hash_of_secret, new_secret
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import ROLE_TITLES
from duxue.web.common.scope import everything

State = Literal["none", "waiting", "again", "sent", "failed"]


def invitation_mail_write(*, invitation: Invitation, site: str, at: datetime | None = None) -> bool:
    """Let the mail of an invitation wait for the job, from its first attempt on; return whether the site can send any.

    Args:
        invitation: an open one.
        site: the address of the site, before the path of the link, without a slash at its end.
        at: now, if not given.
    """
    if not mail_is_set():
        return False
    fresh = {"site": site, "at": at or now(), "sent_at": None, "attempts": 0, "secret_hash": None}
    with everything("the site's own box: whoever has it written may not read it"):
        InvitationMail.objects.update_or_create(invitation=invitation, defaults=fresh)
    return True


def invitations_send(*, at: datetime | None = None) -> dict[str, int]:
    """Send the invitations that wait and still hold; one that fails is tried again like other mail."""
    moment = at or now()
    if not mail_is_set():
        return {"invited": 0, "not_invited": 0}
    with everything("the site writes to everybody who was invited"):
        due = InvitationMail.objects.filter(
            waiting(moment), invitation__accepted_at=None, invitation__revoked_at=None, invitation__expires_at__gt=moment
        ).select_related("invitation__organisation", "invitation__invited_by")  # fmt: skip
        sent = [_send(row, moment) for row in due.order_by("attempts", "pk")[:MOST_MAILS] if claim(row)]
    return {"invited": sum(sent), "not_invited": len(sent) - sum(sent)}


def invitation_mail_state(mail: InvitationMail | None, at: datetime | None = None) -> State:
    """Return how the mail of an invitation stands: waiting for its first attempt or for another, sent, failed, or none."""
    if mail is None:
        return "none"
    if mail.sent_at is not None:
        return "sent"
    if mail.attempts >= MOST_ATTEMPTS or mail.at <= (at or now()) - FRESH:
        return "failed"
    return "again" if mail.attempts else "waiting"


def _send(row: InvitationMail, moment: datetime) -> bool:
    secret = new_secret()
    # Before it leaves: whoever reads at once finds the link open.
    if not InvitationMail.objects.filter(pk=row.pk).update(secret_hash=hash_of_secret(secret)):
        return False  # it was asked for anew meanwhile
    subject, text = _letter(row.invitation, f"{row.site}{reverse('accounts:accept', args=[secret])}")
    return post(
        row, moment, f"{subject.zh} / {subject.en}", f"{text.say('zh-hans')}\n\n----\n\n{text.say('en')}\n",
        row.invitation.email,
    )  # fmt: skip


def _letter(invitation: Invitation, link: str) -> tuple[Words, Words]:
    """Return subject and text of an invitation's mail."""
    organisation, role = invitation.organisation.name, ROLE_TITLES[invitation.role]
    text = say(
        "您好，{name}：\n\n{inviter}邀请您在督学网站担任“{role}”（{organisation}）。请在 {day} 前打开以下链接，设置姓名和密码：\n\n{link}\n\n"
        "链接只供您本人使用，请勿转发。",
        "Dear {name},\n\n{inviter} invites you to act as {role} ({organisation}) on the Duxue site. Open this link "
        "before {day} to set your name and password:\n\n{link}\n\nThe link is for you alone; do not forward it.",
        name=invitation.name or invitation.email, inviter=str(invitation.invited_by), role=role,
        organisation=organisation, day=f"{invitation.expires_at:%Y-%m-%d}", link=link,
    )  # fmt: skip
    return say("邀请您使用督学网站", "An invitation to the Duxue site"), text
