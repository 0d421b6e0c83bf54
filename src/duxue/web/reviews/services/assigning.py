"""Giving units to reviewers: proposed for all, seen before it is done, or one by one; taken back and given to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from duxue.core.digest import of_json
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.accounts.models import User
from duxue.web.common import audit
from duxue.web.common.actors import REVIEWER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words
from duxue.web.common.locking import lock
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.reviews.allocation import Blocked, allocate, seconds
from duxue.web.reviews.barring import barred, people_of, why_barred
from duxue.web.reviews.models import Assignment, Review
from duxue.web.reviews.rules import review_rules
from duxue.web.rounds.models import Item, Round, RoundUnit
from duxue.web.rounds.procedures import windows_of

TURNS = ("first", "second", "reconcile")
NAMED = 6  # units or reviewers that a refusal names


@dataclass(frozen=True, slots=True)
class Given:
    """One task that would be given."""

    unit: RoundUnit
    turn: str
    reviewer: User


@dataclass(frozen=True, slots=True)
class Proposal:
    """An allocation before it is done: the tasks, everybody's load after it, and what cannot be filled."""

    seed: str
    share: float
    limit: int
    tasks: tuple[Given, ...]
    loads: tuple[tuple[User, int, int], ...]  # reviewer, units before, units after
    barred: tuple[tuple[User, RoundUnit, Words], ...]
    problems: tuple[Problem, ...]
    digest: str


def assignments_propose(
    *, actor: Actor, round: Round, seed: str, share: float | None = None, limit: int | None = None
) -> Proposal:
    """Return who would review which unit; nothing is written.

    Args:
        actor: the organiser.
        round: the round.
        seed: decides among equals; published with the allocation, so that it can be repeated.
        share: of units with a blind second review (the rules').
        limit: most units of one reviewer, 0 for none (the rules').
    """
    require(actor, "assign", round)
    rules = review_rules(round)
    share = rules.second_share if share is None else share
    limit = rules.limit if limit is None else limit
    with everything("an allocation looks at all tasks of the round"):
        units = {u.pk: u for u in RoundUnit.objects.filter(round=round, excused="").exclude(state="excused")}
        rows = list(
            Assignment.objects.filter(
                round=round, withdrawn_at__isnull=True, branch__isnull=True, turn__in=TURNS[:2]
            )
        )
    people = {p.pk: p for p in people_of(round, REVIEWER)}
    standing: dict[int, list[int]] = {pk: [] for pk in units}
    turns: dict[int, set[str]] = {pk: set() for pk in units}
    for row in rows:
        if row.unit_id in units:
            standing[row.unit_id].append(row.reviewer_id)
            turns[row.unit_id].add(row.turn)
    before = {pk: sum(pk in s for s in standing.values()) for pk in people}
    twice = seconds([*units], share, seed)
    needs = {pk: max(0, (2 if pk in twice else 1) - len(standing[pk])) for pk in units}
    reasons = barred(round, [*people])
    done = allocate(
        {pk: n for pk, n in needs.items() if n}, [*people], {user: set(why) for user, why in reasons.items()},
        seed=seed, limits=dict.fromkeys(people, limit) if limit else None, loads=before, standing=standing,
    )  # fmt: skip
    tasks = []
    for pk, chosen in done.given.items():
        free = [turn for turn in TURNS[:2] if turn not in turns[pk]]
        tasks += [Given(units[pk], turn, people[user]) for turn, user in zip(free, chosen, strict=False)]
    tasks.sort(key=lambda g: (g.unit.code, g.turn))
    problems = tuple(_blocked(b, units, people, limit) for b in done.blocked)
    loads = tuple((p, before[pk], done.loads.get(pk, 0)) for pk, p in people.items())
    kept_out = tuple(
        (people[user], units[u], why) for user, by in reasons.items() for u, why in by.items() if u in units
    )
    return Proposal(seed, share, limit, tuple(tasks), loads, kept_out, problems, _digest(seed, tasks))


def _digest(seed: str, tasks: list[Given]) -> str:
    return of_json({"seed": seed, "tasks": [[g.unit.pk, g.turn, g.reviewer.pk] for g in tasks]})


