"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.common import audit_views

app_name = "common"
urlpatterns = [
    path("audit/", audit_views.audit_list, name="audit"),
    path("audit/events.csv", audit_views.audit_csv, name="audit_csv"),
    path("audit/chain.jsonl", audit_views.audit_chain, name="audit_chain"),
    path("audit/<str:label>/<str:key>/", audit_views.audit_object, name="audit_object"),
]
