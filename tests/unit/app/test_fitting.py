"""A snapshot accepted under one pack is checked again by another that asks for something else."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from duxue.app.fitting import fit, opened
from duxue.app.importing import import_folder
from duxue.app.runs import evaluate_folder
from duxue.app.stored import open_run
from duxue.app.verifying import verify_run
from duxue.core.errors import Problem, Refused
from duxue.microdata.snapshot import MANIFEST, Snapshot, open_snapshot
from duxue.packs.loader import LoadedPack, load
from duxue.packs.new import new

UNITS = "Code,Name,Level,Code of the unit above\nN,North,district,\nN1,Oak,school,N\nN2,Elm,school,N\n"
ROWS = [
    ["Year", "School code", "Cycle", "Pupils", "Teachers", "Spending"],
    [2024, "N1", "lower", 180, 10, 270000.25],
    [2024, "N2", "lower", 120, 6, 195000],
    [2024, "N2", "upper", 201, 0, 341700],
]
NEEDS_TEACHERS = "    severity: warning\n    title: {zh: 有学生而无教师"


def pack(folder: Path, *changes: tuple[str, str]) -> LoadedPack:
    """Return the pack of a newcomer with parts of its text replaced."""
    new(folder, "p")
    text = (folder / "pack.yaml").read_text(encoding="utf-8")
    for old, put in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, put)
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    return load(folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A register in csv and a workbook."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.title = "Schools by cycle"
    for row in ROWS:
        book.active.append(row)
    book.save(folder / "book.xlsx")
    return folder


@pytest.fixture
def accepted(data: Path, tmp_path: Path) -> Snapshot:
    """The data as the unchanged pack accepts them."""
    return import_folder(pack(tmp_path / "first"), data, tmp_path / "store").snapshot


# what the other pack asks -> code, row in the sheet, column, value that it finds
STRICTER = {
    "range": (("unit: pupil, required: true, min: 0", "unit: pupil, required: true, min: 0, max: 200"),
              "DATA042", 4, "D “Pupils”", "201"),
    "category": (("      - {id: upper, title: {zh: 高年级, en: Upper cycle}}\n", ""), "DATA034", 4, "C “Cycle”", "upper"),
    "places": (("unit: crown, min: 0, decimals: 2", "unit: crown, min: 0, decimals: 1"), "DATA032", 2, "F “Spending”",
               "270000.25"),
    "check": ((NEEDS_TEACHERS, NEEDS_TEACHERS.replace("warning", "error")), "DATA051", 4, "D “Pupils”",
              "pupils = 201; teachers = 0"),
    "level": (("refers: school}", "refers: district}"), "DATA045", 2, "B “School code”", "N1 (school)"),
}  # fmt: skip


@pytest.mark.parametrize("asked", STRICTER)
def test_what_another_pack_refuses_is_told_at_its_cell(
    asked: str, accepted: Snapshot, tmp_path: Path
) -> None:
    """With file, sheet, row and column of the original workbook; nothing is written."""
    change, code, row, column, found = STRICTER[asked]
    # the standards of a category that is gone would not load
    gone = [("  - indicator: pupils_per_teacher\n    cycle: upper\n", "  - indicator: pupils_per_teacher\n    cycle: lower\n"),
            ('    meets: "<= 25"\n    from: 2024-01-01', '    meets: "<= 25"\n    from: 2025-01-01')] if asked == "category" else []  # fmt: skip
    other = pack(tmp_path / "other", change, *gone)
    with pytest.raises(Refused) as refused:
        evaluate_folder(other, accepted.folder, tmp_path / "out")
    told = next(p for p in refused.value.problems if p.severity == "error")
    place = told.place
    assert (told.code, place.row, place.cell_column, told.found) == (code, row, column, found)
    assert (place.file, place.sheet) == ("book.xlsx", "Schools by cycle")
    assert not (tmp_path / "out").exists()
    with pytest.raises(Refused), opened(other, accepted.folder):
        pass


def test_a_column_that_is_required_now_and_was_not_there_is_told(data: Path, tmp_path: Path) -> None:
    """An optional column may be absent; a pack that requires it names sheet and header row."""
    book = openpyxl.load_workbook(data / "book.xlsx")
    book.active.delete_cols(6)
    book.save(data / "book.xlsx")
    held = import_folder(pack(tmp_path / "first"), data, tmp_path / "store").snapshot
    other = pack(tmp_path / "other", ("unit: crown, min: 0", "unit: crown, required: true, min: 0"))
    with pytest.raises(Refused) as refused:
        fit(other, held, tmp_path / "again")
    (told,) = [p for p in refused.value.problems if p.severity == "error"]
    assert (told.code, told.place.field, told.place.row) == ("DATA023", "spending", 1)


def test_warnings_of_another_pack_mark_its_figures(accepted: Snapshot, tmp_path: Path) -> None:
    """They are told, and they travel to the results as if the original files had been imported."""
    check = (
        "  - id: many_pupils\n    form: school_cycle\n    rule: pupils <= 150\n    severity: warning\n"
        "    title: {zh: 学生过多, en: Many pupils}\n    advice: {zh: 核对。, en: Check.}\n\n"
    )
    other = pack(tmp_path / "other", ("# Aggregates (sum", check + "# Aggregates (sum"))
    done = evaluate_folder(other, accepted.folder, tmp_path / "out")

    def is_many(problem: Problem) -> bool:
        return problem.what.en == "Many pupils"

    assert [(p.place.file, p.place.row) for p in done.warnings if is_many(p)] == [
        ("book.xlsx", 2),
        ("book.xlsx", 4),
    ]
    flagged = {
        (r.unit, r.by)
        for r in done.evaluation.run.results
        if "many_pupils" in r.flags and r.level == "school"
    }
    assert flagged == {("N1", (("cycle", "lower"),)), ("N2", (("cycle", "upper"),))}
    kept = open_snapshot(tmp_path / "out" / "snapshot")
    fresh = import_folder(other, tmp_path / "data", tmp_path / "store").snapshot
    assert (kept.id, kept.contract) == (fresh.id, fresh.contract)
    assert kept.id != accepted.id
    # The run is verified from the snapshot that it was given, and from the original files.
    for data in (accepted.folder, tmp_path / "data", None):
        assert verify_run(open_run(tmp_path / "out"), data).differences == ()


def test_the_same_contract_is_not_checked_twice(accepted: Snapshot, tmp_path: Path) -> None:
    """Other standards ask nothing else of the data; another range does, and so does a snapshot that records no contract."""
    standards = pack(tmp_path / "a", ('meets: "<= 20"', 'meets: "<= 21"'))
    assert not fit(standards, accepted, tmp_path / "x").again
    wider = pack(tmp_path / "b", ("unit: teacher, min: 0", "unit: teacher, min: -1"))
    assert fit(wider, accepted, tmp_path / "y").again
    silent = Snapshot(**{**vars(accepted), "contract": ""})
    assert fit(standards, silent, tmp_path / "z").again


def test_the_manifest_records_the_contract(accepted: Snapshot) -> None:
    """Beside the id, which other rules leave alone, and under the seal."""
    path = accepted.folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["contract"] == accepted.contract
    assert len(accepted.contract) == 64
    path.write_text(json.dumps({**manifest, "contract": "0" * 64}), encoding="utf-8")
    with pytest.raises(Refused, match="DATA061"):
        open_snapshot(accepted.folder)
