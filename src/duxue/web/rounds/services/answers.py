"""Answers to items: saved as one types, kept as versions, handed to colleagues or to an organisation below."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import MEMBERS, Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.numbers import trimmed
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, AnswerVersion, Round, RoundUnit
from duxue.web.rounds.procedures import move, state_title, window_state, windows_of
from duxue.web.rounds.selectors.progress import OPEN
from duxue.web.rounds.selectors.unit import colleagues, is_asked, places_below
from duxue.web.rounds.weights import full_points

STEP = "self_evaluation"
PAUSE, LONGEST = timedelta(minutes=10), timedelta(minutes=30)  # drafts closer than this are one version


class Conflict(Refused):
    """Someone else saved meanwhile; `theirs` is the answer as it stands, `mine` what was not saved."""

    def __init__(self, theirs: Answer, mine: dict[str, object]) -> None:
        self.theirs, self.mine = theirs, mine
        advice = Text("比较两个版本后选择或合并。", "Compare both versions, then choose or merge.")
        super().__init__([tell("WEB003", field="narrative", found=theirs.item.code, advice=advice)])


@transaction.atomic
def answer_save(
    *,
    actor: Actor,
    answer: Answer,
    version: int,
    self_score: Decimal | None,
    narrative: str,
    ready: bool = False,
    autosave: bool = False,
    source: str = "saved",
    at: datetime | None = None,
) -> Answer:
    """Save what a unit answers to an item and return the answer; what is equal already is left as it is.

    Args:
        actor: who fills.
        answer: the answer.
        version: the version that the writer saw; another one is a conflict, unless the texts agree.
        self_score: points between 0 and the item's; None where none is given; never for a computed item.
        narrative: what was done, plain text.
        ready: whether the writer says that it is done.
        autosave: a draft saved while typing; drafts without a pause become one version.
        source: draft, saved or sheet.
        at: when the request arrived.

    Raises:
        Conflict: WEB003, with the other text.
        Refused: a closed window (WEB005), a state in which nothing is written (WEB004), wrong values (WEB002).
    """
    moment = at or now()
    require(actor, "fill", answer)
    stored = locked(answer)
    narrative = clean(narrative)
    if (stored.self_score, stored.narrative, stored.ready) == (self_score, narrative, ready):
        return stored
    if stored.version != version:
        raise Conflict(stored, {"self_score": self_score, "narrative": narrative, "ready": ready})
    problems = [*_closed(stored, moment), *content_problems(stored, self_score, narrative, ready=ready)]
    if problems:
        raise Refused(problems)
    place = place_of(actor, stored)
    if stored.unit.state == "invited":
        move(actor, stored.round, "unit", stored.unit, "begin", path=place, at=moment)
    empty = self_score is None and not narrative.strip() and not ready
    new = {"self_score": self_score, "narrative": narrative, "ready": ready}
    changed = [name for name, value in new.items() if getattr(stored, name) != value]
    stored.self_score, stored.narrative, stored.ready = self_score, narrative, ready
    fresh = keep_version(stored, actor, source="draft" if autosave else source, moment=moment)
    write(stored, actor, moment)
    way = "clear" if empty else "draft" if stored.state == "open" else "redraft"
    facts = {"version": stored.version, "self_score": stored.self_score, "ready": ready}
    if (fresh or way != "redraft") and not (empty and stored.state == "open"):
        move(actor, stored.round, "answer", stored, way, path=place, data=facts, at=moment)
    else:  # no step of the procedure: the same draft goes on, which its history need not read
        data = {**facts, "changed": changed}
        audit.record(
            actor, "duxue.draft.saved", stored, round_id=stored.round_id, path=place, data=data, at=moment
        )
    return stored


def locked(answer: Answer) -> Answer:
    """Return the answer as it stands, locked until the transaction ends, with its item, unit and round."""
    with everything("the row is locked after the policy was asked"):
        lock(RoundUnit, answer.unit_id)
        lock(Answer, answer.pk)
        return Answer.objects.select_related("item", "unit", "round__authority", "updated_by").get(
            pk=answer.pk
        )


def clean(text: str) -> str:
    """Return a text as every database keeps it: no NUL, no half characters, one kind of line end."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode()


