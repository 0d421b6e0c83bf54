"""How well claims that were found agree with claims that were marked: detection, fields, and both together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


def _number(a: Row, b: Row) -> bool:
    x, y = a["value"], b["value"]
    if x is None or y is None:
        return x is y
    return bool(abs(x - y) <= (1e-3 if abs(x) < 1 else 1e-9) * max(abs(x), abs(y), 1e-12))


def _unit(a: Row, b: Row) -> bool:
    x, y = str(a["unit"]).lower(), str(b["unit"]).lower()
    return x == y or all(u.startswith("other") or u == "item" for u in (x, y))


def _org(a: Row, b: Row) -> bool:
    x, y = ("".join((r["org"] or "").split()).lower() for r in (a, b))
    return x == y or (bool(x and y) and (x in y or y in x))


FIELDS: dict[str, Callable[[Row, Row], bool]] = {
    "value": _number,
    "unit": _unit,
    "kind": lambda a, b: bool(a["kind"] == b["kind"]),
    "comparator": lambda a, b: bool(a["comparator"] == b["comparator"]),
    "direction": lambda a, b: bool(a["direction"] == b["direction"]),
    "period": lambda a, b: (a["period"] or None) == (b["period"] or None),
    "org": _org,
    "suspect": lambda a, b: bool(a["suspect"]) == bool(b["suspect"]),
}


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1 of detection; the share right of each field among matched claims; F1 of whole claims."""

    marked: int
    found: int
    precision: float
    recall: float
    f1: float
    fields: Mapping[str, float]
    whole: float


def score(marked: Sequence[Row], found: Sequence[Row]) -> Scores:
    """Match claims of the same text by overlap, one to one, longest first, and compare their fields."""
    pairs = _match(marked, found)
    whole = sum(all(FIELDS[name](a, b) for name in ("value", "unit", "kind")) for a, b in pairs)
    return Scores(
        len(marked), len(found), *_f1(len(pairs), len(marked), len(found)),
        {name: sum(equal(a, b) for a, b in pairs) / len(pairs) if pairs else 0.0 for name, equal in FIELDS.items()},
        _f1(whole, len(marked), len(found))[2],
    )  # fmt: skip


def _match(marked: Sequence[Row], found: Sequence[Row]) -> list[tuple[Row, Row]]:
    candidates = []
    by_doc: dict[str, list[int]] = {}
    for j, b in enumerate(found):
        by_doc.setdefault(b["doc"], []).append(j)
    for i, a in enumerate(marked):
        for j in by_doc.get(a["doc"], ()):
            b = found[j]
            overlap = min(a["end"], b["end"]) - max(a["start"], b["start"])
            if overlap > 0:
                candidates.append((overlap, -abs((a["end"] - a["start"]) - (b["end"] - b["start"])), i, j))
    taken: tuple[set[int], set[int]] = (set(), set())
    pairs = []
    for _, _, i, j in sorted(candidates, reverse=True):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((marked[i], found[j]))
    return pairs


def _f1(hit: int, marked: int, found: int) -> tuple[float, float, float]:
    p, r = hit / found if found else 0.0, hit / marked if marked else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0