def _blocked(blocked: Blocked, units: dict[int, RoundUnit], people: dict[int, User], limit: int) -> Problem:
    names = [units[u] for u in blocked.units]
    who = [str(people[r]) for r in blocked.reviewers]
    zh_units, en_units = (
        "、".join(u.name_zh for u in names[:NAMED]),
        ", ".join(u.name_en or u.name_zh for u in names[:NAMED]),
    )
    if not who:
        return tell(
            "WEB004", field="reviewers", what=Text("没有可以评审的专家：都须回避，或没有人", "nobody may review it: all are recused, or there is nobody"),
            found=zh_units, advice=Text("请邀请其他专家，或核对回避申报。", "Invite other reviewers, or look at the recusals."),
        )  # fmt: skip
    listed = ", ".join(who[:NAMED]) + (" …" if len(who) > NAMED else "")
    return tell(
        "WEB004", field="reviewers",
        what=Text(
            f"{zh_units}等{len(names)}个单位共需{blocked.needed}次评审，可以评审的{len(who)}人（{listed}）只能再承担{blocked.room}次",
            f"{len(names)} unit(s) ({en_units}) need {blocked.needed} review(s), but the {len(who)} who may judge them ({listed}) can take {blocked.room}",
        ),
        advice=Text(
            f"请提高每人上限（现为{limit}），邀请其他专家，或降低复评比例。" if limit else "请邀请其他专家，或降低复评比例。",
            f"Raise the limit (now {limit}), invite others, or lower the share of second reviews." if limit
            else "Invite others, or lower the share of second reviews.",
        ),
    )  # fmt: skip


@transaction.atomic
def assignments_commit(
    *, actor: Actor, round: Round, seed: str, digest: str, share: float | None = None, limit: int | None = None,
    due: datetime | None = None, at: datetime | None = None,
) -> list[Assignment]:  # fmt: skip
    """Give the tasks of a proposal that was seen and return them.

    Args:
        digest: of the proposal that was shown; another one now is a conflict.
        due: until when; the window's end when absent.

    Raises:
        Refused: WEB003 when the proposal has changed meanwhile, its own problems, WEB006 in a sealed round.
    """
    moment = at or now()
    require(actor, "assign", round)
    with everything("two organisers may commit at once: the second sees what the first did"):
        lock(Round, round.pk)
    proposal = assignments_propose(actor=actor, round=round, seed=seed, share=share, limit=limit)
    problems = list(proposal.problems)
    if round.sealed_at:
        problems.insert(0, tell("WEB006", found=str(round)))
    if proposal.digest != digest:
        advice = Text("请重新查看分派方案后再确认。", "Look at the proposal again, then confirm.")
        problems.insert(0, tell("WEB003", field="digest", advice=advice))
    if problems:
        raise Refused(problems)
    due = due or _closes(round)
    made = [_give(actor, round, g.unit, None, g.reviewer, g.turn, due, moment) for g in proposal.tasks]
    data = {
        "seed": seed,
        "share": proposal.share,
        "limit": proposal.limit,
        "tasks": len(made),
        "digest": digest,
    }
    audit.record(
        actor, "duxue.round.reviews_assigned", round, path=round.authority.path, data=data, at=moment
    )
    return made


def _closes(round: Round) -> datetime | None:
    window = windows_of(round).get("online_review")
    return window.closes if window else None


def _give(
    actor: Actor, round: Round, unit: RoundUnit, branch: Item | None, reviewer: User, turn: str, due: datetime | None, moment: datetime
) -> Assignment:  # fmt: skip
    with everything("the organiser gives it"):
        task = Assignment.objects.create(
            round=round, unit=unit, branch=branch, reviewer=reviewer, turn=turn, due=due, given_by_id=actor.user_id, given_at=moment
        )  # fmt: skip
    data = {"unit": unit.code, "reviewer": reviewer.pk, "turn": turn, "branch": branch.code if branch else ""}
    audit.record(actor, "duxue.assignment.given", task, path=round.authority.path, data=data, at=moment)
    return task


