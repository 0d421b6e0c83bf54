"""Evidence for machines: uploads in pieces, files, what they are attached to."""

from __future__ import annotations

from datetime import date
from typing import IO, Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from duxue.core.errors import Refused
from duxue.web.common.idempotency import once
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import NEAR, page_of
from duxue.web.common.requests import actor_in
from duxue.web.evidence import selectors, services
from duxue.web.evidence.models import Attachment, File, Upload
from duxue.web.evidence.seen_files import file_seen
from duxue.web.evidence.services.attaching import file_use
from duxue.web.evidence.services.uploads import (
    assembly_of,
    upload_append,
    upload_drop,
    upload_finish,
    upload_start,
)
from duxue.web.evidence.targets import visible_target
from duxue.web.evidence.views.serving import picture, serve
from duxue.web.evidence.views.uploads import refused_json

router = Router(tags=["evidence"])


class UploadIn(Schema):
    """An upload to begin."""

    name: str
    size: int  # bytes
    attach: str = ""  # answer:12
    organisation: int | None = None


class FinishIn(Schema):
    """The end of an upload; with the digest the site proves that nothing changed on the way."""

    sha256: str = ""


class UploadOut(Schema):
    """An upload on its way."""

    upload: str
    url: str
    offset: int
    size: int


class FileOut(Schema):
    """A file of a library."""

    id: int
    name: str
    title: str
    organisation: str
    sha256: str
    size: int
    media_type: str
    original_date: date | None
    original_date_source: str
    uploaded_at: Any
    preview: str
    removed: bool


class FilesOut(Schema):
    """A page of files."""

    files: list[FileOut]
    later: str
    earlier: str


class PreviewOut(Schema):
    """What is shown of a file: pictures of its pages, by their number, or its text as harmless HTML; `note` says what is left out."""

    state: str
    pages: int
    html: str
    note: dict[str, Any]
    problems: list[dict[str, Any]]


class FileIn(Schema):
    """What may be changed of a file."""

    name: str
    title: str = ""
    original_date: date | None = None


class AttachIn(Schema):
    """Files to attach to one thing."""

    to: str  # answer:12
    files: list[int]


class AttachmentOut(Schema):
    """A file used for something."""

    id: int
    file: int
    to: str
    late: bool


def file_out(file: File) -> dict[str, Any]:
    """Return a file as JSON."""
    return {
        "id": file.pk, "name": file.name, "title": file.title, "organisation": file.organisation.code,
        "sha256": file.blob.sha256, "size": file.blob.size, "media_type": file.blob.media_type,
        "original_date": file.original_date, "original_date_source": file.original_date_source,
        "uploaded_at": file.uploaded_at, "preview": file.blob.preview_state, "removed": file.removed_at is not None,
    }  # fmt: skip


def _attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "file": row.file_id,
        "to": f"{row.kind}:{row.target_id}",
        "late": row.late,
    }


def _upload(upload: Upload) -> dict[str, Any]:
    received = upload.size if upload.finished_at else assembly_of(upload).received
    return {
        "upload": upload.key,
        "url": f"/api/v1/evidence/uploads/{upload.key}",
        "offset": received,
        "size": upload.size,
    }


@router.post("/uploads", response={201: UploadOut}, summary="Begin an upload")
def begin(request: HttpRequest, given: UploadIn) -> Status:
    """Begin an upload; send its bytes with PATCH and Upload-Offset, then finish it."""
    actor, key = actor_in(request), request.headers.get("Idempotency-Key", "")
    return Status(
        201, once(actor, key, given.dict(), lambda: _upload(upload_start(actor=actor, **given.dict())))
    )


@router.get("/uploads/{key}", response=UploadOut, summary="How far an upload is")
def reached(request: HttpRequest, key: str) -> Any:  # noqa: ARG001 - the contract
    """Return the offset at which the next piece begins."""
    return _upload(get_object_or_404(Upload, key=key))


@router.patch(
    "/uploads/{key}", response={204: None}, summary="Send a piece (application/offset+octet-stream)"
)
def send(request: HttpRequest, key: str) -> Any:
    """Add the body at Upload-Offset; 409 with the offset expected when it lies elsewhere."""
    upload = get_object_or_404(Upload, key=key)
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


@router.post("/uploads/{key}/finish", response=FileOut, summary="Finish an upload")
def end(request: HttpRequest, key: str, given: FinishIn | None = None) -> Any:
    """Keep the file and attach it; asked again it answers the same file."""
    upload = get_object_or_404(Upload, key=key)
    finished = upload_finish(actor=actor_in(request), upload=upload, sha256=given.sha256 if given else "")
    if finished.problems:
        raise Refused(finished.problems)
    return file_out(
        get_object_or_404(File.objects.select_related("blob", "organisation"), pk=finished.stored.file.pk)
    )


