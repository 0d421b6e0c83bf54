"""evaluate, report, export, verify: what they write, what they refuse, and that nothing is half-written."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from duxue.results.export import COLUMNS
from tests.unit.cli.conftest import PACK, call

Tree = Callable[[Path], dict[str, bytes]]


def codes(done: object) -> list[str]:
    """The problem codes of a JSON answer."""
    return [p["code"] for p in done.json["problems"]]  # type: ignore[attr-defined]


def test_a_run_is_a_folder_with_everything(run: Path) -> None:
    """Results, what made them, what was matched, the data; and the agreed columns first."""
    assert sorted(p.name for p in run.iterdir()) == [
        "match.json", "problems.json", "results.csv", "results.parquet", "run.json", "snapshot",
    ]  # fmt: skip
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert about["pack"] == f"{PACK}@1.0.0"
    assert len(about["id"]) == len(about["pack_digest"]) == 64
    assert about["synthetic"] is True
    assert {"python", "duckdb"} <= set(about["environment"])
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert tuple(rows[0][: len(COLUMNS)]) == COLUMNS
    assert len(rows) - 1 == about["results"]


def test_summary_says_what_came_out_and_what_to_type_next(county: Path, tmp_path: Path) -> None:
    """In both languages; the command it offers works."""
    for lang, words in (("en", "Next, see where a figure comes from:"), ("zh", "下一步")):
        out = tmp_path / lang
        done = call("evaluate", "--pack", PACK, "--data", county, "--out", out, "--no-report", lang=lang)
        assert words in done.out
        offered = done.out.splitlines()[-1].split("duxue ")[1].split()
        assert call(*offered).code == 0


def test_json_is_one_document_and_progress_is_on_stderr(county: Path, tmp_path: Path) -> None:
    """Also when it is refused."""
    done = call(
        "evaluate", "--pack", PACK, "--data", county, "--out", tmp_path / "o", "--no-report", "--json"
    )
    assert done.code == 0
    assert done.json["ok"] is True
    assert done.json["results"] > 0
    assert "[" in done.err
    refused = call(
        "evaluate", "--pack", PACK, "--data", county, "--out", tmp_path / "p", "--year", 1999, "--json"
    )
    assert refused.code == 1
    assert refused.json["ok"] is False
    assert codes(refused) == ["APP002"]
    assert "2022, 2023" in refused.json["problems"][0]["expected"]["en"]


def test_reports_are_written_in_the_asked_languages_and_formats(county: Path, tmp_path: Path) -> None:
    """And marked as synthetic without being asked."""
    out = tmp_path / "out"
    done = call(
        "evaluate", "--pack", PACK, "--data", county, "--out", out, "--formats", "html", "--lang", "zh"
    )
    assert done.code == 0
    assert [p.name for p in (out / "report").glob("*.*ml")] == ["report.zh.html"]
    assert "合成数据" in (out / "report" / "report.zh.html").read_text(encoding="utf-8")


def test_the_same_data_give_the_same_run(county: Path, run: Path, tmp_path: Path) -> None:
    """Whatever the folder, and whether from files or from a snapshot."""
    first = json.loads((run / "run.json").read_text(encoding="utf-8"))["id"]
    done = call(
        "evaluate",
        "--pack",
        PACK,
        "--data",
        run / "snapshot",
        "--out",
        tmp_path / "o",
        "--no-report",
        "--json",
    )
    assert done.json["id"] == first
    assert (tmp_path / "o" / "results.csv").read_bytes() == (run / "results.csv").read_bytes()


def test_engines_judge_alike(county: Path, run: Path, tmp_path: Path) -> None:
    """The reference engine gives the same verdicts."""
    out = tmp_path / "o"
    done = call(
        "evaluate", "--pack", PACK, "--data", county, "--out", out, "--no-report", "--engine", "reference"
    )
    assert done.code == 0

    def verdicts(folder: Path) -> list[tuple[str, ...]]:
        with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
            return [
                (r["unit"], r["stage"], r["indicator"], r["verdict"], r["reason"])
                for r in csv.DictReader(stream)
            ]

    assert verdicts(out) == verdicts(run)


def test_two_years_are_evaluated(county: Path, tmp_path: Path) -> None:
    """`--year` may be repeated, in any order."""
    done = call(
        "evaluate", "--pack", PACK, "--data", county, "--out", tmp_path / "o", "--no-report", "--json",
        "--year", 2023, "--year", 2022, "--year", 2023,
    )  # fmt: skip
    assert done.json["years"] == [2022, 2023]


def test_foreign_files_are_never_replaced(county: Path, run: Path, tmp_path: Path, tree: Tree) -> None:
    """A folder with anything else, a file, the data themselves."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.docx").write_text("years of work", encoding="utf-8")
    mixed = tmp_path / "mixed"
    shutil.copytree(run, mixed)
    (mixed / "notes.txt").write_text("mine", encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    before, before_data = tree(tmp_path), tree(county)
    for out in (foreign, mixed, file, county, county.parent):
        done = call("evaluate", "--pack", PACK, "--data", county, "--out", out, "--no-report", "--json")
        assert done.code == 1
        assert codes(done) == ["APP003"]
    assert tree(tmp_path) == before
    assert tree(county) == before_data


def test_an_earlier_run_is_replaced(county: Path, run: Path, tmp_path: Path) -> None:
    """The same command wrote it, so it may."""
    out = tmp_path / "out"
    shutil.copytree(run, out)
    (out / "results.csv").write_text("old", encoding="utf-8")
    assert call("evaluate", "--pack", PACK, "--data", county, "--out", out, "--no-report").code == 0
    assert (out / "results.csv").read_bytes() == (run / "results.csv").read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "where", ["duxue.app.runs.evaluate_pack", "duxue.app.runs.write_parquet", "duxue.app.runs.write_report"]
)
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["disk", "interrupt"]
)
def test_nothing_is_left_when_it_fails_in_the_middle(
    where: str, error: BaseException, county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a new folder, nor a hidden one, nor a changed old one."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(where, fail)
    done = call("evaluate", "--pack", PACK, "--data", county, "--out", tmp_path / "out", "--formats", "html")
    assert done.code == (4 if isinstance(error, OSError) else 130)
    assert list(tmp_path.iterdir()) == []
    assert done.out == ""
    assert ("No space" in done.err) == isinstance(error, OSError)


def test_refused_data_write_nothing(faulty: Path, tmp_path: Path) -> None:
    """At most 40 problems are shown, with the number of the rest."""
    done = call("evaluate", "--pack", PACK, "--data", faulty, "--out", tmp_path / "out")
    assert done.code == 1
    assert list(tmp_path.iterdir()) == []
    assert done.err.count("  --> ") == 40
    assert "more are not shown" in done.err
    assert "--json" in done.err
    whole = call("evaluate", "--pack", PACK, "--data", faulty, "--out", tmp_path / "out", "--json")
    assert len(whole.json["problems"]) > 40


@pytest.mark.parametrize(
    "ref", ["nothing", "cn-compulsory-balance@9.9.9", "../../etc/passwd", "\x1b[2J", "", "a\nb"]
)
def test_an_unknown_pack_is_refused(ref: str, county: Path, tmp_path: Path) -> None:
    """With the known ones; control characters do not reach the terminal."""
    done = call("evaluate", "--pack", ref, "--data", county, "--out", tmp_path / "o")
    assert done.code == 1
    assert "PACK" in done.err
    assert "\x1b[2J" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_no_snapshot(county: Path, tmp_path: Path) -> None:
    """The message names what to write instead."""
    assert call("data", "import", county, "--pack", PACK, "--store", tmp_path / "store").code == 0
    done = call("evaluate", "--pack", PACK, "--data", tmp_path / "store", "--out", tmp_path / "o")
    assert done.code == 1
    assert "APP007" in done.err
    assert f"--data {tmp_path / 'store'}" in done.err


def test_a_snapshot_of_other_forms_is_refused(county: Path, tmp_path: Path) -> None:
    """With the forms and fields that it lacks, not with an exception."""
    call("pack", "new", tmp_path / "mine")
    stored = call(
        "data",
        "import",
        tmp_path / "mine/data",
        "--pack",
        tmp_path / "mine",
        "--store",
        tmp_path / "s",
        "--json",
    )
    done = call(
        "evaluate", "--pack", PACK, "--data", stored.json["folder"], "--out", tmp_path / "o", "--json"
    )
    assert done.code == 1
    assert set(codes(done)) == {"APP006"}


def test_a_pack_of_ones_own_travels_with_the_run(tmp_path: Path) -> None:
    """The run is verified and explained after the pack has moved away; a changed copy is refused."""
    mine, out = tmp_path / "mine", tmp_path / "out"
    call("pack", "new", mine)
    assert call("evaluate", "--pack", mine, "--data", mine / "data", "--out", out, "--no-report").code == 0
    shutil.rmtree(mine)
    assert call("verify", out).code == 0
    assert "18.75" in call("explain", "N", "pupils_per_teacher", "--run", out, "--by", "cycle=lower").out
    kept = out / "pack" / "mine" / "1.0.0" / "pack.yaml"
    kept.write_text(kept.read_text(encoding="utf-8").replace("<= 20", "<= 10"), encoding="utf-8")
    done = call("verify", out)
    assert done.code == 3
    assert "rules kept with the result were changed: pack/mine/1.0.0/pack.yaml" in done.out
    assert call("report", out, "--out", tmp_path / "again").code == 1


def test_verify_agrees_and_finds_every_change(county: Path, run: Path, tmp_path: Path) -> None:
    """Exit code 3 for a changed result and for other data; the differing line is quoted."""
    assert call("verify", run).code == 0
    assert call("verify", run, "--data", county, "--json").json["ok"] is True
    changed = tmp_path / "changed"
    shutil.copytree(run, changed)
    text = (changed / "results.csv").read_text(encoding="utf-8")
    (changed / "results.csv").write_text(text.replace(",not_met,", ",met,", 1), encoding="utf-8")
    done = call("verify", changed)
    assert done.code == 3
    assert "results.csv, line" in done.out
    other = tmp_path / "other"
    call("data", "synthesize", "--out", other, "--place", "371002", "--scale", "0.1", "--seed", 7)
    done = call("verify", run, "--data", other, "--json")
    assert done.code == 3
    assert done.json["differences"]


def test_an_altered_snapshot_is_refused(run: Path, tmp_path: Path) -> None:
    """One changed byte is found before anything is computed."""
    changed = tmp_path / "changed"
    shutil.copytree(run, changed)
    path = changed / "snapshot" / "school.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    done = call("verify", changed)
    assert done.code == 3
    assert "the data kept with the result were changed: snapshot/school.parquet" in done.out
    done = call("explain", "371002", "L1", "--run", changed)
    assert done.code == 1
    assert "DATA061" in done.err
    # A run of an older version records no digests of the snapshot; its own seal tells.
    about = json.loads((changed / "run.json").read_text(encoding="utf-8"))
    about["files"] = {k: v for k, v in about["files"].items() if k.startswith("results.")}
    (changed / "run.json").write_text(json.dumps(about), encoding="utf-8")
    done = call("verify", changed)
    assert done.code == 3
    assert "school.parquet" in done.out


def test_verify_covers_every_file_that_was_written(county: Path, tmp_path: Path) -> None:
    """A figure changed in a report, a changed match, a file that is gone: each is named; an added file is told."""
    out = tmp_path / "out"
    args = ["evaluate", "--pack", PACK, "--data", county, "--out", out, "--formats", "html"]
    assert call(*args).code == 0
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))
    here = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert set(about["files"]) == here - {"run.json"}
    assert f"all {len(here) - 1} files" in call("verify", out).out
    for name in ("report/report.zh.html", "match.json", "snapshot/manifest.json"):
        kept = (out / name).read_bytes()
        (out / name).write_bytes(kept.replace(b"1", b"2", 1))
        done = call("verify", out, "--json")
        assert done.code == 3, name
        assert name in done.json["differences"][0]["what"]["zh"]
        (out / name).write_bytes(kept)
    (out / "note.txt").write_text("mine", encoding="utf-8")
    assert "note.txt" in call("verify", out).out
    (out / "problems.json").unlink()
    done = call("verify", out)
    assert done.code == 3
    assert "problems.json is gone" in done.out


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"format": 1}', '{"format": 99}', "\x00", "[" * 100000, '{"a": "\\ud800"}'],
)
def test_a_broken_run_is_refused(text: str, run: Path, tmp_path: Path) -> None:
    """Whatever run.json holds."""
    broken = tmp_path / "broken"
    shutil.copytree(run, broken)
    (broken / "run.json").write_text(text, encoding="utf-8")
    for args in (
        ("verify", broken),
        ("export", broken, "--format", "json", "--out", tmp_path / "x"),
        ("report", broken, "--out", tmp_path / "r"),
    ):
        done = call(*args, "--json")
        assert done.code == 1
        assert set(codes(done)) == {"APP004"}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json"])
