"""Who sees a round, its units and what they answered, and who may move them on."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from duxue.web.common.actors import (
    INSPECTOR,
    LEADER,
    MANAGER,
    MEMBERS,
    OFFICER,
    ORGANISER,
    OVERSEERS,
    REVIEWER,
    Actor,
)
from duxue.web.common.lang import say
from duxue.web.common.memo import remembered, remembers
from duxue.web.common.policy import Decision, Policy, above, covered, no, register, role_at, yes
from duxue.web.rounds.models import (
    DRAFT,
    Answer,
    AnswerVersion,
    Dispute,
    Item,
    Known,
    MoreTime,
    Notice,
    Objection,
    Practice,
    Question,
    Reply,
    Round,
    RoundUnit,
    Submission,
    Veto,
    Window,
)

_CLOSED = say("本轮已冻结", "the round is frozen")
NOT_OPEN = say("本轮尚未启动", "the round is not open yet")


def opened(field: str = "round_id") -> Q:
    """Return the condition that the round whose key is in `field` was opened: a draft is its overseers' alone."""
    if not remembers():
        return ~Q(**{f"{field}__in": _drafts()})
    keys = remembered("drafts", lambda: list(_drafts().all()))  # a page asks by them some ten times
    return ~Q(**{f"{field}__in": keys}) if keys else Q()


@cache
def _drafts() -> QuerySet[Any, Any]:
    """Return the query of rounds in preparation, built once; whoever reads it takes a copy, as it keeps what it read."""
    return Round._base_manager.filter(state=DRAFT).order_by().values_list("pk", flat=True)


def overseen(actor: Actor, prefix: str = "") -> Q:
    """Return the condition that the round (at `prefix`) belongs to an authority that the actor oversees."""
    return covered(actor, OVERSEERS, f"{prefix}authority__path", f"{prefix}id")


def of_members(actor: Actor, field: str = "unit__path", round_field: str = "round_id") -> Q:
    """Return the condition that the unit (its place in `field`) is the actor's own, or lies below it, in a round that was opened."""
    return covered(actor, MEMBERS, field, round_field) & opened(round_field)


def reviewed(actor: Actor, prefix: str = "unit__") -> Q:
    """Return the condition that the actor, still a reviewer of its round, reviews the unit at `prefix`, in a round that was opened."""
    if actor.user_id is None or not actor.any(REVIEWER):
        return Q(pk__in=())
    units = RoundUnit._base_manager.filter(
        opened(),
        covered(actor, (REVIEWER,), "round__authority__path"),
        assignments__reviewer_id=actor.user_id,
        assignments__withdrawn_at__isnull=True,
    )
    return Q(**{f"{prefix.removesuffix('__') or 'pk'}__in": units.values("pk")})


def visited(actor: Actor, prefix: str = "unit__") -> Q:
    """Return the condition that the actor, still an inspector of its round, is in a team that visits the unit at `prefix`, in a round that was opened."""
    if actor.user_id is None or not actor.any(INSPECTOR):
        return Q(pk__in=())
    units = RoundUnit._base_manager.filter(
        opened(), covered(actor, (INSPECTOR,), "round__authority__path"), visits__team=actor.user_id
    )
    return Q(**{f"{prefix.removesuffix('__') or 'pk'}__in": units.values("pk")})


@register(Round)
class RoundPolicy(Policy[Round]):
    """A round is made and moved by the organiser, and seen by all who take part."""

    title = say("轮次", "round")
    actions = {
        "view": say("查看", "view"), "edit": say("修改设置", "change settings"), "open": say("启动", "open"),
        "windows": say("调整时间窗口", "set windows"), "assign": say("分派评审", "assign reviewers"),
        "draw": say("抽取核查点", "draw places to visit"), "score": say("计分", "compute scores"),
        "freeze": say("冻结", "freeze"), "unfreeze": say("解冻", "unfreeze"), "publish": say("公开", "publish"),
        "archive": say("归档", "archive"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Round]) -> QuerySet[Round]:
        """Return rounds of overseen authorities, and those in which the actor's unit, review or visit is; drafts only to organisers."""
        part = Q(pk__in=())
        if actor.any(*MEMBERS):
            with_units = RoundUnit._base_manager.filter(
                of_members(actor, "path") | covered(actor, MEMBERS, "path", lies=above)
            ).values("round_id")
            part |= Q(pk__in=with_units)
        if actor.user_id and actor.any(REVIEWER):
            part |= Q(pk__in=RoundUnit._base_manager.filter(reviewed(actor, "")).values("round_id"))
        if actor.user_id and actor.any(INSPECTOR):
            part |= Q(pk__in=RoundUnit._base_manager.filter(visited(actor, "")).values("round_id"))
        return rows.filter(overseen(actor) | (part & ~Q(state=DRAFT)))

    def decide(self, actor: Actor, action: str, obj: Round) -> Decision:
        """Organisers do; leaders and auditors look."""
        path = obj.authority.path
        if action == "view":
            seen = role_at(actor, OVERSEERS, path, obj.pk)
            if seen:
                return seen
            if self.visible(actor, Round._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("因为您参与本轮", "because you take part in it"))
            return seen
        if action not in self.actions:
            return super().decide(actor, action, obj)
        held = role_at(actor, (ORGANISER,), path, obj.pk)
        if held and obj.sealed_at and action not in {"unfreeze", "publish", "archive"}:
            return no(_CLOSED)
        if held and action == "draw" and obj.state == DRAFT:
            return no(NOT_OPEN)  # its list and plan are public from the commitment on
        if held and action == "unfreeze" and obj.published_at:
            return no(say("已公开的轮次不能再改", "a published round never changes"))
        if held and action == "publish" and obj.sealed_by_id == actor.user_id:
            return no(say("冻结与公开须由不同的人进行", "freezing and publishing take two different people"))
        return held


