"""What a stored run claims: verify names each false claim, export and report refuse results that are not the run's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from duxue.core import digest
from tests.unit.cli.conftest import PACK, Outcome, call

READERS = (
    lambda run, out: ("verify", run),
    lambda run, out: ("export", run, "--format", "csv", "--out", out / "x"),
    lambda run, out: ("report", run, "--out", out / "r", "--formats", "html"),
    lambda run, out: ("explain", "371002", "L1", "--run", run),
)


@pytest.fixture
def copy(run: Path, tmp_path: Path) -> Path:
    """A copy of the run to be altered."""
    folder = tmp_path / "copy"
    shutil.copytree(run, folder)
    return folder


def edit(run: Path, change: Callable[[dict[str, Any]], object], *, seal: bool = False) -> None:
    """Change run.json; with `seal` as somebody would who also mends its seal."""
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    change(about)
    if seal:
        about["seal"] = digest.of_json({k: v for k, v in about.items() if k != "seal"})
    (run / "run.json").write_text(json.dumps(about), encoding="utf-8")


def told(done: Outcome) -> str:
    """What verify found, in English."""
    assert done.code == 3, done.out + done.err
    return "\n".join(d["what"]["en"] for d in done.json["differences"])


CLAIMS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("synthetic", lambda a: a.update(synthetic=False), "synthetic in run.json differs"),
    ("notes", lambda a: a.update(notes=[]), "notes in run.json differs"),
    ("results", lambda a: a.update(results=1), "results in run.json differs"),
    ("snapshot", lambda a: a.update(snapshot="0" * 64), "snapshot in run.json differs"),
    ("id", lambda a: a.update(id="0" * 64), "the id of the run differs"),
    ("software", lambda a: a.update(software="duxue 9"), "another version of the program"),
    ("pack_digest", lambda a: a.update(pack_digest="0" * 64), "the pack is not the one of the evaluation"),
    ("data_digests", lambda a: a["data_digests"].update(school="0" * 64), "the data of school differ"),
    ("years", lambda a: a.update(years=[2022]), "results.csv, line"),
    ("engine", lambda a: a.update(engine="reference"), "engine"),
    (
        "files",
        lambda a: a["files"].pop("results.parquet"),
        "results.parquet is no file that the evaluation wrote",
    ),
    ("seconds", lambda a: a.update(seconds={}), "run.json was changed"),
    ("environment", lambda a: a.update(environment={}), "run.json was changed"),
]


@pytest.mark.parametrize(("name", "change", "words"), CLAIMS, ids=[c[0] for c in CLAIMS])
def test_each_false_claim_of_a_run_is_named(
    name: str, change: Callable[[dict[str, Any]], object], words: str, copy: Path
) -> None:
    """By its seal at least; whatever can be computed again also when the seal was mended."""
    edit(copy, change)
    done = call("verify", copy, "--json")
    assert "run.json was changed" in told(done)
    if name == "engine":  # the results may agree to the last byte; then the id tells
        words = "the id of the run differs"
    assert words in told(done)
    if words != "run.json was changed":
        edit(copy, lambda _: None, seal=True)
        assert words in told(call("verify", copy, "--json"))


def test_synthetic_data_cannot_be_called_reported(copy: Path) -> None:
    """Neither in run.json nor in every row: the data themselves say what they are."""
    text = (copy / "results.csv").read_text(encoding="utf-8").replace(",synthetic\n", ",reported\n")
    (copy / "results.csv").write_text(text, encoding="utf-8")
    edit(copy, lambda a: a.update(synthetic=False), seal=True)
    edit(copy, lambda a: a["files"].update({"results.csv": digest.of_file(copy / "results.csv")}), seal=True)
    found = told(call("verify", copy, "--json"))
    assert "synthetic in run.json differs" in found
    assert "results.csv, line 2" in found


WRONG: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("format", lambda a: a.update(format="1")),
    ("format", lambda a: a.update(format=99)),
    ("id", lambda a: a.update(id=7)),
    ("id", lambda a: a.update(id="x" * 64)),
    ("pack", lambda a: a.update(pack="../../elsewhere@1.0.0")),
    ("years", lambda a: a.update(years="2023")),
    ("years", lambda a: a.update(years=[])),
    ("years.0", lambda a: a.update(years=["2023"])),
    ("years", lambda a: a.update(years=[2023, 2022])),
    ("engine", lambda a: a.update(engine="abacus")),
    ("notes", lambda a: a.update(notes=None)),
    ("notes.0", lambda a: a.update(notes=["synthetic"])),
    ("synthetic", lambda a: a.update(synthetic="no")),
    ("files", lambda a: a.update(files=[])),
    ("files.../outside.[key]", lambda a: a["files"].update({"../outside": "0" * 64})),
    ("files.a\\x00b.[key]", lambda a: a["files"].update({"a\0b": "0" * 64})),
    ("files.results.csv", lambda a: a["files"].update({"results.csv": None})),
    ("data_digests", lambda a: a.update(data_digests=None)),
    ("seal", lambda a: a.pop("seal")),
    ("more", lambda a: a.update(more=1)),
]  # fmt: skip


@pytest.mark.parametrize(("where", "change"), WRONG, ids=[f"{i}-{w[0]}" for i, w in enumerate(WRONG)])
def test_a_wrong_entry_of_a_run_is_named_wherever_it_is_read(
    where: str, change: Callable[[dict[str, Any]], object], copy: Path, tmp_path: Path
) -> None:
    """In both languages, and nothing is written."""
    edit(copy, change)
    for reader in READERS:
        done = call(*reader(copy, tmp_path), "--json")
        assert done.code == 1
        assert [(p["code"], p["place"]["field"]) for p in done.json["problems"]] == [("APP004", where)]
        assert all(done.json["problems"][0]["expected"].values())
    assert [p.name for p in tmp_path.iterdir()] == ["copy"]


def test_all_wrong_entries_are_told_at_once(copy: Path) -> None:
    """Not only the first."""
    edit(copy, lambda a: (a.update(years=None, engine=3), a.pop("notes")))
    fields = {p["place"]["field"] for p in call("verify", copy, "--json").json["problems"]}
    assert fields == {"years", "engine", "notes"}


@pytest.mark.parametrize("name", ["results.csv", "results.parquet", "run.json"])
@pytest.mark.parametrize("reader", READERS[1:3], ids=["export", "report"])
def test_altered_results_are_neither_exported_nor_reported(
    name: str, reader: Callable[[Path, Path], tuple[object, ...]], copy: Path, tmp_path: Path
) -> None:
    """The altered file is named."""
    if name == "results.csv":
        text = (copy / name).read_text(encoding="utf-8").replace(",not_met,", ",met,", 1)
        (copy / name).write_text(text, encoding="utf-8")
    elif name == "results.parquet":
        pq.write_table(pq.read_table(copy / name).slice(1), copy / name)
    else:
        edit(copy, lambda a: a.update(synthetic=False))
    done = call(*reader(copy, tmp_path), "--json")
    assert done.code == 1
    assert [(p["code"], Path(p["place"]["file"]).name) for p in done.json["problems"]] == [("APP013", name)]
    assert [p.name for p in tmp_path.iterdir()] == ["copy"]


def test_results_of_another_run_do_not_pass_under_this_id(copy: Path, tmp_path: Path) -> None:
    """Even when the digest of the file was mended too."""
    text = (copy / "results.csv").read_text(encoding="utf-8").replace(",not_met,", ",met,", 1)
    (copy / "results.csv").write_text(text, encoding="utf-8")
    edit(copy, lambda a: a["files"].update({"results.csv": digest.of_file(copy / "results.csv")}), seal=True)
    done = call("export", copy, "--format", "json", "--out", tmp_path / "x", "--json")
    assert [p["code"] for p in done.json["problems"]] == ["APP013"]


def test_altered_columns_of_results_are_found_by_recomputing(copy: Path) -> None:
    """A Parquet file is compared by what it holds, with or without a true digest."""
    pq.write_table(pq.read_table(copy / "results.parquet").slice(1), copy / "results.parquet")
    edit(
        copy,
        lambda a: a["files"].update({"results.parquet": digest.of_file(copy / "results.parquet")}),
        seal=True,
    )
    assert "results.parquet does not hold what was computed again" in told(call("verify", copy, "--json"))


@pytest.mark.parametrize(
    "name", ["snapshot/extra.parquet", "snapshot/.hidden", "report/new.html", "pack/x/y.yaml"]
)
def test_a_file_that_the_run_did_not_write_is_named(name: str, copy: Path) -> None:
    """In the folders that only the program writes; a note beside them is only told."""
    (copy / "note.txt").write_text("mine", encoding="utf-8")
    assert call("verify", copy).code == 0
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_text("x", encoding="utf-8")
    assert f"{name} is no file that the evaluation wrote" in told(call("verify", copy, "--json"))


def test_strange_files_of_a_snapshot_do_not_travel_into_a_run(copy: Path, tmp_path: Path) -> None:
    """A run keeps what the snapshot's manifest names, and nothing else."""
    (copy / "snapshot" / "extra.txt").write_text("x", encoding="utf-8")
    out = tmp_path / "out"
    done = call(
        "evaluate", "--pack", PACK, "--data", copy / "snapshot", "--out", out, "--no-report", "--json"
    )
    assert done.code == 0
    assert not (out / "snapshot" / "extra.txt").exists()
    assert (out / "results.csv").read_bytes() == (copy / "results.csv").read_bytes()
