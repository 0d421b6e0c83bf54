"""The app `reviews`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Online review."""

    name = "duxue.web.reviews"
    label = "reviews"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        from duxue.web.reviews import policy  # noqa: F401 - registers itself