def assignment_problems(
    round: Round,
    unit: RoundUnit,
    branch: Item | None,
    reviewer: User,
    turn: str,
    instead_of: Assignment | None = None,
) -> list[Problem]:
    """Return what stands against giving a task to a person, all at once."""
    problems: list[Problem] = []
    if round.sealed_at:
        problems.append(tell("WEB006", found=str(round)))
    if turn not in TURNS:
        problems.append(tell("WEB002", field="turn", found=turn))
    if reviewer.pk not in {p.pk for p in people_of(round, REVIEWER)}:
        what = Text("此人不是本轮的网评专家", "this person is not a reviewer of the round")
        problems.append(tell("WEB002", field="reviewer", what=what, found=str(reviewer)))
    if why := why_barred(round, reviewer.pk, unit):
        text = why.text()
        what = Text(f"须回避：{text.zh}", f"recused: {text.en}")
        problems.append(tell("WEB002", field="reviewer", what=what, found=str(reviewer)))
    with everything("a person judges an item once, whatever the turn"):
        rows = Assignment.objects.filter(unit=unit, withdrawn_at__isnull=True)
        if instead_of is not None:
            rows = rows.exclude(pk=instead_of.pk)
        mine = rows.filter(reviewer=reviewer)
        if branch is not None:
            mine = mine.filter(branch__isnull=True) | mine.filter(branch=branch)
        if mine.exists():
            what = Text("此人已评审该单位", "this person reviews the unit already")
            problems.append(tell("WEB002", field="reviewer", what=what, found=str(reviewer)))
        if turn in TURNS[:2] and rows.filter(turn=turn, branch=branch).exists():
            what = Text("这一评次已有人承担", "this turn is taken")
            problems.append(tell("WEB004", field="turn", what=what, found=turn))
    return problems


@transaction.atomic
def assignment_give(
    *, actor: Actor, unit: RoundUnit, reviewer: User, turn: str = "first", branch: Item | None = None,
    due: datetime | None = None, at: datetime | None = None,
) -> Assignment:  # fmt: skip
    """Give one task by hand and return it; refused for who is recused or judges the unit already."""
    moment = at or now()
    require(actor, "assign", unit.round)
    _lock(unit)
    if problems := assignment_problems(unit.round, unit, branch, reviewer, turn):
        raise Refused(problems)
    return _give(actor, unit.round, unit, branch, reviewer, turn, due or _closes(unit.round), moment)


@transaction.atomic
def assignment_reassign(
    *, actor: Actor, assignment: Assignment, reviewer: User, reason: str, at: datetime | None = None
) -> Assignment:
    """Take a task from one person and give it to another; what the first gave no longer counts. Return the new task."""
    moment = at or now()
    require(actor, "reassign", assignment)
    _lock(assignment.unit)
    with everything("its own policy was asked; another may have taken it back meanwhile"):
        assignment.refresh_from_db(fields=["withdrawn_at"])
    problems = assignment_problems(
        assignment.round, assignment.unit, assignment.branch, reviewer, assignment.turn, assignment
    )
    problems += _reason(reason) + _standing(assignment)
    if problems:
        raise Refused(problems)
    take_back(actor, assignment, reason=reason.strip(), moment=moment)
    return _give(
        actor, assignment.round, assignment.unit, assignment.branch, reviewer, assignment.turn, assignment.due, moment
    )  # fmt: skip


@transaction.atomic
def assignment_withdraw(
    *, actor: Actor, assignment: Assignment, reason: str, at: datetime | None = None
) -> None:
    """Take a task back, with a reason; what was given in it no longer counts but is kept."""
    moment = at or now()
    require(actor, "withdraw", assignment)
    if problems := _reason(reason) + _standing(assignment):
        raise Refused(problems)
    take_back(actor, assignment, reason=reason.strip(), moment=moment)


def _lock(unit: RoundUnit) -> None:
    """Let one at a time give tasks of a unit, so that the second sees what the first did."""
    with everything("locked, not read"):
        lock(Round, unit.round_id)  # as for a whole proposal
        lock(RoundUnit, unit.pk)


def _reason(reason: str) -> list[Problem]:
    return (
        [] if reason.strip() else [tell("WEB001", field="reason", what=Text("请说明理由", "give a reason"))]
    )


def _standing(assignment: Assignment) -> list[Problem]:
    if assignment.withdrawn_at is None:
        return []
    return [tell("WEB004", what=Text("任务已撤销", "the task was withdrawn"), found=str(assignment.pk))]


def take_back(actor: Actor, assignment: Assignment, *, reason: str, moment: datetime) -> None:
    """Withdraw a task inside the caller's transaction; its scores are drafts again, which nobody counts."""
    with everything("the caller has asked the policy"):
        given = Review.objects.filter(assignment=assignment, given=True).aggregate(n=Count("pk"))["n"]
        Review.objects.filter(assignment=assignment).update(given=False)
        Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=moment)
    assignment.withdrawn_at = moment
    data = {
        "unit": assignment.unit.code,
        "reviewer": assignment.reviewer_id,
        "turn": assignment.turn,
        "given": given,
    }
    audit.record(
        actor, "duxue.assignment.withdrawn", assignment, path=assignment.round.authority.path, reason=reason, data=data, at=moment
    )  # fmt: skip
