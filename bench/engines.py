"""The DuckDB engine beside hand-written SQL for the same outputs, and beside the reference engine.

The task: the seven resource indicators of 教督〔2017〕6号 by stage for schools, counties, cities and the province, and the
seven coefficients of variation by county, each with numerator, denominator, rows, rows left out and scope. The rival is
one query as an analyst would write it for this task alone, in doubles. Both read the same Arrow tables and give Arrow
columns in the same order; that they are equal is checked before anything is timed. Each size runs in a process of its
own, so that the peak of its memory is its own.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data
from duxue.engines.duckdb import Computation, Duck
from duxue.engines.reference import Reference
from duxue.packs.loader import load
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan

SIZES = (13_000, 130_000, 1_300_000)
YEAR = 2023
RATIOS = [f"L{i}" for i in range(1, 8)]
SPREADS = [f"{i}_cv" for i in RATIOS]
ROUNDS = 5

_GENERATE = """
    SELECT CAST({year} AS INTEGER) AS year, 's' || lpad(CAST(s AS VARCHAR), 8, '0') AS school_code, 'school ' || s AS school_name,
        'c' || lpad(CAST(hash(s, 1) % {counties} AS VARCHAR), 5, '0') AS county_code,
        CASE hash(s, 2) % 100 WHEN 0 THEN 'special' WHEN 1 THEN 'vocational' WHEN 2 THEN 'teaching_point'
            ELSE CASE hash(s, 3) % 3 WHEN 0 THEN 'nine_year' WHEN 1 THEN 'junior' ELSE 'primary' END END AS kind,
        CASE hash(s, 4) % 3 WHEN 0 THEN 'urban' WHEN 1 THEN 'town' ELSE 'rural' END AS locale,
        TRUE AS counts_as_school, hash(s, 5) % 20 = 0 AS dense_inner_city,
        CASE WHEN hash(s, 6) % 500 > 0 THEN CAST(500 + hash(s, 7) % 900000 / 100 AS DECIMAL(18, 2)) END AS teaching_area,
        CAST(hash(s, 8) % 30000 / 100 AS DECIMAL(18, 2)) AS indoor_sports_area,
        CAST(hash(s, 9) % 2000000 / 100 AS DECIMAL(18, 2)) AS sports_ground_area,
        CAST(hash(s, 10) % 50000 / 100 AS DECIMAL(18, 2)) AS extra_sports_area,
        CASE WHEN hash(s, 11) % 700 > 0 THEN CAST(hash(s, 12) % 900000000 / 1000000 AS DECIMAL(18, 6)) END AS equipment_value,
        CAST(hash(s, 13) % 80 AS BIGINT) AS multimedia_rooms
    FROM range({schools}) t(s)
