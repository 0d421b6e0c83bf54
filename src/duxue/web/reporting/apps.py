"""The app `reporting`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Scores, dashboards, exports."""

    name = "duxue.web.reporting"
    label = "reporting"

    def ready(self) -> None:
        """Let the policies of this app answer and its jobs be found."""
        from duxue.web.reporting import policy, services  # noqa: F401 - policies and jobs register themselves
