"""How people sign in: nobody signs up, an invitation or an identity provider that is known brings them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Signing in with name and password, TOTP and passkeys."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the contract
        """Return False: people are invited."""
        return False


class SocialAdapter(DefaultSocialAccountAdapter):
    """Signing in through an identity provider (OIDC): only people that are known by their address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - the contract
        """Return False: an identity that is not invited gets no account."""
        return False
