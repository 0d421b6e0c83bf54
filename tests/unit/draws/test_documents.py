"""Nothing can be altered unseen: one byte of certificate, list or chain, or a forged member signed anew."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from duxue.app.drawing import commit_draw, run_draw
from duxue.core.errors import Refused
from duxue.draws.chain import read_chain
from duxue.draws.documents import sign, write_form
from duxue.draws.verify import verify

PLAN = """
title = "One of each"
method = "stratified/1"
params = {by = ["city"], take = 1, reserve = 1}
exclude = [{id = "07", reason = "closed"}]
seed = [{name = "witness", kind = "digits", length = 6}, {name = "balls", kind = "balls", low = 1, high = 9, count = 2}]
"""


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A folder with a finished draw."""
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    rows = "".join(f"{i:02},{'济南' if i % 2 else '青岛'}\n" for i in range(12))
    (tmp_path / "list.csv").write_text("id,city\n" + rows, encoding="utf-8")
    out = tmp_path / "draw"
    commit_draw(
        source=tmp_path / "list.csv",
        plan_path=tmp_path / "plan.toml",
        folder=out,
        chain_path=None,
        time="2026-11-22T09:00:00+08:00",
    )
    parts = [{"name": "witness", "value": "271828"}, {"name": "balls", "value": "9 4"}]
    run_draw(folder=out, chain_path=None, parts=parts, time="2026-11-22T10:00:00+08:00", pdf=False)
    return out


def stands(folder: Path) -> bool:
    """Whether the draw in a folder verifies, chain included."""
    try:
        return verify(
            folder / "certificate-1.json", folder / "list.tsv", chain_path=folder / "chain.jsonl"
        ).ok
    except Refused:
        return False


@pytest.mark.parametrize("name", ["certificate-1.json", "list.tsv", "chain.jsonl"])
def test_any_change_of_one_byte_is_found(drawn: Path, name: str) -> None:
    """Each byte in turn is changed, dropped, and doubled."""
    assert stands(drawn)
    path = drawn / name
    data = path.read_bytes()
    chance = random.Random(1)
    for at in range(len(data)):
        other = bytes([data[at] ^ (1 << chance.randrange(8))])
        kind = at % 3
        path.write_bytes(
            data[:at] + (other if kind == 0 else b"" if kind == 1 else data[at : at + 1] * 2) + data[at + 1 :]
        )
        assert not stands(drawn), (at, kind)
    path.write_bytes(data + b"\n")
    assert not stands(drawn)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside a document."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield from leaves(inner, (*path, key))


@pytest.mark.parametrize(
    "other", ["", "x", 7, -1, [], {}, None, True, [[]], "2026-11-22T01:00:00Z"], ids=repr
)
def test_any_member_replaced_and_signed_anew_is_told_without_breaking(drawn: Path, other: object) -> None:
    """With the chain every forged member is found; hostile types never end the check with anything but a refusal."""
    path = drawn / "certificate-1.json"
    original = json.loads(path.read_bytes())
    for way in leaves(original):
        forged = copy.deepcopy(original)
        at = forged
        for key in way[:-1]:
            at = at[key]
        at[way[-1]] = other
        if isinstance(forged.get("commitment"), dict) and way[0] == "commitment":
            forged["commitment"] = sign(forged["commitment"])
        data = write_form(sign(forged))
        if data == write_form(original):
            continue  # a digest, mended by signing anew, or the value that stood there
        path.write_bytes(data)
        assert not stands(drawn), way


def test_a_line_dropped_from_the_middle_of_a_chain_is_found(drawn: Path) -> None:
    """Each document names the one before."""
    parts = [{"name": "witness", "value": "271829"}, {"name": "balls", "value": "9 4"}]
    run_draw(folder=drawn, chain_path=None, parts=parts, time="2026-11-22T11:00:00+08:00", pdf=False)
    chain = drawn / "chain.jsonl"
    first, _, third = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(first + third)
    with pytest.raises(Refused, match="DRAW055"):
        read_chain(chain)


def test_the_same_acts_give_the_same_bytes(drawn: Path, tmp_path: Path) -> None:
    """From a shuffled list and elsewhere: list, commitment and certificate are equal byte for byte."""
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8").splitlines()
    random.Random(3).shuffle(body := lines[1:])
    (tmp_path / "other.csv").write_text(
        "city,id\n" + "".join(f"{c},{i}\n" for i, c in (b.split(",") for b in body)), encoding="utf-8"
    )
    out = tmp_path / "again"
    commit_draw(
        source=tmp_path / "other.csv",
        plan_path=tmp_path / "plan.toml",
        folder=out,
        chain_path=None,
        time="2026-11-22T01:00:00Z",
    )
    parts = [{"name": "balls", "value": "9,4"}, {"name": "witness", "value": "271828"}]
    run_draw(folder=out, chain_path=None, parts=parts, time="2026-11-22T02:00:00Z", pdf=False)
    for name in ("list.tsv", "commitment.json", "certificate-1.json", "chain.jsonl"):
        assert (out / name).read_bytes() == (drawn / name).read_bytes(), name


def test_documents_are_readable_lines_of_sorted_json(drawn: Path) -> None:
    """The form is what `json.dumps` and `JSON.stringify` both write."""
    data = (drawn / "certificate-1.json").read_bytes()
    assert (
        data == (json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    )
