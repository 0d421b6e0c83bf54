"""The verification sheet: items sampled from what the unit claimed, what was found, signed and then unchangeable."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from duxue.cases.procedure import Moved
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.numbers import trimmed
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.reviews.policy import person
from duxue.web.rounds.models import Answer
from duxue.web.rounds.procedures import move
from duxue.web.rounds.services.answers import clean

FOUND: dict[str, Words] = {
    "confirmed": say("属实", "confirmed"),
    "partly": say("部分属实", "partly"),
    "refuted": say("不属实", "refuted"),
    "not_seen": say("未查看", "not seen"),
}
NOTE_LIMIT = 2000


class Conflict(Refused):
    """The same line was saved by another of the team meanwhile; `theirs` is it as it stands, `mine` what was not saved."""

    def __init__(self, theirs: SheetEntry, mine: dict[str, object]) -> None:
        self.theirs, self.mine = theirs, mine
        super().__init__([tell("WEB003", field="note", found=theirs.item.code)])


def sampled(visit: Visit) -> list[Answer]:
    """Return the answers that the sheet looks at: chosen by the certificate of the draw, so that nobody picks them.

    Of the items that are verified in the field, those with the least SHA-256 of certificate, place and item are taken.
    """
    with everything("the sheet is laid out for its team"):
        rows = list(
            Answer.objects.filter(unit_id=visit.unit_id)
            .select_related("item", "unit", "round")
            .order_by("item__order")
        )
    field = [a for a in rows if "field" in (a.item.guidance.get("verified") or [])]
    field = field or [a for a in rows if a.item.kind != "computed"]
    seed = visit.draw.certificate.get("digest", "") if visit.draw else ""
    wanted = visit.round.chosen.sheet_items

    def key(answer: Answer) -> str:
        return hashlib.sha256(f"{seed}\x1f{visit.place_code}\x1f{answer.item.code}".encode()).hexdigest()

    return sorted(sorted(field, key=key)[:wanted], key=lambda a: a.item.order)


def lay_out(actor: Actor, visit: Visit, moment: datetime) -> None:
    """Write the empty lines of a sheet inside the caller's transaction."""
    with everything("the sheet is laid out for its team"):
        for answer in sampled(visit):
            SheetEntry.objects.get_or_create(
                visit=visit, item=answer.item,
                defaults={"round_id": visit.round_id, "answer": answer, "found": "", "written_by_id": person(actor), "written_at": moment},
            )  # fmt: skip


@transaction.atomic
def entry_add(*, actor: Actor, visit: Visit, answer: Answer, at: datetime | None = None) -> SheetEntry:
    """Add an item that was not sampled to a sheet, and return its line."""
    moment = at or now()
    require(actor, "write", visit)
    if answer.unit_id != visit.unit_id:
        raise Refused([tell("WEB010", field="item", found=str(answer.pk))])
    with everything("the team's own sheet"):
        entry, made = SheetEntry.objects.get_or_create(
            visit=visit, item_id=answer.item_id,
            defaults={"round_id": visit.round_id, "answer": answer, "found": "", "written_by_id": person(actor), "written_at": moment},
        )  # fmt: skip
    if made:
        audit.record(
            actor, "duxue.entry.added", entry, path=visit.round.authority.path, data={"item": answer.item.code, "place": visit.place_code}, at=moment
        )  # fmt: skip
    return entry


