"""Uploads: in pieces as static/duxue/upload.js sends them, or as one plain form."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from duxue.core.errors import Problem, Refused
from duxue.web.common.lang import Words, say
from duxue.web.common.links import own_path
from duxue.web.common.numbers import number_in
from duxue.web.common.policy import Denied
from duxue.web.common.problems import as_json, tell
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import told
from duxue.web.evidence import selectors
from duxue.web.evidence.models import Upload
from duxue.web.evidence.services.attaching import attach, may_attach
from duxue.web.evidence.services.files import Stored, file_store, home_of
from duxue.web.evidence.services.uploads import (
    assembly_of,
    upload_append,
    upload_drop,
    upload_finish,
    upload_start,
)
from duxue.web.evidence.targets import visible_target

_AGAIN = {"EVID050", "EVID055"}  # the sender asks where to go on
_FULL = {"EVID058"}


def refused_json(refused: Refused) -> JsonResponse:
    """Answer a sender of pieces: 409 to ask again, 507 when the store cannot take it, else 422."""
    codes = {p.code for p in refused.problems}
    status = 409 if codes & _AGAIN else 507 if codes & _FULL else 422
    return JsonResponse({"problems": [_said(p) for p in refused.problems]}, status=status)


def _said(problem: Problem) -> dict[str, Any]:
    """Return a problem in both languages, with `found` and `advice` in the reader's, as the line of an upload shows them."""
    said = as_json(problem)
    what = Words(problem.what.zh, problem.what.en)
    found = f"{what} {problem.found}".strip()
    return {**said, "found": found, "advice": str(Words(problem.advice.zh, problem.advice.en))}


def _denied_json(denied: Denied) -> JsonResponse:
    return JsonResponse({"problems": [_said(tell("WEB007", what=denied.why.text()))]}, status=403)


@require_POST
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Begin an upload: name and size, and in the address what to attach it to."""
    try:
        upload = upload_start(
            actor=actor_in(request), name=request.POST.get("name", ""),
            size=number_in(request.POST.get("size", "")) or 0,
            attach=request.POST.get("attach", "") or request.GET.get("attach", ""),
        )  # fmt: skip
    except Refused as refused:
        return refused_json(refused)
    except Denied as denied:
        return _denied_json(denied)
    url = reverse("evidence:upload", args=[upload.key])
    response = JsonResponse({"upload": upload.key, "url": url, "offset": 0}, status=201)
    response["Location"] = url
    return response


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@login_required
def piece(request: HttpRequest, key: str) -> HttpResponse:
    """Say how far an upload is (HEAD), take its next piece (PATCH), or forget it (DELETE)."""
    upload = get_object_or_404(Upload, key=key)
    if request.method == "DELETE":
        upload_drop(actor=actor_in(request), upload=upload)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        received = upload.size if upload.finished_at else assembly_of(upload).received
        return HttpResponse(
            status=200, headers={"Upload-Offset": str(received), "Upload-Length": str(upload.size)}
        )
    given = number_in(request.headers.get("Upload-Offset", ""))
    offset = -1 if given is None else given
    try:
        received = upload_append(
            actor=actor_in(request), upload=upload, offset=offset, stream=cast("IO[bytes]", request)
        )
    except Refused as refused:
        response = refused_json(refused)
        if any(p.code == "EVID050" for p in refused.problems):
            response["Upload-Offset"] = str(assembly_of(upload).received)
        return response
    return HttpResponse(status=204, headers={"Upload-Offset": str(received)})


@require_POST
@login_required
def finish(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what was sent, attach it, and say what became of it."""
    upload = get_object_or_404(Upload, key=key)
    try:
        finished = upload_finish(
            actor=actor_in(request), upload=upload, sha256=request.POST.get("sha256", "")
        )
    except Refused as refused:
        return refused_json(refused)
    if finished.problems:
        return refused_json(Refused(finished.problems))
    file = finished.stored.file
    return JsonResponse(
        {
            "file": file.pk,
            "name": file.name,
            "sha256": file.blob.sha256,
            "url": reverse("evidence:file", args=[file.pk]),
            "already": finished.stored.before,
            "told": [str(said) for said in _also(finished.stored)],
        }
    )


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Take files from a plain form, attach them when asked, and go back."""
    actor = actor_in(request)
    key = request.POST.get("attach", "")
    files = request.FILES.getlist("files")
    kept = 0
    try:
        target = visible_target(key) if key else None
        if target is not None and (problems := may_attach(actor, target, len(files))):
            raise Refused(problems)
        if not files:
            raise Refused([tell("WEB001", field="files")])
        home = home_of(actor, target.path if target else "")
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(told(problem)))
        return redirect(back(request))
    for given in files:
        try:
            with on_disk(given) as path:
                stored = file_store(actor=actor, organisation=home, path=path, name=given.name or "")
            if target is not None:
                attach(actor=actor, target=target, files=[stored.file])
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{given.name} · {told(problem)}")
            continue
        kept += 1
        for said in _also(stored):
            messages.info(request, str(said))
    if kept:
        messages.success(
            request,
            str(say("已上传 {n} 个文件。", "{n} files were uploaded.", one="1 file was uploaded.", n=kept)),
        )
    return redirect(back(request))


class on_disk:  # noqa: N801 - used like a function
    """Give an uploaded file as a path; a small one is written to the disk for the time."""

    def __init__(self, given: UploadedFile) -> None:
        self.given = given

    def __enter__(self) -> Path:
        if isinstance(self.given, TemporaryUploadedFile):
            return Path(self.given.temporary_file_path())
        self.copy = tempfile.NamedTemporaryFile()
        for part in self.given.chunks():
            self.copy.write(part)
        self.copy.flush()
        return Path(self.copy.name)

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "copy"):
            self.copy.close()


def _also(stored: Stored) -> Iterator[Words]:
    """Yield what a sender should know of a file beside that it is in: that it was there already, and where else it is."""
    if stored.before:
        yield say(
            "“{name}”已在材料库中（现用于 {n} 处），没有重复保存。", "“{name}” is in the library already (used in {n} places); it was not kept twice.",
            name=stored.file.name, n=len(selectors.uses_of(stored.file)),
            one="“{name}” is in the library already (used in 1 place); it was not kept twice.",
        )  # fmt: skip
    for other in stored.elsewhere[:3]:
        yield say(
            "同一内容也见于 {unit} 的“{name}”。",
            "The same content is also “{name}” of {unit}.",
            unit=other.organisation.name,
            name=other.name,
        )


def back(request: HttpRequest) -> str:
    """Return the address to go back to: a path of this site, else the library."""
    return own_path(request, request.POST.get("next", "")) or reverse("evidence:list")
