"""Columns that are computed from columns, in layers: each layer is one SELECT over the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

_NAMED: Final = re.compile(r"\bk\d+\b")
_numbers: Final[Iterator[int]] = count(1)


@dataclass(slots=True)
class Join:
    """A table joined many to one: pairs of equal expressions (there, here) and the columns taken from there."""

    table: str
    on: tuple[tuple[str, str], ...]
    columns: dict[str, str] = field(default_factory=dict)  # SQL there -> name here

    def clause(self) -> str:
        """Return the LEFT JOIN; whatever it brings has a name of its own, so nothing is ambiguous."""
        keys = [new_name("q") for _ in self.on]
        brought = [f"{there} AS {key}" for (there, _), key in zip(self.on, keys, strict=True)]
        brought += [f"{there} AS {name}" for there, name in self.columns.items()]
        tests = " AND ".join(f"{key} = {here}" for (_, here), key in zip(self.on, keys, strict=True))
        return f"LEFT JOIN (SELECT {', '.join(brought)} FROM {self.table}) {new_name('j')} ON {tests}"


@dataclass(slots=True)
class Layer:
    """The columns that one SELECT adds, and the tables it joins for them."""

    columns: dict[str, str] = field(default_factory=dict)  # SQL -> name
    joins: dict[tuple[str, tuple[tuple[str, str], ...]], Join] = field(default_factory=dict)


class Layers:
    """Named expressions over a base table, each in the lowest layer in which all that it names exists."""

    def __init__(self) -> None:
        """Start with the base alone."""
        self.layers: dict[int, Layer] = {}
        self._depth: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def depth(self, *parts: str) -> int:
        """Return the layer after which expressions can be computed; 0 is the base."""
        return max((self._depth.get(name, 0) for part in parts for name in _NAMED.findall(part)), default=0)

    def bind(self, sql: str) -> str:
        """Return the name of a column that holds `sql`."""
        if _NAMED.fullmatch(sql):
            return sql
        if sql not in self._names:
            depth = self.depth(sql) + 1
            name = new_name("k")
            self.layers.setdefault(depth, Layer()).columns[sql] = name
            self._names[sql] = name
            self._depth[name] = depth
        return self._names[sql]

    def fetch(
        self, table: str, on: tuple[tuple[str, str], ...], columns: list[str], above: int = 0
    ) -> list[str]:
        """Return names of columns of a joined table, in a layer higher than `above` and than all that `on` names."""
        layer = max([above, *(self.depth(here) for _, here in on)]) + 1
        join = self.layers.setdefault(layer, Layer()).joins.setdefault((table, on), Join(table, on))
        for sql in columns:
            if sql not in join.columns:
                join.columns[sql] = new_name("k")
                self._depth[join.columns[sql]] = layer
        return [join.columns[sql] for sql in columns]

    def highest(self, depth: int) -> int:
        """Return the highest layer that exists, up to `depth`; 0 is the base."""
        return max((d for d in self.layers if d <= depth), default=0)

    def select(self, depth: int, source: str) -> str:
        """Return the SELECT that adds layer `depth` to `source`."""
        layer = self.layers[depth]
        added = [f", {sql} AS {name}" for sql, name in layer.columns.items()]
        added += [f", {name}" for join in layer.joins.values() for name in join.columns.values()]
        joins = " ".join(join.clause() for join in layer.joins.values())
        return f"SELECT b.*{''.join(added)} FROM {source} b {joins}"

    def nested(self, base: str) -> str:
        """Return all layers as one SELECT over `base` (a table name or a SELECT in parentheses)."""
        sql = f"SELECT * FROM {base}"
        for number, depth in enumerate(sorted(self.layers)):
            sql = self.select(depth, base if number == 0 else f"({sql})")
        return sql


def new_name(prefix: str) -> str:
    """Return a name that nothing else in this process has."""
    return f"{prefix}{next(_numbers)}"
