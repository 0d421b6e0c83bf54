"""Organisational units (单位): schools, counties, cities, provinces as a tree in which any later date can differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from duxue.core.text import Text


@dataclass(frozen=True, slots=True)
class Unit:
    """One node of the tree: a school, a county, a city ... in one year."""

    code: str
    name: Text
    level: str
    parent: str | None = None


@dataclass(frozen=True)
class UnitTree:
    """The units of one year by code; levels are listed finest first."""

    levels: Sequence[str]
    units: Mapping[str, Unit]
    _chains: dict[str, dict[str, str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(cls, levels: Sequence[str], units: Iterable[Unit]) -> UnitTree:
        """Return a tree; the caller has checked that codes are unique and parents exist one level or more above."""
        return cls(tuple(levels), {u.code: u for u in units})

    def ancestors(self, code: str) -> Mapping[str, str]:
        """Return level -> code for the unit itself and each unit above it; a cycle or a missing parent ends the chain."""
        chain = self._chains.get(code)
        if chain is None:
            chain = {}
            current: str | None = code
            while current is not None and (unit := self.units.get(current)) and unit.level not in chain:
                chain[unit.level] = current
                current = unit.parent
            self._chains[code] = chain
        return chain

    def ancestor(self, code: str, level: str) -> str | None:
        """Return the code of the unit at `level` that holds `code`, or None."""
        return self.ancestors(code).get(level)

    def at_level(self, level: str) -> Iterator[Unit]:
        """Yield the units of one level in code order."""
        return iter(sorted((u for u in self.units.values() if u.level == level), key=lambda u: u.code))

    def children(self, code: str) -> list[Unit]:
        """Return the units directly below `code` in code order."""
        return sorted((u for u in self.units.values() if u.parent == code), key=lambda u: u.code)