@router.delete("/uploads/{key}", response={204: None}, summary="Forget an upload")
def drop(request: HttpRequest, key: str) -> Status:
    """Remove what was sent of an upload."""
    upload_drop(actor=actor_in(request), upload=get_object_or_404(Upload, key=key))
    return Status(204, None)


@router.get("/files", response=FilesOut, summary="List the library")
def files(
    request: HttpRequest, q: str = "", family: str = "", use: str = "", cursor: str = "", size: int = 50
) -> Any:
    """Return files of the own branch, newest first."""
    page = page_of(
        selectors.kept(actor_in(request), q=q, family=family, use=use), cursor, size=size, near=NEAR
    )
    return {"files": [file_out(f) for f in page.rows], "later": page.later, "earlier": page.earlier}


@router.get("/files/{pk}", response=FileOut, summary="One file")
def one(request: HttpRequest, pk: int) -> Any:  # noqa: ARG001 - the contract
    """Return a file that may be seen."""
    return file_out(get_object_or_404(File.objects.select_related("blob", "organisation"), pk=pk))


@router.get("/files/{pk}/content", summary="The bytes of a file")
def content(request: HttpRequest, pk: int) -> Any:
    """Send the bytes, whole or a range; always to be saved."""
    return serve(request, get_object_or_404(File.objects.select_related("blob"), pk=pk))


@router.put("/files/{pk}", response=FileOut, summary="Change name, title and date")
def change(request: HttpRequest, pk: int, given: FileIn) -> Any:
    """Change what is said of a file."""
    file = get_object_or_404(File.objects.select_related("blob", "organisation"), pk=pk)
    services.file_change(actor=actor_in(request), file=file, **given.dict())
    return one(request, pk)


@router.delete("/files/{pk}", response={204: None}, summary="Take a file out of the library")
def remove(request: HttpRequest, pk: int) -> Status:
    """Offer a file no more; where it is used it stays."""
    services.file_remove(actor=actor_in(request), file=get_object_or_404(File, pk=pk))
    return Status(204, None)


@router.post("/files/{pk}/restore", response=FileOut, summary="Put a file back into the library")
def restore(request: HttpRequest, pk: int) -> Any:
    """Offer a file again that was taken out."""
    services.file_restore(actor=actor_in(request), file=get_object_or_404(File, pk=pk))
    return one(request, pk)


@router.get("/files/{pk}/preview", response=PreviewOut, summary="The preview of a file")
def preview(request: HttpRequest, pk: int) -> Any:
    """Return what is shown of a file without opening it; its pages are pictures of their own. The reading is logged."""
    file = get_object_or_404(File.objects.select_related("blob"), pk=pk)
    blob, made = file.blob, file.blob.preview or {}
    if made.get("pages") or made.get("html"):
        file_seen(actor_in(request), file)
    return {
        "state": blob.preview_state, "pages": len(made.get("pages", [])), "html": made.get("html", ""),
        "note": made.get("note", {}), "problems": made.get("problems", []),
    }  # fmt: skip


@router.get("/files/{pk}/pages/{number}", summary="The picture of a page")
def page(request: HttpRequest, pk: int, number: int) -> Any:
    """Send one page of the preview as WebP."""
    return picture(request, get_object_or_404(File.objects.select_related("blob"), pk=pk), number)


@router.post("/attachments", response={201: list[AttachmentOut]}, summary="Attach files")
def use(request: HttpRequest, given: AttachIn) -> Status:
    """Attach files of the library to one thing."""
    actor, key = actor_in(request), request.headers.get("Idempotency-Key", "")

    def work() -> list[dict[str, Any]]:
        found = [get_object_or_404(File.objects.select_related("blob"), pk=pk) for pk in given.files[:200]]
        return [_attachment(row) for row in file_use(actor=actor, key=given.to, files=found)]

    return Status(201, once(actor, key, given.dict(), work))


@router.get("/attachments", response=list[AttachmentOut], summary="List what is attached")
def attached(request: HttpRequest, to: str) -> Any:  # noqa: ARG001 - the contract
    """Return the files attached to one thing in sight, `answer:12`, in the order in which they came; there are few, so all in one answer."""
    return [_attachment(row) for row in selectors.attached(visible_target(to))]


@router.delete("/attachments/{pk}", response={204: None}, summary="Take a file off")
def unuse(request: HttpRequest, pk: int) -> Status:
    """Take a file off what it is attached to."""
    row = get_object_or_404(Attachment.objects.select_related("file__blob"), pk=pk)
    services.detach(actor=actor_in(request), attachment=row)
    return Status(204, None)