@register(Window)
class WindowPolicy(Policy[Window]):
    """Windows are seen with their round; an extension by its unit and the organiser."""

    title = say("时间窗口", "window")

    def visible(self, actor: Actor, rows: QuerySet[Window]) -> QuerySet[Window]:
        """Return the windows of visible rounds."""
        rounds = RoundPolicy().visible(actor, Round._base_manager.all()).values("pk")
        own = Q(unit__isnull=True) | overseen(actor, "round__") | of_members(actor)
        return rows.filter(own, round_id__in=rounds)


@register(RoundUnit)
class UnitPolicy(Policy[RoundUnit]):
    """A unit of a round: its own people fill and submit, the organiser follows, reviewers and teams see theirs."""

    title = say("被评价单位", "evaluated unit")
    actions = {
        "view": say("查看", "view"), "fill": say("填写", "fill in"), "hand_out": say("分派给同事", "hand items to colleagues"),
        "submit": say("整体提交", "submit as a whole"), "withdraw": say("撤回提交", "withdraw the submission"),
        "more_time": say("申请延期", "ask for more time"),
        "accept": say("认可结果", "accept the result"), "object": say("提出异议", "object"), "reply": say("公开回应", "reply in public"), "oversee": say("跟进", "follow"),
        "decide": say("裁定异议", "decide objections"), "problems": say("登记问题", "put problems on the ledger"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[RoundUnit]) -> QuerySet[RoundUnit]:
        """Return units of overseen rounds, of the own branch, reviewed or visited."""
        handed = Q(pk__in=())
        if actor.user_id:
            handed = Q(
                pk__in=Answer._base_manager.filter(_handed(actor)).values("unit_id")
            )  # whoever was handed an item sees its unit
        seen = (
            overseen(actor, "round__")
            | of_members(actor, "path")
            | reviewed(actor, "")
            | visited(actor, "")
            | handed
        )
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: RoundUnit) -> Decision:
        """Filling belongs to the unit's own people; submitting, accepting and objecting to its manager."""
        match action:
            case "view":
                if self.visible(actor, RoundUnit._base_manager.filter(pk=obj.pk)).exists():
                    return yes(say("它在您的职责范围内", "it is within your duties"))
                return no(say("不在您的职责范围内", "it is not within your duties"))
            case "fill":
                return _own(actor, obj, (MANAGER, OFFICER))
            case "hand_out" | "submit" | "withdraw" | "more_time" | "accept" | "object" | "reply":
                return _own(actor, obj, (MANAGER,))
            case "oversee":
                return role_at(actor, (ORGANISER, LEADER), obj.round.authority.path, obj.round_id)
            case "decide" | "problems":
                return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        return super().decide(actor, action, obj)


def _own(actor: Actor, unit: RoundUnit, roles: tuple[str, ...]) -> Decision:
    """Allow only roles held at the unit itself or below the authority's own level: the province does not fill for a city."""
    held = [h for h in actor.held if h.role in roles and unit.path.startswith(h.path)]
    inside = [h for h in held if h.path != unit.round.authority.path and h.round_id in (None, unit.round_id)]
    if held and not inside:
        return no(say("须由本单位人员进行", "only people of the unit itself do this"))
    allowed = role_at(actor, roles, unit.path, unit.round_id)
    return no(NOT_OPEN) if allowed and unit.round.state == DRAFT else allowed


def _handed(actor: Actor) -> Q:
    """Return the condition that an answer was handed to the actor, in a round that was opened.

    Being handed an item counts as long as a role is held in its unit or below it: nobody who left goes on with it.
    """
    mine = Q(assignee_id=actor.user_id) & covered(actor, MEMBERS, "unit__path", lies=above)
    return (mine | covered(actor, MEMBERS, "assignee_path")) & opened()


def _has_in_hand(actor: Actor, answer: Answer) -> bool:
    """Return the same of an answer at hand, without a query."""
    paths = actor.paths(*MEMBERS, round_id=answer.round_id)
    mine = answer.assignee_id == actor.user_id and any(p.startswith(answer.unit.path) for p in paths)
    return actor.user_id is not None and (mine or answer.assignee_path.startswith(paths))


