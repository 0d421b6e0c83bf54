"""The app `evidence`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Evidence."""

    name = "duxue.web.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.evidence import policy  # noqa: F401 - registers itself
