"""The engines give the same values, reasons and counts for whatever pack and data are drawn."""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, note, settings

from duxue.engines.duckdb import Duck
from duxue.engines.reference import Reference
from duxue.results.model import Value
from tests.generative.worlds import World, worlds

# DUXUE_EXAMPLES=5000 searches longer, with new draws each time; without it the draws are the same everywhere.
LONG = int(os.environ.get("DUXUE_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=LONG or 200,
    derandomize=not LONG,
    database=None,
    deadline=timedelta(seconds=60),
    print_blob=False,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.large_base_example,
    ],
)


def is_near(a: object, b: object) -> bool:
    """Return whether a double stands for a fraction: to 1e-9 relative, or 1e-12 where the fraction is next to 0."""
    if a is None or b is None:
        return a is b
    exact = float(b)  # type: ignore[arg-type]
    return abs(float(a) - exact) <= 1e-9 * abs(exact) + 1e-12  # type: ignore[arg-type]


def facts(value: Value) -> tuple[object, ...]:
    """Return what must be equal without any tolerance."""
    return (
        value.indicator, value.unit, value.level, value.year, value.by, value.reason, value.detail, value.rows, value.left_out,
    )  # fmt: skip


@PROFILE
@given(worlds())
def test_duckdb_gives_what_the_reference_gives(world: World) -> None:
    """Equal status, reason, detail and counts; equal numbers within a double's reach."""
    note(repr(world))
    fast = Duck().values(world.plan, world.data, [2022, 2023])
    exact = Reference().values(world.plan, world.data, [2022, 2023])
    assert [facts(v) for v in fast] == [facts(v) for v in exact]
    for a, b in zip(fast, exact, strict=True):
        for x, y in ((a.value, b.value), (a.numerator, b.numerator), (a.denominator, b.denominator)):
            assert is_near(x, y), (a, b)


@PROFILE
@given(worlds())
def test_duckdb_finds_the_violations_that_the_reference_finds(world: World) -> None:
    """Equal ordinals of the rows that break each check."""
    note(repr(world))
    assert Duck().violations(world.plan, world.data) == Reference().violations(world.plan, world.data)
