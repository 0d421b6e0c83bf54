"""Typical practices: at most three of a unit, each with the figures on which its numbers rest; the organiser accepts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Known, Practice, RoundUnit
from duxue.web.rounds.services.answers import clean
from duxue.web.rounds.services.disputes import text_problems

MOST, TITLE_LONGEST, LONGEST = 3, 60, 3000  # practices of a unit; characters of a title and a text
REASON_LONGEST = 2000  # characters


@transaction.atomic
def practice_save(
    *,
    actor: Actor,
    unit: RoundUnit,
    title_zh: str,
    text_zh: str,
    title_en: str = "",
    text_en: str = "",
    data: Sequence[str] = (),
    practice: Practice | None = None,
    at: datetime | None = None,
) -> Practice:
    """Hand in a practice, or change one that was not accepted yet.

    Args:
        actor: the unit's manager or officer.
        unit: the unit.
        title_zh, text_zh: what it is called and what was done.
        title_en, text_en: the same in English, optional.
        data: indicators of the unit on which its numbers rest.
        practice: the one to change; None: a new one.
        at: moment (now).

    Raises:
        Refused: WEB001 and WEB002 for texts and figures, WEB004 for a fourth practice or an accepted one, WEB006 in a
            sealed round.
    """
    moment = at or now()
    require(actor, "fill", unit)
    texts = {"title_zh": title_zh, "text_zh": text_zh, "title_en": title_en, "text_en": text_en}
    texts = {name: clean(text).strip() for name, text in texts.items()}
    problems = [
        *text_problems(texts["title_zh"], "title_zh", TITLE_LONGEST),
        *text_problems(texts["text_zh"], "text_zh", LONGEST),
    ]
    for name, longest in (("title_en", TITLE_LONGEST * 3), ("text_en", LONGEST * 3)):
        if texts[name]:
            problems += text_problems(texts[name], name, longest)
    with everything("the unit's practices and figures"):
        lock(RoundUnit, unit.pk)
        had = list(Practice.objects.filter(unit=unit))
        known = set(Known.objects.filter(unit=unit).values_list("indicator", flat=True))
    problems += _state_problems(unit, had, practice)
    problems += [
        tell(
            "WEB010",
            field="data",
            found=name,
            expected=Text("本单位的已知数据", "a known figure of the unit"),
        )
        for name in data
        if name not in known
    ]
    if problems:
        raise Refused(problems)
    kept = practice or Practice(round_id=unit.round_id, unit=unit)
    for name, text in texts.items():
        setattr(kept, name, text)
    kept.data = sorted(set(data))
    kept.returned = kept.decided_by = kept.decided_at = None  # a practice that was changed waits again
    with everything("the unit's practice"):
        kept.save()
    verb = "changed" if practice else "handed_in"
    audit.record(
        actor, f"duxue.practice.{verb}", kept, path=unit.path, data={"title": kept.title_zh}, at=moment
    )
    return kept


def _state_problems(unit: RoundUnit, had: list[Practice], practice: Practice | None) -> list[Problem]:
    problems = []
    if unit.round.sealed_at:
        problems.append(tell("WEB006", found=str(unit.round)))
    if practice is None and len(had) >= MOST:
        what = Text(f"每个单位最多{MOST}个典型做法", f"a unit hands in at most {MOST} practices")
        problems.append(tell("WEB004", found=str(len(had)), what=what))
    if practice is not None and next((p.accepted for p in had if p.pk == practice.pk), True):
        what = Text("典型做法已被采纳，不能再改", "the practice was accepted and cannot be changed")
        problems.append(tell("WEB004", what=what))
    return problems


@transaction.atomic
def practice_accept(*, actor: Actor, practice: Practice, at: datetime | None = None) -> Practice:
    """Accept a practice: it stands in the round's report and on the public page of the results.

    Raises:
        Denied: not an organiser.
        Refused: WEB004 when it was accepted already, WEB006 in a sealed round, WEB007 for a machine.
    """
    return _decide(actor, practice, accepted=True, reason="", at=at)


@transaction.atomic
def practice_return(*, actor: Actor, practice: Practice, reason: str, at: datetime | None = None) -> Practice:
    """Return a practice to its unit with a reason, also one that was accepted; the unit may change it and it waits again.

    Raises:
        Denied: not an organiser.
        Refused: WEB001 without a reason, WEB002 for a too long one, WEB004 when it was returned already, WEB006 in a
            sealed round, WEB007 for a machine.
    """
    return _decide(actor, practice, accepted=False, reason=clean(reason).strip(), at=at)


def _decide(
    actor: Actor, practice: Practice, *, accepted: bool, reason: str, at: datetime | None
) -> Practice:
    unit, moment = practice.unit, at or now()
    require(actor, "decide", unit)
    with everything("the row is locked and read again after the policy was asked"):
        stored = Practice.objects.select_for_update().get(pk=practice.pk)
    problems = [] if accepted else text_problems(reason, "reason", REASON_LONGEST)
    if unit.round.sealed_at:
        problems.append(tell("WEB006", found=str(unit.round)))
    if actor.user_id is None:
        problems.append(tell("WEB007", what=Text("典型做法须由人审定", "people decide on practices")))
    if stored.state == ("accepted" if accepted else "returned"):
        what = Text("这一典型做法已经审定", "this practice was decided on already")
        problems.append(tell("WEB004", what=what, found=stored.state))
    if problems:
        raise Refused(problems)
    stored.accepted, stored.returned = accepted, None if accepted else reason
    stored.decided_by_id, stored.decided_at = actor.user_id, moment
    with everything("the locked row is written"):
        stored.save(update_fields=("accepted", "returned", "decided_by", "decided_at"))
    audit.record(
        actor, f"duxue.practice.{stored.state}", stored, path=unit.path, reason=reason,
        data={"title": stored.title_zh}, at=moment,
    )  # fmt: skip
    return stored


@transaction.atomic
def practice_remove(*, actor: Actor, practice: Practice, at: datetime | None = None) -> None:
    """Take a practice back that was not accepted yet; the audit keeps its title and text."""
    unit = practice.unit
    require(actor, "fill", unit)
    problems = _state_problems(unit, [practice], practice)
    if problems:
        raise Refused(problems)
    data = {"title": practice.title_zh, "text": practice.text_zh}
    audit.record(actor, "duxue.practice.removed", practice, path=unit.path, data=data, at=at or now())
    with everything("the unit's practice"):
        Practice.objects.filter(pk=practice.pk).delete()
