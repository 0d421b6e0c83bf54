"""Reading the tree of organisations: today's, and that of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from duxue.web.common.lang import Words
from duxue.web.orgs.models import Organisation, OrganisationState


@dataclass(frozen=True, slots=True)
class Placed:
    """An organisation as it was on one day."""

    organisation_id: int
    code: str
    level: str
    name: Words
    parent_id: int | None
    depth: int

    @property
    def indent(self) -> str:
        """Blanks of its depth, for a list."""
        return "\u3000" * self.depth


def organisations(
    q: str = "", level: str = "", parent: Organisation | None = None, closed: bool = False
) -> QuerySet[Organisation]:
    """Return the organisations that the actor sees, by name or code, level and place."""
    rows = Organisation.objects.all()
    if q:
        rows = rows.filter(Q(name_zh__icontains=q) | Q(name_en__icontains=q) | Q(code__startswith=q))
    if level:
        rows = rows.filter(level=level)
    if parent is not None:
        rows = rows.filter(path__under=parent.path).exclude(pk=parent.pk)
    return rows if closed else rows.filter(closed_on__isnull=True)


def above(organisation: Organisation) -> list[Organisation]:
    """Return what lies above an organisation today, from the top, itself last."""
    keys = [int(key) for key in organisation.path.strip("/").split("/") if key]
    found = {o.pk: o for o in Organisation.objects.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def history(organisation: Organisation) -> QuerySet[OrganisationState]:
    """Return its states, the latest first."""
    return (
        OrganisationState.objects.filter(organisation=organisation)
        .select_related("parent")
        .order_by("-from_day")
    )


def tree_on(day: date) -> list[Placed]:
    """Return the tree as it was on `day`, each organisation before those below it, siblings by code."""
    states = OrganisationState.objects.filter(
        Q(until__isnull=True) | Q(until__gt=day), from_day__lte=day
    ).select_related("organisation")
    below: dict[int | None, list[OrganisationState]] = {}
    present = set()
    for state in states.order_by("organisation__code"):
        below.setdefault(state.parent_id, []).append(state)
        present.add(state.organisation_id)
    tops = [s for parent, group in below.items() if parent not in present for s in group]
    placed: list[Placed] = []
    waiting = [(state, 0) for state in sorted(tops, key=lambda s: s.organisation.code, reverse=True)]
    while waiting:
        state, depth = waiting.pop()
        it = state.organisation
        placed.append(
            Placed(it.pk, it.code, it.level, Words(state.name_zh, state.name_en), state.parent_id, depth)
        )
        waiting += [(child, depth + 1) for child in reversed(below.get(it.pk, []))]
    return placed


def by_code(code: str) -> Organisation | None:
    """Return the organisation of a code, where the actor sees it."""
    return Organisation.objects.filter(code=code).first()
