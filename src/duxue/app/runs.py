"""An evaluation as a folder: results, what made them, what was matched, the data themselves, the report."""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any, get_args

from duxue.app.evaluating import Evaluation, evaluate_pack
from duxue.app.fitting import fit
from duxue.app.folders import fresh_folder
from duxue.app.importing import Progress, check_folder
from duxue.app.problems import make
from duxue.app.reporting import Format, write_report
from duxue.app.sample import names_synthetic_units
from duxue.core import digest
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import LANGS, Lang, Text, same
from duxue.microdata.contract import contract_of
from duxue.microdata.snapshot import MANIFEST, Snapshot, open_snapshot, write
from duxue.packs.catalogue import PACK_FILE, list_versions, shipped_folder
from duxue.packs.lint import check
from duxue.packs.loader import LoadedPack, load
from duxue.reports.methods import Reproduction
from duxue.results.export import columns, describe, write_csv, write_parquet
from duxue.results.model import Judgement, Result, Status

FORMAT = 1
RUN, MATCH, PROBLEMS = "run.json", "match.json", "problems.json"
CSV, PARQUET = "results.csv", "results.parquet"
SNAPSHOT, REPORT, PACK = "snapshot", "report", "pack"
OURS = frozenset({RUN, MATCH, PROBLEMS, CSV, PARQUET, SNAPSHOT, REPORT, PACK})
_LIBRARIES = ("duckdb", "pyarrow", "pydantic", "python-calamine", "typst")


@dataclass(frozen=True)
class Finished:
    """An evaluation that was written."""

    folder: Path
    evaluation: Evaluation
    reports: tuple[Path, ...]
    warnings: tuple[Problem, ...]
    synthetic: bool
    timings: Mapping[str, float]


def evaluate_folder(
    loaded: LoadedPack,
    data: Path,
    out: Path,
    *,
    years: Sequence[int] = (),
    engine: str = "duckdb",
    langs: Sequence[Lang] = LANGS,
    formats: Sequence[Format] = (),
    synthetic: bool = False,
    matches: Sequence[Reproduction] = (),
    progress: Progress = lambda _: None,
) -> Finished:
    """Import (or open) `data`, evaluate it by a pack and write everything to `out`, whole or not at all.

    Raises:
        Refused: the data, a year that they do not hold (APP002), a snapshot of other forms (APP006), a taken place (APP003).
    """
    clock = _Clock()
    check(loaded)
    with fresh_folder(out, mark=RUN, ours=OURS) as folder:
        snapshot, match, problems = _take_in(loaded, data, folder / SNAPSHOT, engine, progress)
        clock.lap("import")
        _check_years(snapshot, years)
        evaluation = evaluate_pack(
            loaded, snapshot, years=sorted(set(years)), engine=engine, progress=progress
        )
        clock.lap("evaluate")
        progress(Text("写出结果", "writing the results"))
        write_csv(folder / CSV, evaluation.csv)
        write_parquet(folder / PARQUET, evaluation.pack, evaluation.run.results)
        _write_json(folder / MATCH, match)
        _write_json(folder / PROBLEMS, [p.to_dict() for p in problems])
        keep_pack(loaded, folder / PACK)
        clock.lap("write")
        year = evaluation.run.years[-1]
        made_up = synthetic or names_synthetic_units(evaluation.tree(year))
        reports: list[Path] = []
        if formats:
            reports = write_report(
                evaluation, folder / REPORT, year=year, langs=langs, formats=formats, matches=matches, synthetic=made_up,
                progress=progress, lap=clock.lap,
            )  # fmt: skip
        _write_json(folder / RUN, _describe(evaluation, snapshot, folder, made_up, clock))
    placed = tuple(out / path.relative_to(folder) for path in reports)
    return Finished(out, evaluation, placed, tuple(problems), made_up, clock.laps)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(self.laps.get(name, 0) + now - self._last, 2)
        self._last = now


