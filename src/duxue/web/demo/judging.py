"""Review and verification of the round of now: half of the units reviewed, questions open, counties drawn for visits."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from duxue.web.common.clock import at
from duxue.web.demo.people import CITY, COUNTY, Cast, more_reviewers
from duxue.web.demo.this_round import CLOSED, Sample
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.inspections.services.drawing import Plan, draw_commit, draw_run
from duxue.web.inspections.services.sheets import entry_save
from duxue.web.inspections.services.visiting import visit_notify, visit_plan, visit_start
from duxue.web.rectification.services.entering import problem_create
from duxue.web.rectification.services.mending import problem_notify
from duxue.web.reviews.models import Assignment
from duxue.web.reviews.rules import step_of
from duxue.web.reviews.services.assigning import assignment_give
from duxue.web.reviews.services.returning import answer_return
from duxue.web.reviews.services.reviewing import answers_in, assignment_finish, review_give
from duxue.web.rounds.models import Answer, Round, RoundUnit
from duxue.web.rounds.services.answers import answers_hand
from duxue.web.rounds.services.questions import question_answer
from duxue.web.rounds.services.units import unit_move

_REVIEWERS: Final = 8
_DONE, _HALF = 4, 4  # units whose review is finished, and half done
_REASON: Final = (
    "（合成）佐证齐全，个别环节按标准扣分\n(synthetic) Complete evidence; points off as the standard says"
)
_ASKED: Final = "（合成）会议纪要缺日期，请补充说明。\n(synthetic) The minutes bear no date; please explain."
_DIGITS: Final = "3072519468024713"


def review(cast: Cast, made: Round, sample: Sample, now: datetime) -> None:
    """Assign reviewers to the units that have submitted, and let them have judged half of it."""
    begun = now - timedelta(days=CLOSED - 1)
    units = list(
        RoundUnit.objects.filter(round=made, code__in=sample.submitted)
        .select_related("round__authority")
        .order_by("code")
    )
    units.sort(key=lambda u: u.code != CITY)  # the demonstration's own city first: it is half done
    with at(begun):
        more_reviewers(cast, made, _REVIEWERS)
        tasks = _assign(cast, units)
        for unit in units:
            unit_move(actor=cast.actor("organiser"), unit=unit, transition="start_review")
    for number, unit in enumerate(units):
        share = 0.5 if number < _HALF else 1.0 if number < _HALF + _DONE else 0.0
        for task, who in tasks[unit.pk]:
            _judge(cast, task, who, share, begun + timedelta(days=1 + number % 5, hours=1))
    _ask(cast, units[0], tasks[units[0].pk][0], now)


def _assign(cast: Cast, units: list[RoundUnit]) -> dict[int, list[tuple[Assignment, str]]]:
    names = [f"reviewer:{n}" for n in range(1, _REVIEWERS + 1) if f"reviewer:{n}" in cast.user]
    found: dict[int, list[tuple[Assignment, str]]] = {}
    for number, unit in enumerate(units):
        mine = [k for k in names if cast.user[k].home_code != unit.code]
        pair = (
            [mine[number % len(mine)], mine[(number + 1) % len(mine)]] if mine else ["reviewer", "reviewer2"]
        )
        if number in {0, 4, _HALF + _DONE}:  # one half done, one finished, one to begin
            pair = ["reviewer", "reviewer2"]
        found[unit.pk] = [
            (
                assignment_give(actor=cast.actor("organiser"), unit=unit, reviewer=cast.user[who], turn=turn),
                who,
            )
            for turn, who in zip(("first", "second"), pair, strict=True)
        ]
    return found


def _judge(cast: Cast, task: Assignment, who: str, share: float, when: datetime) -> None:
    """Give points to a share of a task's items, near to what the unit claims, and finish it when that is all."""
    answers = answers_in(task)
    actor = cast.actor(who)
    for number, answer in enumerate(answers[: round(len(answers) * share)]):
        step, claim = step_of(answer.item), answer.self_score or Decimal(0)
        down = number % 5 == 0 and step >= Decimal("0.1") and claim >= step
        points = (claim - step if down else claim) // step * step
        with at(when + timedelta(minutes=9 * number)):
            review_give(actor=actor, assignment=task, answer=answer, version=0, points=points, reason=_REASON)
    if share == 1.0:
        with at(when + timedelta(hours=7)):
            assignment_finish(actor=actor, assignment=task)


