"""Who sees and does what in field verification: draws are public from their commitment, unannounced visits are not."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from duxue.web.common.actors import AUDITOR, INSPECTOR, MANAGER, ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Policy, no, register, role_at, yes
from duxue.web.inspections.models import Draw, RecusalRequest, SheetEntry, Visit
from duxue.web.reviews.policy import kept
from duxue.web.rounds.models import DRAFT
from duxue.web.rounds.policy import NOT_OPEN, UnitPolicy, of_members, opened, overseen

ENDED = ("sheet_signed", "filed", "cancelled")  # nothing is left to do on the spot
_SEALED = say("本轮已冻结", "the round is frozen")
SEEN_STATES = ("under_way", "sheet_signed", "filed")  # whoever was visited knows it then
_KEPT_BACK = say(
    "其中有不预先通知而尚未开始的核查，或证书尚未公开",
    "some of its visits are unannounced and still to come, or its certificate is not published yet",
)


def unannounced() -> Q:
    """Return the condition that a visit is still to come and nobody was told of it; none is to come in a frozen round."""
    return Q(announced_at__isnull=True, round__sealed_at__isnull=True) & ~Q(
        state__in=(*SEEN_STATES, "cancelled")
    )


def still_secret() -> Exists:
    """Return the condition that a draw has a visit that is still to come unannounced."""
    return Exists(Visit._base_manager.filter(unannounced(), draw=OuterRef("pk")))


def told(draw: Draw) -> bool:
    """Whether everybody reads what a draw gave: it was published, and none of its visits is still to come unannounced."""
    if draw.published_at is None:
        return False
    return not Visit._base_manager.filter(unannounced(), draw=draw.pk).exists()


@register(Draw)
class DrawPolicy(Policy[Draw]):
    """A draw is public from its commitment; what it gave once published and no visit is still to come unannounced."""

    title = say("抽签", "draw")
    actions = {
        "view": say("查看", "view"), "run": say("抽取", "draw"), "result": say("查看结果", "see the result"),
        "publish": say("公开证书", "publish the certificate"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Draw]) -> QuerySet[Draw]:
        """Return all that were committed in rounds that were opened: the public holds the organiser to them."""
        return rows.filter((Q(committed_at__isnull=False) & opened()) | overseen(actor, "round__"))

    def decide(self, actor: Actor, action: str, obj: Draw) -> Decision:
        """Organisers draw and publish; all see a result that is told, overseers and the teams also one that is not."""
        match action:
            case "view" if obj.committed_at and super().decide(actor, action, obj):
                return yes(say("抽签的承诺对所有人公开", "the commitment of a draw is public"))
            case "result":
                if told(obj):
                    return yes(say("证书已公开", "the certificate is public"))
                if Visit._base_manager.filter(in_team(actor), draw=obj.pk).exists():
                    return yes(say("您在核查人员中", "you are in a team of its visits"))
                overseer = (ORGANISER, "leader", AUDITOR)
                if seen := role_at(actor, overseer, obj.round.authority.path, obj.round_id):
                    return seen
                return no(_KEPT_BACK)
            case "run" | "publish":
                if obj.round.sealed_at:
                    return no(_SEALED)
                return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        return super().decide(actor, action, obj)


def in_team(actor: Actor, field: str = "") -> Q:
    """Return the condition that the actor, still an inspector of its round, is in the team of the visit at `field`, in a round that was opened."""
    if actor.user_id is None or not actor.any(INSPECTOR):
        return Q(pk__in=())
    of_actor = Visit.team.through._default_manager.filter(
        opened("visit__round_id"), kept(actor, (INSPECTOR,), "visit__round__"), user_id=actor.user_id
    )
    teams = of_actor.values("visit_id")
    return Q(**{f"{field}pk__in" if not field else f"{field}_id__in": teams})


@register(Visit)
class VisitPolicy(Policy[Visit]):
    """A visit is seen by its team and overseers, by the visited once it was announced or begun."""

    title = say("实地核查", "visit")
    actions = {
        "view": say("查看", "view"), "plan": say("安排", "plan"), "start": say("开始核查", "start"),
        "write": say("填写核查表", "write the sheet"), "sign": say("签字", "sign"), "reopen": say("退回补充", "return the sheet"),
        "file": say("归档", "file"), "ask_recusal": say("申请回避", "ask for a recusal"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Visit]) -> QuerySet[Visit]:
        """Return visits of overseen rounds, of the own team, and of the own unit or place when it may know."""
        known = Q(announced_at__isnull=False) | Q(state__in=SEEN_STATES)
        own = of_members(actor) | (of_members(actor, "path") & ~Q(path=""))
        return rows.filter(overseen(actor, "round__") | in_team(actor) | (known & own))

    def decide(self, actor: Actor, action: str, obj: Visit) -> Decision:
        """Organisers plan, return and file; the team starts, writes and signs."""
        if action == "view":
            if self.visible(actor, Visit._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("它在您的职责范围内", "it is within your duties"))
            return no(say("不在您的职责范围内", "it is not within your duties"))
        if action not in self.actions:
            return super().decide(actor, action, obj)
        if obj.round.sealed_at:
            return no(_SEALED)
        if action in {"plan", "reopen", "file"}:
            return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        if action == "ask_recusal":
            if obj.state in ENDED:
                return no(say("核查已结束", "the visit has ended"))
            return UnitPolicy().decide(actor, "object", obj.unit)
        if obj.round.state == DRAFT:
            return no(NOT_OPEN)
        if not Visit._base_manager.filter(in_team(actor), pk=obj.pk).exists():
            return no(say("您不在这次核查的人员中", "you are not in the team of this visit"))
        if action in {"write", "sign"} and obj.state != "under_way":
            if obj.state in {"sheet_signed", "filed"}:
                return no(say("核查表已签字，不能再改", "the sheet is signed and does not change any more"))
            return no(say("核查尚未开始", "the visit has not begun"))
        return role_at(actor, (INSPECTOR,), obj.round.authority.path, obj.round_id)


@register(SheetEntry)
class EntryPolicy(Policy[SheetEntry]):
    """A line of a sheet is seen by its team and overseers; by the unit once it was notified of its result."""

    title = say("核查记录", "line of a sheet")
    actions = {
        "view": say("查看", "view"),
        "attach": say("附上照片和材料", "attach photographs and evidence"),
        "report": say("登记为问题", "put it on the ledger"),
    }

    def visible(self, actor: Actor, rows: QuerySet[SheetEntry]) -> QuerySet[SheetEntry]:
        """Return the lines of visible sheets, to the unit only after the notification."""
        told = of_members(actor, "answer__unit__path") & Q(answer__unit__notified_at__isnull=False)
        told &= Q(visit__state__in=("sheet_signed", "filed"))
        return rows.filter(overseen(actor, "round__") | in_team(actor, "visit") | told)

    def decide(self, actor: Actor, action: str, obj: SheetEntry) -> Decision:
        """Whoever may write the sheet attaches to its lines; the team also reports what it found once the sheet is signed."""
        if action == "report":
            return _report(actor, obj)
        if action == "attach":
            return VisitPolicy().decide(actor, "write", obj.visit)
        if action == "view":
            if self.visible(actor, SheetEntry._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("它在您的职责范围内", "it is within your duties"))
            return no(say("不在您的职责范围内", "it is not within your duties"))
        return super().decide(actor, action, obj)


def _report(actor: Actor, entry: SheetEntry) -> Decision:
    if entry.round.sealed_at:
        return no(_SEALED)
    if not Visit._base_manager.filter(in_team(actor), pk=entry.visit_id).exists():
        return no(say("您不在这次核查的人员中", "you are not in the team of this visit"))
    if entry.found in {"", "confirmed"}:
        return no(
            say("先选定核查结果；属实的不是问题", "say first what was found; what is confirmed is no problem")
        )
    if not entry.note.strip():
        return no(say("先写下情况", "write first what was seen"))
    return role_at(actor, (INSPECTOR,), entry.round.authority.path, entry.round_id)


@register(RecusalRequest)
class RecusalRequestPolicy(Policy[RecusalRequest]):
    """A request tells of a person's life: the heads of the unit that asks, organisers and auditors see it."""

    title = say("回避申请", "request for a recusal")
    actions = {"view": say("查看", "view"), "decide": say("决定", "decide")}

    def visible(self, actor: Actor, rows: QuerySet[RecusalRequest]) -> QuerySet[RecusalRequest]:
        """Return those of the own unit to its heads, and all of the authority to organisers and auditors."""
        own = kept(actor, (MANAGER,), place="visit__unit__path") & opened()
        return rows.filter(kept(actor, (ORGANISER, AUDITOR)) | own)

    def decide(self, actor: Actor, action: str, obj: RecusalRequest) -> Decision:
        """The organiser decides, once."""
        if action == "view":
            if self.visible(actor, RecusalRequest._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("它在您的职责范围内", "it is within your duties"))
            return no(say("不在您的职责范围内", "it is not within your duties"))
        if action == "decide":
            if obj.round.sealed_at:
                return no(_SEALED)
            return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        return super().decide(actor, action, obj)
