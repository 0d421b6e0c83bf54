"""Every rule of tests/spec/semantics.py on every engine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.engines.choose import NAMES, engine_named
from tests.spec.semantics import RULES, YEAR, Rule, data_of, plan_of


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.title)
def test_rule_holds(rule: Rule, engine: str) -> None:
    """The engine gives the values, the reasons and the numbers of rows left out that the rule tells, and no others."""
    values = engine_named(engine).values(plan_of(rule), data_of(rule), [YEAR])
    found = {" ".join([v.unit, *(word for _, word in v.by)]): v for v in values}
    assert set(found) == set(rule.expected)
    for unit, expected in rule.expected.items():
        value = found[unit]
        if value.value is None:
            assert value.reason == expected
        elif engine == "reference":
            assert value.value == Fraction(expected)
        else:
            assert float(value.value) == pytest.approx(float(Fraction(expected)), rel=1e-12, abs=1e-15)
    assert {unit: found[unit].left_out for unit in rule.left_out} == rule.left_out


def test_titles_are_unique() -> None:
    """A title is a heading of the reference page."""
    assert len({rule.title for rule in RULES}) == len(RULES)
