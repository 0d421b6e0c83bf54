"""What a person can see and do, and why: asked of each policy of the site, never more than the asker sees too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words
from duxue.web.common.policy import Decision, Policy, policies
from duxue.web.common.scope import everything


@dataclass(frozen=True, slots=True)
class Doing:
    """One action with a sample of what is seen, and whether it is allowed."""

    action: str
    title: Words
    decision: Decision


@dataclass(frozen=True, slots=True)
class Seeing:
    """How many records of one kind a person sees, with a sample and what may be done with it."""

    label: str
    title: Words
    count: int
    sample_id: str
    sample: str
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
            count, sample = keys.count(), rows.order_by("pk").first()
            doings = tuple(_doings(policy, subject, sample)) if sample is not None else ()
            name = (
                str(sample) if sample is not None and type(sample).__str__ is not models.Model.__str__ else ""
            )
        yield Seeing(
            model._meta.label_lower, policy.title, count, str(sample.pk) if sample else "", name, doings
        )


def _rows(
    model: type[models.Model], policy: Policy[models.Model], subject: Actor, asker: Actor
) -> models.QuerySet[models.Model]:
    base = model._base_manager.all()
    rows = policy.visible(subject, base)
    return rows if subject == asker else rows.filter(pk__in=policy.visible(asker, base).values("pk"))


def _doings(policy: Policy[models.Model], subject: Actor, sample: models.Model) -> Iterator[Doing]:
    for action, title in policy.actions.items():
        yield Doing(action, title, policy.decide(subject, action, sample))