def place_of(actor: Actor, answer: Answer) -> str:
    """Return the place at which the actor's roles count: the unit's, or the one below to which the item was handed."""
    unit = answer.unit
    if actor.roles_at(unit.path, unit.round_id) & set(MEMBERS):
        return unit.path
    for held in actor.held:
        if held.role in MEMBERS and held.round_id in {None, unit.round_id}:
            if answer.assignee_path.startswith(held.path):
                return answer.assignee_path
            if held.path.startswith(unit.path) and answer.assignee_id == actor.user_id:
                return held.path
    return unit.path


def score_step(round: Round) -> Decimal:
    """Return the smallest step of a self-score in a round."""
    return round.chosen.step


def narrative_limit(round: Round) -> int:
    """Return how many characters a narrative may have in a round."""
    return round.chosen.narrative_limit


def content_problems(
    answer: Answer, self_score: Decimal | None, narrative: str, *, ready: bool
) -> Iterator[Problem]:
    """Yield what is wrong with what would be saved."""
    limit = narrative_limit(answer.round)
    asked = is_asked(answer)
    if not asked and self_score is not None:
        yield tell(
            "WEB002", field="self_score", what=Text("本条目由数据计算，不填自评分", "this item is computed from data; no self-score is asked"),
            found=str(self_score), advice=Text("数据有误请提出疑议。", "If the data are wrong, dispute them."),
        )  # fmt: skip
    elif self_score is not None:
        yield from _score_problems(answer, self_score, score_step(answer.round))
    if len(narrative) > limit:
        yield tell(
            "WEB002", field="narrative", what=Text("文字说明过长", "the narrative is too long"),
            found=f"{len(narrative)}", expected=Text(f"不超过{limit}字", f"at most {limit} characters"),
        )  # fmt: skip
    if ready and asked and self_score is None:
        yield tell(
            "WEB001", field="self_score", what=Text("标为填好之前须填自评分", "give a self-score before marking it ready"),
        )  # fmt: skip


def _score_problems(answer: Answer, score: Decimal, step: Decimal) -> Iterator[Problem]:
    if not score.is_finite() or not 0 <= score <= answer.item.points:
        full = full_points(answer.item, answer.unit)
        told = Text("不超过满分", "at most the full points")
        points = "point" if full == 1 else "points"
        expected = told if full is None else Text(f"0到{trimmed(full)}分", f"0 to {trimmed(full)} {points}")
        yield tell(
            "WEB002", field="self_score", what=Text("自评分超出范围", "the self-score is out of range"),
            found=str(score), expected=expected,
        )  # fmt: skip
    elif score % step:
        yield tell(
            "WEB002", field="self_score", what=Text("自评分的小数位过多", "the self-score is finer than its step"),
            found=str(score), expected=Text(f"{step}的整数倍", f"a multiple of {step}"),
        )  # fmt: skip


def _closed(answer: Answer, moment: datetime) -> Iterator[Problem]:
    if answer.round.sealed_at:
        yield tell("WEB006", found=str(answer.round))
    elif answer.state not in OPEN or answer.unit.state not in {"invited", "drafting"}:
        title = state_title(answer.round, "answer", answer.state).text()
        what = Text(f"当前状态“{title.zh}”不允许此操作", f"this cannot be done in the state “{title.en}”")
        advice = Text(
            "提交后须撤回，或等条目被退回。", "Withdraw the submission, or wait until the item is returned."
        )
        yield tell("WEB004", found=answer.state, what=what, advice=advice)
    else:
        open_ = window_state(answer.round, STEP, answer.unit, moment)
        if not open_:
            yield tell("WEB005", found=str(answer.unit.code), what=open_.why.text())


def keep_version(
    answer: Answer, actor: Actor, *, source: str, moment: datetime, handed_in: bool = False
) -> bool:
    """Raise the answer's version and keep its texts; return False where they only went on with the last draft."""
    answer.version += 1
    texts = {"self_score": answer.self_score, "narrative": answer.narrative, "ready": answer.ready}
    with everything("versions are kept whoever writes"):
        last = AnswerVersion.objects.filter(answer_id=answer.pk).order_by("-number").first()
        if (
            source == "draft"
            and last is not None
            and last.source == "draft"
            and not last.handed_in
            and last.by_id == actor.user_id
            and moment - last.at < PAUSE
            and moment - last.began_at < LONGEST
        ):
            AnswerVersion.objects.filter(pk=last.pk).update(number=answer.version, at=moment, **texts)
            return False
        AnswerVersion.objects.create(
            round_id=answer.round_id, answer=answer, number=answer.version, source=source, handed_in=handed_in,
            began_at=moment, at=moment, by_id=actor.user_id, by_name=actor.name, **texts,
        )  # fmt: skip
    return True


