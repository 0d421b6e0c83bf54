"""The reference page of plans names exactly the parameters that each method has."""

from __future__ import annotations

import random
from pathlib import Path

from duxue.draws.methods import METHODS
from duxue.draws.wording import KINDS, PARAMS, say_params, say_part
from tests.unit.draws.kit import random_draw
from tools.draw_plans import PARAMS as TOLD
from tools.draw_plans import write_plans


def test_every_parameter_of_every_method_is_told(tmp_path: Path) -> None:
    """And said in words; a parameter that no method has is not."""
    found: dict[str, set[str]] = {}
    chance = random.Random(7)
    while {*found} != {*METHODS}:
        certificate, _ = random_draw(tmp_path, chance)
        commitment = certificate["commitment"]
        found[commitment["method"]] = {*commitment["params"]}
        titles = [title for title, _ in say_params(commitment["params"])]
        assert {t.en for t in titles} <= {t.en for t in PARAMS.values()}
        for declared, received in zip(commitment["seed"], certificate["parts"], strict=True):
            assert next(iter(say_part(declared, received)))[0] is KINDS[declared["kind"]]
    # A method without a waiting list has the parameter only in the form of the commitment.
    assert {m: p - {"reserve"} for m, p in found.items()} == {m: {*p} - {"reserve"} for m, p in TOLD.items()}
    assert {p for own in TOLD.values() for p in own} == {*PARAMS}


def test_the_page_holds_every_key() -> None:
    """Rules, tables and seed parts are taken from the program; a key without words ends the generation."""
    page = write_plans()
    for key in (
        "`least_per_stratum`",
        "`tenures`",
        "`not_before`",
        "`recusals`",
        "`overflow`",
        "{from_size, members}",
    ):
        assert key in page