@register(Answer)
class AnswerPolicy(Policy[Answer]):
    """Drafts are the unit's own; others see what was submitted."""

    title = say("自评条目", "answer")
    actions = {
        "view": say("查看", "view"), "fill": say("填写", "fill in"), "review": say("评审", "review"),
        "return": say("退回问询", "return with a question"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Answer]) -> QuerySet[Answer]:
        """Return the own branch's and those handed over; submitted ones to overseers, reviewers and teams."""
        submitted = Q(unit__submitted_at__isnull=False)
        seen = of_members(actor) | (
            submitted & (overseen(actor, "round__") | reviewed(actor) | visited(actor))
        )
        if actor.user_id:
            seen |= _handed(actor)
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: Answer) -> Decision:
        """The unit's people and those an item was handed to fill; assigned reviewers judge and ask."""
        match action:
            case "view":
                if self.visible(actor, Answer._base_manager.filter(pk=obj.pk)).exists():
                    return yes(say("它在您的职责范围内", "it is within your duties"))
                return no(say("不在您的职责范围内", "it is not within your duties"))
            case "fill":
                if obj.round.sealed_at:
                    return no(_CLOSED)
                if _has_in_hand(actor, obj):
                    if obj.round.state == DRAFT:
                        return no(NOT_OPEN)
                    return yes(say("因为这一条目分派给了您", "because the item was handed to you"))
                return UnitPolicy().decide(actor, "fill", obj.unit)
            case "review" | "return":
                if obj.round.sealed_at:
                    return no(_CLOSED)
                if obj.round.state == DRAFT:
                    return no(NOT_OPEN)
                if obj.unit.submitted_at is None:
                    return no(say("尚未提交", "it has not been submitted"))
                if action == "return":
                    organiser = role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
                    if organiser:
                        return organiser
                if Answer._base_manager.filter(reviewed(actor), pk=obj.pk).exists():
                    return yes(say("因为您评审该单位", "because you review this unit"))
                return no(say("您没有评审该单位的任务", "you have no task to review this unit"))
        return super().decide(actor, action, obj)


def _with_unit(title: Any, *, public_to_reviewers: bool = True) -> type[Policy[Any]]:
    class OfUnit(Policy[Any]):
        """Seen by the unit's own people and by overseers."""

        def visible(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
            """Return what belongs to visible units."""
            seen = overseen(actor, "round__") | of_members(actor)
            if public_to_reviewers:
                seen |= reviewed(actor) | visited(actor)
            return rows.filter(seen)

    OfUnit.title = title
    return OfUnit


class _Opened(Policy[Any]):
    """Seen by all who see the round."""

    def visible(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of visible rounds."""
        return rows.filter(round_id__in=RoundPolicy().visible(actor, Round._base_manager.all()).values("pk"))


@register(Item)
class ItemPolicy(_Opened):
    """What is asked is seen by all who see the round."""

    title = say("条目", "item")


@register(Question)
class QuestionPolicy(Policy[Question]):
    """A question is seen by whoever sees its answer; a reviewer sees the own ones and those of the organiser."""

    title = say("退回问题", "question")

    def visible(self, actor: Actor, rows: QuerySet[Question]) -> QuerySet[Question]:
        """Return questions on the own unit's answers, to overseers all, to reviewers those on their units."""
        seen = (
            overseen(actor, "round__")
            | of_members(actor, "answer__unit__path")
            | reviewed(actor, "answer__unit__")
        )
        if actor.user_id:
            handed = Answer._base_manager.filter(_handed(actor)).values("pk")
            seen |= Q(answer_id__in=handed)
        return rows.filter(seen)


@register(AnswerVersion)
class AnswerVersionPolicy(Policy[AnswerVersion]):
    """Drafts of the past are the unit's own; others see what was handed in."""

    title = say("自评条目的版本", "version of an answer")

    def visible(self, actor: Actor, rows: QuerySet[AnswerVersion]) -> QuerySet[AnswerVersion]:
        """Return all versions to the unit's people and to whom the item was handed; those handed in to the others."""
        own = of_members(actor, "answer__unit__path")
        others = (
            overseen(actor, "round__") | reviewed(actor, "answer__unit__") | visited(actor, "answer__unit__")
        )
        if actor.user_id:
            own |= Q(answer_id__in=Answer._base_manager.filter(_handed(actor)).values("pk"))
        return rows.filter(own | (Q(handed_in=True) & others))


for _model, _title, _reviewers in (
    (Known, say("已知数据", "known figure"), True),
    (Dispute, say("数据疑议", "disputed figure"), True),
    (Submission, say("提交", "submission"), False),
    (Objection, say("异议", "objection"), False),
    (Reply, say("公开回应", "reply"), False),
    (Veto, say("否决事项", "veto"), False),
    (Practice, say("典型做法", "practice"), False),
    (MoreTime, say("延期申请", "request for more time"), False),
):
    register(_model)(_with_unit(_title, public_to_reviewers=_reviewers))


@register(Notice)
class NoticePolicy(Policy[Notice]):
    """A notice is the person's own."""

    title = say("动态", "notice")

    def visible(self, actor: Actor, rows: QuerySet[Notice]) -> QuerySet[Notice]:
        """Return the actor's own notices."""
        return rows.filter(user_id=actor.user_id) if actor.user_id else rows.none()
