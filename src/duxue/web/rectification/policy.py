"""Who sees a problem, who works on it, who decides, and who may check that it is mended."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from duxue.web.common.actors import (
    AUDITOR,
    INSPECTOR,
    LEADER,
    MEMBERS,
    ORGANISER,
    OVERSEERS,
    REVIEWER,
    Actor,
)
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Denied, Policy, below, covered, no, register, role_at, yes
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.words import ENDED
from duxue.web.rounds.models import DRAFT, Round, RoundUnit
from duxue.web.rounds.policy import NOT_OPEN, opened, overseen, reviewed, visited


def seen_by(actor: Actor) -> Q:
    """Return the condition of the problems that an actor sees.

    Overseers see all of their authority; a unit's people what was handed to it, from then on; who found one sees it. Places are
    turned into keys by subqueries, so that an index is used and no row comes twice.
    """
    seen = Q(pk__in=())
    if actor.any(*OVERSEERS):
        seen = Q(round_id__in=Round._base_manager.filter(overseen(actor)).values("pk"))
    for round_id, paths in _member_paths(actor).items():
        units = RoundUnit._base_manager.filter(below("path", paths)).values("pk")
        bodies = Organisation._base_manager.filter(below("path", paths)).values("pk")
        theirs = (Q(unit_id__in=units) | Q(responsible_id__in=bodies)) & (
            ~Q(state="identified") | Q(source="self")
        )
        theirs &= opened()
        seen |= theirs if round_id is None else theirs & Q(round_id=round_id)
    if actor.user_id and actor.any(REVIEWER, INSPECTOR):
        judged = covered(actor, (REVIEWER, INSPECTOR), "authority__path", "id")
        seen |= (
            Q(found_by_id=actor.user_id, round_id__in=Round._base_manager.filter(judged).values("pk"))
            & opened()
        )
    return seen


def _member_paths(actor: Actor) -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = {}
    for held in actor.held:
        if held.role in MEMBERS:
            found.setdefault(held.round_id, []).append(held.path)
    return found


def working_place(actor: Actor, problem: Problem) -> str:
    """Return the place at which the actor's role as one of the responsible people counts; "" when they are none.

    A role at the authority itself does not count: the province does not mend for a city.
    """
    authority = problem.round.authority.path
    for place in (problem.path, problem.unit.path):
        for held in actor.held:
            fits = held.role in MEMBERS and held.round_id in (None, problem.round_id)
            if fits and held.path != authority and place.startswith(held.path):
                return place
    return ""


@register(Problem)
class ProblemPolicy(Policy[Problem]):
    """The organiser decides, the responsible people work, others look on; who checks is not of the unit that reports."""

    title = say("整改问题", "problem")
    actions = {
        "view": say("查看", "view"), "work": say("办理整改", "work on it"), "decide": say("交办和审定", "hand over and decide"),
        "check": say("复查", "check"), "export": say("导出台账", "export the ledger"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Problem]) -> QuerySet[Problem]:
        """Return what `seen_by` says."""
        return rows.filter(seen_by(actor))

    def decide(self, actor: Actor, action: str, obj: Problem) -> Decision:
        """Say which part an actor has in a problem."""
        authority = obj.round.authority.path
        organiser = role_at(actor, (ORGANISER,), authority, obj.round_id)
        match action:
            case "view" | "export":
                overseer = role_at(actor, (ORGANISER, LEADER, AUDITOR), authority, obj.round_id)
                if overseer:
                    return overseer
                if Problem._base_manager.filter(seen_by(actor), pk=obj.pk).exists():
                    return yes(say("它在您的职责范围内", "it is within your duties"))
                return no(say("不在您的职责范围内", "it is not within your duties"))
            case "work":
                place = working_place(actor, obj)
                if place:
                    return role_at(actor, MEMBERS, place, obj.round_id)
                return no(
                    say(
                        "须由责任单位或被评价单位的人员办理",
                        "only people of the responsible organisation or of the unit work on it",
                    )
                )
            case "decide":
                return organiser
            case "check":
                if working_place(actor, obj):
                    return no(
                        say(
                            "责任单位不能复查自己的整改",
                            "the responsible unit does not check its own rectification",
                        )
                    )
                if organiser:
                    return organiser
                if actor.user_id and actor.user_id == obj.found_by_id:
                    return role_at(actor, (INSPECTOR,), authority, obj.round_id)
                return no(
                    say(
                        "须由组织者或发现问题的核查人员复查",
                        "the organiser checks it, or the inspector who found it",
                    )
                )
        return super().decide(actor, action, obj)


def require_entering(actor: Actor, round: Round) -> None:
    """Let organisers go on who enter or step with many problems: a sealed round is closed to changes, its ledger is not.

    Raises:
        Denied: no organiser of the authority, or one who only reads.
    """
    allowed = role_at(actor, (ORGANISER,), round.authority.path, round.pk)
    if not allowed or actor.read_only:
        raise Denied(allowed.why)


_ORGANISER_ENTERS = say("须由组织者登记", "the organiser enters it")
_FINDERS = {
    "online": (REVIEWER, reviewed, say("您没有评审该单位的任务", "you have no task to review this unit")),
    "field": (
        INSPECTOR,
        visited,
        say("您不在该单位的核查人员中", "you are in no team that visits this unit"),
    ),
}


def may_report(actor: Actor, unit: RoundUnit, source: str = "self") -> Decision:
    """Return whether an actor may enter a problem of a unit that comes from a source.

    The organiser enters any, the unit's people what they found themselves, its reviewers what they found online, its teams what
    they found in the field; the organiser confirms what others found by handing it over.
    """
    authority = unit.round.authority.path
    organiser = role_at(actor, (ORGANISER,), authority, unit.round_id)
    if organiser:
        return organiser
    if unit.round.state == DRAFT:
        return no(NOT_OPEN)
    if source in _FINDERS:
        role, theirs, otherwise = _FINDERS[source]
        found = RoundUnit._base_manager.filter(theirs(actor, ""), pk=unit.pk).exists()
        return role_at(actor, (role,), authority, unit.round_id) if found else no(otherwise)
    if source != "self":
        return no(_ORGANISER_ENTERS)
    for held in actor.held:
        fits = held.role in MEMBERS and held.round_id in (None, unit.round_id)
        if fits and held.path != authority and unit.path.startswith(held.path):
            return role_at(actor, MEMBERS, unit.path, unit.round_id)
    return no(say("须由组织者或本单位人员登记", "the organiser or people of the unit itself enter a problem"))


@register(Entry)
class EntryPolicy(Policy[Entry]):
    """A line is seen with its problem."""

    title = say("整改记录", "line of a problem's history")
    actions = {"view": say("查看", "view"), "attach": say("上传佐证", "attach proof")}

    def visible(self, actor: Actor, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Return the lines of visible problems."""
        return rows.filter(problem_id__in=Problem._base_manager.filter(seen_by(actor)).values("pk"))

    def decide(self, actor: Actor, action: str, obj: Any) -> Decision:
        """Allow looking as the problem does, and proof to whoever works on it until it is closed."""
        if action == "view":
            return ProblemPolicy().decide(actor, "view", obj.problem)
        if action == "attach":
            if obj.problem.state in ENDED:
                return no(say("问题已办结", "the problem is closed"))
            return ProblemPolicy().decide(actor, "work", obj.problem)
        return super().decide(actor, action, obj)
