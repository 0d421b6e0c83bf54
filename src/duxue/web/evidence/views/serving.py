"""The bytes: downloads are always saved and never shown by the browser, pictures of previews are ours."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_safe
from PIL import Image

from duxue.core.errors import Refused
from duxue.web.common.ranges import range_in, sent
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import refusal
from duxue.web.evidence.content.names import safe_name
from duxue.web.evidence.models import File
from duxue.web.evidence.seen_files import file_seen, file_taken
from duxue.web.evidence.storage import previews, store

THUMB: Final = 144  # pixels of a side: a card shows half as many
_NAMES = re.compile(r"page-\d{1,4}\.webp")
# What browsers may take at its word; every other type is sent as bytes.
_PLAIN = frozenset(
    {"application/pdf", "application/zip", "image/jpeg", "image/png", "image/webp", "image/heic", "video/mp4"}
)
_OFFICE = (
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.",
)


def disposition(name: str, extension: str = "") -> str:
    """Return a Content-Disposition that saves under the original name (RFC 6266 with RFC 5987), safe for every system."""
    safe = safe_name(name, extension)
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def safe_type(media_type: str) -> str:
    """Return the type under which bytes are sent: never one that a browser would run."""
    return (
        media_type if media_type in _PLAIN or media_type.startswith(_OFFICE) else "application/octet-stream"
    )


def _harmless(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a file to be saved, whole or the range that was asked for; the audit knows who took it."""
    return serve(request, get_object_or_404(File.objects.select_related("blob"), pk=pk))


def serve(request: HttpRequest, file: File) -> HttpResponseBase:
    """Return the answer with a file's bytes; also for the API."""
    blob, held = file.blob, store()
    if blob.facts.get("digest_only"):
        raise Http404
    wanted = range_in(request.headers.get("Range", ""), blob.size)
    if wanted is None or wanted[0] == 0:
        file_taken(actor_in(request), file)
    name = disposition(file.name, blob.facts.get("extension", ""))
    try:
        if (url := held.url(blob.sha256, file.name, safe_type(blob.media_type))) is not None:
            return HttpResponseRedirect(url)
        stream = held.open(blob.sha256)
    except Refused as refused:
        return _harmless(
            HttpResponse(
                "\n".join(map(str, refusal(refused))), status=503, content_type="text/plain; charset=utf-8"
            )
        )
    response = sent(stream, blob.size, wanted)
    response["Content-Type"] = safe_type(blob.media_type)
    response["Content-Disposition"] = name
    return _harmless(response)


@require_GET
@login_required
def page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Send the picture of one page of a file's preview; the audit knows who reads it."""
    return picture(request, get_object_or_404(File.objects.select_related("blob"), pk=pk), number)


def picture(request: HttpRequest, file: File, number: int) -> HttpResponseBase:
    """Return the answer with the picture of a page; also for the API."""
    stream = _page_of(file, number)
    file_seen(actor_in(request), file)
    return _kept(FileResponse(stream, content_type="image/webp"))


@require_GET
@login_required
def thumb(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the scope is the request's
    """Send the first page too small to be read, for cards: a list that shows it is no reading."""
    out = io.BytesIO()
    file = get_object_or_404(File.objects.select_related("blob"), pk=pk)
    try:
        with _page_of(file, 1) as stream, Image.open(stream, formats=("WEBP",)) as shown:
            shown.thumbnail((THUMB, THUMB))
            shown.save(out, "WEBP", quality=60)
    except OSError:  # half of a picture, as after a full disk: the card goes without
        raise Http404 from None
    return _kept(HttpResponse(out.getvalue(), content_type="image/webp"))


def _page_of(file: File, number: int) -> IO[bytes]:
    names = (file.blob.preview or {}).get("pages", [])
    if not 1 <= number <= len(names) or not _NAMES.fullmatch(names[number - 1]):
        raise Http404
    path: Path = previews(file.blob.sha256) / names[number - 1]
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Http404 from None


def _kept(response: HttpResponseBase) -> HttpResponseBase:
    _harmless(response)["Cache-Control"] = "private, max-age=3600"
    return response
