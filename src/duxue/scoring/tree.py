"""The scored tree: its leaves in order, and full points after items that do not apply have given theirs away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from duxue.packs.scoring import Item, Scoring


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf with what it inherits: its first-level block, its window, and the titles above it."""

    item: Item
    block: Item
    window: str | None
    above: tuple[Item, ...]


def leaves(scoring: Scoring) -> list[Leaf]:
    """Return the leaves of the tree in the order in which they are written."""
    return [leaf for block in scoring.items for leaf in _leaves(block, block, block.window, ())]


def _leaves(item: Item, block: Item, window: str | None, above: tuple[Item, ...]) -> Iterator[Leaf]:
    window = item.window or window
    if not item.items:
        yield Leaf(item, block, window, above)
    for child in item.items:
        yield from _leaves(child, block, window, (*above, item))


def full_points(items: Sequence[Item], off: frozenset[str]) -> Mapping[str, Fraction]:
    """Return the full points of each leaf when the leaves in `off` do not apply and give their points away.

    Points go to the other items of the same block in proportion to their points; a block that is left without items
    gives its points to the blocks beside it. The sum stays the same. Empty where nothing applies.
    """
    found: dict[str, Fraction] = {}
    _share(items, sum((item.points for item in items), Fraction(0)), off, found)
    return found


def _share(items: Sequence[Item], points: Fraction, off: frozenset[str], found: dict[str, Fraction]) -> None:
    kept = [item for item in items if _applies(item, off)]
    total = sum((item.points for item in kept), Fraction(0))
    for item in kept:
        mine = points * item.points / total if total else Fraction(0)
        if item.items:
            _share(item.items, mine, off, found)
        else:
            found[item.id] = mine


def _applies(item: Item, off: frozenset[str]) -> bool:
    return any(_applies(child, off) for child in item.items) if item.items else item.id not in off
