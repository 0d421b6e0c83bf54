"""The tree of units, and digests."""

from __future__ import annotations

from pathlib import Path

from duxue.core import digest
from duxue.core.text import same
from duxue.core.units import Unit, UnitTree

LEVELS = ("school", "county", "city", "province")


def tree(*rows: tuple[str, str, str | None]) -> UnitTree:
    """Return a tree of (code, level, parent)."""
    return UnitTree.build(LEVELS, [Unit(code, same(code), level, parent) for code, level, parent in rows])


HOUSE = tree(
    ("P", "province", None),
    ("C", "city", "P"),
    ("K", "county", "C"),
    ("S2", "school", "K"),
    ("S1", "school", "K"),
)


def test_ancestors_start_with_the_unit_itself() -> None:
    """Nearest first, so that the nearest region wins."""
    assert list(HOUSE.ancestors("S1").items()) == [
        ("school", "S1"),
        ("county", "K"),
        ("city", "C"),
        ("province", "P"),
    ]


def test_a_level_may_be_skipped() -> None:
    """A county right below a province has no city."""
    direct = tree(("P", "province", None), ("K", "county", "P"))
    assert direct.ancestor("K", "province") == "P"
    assert direct.ancestor("K", "city") is None


def test_unknown_units_have_no_ancestors() -> None:
    """Nothing is made up."""
    assert HOUSE.ancestors("X") == {}


def test_a_missing_parent_ends_the_chain() -> None:
    """What is known below it stays known."""
    assert tree(("K", "county", "gone")).ancestors("K") == {"county": "K"}


def test_a_cycle_ends_the_chain() -> None:
    """Data that point in a circle do not hang the program."""
    ring = tree(("A", "county", "B"), ("B", "city", "A"))
    assert ring.ancestors("A") == {"county": "A", "city": "B"}
    assert tree(("A", "county", "A")).ancestors("A") == {"county": "A"}


def test_units_of_a_level_come_in_code_order() -> None:
    """The order of files does not matter."""
    assert [u.code for u in HOUSE.at_level("school")] == ["S1", "S2"]
    assert [u.code for u in HOUSE.children("K")] == ["S1", "S2"]


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    """The same content has the same name."""
    assert digest.of_json({"a": 1, "b": ["县"]}) == digest.of_json({"b": ["县"], "a": 1})
    assert digest.of_json(["a", "b"]) != digest.of_json(["b", "a"])


def test_digest_is_plain_sha256_of_canonical_json() -> None:
    """Anyone can recompute it with other tools."""
    assert digest.of_json({"b": 1, "a": "县"}) == digest.of_bytes('{"a":"县","b":1}'.encode())
    assert digest.of_bytes(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    """Reading in pieces changes nothing."""
    file = tmp_path / "x"
    file.write_bytes(b"ab" * 300_000)
    assert digest.of_file(file) == digest.of_bytes(b"ab" * 300_000)
