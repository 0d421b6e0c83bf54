"""The JavaScript of the check page draws double-random plans too, and agrees byte for byte, plan or no plan."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bench.inspection import make_case as make_province
from duxue.core import digest
from duxue.draws.chain import Chain
from duxue.draws.documents import sign, write_form
from duxue.draws.inspection import Case
from duxue.draws.inspection.reasons import InfeasibleError
from duxue.draws.inspection.record import certify_case, commit_case
from duxue.draws.inspection.sampling import build_frame
from duxue.draws.inspection.tables import Order, write_case
from tests.unit.draws.inspection.provinces import cases
from tests.unit.draws.kit import COMMITTED, DRAWN, WITNESS
from tests.unit.draws.test_second_implementation import NODE, check_in_node

pytestmark = pytest.mark.skipif(NODE is None, reason="no node: apt-get install -y nodejs")
TITLE = {"zh": "试抽", "en": "Trial"}


def draw(case: Case, digits: str) -> dict[str, Any]:
    """Both acts on a case."""
    commitment = commit_case(Order("plan.toml", TITLE, case, [dict(WITNESS)]), COMMITTED, "")
    part = {"name": "witness", "value": digits, "time": DRAWN}
    return certify_case(commitment, case, [part], DRAWN, Chain(Path("chain.jsonl"), ()))


def as_text(name: str, certificate: dict[str, Any], case: Case) -> dict[str, str]:
    """What the second implementation is given, and the digest of the plan that it must find."""
    return {
        "name": name,
        "certificate": write_form(certificate).decode(),
        "list": write_case(case).decode(),
        "result": digest.of_bytes(write_form(certificate["result"]["plan"])),
    }


def test_five_hundred_small_plans_agree(tmp_path: Path) -> None:
    """Random provinces with every kind of rule, many of them without any plan."""
    texts: list[dict[str, str]] = []
    plans = [0, 0]
    chance = random.Random(20261122)

    @settings(
        max_examples=500, deadline=None, database=None, phases=[Phase.generate],
        derandomize=True, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases())
    def collect(case: Case) -> None:
        try:
            build_frame(case)
        except InfeasibleError:
            return  # refused before the commitment
        certificate = draw(case, f"{chance.randrange(10**12):012}")
        plans[certificate["result"]["plan"] is not None] += 1
        texts.append(as_text(f"case {len(texts)}", certificate, case))

    collect()
    agreed, told = check_in_node(tmp_path, texts)
    assert (agreed, told) == (len(texts), "")
    assert min(plans) >= 50
    assert sum(plans) >= 300


@pytest.mark.parametrize(("schools", "chosen"), [(60, 40), (200, 120), (400, 400)])
def test_larger_plans_agree(schools: int, chosen: int, tmp_path: Path) -> None:
    """Teams of three with two skills, every recusal and rotation, workloads within one: paths and levels are long."""
    case = make_province(schools, chosen)
    drawn = {digits: draw(case, digits) for digits in ("000000000001", "271828182845")}
    assert all(c["result"]["plan"] for c in drawn.values())
    texts = [as_text(digits, certificate, case) for digits, certificate in drawn.items()]
    assert check_in_node(tmp_path, texts) == (2, "")


def _swap(c: dict[str, Any]) -> None:
    one, other = c["result"]["plan"]["teams"][:2]
    one["members"], other["members"] = other["members"], one["members"]


def _no_plan(c: dict[str, Any]) -> None:
    c["result"] = {"plan": None, "reasons": [{}]}


def _constraint(c: dict[str, Any]) -> None:
    c["commitment"]["constraints"][0]["title"]["en"] = "whatever"


def _rule(c: dict[str, Any]) -> None:
    c["commitment"]["rules"]["gap"] = 9


@pytest.mark.parametrize(
    ("change", "code"),
    [(_swap, "DRAW054"), (_no_plan, "DRAW054"), (_constraint, "DRAW012"), (_rule, "DRAW012")],
)
def test_a_forged_plan_is_refused(
    change: Callable[[dict[str, Any]], None], code: str, tmp_path: Path
) -> None:
    """With every digest made anew; the seed of a changed commitment is another, which is told as well."""
    case = make_province(60, 20)
    certificate = copy.deepcopy(draw(case, "314159265358"))
    change(certificate)
    certificate["commitment"] = sign(certificate["commitment"])
    agreed, told = check_in_node(tmp_path, [as_text("forged", sign(certificate), case)])
    assert agreed == 0
    assert code in told
