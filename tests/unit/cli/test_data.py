"""data check, import, show, synthesize; and that the planted faults are found, none invented."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from duxue.app.importing import check_folder
from duxue.app.sample import compare_faults
from duxue.microdata.synthetic import Fault
from duxue.packs.loader import load
from tests.unit.cli.conftest import PACK, call


def test_clean_data_are_accepted(county: Path) -> None:
    """What was matched is shown; exit code 0."""
    done = call("data", "check", county, "--pack", PACK)
    assert done.code == 0
    assert "school_stage.csv" in done.out
    assert "would be accepted" in done.out


def test_faults_are_told_with_their_cells(faulty: Path, tmp_path: Path) -> None:
    """Exit code 1; the first ones are shown, the whole list is saved where asked, JSON has all."""
    listing = tmp_path / "problems.csv"
    done = call("data", "check", faulty, "--pack", PACK, "--list", listing, lang="zh")
    assert done.code == 1
    assert "另有" in done.out
    assert str(listing) in done.out
    with listing.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = call("data", "check", faulty, "--pack", PACK, "--json")
    assert found.code == 1
    assert len(found.json["problems"]) == len(rows) > 40
    assert {"级别", "文件", "行", "列", "处理办法"} <= set(rows[0])
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_every_planted_fault_is_found_and_none_invented(faulty: Path) -> None:
    """By place: file, row, and field or check."""
    with (faulty / "_planted" / "faults.csv").open(encoding="utf-8", newline="") as stream:
        faults = [Fault(**{**row, "row": int(row["row"])}) for row in csv.DictReader(stream)]  # type: ignore[arg-type]
    checked = check_folder(load(PACK), faulty)
    compared = compare_faults(faults, checked.problems)
    assert len(faults) > 70
    assert compared.ok, (compared.missed, compared.invented)
    some = compare_faults(faults[1:], checked.problems)
    assert len(some.invented) >= 1
    assert not compare_faults(faults, checked.problems[1:]).ok


def test_import_keeps_the_same_content_once(county: Path, tmp_path: Path) -> None:
    """The second import says so."""
    first = call("data", "import", county, "--pack", PACK, "--store", tmp_path / "store", "--json")
    again = call("data", "import", county, "--pack", PACK, "--store", tmp_path / "store", "--json")
    assert (first.code, again.code) == (0, 0)
    assert (first.json["again"], again.json["again"]) == (False, True)
    assert first.json["folder"] == again.json["folder"]
    assert len(list((tmp_path / "store").iterdir())) == 1
    shown = call("data", "show", first.json["folder"], "--json").json
    assert shown["id"] == first.json["id"]
    assert shown["years"] == [2022, 2023]
    assert "school_stage" in call("data", "show", first.json["folder"]).out


def test_faulty_data_are_not_imported(faulty: Path, tmp_path: Path) -> None:
    """Whole or not at all."""
    done = call("data", "import", faulty, "--pack", PACK, "--store", tmp_path / "store")
    assert done.code == 1
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("name", ["empty", "garbage", "binary"])
def test_hostile_folders_are_refused(name: str, tmp_path: Path) -> None:
    """Nothing to read, headers that fit nothing, bytes that are no table."""
    folder = tmp_path / name
    folder.mkdir()
    if name == "garbage":
        (folder / "school.csv").write_text(
            "=cmd|' /C calc'!A0,\x1b[31m红,<script>\n1,2,3\n", encoding="utf-8"
        )
    elif name == "binary":
        (folder / "school.xlsx").write_bytes(bytes(range(256)) * 40)
    done = call("data", "check", folder, "--pack", PACK)
    assert done.code == 1
    assert "\x1b" not in done.out
    assert call("data", "check", folder, "--pack", PACK, "--json").json["ok"] is False


def test_a_link_out_of_the_folder_is_refused(county: Path, tmp_path: Path) -> None:
    """And not followed."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in county.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "county_year.csv").symlink_to("/etc/hostname")
    done = call("data", "check", folder, "--pack", PACK, "--json")
    assert done.code == 1
    assert "DATA003" in {p["code"] for p in done.json["problems"]}


def test_synthesize_is_repeatable_and_touches_only_its_own(tmp_path: Path) -> None:
    """The same seed gives the same bytes; a folder with other things is refused; unknown places are told."""
    args = ["data", "synthesize", "--place", "371002", "--scale", "0.05", "--out"]
    assert call(*args, tmp_path / "a").code == 0
    assert call(*args, tmp_path / "a").code == 0
    assert call(*args, tmp_path / "b").code == 0
    assert (tmp_path / "a/school.csv").read_bytes() == (tmp_path / "b/school.csv").read_bytes()
    (tmp_path / "a/mine.txt").write_text("mine", encoding="utf-8")
    assert call(*args, tmp_path / "a").code == 1
    done = call("data", "synthesize", "--out", tmp_path / "c", "--place", "110101", "--json")
    assert done.code == 1
    assert done.json["problems"][0]["code"] == "APP010"
    assert not (tmp_path / "c").exists()
    assert call("data", "synthesize", "--out", tmp_path / "c", "--scale", "0").code == 2


def test_output_is_one_json_document(county: Path, tmp_path: Path) -> None:
    """For synthesize too."""
    done = call(
        "data", "synthesize", "--out", tmp_path / "d", "--place", "371002", "--scale", "0.05", "--json"
    )
    assert json.loads(done.out)["synthetic"] is True
