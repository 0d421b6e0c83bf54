"""Every example of tests/spec/functions.py on every engine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.app.evaluating import rules_of
from duxue.engines.choose import NAMES, engine_named
from duxue.formula.functions import FUNCTIONS, GIVES
from duxue.packs.lint import lint
from duxue.plan.build import build_plan
from duxue.results.judge import judge
from tests.spec.functions import COUNTY, EXAMPLES, SCHOOL, YEAR, example_data, example_pack


def test_every_function_has_an_example_that_uses_it() -> None:
    """No function is without an example, and the example names the function."""
    assert set(EXAMPLES) == set(FUNCTIONS)
    assert all(f"{name}(" in example.formula for name, example in EXAMPLES.items())


def test_pack_of_the_examples_is_sound() -> None:
    """Every example stands in its place with the unit of measure that the page tells."""
    assert lint(example_pack()) == []


@pytest.mark.parametrize("engine", NAMES)
def test_examples_give_what_the_page_tells(engine: str) -> None:
    """Numbers to four places, conditions as true or false, verdicts as met or not."""
    loaded = example_pack()
    plan, data = build_plan(loaded.pack), example_data(loaded)
    values = engine_named(engine).values(plan, data, [YEAR])
    judged = judge(loaded.pack, values, rules_of(loaded.pack), data.tree, lambda v: Fraction(v.value or 0))
    found = {r.indicator.removeprefix("X_"): r for r in judged if r.unit in (SCHOOL, COUNTY)}
    for name, example in EXAMPLES.items():
        result = found[name]
        if example.place == "rule":
            assert (result.verdict == "met") is (example.value == "true"), name
            assert result.verdict in ("met", "not_met"), name
        elif example.unit:
            assert result.value is not None, name
            assert round(float(result.value), 4) == float(example.value), name
        else:
            assert result.value == (example.value == "true"), name


def test_arguments_of_the_table_are_those_of_the_signature() -> None:
    """Each argument that the page explains stands in the signature, and each keyword is explained."""
    for function in FUNCTIONS.values():
        assert function.gives in GIVES
        assert set(function.keywords) <= set(function.arguments)
        for name in function.arguments:
            assert name in function.signature, (function.name, name)
