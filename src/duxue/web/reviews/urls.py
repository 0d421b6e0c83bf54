"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.reviews.views import desk, organising

app_name = "reviews"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("tasks/<int:pk>/", desk.task, name="task"),
    path("tasks/<int:pk>/items/<int:answer_pk>/", desk.score, name="score"),
    path("tasks/<int:pk>/items/<int:answer_pk>/ask/", desk.ask, name="ask"),
    path("tasks/<int:pk>/items/<int:answer_pk>/problem/", desk.report, name="report"),
    path("tasks/<int:pk>/finish/", desk.finish, name="finish"),
    path("answers/<int:answer_pk>/", desk.told, name="told"),
    path("rounds/<int:pk>/", organising.overview, name="overview"),
    path("rounds/<int:pk>/propose/", organising.propose, name="propose"),
    path("rounds/<int:pk>/give/", organising.give, name="give"),
    path("rounds/<int:pk>/recusals/", organising.recusals, name="recusals"),
    path("rounds/<int:pk>/agreement/", organising.agreement, name="agreement"),
    path("assignments/<int:pk>/reassign/", organising.reassign, name="reassign"),
    path("recusals/<int:pk>/withdraw/", organising.recusal_withdraw, name="recusal_withdraw"),
]
