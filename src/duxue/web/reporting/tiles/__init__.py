"""Layouts of tile maps: one file for each province, keyed by the codes of its units; others stand in rows by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from math import ceil, sqrt

import yaml

Place = tuple[int, int]  # column, row


def places_of(codes: Sequence[str]) -> Mapping[str, Place]:
    """Return column and row of each unit: of the layout that knows them all, else in rows by code."""
    for layout in _layouts():
        if set(codes) <= set(layout):
            return {code: layout[code] for code in codes}
    wide = max(1, ceil(sqrt(len(codes) * 1.6)))
    return {code: (n % wide, n // wide) for n, code in enumerate(sorted(codes))}


@lru_cache(maxsize=1)
def _layouts() -> tuple[Mapping[str, Place], ...]:
    folder = files("duxue.web.reporting.tiles")
    found = [p for p in folder.iterdir() if p.name.endswith(".yaml")]
    read = (
        yaml.safe_load(p.read_text(encoding="utf-8"))["tiles"] for p in sorted(found, key=lambda p: p.name)
    )
    return tuple({code: (col, row) for code, (col, row) in tiles.items()} for tiles in read)