def _take_in(
    loaded: LoadedPack, data: Path, target: Path, engine: str, progress: Progress
) -> tuple[Snapshot, dict[str, object], list[Problem]]:
    """Return the data as a snapshot kept at `target`, what was matched, and the warnings."""
    if (data / MANIFEST).is_file():
        progress(Text("打开快照并核对摘要", "opening the snapshot and checking its digests"))
        opened = open_snapshot(data)
        fitted = fit(loaded, opened, target, engine=engine, progress=progress)
        if not fitted.again:
            shutil.copytree(data, target, ignore=lambda _, names: [n for n in names if n.startswith(".")])
        match: dict[str, object] = {"snapshot": opened.id, "tables": _tables(opened), "unused": []}
        return open_snapshot(target), match, list(fitted.problems)
    refuse_store(data)
    checked = check_folder(loaded, data, engine=engine, progress=progress)
    if checked.errors:
        raise Refused(checked.problems)
    progress(Text("写入快照", "writing the snapshot"))
    snapshot = write(checked.draft, target, flags=checked.flags, contract=contract_of(loaded.pack))
    return snapshot, {"snapshot": snapshot.id, **checked.draft.match.to_dict()}, list(checked.problems)


def refuse_store(folder: Path) -> None:
    """Refuse (APP007) a folder of snapshots, which would be read as tables without their history."""
    try:
        held = sorted(p.name for p in folder.iterdir() if (p / MANIFEST).is_file())
    except OSError:
        return  # told by the reader
    if held:
        raise Refused(
            [
                make(
                    "APP007",
                    place=Place(file=str(folder)),
                    found=", ".join(held[:5]),
                    expected=Text(
                        "其中一个快照，或原始文件的文件夹",
                        "one of the snapshots, or a folder of original files",
                    ),
                    advice=Text(f"请写成 --data {folder / held[0]}", f"Write --data {folder / held[0]}"),
                )
            ]
        )


def _check_years(snapshot: Snapshot, years: Sequence[int]) -> None:
    held = snapshot.years()
    known = ", ".join(map(str, held)) or "-"
    absent = [y for y in years if y not in held]
    if absent or not held:
        raise Refused(
            [
                make(
                    "APP002",
                    found=", ".join(map(str, absent)) or "-",
                    expected=Text(f"数据中的年份：{known}", f"a year of the data: {known}"),
                    advice=Text(
                        "请改写 --year，或导入含该年的数据。", "Change --year, or import data of that year."
                    ),
                )
            ]
        )


def _tables(snapshot: Snapshot) -> list[dict[str, object]]:
    return [
        {
            "file": s.file,
            "sheet": s.sheet,
            "form": s.form,
            "header_row": s.header_row,
            "encoding": s.encoding,
            "columns": [{"letter": c[0], "header": c[1], "field": f} for f, c in s.columns.items()],
        }
        for s in snapshot.sources
    ]


def _describe(
    evaluation: Evaluation, snapshot: Snapshot, folder: Path, synthetic: bool, clock: _Clock
) -> dict[str, object]:
    clock.lap("report")
    run = evaluation.run
    return {
        "format": FORMAT,
        **describe(run),
        "snapshot": snapshot.id,
        "synthetic": synthetic,
        # What follows is no part of the result's identity: reports and library versions may differ between machines.
        "files": {name: digest.of_file(folder / name) for name in list_files(folder)},
        "environment": {"python": python_version(), **dict(_versions())},
        "seconds": clock.laps,
    }


def list_files(folder: Path) -> list[str]:
    """Return the files of a run, run.json apart, relative to its folder, in order."""
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in found if name != RUN)


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# --- packs that do not come with the program --------------------------------------------------------------------------
def keep_pack(loaded: LoadedPack, folder: Path) -> None:
    """Keep the rule files that do not come with the program, so that the run can be repeated elsewhere."""
    pack = loaded.pack
    if loaded.folder.is_relative_to(shipped_folder()):
        return
    own = folder / pack.id / pack.version
    own.mkdir(parents=True)
    source = loaded.folder / PACK_FILE
    shutil.copyfile(source if source.is_file() else Path(loaded.file), own / PACK_FILE)
    for used, number, _ in loaded.used:
        if number in list_versions(used):
            continue
        for root in (loaded.folder.resolve().parent, loaded.folder.resolve().parent.parent):
            if (root / used / number / PACK_FILE).is_file():
                (folder / used / number).mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / used / number / PACK_FILE, folder / used / number / PACK_FILE)
                break


