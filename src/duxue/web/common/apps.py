"""The app `common`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Policy, audit, scope, words."""

    name = "duxue.web.common"
    label = "common"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.common import audit_policy  # noqa: F401 - registers itself
