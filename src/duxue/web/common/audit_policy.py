"""Who reads the audit: those who oversee a round, and a unit's people what happened to their own things."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from duxue.web.common.actors import MEMBERS, OVERSEERS, Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Decision, Policy, below, no, register, role_at


@register(AuditEvent)
class AuditPolicy(Policy[AuditEvent]):
    """Events are read, never changed."""

    title = say("审计记录", "audit event")
    actions = {"view": say("查看", "view")}

    def visible(self, actor: Actor, rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Overseers and auditors see events at or below their place; members those of their own unit; each their own."""
        seen = below("path", actor.paths(*OVERSEERS, *MEMBERS))
        if actor.user_id:
            seen |= Q(actor_id=actor.user_id)
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: AuditEvent) -> Decision:
        """Allow viewing where it is visible."""
        if action != "view":
            return no(_NEVER)
        return role_at(actor, (*OVERSEERS, *MEMBERS), obj.path)


_NEVER: Words = say("审计记录不能修改", "events of the audit cannot be changed")
