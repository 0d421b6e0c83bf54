"""The shipped packs over random data: whatever the cells, both engines give the same figures and findings."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data
from duxue.engines.duckdb import Duck
from duxue.engines.reference import Reference
from duxue.packs.catalogue import list_ids
from duxue.packs.loader import load
from duxue.packs.schema import FieldSpec, Form, Pack
from duxue.packs.scope import list_categories
from duxue.plan.build import build_plan
from tests.generative.test_engines_agree import facts, is_near

YEARS = (2022, 2023)
COUNTIES = ("c0", "c1", "c2")
SCHOOLS = tuple(f"s{i}" for i in range(9))
_TYPES = {"integer": pa.int64(), "boolean": pa.bool_(), "year": pa.int32()}


def _cell(draw: random.Random, field: FieldSpec, pack: Pack, empty: float) -> Any:
    if draw.random() < empty and not field.required:
        return None
    if field.type == "integer":
        return draw.choice([0, 1, draw.randint(0, 60), draw.randint(0, 300), draw.randint(1, 3000)])
    if field.type == "number":
        return Decimal(draw.randint(0, 10**6)) / (10 ** min(field.decimals, 4))
    if field.type == "boolean":
        return draw.random() < 0.8
    if field.type == "category":
        return draw.choice(list_categories(field, pack))
    return draw.choice(SCHOOLS) if field.id == "parent_school" else "c0"


def _codes(field: FieldSpec, pack: Pack) -> tuple[str, ...]:
    if field.type == "category":
        return list_categories(field, pack)
    return COUNTIES if "county" in field.id else SCHOOLS


def _table(draw: random.Random, form: Form, pack: Pack, empty: float) -> pa.Table:
    keys = [f for f in form.fields if f.id in form.key and f.id != form.period]
    rows = []
    for year, *key in itertools.product(YEARS if form.period else (None,), *(_codes(f, pack) for f in keys)):
        if draw.random() < 0.5 and len(keys) > 1:
            continue
        row = {f.id: _cell(draw, f, pack, empty) for f in form.fields}
        row |= dict(zip((f.id for f in keys), key, strict=True))
        if form.period:
            row[form.period] = year
        rows.append(row)
    columns = {
        f.id: pa.array(
            [r[f.id] for r in rows],
            pa.decimal128(38, f.decimals) if f.type == "number" else _TYPES.get(f.type, pa.string()),
        )
        for f in form.fields
    }
    return pa.table({**columns, "_row": pa.array(range(len(rows)), pa.int64())})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("id", list_ids())
def test_engines_agree_on_a_shipped_pack(id: str, seed: int) -> None:
    """Values, reasons, counts and violations, with no, few and many empty cells."""
    pack, draw = load(id).pack, random.Random(seed)
    units = [Unit("p", same("p"), "province"), Unit("y", same("y"), "city", "p")]
    units += [Unit(c, same(c), "county", "y") for c in COUNTIES]
    units += [Unit(s, same(s), "school", draw.choice(COUNTIES)) for s in SCHOOLS]
    tree = UnitTree.build([level.id for level in pack.levels], units)
    data = Data(
        {form.id: _table(draw, form, pack, (0.0, 0.02, 0.2)[seed]) for form in pack.forms}, lambda _: tree
    )
    plan = build_plan(pack)
    fast, exact = Duck().values(plan, data, [2023]), Reference().values(plan, data, [2023])
    assert [facts(v) for v in fast] == [facts(v) for v in exact]
    for a, b in zip(fast, exact, strict=True):
        assert is_near(a.value, b.value), (a, b)
        assert is_near(a.numerator, b.numerator), (a, b)
        assert is_near(a.denominator, b.denominator), (a, b)
    assert Duck().violations(plan, data) == Reference().violations(plan, data)
