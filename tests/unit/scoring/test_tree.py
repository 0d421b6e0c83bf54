"""Full points are kept when items do not apply."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from duxue.packs.scoring import Item
from duxue.scoring import tree

TITLE = {"zh": "甲", "en": "A"}


def leaf(name: str, points: int) -> dict[str, object]:
    return {"id": name, "title": TITLE, "points": points, "rule": {"type": "judged"}}


def block(name: str, *leaves: dict[str, object]) -> Item:
    total = sum(int(str(one["points"])) for one in leaves)
    return Item.model_validate({"id": name, "title": TITLE, "points": total, "items": leaves})


def test_points_stay_in_the_block() -> None:
    items = (block("A", leaf("A1", 2), leaf("A2", 6), leaf("A3", 2)), block("B", leaf("B1", 10)))
    found = tree.full_points(items, frozenset({"A1"}))
    assert found == {"A2": Fraction(15, 2), "A3": Fraction(5, 2), "B1": 10}


def test_an_empty_block_gives_its_points_to_the_others() -> None:
    items = (block("A", leaf("A1", 2)), block("B", leaf("B1", 3), leaf("B2", 5)))
    assert tree.full_points(items, frozenset({"A1"})) == {"B1": Fraction(15, 4), "B2": Fraction(25, 4)}
    assert tree.full_points(items, frozenset({"A1", "B1", "B2"})) == {}


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=5), min_size=1, max_size=5), st.data())
def test_the_sum_is_kept(blocks: list[list[int]], data: st.DataObject) -> None:
    items = [
        block(f"b{i}", *(leaf(f"b{i}x{j}", p) for j, p in enumerate(row))) for i, row in enumerate(blocks)
    ]
    names = [f"b{i}x{j}" for i, row in enumerate(blocks) for j in range(len(row))]
    off = frozenset(data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1)))
    found = tree.full_points(items, off)
    assert sum(found.values()) == sum(map(sum, blocks))
    assert set(found) == set(names) - off
