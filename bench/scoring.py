"""How long a round takes to score, with its sensitivity draws, and its report to write; how both grow.

`python -m bench scoring` prints two tables. The scored round is made up from a fixed seed: half of the items are computed
by rules, half judged; all have a self score, an online and a field review. The report is that of the sample province, in
two editions, two languages and three formats, with its first 4, 8 and all 16 cities.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from duxue.app.round_report import view_of, write_view
from duxue.app.round_sample import write_round
from duxue.app.rounds import Opened, made_of, open_round, score
from duxue.app.stored import open_run
from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.packs.loader import load_text
from duxue.packs.schema import Pack
from duxue.results.model import Result
from duxue.scoring import tree
from duxue.scoring.figures import Figures
from duxue.scoring.model import ReviewScore, SelfScore
from duxue.scoring.rounds import RoundInputs, score_round
from duxue.scoring.sensitivity import Sheet, draw_ranks

SIZES = ((83, 25, 2_500), (166, 50, 5_000), (333, 100, 10_000))  # cities, items, draws
LIMIT_SECONDS, REPORT_LIMIT_SECONDS = 10.0, 60.0  # what issue 3 allows for the largest of each
CITIES = (4, 8, 16)
BLOCKS = 5

HEAD = """
id: x-bench
version: 1.0.0
title: {zh: 测速, en: Bench}
source: {number: 测速}
levels: [{id: city, title: {zh: 市, en: City}}, {id: province, title: {zh: 省, en: Province}}]
forms:
  - id: facts
    title: {zh: 表, en: Facts}
    key: [unit]
    unit_field: unit
    fields:
      - {id: unit, type: code, title: {zh: 单位, en: Unit}}
      - {id: n, type: number, unit: person, title: {zh: 数, en: Number}}
indicators:
  - {id: X, title: {zh: 数, en: X}, formula: sum(n), unit: person, form: facts, levels: [city, province], decimals: 1}
scoring:
  level: city
  review: {reviewers: 1, tolerance: 0.2}
  credibility: {method: M1}
  items:
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured at one size."""

    cities: int
    items: int
    draws: int
    score_seconds: float
    draw_seconds: float
    cpu_seconds: float  # of both together; what they take when nothing else runs


def make_pack(items: int) -> Pack:
    """Return a pack with `items` leaves in five blocks, every other one judged."""
    each = items // BLOCKS
    lines = []
    for block in range(BLOCKS):
        lines.append(
            f"    - id: B{block}\n      title: {{zh: 板块, en: Block}}\n      points: {each}\n      items:"
        )
        for n in range(each):
            rule = '{type: shortfall, of: X, meets: ">= 50", deduct: 0.1}' if n % 2 else "{type: judged}"
            lines.append(
                f"        - {{id: B{block}I{n}, title: {{zh: 项, en: Item}}, points: 1, rule: {rule}, verified: [online, field]}}"
            )
    return load_text(HEAD + "\n".join(lines) + "\n").pack


def measure(cities: int, items: int, draws: int) -> Row:
    """Score one made-up round and draw its ranks."""
    chance = random.Random(f"{cities} {items}")  # noqa: S311  # no secret depends on it
    pack = make_pack(items)
    assert pack.scoring is not None
    names = [f"C{n:04d}" for n in range(cities)]
    units = [Unit("P", same("P"), "province"), *(Unit(c, same(c), "city", "P") for c in names)]
    results = [
        Result(c, same(c), "city", 2023, (), "X", "indicator", Fraction(chance.randint(40, 60)), "computed", "")
        for c in names
    ]  # fmt: skip
    figures = Figures(pack, UnitTree.build(("city", "province"), units), results, 2023)
    leaves = [leaf.item.id for leaf in tree.leaves(pack.scoring)]
    claims = [SelfScore(c, i, Fraction(chance.randint(5, 10), 10)) for c in names for i in leaves]
    reviews = [
        ReviewScore(layer, c, i, "R1", Fraction(chance.randint(5, 10), 10), "x")
        for layer in ("online", "field")
        for c in names
        for i in leaves
    ]
    busy, start = time.process_time(), time.perf_counter()
    done = score_round(pack.scoring, RoundInputs(claims, reviews, {"R1": ""}), figures)
    scored_at = time.perf_counter()
    blocks = [n * BLOCKS // items for n in range(items)]
    by_city: dict[str, list[float]] = {}
    for item in done.scored.items:
        by_city.setdefault(item.unit, []).append(float(item.final))
    sheets = [Sheet(c, blocks, [max(p - 0.1, 0) for p in points], points) for c, points in by_city.items()]
    draw_ranks(sheets, BLOCKS, draws=draws, seed=1)
    return Row(
        cities, items, draws, scored_at - start, time.perf_counter() - scored_at, time.process_time() - busy
    )


def measure_report(folder: Path) -> list[tuple[int, float]]:
    """Return (cities, seconds) of writing the sample province's reports."""
    write_round(folder / "in")
    done = score(folder / "in" / "round.yaml", folder / "out")
    opened: Opened = open_round(
        folder / "out" / "inputs" / "round.yaml", open_run(folder / "out" / "evaluation").pack()
    )
    facts = made_of(opened, done.computed.evaluation, folder / "out", done.computed.tables)
    view = view_of(opened, done.computed, facts)
    rows = []
    for cities in CITIES:
        start = time.perf_counter()
        write_view(
            opened,
            replace(view, units=view.units[:cities]),
            folder / f"report-{cities}",
            ("html", "docx", "pdf"),
        )
        rows.append((cities, time.perf_counter() - start))
    return rows


def run(sizes: Sequence[tuple[int, int, int]] = SIZES) -> None:
    """Print both tables, each largest size against its limit."""
    print("cities  items   draws  score s  draws s    cpu s  growth")
    before = 0.0
    for size in sizes:
        row = measure(*size)
        grown = f"x {row.cpu_seconds / before:.1f}" if before else ""
        print(
            f"{row.cities:6} {row.items:6} {row.draws:7} {row.score_seconds:8.2f} {row.draw_seconds:8.2f} {row.cpu_seconds:8.2f}  {grown}"
        )
        before = row.cpu_seconds
    print(_told(before, LIMIT_SECONDS))
    print("\nreport: cities  seconds  growth (2 editions, 2 languages, html + docx + pdf)")
    with tempfile.TemporaryDirectory(prefix="duxue-") as folder:
        before = 0.0
        for cities, seconds in measure_report(Path(folder)):
            print(f"{cities:14} {seconds:8.2f}  {f'x {seconds / before:.1f}' if before else ''}")
            before = seconds
    print(_told(before, REPORT_LIMIT_SECONDS))


def _told(seconds: float, limit: float) -> str:
    return f"{seconds:.1f} s, {'within' if seconds <= limit else 'OVER'} the limit of {limit:.0f} s"


if __name__ == "__main__":
    run()
