"""Lists by keyset: the place in the list is the last key seen, so the millionth row costs what the first does."""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.db.models import Q

from duxue.web.common.problems import UNKEPT

M = TypeVar("M", bound=models.Model)
R = TypeVar("R")
SIZE, MOST = 50, 200
NEAR = 5_000  # keys: a page of what is not rare is found among them


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list, with the cursors of its neighbours ("" where there is none)."""

    rows: list[R]
    later: str
    earlier: str

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(
    rows: models.QuerySet[M],
    cursor: str = "",
    *,
    order: Sequence[str] = ("-pk",),
    size: int = SIZE,
    near: int = 0,
) -> Page[M]:
    """Return the page of `rows` at `cursor`.

    Args:
        rows: what may be listed, filtered, in any order.
        cursor: what an earlier page gave, "" for the first.
        order: fields with - for falling; the last must be unique, none may be null.
        size: rows of a page, at most 200.
        near: look among so many keys first where the newest key stands first: for long lists whose filters fit so many rows
            that a database which finds them by an index would sort them all for each page.
    """
    size = max(1, min(size, MOST))
    backwards, key = _read(cursor)
    wanted = [_turned(name) for name in order] if backwards else list(order)
    if key is not None:
        if len(key) != len(order):
            raise BadRequest("cursor")
        try:
            _check_moments(rows.model, order, key)
            rows = rows.filter(_after(wanted, key))
        except (ValueError, TypeError, OverflowError, ValidationError) as e:
            raise BadRequest("cursor") from e
    found = _near(rows, key, near, size + 1, backwards=backwards) if near and tuple(order) == ("-pk",) else []
    found = found or list(rows.order_by(*wanted)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    first = _write(True, _key(found[0], order)) if found else ""
    last = _write(False, _key(found[-1], order)) if found else ""
    if backwards:
        return Page(found, last if key else "", first if more else "")
    return Page(found, last if more else "", first if key else "")


def page_of_list(
    rows: Sequence[R], cursor: str = "", *, key: Callable[[R], tuple[int | str, ...]], size: int = SIZE
) -> Page[R]:
    """Return the page at `cursor` of rows that were counted and not kept.

    Args:
        rows: all of them, sorted by `key`.
        cursor: what an earlier page gave, "" for the first; rows that came or went meanwhile do no harm.
        key: the place of a row, unique.
        size: rows of a page, at most 200.
    """
    size = max(1, min(size, MOST))
    backwards, at = _read(cursor)
    begin = 0
    if at is not None and rows:
        if [type(part) for part in at] != [type(part) for part in key(rows[0])]:
            raise BadRequest("cursor")
        begin = (
            bisect_left(rows, tuple(at), key=key) - size
            if backwards
            else bisect_right(rows, tuple(at), key=key)
        )
    end, begin = begin + size, max(0, begin)
    found = list(rows[begin:end])
    earlier = _write(True, list(key(found[0]))) if found and begin else ""
    later = _write(False, list(key(found[-1]))) if found and end < len(rows) else ""
    return Page(found, later, earlier)


def _near(
    rows: models.QuerySet[M], key: Sequence[Any] | None, near: int, n: int, *, backwards: bool
) -> list[M]:
    """Return the first `n` of rows, all beyond `key`, when so many are among the next `near` keys; else nothing."""
    if key is not None:
        edge = int(key[0])
    else:
        edge = rows.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    beyond = Q(pk__lte=edge + near) if backwards else Q(pk__gte=edge - near)
    found = list(rows.filter(beyond).order_by("pk" if backwards else "-pk")[:n])
    return found if len(found) == n else []


def _check_moments(model: type[models.Model], order: Sequence[str], key: Sequence[Any]) -> None:
    """Raise where a key names no moment that a clock can show: one database takes it, the other's driver stumbles."""
    moments = {f.name: f for f in model._meta.concrete_fields if isinstance(f, models.DateTimeField)}
    for name, value in zip(map(_plain, order), key, strict=True):
        if name in moments:
            moments[name].to_python(value).astimezone(UTC)


def _after(order: Sequence[str], key: Sequence[Any]) -> Q:
    condition = Q()
    for n, name in enumerate(order):
        step = Q(**{f"{_plain(name)}__{'lt' if name.startswith('-') else 'gt'}": key[n]})
        for before, value in zip(order[:n], key[:n], strict=True):
            step &= Q(**{_plain(before): value})
        condition |= step
    return condition


def _plain(name: str) -> str:
    return name.removeprefix("-")


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _key(row: models.Model, order: Sequence[str]) -> list[Any]:
    values = []
    for name in order:
        value: Any = row
        for part in _plain(name).split("__"):
            value = getattr(value, part)
        values.append(value.isoformat() if hasattr(value, "isoformat") else value)
    return [v if isinstance(v, int | str) else str(v) for v in values]


def _write(backwards: bool, key: list[Any]) -> str:
    line = json.dumps([int(backwards), *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(line.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, list[Any] | None]:
    if not cursor:
        return False, None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        backwards, key = bool(values[0]), list(values[1:])
    except (ValueError, binascii.Error, IndexError, TypeError, KeyError, RecursionError) as e:
        raise BadRequest("cursor") from e
    if not all(map(_fits, key)):
        raise BadRequest("cursor")
    return backwards, key


def _fits(value: Any) -> bool:
    """Return whether a database may be asked for a value."""
    if isinstance(value, str):
        return not UNKEPT.search(value)
    return isinstance(value, int | float) and abs(value) < 1 << 63
