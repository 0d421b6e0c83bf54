"""Jobs of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.web.accounts import mail, mailing
from duxue.web.jobs.registry import Running, job


@job(mail.KIND, every_minutes=1)
def send(running: Running) -> Mapping[str, Any]:  # noqa: ARG001 - every job is handed how it runs
    """Send the mails that wait, invitations first: somebody is told that theirs is on its way."""
    return {**mailing.invitations_send(), **mail.mails_send()}
