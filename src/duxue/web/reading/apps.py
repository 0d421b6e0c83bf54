"""The app `reading`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Checking a report's numbers."""

    name = "duxue.web.reading"
    label = "reading"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.reading import policy  # noqa: F401 - registers itself
