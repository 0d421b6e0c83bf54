"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.orgs import views

app_name = "orgs"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("import/", views.bring, name="import"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/create/", views.create, name="create"),
    path("<int:pk>/rename/", views.rename, name="rename"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/close/", views.close, name="close"),
]