"""
_STAGES = """
    SELECT s.year, s.school_code, t.stage, CAST(20 + hash(s.school_code, t.stage, 1) % 1500 AS BIGINT) AS pupils,
        CAST(h % 90 AS BIGINT) AS teachers_bachelor, CAST(h // 100 % 20 AS BIGINT) AS teachers_associate,
        CAST(h // 3000 % 9 AS BIGINT) AS teachers_master, CAST(h // 50000 % 2 AS BIGINT) AS teachers_doctor,
        CASE WHEN h % 400 > 0 THEN CAST(h // 70000 % 12 AS BIGINT) END AS teachers_backbone,
        CAST(h // 900000 % 8 AS BIGINT) AS teachers_pe, CAST(h // 9100000 % 5 AS BIGINT) AS teachers_music,
        CAST(h // 51000000 % 5 AS BIGINT) AS teachers_fine_art, CAST(h // 200000000 % 2 AS BIGINT) AS teachers_arts,
        CAST(h // 600000000 % 3 AS BIGINT) AS teachers_shared
    FROM school s JOIN (VALUES ('primary'), ('junior')) t(stage)
        ON s.kind = 'nine_year' OR t.stage = CASE WHEN s.kind = 'junior' THEN 'junior' ELSE 'primary' END
    , LATERAL (SELECT hash(s.school_code, t.stage, 2) AS h)
"""


@cache
def shipped_plan() -> tuple[Any, Plan]:
    """Return the shipped pack and the plan of its fourteen figures."""
    pack = load("cn-compulsory-balance").pack
    return pack, build_plan(pack, only=RATIOS + SPREADS)


def generate(stage_rows: int) -> tuple[Data, dict[str, pa.Table]]:
    """Return synthetic accepted data of about `stage_rows` rows, and the same tables with the units for the rival."""
    pack, _ = shipped_plan()
    con = duckdb.connect()
    schools = int(stage_rows / 1.324)
    counties = max(schools // 170, 4)
    school = con.execute(_GENERATE.format(year=YEAR, schools=schools, counties=counties)).to_arrow_table()
    con.register("school", school)
    stage = con.execute(_STAGES).to_arrow_table()
    tables = {}
    for form in pack.forms:
        made = {"school": school, "school_stage": stage}.get(form.id)
        rows = made.num_rows if made is not None else 0
        columns = {}
        for f in form.fields:
            kind = {"integer": pa.int64(), "boolean": pa.bool_(), "year": pa.int32()}.get(f.type, pa.string())
            kind = pa.decimal128(38, f.decimals) if f.type == "number" else kind
            if made is not None and f.id in made.column_names:
                columns[f.id] = made.column(f.id).cast(kind)
            else:
                columns[f.id] = pa.nulls(rows, kind)
        tables[form.id] = pa.table({**columns, "_row": pa.array(range(rows), pa.int64())})
    cities = [f"y{i:03d}" for i in range(max(counties // 9, 1))]
    units = [Unit("p", same("p"), "province"), *(Unit(y, same(y), "city", "p") for y in cities)]
    units += [Unit(f"c{i:05d}", same("c"), "county", cities[i % len(cities)]) for i in range(counties)]
    name = same("school")
    pairs = zip(
        school.column("school_code").to_pylist(), school.column("county_code").to_pylist(), strict=True
    )
    units += [Unit(code, name, "school", county) for code, county in pairs]
    tree = UnitTree.build([level.id for level in pack.levels], units)
    county_rows = pa.table(
        {
            "county": [f"c{i:05d}" for i in range(counties)],
            "city": [cities[i % len(cities)] for i in range(counties)],
        }
    )
    return Data(tables, lambda _: tree), {**tables, "county": county_rows}


_RESOURCES = {
    "L1": "teachers_bachelor + teachers_master + teachers_doctor + CASE WHEN stage = 'primary' THEN teachers_associate ELSE 0 END",
    "L2": "teachers_backbone",
    "L3": "teachers_pe + teachers_music + teachers_fine_art + teachers_arts"
    " + CASE WHEN locale = 'rural' AND compulsory >= 50 AND compulsory < 100 THEN teachers_shared ELSE 0 END",
    "L4": "CASE WHEN teaching_area < indoor_sports_area THEN 0 ELSE teaching_area - indoor_sports_area END * share",
    "L5": "(sports_ground_area + indoor_sports_area + CASE WHEN dense_inner_city THEN extra_sports_area ELSE 0 END) * share",
    "L6": "equipment_value * share",
    "L7": "multimedia_rooms * share",
}
_FACTORS = {"L1": 100, "L2": 100, "L3": 100, "L4": 1, "L5": 1, "L6": 10000, "L7": 100}
_JOINED = """
    CREATE TEMP TABLE joined AS
    WITH totals AS (
        SELECT school_code, sum(pupils) AS compulsory, sum(pupils * CASE stage WHEN 'junior' THEN 1.1 ELSE 1.0 END) AS weighted
        FROM school_stage WHERE year = {year} AND stage IN ('primary', 'junior') GROUP BY school_code
    ), split AS (
        SELECT *, CAST(pupils * CASE stage WHEN 'junior' THEN 1.1 ELSE 1.0 END AS DOUBLE) / CAST(weighted AS DOUBLE) AS share
        FROM school_stage JOIN totals USING (school_code) WHERE year = {year} AND stage IN ('primary', 'junior')
    )
    SELECT t.school_code AS school, s.county_code AS county, c.city, stage, pupils, {resources},
        CASE WHEN kind = 'special' THEN 0 WHEN kind = 'vocational' THEN 1
            WHEN kind = 'teaching_point' AND compulsory < 50 THEN 2 END AS rule
    FROM split t JOIN school s ON s.school_code = t.school_code AND s.year = t.year JOIN county c ON c.county = s.county_code
"""
_SUMMED = """
    CREATE TEMP TABLE summed AS
    SELECT CASE WHEN GROUPING(school) = 0 THEN 0 WHEN GROUPING(county) = 0 THEN 1 WHEN GROUPING(city) = 0 THEN 2 ELSE 3 END AS lv,
        coalesce(school, county, city, 'p') AS unit, stage, count(*) FILTER (rule IS NULL) AS n, min(rule) AS rule, {sums}
    FROM joined GROUP BY GROUPING SETS ((school, stage), (county, stage), (city, stage), (stage))
"""


def run_rival(tables: dict[str, pa.Table]) -> list[pa.Table]:
    """Return what the hand-written SQL gives: the ratios of all levels, and the spreads of counties."""
    sums = ", ".join(
        f"sum({i}) FILTER (rule IS NULL) AS {i}_n, sum(pupils) FILTER (rule IS NULL AND {i} IS NOT NULL) AS {i}_d, "
        f"count(*) FILTER (rule IS NULL AND {i} IS NULL) AS {i}_left"
        for i in RATIOS
    )
    resources = ", ".join(f"CAST({sql} AS DOUBLE) AS {i}" for i, sql in _RESOURCES.items())
    values = ", ".join(
        f"{_FACTORS[i]} * {i}_n / nullif({i}_d, 0) AS {i}, {i}_n, {i}_d, {i}_left" for i in RATIOS
    )
    means = ", ".join(f"{i}_n / nullif({i}_d, 0) AS {i}_m, {i}_d, {i}_left" for i in RATIOS)
    spreads = ", ".join(
        f"sqrt(sum(pupils * power({i} / pupils - {i}_m, 2)) / any_value({i}_d)) / any_value({i}_m) AS {i}_cv, "
        f"any_value({i}_left) AS {i}_left"
        for i in RATIOS
    )
    con = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
    for name in ("school", "school_stage", "county"):
        con.register(name, tables[name])
    con.execute(_JOINED.format(year=YEAR, resources=resources)).fetchall()
    con.execute(_SUMMED.format(sums=sums)).fetchall()
    selects = (
        f"SELECT lv, unit, stage, n, rule, {values} FROM summed ORDER BY lv DESC, unit, stage",
        f"""SELECT county, j.stage, count(*) AS n, {spreads}
        FROM joined j JOIN (SELECT unit, stage, {means} FROM summed WHERE lv = 1) m ON m.unit = j.county AND m.stage = j.stage
        WHERE rule IS NULL GROUP BY county, j.stage ORDER BY county, j.stage""",
    )
    found = [con.execute(sql).to_arrow_table() for sql in selects]
    con.close()
    return found


def run_columns(plan: Plan, data: Data) -> list[tuple[Any, pa.Table]]:
    """Return what the engine gives before values are made of it: each frame with its rows."""
    with Computation(plan, data, [YEAR], Duck().connect()) as work:
        return list(work.tables(set()))


def check_equal(frames: list[tuple[Any, pa.Table]], rival: list[pa.Table]) -> int:
    """Return the number of figures compared; the two must agree to 1e-9."""
    compared = 0
    for frame, found in frames:
        rows, other = found, rival[0 if len(frame.levels) == 4 else 1]
        if len(frame.levels) == 1:  # the rival's spreads tell only of counties with schools in scope
            rows = found.filter(pc.greater(found.column("n"), 0))
        assert (
            rows.column("u").to_pylist()
            == other.column("unit" if "unit" in other.column_names else "county").to_pylist()
        )
        assert rows.column("n").to_pylist() == other.column("n").to_pylist()
        for w in frame.written:
            pairs = [(rows.column(w.value), other.column(w.plan.id))]
            pairs.append((rows.column(w.left_out), other.column(w.plan.id.removesuffix("_cv") + "_left")))
            for mine, theirs in pairs:
                a, b = mine.cast(pa.float64()), theirs.cast(pa.float64())
                assert a.null_count == b.null_count
                gap = pc.abs(pc.subtract(a, b))
                assert (
                    pc.all(pc.less_equal(gap, pc.add(pc.multiply(pc.abs(b), 1e-9), 1e-12))).as_py() is True
                ), w.plan.id
                compared += len(a)
    return compared


def time_in_turns(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the shortest run of each task in seconds; they take turns, so that a busy machine is busy for all."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            start = time.perf_counter()
            task()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def peak() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(size: int, what: str) -> dict[str, float]:
    """Return figures of one size; what = time, reference, or the memory of one of: columns, rival, values."""
    _, plan = shipped_plan()
    data, tables = generate(size)
    tasks: dict[str, Callable[[], object]] = {
        "columns": lambda: run_columns(plan, data),
        "rival": lambda: run_rival(tables),
        "values": lambda: Duck().values(plan, data, [YEAR]),
    }
    found: dict[str, float] = {"rows": tables["school_stage"].num_rows}
    if what == "time":
        found["compared"] = check_equal(run_columns(plan, data), run_rival(tables))
        last = tasks.pop("values")
        found |= time_in_turns(tasks, 7 if size < 1_000_000 else 4)
        return found | time_in_turns({"values": last}, 2)
    if what == "reference":
        return found | time_in_turns({"reference": lambda: Reference().values(plan, data, [YEAR])}, 1)
    before = peak()
    tasks[what]()
    found["peak"] = peak() - before
    return found


def measure_apart(size: int, what: str) -> dict[str, float]:
    """Return the same from a process of its own."""
    command = [sys.executable, "-m", "bench.engines", str(size), what]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run() -> None:
    """Print the table."""
    print(
        "Seven ratios at four levels by stage and seven county spreads; 2 threads, shortest of several runs taken in turns."
    )
    print(
        "   rows |  engine s  by hand s  ratio |  engine MB  by hand MB | as values s        MB | figures found equal"
    )
    last: tuple[float, float] | None = None
    smallest = 0.0
    for size in SIZES:
        found = measure_apart(size, "time")
        memory = {what: measure_apart(size, what)["peak"] for what in ("columns", "rival", "values")}
        mine, theirs = found["columns"], found["rival"]
        growth = "" if last is None else f"   x{size / last[0]:.0f} rows: x{mine / last[1]:.1f} time"
        print(
            f"{found['rows']:>8.0f}|{mine:>10.3f} {theirs:>10.3f} {mine / theirs:>6.2f} |{memory['columns']:>11.0f} {memory['rival']:>11.0f} |"
            f"{found['values']:>12.3f} {memory['values']:>9.0f} | {found['compared']:.0f}{growth}",
            flush=True,
        )
        last = size, mine
        smallest = smallest or found["values"]
    reference = measure_apart(SIZES[0], "reference")
    ratio = reference["reference"] / smallest
    print(
        f"reference engine, {reference['rows']:.0f} rows: {reference['reference']:.2f} s, {ratio:.0f} times the DuckDB engine"
    )


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
