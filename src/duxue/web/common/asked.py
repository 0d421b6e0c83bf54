"""Which rights a piece of work asks for and which things it changes, noted while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

MOST = 20  # of one piece of work: a change of thousands of units asks the same right of each
Asked = tuple[str, str, str]  # verb, app.model, key
_noted: ContextVar[list[Asked] | None] = ContextVar("rights asked for", default=None)


@contextmanager
def noting() -> Iterator[list[Asked]]:
    """Yield the list that fills with what the block asks for, each once, MOST at most."""
    noted: list[Asked] = []
    before = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(before)


def note(action: str, obj: models.Model) -> None:
    """Note that the right to do `action` with `obj` was asked for and held; outside `noting` nothing is noted."""
    noted = _noted.get()
    if noted is None or obj.pk is None or len(noted) >= MOST:
        return
    one = (action, obj._meta.label_lower, str(obj.pk))
    if one not in noted:
        noted.append(one)
