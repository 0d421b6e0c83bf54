"""Who sees and keeps the tree of organisations."""

from __future__ import annotations

from django.db.models import QuerySet

from duxue.web.common.actors import MANAGER, ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Policy, above, below, no, register, role_at, yes
from duxue.web.orgs.models import Organisation, OrganisationState


@register(Organisation)
class OrganisationPolicy(Policy[Organisation]):
    """Everyone signed in sees the own branch of the tree: what is above and below their places."""

    title = say("单位", "organisation")
    actions = {
        "view": say("查看", "view"), "edit": say("修改名称和隶属", "change name and place"),
        "people": say("管理人员", "manage its people"), "tokens": say("管理接口令牌", "manage its tokens"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the branch: places of the actor, what lies above and what lies below."""
        paths = actor.places()
        return rows.filter(below("path", paths) | above("path", paths))

    def decide(self, actor: Actor, action: str, obj: Organisation) -> Decision:
        """Organisers keep the tree; managers keep the people and tokens of their own branch."""
        match action:
            case "view":
                if any(obj.path.startswith(h.path) or h.path.startswith(obj.path) for h in actor.held):
                    return yes(say("在您所属的单位树中", "it lies on your branch of the tree"))
                return no(say("不在您所属的单位树中", "it does not lie on your branch of the tree"))
            case "edit":
                return role_at(actor, (ORGANISER,), obj.path)
            case "tokens" if actor.token_id is not None:
                return no(say("令牌不能管理令牌", "a token cannot manage tokens"))
            case "people" | "tokens":
                return role_at(actor, (ORGANISER, MANAGER), obj.path)
        return super().decide(actor, action, obj)


def may_import(actor: Actor) -> Decision:
    """Return whether `actor` keeps some part of the tree: whether the part that a row changes is asked row by row."""
    if actor.read_only:
        return no(say("此令牌只能读取", "this token may only read"))
    if actor.paths(ORGANISER):
        return yes(say("您是督导办组织者", "you are an organiser"))
    return no(say("需要角色：督导办组织者", "needs the role organiser"))


@register(OrganisationState)
class OrganisationStatePolicy(Policy[OrganisationState]):
    """Past names and places are seen with the organisation."""

    title = say("单位历史", "an organisation's past")

    def visible(self, actor: Actor, rows: QuerySet[OrganisationState]) -> QuerySet[OrganisationState]:
        """Return the states of visible organisations."""
        paths = actor.places()
        return rows.filter(below("organisation__path", paths) | above("organisation__path", paths))
