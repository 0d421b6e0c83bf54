"""Who sees scores: the organiser always, a unit its own once it was notified, everybody what is published."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from duxue.web.common.actors import MEMBERS, ORGANISER, OVERSEERS, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Policy, below, no, register, role_at
from duxue.web.reporting.models import Boundary, ItemScore, Scoring, UnitScore
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.policy import of_members, overseen

_FINAL = Q(scoring__kind="final", scoring__round__sealed_at__isnull=False)
# What a round shows to all: the scoring whose public edition was let out.
_PUBLISHED = Q(scoring__round__published_at__isnull=False) & ~Q(scoring__public_folder="")


@register(Scoring)
class ScoringPolicy(Policy[Scoring]):
    """A scoring as a whole is the authority's; units see that there is one from the day they are notified."""

    title = say("计分", "scoring")
    actions = {"view": say("查看", "view"), "download": say("下载复算文件夹", "download the folder")}

    def visible(self, actor: Actor, rows: QuerySet[Scoring]) -> QuerySet[Scoring]:
        """Return those of overseen rounds, final ones of rounds in which the own unit was notified, published ones."""
        own = RoundUnit._base_manager.filter(
            of_members(actor, "path"), round_id=OuterRef("round_id"), notified_at__isnull=False
        )
        published = Q(round__published_at__isnull=False) & ~Q(public_folder="")
        notified = Q(kind="final", round__sealed_at__isnull=False) & Exists(own)
        return rows.filter(overseen(actor, "round__") | notified | published)

    def decide(self, actor: Actor, action: str, obj: Scoring) -> Decision:
        """The internal folder names people: it is for organisers alone."""
        if action == "download":
            return role_at(actor, (ORGANISER,), obj.round.authority.path, obj.round_id)
        if action == "view":
            seen = role_at(
                actor, (ORGANISER, "leader", "auditor", *MEMBERS), obj.round.authority.path, obj.round_id
            )
            if self.visible(actor, Scoring._base_manager.filter(pk=obj.pk)).exists():
                return Decision(
                    True, seen.why if seen else say("结果已告知或公布", "the results were told or published")
                )
            return no(say("结果尚未告知或公布", "the results were neither told nor published"))
        return super().decide(actor, action, obj)


class _OfUnit(Policy[Any]):
    """A unit's scores: its own people from the notification on, overseers always, all when published."""

    title = say("得分", "scores")

    def visible(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of overseen rounds, own ones that were told, published ones."""
        own = (
            of_members(actor, "unit__path", "scoring__round_id") & Q(unit__notified_at__isnull=False) & _FINAL
        )
        return rows.filter(overseen(actor, "scoring__round__") | own | _PUBLISHED)


@register(UnitScore)
class UnitScorePolicy(_OfUnit):
    """A unit's result."""

    title = say("单位得分", "a unit's result")


@register(ItemScore)
class ItemScorePolicy(_OfUnit):
    """A unit's points on one item: inside only, for the reasons name reviewers and places."""

    title = say("条目得分", "points on an item")

    def visible(self, actor: Actor, rows: QuerySet[ItemScore]) -> QuerySet[ItemScore]:
        """Return the rows of overseen rounds and own ones that were told; published or not."""
        own = (
            of_members(actor, "unit__path", "scoring__round_id") & Q(unit__notified_at__isnull=False) & _FINAL
        )
        return rows.filter(overseen(actor, "scoring__round__") | own, unit__round_id=F("scoring__round_id"))


@register(Boundary)
class BoundaryPolicy(Policy[Boundary]):
    """The boundaries of an authority's map are kept by its organisers and seen by its overseers."""

    title = say("地图边界", "boundaries")
    actions = {"edit": say("更换", "replace")}

    def visible(self, actor: Actor, rows: QuerySet[Boundary]) -> QuerySet[Boundary]:
        """Return those of overseen authorities."""
        return rows.filter(below("authority__path", actor.paths(*OVERSEERS)))

    def decide(self, actor: Actor, action: str, obj: Boundary) -> Decision:
        """Organisers replace them."""
        if action == "edit":
            return role_at(actor, (ORGANISER,), obj.authority.path)
        return super().decide(actor, action, obj)
