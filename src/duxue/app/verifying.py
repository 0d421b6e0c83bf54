"""A stored evaluation computed again: every difference is told, none is overlooked for being small."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from duxue.app.evaluating import Evaluation, evaluate_pack
from duxue.app.fitting import fit
from duxue.app.importing import Progress, import_folder
from duxue.app.runs import CSV, OURS, PACK, PARQUET, RUN, SNAPSHOT, describe_run, list_files, refuse_store
from duxue.app.stored import StoredRun
from duxue.core import digest
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.microdata.snapshot import MANIFEST, open_snapshot
from duxue.results.export import holds

_DIGEST = re.compile("[0-9a-f]{64}")
_SHOWN = 5  # differing lines of the results that are quoted


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was stored."""

    what: Text
    stored: str
    again: str
    stops: bool = False  # nothing can be computed again


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification covered and found."""

    differences: tuple[Difference, ...]
    covered: tuple[str, ...]  # files whose digests are recorded with the run
    uncovered: tuple[str, ...]  # files in the folder of which nothing is recorded


def verify_run(stored: StoredRun, data: Path | None = None, progress: Progress = lambda _: None) -> Verified:
    """Compute a stored run again, from its own data or from `data`, and return every difference."""
    progress(Text("核对每个文件的摘要", "checking the digest of every file"))
    recorded = stored.about.files
    unknown = [name for name in list_files(stored.folder) if name not in recorded]
    found = [*_seal(stored), *_files(stored.folder, recorded), *_unrecorded(unknown)]
    # Rules or data that were altered are not computed with: what came out would say nothing.
    if not any(d.stops for d in found):
        found += _recompute(stored, data, progress)
    return Verified(tuple(found), tuple(recorded), tuple(n for n in unknown if n.split("/")[0] not in OURS))


def compare_run(stored: StoredRun, again: Evaluation) -> list[Difference]:
    """Return every difference between a stored run and the same run computed again by somebody else."""
    snapshot = stored.snapshot()
    held = [*_seal(stored), *_files(stored.folder, stored.about.files)]
    return [*held, *_results(stored, again), *_claims(stored, describe_run(again, snapshot))]


def _seal(stored: StoredRun) -> Iterator[Difference]:
    if stored.about.seal != stored.seal:
        what = Text(f"{RUN} 已被改动", f"{RUN} was changed")
        yield Difference(what, stored.about.seal[:16], stored.seal[:16])


def _files(folder: Path, recorded: Mapping[str, str]) -> Iterator[Difference]:
    for name, kept in recorded.items():
        part = name.split("/")[0]
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            say = Text(f"文件 {name} 不见了", f"the file {name} is gone")
            yield Difference(say, kept[:16], "-", stops=part in (SNAPSHOT, PACK, CSV, PARQUET))
            continue
        now = digest.of_file(path)
        if now == kept:
            continue
        what = {
            SNAPSHOT: Text(
                f"随结果保存的数据已被改动：{name}", f"the data kept with the result were changed: {name}"
            ),
            PACK: Text(
                f"随结果保存的规则已被改动：{name}", f"the rules kept with the result were changed: {name}"
            ),
        }.get(part, Text(f"文件 {name} 已被改动", f"the file {name} was changed"))
        yield Difference(what, kept[:16], now[:16], stops=part in (SNAPSHOT, PACK))


def _unrecorded(names: Sequence[str]) -> Iterator[Difference]:
    """Yield the files that stand where only this program writes, yet are not among those that the run recorded."""
    for name in names:
        if name.split("/")[0] in OURS:
            what = Text(f"{name} 不是评估时写下的文件", f"{name} is no file that the evaluation wrote")
            yield Difference(what, "-", name)


def _recompute(stored: StoredRun, data: Path | None, progress: Progress) -> list[Difference]:
    about = stored.about
    found: list[Difference] = []
    try:
        loaded = stored.pack()
    except Refused as refused:
        return [Difference(p.what, p.expected.en, p.found, stops=True) for p in refused.problems]
    with tempfile.TemporaryDirectory(prefix="duxue-") as temporary:
        if data is None:
            progress(Text("打开快照并核对摘要", "opening the snapshot and checking its digests"))
            try:
                snapshot = stored.snapshot()
            except Refused as refused:
                return [_damaged(p) for p in refused.problems]
        elif (data / MANIFEST).is_file():
            given = open_snapshot(data)
            snapshot = fit(
                loaded, given, Path(temporary) / "again", engine=about.engine, progress=progress
            ).snapshot
        else:
            refuse_store(data)
            snapshot = import_folder(
                loaded, data, Path(temporary), engine=about.engine, progress=progress
            ).snapshot
        for form in sorted({*about.data_digests, *snapshot.digests}):
            before, now = about.data_digests.get(form, "-"), snapshot.digests.get(form, "-")
            if before != now:
                say = Text(f"表 {form} 的数据不同", f"the data of {form} differ")
                found.append(Difference(say, before[:16], now[:16]))
        held = snapshot.years()
        if not set(stored.years) <= set(held):
            say = Text("数据中的年份不同", "the years of the data differ")
            return [*found, Difference(say, " ".join(map(str, stored.years)), " ".join(map(str, held)))]
        again = evaluate_pack(
            loaded,
            snapshot,
            years=stored.years,
            engine=about.engine,
            synthetic=about.synthetic,
            progress=progress,
        )
        found += _results(stored, again)
        found += _claims(stored, describe_run(again, snapshot))
    return found


def _damaged(problem: Problem) -> Difference:
    what = Text(
        f"随结果保存的数据已被改动：{problem.what.zh}",
        f"the data kept with the result were changed: {problem.what.en}",
    )
    return Difference(what, problem.expected.en, problem.found or problem.place.file, stops=True)


def _results(stored: StoredRun, again: Evaluation) -> Iterator[Difference]:
    yield from _lines(stored.csv_text(), again.csv)
    if not holds(stored.folder / PARQUET, again.run, again.pack):
        say = Text(f"{PARQUET} 的内容与复算的不同", f"{PARQUET} does not hold what was computed again")
        yield Difference(say, "", "")


def _claims(stored: StoredRun, again: Mapping[str, object]) -> Iterator[Difference]:
    """Yield the entries of run.json that say something else than what was computed again."""
    kept = stored.about.model_dump()
    another = again["software"] != kept["software"]
    for key, now in again.items():
        if kept[key] != now and key != "data_digests" and not (another and key == "id"):
            what = {
                "software": Text("程序版本不同", "another version of the program"),
                "id": Text("结果编号不同", "the id of the run differs"),
            }.get(key, Text(f"{RUN} 的 {key} 不同", f"{key} in {RUN} differs"))
            yield Difference(what, _short(kept[key]), _short(now))


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:16] if _DIGEST.fullmatch(text) else text


def _lines(stored: str, again: str) -> list[Difference]:
    found: list[Difference] = []
    total = 0
    for line, (a, b) in enumerate(zip_longest(stored.split("\n"), again.split("\n"), fillvalue="-"), 1):
        if a != b:
            total += 1
            if total <= _SHOWN:
                found.append(Difference(Text(f"results.csv 第{line}行", f"results.csv, line {line}"), a, b))
    if total > _SHOWN:
        more = total - _SHOWN
        found.append(Difference(Text(f"另有{more}行不同", f"{more} more lines differ"), "", ""))
    return found
