"""Handing over the links of invitations: by mail where that can be sent, and on a page that shows them once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from duxue.web.accounts.mailing import invitation_mail
from duxue.web.accounts.services.invitations import Invited

_LINKS = "invitation_links"  # in the session until the page of links has shown them, once


def hand_over(request: HttpRequest, made: Iterable[Invited]) -> str:
    """Send what can be sent, keep the links for one showing, and return the page that shows them."""
    links = []
    for one in made:
        link = request.build_absolute_uri(reverse("accounts:accept", args=[one.secret]))
        links.append(
            {
                "id": one.invitation.pk,
                "name": one.invitation.name or one.invitation.email,
                "email": one.invitation.email,
                "link": link,
                "sent": invitation_mail(one.invitation, link),
            }
        )
    request.session[_LINKS] = links
    return reverse("accounts:links")


def handed_over(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links that wait to be shown, which then are shown no more."""
    found: list[dict[str, Any]] = request.session.pop(_LINKS, [])
    return found
