"""The JavaScript of the check page, written from the method pages, agrees byte for byte on a thousand random draws."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from duxue.core import digest
from duxue.draws.documents import sign, write_form
from duxue.draws.methods import METHODS
from duxue.draws.page import write_engine
from tests.unit.draws.kit import commit, make_ids, random_draw, run

NODE = shutil.which("node")
COMPARE = Path(__file__).with_name("compare.js")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node: apt-get install -y nodejs")


def check_in_node(folder: Path, cases: list[dict[str, str]]) -> tuple[int, str]:
    """Return how many cases the second implementation confirms, and what it says about the others."""
    engine = folder / "engine.js"
    engine.write_text(write_engine(), encoding="utf-8")
    path = folder / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    assert NODE is not None
    out = subprocess.run(
        [NODE, COMPARE, engine, path], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    *told, last = out.strip().split("\n")
    return int(json.loads(last)["agreed"]), "\n".join(told)


def make_case(name: str, certificate: dict[str, Any], listed: bytes) -> dict[str, str]:
    """Return what the second implementation is given, and the digest of our result that it must find."""
    return {
        "name": name,
        "certificate": write_form(certificate).decode(),
        "list": listed.decode(),
        "result": digest.of_bytes(write_form(certificate["result"])),
    }


def test_a_thousand_random_draws_agree(tmp_path: Path) -> None:
    """Every method occurs often; the result and the whole verification agree in both implementations."""
    chance = random.Random(20261122)
    cases, methods = [], Counter[str]()
    for number in range(1000):
        certificate, tickets = random_draw(tmp_path, chance)
        methods[certificate["commitment"]["method"]] += 1
        cases.append(
            make_case(
                f"{number} {certificate['commitment']['method']}", certificate, tickets.path.read_bytes()
            )
        )
    agreed, told = check_in_node(tmp_path, cases)
    assert (agreed, told) == (1000, "")
    assert {*methods} == {*METHODS}
    assert min(methods.values()) >= 60


@pytest.mark.parametrize("method", ["keyed-order/1", "sequential/1"])
def test_a_result_that_is_signed_anew_is_refused_by_both(tmp_path: Path, method: str) -> None:
    """Exchanging two ids and mending every digest does not help the forger."""
    tickets = make_ids(tmp_path, 30)
    certificate = run(commit(tickets, method, {"take": 5}), tickets, {"witness": "000000000000"})
    outsider = next(i for i in tickets.ids() if i not in certificate["result"]["selected"])
    certificate["result"]["selected"][0] = outsider
    forged = sign(certificate)
    agreed, told = check_in_node(tmp_path, [make_case("forged", forged, tickets.path.read_bytes())])
    assert agreed == 0
    assert "DRAW054" in told


def test_draws_are_what_they_were_when_published(tmp_path: Path) -> None:
    """Fixed results of version 1 of two methods: a change of code must not change what was drawn in the past."""
    tickets, seed = make_ids(tmp_path, 100), bytes(range(32))
    for method, expected in PINNED.items():
        drawn = METHODS[method].draw(tickets, {"take": 5, "reserve": 0}, seed, {})
        assert drawn.selected == expected


PINNED = {
    "keyed-order/1": ["096", "016", "064", "072", "053"],
    "sequential/1": ["063", "045", "043", "061", "098"],
}
