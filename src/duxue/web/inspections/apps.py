"""The app `inspections`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Field verification."""

    name = "duxue.web.inspections"
    label = "inspections"

    def ready(self) -> None:
        """Let the policies of this app answer, its tasks appear and its audit be read."""
        from duxue.web.common import audit_titles, tasks_list
        from duxue.web.inspections import policy, tasks  # noqa: F401 - the policies register themselves

        audit_titles.titles(tasks.TITLES)
        tasks_list.provides_todo(tasks.todo)
        tasks_list.provides_standing(tasks.standings)
