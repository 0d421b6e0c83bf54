"""What is said of a passkey that lets nobody in: it is no code, and whoever used it wants to know what else to try."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from duxue.web.common.forms import label

UNKNOWN = label(
    "这把通行密钥不能用于登录，可能已被移除。请换一种方式登录，再到“登录保护”中重新添加。",
    "This passkey lets nobody in; it may have been removed. Sign in another way, then add it again under “Sign-in protection”.",
)
UNPROVEN = label(
    "没有确认这把通行密钥，页面可能打开过久。请再试一次，或换一种方式登录。",
    "This passkey was not confirmed; the page may have been open too long. Try again, or sign in another way.",
)
NOT_ADDED = label(
    "密钥没有添加成功，页面可能打开过久。请再试一次。",
    "The key was not added; the page may have been open too long. Try again.",
)
_WRONG = "incorrect_code"  # allauth's word for whatever fails


class _Used(AuthenticateWebAuthnForm):
    """A passkey that shall let somebody in."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey; one that is nobody's, or another's, is told apart from one that did not prove itself."""
        given = self.cleaned_data["credential"]
        try:
            return super().clean_credential()
        except forms.ValidationError as error:
            if error.code != _WRONG:
                raise
            raise forms.ValidationError(UNPROVEN if self._kept(given) else UNKNOWN) from error

    def _kept(self, given: Any) -> bool:
        number = given.get("rawId") if isinstance(given, dict) else None
        kept = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
        if self.user is not None:
            kept = kept.filter(user=self.user)
        return isinstance(number, str) and kept.filter(data__credential__rawId=number).exists()


class LoginForm(_Used, LoginWebAuthnForm):
    """Signing in without a password."""


class AuthenticateForm(_Used):
    """The second step after the password."""


class ReauthenticateForm(_Used, ReauthenticateWebAuthnForm):
    """Showing once more that it is oneself."""


class AddForm(AddWebAuthnForm):
    """A new key."""

    def clean(self) -> dict[str, Any]:
        """Return what was filled in; the key must be one that this page asked for."""
        try:
            return dict(super().clean())
        except forms.ValidationError as error:
            raise (forms.ValidationError(NOT_ADDED) if error.code == _WRONG else error) from error
