"""The app `accounts`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """People, roles, invitations, tokens."""

    name = "duxue.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.accounts import policy  # noqa: F401 - registers itself
