"""Who sees a report and what was found in it: the unit before it is submitted, its judges afterwards."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from duxue.web.common.actors import Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Policy, decide, no, register, yes
from duxue.web.reading.models import Remark, Report
from duxue.web.rounds.policy import of_members, overseen, reviewed, visited


def _seen(actor: Actor) -> Q:
    submitted = Q(unit__submitted_at__isnull=False)
    return of_members(actor) | (submitted & (overseen(actor, "round__") | reviewed(actor) | visited(actor)))


@register(Report)
class ReportPolicy(Policy[Report]):
    """A report is its unit's own until the unit has submitted."""

    title = say("自评报告", "self-evaluation report")
    actions = {"view": say("查看", "view"), "remark": say("说明或改正", "explain or mend")}

    def visible(self, actor: Actor, rows: QuerySet[Report]) -> QuerySet[Report]:
        """Return the own branch's reports; those of units that submitted to overseers, reviewers and teams."""
        return rows.filter(_seen(actor))

    def decide(self, actor: Actor, action: str, obj: Report) -> Decision:
        """Whoever fills for the unit decides on its claims."""
        if action == "view":
            if self.visible(actor, Report._base_manager.filter(pk=obj.pk)).exists():
                return yes(say("它在您的职责范围内", "it is within your duties"))
            return no(say("不在您的职责范围内", "it is not within your duties"))
        if action == "remark":
            return decide(actor, "fill", obj.unit)
        return super().decide(actor, action, obj)


@register(Remark)
class RemarkPolicy(Policy[Remark]):
    """A remark is seen with the report."""

    title = say("对报告数字的说明", "remark on a report's claim")

    def visible(self, actor: Actor, rows: QuerySet[Remark]) -> QuerySet[Remark]:
        """Return the remarks on visible reports."""
        return rows.filter(_seen(actor))
