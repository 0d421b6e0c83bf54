"""No figure is told under the name of a unit that the data do not reach, and a part is not shown as the whole."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.unit.cli.conftest import PACK, call

COUNTIES = ("371002", "371003", "370102")  # two of Weihai, one of Jinan


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registers and data of three counties of two cities."""
    folder = tmp_path_factory.mktemp("three") / "data"
    places = [arg for code in COUNTIES for arg in ("--place", code)]
    assert call("data", "synthesize", "--out", folder, *places, "--scale", "0.05").code == 0
    return folder


def keep(data: Path, out: Path, counties: tuple[str, ...]) -> Path:
    """Copy the data with the rows of some counties only; the register of areas stays whole."""
    out.mkdir()
    (out / "units.csv").write_bytes((data / "units.csv").read_bytes())
    for name in ("school.csv", "school_stage.csv"):  # the code of a school begins with that of its county
        head, *lines = (data / name).read_text(encoding="utf-8-sig").splitlines()
        kept = [line for line in lines if line.split(",")[1][:6] in counties]
        (out / name).write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    book = load_workbook(data / "county_year.xlsx")
    rows = list(book.active.iter_rows(values_only=True))
    with (out / "county_year.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *(r for r in rows[1:] if r[1] in counties)])
    return out


def evaluated(data: Path, out: Path) -> tuple[Any, list[dict[str, str]]]:
    """Evaluate; return what the command said and the rows of the results."""
    done = call("evaluate", "--pack", PACK, "--data", data, "--out", out, "--formats", "html", "--json")
    assert done.code == 0, done.out
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        return done.json, list(csv.DictReader(stream))


def test_one_county_is_not_shown_as_its_province(data: Path, tmp_path: Path) -> None:
    """Nothing is told of the city and the province above it; the reader is told why, also on asking for them."""
    said, rows = evaluated(keep(data, tmp_path / "data", COUNTIES[:1]), tmp_path / "out")
    assert {r["unit"] for r in rows if r["level"] != "school"} == {"371002"}
    assert not any("partial" in r["flags"] for r in rows)
    (note,) = said["notes"]
    assert note["en"].endswith("about Huancui only; nothing is computed for Weihai, Shandong.")
    assert "只涉及环翠区" in note["zh"]
    refused = call("explain", "370000", "L1", "--run", tmp_path / "out", "--json")
    assert [p["code"] for p in refused.json["problems"]] == ["APP001"]
    assert "about Huancui only" in refused.json["problems"][0]["what"]["en"]


def test_a_unit_with_silent_areas_is_marked_partial(data: Path, tmp_path: Path) -> None:
    """The register lists three counties of two cities; only those of one city sent data, then only one of each."""
    _, rows = evaluated(keep(data, tmp_path / "a", COUNTIES[1:]), tmp_path / "out-a")
    by_unit: dict[str, set[bool]] = {}
    for r in rows:
        if r["kind"] == "indicator" and r["status"] == "computed":
            by_unit.setdefault(r["unit"], set()).add("partial" in r["flags"].split())
    assert by_unit["370000"] == {True}  # 371002 is silent
    assert by_unit["371000"] == {True}
    assert by_unit["370100"] == {False}  # its only registered county sent data
    assert by_unit["371003"] == {False}
    explained = call(
        "explain", "371000", "L1", "--run", tmp_path / "out-a", "--by", "stage=primary", "--json"
    )
    assert "partial" in explained.json["explanations"][0]["flags"]


def test_whole_data_are_not_marked(data: Path, tmp_path: Path) -> None:
    """All that is registered sent data: no mark, no note, the province is told."""
    said, rows = evaluated(data, tmp_path / "out")
    assert said["notes"] == []
    assert not any("partial" in r["flags"] for r in rows)
    assert "370000" in {r["unit"] for r in rows}