def write(answer: Answer, actor: Actor, moment: datetime) -> None:
    """Write the texts and version of a locked answer."""
    answer.updated_at, answer.updated_by_id = moment, actor.user_id
    with everything("the locked row is written"):
        Answer.objects.filter(pk=answer.pk).update(
            self_score=answer.self_score, narrative=answer.narrative, ready=answer.ready,
            version=answer.version, updated_at=moment, updated_by_id=actor.user_id,
        )  # fmt: skip


@transaction.atomic
def answers_hand(
    *,
    actor: Actor,
    unit: RoundUnit,
    answers: Collection[int],
    assignee: int | None = None,
    organisation: int | None = None,
    due: date | None = None,
    at: datetime | None = None,
) -> int:
    """Hand items to a colleague or to an organisation below the unit, or take them back; return how many.

    Args:
        actor: the unit's manager.
        unit: whose items.
        answers: keys of the answers.
        assignee: key of a person of the unit or below it.
        organisation: key of an organisation below the unit; its people then fill the items.
        due: inside the unit, not after the window closes.
        at: moment (now).

    Raises:
        Refused: WEB001 without items, WEB002 for people, places or days that do not fit, WEB006 in a sealed round.
    """
    moment = at or now()
    require(actor, "hand_out", unit)
    problems: list[Problem] = []
    if unit.round.sealed_at:
        problems.append(tell("WEB006", found=str(unit.round)))
    with everything("the unit's own answers"):
        rows = list(
            Answer.objects.filter(unit=unit, pk__in=answers).values_list("pk", "item__code").order_by("pk")
        )
    if not rows:
        what = Text("没有选择条目", "no item was chosen")
        problems.append(tell("WEB001", field="answers", what=what))
    person = next((p for p in colleagues(unit) if p.pk == assignee), None)
    place = next((p for p in places_below(unit) if p.pk == organisation), None)
    if assignee is not None and person is None:
        what = Text("此人不在本单位或下级单位", "this person is neither of the unit nor below it")
        problems.append(tell("WEB002", field="assignee", what=what, found=str(assignee)))
    if organisation is not None and place is None:
        what = Text("此单位不是下级单位", "this organisation does not lie below the unit")
        problems.append(tell("WEB002", field="organisation", what=what, found=str(organisation)))
    if assignee is not None and organisation is not None:
        what = Text("只能分派给人或单位之一", "hand it to a person or to an organisation, not both")
        problems.append(tell("WEB002", field="organisation", what=what))
    problems += _due_problems(unit, due, moment)
    if problems:
        raise Refused(problems)
    with everything("the unit's own answers"):
        Answer.objects.filter(pk__in=[pk for pk, _ in rows]).update(
            assignee=person, assignee_path=place.path if place else "", due=due
        )
    data = {
        "items": [code for _, code in rows],
        "assignee": assignee,
        "organisation": place.code if place else "",
        "due": due.isoformat() if due else None,
    }
    audit.record(
        actor, "duxue.unit.items_handed", unit, round_id=unit.round_id, path=unit.path, data=data, at=moment
    )
    return len(rows)


def _due_problems(unit: RoundUnit, due: date | None, moment: datetime) -> Iterator[Problem]:
    if due is None:
        return
    window = windows_of(unit.round, unit).get(STEP)
    last = timezone.localtime(window.closes).date() if window and window.closes else None
    if due < timezone.localtime(moment).date():
        yield tell("WEB002", field="due", what=Text("日期已过", "the day has passed"), found=due.isoformat())
    elif last is not None and due > last:
        yield tell(
            "WEB002", field="due", what=Text("晚于填报截止日", "it lies after the window closes"),
            found=due.isoformat(), expected=Text(f"不晚于{last.isoformat()}", f"not after {last.isoformat()}"),
        )  # fmt: skip
