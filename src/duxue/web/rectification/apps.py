"""The app `rectification`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Problems and their rectification."""

    name = "duxue.web.rectification"
    label = "rectification"

    def ready(self) -> None:
        """Let the policies, the tasks and the audit titles of this app answer."""
        from duxue.web.common.audit_titles import titles
        from duxue.web.common.lang import say
        from duxue.web.common.tasks_list import provides_standing, provides_todo
        from duxue.web.rectification import policy  # noqa: F401 - registers itself
        from duxue.web.rectification.selectors.home import standings
        from duxue.web.rectification.selectors.todo import todo
        from duxue.web.rectification.words import ENTRIES

        provides_todo(todo)
        provides_standing(standings)
        titles(
            {
                f"duxue.problem.{kind}": say("问题：{what}", "Problem: {what}", what=title)
                for kind, title in ENTRIES.items()
            }
        )
