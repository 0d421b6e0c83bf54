"""What one request that only looks has read once, so that the parts of a page share it instead of asking again.

Requests that change something, jobs and commands remember nothing: what they read is read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")
_READ: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


@contextmanager
def remembering(on: bool = True) -> Iterator[None]:
    """Let `remembered` keep what is read inside the block, when `on`."""
    token = _READ.set({} if on else None)
    try:
        yield
    finally:
        _READ.reset(token)


def remembers() -> bool:
    """Return whether what is read now is kept for the rest of a request."""
    return _READ.get() is not None


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """Return what `read` returns; inside `remembering` it is called once for each key.

    The key must tell apart what different people may see: it names the actor, or what is read is the same for everybody.
    """
    kept = _READ.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return cast("T", kept[key])
