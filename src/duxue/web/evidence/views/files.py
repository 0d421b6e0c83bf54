"""One file: what it is, its preview, where it is used, its name and date."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common.lang import say
from duxue.web.common.links import own_path, returning
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.common.undoing import tell_undoable
from duxue.web.evidence import selectors, services
from duxue.web.evidence.forms import FileForm
from duxue.web.evidence.models import File
from duxue.web.evidence.seen_files import file_seen


def _file(pk: int) -> File:
    return get_object_or_404(File.objects.select_related("blob", "organisation", "uploaded_by"), pk=pk)


def _shown(request: HttpRequest, file: File) -> dict[str, Any]:
    preview, back = file.blob.preview or {}, own_path(request, request.GET.get("back", ""))
    if preview.get("pages") or preview.get("html"):
        file_seen(actor_in(request), file)
    return {
        "file": file,
        "back": back,
        "trail": returning("", back),
        "card": selectors.card(file),
        "numbers": range(1, len(preview.get("pages", [])) + 1),
        # Written by content.render: every character of the file escaped, no attributes that load or run anything.
        "html": mark_safe(preview.get("html", "")),  # noqa: S308
        "note": preview.get("note", {}),
        "problems": preview.get("problems", []),
    }


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a file with its facts, first page, uses and history."""
    file = _file(pk)
    context = {
        **_shown(request, file), "uses": selectors.uses_of(file), "same": selectors.same_bytes(file),
        "source": selectors.SOURCES.get(file.original_date_source, ""), "size": selectors.size_words(file.blob.size),
    }  # fmt: skip
    return render(request, "evidence/file.html", context)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all pages of a file's preview; the arrow keys walk them."""
    return render(request, "evidence/preview.html", _shown(request, _file(pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, title and date of the original."""
    file = _file(pk)
    require(actor_in(request), "edit", file)
    before = {"name": file.name, "title": file.title, "original_date": file.original_date}
    form = FileForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            services.file_change(actor=actor_in(request), file=file, **form.cleaned_data)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(say("已保存。", "Saved.")))
            return redirect("evidence:file", pk)
    context = {
        "heading": say("修改文件信息", "Change what is said of the file"), "sub": file.name, "form": form,
        "submit": say("保存", "Save"), "cancel_url": reverse("evidence:file", args=[pk]),
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out of the library."""
    file = _file(pk)
    services.file_remove(actor=actor_in(request), file=file)
    done = say(
        "“{name}”已移出材料库；已使用之处不受影响。", "“{name}” was taken out of the library; where it is used it stays.",
        name=file.title or file.name,
    )  # fmt: skip
    tell_undoable(request, done, reverse("evidence:restore", args=[pk]))
    return redirect("evidence:list")


@require_http_methods(["POST"])
@login_required
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file back into the library."""
    file = _file(pk)
    services.file_restore(actor=actor_in(request), file=file)
    done = say("“{name}”已放回材料库。", "“{name}” is back in the library.", name=file.title or file.name)
    messages.success(request, str(done))
    return redirect("evidence:file", pk)
