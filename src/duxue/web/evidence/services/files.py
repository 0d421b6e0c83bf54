"""Files of an organisation: recognised, refused or kept once under their digest, named, dated, taken out of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from duxue.core.digest import of_file
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import MEMBERS, Actor
from duxue.web.common.clock import now, today
from duxue.web.common.lang import say
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.content import problems as told
from duxue.web.evidence.content.examine import Examined, examine
from duxue.web.evidence.content.facts import Facts
from duxue.web.evidence.content.kinds import Kind
from duxue.web.evidence.content.names import ending
from duxue.web.evidence.models import Attachment, Blob, File
from duxue.web.evidence.storage import store
from duxue.web.evidence.targets import target_of
from duxue.web.orgs.models import Organisation

NAME, TITLE = 255, 200  # characters
EARLIEST = date(1900, 1, 1)
_SOURCES = (
    "EXIF",
    "document created",
    "PDF created",
    "document modified",
    "PDF modified",
)  # the first that a file has
_PAGE = Kind("text/html", "text", "html")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a file: `before` says that the organisation had it, `elsewhere` are other visible files of the same bytes."""

    file: File
    before: bool = False
    elsewhere: tuple[File, ...] = ()
    warnings: tuple[Problem, ...] = ()


def home_of(actor: Actor, path: str = "", organisation: int | None = None) -> Organisation:
    """Return the organisation that keeps what an actor uploads: the one asked for when held, else the one nearest to `path`.

    Raises:
        Denied: the actor holds no role there, or none at all.
    """
    held = [h for h in actor.held if organisation is None or h.organisation_id == organisation]
    if not held:
        raise Denied(say("您在该单位没有角色", "you hold no role at this organisation"))
    best = max(
        held,
        key=lambda h: (
            h.role in MEMBERS,
            bool(path) and (path.startswith(h.path) or h.path.startswith(path)),
            len(h.path),
        ),
    )
    with everything("the place of the actor's own role"):
        return Organisation.objects.get(pk=best.organisation_id)


def file_store(
    *,
    actor: Actor,
    organisation: Organisation,
    path: Path,
    name: str,
    title: str = "",
    original_date: date | None = None,
    pages: bool = False,
    at: datetime | None = None,
) -> Stored:
    """Keep the file at `path` for an organisation; the same bytes are kept once, and a file it has already is not doubled.

    Args:
        actor: who gives it.
        organisation: whose library it enters; the actor holds a role there.
        path: the bytes on this machine's disk; they stay there.
        name: as the person's machine calls it, at most 255 characters are kept.
        title: what it is, in the person's words.
        original_date: of the original, as typed; else what the file says of itself is shown as such.
        pages: also take a web page, which is never shown by the site but as text.
        at: moment (now).

    Raises:
        Denied: no role at the organisation.
        Refused: EVID001 to EVID058, WEB002; nothing is kept then.
    """
    moment = at or now()
    if not any(h.organisation_id == organisation.pk for h in actor.held) or actor.read_only:
        raise Denied(say("您在该单位没有角色", "you hold no role at this organisation"))
    refuse(_texts(title, original_date))
    examined = _examined(path, name, pages=pages)
    size, sha256 = path.stat().st_size, of_file(path)
    with path.open("rb") as stream:
        store().put(
            stream, sha256
        )  # before the transaction: bytes under their digest harm nobody without a row
    with transaction.atomic(), everything("the same bytes are kept once, whoever gave them first"):
        blob = _blob(sha256, size, examined, moment)
        own = (
            File.objects.filter(blob=blob, organisation=organisation, removed_at=None).order_by("pk").first()
        )
        file = own or _file(actor, organisation, blob, examined, name, title, original_date, moment)
        if own is None:
            data = {"name": file.name, "sha256": sha256, "size": size, "media_type": blob.media_type,
                    "original_date": file.original_date, "source": file.original_date_source}  # fmt: skip
            audit.record(actor, "duxue.file.stored", file, data=data, at=moment)
        if blob.preview_state == "waiting":
            from duxue.web.evidence.tasks import preview_start

            preview_start(actor, blob)
    with acting(actor):
        others = (
            File.objects.filter(blob=blob, removed_at=None).exclude(pk=file.pk).select_related("organisation")
        )
        return Stored(file, own is not None, tuple(others[:10]), examined.warnings)


def _examined(path: Path, name: str, *, pages: bool) -> Examined:
    if path.stat().st_size > settings.EVIDENCE_LARGEST:
        limit = f"{settings.EVIDENCE_LARGEST >> 20} MB"
        raise told.refuse(
            "EVID002", name, found=f"{path.stat().st_size:,} bytes", expected=told.at_most(limit)
        )
    try:
        return examine(path, name)
    except Refused as refused:
        page = pages and ending(name) in {"html", "htm"} and {p.code for p in refused.problems} == {"EVID006"}
        if page:
            return Examined(_PAGE, name, Facts())
        raise


def _blob(sha256: str, size: int, examined: Examined, moment: datetime) -> Blob:
    dates = [{"at": d.at.isoformat(), "source": d.source} for d in examined.facts.dates]
    warned = [{"zh": w.what.zh, "en": w.what.en, "found": w.found} for w in examined.warnings]
    values: dict[str, Any] = {
        "size": size, "media_type": examined.kind.media_type, "family": examined.kind.family, "stored_at": moment,
        "facts": {"dates": dates, "location": examined.facts.location, "active": examined.active, "warnings": warned,
                  "extension": examined.kind.extension},
        "preview_state": "none" if examined.active or examined.kind is _PAGE else "waiting",
    }  # fmt: skip
    blob, made = Blob.objects.get_or_create(sha256=sha256, defaults=values)
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    if not made and blob.facts.get("digest_only"):  # known by its digest from a round that was loaded
        for name, value in values.items():
            setattr(blob, name, value)
        blob.save(update_fields=list(values))
    return blob


