"""Numbers of a pack are exact, also after they were kept as JSON."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import TypeAdapter

from duxue.packs import scoring
from duxue.packs.base import Exact
from duxue.packs.loader import load

NUMBER: TypeAdapter[Fraction] = TypeAdapter(Exact)


@pytest.mark.parametrize(
    "text", ["0.5", "-0.25", "3", "0.000000000000000000000000000001", "9" * 30 + "." + "9" * 30]
)
def test_a_number_kept_as_json_is_the_same_number(text: str) -> None:
    number = NUMBER.validate_python(text)
    assert NUMBER.validate_json(NUMBER.dump_json(number)) == number == Fraction(text)


def test_every_rule_of_the_sample_province_can_be_kept_as_json() -> None:
    rules = load("cn-duty-province-demo").pack.scoring
    assert rules is not None
    assert (
        scoring.Scoring.model_validate_json(rules.model_dump_json(by_alias=True, exclude_none=True)) == rules
    )
