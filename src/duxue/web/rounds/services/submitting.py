"""Handing in a self-evaluation as a whole, once however often it is asked; and taking it back before the window closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from duxue.cases.procedure import Window as Times
from duxue.core.digest import of_json
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.numbers import trimmed_or_none
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, AnswerVersion, RoundUnit, Submission
from duxue.web.rounds.procedures import is_open, move, windows_of
from duxue.web.rounds.selectors.unit import Check, check_of
from duxue.web.rounds.services.answers import STEP

FORMAT, RECEIPT = "duxue.submission/1", "duxue.receipt/1"
KEY_LENGTH = 64


@transaction.atomic
def unit_submit(*, actor: Actor, unit: RoundUnit, key: str, at: datetime | None = None) -> Submission:
    """Hand in a unit's self-evaluation and return the submission; asked again, return the same one.

    The unit's row is locked first, so that of many requests at once one submits and the others find its submission.

    Args:
        actor: the unit's manager.
        unit: the unit.
        key: idempotency key, 1 to 64 characters: the same key with the same content is the same submission.
        at: when the request arrived; it counts when the window was open then, however long the lock took.

    Raises:
        Refused: all that is missing (WEB001, WEB002), a closed window (WEB005), another state (WEB004), a key that was
            used with other content or for a submission withdrawn since (WEB008).
    """
    moment = at or now()
    require(actor, "submit", unit)
    key = key.strip()
    if not 1 <= len(key) <= KEY_LENGTH:
        expected = Text(f"1至{KEY_LENGTH}个字符", f"1 to {KEY_LENGTH} characters")
        raise Refused([tell("WEB001", field="key", found=str(len(key)), expected=expected)])
    with everything("the unit is locked after the policy was asked"):
        locked = RoundUnit.objects.select_for_update(of=("self",), no_key=True).select_related(
            "round__authority"
        )
        stored = locked.get(pk=unit.pk)
        earlier = list(Submission.objects.filter(unit_id=unit.pk).order_by("number"))
    check = check_of(stored)
    content = content_of(check)
    digest = digest_of(content)
    same_key = next((s for s in earlier if s.key == key), None)
    if same_key is not None and (same_key.digest != digest or same_key.withdrawn_at is not None):
        advice = Text("刷新核对页后重新提交。", "Reload the check page and submit again.")
        raise Refused([tell("WEB008", field="key", found=f"{same_key.number}", advice=advice)])
    in_force = next((s for s in earlier if s.withdrawn_at is None), None)
    if in_force is not None and in_force.digest == digest:
        return in_force
    windows = windows_of(stored.round, stored)
    _refuse_unless_possible(stored, check, windows, moment)
    submission = Submission(
        round_id=stored.round_id, unit=stored, number=len(earlier) + 1, key=key, content=content, digest=digest,
        submitted_by_id=actor.user_id, submitted_at=moment,
    )  # fmt: skip
    if stored.state == "invited":  # everything that is asked was known already
        move(actor, stored.round, "unit", stored, "begin", path=stored.path, at=moment)
    move(
        actor, stored.round, "unit", stored, "submit", path=stored.path, facts={"all_items_drafted": True},
        data={"number": submission.number, "digest": digest, "items": len(check.lines)}, at=moment, windows=windows,
    )  # fmt: skip
    with everything("the locked unit and all its answers are handed in"):
        submission.save(force_insert=True)
        RoundUnit.objects.filter(pk=stored.pk).update(submitted_at=moment)
        AnswerVersion.objects.filter(answer__unit_id=stored.pk, number=F("answer__version")).update(
            handed_in=True
        )
        Answer.objects.filter(unit_id=stored.pk).update(state="submitted")
        decided = [line for line in check.lines if line.answer.self_score != line.points]
        for line in decided:  # what data decide is claimed as the data have it
            line.answer.self_score = line.points
        Answer.objects.bulk_update([line.answer for line in decided], ["self_score"])
    unit.state, unit.state_since, unit.submitted_at = stored.state, stored.state_since, moment
    return submission


def _refuse_unless_possible(
    unit: RoundUnit, check: Check, windows: Mapping[str, Times], moment: datetime
) -> None:
    problems = list(check.problems)
    if unit.state not in {"drafting", "invited"}:
        what = Text("当前状态不能提交", "it cannot be submitted in its present state")
        problems.insert(0, tell("WEB004", found=unit.state, what=what))
    open_ = is_open(windows.get(STEP), moment)
    if not open_:
        problems.insert(0, tell("WEB005", what=open_.why.text()))
    if unit.round.sealed_at:
        problems.insert(0, tell("WEB006", found=str(unit.round)))
    if problems:
        raise Refused(problems)


@transaction.atomic
def unit_withdraw(*, actor: Actor, unit: RoundUnit, reason: str, at: datetime | None = None) -> Submission:
    """Take a submission back before the window closes, with a reason; it is kept, the next one has the next number.

    Raises:
        Refused: no submission in force, or an item is already being judged (WEB004), and what the procedure asks for.
    """
    moment = at or now()
    require(actor, "withdraw", unit)
    with everything("the unit is locked after the policy was asked"):
        lock(RoundUnit, unit.pk)
        stored = RoundUnit.objects.select_related("round__authority").get(pk=unit.pk)
        submission = Submission.objects.filter(unit_id=unit.pk, withdrawn_at__isnull=True).first()
        judged = Answer.objects.filter(unit_id=unit.pk).exclude(state="submitted").exists()
    if submission is None:
        what = Text("没有可以撤回的提交", "there is no submission to withdraw")
        raise Refused([tell("WEB004", found=stored.state, what=what)])
    if judged:
        what = Text("评审已经开始，不能整体撤回", "the review has begun; it cannot be withdrawn as a whole")
        raise Refused([tell("WEB004", found=stored.state, what=what)])
    move(
        actor, stored.round, "unit", stored, "withdraw", path=stored.path, reason=reason,
        data={"number": submission.number, "digest": submission.digest}, at=moment,
    )  # fmt: skip
    with everything("the locked unit and all its answers go back"):
        Submission.objects.filter(pk=submission.pk).update(withdrawn_at=moment)
        RoundUnit.objects.filter(pk=stored.pk).update(submitted_at=None)
        written = Q(version__gt=0) & (Q(self_score__isnull=False) | ~Q(narrative="") | Q(ready=True))
        Answer.objects.filter(written, unit_id=stored.pk).update(state="drafted")
        Answer.objects.filter(unit_id=stored.pk, state="submitted").update(state="open", self_score=None)
    submission.withdrawn_at = moment
    unit.state, unit.state_since, unit.submitted_at = stored.state, stored.state_since, None
    return submission


# --- content and receipt ----------------------------------------------------------------------------------------------
def content_of(check: Check) -> dict[str, Any]:
    """Return everything that is handed in, as plain JSON values; equal self-evaluations give equal content.

    The unit keeps it as its receipt, so full points are null where the round does not show them to units.
    """
    unit = check.unit
    shown = unit.round.chosen.show_weights
    evidence = _evidence_of(unit)
    return {
        "format": FORMAT,
        "round": unit.round.slug,
        "pack": unit.round.pack,
        "pack_digest": unit.round.pack_digest,
        "data_digest": unit.round.data_digest,
        "unit": {"code": unit.code, "name_zh": unit.name_zh, "name_en": unit.name_en},
        "points": trimmed_or_none(check.points),
        "full": trimmed_or_none(check.full) if shown else None,
        "items": [
            {
                "code": line.answer.item.code,
                "kind": line.answer.item.kind,
                "full": trimmed_or_none(line.answer.item.points) if shown else None,
                "self_score": trimmed_or_none(line.points),
                "computed": trimmed_or_none(line.computed),
                "narrative": line.answer.narrative,
                "ready": line.answer.ready,
                "version": line.answer.version,
                "evidence": evidence[line.answer.pk],
            }
            for line in check.lines
        ],
    }


def _evidence_of(unit: RoundUnit) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    with everything("a submission names the evidence of its answers"):
        rows = Answer.objects.filter(unit=unit, attachments__isnull=False).values_list(
            "pk",
            "attachments__file__blob__sha256",
            "attachments__file__name",
            "attachments__file__blob__size",
        )
        for answer, sha256, name, size in rows.order_by("pk", "attachments__id"):
            found[answer].append({"sha256": sha256, "name": name, "size": size})
    return found


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the content as canonical JSON: UTF-8, sorted keys, no blanks."""
    return f"sha256:{of_json(content)}"


def receipt_of(submission: Submission) -> dict[str, Any]:
    """Return the receipt: who handed in what and when; anyone computes the digest again from its content."""
    moment = submission.submitted_at.astimezone(UTC).isoformat(timespec="microseconds")
    withdrawn = submission.withdrawn_at
    return {
        "format": RECEIPT,
        "number": submission.number,
        "submitted_at": moment.replace("+00:00", "Z"),
        "submitted_by": str(submission.submitted_by or ""),
        "withdrawn_at": withdrawn.astimezone(UTC).isoformat().replace("+00:00", "Z") if withdrawn else None,
        "digest": submission.digest,
        "content": submission.content,
    }
