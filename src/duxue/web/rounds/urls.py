"""Addresses of the app."""

from __future__ import annotations

from django.urls import URLPattern

from duxue.web.rounds.views.unit import unit_urls

app_name = "rounds"
urlpatterns: list[URLPattern] = [*unit_urls]
