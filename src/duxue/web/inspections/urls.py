"""Addresses of the app."""

from __future__ import annotations

from django.urls import path, re_path

from duxue.web.inspections.views import draws, recusing, visits

app_name = "inspections"
urlpatterns = [
    path("", visits.list_visits, name="list"),
    path("calendar/", visits.calendar, name="calendar"),
    path("<int:pk>/", visits.show, name="show"),
    path("<int:pk>/recusal/", recusing.ask, name="ask_recusal"),
    path("recusals/<int:pk>/", recusing.decide, name="decide_recusal"),
    path("<int:pk>/sheet/", visits.sheet, name="sheet"),
    path("<int:pk>/sheet/add/", visits.add, name="add"),
    re_path(r"^(?P<pk>[0-9]{1,18})/(?P<way>notify|start|cancel|sign|reopen|file)/$", visits.act, name="act"),
    path("entries/<int:pk>/", visits.entry, name="entry"),
    path("entries/<int:pk>/problem/", visits.report, name="report"),
    path("rounds/<int:pk>/draw/", draws.commit, name="commit"),
    path("draws/<int:pk>/", draws.show, name="draw"),
    path("draws/<int:pk>/run/", draws.run, name="run"),
    path("draws/<int:pk>/publish/", draws.publish, name="publish"),
    path("draws/<int:pk>/files/<str:name>", draws.file, name="file"),
]
