"""data template and pack show --fields: what is to be collected; absent columns and what they stop."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from duxue.app.importing import check_folder
from duxue.microdata.match import Matcher
from duxue.packs.catalogue import list_ids
from duxue.packs.loader import load
from duxue.packs.scope import pack_measures
from tests.unit.cli.conftest import PACK, call


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_template_is_accepted(lang: str, county: Path, tmp_path: Path) -> None:
    """The rows of a county, written below the headers of the template, pass the check."""
    out = tmp_path / "tables"
    assert call("data", "template", "--pack", PACK, "--out", out, "--lang", lang).code == 0
    checked = check_folder(load(PACK), county)
    for form in load(PACK).pack.forms:
        book = openpyxl.load_workbook(out / f"{form.id}.xlsx")
        assert book.sheetnames == [form.id, "fields"]
        assert book["fields"].max_row == len(form.fields) + 1
        sheet = book[form.id]
        assert [c.font.bold for c in sheet[1]].count(True) >= len(form.key)
        for row in checked.draft.tables[form.id].select([f.id for f in form.fields]).to_pylist():
            sheet.append([{True: "是", False: "否"}[v] if isinstance(v, bool) else v for v in row.values()])
        book.save(out / f"{form.id}.xlsx")
    done = call("data", "check", out, "--pack", PACK, "--json").json
    assert done["ok"] is True, done["problems"]
    assert [p for p in done["problems"] if p["severity"] != "note"] == []
    assert (
        call("data", "template", "--pack", PACK, "--out", out).code == 1
    )  # filled-in tables are not replaced


@pytest.mark.parametrize("pack", list_ids())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_header_is_recognised(pack: str, lang: str, tmp_path: Path) -> None:
    """In every pack, each column leads back to its field, without a conversion and without a refusal."""
    loaded = load(pack).pack
    assert call("data", "template", "--pack", pack, "--out", tmp_path / "t", "--lang", lang).code == 0
    matched = check_folder(load(pack), tmp_path / "t").draft
    assert not {p.code for p in matched.problems} & {"DATA023", "DATA024", "DATA025", "DATA026", "DATA028"}
    matcher = Matcher(loaded.forms, pack_measures(loaded))
    for form in loaded.forms:
        assert matcher.form_named(form.id) == form.id


def test_fields_are_listed() -> None:
    """With type, unit, whether required, and allowed values; an unknown form is told."""
    done = call("pack", "show", PACK, "--form", "school_stage")
    assert "required" in done.out
    assert "primary" in done.out
    (form,) = call("pack", "show", PACK, "--form", "school_stage", "--json").json["forms"]
    stage = next(f for f in form["fields"] if f["id"] == "stage")
    assert stage["required"] is True
    assert {"zh", "en"} == set(stage["values"][0]["title"])
    assert len(call("pack", "show", PACK, "--fields", "--json").json["forms"]) > 1
    assert call("pack", "show", PACK, "--form", "nonsense").code == 2


def test_absent_columns_say_what_they_stop(county: Path, tmp_path: Path) -> None:
    """In check, in evaluate, and when a snapshot is evaluated."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in county.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    path = folder / "school_stage.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    at = next(i for i, h in enumerate(rows[0]) if "art" in h.lower() or "艺" in h)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([c for i, c in enumerate(r) if i != at] for r in rows)
    done = call("data", "check", folder, "--pack", PACK, "--json").json
    assert done["ok"] is True
    (told,) = [p for p in done["problems"] if p["code"] == "DATA029"]
    assert "absent: L3, L3_cv" in told["what"]["en"]
    assert "school_resources" in told["what"]["en"]
    done = call("data", "check", folder, "--pack", PACK)
    assert "cannot be computed" in done.out
    out = tmp_path / "out"
    assert (
        "L3_cv cannot be computed"
        in call("evaluate", "--pack", PACK, "--data", folder, "--out", out, "--no-report").out
    )
    again = call(
        "evaluate", "--pack", PACK, "--data", out / "snapshot", "--out", tmp_path / "2", "--no-report"
    )
    assert "L3_cv cannot be computed" in again.out


def test_check_shows_which_column_was_taken_for_which_field(county: Path) -> None:
    """By letter and header."""
    done = call("data", "check", county, "--pack", PACK)
    assert "B school" in done.out or " → " in done.out


def test_a_refused_unit_brings_no_errors_after_it(county: Path, tmp_path: Path) -> None:
    """Checks that read the column, and its bounds, are not run on it; the Chinese message names units in Chinese."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in county.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    text = (folder / "school.csv").read_text(encoding="utf-8-sig")
    assert "教学仪器设备值（万元）" in text
    (folder / "school.csv").write_text(
        text.replace("教学仪器设备值（万元）", "教学仪器设备值（千元）"), encoding="utf-8"
    )
    done = call("data", "check", folder, "--pack", PACK, "--json").json
    errors = [p for p in done["problems"] if p["severity"] == "error"]
    assert [p["code"] for p in errors] == ["DATA025"]
    assert "yuan" not in errors[0]["expected"]["zh"]
