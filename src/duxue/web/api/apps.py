"""The app `api`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """The API."""

    name = "duxue.web.api"
    label = "api"
