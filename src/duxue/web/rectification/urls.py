"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.rectification import views, views_standing

app_name = "rectification"
urlpatterns = [
    path("", views.list_problems, name="list"),
    path("overdue/", views.overdue, name="overdue"),
    path("statistics/", views_standing.statistics, name="statistics"),
    path("calendar/", views_standing.calendar, name="calendar"),
    path("calendar.ics", views_standing.calendar_file, name="calendar_file"),
    path("ledger.csv", views_standing.export_csv, name="export_csv"),
    path("ledger.xlsx", views_standing.export_xlsx, name="export_xlsx"),
    path("new/", views.create, name="create"),
    path("scored/<slug:slug>/", views.from_scoring, name="from_scoring"),
    path("bulk/", views.bulk, name="bulk"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/<slug:name>/", views.act, name="act"),
]
