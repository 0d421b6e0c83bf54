"""Who sees and gives roles, invitations and tokens."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from duxue.web.accounts.models import Grant, Invitation, Token
from duxue.web.common.actors import AUDITOR, MANAGER, ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import ROLE_TITLES, Decision, Policy, covered, no, register, role_at, yes

_KEEPERS = (ORGANISER, MANAGER)
# Which roles a holder may give to others, at or below the own place: nobody gives more than they hold.
MAY_GIVE: dict[str, tuple[str, ...]] = {
    "organiser": ("organiser", "leader", "manager", "officer", "reviewer", "inspector", "auditor"),
    "manager": ("manager", "officer"),
}


def may_give(actor: Actor, role: str, path: str, round_id: int | None = None) -> Decision:
    """Return whether `actor` may give `role` at `path`: delegated administration.

    A role that is held in one round only is given on in that round only.
    """
    if actor.token_id is not None:
        return no(say("令牌不能授予角色", "a token cannot give roles"))
    givers = [giver for giver, gives in MAY_GIVE.items() if role in gives]
    return role_at(actor, givers, path, round_id)


@register(Grant)
class GrantPolicy(Policy[Grant]):
    """Roles are seen by their holder and by those who keep the people of that branch."""

    title = say("角色", "role")
    actions = {"view": say("查看", "view"), "revoke": say("收回", "revoke")}

    def visible(self, actor: Actor, rows: QuerySet[Grant]) -> QuerySet[Grant]:
        """Return own roles, and those at or below places where the actor keeps people."""
        seen = covered(actor, (*_KEEPERS, AUDITOR), "organisation__path")
        if actor.user_id:
            seen |= Q(user_id=actor.user_id)
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: Grant) -> Decision:
        """A role is taken back by whoever could give it; not by its holder, so that no round loses its head by mistake."""
        if action == "view":
            if actor.user_id is not None and obj.user_id == actor.user_id:
                return yes(say("因为是您自己的角色", "because it is your own role"))
            return role_at(actor, (*_KEEPERS, AUDITOR), obj.organisation.path, obj.round_id)
        if action == "revoke":
            if obj.user_id == actor.user_id:
                return no(say("不能收回自己的角色", "nobody revokes their own role"))
            return may_give(actor, obj.role, obj.organisation.path, obj.round_id)
        return super().decide(actor, action, obj)


@register(Invitation)
class InvitationPolicy(Policy[Invitation]):
    """Invitations are seen by those who keep the people of that branch."""

    title = say("邀请", "invitation")
    actions = {"view": say("查看", "view"), "revoke": say("撤回", "withdraw")}

    def visible(self, actor: Actor, rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
        """Return invitations at or below places where the actor keeps people."""
        return rows.filter(covered(actor, _KEEPERS, "organisation__path"))

    def decide(self, actor: Actor, action: str, obj: Invitation) -> Decision:
        """It is taken back by whoever may give the role that it would give."""
        if action == "view":
            return role_at(actor, _KEEPERS, obj.organisation.path, obj.round_id)
        if action == "revoke":
            return may_give(actor, obj.role, obj.organisation.path, obj.round_id)
        return super().decide(actor, action, obj)


@register(Token)
class TokenPolicy(Policy[Token]):
    """Tokens are kept by those who keep the people of that branch."""

    title = say("接口令牌", "token")
    actions = {"view": say("查看", "view"), "revoke": say("吊销", "revoke")}

    def visible(self, actor: Actor, rows: QuerySet[Token]) -> QuerySet[Token]:
        """Return tokens at or below places where the actor keeps people."""
        return rows.filter(covered(actor, _KEEPERS, "organisation__path"))

    def decide(self, actor: Actor, action: str, obj: Token) -> Decision:
        """A person, not a machine, keeps tokens."""
        if action == "view":
            return role_at(actor, _KEEPERS, obj.organisation.path, obj.round_id)
        if actor.token_id is not None:
            return no(say("令牌不能管理令牌", "a token cannot manage tokens"))
        if action == "revoke":
            return may_give(actor, obj.role, obj.organisation.path, obj.round_id)
        return super().decide(actor, action, obj)


assert set(MAY_GIVE) < set(ROLE_TITLES)
