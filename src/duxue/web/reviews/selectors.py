"""Reading online review: a reviewer's tasks, the scoring page, where two reviews lie apart, how far reviewers agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import mean
from typing import Any

from django.db.models import Count, Q, QuerySet

from duxue.web.accounts.models import User
from duxue.web.common.actors import INSPECTOR, REVIEWER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.reviews.earlier import Earlier, earlier_rounds
from duxue.web.reviews.models import Assignment, Review
from duxue.web.reviews.rules import ReviewRules, apart, review_rules, step_of
from duxue.web.reviews.services.reviewing import answers_in
from duxue.web.rounds.models import Answer, Known, Question, Round, RoundUnit
from duxue.web.rounds.policy import overseen
from duxue.web.rounds.selectors.unit import known_by_item, questions_of

TURN_TITLES: dict[str, Words] = {
    "first": say("初评", "first review"),
    "second": say("复评（盲评）", "second review (blind)"),
    "reconcile": say("第三人评定", "third opinion"),
}


# --- the desk ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Task:
    """An assignment with how far it is."""

    assignment: Assignment
    given: int
    of: int
    returned: int  # items at the unit with a question
    answered: int  # items that came back with a reply and are not given yet

    @property
    def turn(self) -> Words:
        """Name of the turn."""
        return TURN_TITLES[self.assignment.turn]

    @property
    def left(self) -> int:
        """How many items are not given."""
        return self.of - self.given

    @property
    def state(self) -> str:
        """Return waiting, open or finished."""
        if self.assignment.finished_at:
            return "finished"
        return "open" if self.assignment.unit.submitted_at else "waiting"


def tasks_of(unit: RoundUnit) -> QuerySet[Assignment]:
    """Return the visible tasks of a unit that were not withdrawn."""
    return Assignment.objects.filter(unit=unit, withdrawn_at__isnull=True)


def desk(actor: Actor) -> list[Task]:
    """Return the tasks of a reviewer in rounds that are not archived: open ones by their clock, then the others."""
    rows = (
        Assignment.objects.filter(reviewer_id=actor.user_id, withdrawn_at__isnull=True)
        .exclude(round__state__in=("draft", "archived"))
        .select_related("unit", "round", "branch")
    )
    tasks = [task_of(row) for row in rows]
    order = {"open": 0, "waiting": 1, "finished": 2}
    return sorted(
        tasks,
        key=lambda t: (
            order[t.state],
            t.assignment.due is None,
            t.assignment.due or now(),
            t.assignment.unit.code,
        ),
    )


def task_of(assignment: Assignment) -> Task:
    """Return a task with its progress."""
    answers = answers_in(assignment)
    with everything("the progress of a task that the caller sees"):
        given = set(
            Review.objects.filter(assignment=assignment, given=True).values_list("answer_id", flat=True)
        )
    return Task(
        assignment,
        sum(a.pk in given for a in answers),
        len(answers),
        sum(a.state == "returned" for a in answers),
        sum(a.state == "answered" and a.pk not in given for a in answers),
    )


def rounds_to_judge(actor: Actor) -> list[Round]:
    """Return the rounds, not over yet, in which the actor may be asked to judge: recusals are declared before tasks are given."""
    if actor.user_id is None:
        return []
    with everything("a reviewer's role says in which rounds they may be asked"):
        rows = Round.objects.filter(sealed_at__isnull=True).exclude(state="draft").select_related("authority")
        return [
            r for r in rows if actor.roles_at(r.authority.path, r.pk) & {REVIEWER, INSPECTOR}
        ]  # fmt: skip


def rounds_overseen(actor: Actor) -> list[Round]:
    """Return the rounds that were opened and are not archived in which the actor sees everybody's tasks."""
    return list(Round.objects.filter(overseen(actor)).exclude(state__in=("draft", "archived")))


# --- the scoring page -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One item of a task as its list shows it."""

    answer: Answer
    review: Review | None

    @property
    def given(self) -> bool:
        """Whether the points are given."""
        return self.review is not None and self.review.given

    @property
    def draft(self) -> bool:
        """Whether there is a draft that is not given."""
        return self.review is not None and not self.review.given and self.review.version > 0


SHOWS = {
    "": say("全部", "All"),
    "left": say("未给分", "Not given"),
    "answered": say("已答复", "Replied"),
    "given": say("已给分", "Given"),
}


def lines_of(assignment: Assignment, show: str = "") -> list[Line]:
    """Return the items of a task: all, those left, those with a reply, those given."""
    mine = {r.answer_id: r for r in Review.objects.filter(assignment=assignment)}
    lines = [Line(a, mine.get(a.pk)) for a in answers_in(assignment)]
    return [line for line in lines if _shown(line, show)]


