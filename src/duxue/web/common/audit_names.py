"""What the things of the audit are called: their kind and, to who sees them, their name and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from duxue.web.common.lang import Words, say
from duxue.web.common.models import AuditEvent
from duxue.web.common.numbers import number_in
from duxue.web.common.policy import policies

# Names of relations that tell whose or of what a thing is, in the order in which they are said. Whoever sees the thing reads
# them: a review's task is not among them, for its unit does not learn who judged.
_AROUND = (
    "unit", "organisation", "visit", "answer", "item", "known", "file", "problem", "draw", "user", "reviewer",
)  # fmt: skip
_OWN = ("title", "name", "place", "code")
_DEEP = 2  # relations of relations

Named = Mapping[tuple[str, str], str]
_KINDS: dict[str, Words] = {"common.audithead": say("审计链", "the chain of the audit")}
_NAMERS: dict[str, Callable[[list[str]], Mapping[str, str]]] = {}


def names(label: str, kind: Words, namer: Callable[[list[str]], Mapping[str, str]]) -> None:
    """Let `namer` name the things `app.model` by their keys, where the actor of the scope may know them."""
    _KINDS[label], _NAMERS[label] = kind, namer


def kinds() -> dict[str, Words]:
    """Return the kinds of things that events tell of, by `app.model`."""
    return _KINDS | {model._meta.label_lower: policy.title for model, policy in policies().items()}


def names_of(events: Iterable[AuditEvent]) -> Named:
    """Return the names of the things of `events` that the actor sees, by kind and key: one query for each kind."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        wanted.setdefault(event.object_type, set()).add(event.object_id)
    return {
        (label, key): name
        for label, keys in wanted.items()
        for key, name in _named(label, sorted(keys)).items()
    }


def places_of(events: Iterable[AuditEvent]) -> dict[str, str]:
    """Return the names of the organisations that events belong to and the actor sees, by their place; one query."""
    keys = {path: path.strip("/").rpartition("/")[2] for path in {event.path for event in events}}
    known = _named("orgs.organisation", sorted(set(keys.values())))
    return {path: known[key] for path, key in keys.items() if key in known}


def name_of(obj: models.Model, deep: int = _DEEP) -> str:
    """Return what a thing is called, with whose it is: `Sample City A · A2 Item`; "" where it has no name."""
    if type(obj).__str__ is not models.Model.__str__:
        return str(obj)
    parts = [name_of(one, deep - 1) for one in _around(obj)] if deep else []
    parts.append(next((str(text) for name in _OWN if (text := getattr(obj, name, ""))), ""))
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _around(obj: models.Model) -> list[models.Model]:
    found = [getattr(obj, name) for name in _relations(type(obj))]
    return [one for one in found if one is not None]


def _relations(model: type[models.Model]) -> list[str]:
    found = []
    for name in _AROUND:
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, models.ForeignKey):
            found.append(name)
    return found


def _joined(model: type[models.Model], deep: int = _DEEP) -> list[str]:
    """Return what is read together with a thing, so that naming it asks nothing more."""
    found: list[str] = []
    for name in _relations(model):
        other: Any = model._meta.get_field(name).related_model
        found.append(name)
        if deep > 1 and other.__str__ is models.Model.__str__:
            found += [f"{name}__{more}" for more in _joined(other, deep - 1)]
    return found


def _named(label: str, keys: list[str]) -> Mapping[str, str]:
    if label in _NAMERS:
        return _NAMERS[label](keys)
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return {}
    numbers = [number for key in keys if (number := number_in(key)) is not None]
    if model not in policies() or not numbers:
        return {}
    rows = model.objects.filter(pk__in=numbers).select_related(*_joined(model))
    return {str(row.pk): name_of(row) for row in rows}
