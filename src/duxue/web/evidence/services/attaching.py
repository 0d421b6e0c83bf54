"""Using files: attached to what they prove, within the cap, while its window is open or its item is returned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Attachment, File
from duxue.web.evidence.services.files import refuse
from duxue.web.evidence.targets import Target, model_of, target_of


def may_attach(actor: Actor, target: Target, count: int = 1, at: datetime | None = None) -> list[Problem]:
    """Return what stands in the way of attaching `count` more files; asked before a long upload begins.

    Raises:
        Denied: the actor may not attach to it.
    """
    decision = target.may(actor)
    if not decision:
        raise Denied(decision.why)
    problems = list(target.closed(at or now()))
    with everything("the cap counts all that is attached"):
        held = Attachment.objects.filter(**target.where).count()
    if held + count > target.cap:
        problems.append(
            tell(
                "WEB002", field="attach", what=Text("佐证材料过多", "there is too much evidence"), found=str(held + count),
                expected=Text(f"不超过{target.cap}件", f"at most {target.cap}"),
                advice=Text("请先取下不需要的材料；文件仍留在材料库。", "Take off what is not needed; files stay in the library."),
            )
        )  # fmt: skip
    return problems


@transaction.atomic
def attach(
    *, actor: Actor, target: Target, files: Collection[File], at: datetime | None = None
) -> list[Attachment]:
    """Attach files to a target and return the attachments; what is attached already stays as it is.

    Raises:
        Denied: the target is not the actor's to fill, or a file not theirs to use.
        Refused: WEB002 beyond the cap, WEB004 to WEB006 when nothing may change, WEB010 for a file taken out of the library.
    """
    moment = at or now()
    with everything("two people may attach at once: the cap is counted one after the other"):
        if (unit := target.unit) is not None:
            lock(type(unit), unit.pk)
        lock(model_of(target.kind), target.obj.pk)
        target = target_of(target.kind.name, target.obj.pk)
        held = {a.file_id: a for a in Attachment.objects.filter(**target.where)}
    fresh = [file for file in dict.fromkeys(files) if file.pk not in held]
    problems = may_attach(actor, target, len(fresh), moment) if fresh or not files else []
    for file in fresh:
        require(actor, "use", file)
        if file.removed_at is not None:
            problems.append(
                tell(
                    "WEB010",
                    field="file",
                    what=Text("文件已移出材料库", "the file was taken out of the library"),
                    found=file.name,
                )
            )
    refuse(problems)
    made = []
    with everything("asked by somebody who may"):
        for file in fresh:
            late = target.too_late(file.original_date, moment)
            row = Attachment.objects.create(
                file=file, round=target.round, unit=target.unit, late=late, attached_by_id=actor.user_id, attached_at=moment,
                **target.where,
            )  # fmt: skip
            _record(actor, "duxue.evidence.attached", row, target, moment)
            made.append(row)
    return [*made, *(held[file.pk] for file in files if file.pk in held)]


@transaction.atomic
def detach(*, actor: Actor, attachment: Attachment, at: datetime | None = None) -> None:
    """Take a file off what it was attached to; it stays in the library.

    Raises:
        Denied: the target is not the actor's to fill.
        Refused: WEB004 to WEB006 when nothing may change.
    """
    moment = at or now()
    target = target_of(attachment.kind, attachment.target_id)
    decision = target.may(actor)
    if not decision:
        raise Denied(decision.why)
    refuse(list(target.closed(moment)))
    with everything("asked by somebody who may"):
        row = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
        if row is not None:
            _record(actor, "duxue.evidence.detached", row, target, moment)
            row.delete()


def file_use(
    *, actor: Actor, key: str, files: Collection[File], at: datetime | None = None
) -> list[Attachment]:
    """Attach files to what `answer:12` names; for the API and for other apps that hold only a key."""
    from duxue.web.evidence.targets import visible_target

    return attach(actor=actor, target=visible_target(key), files=files, at=at)


def _record(actor: Actor, action: str, row: Attachment, target: Target, moment: datetime) -> None:
    data = {
        "file": row.file_id,
        "name": row.file.name,
        "sha256": row.file.blob.sha256,
        "late": row.late,
        "attachment": row.pk,
    }
    # A sheet is the team's until the unit is told its result: its events stand at the authority's place.
    inside = target.kind.name == "entry" and target.round is not None
    path = target.round.authority.path if inside else target.path
    audit.record(
        actor, action, target.obj, round_id=getattr(target.round, "pk", None), path=path, data=data, at=moment
    )  # fmt: skip
