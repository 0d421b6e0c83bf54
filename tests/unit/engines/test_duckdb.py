"""What the DuckDB engine promises beyond equal values: the same bytes each time, exact sides, exact values near a limit."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data
from duxue.engines.duckdb import Computation, Duck, exact_value
from duxue.engines.exact import Exactly
from duxue.engines.reference import Reference
from duxue.packs import schema
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan

BOTH = schema.Bilingual(zh="x", en="x")


def plan_of(
    *formulas: str,
    levels: tuple[str, ...] = ("school", "county"),
    derived: dict[str, str] | None = None,
    by: tuple[str, ...] = (),
) -> Plan:
    """Return a plan over rows (code, zone, a, b, money) with indicators I0, I1 ..."""
    fields = (
        schema.FieldSpec(id="code", type="code", title=BOTH),
        schema.FieldSpec(id="zone", type="category", title=BOTH, dimension="zone"),
        schema.FieldSpec(id="a", type="integer", title=BOTH, unit="1"),
        schema.FieldSpec(id="b", type="integer", title=BOTH, unit="1"),
        schema.FieldSpec(id="money", type="number", title=BOTH, unit="1", decimals=6),
    )
    extra = tuple(schema.Derived(id=i, title=BOTH, formula=f, unit="1") for i, f in (derived or {}).items())
    form = schema.Form(id="rows", title=BOTH, key=("code",), unit_field="code", fields=fields, derived=extra)
    values = (schema.Category(id="x", title=BOTH), schema.Category(id="y", title=BOTH))
    return build_plan(
        schema.Pack(
            id="p", version="1.0.0", title=BOTH, source=schema.Source(), forms=(form,),
            levels=(schema.Level(id="school", title=BOTH), schema.Level(id="county", title=BOTH)),
            dimensions=(schema.Dimension(id="zone", title=BOTH, values=values),),
            indicators=tuple(
                schema.IndicatorSpec(id=f"I{i}", title=BOTH, formula=f, unit="1", form="rows", levels=levels, by=by)
                for i, f in enumerate(formulas)
            ),
        )
    )  # fmt: skip


def data_of(rows: list[tuple[int | None, int | None, Decimal | None]], counties: int = 1) -> Data:
    """Return such rows, spread over counties in turn."""
    codes = [f"s{i:06d}" for i in range(len(rows))]
    units = [Unit(f"c{i}", same("c"), "county") for i in range(counties)]
    units += [Unit(code, same(code), "school", f"c{i % counties}") for i, code in enumerate(codes)]
    tree = UnitTree.build(("school", "county"), units)
    table = pa.table(
        {
            "code": pa.array(codes, pa.string()),
            "zone": pa.array(["xy"[i % 2] for i in range(len(rows))], pa.string()),
            "a": pa.array([r[0] for r in rows], pa.int64()),
            "b": pa.array([r[1] for r in rows], pa.int64()),
            "money": pa.array([r[2] for r in rows], pa.decimal128(38, 6)),
            "_row": pa.array(range(len(rows)), pa.int64()),
        }
    )
    return Data({"rows": table}, lambda _: tree)


def many(size: int) -> Data:
    """Return rows with awkward quotients, in an order given by a seed."""
    draw = random.Random(7)
    return data_of(
        [
            (draw.randint(1, 997), draw.randint(1, 89), Decimal(draw.randint(1, 10**9)) / 10**6)
            for _ in range(size)
        ],
        counties=7,
    )


FLOATING = (
    "sum(a / b)",
    "cv(a, per: b)",
    "cv(money)",
    "cv(a / b)",
    "gini(money, per: b)",
    "gini(a / b)",
    "mean(money / b)",
    "quantile(a / b, 0.37)",
)


def test_same_bytes_with_one_and_two_threads_and_in_any_order_of_rows() -> None:
    """Sums of quotients are sums of integers, so neither threads nor the order of rows can change the last bit."""
    plan, data = plan_of(*FLOATING, levels=("county",), by=("zone",)), many(20_000)
    first = [repr(v) for v in Duck(threads=1).values(plan, data, [2023])]
    assert [repr(v) for v in Duck(threads=2).values(plan, data, [2023])] == first
    order = list(range(data.tables["rows"].num_rows))
    random.Random(1).shuffle(order)
    shuffled = replace(data, tables={"rows": data.tables["rows"].take(order)})
    assert [repr(v) for v in Duck(threads=2).values(plan, shuffled, [2023])] == first


def test_sides_of_a_ratio_are_exact() -> None:
    """Numerator and denominator are fractions, so that the quotient can be decided exactly without the rows."""
    plan = plan_of("100 * sum(money) / sum(b)", levels=("county",))
    [value] = Duck().values(plan, data_of([(1, 3, Decimal("0.1")), (1, 4, Decimal("0.2"))]), [2023])
    assert (value.numerator, value.denominator) == (Fraction(30), Fraction(7))
    assert isinstance(value.numerator, Fraction)
    assert isinstance(value.value, float)


@pytest.mark.parametrize(
    "formula", ["sum(money) / sum(b)", "sum(a / b)", "cv(a, per: b)", "if(sum(a) > 10, mean(money), 0)"]
)
def test_exact_value_is_the_value_of_the_reference(formula: str) -> None:
    """Whatever the formula, near a limit the fraction decides."""
    plan, data = plan_of(formula, by=("zone",)), many(60)
    for fast, exact in zip(
        Duck().values(plan, data, [2023]), Reference().values(plan, data, [2023]), strict=True
    ):
        if fast.value is not None:
            assert exact_value(plan, data, fast) == exact.value


def test_exact_value_decides_a_tie_that_doubles_miss() -> None:
    """49 times a forty-ninth is one; a double says a little less."""
    plan, data = plan_of("sum(a / b)", levels=("county",)), data_of([(1, 49, None)] * 49)
    [value] = Duck().values(plan, data, [2023])
    assert exact_value(plan, data, value) == 1


def test_comparison_of_rows_is_exact() -> None:
    """49 x (1/49) >= 1 holds, and 0.1 + 0.2 equals 0.3, in conditions over rows."""
    plan = plan_of(
        "count_if(49 * (a / b) >= 1)",
        "count_if(money + 0.2 == 0.3)",
        "sum(floor(49 * (a / b)))",
        levels=("county",),
    )
    values = Duck().values(plan, data_of([(1, 49, Decimal("0.1"))] * 3), [2023])
    assert [v.value for v in values] == [3, 3, 3]


def test_cancelled_digits_are_computed_again() -> None:
    """A difference of nearly equal quotients keeps nine right digits, or is exactly 0."""
    plan = plan_of("sum(a / b) - 1", "cv(a / b) - cv(b / a)", levels=("county",))
    data = data_of([(1, 3, None), (1, 3, None), (1, 3, None)])
    assert [v.value for v in Duck().values(plan, data, [2023])] == [0, 0]


def test_sums_beyond_64_and_126_bits_are_right() -> None:
    """Integers grow to HUGEINT, and what no SQL integer holds goes to the reference engine."""
    big = 9 * 10**18
    plan = plan_of("sum(a)", "sum(a * a)", "sum(a * a * a)", "sum(a * b) / sum(a)", levels=("county",))
    data = data_of([(big, big, None), (big, 1, None), (-big, 5, None)])
    fast, exact = Duck().values(plan, data, [2023]), Reference().values(plan, data, [2023])
    assert [v.value for v in fast] == [pytest.approx(float(v.value or 0), rel=1e-12) for v in exact]
    assert fast[3].numerator == exact[3].numerator


def test_given_values_are_taken() -> None:
    """A published figure stands in the place of the computed one, and what refers to it follows."""
    plan = plan_of("sum(a)", "I0 + 1", levels=("county",))
    data = replace(data_of([(1, 1, None)]), given={("I0", "c0", 2023, ()): Fraction(5)})
    assert [v.value for v in Duck().values(plan, data, [2023])] == [5, 6]


def test_no_rows_and_no_years_give_no_values() -> None:
    """An empty table is not an error."""
    plan = plan_of("sum(a) / sum(b)", "cv(a, per: b)", "median(a)")
    assert Duck().values(plan, data_of([]), [2023]) == []
    assert Duck().values(plan, data_of([(1, 1, None)]), []) == []
    assert Duck().values(plan, replace(data_of([]), tables={}), [2023]) == []


def test_every_name_in_the_sql_is_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """No identifier of a pack reaches the database: forms, columns and indicators are numbered."""
    seen: list[str] = []
    run, fetch = Computation.run, Computation.fetch
    monkeypatch.setattr(Computation, "run", lambda self, sql: (seen.append(sql), run(self, sql))[1])
    monkeypatch.setattr(Computation, "fetch", lambda self, sql: (seen.append(sql), fetch(self, sql))[1])
    Duck().values(plan_of("sum(money) / sum(b)", derived={"extra": "a / b"}), many(5), [2023])
    text = " ".join(seen)
    assert text
    assert not any(word in text for word in ("money", "zone", "extra", "rows ", "I0"))


def test_restricted_rows_reach_through_portions() -> None:
    """A part of a whole needs the whole, wherever its rows stand."""
    plan, data = plan_of("sum(part)", derived={"part": "portion(a, within: zone)"}), many(40)
    exact = Exactly(plan, data)
    for value in Reference().values(plan, data, [2023]):
        assert value.year is not None
        assert exact.value(plan.indicators[0], value.level, value.unit, value.year, value.by) == value
