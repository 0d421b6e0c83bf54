"""The app `reporting`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class Config(AppConfig):
    """Scores, dashboards, exports."""

    name = "duxue.web.reporting"
    label = "reporting"

    def ready(self) -> None:
        """Let the policies of this app answer and its search follow what changes."""
        from django.db.models.signals import post_delete, post_save

        from duxue.web.reporting import policy, search, todo  # noqa: F401 - they register themselves

        for source in search.SOURCES.values():
            if source.at_once:
                post_save.connect(_changed, sender=source.model)
            post_delete.connect(_gone, sender=source.model)


def _changed(instance: Any, raw: bool = False, **_: Any) -> None:
    from duxue.web.reporting.search import index

    if not raw:
        index(instance)


def _gone(instance: Any, **_: Any) -> None:
    from duxue.web.reporting.search import forget

    forget(instance)
