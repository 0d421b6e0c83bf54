"""The app `inspections`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Field verification."""

    name = "duxue.web.inspections"
    label = "inspections"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.inspections import policy  # noqa: F401 - registers itself
