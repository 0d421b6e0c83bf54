"""Queries see what the actor may see, and nothing at all when nobody said who acts.

django-scopes carries the scope through threads and tasks and refuses queries without one; the policy of the model narrows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models
from django_scopes import scope, scopes_disabled
from django_scopes.manager import DisabledQuerySet
from django_scopes.state import get_scope

from duxue.web.common.actors import Actor

M = TypeVar("M", bound=models.Model)


class Refusing(DisabledQuerySet):
    """A queryset that refuses to run; what django-scopes still lets through tells too whether a row is there."""

    exists = DisabledQuerySet.error
    exclude = DisabledQuerySet.error
    explain = DisabledQuerySet.error


class Scoped(models.Manager[M]):
    """The manager of every table that not everybody may read."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return what the current actor may see; outside `acting` a queryset that refuses to run."""
        state = get_scope()
        if not state.get("_enabled", True):
            return super().get_queryset()
        if "actor" not in state:
            refusing: models.QuerySet[M] = Refusing(self.model, using=self._db, missing_scopes=["actor"])
            return refusing
        from duxue.web.common.policy import policy_of

        return policy_of(self.model).visible(state["actor"], super().get_queryset())


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let queries inside the block see what `actor` may see."""
    with scope(actor=actor):
        yield


@contextmanager
def everything(reason: str) -> Iterator[None]:
    """Let queries inside the block see all rows; `reason` says why, for whoever reviews the code."""
    if not reason:
        message = "everything() needs a reason"
        raise ValueError(message)
    with scopes_disabled():
        yield


def current() -> Actor | None:
    """Return the actor of the current scope."""
    state: dict[str, Any] = get_scope()
    return state.get("actor") if state.get("_enabled", True) else None
