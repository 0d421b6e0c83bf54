"""Snapshots: whole or not at all, named by content, never changed, each cell followed to its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from duxue.core.errors import Refused
from duxue.microdata import Flag, find_same, identify, snapshot

from .conftest import HEADER, LEVELS, UNITS, Read, make_forms

GOOD = HEADER + "2022,S1,小学,10,3.5,是,\n2023,S1,小学,12,3.5,是,\n2023,S2,小学,20,—,否,甲\n"
FLAGS = [Flag("school", 1, "pupils", "C1"), Flag("school", 0, "pupils", "C1")]


def test_what_is_written_is_what_is_opened(read: Read, tmp_path: Path) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD})
    written = snapshot.write(draft, tmp_path / "s", flags=FLAGS)
    opened = snapshot.open(tmp_path / "s")
    assert opened == written
    assert opened.table("school").equals(draft.tables["school"])
    assert opened.table("school").schema.field("equipment").type == pa.decimal128(18, 4)
    assert opened.flags().to_pylist()[0] == {"form": "school", "_row": 0, "field": "pupils", "code": "C1"}
    assert opened.rows == {"unit": 5, "school": 3}
    assert opened.years() == [2022, 2023]
    assert opened.cell("school", 2, "equipment") == ("school.csv", "", 4, "E", "教学仪器设备值")
    assert opened.sources[0].sha256 == draft.sources[0].sha256


def test_the_same_content_in_another_file_is_the_same_snapshot(read: Read, tmp_path: Path) -> None:
    first = read({"unit.csv": UNITS, "school.csv": GOOD})
    one = snapshot.store(first, tmp_path / "store", flags=FLAGS)
    before = {p.name: p.read_bytes() for p in one.folder.iterdir()}
    (tmp_path / "in" / "school.csv").unlink()
    rows = [line.split(",") for line in GOOD.splitlines()]
    second = read({"学校情况表.xlsx": {"Sheet1": rows}})
    two = snapshot.store(second, tmp_path / "store", flags=list(reversed(FLAGS)))
    assert two.id == one.id
    assert two.folder == one.folder == tmp_path / "store" / one.id[:16]
    assert {p.name: p.read_bytes() for p in one.folder.iterdir()} == before
    assert find_same(tmp_path / "store", identify(second, FLAGS)) == one.folder
    assert find_same(tmp_path / "store", "0" * 64) is None
    assert [p.name for p in (tmp_path / "store").iterdir()] == [one.folder.name]


def test_the_same_content_gives_the_same_bytes(read: Read, tmp_path: Path) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD})
    for name in ("a", "b"):
        snapshot.write(draft, tmp_path / name, flags=FLAGS)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [("12,3.5", "13,3.5"), ("—", "0"), ("S1,小学,12", "S2,初中,12"), ("甲", "乙"), ("20,", "20.0,")],
)
def test_the_id_follows_the_content(old: str, new: str, read: Read) -> None:
    before = identify(read({"unit.csv": UNITS, "school.csv": GOOD}))
    after = identify(read({"unit.csv": UNITS, "school.csv": GOOD.replace(old, new)}))
    assert (before == after) is (new == "20.0,")


def test_the_stored_unit_of_measure_is_part_of_the_content(read: Read) -> None:
    unit, school = make_forms()
    fields = [f.model_copy(update={"unit": "元"}) if f.id == "equipment" else f for f in school.fields]
    other = (unit, school.model_copy(update={"fields": tuple(fields)}))
    files = {"unit.csv": UNITS, "school.csv": GOOD}
    assert identify(read(files)) != identify(read(files, forms=other))


def test_how_rows_are_cut_into_pieces_does_not_change_the_digest(read: Read) -> None:
    lines = GOOD.splitlines()
    whole = identify(read({"unit.csv": UNITS, "school.csv": GOOD}))
    parts = {"school.csv": "\n".join(lines[:2]), "基础表.csv": "\n".join([lines[0], *lines[2:]])}
    assert identify(read({"unit.csv": UNITS, **parts})) == whole


def test_refused_data_write_nothing(read: Read, tmp_path: Path) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD.replace("12,", "x,")})
    for act in (lambda: snapshot.write(draft, tmp_path / "s"), lambda: snapshot.store(draft, tmp_path / "s")):
        with pytest.raises(Refused) as refused:
            act()
        assert [p.code for p in refused.value.problems] == ["DATA030"]
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("step", ["write_parquet", "_manifest", "_settle"])
def test_a_failure_in_the_middle_leaves_nothing(
    step: str, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = read({"unit.csv": UNITS, "school.csv": GOOD})
    real = getattr(snapshot, step)
    calls = 0

    def fail(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == (2 if step == "write_parquet" else 1):
            raise OSError("disk full")
        return real(*args)

    monkeypatch.setattr(snapshot, step, fail)
    with pytest.raises(OSError, match="disk full"):
        snapshot.store(draft, tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []
    monkeypatch.undo()
    assert snapshot.store(draft, tmp_path / "store").rows["school"] == 3


@pytest.mark.parametrize("name", ["school.parquet", "unit.parquet", "_flags.parquet", "manifest.json"])
def test_each_file_that_was_altered_is_named(name: str, read: Read, tmp_path: Path) -> None:
    written = snapshot.write(read({"unit.csv": UNITS, "school.csv": GOOD}), tmp_path / "s")
    path = written.folder / name
    if name == "manifest.json":
        path.write_text(
            path.read_text(encoding="utf-8").replace("教学仪器设备值", "教学仪器设备价"), encoding="utf-8"
        )
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Refused) as refused:
        snapshot.open(written.folder)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.file) == ("DATA061", name)


def test_a_forged_file_and_digest_do_not_fit_the_id(read: Read, tmp_path: Path) -> None:
    one = snapshot.write(read({"unit.csv": UNITS, "school.csv": GOOD}), tmp_path / "one")
    two = snapshot.write(
        read({"unit.csv": UNITS, "school.csv": GOOD.replace("12,", "13,")}), tmp_path / "two"
    )
    (one.folder / "school.parquet").write_bytes(two.path("school").read_bytes())
    manifest = json.loads((one.folder / "manifest.json").read_text(encoding="utf-8"))
    other = json.loads((two.folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["forms"]["school"]["file_sha256"] = other["forms"]["school"]["file_sha256"]
    manifest.pop("seal")
    manifest["seal"] = snapshot.digest.of_json(manifest)
    (one.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        snapshot.open(one.folder)
    assert [p.place.file for p in refused.value.problems] == ["school.parquet"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no JSON"),
        ("[]", "does not hold what it should"),
        ("{}", "lacks the entry “format”"),
        ('{"format": 1}', "lacks the entry “forms”"),
        ('{"format": "x"}', "does not hold what it should"),
        ("\x00", "no JSON"),
        ("[" * 5000, "no JSON"),
    ],
)
def test_a_damaged_manifest_is_told_in_words(text: str, told: str, tmp_path: Path) -> None:
    """Never by the name of an exception."""
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        snapshot.open(tmp_path)
    [problem] = refused.value.problems
    assert problem.code == "DATA062"
    assert told in problem.what.en
    assert "Error" not in problem.render("en")


def test_a_folder_without_a_manifest_is_no_snapshot(tmp_path: Path) -> None:
    """Said plainly, without the words of the file system."""
    with pytest.raises(Refused) as refused:
        snapshot.open(tmp_path)
    [problem] = refused.value.problems
    assert (problem.code, problem.place.file, problem.found) == ("DATA062", "manifest.json", "–")


def test_the_tree_of_a_year_comes_from_the_registers(read: Read, tmp_path: Path) -> None:
    unit, school = make_forms()
    dated = unit.model_dump(by_alias=True)
    dated["period"] = "year"
    dated["fields"] = [
        {"id": "year", "type": "year", "title": {"zh": "年份", "en": "Year"}},
        *dated["fields"],
    ]
    register = type(unit).model_validate(dated)
    lines = UNITS.splitlines()
    rows = [f"年份,{lines[0]}", *(f"2022,{x}" for x in lines[1:5]), *(f"2023,{x}" for x in lines[1:])]
    draft = read({"unit.csv": "\n".join(rows), "school.csv": GOOD}, forms=(register, school))
    assert draft.ok, draft.problems
    taken = snapshot.write(draft, tmp_path / "s")
    assert sorted(taken.tree((register, school), LEVELS, 2022).units) == ["370000", "370100", "370102", "S1"]
    tree = taken.tree((register, school), LEVELS, 2023)
    assert tree.units["S2"].name.zh == "第二小学"
    assert tree.ancestor("S2", "city") == "370100"
    assert len(taken.tree((register, school), LEVELS, None).units) == 5


def test_a_unit_registered_in_another_year_only_is_an_orphan(read: Read) -> None:
    unit, school = make_forms()
    dated = unit.model_dump(by_alias=True)
    dated["period"] = "year"
    dated["fields"] = [
        {"id": "year", "type": "year", "title": {"zh": "年份", "en": "Year"}},
        *dated["fields"],
    ]
    lines = UNITS.splitlines()
    rows = [
        f"年份,{lines[0]}",
        *(f"2022,{x}" for x in lines[1:] if "S1" not in x),
        *(f"2023,{x}" for x in lines[1:]),
    ]
    draft = read(
        {"unit.csv": "\n".join(rows), "school.csv": GOOD}, forms=(type(unit).model_validate(dated), school)
    )
    (problem,) = draft.errors
    assert (problem.code, problem.place.row) == ("DATA044", 2)
    assert "2022" in problem.what.zh
