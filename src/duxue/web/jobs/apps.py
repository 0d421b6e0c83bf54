"""The app `jobs`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Background jobs."""

    name = "duxue.web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.jobs import policy  # noqa: F401 - registers itself
