"""Uploads in pieces: started, sent on from where they stopped, finished once, cleaned away when nobody came back."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.db import transaction
from django.http import Http404

from duxue.core.digest import of_file
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import SITE, Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.evidence.content import problems as told
from duxue.web.evidence.content.assembly import Assembly
from duxue.web.evidence.content.store import LocalStore
from duxue.web.evidence.models import Blob, Upload
from duxue.web.evidence.services.attaching import attach, may_attach
from duxue.web.evidence.services.files import Stored, clean_name, file_store, home_of, refuse
from duxue.web.evidence.storage import store, uploads
from duxue.web.evidence.targets import visible_target
from duxue.web.orgs.models import Organisation

KEPT = timedelta(days=3)  # a piece that nobody continues
AT_ONCE = 50  # uploads of one person on their way


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of an upload: the file, and why it could not be attached, where it could not."""

    stored: Stored
    problems: tuple[Problem, ...] = ()


@transaction.atomic
def upload_start(
    *,
    actor: Actor,
    name: str,
    size: int,
    attach: str = "",
    organisation: int | None = None,
    at: datetime | None = None,
) -> Upload:
    """Begin an upload of `size` bytes and return it; what would refuse the file at its end refuses it here already.

    Args:
        actor: who sends.
        name: of the file.
        size: in bytes.
        attach: what to attach it to when it is in, `answer:12`; "" for the library alone.
        organisation: whose library; the place of the actor's own role when absent.
        at: moment (now).

    Raises:
        Denied: no role, or what it shall be attached to is not the actor's to fill.
        Refused: EVID001, EVID002, WEB001, WEB002, WEB004 to WEB006, WEB009 with too many on their way.
    """
    moment = at or now()
    target = visible_target(attach) if attach else None
    home = home_of(actor, target.path if target else "", organisation)
    name = clean_name(name)
    problems = [] if name else [tell("WEB001", field="name")]
    limit = settings.EVIDENCE_LARGEST
    if size < 1:
        problems.append(told.make("EVID001", name, found=f"{size:,} bytes"))
    elif size > limit:
        problems.append(
            told.make("EVID002", name, found=f"{size:,} bytes", expected=told.at_most(f"{limit >> 20} MB"))
        )
    if target is not None:
        problems += may_attach(actor, target, 1, moment)
    with everything("the actor's own uploads"):
        own = Upload.objects.filter(started_by_id=actor.user_id, token_id=actor.token_id, finished_at=None)
        if own.count() >= AT_ONCE:
            what = Text("未完成的上传过多", "too many uploads are not finished")
            problems.append(tell("WEB009", field="name", what=what, found=str(AT_ONCE)))
        refuse(problems)
        return Upload.objects.create(
            key=secrets.token_urlsafe(24), organisation=home, path=home.path, name=name, size=size,
            attach={"to": attach} if attach else {}, started_by_id=actor.user_id, token_id=actor.token_id, started_at=moment,
        )  # fmt: skip


def assembly_of(upload: Upload) -> Assembly:
    """Return the pieces of an upload on the disk."""
    return Assembly(uploads(), upload.key, upload.size)


def upload_append(*, actor: Actor, upload: Upload, offset: int, stream: IO[bytes]) -> int:
    """Add a piece that begins at `offset` and return how many bytes are in.

    Raises:
        Denied: somebody else's upload.
        Refused: EVID050, EVID051, EVID055, EVID058; WEB004 when it was finished.
    """
    require(actor, "send", upload)
    if upload.finished_at is not None:
        raise Refused([tell("WEB004", field="upload", what=Text("此上传已完成", "this upload is finished"))])
    return assembly_of(upload).append(offset, stream)


def upload_finish(*, actor: Actor, upload: Upload, sha256: str = "", at: datetime | None = None) -> Finished:
    """Keep what was sent as a file and attach it; asked again, return the same file.

    When it can be kept but not attached any more, the file stays in the library and `problems` say why.

    Raises:
        Denied: somebody else's upload.
        Refused: EVID001 to EVID058; the pieces of a file that is refused for its content are removed.
    """
    moment = at or now()
    require(actor, "send", upload)
    with everything("the actor's own upload"):
        upload = Upload.objects.select_related("organisation", "file").get(pk=upload.pk)
    if upload.finished_at is not None and upload.file is not None:
        return Finished(Stored(upload.file))
    pieces = assembly_of(upload)
    pieces.finish(
        sha256.lower() or (of_file(pieces.path) if pieces.path.exists() else hashlib.sha256().hexdigest())
    )
    try:
        stored = file_store(
            actor=actor, organisation=upload.organisation, path=pieces.path, name=upload.name, at=moment
        )
    except Refused as refused:
        if not any(
            p.code in {"EVID040", "EVID041", "EVID058"} for p in refused.problems
        ):  # of the machine: try again
            pieces.discard()
            with everything("the actor's own upload"):
                Upload.objects.filter(pk=upload.pk).delete()
        raise
    problems: tuple[Problem, ...] = ()
    if to := upload.attach.get("to"):
        try:
            attach(actor=actor, target=visible_target(to), files=[stored.file], at=moment)
        except Refused as refused:
            problems = tuple(refused.problems)
        except (Denied, Http404):
            problems = (tell("WEB007", field="attach", found=to),)
    with everything("the actor's own upload"):
        Upload.objects.filter(pk=upload.pk).update(finished_at=moment, file=stored.file)
    pieces.discard()
    return Finished(stored, problems)


def upload_drop(*, actor: Actor, upload: Upload) -> None:
    """Forget an upload and what was sent of it."""
    require(actor, "send", upload)
    assembly_of(upload).discard()
    with everything("the actor's own upload"):
        Upload.objects.filter(pk=upload.pk).delete()


def uploads_clean(*, at: datetime | None = None) -> dict[str, int]:
    """Remove uploads that nobody continued, pieces and stored bytes that belong to nothing; return how many of each."""
    moment = at or now()
    with everything("the site's own cleaning"):
        old = list(Upload.objects.filter(started_at__lt=moment - KEPT))
        for upload in old:
            if upload.finished_at is None:
                assembly_of(upload).discard()
        left = [u.pk for u in old]
        removed = len([u for u in old if u.finished_at is None])
        with transaction.atomic():
            Upload.objects.filter(pk__in=left).delete()
            if removed:
                subject = Organisation.objects.get(pk=old[0].organisation_id)
                audit.record(SITE, "duxue.uploads.cleaned", subject, data={"removed": removed}, at=moment)
        known = set(Upload.objects.filter(finished_at=None).values_list("key", flat=True))
    pieces = 0
    before = time.time() - KEPT.total_seconds()
    for part in uploads().glob("*.part"):
        if part.stem not in known and part.stat().st_mtime < before:
            part.unlink(missing_ok=True)
            pieces += 1
    return {"uploads": removed, "pieces": pieces, "bytes": _sweep(before)}


def _sweep(before: float) -> int:
    """Remove bytes of the local store without a row: their upload failed after they were written."""
    held, count = store(), 0
    if not isinstance(held, LocalStore):
        return 0
    held.sweep()
    for path in held.root.glob("??/??/" + "?" * 64):
        if path.stat().st_mtime < before:
            with everything("whether any row leads to the bytes"):
                known = Blob.objects.filter(sha256=path.name).exists()
            if not known:
                held.delete(path.name)
                count += 1
    return count
