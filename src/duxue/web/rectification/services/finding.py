"""What reviewers and teams find goes on the ledger in one step; the organiser confirms it by handing it over, or drops it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from duxue.web.common.actors import Actor
from duxue.web.common.locking import lock
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.entering import problem_create
from duxue.web.rectification.words import ENDED, LEVELS
from duxue.web.rounds.models import Item, RoundUnit


def reported(
    unit: RoundUnit, items: Collection[int], source: str, place: str = "", found_by: int | None = None
) -> dict[int, Problem]:
    """Return item -> the open problem that stands on the ledger from a source (and a person); the caller shows it to finders only."""
    where = Q(path=_place(unit, place))
    if found_by is not None:
        where &= Q(found_by_id=found_by)
    with everything("who finds the same twice is shown what stands there"):
        rows = Problem.objects.filter(where, unit=unit, item_id__in=items, source=source).exclude(
            state__in=ENDED
        )
        return {row.item_id: row for row in rows.order_by("-pk") if row.item_id is not None}


@transaction.atomic
def problem_found(
    *, actor: Actor, unit: RoundUnit, item: Item, source: str, text: str, level: str = "", place: str = "",
    at: datetime | None = None,
) -> tuple[Problem, bool]:  # fmt: skip
    """Enter what a reviewer or a team found for an item; return the problem and whether it is new: the same is not entered twice.

    A team finds together; reviewers are blind to each other, so that each may enter the same.

    Args:
        actor: who found it: a reviewer of the unit (source `online`), one of a team that visits it (`field`).
        unit: the unit.
        item: the item.
        source: online or field.
        text: what was found.
        level: where it lies; that of the unit when it is none of LEVELS.
        place: path of the visited organisation, which must mend it when it lies below the unit.
        at: the moment (now).

    Raises:
        Denied: neither reviews nor visits the unit.
        Refused: WEB001 without a text, WEB002 for one too long.
    """
    with everything("one after another: the same is not entered twice"):
        lock(RoundUnit, unit.pk)
        body = Organisation.objects.filter(path=_place(unit, place)).first()
    own = actor.user_id if source == "online" else None
    standing = reported(unit, [item.pk], source, place, own).get(item.pk)
    if standing is not None:
        return standing, False
    made = problem_create(
        actor=actor, unit=unit, item=item, text=text, source=source, kind="by_date",
        level=level if level in LEVELS else "city", responsible=body, at=at,
    )  # fmt: skip
    return made, True


def _place(unit: RoundUnit, place: str) -> str:
    """Return the place that must mend it: the visited one below the unit, else the unit itself."""
    return place if place.startswith(unit.path) else unit.path
