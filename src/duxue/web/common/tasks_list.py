"""What a person must do now: each app says what it knows of, the first page shows it by its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: a title that begins with its verb, where to do it, until when."""

    title: Words
    url: str
    due: datetime | None = None
    count: int | None = None  # how many things it stands for; the title names the number itself
    urgency: int = 0  # among those without a date, or with the same one: higher first
    hint: Words | None = None


Provider = Callable[[Actor], Iterable[Todo]]
_PROVIDERS: list[Provider] = []


def provides_todo(provider: Provider) -> Provider:
    """Let `provider` tell what an actor must do; called in AppConfig.ready, or as a decorator."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure of where things stand, with the page that explains it; shown by components/key_figure.html."""

    name: Words
    value: str
    url: str
    unit: Words | None = None
    state: str = ""  # met, at_risk, not_met, overdue, active, neutral
    word: Words | None = None
    note: Words | None = None


Stander = Callable[[Actor], Iterable[Standing]]
_STANDERS: list[Stander] = []


def provides_standing(provider: Stander) -> Stander:
    """Let `provider` tell an actor where things stand."""
    if provider not in _STANDERS:
        _STANDERS.append(provider)
    return provider


def standings(actor: Actor) -> list[Standing]:
    """Return where things stand for `actor`, in the order in which the apps registered."""
    return [] if actor.public else [standing for provider in _STANDERS for standing in provider(actor)]


def todos(actor: Actor) -> list[Todo]:
    """Return all that `actor` must do: what has a date first, the earliest on top."""
    if actor.public:
        return []
    found = [todo for provider in _PROVIDERS for todo in provider(actor)]
    return sorted(
        found, key=lambda t: (t.due is None, t.due.timestamp() if t.due else 0.0, -t.urgency, t.url)
    )
