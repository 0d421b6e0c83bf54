"""YAML to a tree: text stays text, places are exact, hostile files are refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.core.errors import Refused
from duxue.packs.loader import load_text
from duxue.packs.yamltree import Document, Node, locate, read


def read_text(text: str) -> Document:
    """Return the tree of a text."""
    return read(text.encode(), "t.yaml")


@pytest.mark.parametrize(
    "text", ["no", "010", "12:30", "2017-04-26", "1_000", "0x1F", "1e3", ".inf", "on", "true"]
)
def test_scalar_stays_the_text_that_was_written(text: str) -> None:
    """Nothing is turned into a number, a date or a truth value by YAML."""
    assert read_text(f"a: {text}\n").root.plain() == {"a": text}


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_null_is_nothing_and_quoted_null_is_text(text: str) -> None:
    """An empty value is None; in quotes it is what stands there."""
    assert read_text(f"a: {text}\n").root.plain() == {"a": None}
    assert read_text(f"a: '{text}'\n").root.plain() == {"a": text}


def test_duplicate_keys_are_all_told_with_both_lines() -> None:
    """Each repeated key is told, and where it stood first."""
    with pytest.raises(Refused) as refused:
        read_text("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n")
    assert [(p.code, p.place.line, p.place.column) for p in refused.value.problems] == [
        ("PACK005", 3, 1),
        ("PACK005", 4, 11),
    ]
    assert "第1行" in refused.value.problems[0].what.zh


STYLES = {
    "plain": "f: sum(a)\n  / sum(b)\n",
    "single": "f: 'sum(a)\n  / sum(b)'\n",
    "double": 'f: "sum(a) / \\\n  sum(b)"\n',
    "literal": "f: |\n  sum(a)\n  / sum(b)\n",
    "folded": "f: >-  # comment\n    sum(a)\n    / sum(b)\n",
    "one line": "f: sum(a) / sum(b)\n",
    "windows": "f: |\r\n  sum(a)\r\n  / sum(b)\r\n",
    "wide": "f: '教师''数' \n",
}


@pytest.mark.parametrize("source", STYLES.values(), ids=STYLES)
def test_each_character_of_a_text_is_found_in_the_file(source: str) -> None:
    """An offset in the value leads to the same character in the file, whatever the style folds or escapes."""
    document = read_text(source)
    node = document.root.pairs["f"]
    assert node.text is not None
    for offset, character in enumerate(node.text):
        if not character.isspace():
            assert document.text[locate(document.text, node, offset)] == character


def test_escapes_do_not_shift_places() -> None:
    """Characters after an escape are found where they stand."""
    document = read_text('f: "\\u6559\\t\\"x\\" y"\n')
    node = document.root.pairs["f"]
    assert node.text == '教\t"x" y'
    assert locate(document.text, node, 6) == document.text.index("y")


def test_aliases_are_read_within_bounds() -> None:
    """An alias repeats its value; one that contains itself or names nothing is refused."""
    assert read_text("a: &x [1]\nb: *x\n").root.plain() == {"a": ["1"], "b": ["1"]}
    for text in ("a: &x [*x]\n", "a: *x\n"):
        with pytest.raises(Refused) as refused:
            read_text(text)
        assert refused.value.problems[0].code == "PACK006"


def test_depth_counts_through_aliases() -> None:
    """Depth cannot be built up by one alias inside the other."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [[[[[[[[*a{n - 1}]]]]]]]]" for n in range(1, 9)]
    with pytest.raises(Refused) as refused:
        read_text("\n".join(lines))
    assert refused.value.problems[0].code == "PACK007"


@pytest.mark.parametrize(
    "text",
    ["[" * 300_000, "{a: " * 100_000, "- " * 200_000, "x" * 2_000_001, "? " * 50_000, "a: " + "'" * 900_000],
)
def test_hostile_file_is_refused_at_once(text: str) -> None:
    """Deep, long and unclosed files are refused without trouble for the interpreter."""
    start = time.monotonic()
    with pytest.raises(Refused):
        load_text(text)
    assert time.monotonic() - start < 5


_YAML = st.text(
    alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`,?\n \t\\0é学\x85\u2028\ufeff\x00~="), max_size=60
)


@given(st.one_of(_YAML, st.text(max_size=60)))
def test_random_text_raises_nothing_but_refused(text: str) -> None:
    """Whatever is in the file, the answer is a list of problems."""
    with pytest.raises(Refused):
        load_text(text)


@given(st.binary(max_size=60))
def test_random_bytes_raise_nothing_but_refused(data: bytes) -> None:
    """Bytes are text in UTF-8 and YAML, or refused."""
    try:
        root = read(data, "x").root
    except Refused:
        return
    assert isinstance(root, Node)
