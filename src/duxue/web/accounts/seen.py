"""What a person can see and do, and why: asked of each policy of the site, never more than the asker sees too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.db import models
from django.db.models import F

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words
from duxue.web.common.policy import Decision, Policy, decide, policies
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Doing:
    """One action with a sample of what is seen, and whether it is allowed."""

    action: str
    title: Words
    decision: Decision


@dataclass(frozen=True, slots=True)
class Seeing:
    """How many records of one kind a person sees, with a sample, of which round it is, and what may be done with it."""

    label: str
    title: Words
    count: int
    sample_id: str
    sample: str
    round: Round | None
    doings: tuple[Doing, ...]


def seen(subject: Actor, asker: Actor) -> Iterator[Seeing]:
    """Yield what `subject` sees of each kind, as far as `asker` sees it too.

    Args:
        subject: the person in question.
        asker: who reads; the same actor for the own page.
    """
    for model, policy in sorted(policies().items(), key=lambda pair: pair[0]._meta.label_lower):
        rows = _rows(model, policy, subject, asker)
        with everything("the policies of subject and asker have narrowed the rows already"):
            keys = rows.order_by().values("pk").distinct()
            count, (sample, made) = keys.count(), _sample(model, rows)
            doings = tuple(_doings(policy, subject, sample)) if sample is not None else ()
            name = (
                str(sample) if sample is not None and type(sample).__str__ is not models.Model.__str__ else ""
            )
        yield Seeing(
            model._meta.label_lower, policy.title, count, str(sample.pk) if sample else "", name, made, doings
        )


def _rows(
    model: type[models.Model], policy: Policy[models.Model], subject: Actor, asker: Actor
) -> models.QuerySet[models.Model]:
    base = model._base_manager.all()
    rows = policy.visible(subject, base)
    return rows if subject == asker else rows.filter(pk__in=policy.visible(asker, base).values("pk"))


def _sample(
    model: type[models.Model], rows: models.QuerySet[models.Model]
) -> tuple[models.Model | None, Round | None]:
    """Return a row of the newest round under way, else of the one frozen last, and the round: what is frozen allows nothing."""
    way = _way(model)
    if way is None:
        return rows.order_by("pk").first(), None
    at = "".join(f"{step}__" for step in way)
    if way:
        rows = rows.select_related("__".join(way))
    row = rows.order_by(
        F(f"{at}sealed_at").desc(nulls_first=True), F(f"{at}round_year").desc(nulls_last=True), "pk"
    ).first()
    made = row
    for step in way:
        made = getattr(made, step, None)
    return row, made if way and isinstance(made, Round) else None


@cache
def _way(model: type[models.Model]) -> tuple[str, ...] | None:
    """Return the fields that lead from a kind to its round, none for the round itself; None when there is no way."""
    if model is Round:
        return ()
    keys = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    for key in keys:
        if key.related_model is Round:
            return (key.name,)
    for key in keys:
        further = _way(key.related_model) if not key.null and key.related_model is not model else None
        if further:
            return (key.name, *further)
    return None


def _doings(policy: Policy[models.Model], subject: Actor, sample: models.Model) -> Iterator[Doing]:
    for action, title in policy.actions.items():
        yield Doing(action, title, decide(subject, action, sample))
