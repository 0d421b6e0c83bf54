"""Review and verification of the round of now: half of the units reviewed, questions open, counties drawn for visits."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.conf import settings

from duxue.app.drawing import commit_draw, run_draw
from duxue.web.common import audit
from duxue.web.common.clock import at
from duxue.web.demo.people import CITY, Cast, more_reviewers
from duxue.web.demo.this_round import CLOSED, Sample
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.reviews.models import Assignment
from duxue.web.reviews.rules import step_of
from duxue.web.reviews.services.assigning import assignment_give
from duxue.web.reviews.services.returning import answer_return
from duxue.web.reviews.services.reviewing import answers_in, assignment_finish, review_give
from duxue.web.rounds.models import Answer, Round, RoundUnit
from duxue.web.rounds.services.questions import question_answer
from duxue.web.rounds.services.units import unit_move

_REVIEWERS: Final = 8
_DONE, _HALF = 4, 4  # units whose review is finished, and half done
_REASON: Final = "（合成）佐证齐全，个别环节按标准扣分 / synthetic: points off by the standard"
_ASKED: Final = "（合成）会议纪要缺日期，请补充说明。/ synthetic: the minutes bear no date; please explain."
_PLAN: Final = """title = {zh = "实地核查：每市抽两个县（市、区）（合成）", en = "Field verification: two counties in each city (synthetic)"}
method = "stratified/1"
id = "code"

[params]
by = ["city"]
take = 2

[[seed]]
name = "cities"
kind = "digits"
length = 16
who = {zh = "16市代表依次各报一位数字（合成）", en = "one digit from each city's delegate, in order (synthetic)"}

[[seed]]
name = "notary"
kind = "balls"
low = 1
high = 33
count = 6
who = {zh = "公证员摇出的球（合成）", en = "balls drawn by the notary (synthetic)"}
"""


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
    """Return two items of a unit with a question, one of them answered since."""
    answers = [a for a in answers_in(task[0]) if a.state == "submitted"][-3:]
    actor = cast.actor(task[1])
    for number, answer in enumerate(answers):
        with at(now - timedelta(days=1, hours=number)):
            question = answer_return(actor=actor, answer=answer, text=_ASKED)
        if number == 0:
            stored = Answer.objects.get(pk=answer.pk)
            with at(now - timedelta(hours=5)):
                question_answer(
                    actor=cast.manager(unit.code), question=question, version=stored.version, self_score=stored.self_score,
                    reply="（合成）已补充会议日期。/ synthetic: the date was added.", narrative=stored.narrative,
                )  # fmt: skip


# --- field verification -----------------------------------------------------------------------------------------------
def draw_visits(cast: Cast, made: Round, now: datetime) -> None:
    """Draw two counties of each city in public, and let the team be on its way: some visits notified, one under way."""
    committed, drawn_at = now - timedelta(days=6), now - timedelta(days=5)
    draw = Draw(
        round=made, title_zh="实地核查县（市、区）抽取（合成）", title_en="Counties to visit (synthetic)", plan={},
        committed_at=committed, drawn_at=drawn_at, drawn_by=cast.user["organiser"],
    )  # fmt: skip
    folder = Path("rounds") / made.slug / "draw"
    place = Path(settings.HOME) / folder
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    selected = _draw(cast, draw, place, committed, drawn_at)
    draw.folder = folder.as_posix()
    draw.save()
    audit.record(
        cast.actor("organiser"),
        "duxue.draw.drawn",
        draw,
        path=cast.authority.path,
        at=drawn_at,
        data={"selected": selected},
    )
    units = {u.code: u for u in RoundUnit.objects.filter(round=made)}
    parents = {county: city for city, counties in cast.counties.items() for county in counties}
    for number, code in enumerate(sorted(selected)):
        unit, body = units[parents[code]], cast.org[code]
        visit = Visit.objects.create(
            round=made, unit=unit, draw=draw, place_code=code, place_zh=body.name_zh, place_en=body.name_en,
            place_level="county", path=body.path, planned_on=(now + timedelta(days=1 + number // 3)).date(),
            announced_at=now - timedelta(days=1) if number % 4 == 1 else None, state="notified" if number % 4 == 1 else "drawn",
        )  # fmt: skip
        visit.team.set([cast.user["inspector"], cast.user["inspector2"]])
        audit.record(cast.actor("organiser"), "duxue.inspection.draw", visit, path=unit.path, at=drawn_at)
        if parents[code] == CITY and not SheetEntry.objects.filter(visit__unit=unit).exists():
            _under_way(cast, made, visit, now)


def _draw(cast: Cast, draw: Draw, place: Path, committed: datetime, drawn_at: datetime) -> list[str]:
    source, plan = place / "counties.csv", place / "plan.toml"
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["code", "name", "city"])
        writer.writerows(
            (code, cast.org[code].name_zh, city) for city, held in cast.counties.items() for code in held
        )
    plan.write_text(_PLAN, encoding="utf-8")
    done = commit_draw(
        source=source,
        plan_path=plan,
        folder=place,
        chain_path=None,
        time=committed.isoformat(timespec="seconds"),
    )
    parts = [{"name": "cities", "value": "3072519468024713"}, {"name": "notary", "value": "7 31 12 4 26 19"}]
    run = run_draw(
        folder=place, chain_path=None, parts=parts, time=drawn_at.isoformat(timespec="seconds"), pdf=False
    )
    draw.plan = {"toml": _PLAN}
    draw.commitment = str(done)[:80]
    draw.certificate = dict(run.certificate)
    return [str(code) for code in run.certificate["result"]["selected"]]


def _under_way(cast: Cast, made: Round, visit: Visit, now: datetime) -> None:
    """Let a visit have begun, with the first lines of its sheet."""
    Visit.objects.filter(pk=visit.pk).update(state="under_way", planned_on=now.date())
    answers = (
        Answer.objects.filter(unit=visit.unit, item__kind="judged")
        .select_related("item")
        .order_by("item__order")[:3]
    )
    for answer, found in zip(answers, ("confirmed", "partly", "confirmed"), strict=False):
        entry = SheetEntry.objects.create(
            round=made, visit=visit, item=answer.item, answer=answer, found=found, points=answer.self_score,
            note="（合成）查看原始记录并与校长座谈 / synthetic: records seen, head teacher heard", written_by=cast.user["inspector"],
            written_at=now - timedelta(hours=3), version=1,
        )  # fmt: skip
        audit.record(
            cast.actor("inspector"), "duxue.entry.saved", entry, path=visit.unit.path, at=entry.written_at
        )
