"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.reading import views

app_name = "reading"
urlpatterns = [
    path("units/<int:pk>/", views.unit_reports, name="unit"),
    path("<int:pk>/", views.show, name="report"),
    path("<int:pk>/document", views.document, name="document"),
    path("<int:pk>/remark", views.remark, name="remark"),
    path("<int:pk>/recheck", views.recheck, name="recheck"),
]
