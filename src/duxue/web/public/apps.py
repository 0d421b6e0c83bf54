"""The app `public`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """The public portal."""

    name = "duxue.web.public"
    label = "public"