@transaction.atomic
def entry_save(
    *,
    actor: Actor,
    entry: SheetEntry,
    version: int,
    found: str,
    note: str,
    points: Decimal | None,
    at: datetime | None = None,
) -> SheetEntry:
    """Save what was found for one item, and return the line; the same once more changes nothing.

    Raises:
        Denied: not of the team, not begun, or signed.
        Conflict: WEB003, another of the team saved meanwhile.
        Refused: an unknown finding, points outside the item, a long note (WEB002).
    """
    moment = at or now()
    with everything("the visit as it stands, locked with its line"):
        visit = (
            Visit.objects.select_for_update(of=("self",))
            .select_related("round__authority", "unit", "draw")
            .get(pk=entry.visit_id)
        )
        stored = SheetEntry.objects.select_for_update(of=("self",)).select_related("item").get(pk=entry.pk)
    require(actor, "write", visit)
    note = clean(note)
    if (stored.found, stored.note, stored.points) == (found, note, points):
        return stored
    problems: list[Problem] = []
    if found not in {"", *FOUND}:
        problems.append(tell("WEB002", field="found", found=found, expected=same(", ".join(FOUND))))
    if points is not None and (not points.is_finite() or not 0 <= points <= stored.item.points):
        full = trimmed(stored.item.points)
        problems.append(
            tell(
                "WEB002",
                field="points",
                found=str(points),
                expected=Text(f"0至{full}分", f"0 to {full} points"),
            )
        )
    if len(note) > NOTE_LIMIT:
        expected = Text(f"不超过{NOTE_LIMIT}字", f"at most {NOTE_LIMIT} characters")
        problems.append(tell("WEB002", field="note", found=str(len(note)), expected=expected))
    if problems:
        raise Refused(problems)
    if stored.version != version:
        raise Conflict(stored, {"found": found, "note": note, "points": points})
    stored.found, stored.note, stored.points, stored.version = found, note, points, version + 1
    with everything("the team's own sheet"):
        SheetEntry.objects.filter(pk=stored.pk).update(
            found=found,
            note=note,
            points=points,
            version=stored.version,
            written_by_id=actor.user_id,
            written_at=moment,
        )
    data = {
        "item": stored.item.code,
        "place": visit.place_code,
        "found": found,
        "points": points,
        "version": stored.version,
    }
    audit.record(actor, "duxue.entry.saved", stored, path=visit.round.authority.path, data=data, at=moment)
    return stored


def sheet_problems(visit: Visit) -> list[Problem]:
    """Return what is missing before a sheet can be signed."""
    problems: list[Problem] = []
    for entry in SheetEntry.objects.filter(visit=visit).select_related("item").order_by("item__order"):
        if not entry.found:
            problems.append(
                tell(
                    "WEB001",
                    field=entry.item.code,
                    what=Text("还没有填写核查结果", "no finding is entered yet"),
                    found=entry.item.code,
                )
            )
        elif entry.found != "confirmed" and not entry.note.strip():
            what = Text("不是“属实”的须写情况", "unless it is confirmed, say what was seen")
            problems.append(tell("WEB001", field=entry.item.code, what=what, found=entry.item.code))
    return problems


@transaction.atomic
def sheet_sign(*, actor: Actor, visit: Visit, at: datetime | None = None) -> Moved:
    """Sign the sheet; from then on no line changes, unless the organiser returns it with a reason."""
    moment = at or now()
    require(actor, "sign", visit)
    with everything("the whole sheet is signed"):
        problems = sheet_problems(visit)
        lines = SheetEntry.objects.filter(visit=visit).count()
    if not lines:
        problems.append(tell("WEB001", what=Text("核查表没有条目", "the sheet has no lines")))
    if problems:
        raise Refused(problems)
    moved = move(
        actor,
        visit.round,
        "inspection",
        visit,
        "sign",
        path=visit.round.authority.path,
        data={"lines": lines},
        at=moment,
    )
    with everything("its own policy was asked"):
        Visit.objects.filter(pk=visit.pk).update(signed_by_id=actor.user_id, signed_at=moment)
    visit.signed_by_id, visit.signed_at = actor.user_id, moment
    return moved


@transaction.atomic
def sheet_reopen(*, actor: Actor, visit: Visit, reason: str, at: datetime | None = None) -> Moved:
    """Return a signed sheet to its team, with a reason."""
    require(actor, "reopen", visit)
    moved = move(
        actor,
        visit.round,
        "inspection",
        visit,
        "reopen_sheet",
        path=visit.round.authority.path,
        reason=reason,
        at=at,
    )
    with everything("its own policy was asked"):
        Visit.objects.filter(pk=visit.pk).update(signed_by=None, signed_at=None)
    visit.signed_by, visit.signed_at = None, None
    return moved


@transaction.atomic
def sheet_file(*, actor: Actor, visit: Visit, at: datetime | None = None) -> Moved:
    """File a signed sheet."""
    require(actor, "file", visit)
    return move(actor, visit.round, "inspection", visit, "file", path=visit.round.authority.path, at=at)
