"""Invitations by e-mail, where the site can send any: sent at once, as the secret in them is kept nowhere."""

from __future__ import annotations

from duxue.web.accounts.mail import mail_is_set, send
from duxue.web.accounts.models import Invitation
from duxue.web.common.lang import say
from duxue.web.common.policy import ROLE_TITLES


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
    return send(
        f"{subject.zh} / {subject.en}", f"{text.say('zh-hans')}\n\n----\n\n{text.say('en')}\n", invitation.email,
        invitation=invitation.pk,
    )  # fmt: skip
