"""The app `accounts`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """People, roles, invitations, tokens."""

    name = "duxue.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let the policies of this app answer, name its actions, tell what is to be done."""
        from duxue.web.accounts import policy, signing  # noqa: F401 - register themselves
        from duxue.web.accounts.selectors import names_of_people
        from duxue.web.accounts.titles import TITLES
        from duxue.web.accounts.todo import todo
        from duxue.web.common.audit_names import names
        from duxue.web.common.audit_titles import titles
        from duxue.web.common.lang import say
        from duxue.web.common.tasks_list import provides_todo

        titles(TITLES)
        names("accounts.user", say("账号", "account"), names_of_people)
        provides_todo(todo)
