"""Invitations by e-mail, where the site can send any."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

from duxue.web.accounts.models import Invitation
from duxue.web.common.lang import say
from duxue.web.common.policy import ROLE_TITLES

log = logging.getLogger("duxue.mail")


def mail_is_set() -> bool:
    """Return whether the site has a server to send mail with."""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    return bool(settings.EMAIL_HOST) if backend == "smtp" else backend != "dummy"


def invitation_mail(invitation: Invitation, link: str) -> bool:
    """Send an invitation with its link, in Chinese and English; return whether the mail was taken."""
    if not mail_is_set():
        return False
    organisation, role = invitation.organisation.name, ROLE_TITLES[invitation.role]
    text = say(
        "您好，{name}：\n\n{inviter}邀请您在督学网站担任“{role}”（{organisation}）。请在 {day} 前打开以下链接，设置姓名和密码：\n\n{link}\n\n"
        "链接只供您本人使用，请勿转发。",
        "Dear {name},\n\n{inviter} invites you to act as {role} ({organisation}) on the Duxue site. Open this link "
        "before {day} to set your name and password:\n\n{link}\n\nThe link is for you alone; do not forward it.",
        name=invitation.name or invitation.email, inviter=str(invitation.invited_by), role=role,
        organisation=organisation, day=f"{invitation.expires_at:%Y-%m-%d}", link=link,
    )  # fmt: skip
    subject = say("邀请您使用督学网站", "An invitation to the Duxue site")
    try:
        send_mail(
            f"{subject.zh} / {subject.en}",
            f"{text.say('zh-hans')}\n\n----\n\n{text.say('en')}\n",
            settings.DEFAULT_FROM_EMAIL,
            [invitation.email],
        )
    except (OSError, SMTPException) as error:
        log.warning("mail not sent", extra={"error": type(error).__name__, "invitation": invitation.pk})
        return False
    return True
