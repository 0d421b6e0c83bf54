"""The round before: loaded from the folder that `duxue demo` scored, published, with problems in every state of its ledger."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from duxue.app.importing import Progress
from duxue.app.round_checks import open_stored
from duxue.app.round_public import publish
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import SITE
from duxue.web.common.clock import at
from duxue.web.demo.people import CITY, LATE, Cast
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services import entering, mending
from duxue.web.rectification.services.stepping import end_of, running
from duxue.web.reporting.round_loading import load_round_folder
from duxue.web.reporting.services.scoring import scoring_adopt
from duxue.web.rounds.models import Answer, Objection, Reply, Round, RoundUnit, Window
from duxue.web.rounds.procedures import due_after, procedure_of, zone_of
from duxue.web.rounds.services.moving import round_move

FOLDER: Final = "1"  # of its final scoring
_TEXT: Final = "（合成）按方案推进\n(synthetic) Work goes on as planned"
_AFTER: Final = ("feedback", "objection", "scoring")  # steps after the units were told
_PLAN: Final = timedelta(days=30)  # from handing over to the day of the plan


def make_last_round(cast: Cast, file: Path, scored: Path, now: datetime, tell: Progress) -> Round:
    """Load the round of `file`, take over its scores from `scored`, publish it and work on its problems until `now`."""
    tell(Text("载入上一轮评价", "the round before: loading"))
    begun, told, frozen = now - timedelta(days=330), now - timedelta(days=260), now - timedelta(days=235)
    with at(begun):
        made = load_round_folder(actor=cast.actor("organiser"), file=file, authority=cast.authority, at=begun)
        RoundUnit.objects.filter(round=made).update(submitted_at=begun + timedelta(days=20))
    tell(Text("公布上一轮评价", "the round before: publishing"))
    home = Path(settings.HOME) / "rounds" / made.slug / FOLDER
    for name in ("out", "public"):
        shutil.rmtree(home / name, ignore_errors=True)
    shutil.copytree(scored, home / "out")
    publish(open_stored(home / "out"), home / "public")
    _windows(made, begun, told, frozen)
    _tell(cast, made, told)
    tell(Text("问题入账和冻结", "the round before: problems, freezing"))
    with at(frozen):
        entering.problems_from_scoring(actor=cast.actor("organiser"), round=made, folder=_below(home / "out"))
        round_move(actor=cast.actor("organiser"), round=made, transition="freeze")
    with at(frozen + timedelta(hours=2)):
        scoring_adopt(
            cast.actor("organiser"),
            made,
            "final",
            open_stored(home / "out"),
            _below(home / "out"),
            _below(home / "public"),
        )
    with at(frozen + timedelta(days=4)):
        round_move(actor=cast.actor("organiser2"), round=made, transition="publish")
    tell(Text("整改上一轮的问题", "the round before: rectification"))
    _carry(made, now)
    _rectify(cast, made, frozen + timedelta(days=6), now)
    return made


def _below(path: Path) -> str:
    return path.relative_to(settings.HOME).as_posix()


def _windows(made: Round, begun: datetime, told: datetime, frozen: datetime) -> None:
    """Say when the steps were open, one after another; feedback and objections went on until the round was frozen."""
    steps = [step.id for step in procedure_of(made, "round").steps]
    before, each = [s for s in steps if s not in _AFTER], (told - begun) / max(1, len(steps) - len(_AFTER))
    for number, step in enumerate(before):
        opens = begun + number * each
        Window.objects.get_or_create(
            round=made, step=step, unit=None, defaults={"opens": opens, "closes": opens + each}
        )
    for step in (s for s in steps if s in _AFTER):
        Window.objects.get_or_create(
            round=made, step=step, unit=None, defaults={"opens": told, "closes": frozen}
        )


def _tell(cast: Cast, made: Round, told: datetime) -> None:
    """Let every unit have been told its result and accept it; one objected in vain, one replied in public."""
    Answer.objects.filter(round=made).update(state="accepted")
    for unit in RoundUnit.objects.filter(round=made):
        unit.state, unit.state_since, unit.notified_at = "settled", told + timedelta(days=15), told
        unit.save()
        audit.record(
            cast.actor("organiser"),
            "duxue.unit.notify",
            unit,
            at=told,
            data={"from": "verified", "to": "notified"},
        )
        audit.record(
            SITE,
            "duxue.unit.lapse",
            unit,
            at=told + timedelta(days=15),
            data={"from": "notified", "to": "settled"},
        )
    objecting = RoundUnit.objects.filter(round=made, code=LATE).first()
    if objecting is not None:
        filed, decided = told + timedelta(days=3), told + timedelta(days=12)
        objection = Objection.objects.create(
            round=made, unit=objecting, item=made.items.exclude(kind="branch").first(), state="replied", outcome="dismissed",
            text="（合成）认为会议次数统计口径有误，请予复核。\n(synthetic) The meetings were counted wrongly; please check.", filed_by=cast.user[f"manager:{LATE}"], filed_at=filed,
            due=due_after(made, filed, "objection.filed"), reason="（合成）经查会议纪要，原认定无误。\n(synthetic) The minutes bear out the first finding.",
            decided_by=cast.user["organiser2"], decided_at=decided,
        )  # fmt: skip
        audit.record(cast.manager(LATE), "duxue.objection.filed", objection, at=filed)
        audit.record(
            cast.actor("organiser2"),
            "duxue.objection.dismiss",
            objection,
            at=decided,
            reason=objection.reason,
        )
    replying = RoundUnit.objects.filter(round=made, code=CITY).first()
    if replying is not None:
        reply = Reply.objects.create(
            round=made, unit=replying, text_zh="（合成）我市认可评价结果，问题已列入整改清单，按月公布进展。",
            text_en="(synthetic) The city accepts the result; its problems are on a list whose progress it publishes monthly.",
            written_by=cast.user[f"manager:{CITY}"], written_at=told + timedelta(days=10),
        )  # fmt: skip
        audit.record(
            cast.manager(CITY), "duxue.reply.published", reply, path=replying.path, at=reply.written_at
        )


def _carry(made: Round, now: datetime) -> None:
    """Let the problems that came from the round before fall due from two weeks ago on, in the order of the folder."""
    assert made.before is not None  # the folder names what came before
    rows = list(Problem.objects.filter(round=made.before, finish_due__isnull=False).exclude(state="closed"))
    if not rows:
        return
    zone = zone_of(made)
    days = [(row.finish_due or now).astimezone(zone).date() for row in rows]
    moved = now.astimezone(zone).date() - timedelta(days=14) - min(days)
    for row, day in zip(rows, days, strict=True):
        row.finish_due = end_of(made, day + moved)
        row.due = running(row)
        row.save(update_fields=["finish_due", "due"])


# --- the ledger -------------------------------------------------------------------------------------------------------
def _rectify(cast: Cast, made: Round, start: datetime, now: datetime) -> None:
    """Work on the first problems of every city, each as far as its number says, so that every state is there."""
    ago = timedelta(days=(now - start).days)
    ways: list[tuple[timedelta, Callable[[_Work], None]]] = [
        (ago, _closed), (ago, _closed), (timedelta(days=125), _overdue), (timedelta(days=60), _in_progress),
        (timedelta(days=75), _submitted), (timedelta(days=112), _reopened), (timedelta(days=20), _planned),
        (timedelta(days=85), _returned),
    ]  # fmt: skip
    by_unit: dict[int, list[Problem]] = {}
    rows = Problem.objects.filter(round=made).select_related(
        "unit__organisation", "round__authority", "responsible"
    )
    for problem in rows.order_by("unit__code", "code"):
        by_unit.setdefault(problem.unit_id, []).append(problem)
    for number, problems in enumerate(by_unit.values()):
        for place, problem in enumerate(problems):
            if place < len(ways) - 1 or (place < len(ways) and number % 3 == 0):
                begun, way = ways[place]
                way(_Work(cast, _dated(problem, now - begun), now - begun, now))
            elif place < len(ways) + 2:
                begun = timedelta(days=26 if place < len(ways) else 9)
                _Work(cast, _dated(problem, now - begun), now - begun, now).notify(0)
            else:
                _dated(problem, now)
    dropped = Problem.objects.filter(round=made, state="identified").order_by("-code").first()
    if dropped is not None:
        mending.problem_drop(
            actor=cast.actor("organiser"),
            problem=dropped,
            reason="（合成）与另一问题重复\n(synthetic) The same as another problem",
        )


def _dated(problem: Problem, start: datetime) -> Problem:
    """Count the days of the ledger from `start`: the folder has them from the year that it judges."""
    if problem.plan_due is not None:
        moved = start + _PLAN - problem.plan_due
        if problem.finish_due is not None:
            problem.finish_due = max(problem.plan_due, problem.finish_due) + moved
        problem.plan_due += moved
    problem.due = running(problem)
    problem.save(update_fields=["plan_due", "finish_due", "due"])
    return problem


class _Work:
    """One problem on its way; days count from when it was handed over."""

    def __init__(self, cast: Cast, problem: Problem, start: datetime, now: datetime) -> None:
        self.problem, self.start, self.now = problem, start, now
        self.organiser, self.second = cast.actor("organiser"), cast.actor("organiser2")
        self.city = cast.manager(problem.unit.code)

    def on(self, day: float) -> datetime:
        return min(self.start + timedelta(days=day, hours=2), self.now - timedelta(minutes=5))

    def run(self, day: float, step: Callable[..., object], **values: object) -> None:
        """Do a step on a day."""
        with at(self.on(day)):
            step(problem=self.problem, **values)
        self.problem = Problem.objects.select_related(
            "unit__organisation", "round__authority", "responsible"
        ).get(pk=self.problem.pk)

    def notify(self, day: float) -> None:
        """Hand it over."""
        self.run(day, mending.problem_notify, actor=self.organiser)

    def plan(self, day: float) -> None:
        """Send a plan that promises three months, or as long as the ledger gives."""
        limit = mending.finish_limit(self.problem, self.on(day)) or (self.on(day) + timedelta(days=88)).date()
        text = self.problem.measure or "制定整改措施并逐项落实"
        self.run(
            day,
            mending.plan_submit,
            actor=self.city,
            measure=f"{text}（合成）",
            post=self.problem.responsible_post or "分管负责人",
            finish=limit,
        )

    def begin(self) -> None:
        """Hand over, plan, approve, start and report once."""
        self.notify(0)
        self.plan(12)
        self.run(16, mending.plan_approve, actor=self.organiser)
        self.run(18, mending.problem_start, actor=self.city)
        self.run(40, mending.progress_add, actor=self.city, text=_TEXT, share=50)

    def submit(self, day: float) -> None:
        """Say that it is mended."""
        self.run(
            day,
            mending.problem_submit,
            actor=self.city,
            text="（合成）已整改到位，附佐证\n(synthetic) Mended, with proof",
        )


def _closed(work: _Work) -> None:
    work.begin()
    work.submit(70)
    work.run(
        82,
        mending.problem_close,
        actor=work.second,
        text="（合成）现场复查属实\n(synthetic) Seen on the spot",
    )


def _overdue(work: _Work) -> None:
    work.begin()
    work.run(
        120,
        mending.problem_escalate,
        actor=work.organiser,
        to="leader",
        reason="（合成）逾期未完成\n(synthetic) Overdue and not finished",
    )


def _in_progress(work: _Work) -> None:
    work.begin()


def _submitted(work: _Work) -> None:
    work.begin()
    work.submit(68)


def _reopened(work: _Work) -> None:
    _closed(work)
    day = (work.now - work.start).days - 14
    work.run(
        day,
        mending.problem_reopen,
        actor=work.organiser,
        reason="（合成）抽查发现反弹\n(synthetic) Found again in a spot check",
    )


def _planned(work: _Work) -> None:
    work.notify(0)
    work.plan(14)


def _returned(work: _Work) -> None:
    work.begin()
    work.submit(70)
    work.run(
        78, mending.problem_return, actor=work.second, reason="（合成）佐证不足\n(synthetic) Not enough proof"
    )