def test_export_writes_every_result(kind: str, run: Path, tmp_path: Path) -> None:
    """In each format; an existing file is replaced, a folder is not."""
    out = tmp_path / f"results.{kind}"
    assert call("export", run, "--format", kind, "--out", out).code == 0
    assert call("export", run, "--format", kind, "--out", out, "--json").json["bytes"] == out.stat().st_size
    done = call("export", run, "--format", kind, "--out", tmp_path)
    assert done.code == 1
    assert "APP003" in done.err
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = call("export", run, "--format", kind, "--out", pipe)
    assert "a new or ordinary file" in done.err
    assert pipe.is_fifo()


def test_exports_hold_no_formula(county: Path, tmp_path: Path) -> None:
    """A name that begins with = stays text in the workbook and in JSON."""
    data, evil = tmp_path / "data", tmp_path / "evil"
    shutil.copytree(county, data)
    text = (data / "school.csv").read_text(encoding="utf-8-sig")
    (data / "school.csv").write_text(text.replace("环翠区合成第1小学", "=1+1"), encoding="utf-8")
    assert call("evaluate", "--pack", PACK, "--data", data, "--out", evil, "--no-report").code == 0
    assert "'=1+1" in (evil / "results.csv").read_text(encoding="utf-8")
    assert call("export", evil, "--format", "xlsx", "--out", tmp_path / "x.xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    book.close()
    assert all(c.data_type != "f" for c in cells)
    assert any(c.value == "=1+1" for c in cells)


def test_json_export_agrees_with_the_results(run: Path, tmp_path: Path) -> None:
    """Same rows, numbers as numbers."""
    call("export", run, "--format", "json", "--out", tmp_path / "r.json")
    held = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["results"]
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(held) == len(rows)
    assert [h["value"] for h in held] == [float(r["value"]) if r["value"] else None for r in rows]


def test_report_is_written_again(run: Path, tmp_path: Path) -> None:
    """From the kept data; into a new folder or over an earlier report of any language."""
    out = tmp_path / "report"
    assert call("report", run, "--out", out, "--formats", "html", "--lang", "zh").code == 0
    assert call("report", run, "--out", out, "--formats", "html", "--lang", "en").code == 0
    assert sorted(p.name for p in out.glob("*.html")) == ["report.en.html"]
    assert call("report", run, "--out", out, "--formats", "html", "--year", 2022).code == 2


def test_a_report_written_again_is_the_same(county: Path, tmp_path: Path) -> None:
    """Byte by byte, the recomputed published figures included."""
    args = ("--formats", "html", "--lang", "en")
    assert call("evaluate", "--pack", PACK, "--data", county, "--out", tmp_path / "run", *args).code == 0
    assert call("report", tmp_path / "run", "--out", tmp_path / "again", *args).code == 0
    first, again = tmp_path / "run" / "report", tmp_path / "again"
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert all((first / name).read_bytes() == (again / name).read_bytes() for name in names)
    assert "Published figures reproduced" in (again / "report.en.html").read_text(encoding="utf-8")
