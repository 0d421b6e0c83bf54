"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from duxue.web.evidence.views import attaching, files, library, serving, uploads

app_name = "evidence"
urlpatterns = [
    path("", library.list_files, name="list"),
    path("add", uploads.add, name="add"),
    path("choose", attaching.choose, name="choose"),
    path("attached/<slug:kind>/<int:pk>", attaching.cards, name="attached"),
    path("attached/<slug:kind>/<int:pk>/files/<int:file>/put-back", attaching.put_back, name="put_back"),
    path("attachments/<int:pk>/detach", attaching.take_off, name="detach"),
    path("uploads", uploads.start, name="upload_start"),
    path("uploads/<str:key>", uploads.piece, name="upload"),
    path("uploads/<str:key>/finish", uploads.finish, name="upload_finish"),
    path("files/<int:pk>", files.show, name="file"),
    path("files/<int:pk>/edit", files.edit, name="edit"),
    path("files/<int:pk>/remove", files.remove, name="remove"),
    path("files/<int:pk>/restore", files.restore, name="restore"),
    path("files/<int:pk>/preview", files.preview, name="preview"),
    path("files/<int:pk>/pages/<int:number>", serving.page, name="page"),
    path("files/<int:pk>/thumb", serving.thumb, name="thumb"),
    path("files/<int:pk>/download", serving.download, name="download"),
]