@dataclass(frozen=True)
class Sheet:
    """Everything that stands beside the points of one item."""

    answer: Answer
    review: Review | None
    known: list[Known]
    chart: dict[str, Any] | None
    questions: list[Question]
    earlier: list[Earlier]
    problems: list[Any]
    peers: list[Review] = field(default_factory=list)  # of other reviewers, once the own is given
    later: int | None = None
    before: int | None = None
    place: int = 0
    of: int = 0
    left: int = 0
    step: Decimal = Decimal("0.001")


def sheet_of(assignment: Assignment, answer: Answer, show: str = "") -> Sheet:
    """Return the scoring page of an item; others' points only where the own are given, so that nobody is anchored."""
    lines = lines_of(assignment)
    mine = next((line.review for line in lines if line.answer.pk == answer.pk), None)
    walk = [line.answer.pk for line in lines if line.answer.pk == answer.pk or not show or _shown(line, show)]
    at = walk.index(answer.pk)
    knowns = known_by_item(answer.unit, [answer.item_id]).get(answer.item_id, [])
    peers: list[Review] = []
    if mine is not None and mine.given:
        peers = list(
            Review.objects.filter(answer=answer, given=True)
            .exclude(assignment=assignment)
            .select_related("assignment")
        )
    earlier = earlier_rounds(answer)
    return Sheet(
        answer, mine, knowns, trend_of(knowns), questions_of(answer), earlier, _problems(answer, earlier), peers,
        walk[at + 1] if at + 1 < len(walk) else None, walk[at - 1] if at else None,
        [line.answer.pk for line in lines].index(answer.pk) + 1, len(lines), sum(not line.given for line in lines),
        step_of(answer.item),
    )  # fmt: skip


def _shown(line: Line, show: str) -> bool:
    match show:
        case "left":
            return not line.given
        case "answered":
            return line.answer.state == "answered" and not line.given
        case "given":
            return line.given
    return True


def trend_of(knowns: Iterable[Known]) -> dict[str, Any] | None:
    """Return the known figures of several years as a chart; None where no figure has more than one year."""
    series: dict[tuple[str, str], dict[int, Known]] = defaultdict(dict)
    for known in knowns:
        if known.value is not None:
            series[(known.indicator, str(sorted(known.by.items())))][known.year] = known
    series = {key: by for key, by in series.items() if len(by) > 1}
    if not series:
        return None
    years = sorted({year for by in series.values() for year in by})
    return {
        "years": years,
        "series": [
            {
                "label": str(next(iter(by.values())).title),
                "values": [_plain(by.get(year)) for year in years],
                "texts": [by[y].text if y in by else None for y in years],
            }
            for by in series.values()
        ],
    }


def _plain(known: Known | None) -> float | None:
    return float(known.value) if known is not None and known.value is not None else None


def _problems(answer: Answer, earlier: list[Earlier]) -> list[Any]:
    """Return the problems on the ledger of the unit and item that are not closed and not told with an earlier round."""
    from duxue.web.rectification.models import Problem

    with everything("a reviewer of the unit reads what is still to be mended"):
        rows = Problem.objects.filter(
            unit__organisation_id=answer.unit.organisation_id, item_code=answer.item.code
        ).exclude(state__in=("closed", "dropped"))
        rows = rows.exclude(
            round_id=answer.round_id, source="online"
        )  # another's finding would pull this one's points
        rows = rows.exclude(unit__in=[one.answer.unit_id for one in earlier])
        return list(rows.order_by("-found_at")[:10])


# --- where two reviews lie apart --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Pair:
    """An answer with its first and second review."""

    answer: Answer
    first: Review
    second: Review

    @property
    def distance(self) -> Decimal:
        """First less second."""
        return (self.first.points or Decimal(0)) - (self.second.points or Decimal(0))


def pairs(round: Round, unit: RoundUnit | None = None) -> list[Pair]:
    """Return the answers that two people judged independently, for whoever oversees the round."""
    rows = Review.objects.filter(
        round=round, given=True, points__isnull=False, assignment__turn__in=("first", "second"),
        assignment__withdrawn_at__isnull=True, **({"answer__unit": unit} if unit else {}),
    ).select_related("answer__item", "answer__unit", "assignment__reviewer").order_by("answer__unit__code", "answer__item__order")  # fmt: skip
    by_answer: dict[int, dict[str, Review]] = defaultdict(dict)
    for row in rows:
        by_answer[row.answer_id][row.assignment.turn] = row
    return [Pair(by["first"].answer, by["first"], by["second"]) for by in by_answer.values() if len(by) == 2]