# --- reading a run ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class StoredRun:
    """A folder written by an evaluation."""

    folder: Path
    about: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id of the run."""
        return str(self.about["id"])

    @property
    def years(self) -> list[int]:
        """The years that were evaluated."""
        return [int(y) for y in self.about["years"]]

    def pack(self) -> LoadedPack:
        """Return the pack of the run; Refused (APP005) when it reads differently now."""
        ref = str(self.about["pack"])
        name, _, number = ref.partition("@")
        kept = self.folder / PACK / name / number
        loaded = load(kept if (kept / PACK_FILE).is_file() else ref)
        if loaded.digest != self.about["pack_digest"]:
            raise Refused(
                [
                    make(
                        "APP005",
                        place=Place(file=ref),
                        found=loaded.digest[:16],
                        expected=same(str(self.about["pack_digest"])[:16]),
                        advice=Text(
                            f"请用当时的版本（{self.about['software']}）打开，或重新评估。",
                            f"Open it with the version that made it ({self.about['software']}), or evaluate again.",
                        ),
                    )
                ]
            )
        return loaded

    def snapshot(self) -> Snapshot:
        """Return the data of the run, digests checked."""
        return open_snapshot(self.folder / SNAPSHOT)

    def recompute(self, progress: Progress = lambda _: None) -> Evaluation:
        """Return the evaluation computed again from the kept data."""
        return evaluate_pack(
            self.pack(),
            self.snapshot(),
            years=self.years,
            engine=str(self.about["engine"]),
            progress=progress,
        )

    def results(self, keep: Callable[[Mapping[str, str]], bool] = lambda _: True) -> list[Result]:
        """Return the stored results for which `keep` holds; what the file does not hold stays empty."""
        pack = self.pack().pack
        by = {i.id: i.by for i in pack.indicators} | {v.id: v.by for v in pack.verdicts}
        head = columns(pack)
        path = self.folder / CSV
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if reader.fieldnames is None or tuple(reader.fieldnames) != head:
                raise Refused([broken(self.folder, CSV)])
            return [_result(row, by[row["indicator"]]) for row in reader if keep(row)]


def open_run(folder: Path) -> StoredRun:
    """Return a stored run; Refused (APP004) when the folder is none."""
    try:
        about = json.loads((folder / RUN).read_text(encoding="utf-8"))
        if int(about["format"]) > FORMAT or not {
            "id",
            "pack",
            "pack_digest",
            "years",
            "engine",
            "files",
        } <= set(about):
            raise ValueError(about["format"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Refused([broken(folder, RUN)]) from None
    return StoredRun(folder, about)


def broken(folder: Path, name: str) -> Problem:
    """Return the problem of a folder that lacks or garbles a file."""
    return make(
        "APP004",
        place=Place(file=str(folder)),
        found=f"{name}: -" if not (folder / name).exists() else name,
        expected=Text("duxue evaluate --out 写成的文件夹", "a folder written by duxue evaluate --out"),
        advice=Text("请检查路径，或重新评估。", "Check the path, or evaluate again."),
    )


def _result(row: Mapping[str, str], by: Sequence[str]) -> Result:
    def text(name: str) -> str:
        value = row[name]
        return value[1:] if value[:1] == "'" and value[1:2] in "=+-@\t\r\n" else value

    status, verdict, kind = row["status"], row["verdict"], row["kind"]
    if (
        status not in get_args(Status)
        or verdict not in get_args(Judgement)
        or kind not in ("indicator", "verdict")
    ):
        raise ValueError(f"results.csv: {status} {verdict} {kind}")
    return Result(
        unit=text("unit"),
        unit_name=Text(text("unit_name"), text("unit_name_en")),
        level=row["level"],
        year=int(row["year"]) if row["year"] else None,
        by=tuple((d, row[d]) for d in by if row.get(d)),
        indicator=row["indicator"],
        kind=kind,  # type: ignore[arg-type]
        value=number(row["value"]),
        status=status,  # type: ignore[arg-type]
        reason=row["reason"],
        numerator=number(row["numerator"]),
        denominator=number(row["denominator"]),
        rows=int(row["rows"]),
        left_out=int(row["left_out"]),
        standard=text("standard"),
        verdict=verdict,  # type: ignore[arg-type]
        margin=number(row["margin"]),
        attainment=number(row["attainment"]),
        flags=tuple(row["flags"].split()),
    )


def number(text: str) -> Fraction | float | None:
    """Return a number of results.csv: whole ones exactly, others as the double that was written."""
    if not text:
        return None
    return Fraction(text) if text.lstrip("-").isdigit() else float(text)
