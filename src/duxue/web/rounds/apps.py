"""The app `rounds`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Rounds, units, items, answers."""

    name = "duxue.web.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Let the policies, duties and calendars of this app answer."""
        from duxue.web.common.announced import last_year_by
        from duxue.web.rounds import (  # noqa: F401 - register themselves
            audit_steps,
            audit_unit,
            policy,
            standing_notices,
            todo_organiser,
        )
        from duxue.web.rounds.procedures import last_year_of
        from duxue.web.rounds.selectors import home, todos_unit  # noqa: F401 - register themselves

        last_year_by(last_year_of)
