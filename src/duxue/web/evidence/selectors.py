"""Reading evidence: the library, what a target has, where a file is used, how much is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.urls import reverse

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment, Blob, File
from duxue.web.evidence.policy import own_files
from duxue.web.evidence.targets import KINDS, Target, target_of

FAMILIES: dict[str, Words] = {
    "pdf": say("PDF", "PDF"), "docx": say("Word 文档", "Word document"), "xlsx": say("Excel 工作簿", "Excel workbook"),
    "xls": say("Excel 97 工作簿", "Excel 97 workbook"), "ods": say("ODS 表格", "ODS spreadsheet"),
    "pptx": say("演示文稿", "presentation"), "image": say("图片", "picture"), "text": say("文本", "text"),
    "csv": say("CSV 表格", "CSV table"), "zip": say("压缩包", "archive"), "video": say("视频", "video"),
}  # fmt: skip
USES: dict[str, Words] = {
    "used": say("已使用", "used"),
    "unused": say("未使用", "not used"),
    "late": say("日期偏晚", "late"),
}
SOURCES: dict[str, Words] = {
    "typed": say("上传人填写", "typed by who uploaded it"), "EXIF": say("照片自带，未经核实", "from the picture itself, not verified"),
    "document created": say("文档自带的创建日期，未经核实", "creation date in the document itself, not verified"),
    "document modified": say("文档自带的修改日期，未经核实", "modification date in the document itself, not verified"),
    "PDF created": say("PDF 自带的创建日期，未经核实", "creation date in the PDF itself, not verified"),
    "PDF modified": say("PDF 自带的修改日期，未经核实", "modification date in the PDF itself, not verified"),
}  # fmt: skip


def kept(
    actor: Actor, *, q: str = "", family: str = "", use: str = "", removed: bool = False
) -> QuerySet[File]:
    """Return the files of the actor's own branch, filtered: words of name or title, or a digest's beginning; kind; use."""
    with everything(
        "the own branch, which its people see anyway: asking again costs a second among a million files"
    ):
        rows = File.objects.filter(own_files(actor))
    rows = (
        rows.filter(removed_at__isnull=not removed)
        .select_related("blob", "organisation")
        .defer("blob__preview")
    )
    if q := q.strip()[:100]:
        rows = rows.filter(
            Q(name__icontains=q) | Q(title__icontains=q) | Q(blob__sha256__startswith=q.lower())
        )
    if family in FAMILIES:
        rows = rows.filter(blob__family=family)
    uses = Attachment._base_manager.filter(file=OuterRef("pk"))
    rows = rows.annotate(is_late=Exists(uses.filter(late=True)))
    if use in {"used", "unused"}:
        found = Exists(uses)
        rows = rows.filter(found if use == "used" else ~found)
    elif use == "late":
        rows = rows.filter(is_late=True)
    return rows


def use_counts(files: Iterable[File]) -> dict[int, int]:
    """Return how many visible things each file is used for."""
    found: dict[int, int] = {}
    for key in Attachment.objects.filter(file__in=[f.pk for f in files]).values_list("file_id", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def storage_used(actor: Actor) -> int:
    """Return the bytes that the own branch's library holds; the same bytes count once."""
    with everything("the bytes of the own library"):
        own = File.objects.filter(own_files(actor)).values("blob_id")
        return int(Blob.objects.filter(pk__in=own).aggregate(n=Sum("size"))["n"] or 0)


def attached(target: Target) -> list[Attachment]:
    """Return what is attached to a target, in the order in which it came; the caller sees the target."""
    with everything("whoever sees the target sees what is attached to it"):
        files = File.objects.select_related("blob", "organisation").defer("blob__preview")
        rows = Attachment.objects.filter(**target.where).prefetch_related(
            Prefetch("file", files), "attached_by"
        )
        return list(rows)  # fetched apart: where nothing is attached yet, nothing more is asked


def names_of(kind: str, keys: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what is attached to each of the visible targets of a kind: target -> name, address and digest of each file."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in _held(kind, keys).defer("file__blob__preview", "file__blob__facts"):
        file = row.file
        shown = {
            "name": file.title or file.name,
            "url": reverse("evidence:file", args=[file.pk]),
            "sha256": file.blob.sha256,
        }
        found.setdefault(row.target_id, []).append(shown)
    return found


def cards_of(kind: str, keys: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the cards of what is attached to many targets of a kind and visible, by target; one query for all."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in _held(kind, keys).defer("file__blob__preview"):
        found.setdefault(row.target_id, []).append(card(row.file, late=row.late))
    return found


def _held(kind: str, keys: Collection[int]) -> QuerySet[Attachment]:
    asked = {"kind": kind, f"{KINDS[kind].column}__in": keys}
    return Attachment.objects.filter(**asked).select_related("file__blob")


def uses_of(file: File) -> list[dict[str, Any]]:
    """Return where a file is used, as far as the current actor sees it: its attachment and what it leads to."""
    rows = Attachment.objects.filter(file=file).select_related("round", "unit")
    return [{"attachment": row, "target": target_of(row.kind, row.target_id)} for row in rows]


def same_bytes(file: File) -> list[File]:
    """Return other visible files of the same bytes."""
    return list(
        File.objects.filter(blob_id=file.blob_id).exclude(pk=file.pk).select_related("organisation")[:20]
    )


def size_words(size: int) -> str:
    """Return a size in bytes as people read it: 1.4 MB."""
    if size < 1024:
        return f"{size} B"
    for unit in ("KB", "MB", "GB"):
        size_, size = size / 1024, size // 1024
        if size_ < 1024 or unit == "GB":
            return f"{size_:.1f} {unit}"
    return ""


def card(file: File, *, late: bool = False, used: int = 0) -> dict[str, Any]:
    """Return what components/evidence_card.html shows of a file."""
    blob = file.blob
    thumb = (
        reverse("evidence:thumb", args=[file.pk])
        if blob.preview_state == "ready" and blob.family in {"pdf", "image"}
        else ""
    )
    digest_only = bool(blob.facts.get("digest_only"))
    return {
        "file": file,
        "url": reverse("evidence:file", args=[file.pk]),
        "name": file.title or file.name,
        "kind": say("仅有指纹", "fingerprint only")
        if digest_only
        else FAMILIES.get(blob.family, blob.family),
        "size": "–" if digest_only else size_words(blob.size),
        "day": file.original_date,
        "late": late,
        "hash": blob.sha256[:12],
        "thumb": thumb,
        "image": blob.family == "image",
        "used": used,
    }
