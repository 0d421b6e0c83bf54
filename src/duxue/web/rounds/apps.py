"""The app `rounds`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Rounds, units, items, answers."""

    name = "duxue.web.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.rounds import policy  # noqa: F401 - registers itself