def _ask(cast: Cast, unit: RoundUnit, task: tuple[Assignment, str], now: datetime) -> None:
    """Return three items of a unit with a question, one of them answered since, one in the hands of a county."""
    answers = [a for a in answers_in(task[0]) if a.state == "submitted"][-3:]
    actor = cast.actor(task[1])
    if COUNTY in cast.org and answers:
        with at(now - timedelta(days=2)):
            answers_hand(
                actor=cast.manager(unit.code),
                unit=unit,
                answers=[answers[-1].pk],
                organisation=cast.org[COUNTY].pk,
            )
    for number, answer in enumerate(answers):
        with at(now - timedelta(days=1, hours=number)):
            question = answer_return(actor=actor, answer=answer, text=_ASKED)
        if number == 0:
            stored = Answer.objects.get(pk=answer.pk)
            with at(now - timedelta(hours=5)):
                question_answer(
                    actor=cast.manager(unit.code), question=question, version=stored.version, self_score=stored.self_score,
                    reply="（合成）已补充会议日期。\n(synthetic) The date was added.", narrative=stored.narrative,
                )  # fmt: skip


def county_problem(cast: Cast, made: Round, now: datetime) -> None:
    """Let a visit have found something that a county of the demonstration's city must mend, and hand it over."""
    unit = (
        RoundUnit.objects.select_related("round__authority", "organisation")
        .filter(round=made, code=CITY)
        .first()
    )
    if unit is None or COUNTY not in cast.org:
        return
    organiser = cast.actor("organiser")
    with at(now - timedelta(days=3)):
        problem = problem_create(
            actor=organiser, unit=unit, source="field", kind="by_date", level="county", responsible=cast.org[COUNTY],
            text="（合成）两所学校的专用教室长期闲置\n(synthetic) Special classrooms of two schools stand idle",
            public_zh="部分学校专用教室使用率不高", public_en="Some special classrooms are hardly used",
        )  # fmt: skip
        problem_notify(actor=organiser, problem=problem)


# --- field verification -----------------------------------------------------------------------------------------------
def draw_visits(cast: Cast, made: Round, now: datetime) -> None:
    """Draw two counties of each city with a sealed number; some visits are announced since, the team is in one of them.

    The others are still to come unannounced, so the public and the cities do not read yet what was drawn.
    """
    shutil.rmtree(
        Path(settings.HOME) / "draws" / made.slug, ignore_errors=True
    )  # of a seeding that did not come to its end
    organiser, committed, spoken = cast.actor("organiser"), now - timedelta(days=6), now - timedelta(days=5)
    plan = Plan(
        counties=min(2, *(len(held) for held in cast.counties.values())), schools=0, digits=len(_DIGITS),
        who="16市代表各报一位数字（合成）", moment=spoken, beacon=False, hidden=True,
    )  # fmt: skip
    draw = draw_commit(
        actor=organiser, round=made, title_zh="实地核查：每市抽两个县（市、区）（合成）",
        title_en="Field verification: two counties in each city (synthetic)", plan=plan, at=committed,
    )  # fmt: skip
    visits = draw_run(actor=organiser, draw=draw, digits=_DIGITS, at=spoken + timedelta(hours=1))
    team = [cast.user["inspector"].pk, cast.user["inspector2"].pk]
    under_way = False
    for number, visit in enumerate(visits):
        mine = visit.unit.code == CITY and not under_way
        with at(now - timedelta(days=1)):
            day = timezone.localtime(now).date() + timedelta(days=0 if mine else 1 + number // 3)
            visit_plan(actor=organiser, visit=visit, day=day, team=team)
            if number % 4 == 1:
                visit_notify(actor=organiser, visit=visit)
        if mine:
            under_way = True
            _under_way(cast, visit, now - timedelta(hours=4))


def _under_way(cast: Cast, visit: Visit, when: datetime) -> None:
    """Let a visit have begun, with the first lines of its sheet."""
    inspector = cast.actor("inspector")
    with at(when):
        visit_start(actor=inspector, visit=visit)
    entries = SheetEntry.objects.filter(visit=visit).select_related(
        "item", "answer", "visit__round__authority", "visit__unit"
    )
    for entry in entries.order_by("item__order")[:2]:
        with at(when + timedelta(minutes=30)):
            entry_save(
                actor=inspector, entry=entry, version=entry.version, found="confirmed", points=None,
                note="（合成）查看原始记录并与校长座谈\n(synthetic) Records seen, and a talk with the head teacher",
            )  # fmt: skip
