"""The app `rectification`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Problems and their rectification."""

    name = "duxue.web.rectification"
    label = "rectification"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.rectification import policy  # noqa: F401 - registers itself
