"""Who sees a job: whoever started it, and the organisers of its round."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Policy, covered, no, register, yes
from duxue.web.jobs.models import Job


@register(Job)
class JobPolicy(Policy[Job]):
    """A job is the business of who started it."""

    title = say("后台任务", "job")
    actions = {"view": say("查看", "view"), "stop": say("停止", "stop"), "retry": say("重试", "try again")}

    def visible(self, actor: Actor, rows: QuerySet[Job]) -> QuerySet[Job]:
        """Return own jobs, and those of rounds that the actor organises."""
        seen = covered(actor, (ORGANISER,), "path")
        if actor.user_id:
            seen |= Q(started_by_id=actor.user_id)
        if actor.token_id:
            seen |= Q(started_by_token_id=actor.token_id)
        return rows.filter(seen)

    def decide(self, actor: Actor, action: str, obj: Job) -> Decision:
        """Whoever sees it may stop it or try it again."""
        if action in self.actions and self.visible(actor, Job._base_manager.filter(pk=obj.pk)).exists():
            return yes(say("因为这是您的任务", "because it is your job"))
        return no(say("这不是您的任务", "it is not your job"))
