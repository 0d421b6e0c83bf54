"""Who reads the audit: those who oversee a round, and a unit's people what happened to their own things.

How people sign in is read by organisers and auditors only, and by each of themselves.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from duxue.web.common.actors import AUDITOR, LEADER, MEMBERS, ORGANISER, OVERSEERS, Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import ROLE_TITLES, Decision, Policy, covered, no, register, role_at, yes

ACCOUNT = "duxue.account."  # how somebody signs in
TOP = 2  # slashes of a place at the top of the tree, "/1/"
EVERYWHERE = "/"  # place of what belongs to no organisation: a stranger who tried to sign in


@register(AuditEvent)
class AuditPolicy(Policy[AuditEvent]):
    """Events are read, never changed."""

    title = say("审计记录", "audit event")
    actions = {"view": say("查看", "view"), "chain": say("下载审计链", "download the chain")}

    def visible(self, actor: Actor, rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Overseers and auditors see events at or below their place; members those of their own unit; each their own."""
        seen = covered(actor, (ORGANISER, AUDITOR), "path")
        seen |= covered(actor, (LEADER, *MEMBERS), "path") & ~Q(action__startswith=ACCOUNT)
        if actor.paths(ORGANISER, AUDITOR):
            seen |= Q(path=EVERYWHERE)
        if actor.user_id:
            seen |= Q(actor_id=actor.user_id)
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: AuditEvent) -> Decision:
        """Allow viewing where it is visible, and the chain to those who answer for all of it."""
        if action == "chain" and not (may := may_chain(actor)):
            return may
        if action not in self.actions:
            return no(_NEVER)
        if actor.user_id is not None and obj.actor_id == actor.user_id:
            return yes(say("因为是您自己做的", "because you did it yourself"))
        if obj.path == EVERYWHERE:
            places = actor.paths(ORGANISER, AUDITOR)
            return role_at(actor, (ORGANISER, AUDITOR), places[0] if places else obj.path)
        if obj.action.startswith(ACCOUNT):
            return role_at(actor, (ORGANISER, AUDITOR), obj.path, obj.round_id)
        return role_at(actor, (*OVERSEERS, *MEMBERS), obj.path, obj.round_id)


def may_chain(actor: Actor) -> Decision:
    """Return whether `actor` may have the whole chain: its hashes tell when, and how often, others acted anywhere.

    Who knows the hashes around an event can also try what it may have said until its hash comes out.
    """
    for role in (ORGANISER, AUDITOR):
        if any(h.role == role and h.round_id is None and h.path.count("/") == TOP for h in actor.held):
            return yes(
                say(
                    "因为您是整个主管机构的{role}",
                    "because you are {role} of the whole authority",
                    role=ROLE_TITLES[role],
                )
            )
    return no(
        say(
            "需要在整个主管机构、不限于某一轮次，担任督导办组织者或审计员",
            "needs the role organiser or auditor over the whole authority, not in one round only",
        )
    )


_NEVER: Words = say("审计记录不能修改", "events of the audit cannot be changed")
