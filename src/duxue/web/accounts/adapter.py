"""How people sign in: nobody signs up, an invitation or an identity provider that knows their address brings them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render

from duxue.web.accounts.models import User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.common import audit
from duxue.web.common.links import site_address


class Adapter(DefaultAccountAdapter):
    """Signing in with name and password, TOTP and passkeys."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the contract
        """Return False: people are invited."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about an account; links that allauth made with the request's host lead to the site's own address."""
        claimed, ours = self.request.build_absolute_uri("/"), f"{site_address(self.request)}/"
        moved = {
            name: ours + value.removeprefix(claimed) if isinstance(value, str) and value.startswith(claimed) else value
            for name, value in context.items()
        }  # fmt: skip
        host = urlsplit(ours).netloc
        moved["current_site"] = SimpleNamespace(name=host, domain=host)
        super().send_mail(template_prefix, email, moved)

    def format_email_subject(self, subject: str) -> str:
        """Return the subject of a mail after the site's name."""
        return f"[{urlsplit(site_address(self.request)).netloc}] {subject}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002 - the contract
        """Return by what failures are counted: the name only. With the host, as allauth has it, each port allows five more."""
        return str(credentials.get("email", credentials.get("username", ""))).lower()


class SocialAdapter(DefaultSocialAccountAdapter):
    """Signing in through an identity provider (OIDC): only people who have an account with the same verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - the contract
        """Return False: an identity that is not invited gets no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect an identity to the account of its verified address; refuse every other."""
        if sociallogin.is_existing:
            return
        user = _account_of(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(render(request, "accounts/oidc_unknown.html", status=403))
        with transaction.atomic():
            sociallogin.connect(request, user)
            provider = sociallogin.account.provider
            audit.record(actor_of_user(user), "duxue.identity.connected", user, data={"provider": provider})


def _account_of(sociallogin: Any) -> User | None:
    """Return the one active person whose own verified address the provider has verified too."""
    verified = {a.email.casefold() for a in sociallogin.email_addresses if a.verified}
    found = {
        address.user
        for email in verified
        for address in EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user")
    }
    user = found.pop() if len(found) == 1 else None
    return user if user is not None and user.is_active else None
