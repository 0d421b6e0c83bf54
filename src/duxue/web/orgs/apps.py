"""The app `orgs`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Organisations on the dated tree."""

    name = "duxue.web.orgs"
    label = "orgs"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.common.audit_titles import titles
        from duxue.web.orgs import policy  # noqa: F401 - registers itself
        from duxue.web.orgs.titles import TITLES

        titles(TITLES)