def _file(
    actor: Actor, organisation: Organisation, blob: Blob, examined: Examined, name: str, title: str,
    original_date: date | None, moment: datetime,
) -> File:  # fmt: skip
    day, source = (original_date, "typed") if original_date else _own_day(examined)
    return File.objects.create(
        blob=blob, organisation=organisation, path=organisation.path, name=clean_name(name) or examined.name,
        title=title.strip(), original_date=day, original_date_source=source, uploaded_by_id=actor.user_id, uploaded_at=moment,
    )  # fmt: skip


def _own_day(examined: Examined) -> tuple[date | None, str]:
    """Return the day that the file names for itself, when it can be one, and where it says so."""
    by_source = {d.source: d.at for d in examined.facts.dates}
    for source in _SOURCES:
        if source in by_source:
            at = by_source[source]
            day = timezone.localtime(at).date() if at.tzinfo else at.date()
            if EARLIEST <= day <= today():
                return day, source
    return None, ""


def clean_name(name: str) -> str:
    """Return a name as it is shown: its last part, on one line, without characters that hide or turn others."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(
        c for c in last if c.isprintable() and not "\u202a" <= c <= "\u202e" and not "\u2066" <= c <= "\u2069"
    )
    shown = shown.strip()
    if len(shown) <= NAME:
        return shown
    end = ending(shown)
    return shown[: NAME - len(end) - 1] + f".{end}" if end else shown[:NAME]


@transaction.atomic
def file_change(
    *, actor: Actor, file: File, name: str, title: str, original_date: date | None, at: datetime | None = None
) -> File:
    """Give a file another name, title or date of its original; what it is attached to is marked late or not by the new date.

    Raises:
        Denied: neither of the organisation nor who uploaded it.
        Refused: WEB001, WEB002; WEB004 when a name, title or day is changed that a sealed round shows.
    """
    moment = at or now()
    require(actor, "edit", file)
    name, title = clean_name(name), title.strip()
    problems = list(_texts(title, original_date))
    if not name:
        problems.append(tell("WEB001", field="name"))
    with everything("the file as it stands, and all that it is used for"):
        stored = File.objects.select_for_update().get(pk=file.pk)
        uses = list(Attachment.objects.filter(file=stored).select_related("round"))
    moved = original_date != stored.original_date
    before = {"name": stored.name, "title": stored.title, "original_date": stored.original_date}
    after = {"name": name, "title": title, "original_date": original_date}
    if any(use.round is not None and use.round.sealed_at for use in uses):
        what = Text(
            "已冻结的轮次用了此材料，名称、标题和日期不能再改",
            "a frozen round uses this file; its name, title and date cannot change any more",
        )
        problems += [
            tell("WEB004", field=field, what=what) for field in after if before[field] != after[field]
        ]
    refuse(problems)
    if before == after:
        return stored
    stored.name, stored.title, stored.original_date = name, title, original_date
    if moved:
        stored.original_date_source = "typed" if original_date else ""
    with everything("asked by somebody who may"):
        stored.save(update_fields=["name", "title", "original_date", "original_date_source"])
        for use in uses if moved else ():
            late = target_of(use.kind, use.target_id).too_late(original_date, use.attached_at)
            if late != use.late:
                Attachment.objects.filter(pk=use.pk).update(late=late)
    audit.record(actor, "duxue.file.changed", stored, data={"from": before, "to": after}, at=moment)
    return stored


@transaction.atomic
def file_remove(*, actor: Actor, file: File, at: datetime | None = None) -> None:
    """Take a file out of the library: it is not offered any more; what uses it keeps it, and so does the store."""
    moment = at or now()
    require(actor, "remove", file)
    with everything("asked by somebody who may"):
        changed = File.objects.filter(pk=file.pk, removed_at=None).update(removed_at=moment)
    if changed:
        audit.record(actor, "duxue.file.removed", file, data={"name": file.name}, at=moment)


@transaction.atomic
def file_restore(*, actor: Actor, file: File, at: datetime | None = None) -> None:
    """Put a file back into the library; whoever may take it out may."""
    require(actor, "remove", file)
    with everything("asked by somebody who may"):
        changed = File.objects.filter(pk=file.pk, removed_at__isnull=False).update(removed_at=None)
    if changed:
        audit.record(actor, "duxue.file.restored", file, data={"name": file.name}, at=at or now())


def _texts(title: str, day: date | None) -> list[Problem]:
    problems = []
    if len(title.strip()) > TITLE:
        limit = Text(f"不超过{TITLE}字", f"at most {TITLE} characters")
        problems.append(tell("WEB002", field="title", found=str(len(title)), expected=limit))
    if day is not None and not EARLIEST <= day <= today():
        span = Text(f"{EARLIEST}至今天", f"from {EARLIEST} to today")
        problems.append(tell("WEB002", field="original_date", found=day.isoformat(), expected=span))
    return problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise what was found, if anything was."""
    if problems:
        raise Refused(list(problems))
