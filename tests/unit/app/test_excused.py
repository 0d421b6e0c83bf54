"""A unit that is excused is in the data and nowhere in the scores; its reason is printed; the round computes again to the byte."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from duxue.app.round_checks import open_stored, verify_round
from duxue.app.round_public import publish
from duxue.app.rounds import check_round, score
from duxue.core.errors import Refused
from tests.unit.app.small_round import write_small_round

OUT = "910200"
EXCUSED = f'excused:\n  "{OUT}": {{zh: 当年发生重大自然灾害, en: Struck by a disaster in the year}}\n'
TABLES = ("self.csv", "reviews.csv", "vetoes.csv")


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def excuse(file: Path, text: str = EXCUSED, *, rows: bool = True) -> Path:
    """Excuse a unit, and take out what was handed in of it unless `rows` is False."""
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    for name in TABLES if rows else ():
        path = file.parent / name
        head, *rest = lines(path)
        path.write_text("\n".join([head, *(row for row in rest if OUT not in row)]) + "\n", encoding="utf-8")
    return file


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refused(file: Path) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        check_round(file)
    return {(p.code, p.found) for p in caught.value.problems}


def test_an_excused_unit_is_neither_scored_nor_ranked_and_all_computes_again(tmp_path: Path) -> None:
    file = excuse(write_small_round(tmp_path / "in"))
    out, public = tmp_path / "out", tmp_path / "public"
    score(file, out, formats=("html",))
    ranking = table(out / "ranking.csv")
    assert {r["unit"] for r in ranking} == {"910100", "910300", "910400"}
    assert min(int(r["rank"]) for r in ranking) == 1
    assert max(int(r["rank_high"]) for r in ranking) <= 3
    for name in ("items.csv", "blocks.csv", "credibility.csv", "ledger.csv", "commendations.csv"):
        assert OUT not in {row.get("unit") for row in table(out / name)}, name
    publish(open_stored(out), public)
    for folder in (out, public):
        assert verify_round(open_stored(folder)).differences == ()
        report = (folder / "report" / "public").glob("*.html")
        text = "".join(path.read_text(encoding="utf-8") for path in report)
        assert "乙市（当年发生重大自然灾害）" in text
        assert "Struck by a disaster in the year" in text


def test_the_others_keep_their_points(tmp_path: Path) -> None:
    whole = check_round(write_small_round(tmp_path / "all")).scored
    fewer = check_round(excuse(write_small_round(tmp_path / "fewer"))).scored
    kept = {u.unit: u.final for u in whole.units if u.unit != OUT}
    assert {u.unit: u.final for u in fewer.units} == kept


def test_what_was_handed_in_of_an_excused_unit_is_told(tmp_path: Path) -> None:
    found = refused(excuse(write_small_round(tmp_path), rows=False))
    assert found == {("SCO049", OUT)}


def test_last_rounds_problems_of_an_excused_unit_are_passed_over(tmp_path: Path) -> None:
    file = excuse(write_small_round(tmp_path))
    assert any(OUT in row for row in lines(tmp_path / "last_round.csv"))
    assert OUT not in {entry.problem.unit for entry in check_round(file).ledger}


def test_an_excused_unit_that_is_not_in_the_data_is_told(tmp_path: Path) -> None:
    wrong = EXCUSED.replace(OUT, "919900")
    assert ("SCO007", "919900") in refused(excuse(write_small_round(tmp_path), wrong, rows=False))


def test_a_round_in_which_all_are_excused_is_refused(tmp_path: Path) -> None:
    every = "excused:\n" + "".join(f'  "910{n}00": {{zh: 免, en: excused}}\n' for n in range(1, 5))
    file = excuse(write_small_round(tmp_path), every, rows=False)
    (tmp_path / "practices.yaml").write_text("practices: {}\n", encoding="utf-8")
    assert ("SCO050", "4") in refused(file)
