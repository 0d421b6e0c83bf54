"""The synthetic round: complete, repeatable, and the method finds the three cities that claim too much."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from duxue.app.round_sample import OURS, write_round
from duxue.app.rounds import score
from duxue.core.digest import of_file
from duxue.core.errors import Refused

SCALE = 0.2  # a fifth of the schools: every level of education is still there in every city
Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round, written."""
    folder = tmp_path_factory.mktemp("sample") / "round"
    write_round(folder, 2023, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def scored(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, scored."""
    out = tmp_path_factory.mktemp("scored") / "out"
    score(sample / "round.yaml", out)
    return out


def table(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_same_seed_same_bytes(sample: Path, tmp_path: Path) -> None:
    write_round(tmp_path / "again", 2023, scale=SCALE)
    for path in sorted(p for p in sample.rglob("*") if p.is_file()):
        assert of_file(path) == of_file(tmp_path / "again" / path.relative_to(sample)), path.name
    assert {p.name for p in sample.iterdir()} <= OURS


def test_the_three_over_claiming_cities_are_found(sample: Path, scored: Path) -> None:
    key = json.loads((sample / "over_claims.json").read_text(encoding="utf-8"))["cities"]
    whole = {r["unit"]: float(r["credibility"]) for r in table(scored / "credibility.csv") if not r["block"]}
    lowest = sorted(whole, key=lambda unit: whole[unit])[:3]
    assert sorted(lowest) == sorted(key)
    assert len(key) == 3
    assert max(whole[city] for city in key) < 0.95
    assert min(value for city, value in whole.items() if city not in key) > 0.98


def test_each_planted_claim_stands_among_the_gaps_with_its_size(sample: Path, scored: Path) -> None:
    gaps = {(r["unit"], r["item"]): float(r["gap"]) for r in table(scored / "gaps.csv")}
    key = json.loads((sample / "over_claims.json").read_text(encoding="utf-8"))["cities"]
    planted = {(city, claim["item"]): float(claim["by"]) for city, claims in key.items() for claim in claims}
    assert all(gaps[place] == pytest.approx(by, abs=2e-6) for place, by in planted.items())
    assert min(planted.values()) > max(gap for place, gap in gaps.items() if place not in planted)


def test_scores_and_grades_are_sensible(scored: Path) -> None:
    rows = table(scored / "ranking.csv")
    finals = [float(r["final"]) for r in rows]
    assert len(rows) == 16
    assert 70 < min(finals) < 82
    assert 90 < max(finals) < 98
    assert all(float(r["final"]) <= float(r["self"]) for r in rows)


def test_one_veto_is_in_force_and_one_withdrawn(scored: Path) -> None:
    vetoes = {r["veto"]: r for r in table(scored / "vetoes.csv")}
    assert (vetoes["difference"]["appeal"], vetoes["unsafe"]["appeal"]) == ("none", "withdrawn")
    assert vetoes["difference"]["before"] != vetoes["difference"]["after"]
    assert vetoes["unsafe"]["before"] == vetoes["unsafe"]["after"]
    assert vetoes["physique"]["decided_by"] == "data"


def test_every_fall_is_explained_and_satisfaction_has_its_interval(scored: Path) -> None:
    falls = table(scored / "falls.csv")
    assert len(falls) >= 8
    assert all(float(r["value"]) < 0 and r["cause"] and float(r["amount"]) > 0 for r in falls)
    for row in table(scored / "survey.csv"):
        assert float(row["low"]) < float(row["satisfaction"]) < float(row["high"])
        assert int(row["valid"]) + int(row["unknown"]) == 1000


def change(path: Path, pattern: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    other = re.sub(pattern, new, text, count=1)
    assert other != text
    path.write_text(other, encoding="utf-8")


def test_what_does_not_hold_together_is_refused_at_once(sample: Path, tmp_path: Path) -> None:
    """A fall without explanation, an answer that became another, and a count that was raised by hand: nothing is written."""
    folder = Path(shutil.copytree(sample, tmp_path / "changed"))
    change(folder / "explanations.csv", r"\n.*education_growth.*", "")
    change(folder / "survey.csv", r"370100,parent(.*)overall,satisfied", r"370100,parent\g<1>overall,mostly")
    change(folder / "data" / "duty_survey.csv", r"(370200,家长,满意,\d+)", r"\g<1>0")
    with pytest.raises(Refused) as caught:
        score(folder / "round.yaml", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    found = [p.code for p in caught.value.problems]
    assert found == ["SCO019", "SCO026", "SCO026", "SCO026"]


def test_everything_says_that_it_is_synthetic(sample: Path) -> None:
    assert "synthetic: true" in (sample / "round.yaml").read_text(encoding="utf-8")
    assert all("合成" in r["title"] for r in table(sample / "evidence.csv"))
    assert all("合成" in r["reason"] for r in table(sample / "reviews.csv"))
    assert "SYNTHETIC" in (sample / "data" / "DUTY.md").read_text(encoding="utf-8")
