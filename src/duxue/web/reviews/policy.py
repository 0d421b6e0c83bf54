"""Who sees and does what in online review: drafts are their writer's, a second review is blind, names stay inside."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from duxue.web.common.actors import AUDITOR, ORGANISER, REVIEWER, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Denied, Policy, covered, no, register, role_at, yes
from duxue.web.reviews.models import Assignment, Recusal, Review
from duxue.web.rounds.models import DRAFT
from duxue.web.rounds.policy import NOT_OPEN, of_members, opened, overseen

_SEALED = say("本轮已冻结", "the round is frozen")


def kept(actor: Actor, roles: tuple[str, ...], prefix: str = "round__", place: str = "") -> Q:
    """Return the condition that one of `roles` is held for the round at `prefix`, at or above `place` (its authority's)."""
    return covered(actor, roles, place or f"{prefix}authority__path", f"{prefix}id")


def person(actor: Actor) -> int:
    """Return the key of the person who acts; a token is no person who can ask, declare or sign."""
    if actor.user_id is None:
        raise Denied(say("须由本人办理，令牌不能代办", "a person does this; a token cannot"))
    return actor.user_id


@register(Recusal)
class RecusalPolicy(Policy[Recusal]):
    """A recusal tells of a person's life: its person, organisers and auditors see it."""

    title = say("回避", "recusal")
    actions = {"view": say("查看", "view"), "withdraw": say("撤回", "withdraw")}

    def visible(self, actor: Actor, rows: QuerySet[Recusal]) -> QuerySet[Recusal]:
        """Return the own ones, and all of the authority to organisers and auditors."""
        seen = kept(actor, (ORGANISER, AUDITOR))
        if actor.user_id:
            seen |= Q(user_id=actor.user_id)
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: Recusal) -> Decision:
        """Whoever declared it takes it back, or the organiser."""
        if action == "view":
            if self.visible(actor, Recusal._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("它是您的，或在您管理的轮次中", "it is yours, or of a round that you keep"))
            return no(say("不在您的职责范围内", "it is not within your duties"))
        if action == "withdraw":
            if obj.round.sealed_at:
                return no(_SEALED)
            if obj.user_id == actor.user_id and obj.declared_by_id == actor.user_id:
                return yes(say("因为是您申报的", "because you declared it"))
            return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        return super().decide(actor, action, obj)


@register(Assignment)
class AssignmentPolicy(Policy[Assignment]):
    """A task is seen by its reviewer and by those who oversee the round; units do not learn who judges them."""

    title = say("评审任务", "review task")
    actions = {
        "view": say("查看", "view"), "review": say("评审", "review"), "finish": say("完成", "finish"),
        "reassign": say("改派", "reassign"), "withdraw": say("撤销", "withdraw"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
        """Return the own tasks that stand, and all to overseers."""
        seen = overseen(actor, "round__")
        if actor.user_id and actor.any(REVIEWER):
            seen |= (
                Q(reviewer_id=actor.user_id, withdrawn_at__isnull=True) & kept(actor, (REVIEWER,)) & opened()
            )
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: Assignment) -> Decision:
        """The reviewer scores and finishes, the organiser gives the task to another or takes it back."""
        match action:
            case "view":
                if self.visible(actor, Assignment._base_manager.filter(pk=obj.pk)).exists():
                    return yes(say("它在您的职责范围内", "it is within your duties"))
                return no(say("不在您的职责范围内", "it is not within your duties"))
            case "review" | "finish":
                return self._own(actor, obj)
            case "reassign" | "withdraw":
                if obj.round.sealed_at:
                    return no(_SEALED)
                return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        return super().decide(actor, action, obj)

    def _own(self, actor: Actor, obj: Assignment) -> Decision:
        if actor.user_id is None or obj.reviewer_id != actor.user_id:
            return no(say("这不是您的任务", "this is not your task"))
        if obj.withdrawn_at:
            return no(say("任务已撤销", "the task was withdrawn"))
        if obj.round.state == DRAFT:
            return no(NOT_OPEN)
        if obj.round.sealed_at:
            return no(_SEALED)
        if obj.unit.submitted_at is None:
            return no(say("该单位尚未提交自评", "the unit has not submitted its self-evaluation"))
        if obj.finished_at:
            return no(say("任务已完成", "the task is finished"))
        return role_at(actor, (REVIEWER,), obj.round.authority.path, obj.round_id)


@register(Review)
class ReviewPolicy(Policy[Review]):
    """A draft is its writer's; another's score is seen once the own one is given; a unit sees it once it was notified."""

    title = say("评审意见", "review")
    actions = {"view": say("查看", "view"), "report": say("登记为问题", "put it on the ledger")}

    def visible(self, actor: Actor, rows: QuerySet[Review]) -> QuerySet[Review]:
        """Return own ones, given ones to overseers and to who has given the own on the same item, told ones to the unit."""
        seen = overseen(actor, "round__")
        seen |= of_members(actor, "answer__unit__path") & Q(answer__unit__notified_at__isnull=False)
        own = Q(pk__in=())
        if actor.user_id and actor.any(REVIEWER):
            mine = Q(assignment__reviewer_id=actor.user_id, assignment__withdrawn_at__isnull=True) & opened()
            mine &= kept(actor, (REVIEWER,))
            own = mine
            given = Review._base_manager.filter(mine, answer_id=OuterRef("answer_id"), given=True)
            seen |= Q(Exists(given))
        return rows.filter(own | (Q(given=True, assignment__withdrawn_at__isnull=True) & seen))

    def decide(self, actor: Actor, action: str, obj: Review) -> Decision:
        """Its writer puts on the ledger what it found; scoring is decided by the task."""
        if action == "report":
            task = obj.assignment
            if obj.round.sealed_at:
                return no(_SEALED)
            if actor.user_id is None or task.reviewer_id != actor.user_id or task.withdrawn_at:
                return no(say("这不是您的任务", "this is not your task"))
            if not obj.reason.strip():
                return no(say("先写下理由", "write the reason first"))
            return role_at(actor, (REVIEWER,), obj.round.authority.path, obj.round_id)
        if action == "view":
            if self.visible(actor, Review._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("它在您的职责范围内", "it is within your duties"))
            return no(say("盲评：双方都给分后才能看到", "blind review: it is seen once both have given"))
        return super().decide(actor, action, obj)
