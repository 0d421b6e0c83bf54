"""The invented results of national monitoring: whole, between their bounds, and good in the leading counties."""

from __future__ import annotations

import csv
from pathlib import Path

from duxue.microdata.synthetic import synthesize


def test_monitoring_of_a_sample_city(tmp_path: Path) -> None:
    """Six subjects in two stages and two years for each county; leading counties miss the mark nowhere."""
    made = synthesize(tmp_path, cities=["370200"], scale=0.02)
    with (tmp_path / "monitoring.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    keys = {tuple(list(row.values())[:4]) for row in rows}
    assert len(rows) == len(keys) == len(made.counties) * 2 * 2 * 6
    assert {row["学业水平等级"] for row in rows} <= {"2", "3", "4"}
    missed = {
        row["受监测县代码"]
        for row in rows
        if int(row["学业水平等级"]) < 3 or float(row["校际差异率"]) >= 0.15
    }
    assert made.leading
    assert not missed & {*made.leading}


def test_monitoring_follows_from_the_seed(tmp_path: Path) -> None:
    """Another seed gives other results of monitoring, the same seed the same bytes."""
    texts = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        synthesize(tmp_path / name, seed=seed, counties=["370202"], scale=0.02)
        texts.append((tmp_path / name / "monitoring.csv").read_bytes())
    assert texts[0] == texts[1] != texts[2]
