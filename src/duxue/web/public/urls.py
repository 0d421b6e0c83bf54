"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.public import views
from duxue.web.public.standard import standard

app_name = "public"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("<slug:slug>/", views.round_page, name="round"),
    path("<slug:slug>/units/<str:code>/", views.unit_page, name="unit"),
    path("<slug:slug>/standard/", standard, name="standard"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/explain/<str:code>/<str:indicator>/", views.explain, name="explain"),
    path("<slug:slug>/draws/<int:pk>/", views.draw, name="draw"),
    path("<slug:slug>/draws/<int:pk>/verify.html", views.draw_check, name="draw_check"),
    path("<slug:slug>/pictures/<int:pk>/", views.picture, name="picture"),
    path("<slug:slug>/tables/<slug:name>.xlsx", views.table, name="table"),
    path("<slug:slug>/files/<path:name>", views.file, name="file"),
    path("<slug:slug>/datapackage.json", views.datapackage, name="datapackage"),
    path("<slug:slug>/whole.zip", views.whole, name="whole"),
]
