"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.reporting import search_views, views

app_name = "reporting"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("search/", search_views.results, name="search"),
    path("<slug:slug>/", views.round_board, name="round"),
    path("<slug:slug>/score/", views.score, name="score"),
    path("<slug:slug>/boundary/", views.boundary, name="boundary"),
    path("<slug:slug>/<str:code>/", views.unit_profile, name="unit"),
    path("<slug:slug>/<str:code>/<str:indicator>/", views.explain, name="explain"),
]