def apart_in(round: Round, unit: RoundUnit | None = None) -> list[Pair]:
    """Return the pairs that lie further apart than the rules let stand and that no third opinion has settled."""
    rules = review_rules(round)
    found = [p for p in pairs(round, unit) if is_apart(p, rules)]
    settled = set(
        Review.objects.filter(round=round, given=True, assignment__turn="reconcile", assignment__withdrawn_at__isnull=True)
        .values_list("answer_id", flat=True)
    )  # fmt: skip
    return [p for p in found if p.answer.pk not in settled]


def is_apart(pair: Pair, rules: ReviewRules) -> bool:
    """Return whether the two reviews of a pair lie further apart than the rules let stand."""
    return apart(pair.first.points or Decimal(0), pair.second.points or Decimal(0), pair.answer.item, rules)


# --- agreement --------------------------------------------------------------------------------------------------------
WIDEST = 50  # pairs that are shown


@dataclass(frozen=True)
class Agreement:
    """How far first and second reviews of a round agree: items judged twice, given alike, too far apart, and the widest pairs."""

    rules: ReviewRules
    count: int
    same: int
    far: int
    widest: list[Pair]


def agreement(round: Round) -> Agreement:
    """Return how far the reviews of a round agree, the widest pairs first, 50 at most."""
    found, rules = pairs(round), review_rules(round)
    return Agreement(
        rules, len(found), sum(p.distance == 0 for p in found), sum(is_apart(p, rules) for p in found),
        sorted(found, key=lambda p: -abs(p.distance / p.answer.item.points))[:WIDEST],
    )  # fmt: skip


@dataclass(frozen=True)
class Habit:
    """How one reviewer's points lie to the others': indications, not judgements."""

    reviewer: User
    units: int
    items: int
    to_self: Decimal | None  # mean of points less self-score, as share of full points
    to_other: Decimal | None  # mean of points less the other reviewer's, as share of full points
    pairs: int
    apart: int


def habits(round: Round) -> list[Habit]:
    """Return the habits of all who gave points, by name."""
    rules = review_rules(round)
    rows = Review.objects.filter(
        round=round, given=True, points__isnull=False, assignment__withdrawn_at__isnull=True
    ).select_related("answer__item", "assignment__reviewer")
    by_person: dict[int, list[Review]] = defaultdict(list)
    for row in rows:
        by_person[row.assignment.reviewer_id].append(row)
    distances: dict[int, list[Decimal]] = defaultdict(list)
    far: dict[int, int] = defaultdict(int)
    for pair in pairs(round):
        share = pair.distance / pair.answer.item.points
        for review, sign in ((pair.first, 1), (pair.second, -1)):
            distances[review.assignment.reviewer_id].append(share * sign)
            far[review.assignment.reviewer_id] += is_apart(pair, rules)
    found = []
    for reviews in by_person.values():
        person = reviews[0].assignment.reviewer
        own = [
            ((r.points or Decimal(0)) - r.answer.self_score) / r.answer.item.points
            for r in reviews if r.answer.self_score is not None and r.answer.item.points
        ]  # fmt: skip
        found.append(
            Habit(
                person,
                len({r.assignment.unit_id for r in reviews}),
                len(reviews),
                _mean(own),
                _mean(distances[person.pk]),
                len(distances[person.pk]),
                far[person.pk],
            )
        )
    return sorted(found, key=place_of)


def place_of(habit: Habit) -> tuple[str, str]:
    """Return the place of a reviewer in the list: by name."""
    return habit.reviewer.name, habit.reviewer.username


def _mean(values: list[Decimal]) -> Decimal | None:
    return mean(values) if values else None


# --- the organiser's list ---------------------------------------------------------------------------------------------
def assignments(round: Round) -> QuerySet[Assignment]:
    """Return the standing tasks of a round with how many items are given, by unit and turn."""
    return (
        Assignment.objects.filter(round=round, withdrawn_at__isnull=True)
        .select_related("unit", "reviewer", "branch")
        .annotate(given=Count("reviews", filter=Q(reviews__given=True)))
        .order_by("unit__code", "turn", "pk")
    )


def told_reviews(answer: Answer) -> list[Review]:
    """Return the reviews of an answer that the actor may see, in the order of turns; names are left to the page."""
    return list(
        Review.objects.filter(answer=answer, given=True)
        .select_related("assignment")
        .order_by("assignment__turn")
    )
