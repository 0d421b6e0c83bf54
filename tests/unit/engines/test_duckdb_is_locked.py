"""The database that computes packs reaches nothing: no file, no extension, no setting, whatever a pack or a table holds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from duxue.core.errors import Refused
from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data
from duxue.engines.duckdb import Duck
from duxue.engines.reference import Reference
from duxue.engines.sql.pieces import text_literal
from duxue.packs import schema
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan

HOSTILE = (
    "'; DROP TABLE names; --",
    "' OR '1'='1",
    "x' UNION SELECT read_text('/etc/hostname') --",
    'say "no"',
    "back\\slash and \\' quote",
    "{rows} {keys} {unit} {0}",
    "k1 k2 c0 u0",
    "a\0b",
    "$1 ? %s :name",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}\u4e2d\u6587",
    "-- comment",
    "/* comment */",
)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '{file}.out'",
        "ATTACH '{file}.db'",
        "EXPORT DATABASE '{file}.dir'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "SET threads = 64",
        "SET temp_directory = '/tmp'",
        "RESET memory_limit",
        "PRAGMA enable_profiling = 'json'",
    ],
)
def test_statement_is_refused(statement: str, tmp_path: Path) -> None:
    """Even a statement that found its way into the database could not leave it or loosen its limits."""
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    con = Duck().connect()
    with pytest.raises(duckdb.Error):
        con.execute(statement.format(file=file)).fetchall()
    assert list(tmp_path.iterdir()) == [file]


def test_python_objects_are_not_tables() -> None:
    """A name in SQL never becomes a variable of the program."""
    secret = pa.table({"a": [1]})
    assert secret.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        Duck().connect().execute("SELECT * FROM secret")


def test_limits_are_those_asked_for() -> None:
    """Threads and memory are bounded by the caller."""
    con = Duck(threads=1, memory_limit="64MB").connect()
    assert con.execute("SELECT current_setting('threads')").fetchall() == [(1,)]
    assert con.execute("SELECT current_setting('memory_limit')").fetchall() == [("61.0 MiB",)]


def test_memory_limit_ends_a_computation() -> None:
    """What needs more memory than allowed fails and writes nothing to disk."""
    con = Duck(memory_limit="20MB").connect()
    with pytest.raises(duckdb.OutOfMemoryException):
        con.execute("SELECT count(DISTINCT i::VARCHAR) FROM range(3000000) t(i)").fetchall()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_is_data(text: str) -> None:
    """A literal equals the text it was made from, and nothing of it is read as SQL."""
    con = duckdb.connect()
    assert con.execute(f"SELECT {text_literal(text)} = ?", [text]).fetchall() == [(True,)]


def test_half_a_character_equals_nothing() -> None:
    """A lone surrogate cannot stand in any table; comparing with it is false, not an error."""
    assert duckdb.connect().execute(f"SELECT 'a' = {text_literal(chr(0xD800))}").fetchall() == [(False,)]


def _plan(formula: str, constants: tuple[schema.Constant, ...] = ()) -> Plan:
    both = schema.Bilingual(zh="x", en="x")
    fields = (
        schema.FieldSpec(id="code", type="code", title=both),
        schema.FieldSpec(id="select", type="text", title=both),  # a word of SQL is a fine name
        schema.FieldSpec(id="c0", type="integer", title=both, unit="1"),
        schema.FieldSpec(id="stage", type="category", title=both, dimension="stage"),
    )
    return build_plan(
        schema.Pack(
            id="p", version="1.0.0", title=both, source=schema.Source(),
            levels=(schema.Level(id="order", title=both), schema.Level(id="group", title=both)),
            dimensions=(schema.Dimension(id="stage", title=both, values=(schema.Category(id="x", title=both),)),),
            forms=(schema.Form(id="table", title=both, key=("code",), unit_field="code", fields=fields),), constants=constants,
            indicators=(
                schema.IndicatorSpec(id="from", title=both, formula=formula, unit="1", form="table", levels=("order", "group"), by=("stage",)),
            ),
        )
    )  # fmt: skip


def _data(codes: list[str], texts: list[str]) -> Data:
    units = [Unit("top", same("top"), "group"), *(Unit(code, same(code), "order", "top") for code in codes)]
    tree = UnitTree.build(("order", "group"), units)
    table = pa.table(
        {
            "code": codes, "select": texts, "c0": pa.array(range(len(codes)), pa.int64()), "stage": texts,
            "_row": pa.array(range(len(codes)), pa.int64()),
        }
    )  # fmt: skip
    return Data({"table": table}, lambda _: tree)


def test_hostile_codes_and_categories_come_back_unchanged() -> None:
    """Units and breakdowns with quotes, NULs and SQL in them are grouped and returned as they are."""
    data = _data(list(HOSTILE), list(HOSTILE))
    plan = _plan("sum(c0)")
    fast, exact = Duck().values(plan, data, [2023]), Reference().values(plan, data, [2023])
    assert [(v.unit, v.by, v.value) for v in fast] == [(v.unit, v.by, v.value) for v in exact]
    assert {v.unit for v in fast} == {*HOSTILE, "top"}


@pytest.mark.parametrize(
    "text", [t for t in HOSTILE if "\0" not in t and not ("'" in t and '"' in t)], ids=repr
)
def test_hostile_text_in_a_formula_is_compared(text: str) -> None:
    """A condition on such a text counts exactly the rows that hold it."""
    quote = "'" if '"' in text else '"'
    try:
        plan = _plan(f"count_if(select == {quote}{text}{quote})")
    except Refused:
        pytest.skip("the language refuses this text")
    data = _data([f"s{i}" for i in range(len(HOSTILE))], list(HOSTILE))
    found = [v for v in Duck().values(plan, data, [2023]) if v.level == "group"]
    assert {v.by[0][1] for v in found if v.value == 1} == {text}


def test_hostile_region_and_dimension_of_a_constant() -> None:
    """Values of constants may name any region and breakdown; only equal ones hold."""
    both = schema.Bilingual(zh="x", en="x")
    values = [schema.ConstantValue(value="7", by={"stage": t}, region=t) for t in HOSTILE]
    plan = _plan("sum(c0 * k)", (schema.Constant(id="k", title=both, values=tuple(values)),))
    data = _data(list(HOSTILE), list(HOSTILE))
    fast, exact = Duck().values(plan, data, [2023]), Reference().values(plan, data, [2023])
    assert [(v.unit, v.value, v.reason) for v in fast] == [(v.unit, v.value, v.reason) for v in exact]
    assert any(v.value for v in fast)


@pytest.mark.parametrize(
    "formula",
    [
        "read_text('/etc/hostname')",
        "sum(read_csv('x'))",
        "sum(c0); DROP TABLE x",
        "getenv('HOME')",
        "sum(_row)",
    ],
)
def test_formula_has_no_functions_of_the_database(formula: str) -> None:
    """The language refuses what is not its own, before any SQL is written."""
    with pytest.raises(Refused):
        _plan(formula)
