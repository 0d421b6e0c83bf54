"""An evaluation as a folder: results, what made them, what was matched, the data themselves, the report."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from duxue.app.evaluating import Evaluation, evaluate_pack
from duxue.app.fitting import fit
from duxue.app.folders import fresh_folder, keep_apart
from duxue.app.importing import Progress, check_folder
from duxue.app.problems import make
from duxue.app.reporting import Format, published, write_report
from duxue.core import digest
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import LANGS, Lang, Text
from duxue.microdata.contract import contract_of
from duxue.microdata.snapshot import FLAGS, MANIFEST, Snapshot, open_snapshot, write
from duxue.packs.keeping import keep_pack
from duxue.packs.lint import check
from duxue.packs.loader import LoadedPack
from duxue.results.export import describe, write_csv, write_parquet

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
    timings: Mapping[str, float]


def evaluate_folder(
    loaded: LoadedPack,
    data: Path,
    out: Path,
    *,
    years: Sequence[int] | Callable[[Sequence[int]], Sequence[int]] = (),
    engine: str = "duckdb",
    langs: Sequence[Lang] = LANGS,
    formats: Sequence[Format] = (),
    synthetic: bool = False,
    keep_rules: bool = False,
    progress: Progress = lambda _: None,
) -> Finished:
    """Import (or open) `data`, evaluate it by a pack and write everything to `out`, whole or not at all.

    `years` are the years that are computed, or a function that chooses them from those that the data hold. `keep_rules`
    keeps a pack that comes with the program too, for results that must outlive the program's version.

    Raises:
        Refused: the data, a year that they do not hold (APP002), a snapshot of other forms (APP006), a taken place (APP003).
    """
    clock = _Clock()
    check(loaded)
    keep_apart(out, data)
    with fresh_folder(out, mark=RUN, ours=OURS) as folder:
        snapshot, match, problems = _take_in(loaded, data, folder / SNAPSHOT, engine, progress)
        clock.lap("import")
        wanted = years(snapshot.years()) if callable(years) else years
        _check_years(snapshot, wanted)
        evaluation = evaluate_pack(
            loaded, snapshot, years=sorted(set(wanted)), engine=engine, synthetic=synthetic, progress=progress
        )
        clock.lap("evaluate")
        progress(Text("写出结果", "writing the results"))
        write_csv(folder / CSV, evaluation.csv)
        write_parquet(folder / PARQUET, evaluation.run, evaluation.pack)
        _write_json(folder / MATCH, match)
        _write_json(folder / PROBLEMS, [p.to_dict() for p in problems])
        keep_pack(loaded, folder / PACK, shipped=keep_rules)
        clock.lap("write")
        year = evaluation.run.years[-1]
        reports: list[Path] = []
        if formats:
            reports = write_report(
                evaluation,
                folder / REPORT,
                year=year,
                langs=langs,
                formats=formats,
                matches=published(loaded, progress),
                progress=progress,
                lap=clock.lap,
            )
        _write_json(folder / RUN, _describe(evaluation, snapshot, folder, clock))
    placed = tuple(out / path.relative_to(folder) for path in reports)
    return Finished(out, evaluation, placed, tuple(problems), clock.laps)


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
            target.mkdir()
            for path in (data / MANIFEST, data / FLAGS, *map(opened.path, opened.digests)):
                shutil.copyfile(path, target / path.name)
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


def _describe(evaluation: Evaluation, snapshot: Snapshot, folder: Path, clock: _Clock) -> dict[str, object]:
    clock.lap("report")
    about: dict[str, object] = {
        "format": FORMAT,
        **describe_run(evaluation, snapshot),
        # What follows is no part of the result's identity: reports and library versions may differ between machines.
        "files": {name: digest.of_file(folder / name) for name in list_files(folder)},
        "environment": {"python": python_version(), **dict(_versions())},
        "seconds": clock.laps,
    }
    return {**about, "seal": digest.of_json(about)}


def describe_run(evaluation: Evaluation, snapshot: Snapshot) -> dict[str, object]:
    """Return what run.json claims of the result: all of it comes out again when the run is computed again."""
    return {**describe(evaluation.run), "snapshot": snapshot.id}


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


# --- packs that are kept with a run -----------------------------------------------------------------------------------
