"""Handing over the links of invitations: by a mail that a job sends, and on a page that shows them once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from duxue.web.accounts.mailing import invitation_mail_write
from duxue.web.accounts.services.invitations import Invited
from duxue.web.common.links import site_address

_LINKS = "invitation_links"  # in the session until the page of links has shown them, once


def hand_over(request: HttpRequest, made: Iterable[Invited]) -> str:
    """Let the mails wait for the job, keep the links for one showing, and return the page that shows them."""
    links, site = [], site_address(request)
    for one in made:
        link = f"{site}{reverse('accounts:accept', args=[one.secret])}"
        links.append(
            {
                "id": one.invitation.pk,
                "name": one.invitation.name or one.invitation.email,
                "email": one.invitation.email,
                "link": link,
                "mailed": invitation_mail_write(invitation=one.invitation, site=site),
            }
        )
    request.session[_LINKS] = links
    return reverse("accounts:links")


def handed_over(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links that wait to be shown, which then are shown no more."""
    found: list[dict[str, Any]] = request.session.pop(_LINKS, [])
    return found
