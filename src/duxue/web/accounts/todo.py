"""What must be done about people: invitations that run out, and the own protection of signing in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min
from django.urls import reverse

from duxue.web.accounts.selectors import has_second_factor, invitations_open
from duxue.web.common.actors import AUDITOR, MANAGER, ORGANISER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.tasks_list import Todo

SOON = timedelta(days=3)


def todo(actor: Actor) -> Iterator[Todo]:
    """Yield what `actor` must do about accounts."""
    if actor.user_id and actor.any(ORGANISER, AUDITOR) and not has_second_factor(actor.user_id):
        yield Todo(
            say("设置登录保护", "Set up sign-in protection"),
            reverse("mfa_index"),
            hint=say("您的角色须使用验证器或通行密钥", "Your role needs an authenticator app or a passkey"),
        )
    if actor.any(ORGANISER, MANAGER):
        running_out = invitations_open().filter(invited_by_id=actor.user_id, expires_at__lt=now() + SOON)
        found = running_out.aggregate(n=Count("pk"), first=Min("expires_at"))
        if found["n"]:
            yield Todo(
                say(
                    "催办 {n} 份未接受的邀请", "Follow up {n} invitations not yet taken up",
                    one="Follow up an invitation not yet taken up", n=found["n"],
                ),
                reverse("accounts:invitations"),
                due=found["first"],
                count=found["n"],
            )  # fmt: skip
