"""A stored evaluation computed again: every difference is told, none is overlooked for being small."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from duxue.app.evaluating import evaluate_pack, software
from duxue.app.importing import Progress, import_folder
from duxue.app.runs import CSV, PACK, SNAPSHOT, StoredRun, broken, list_files, refuse_store
from duxue.core import digest
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.microdata.snapshot import MANIFEST, open_snapshot

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
    recorded = {str(name): str(value) for name, value in dict(stored.about["files"]).items()}
    found = list(_files(stored.folder, recorded))
    held = [name for name in list_files(stored.folder) if name not in recorded]
    covered, uncovered = tuple(recorded), tuple(held)
    # Rules or data that were altered are not computed with: what came out would say nothing.
    if not any(d.stops for d in found):
        found += _recompute(stored, data, progress)
    return Verified(tuple(found), covered, uncovered)


def _files(folder: Path, recorded: dict[str, str]) -> Iterator[Difference]:
    for name, kept in recorded.items():
        part = name.split("/")[0]
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Refused([broken(folder, name)])
        if not path.is_file():
            say = Text(f"文件 {name} 不见了", f"the file {name} is gone")
            yield Difference(say, kept[:16], "-", stops=part in (SNAPSHOT, PACK, CSV))
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


def _recompute(stored: StoredRun, data: Path | None, progress: Progress) -> list[Difference]:
    about = stored.about
    found: list[Difference] = []
    loaded, engine = stored.pack(), str(about["engine"])
    with tempfile.TemporaryDirectory(prefix="duxue-") as temporary:
        if data is None:
            progress(Text("打开快照并核对摘要", "opening the snapshot and checking its digests"))
            try:
                snapshot = stored.snapshot()
            except Refused as refused:
                return [
                    Difference(
                        Text(
                            f"随结果保存的数据已被改动：{p.what.zh}",
                            f"the data kept with the result were changed: {p.what.en}",
                        ),
                        p.expected.en,
                        p.found,
                        stops=True,
                    )
                    for p in refused.problems
                ]
        elif (data / MANIFEST).is_file():
            snapshot = open_snapshot(data)
        else:
            refuse_store(data)
            snapshot = import_folder(loaded, data, Path(temporary), engine=engine, progress=progress).snapshot
        kept_digests = dict(about["data_digests"])
        for form in sorted({*kept_digests, *snapshot.digests}):
            before, now = kept_digests.get(form, "-"), snapshot.digests.get(form, "-")
            if before != now:
                found.append(
                    Difference(
                        Text(f"表 {form} 的数据不同", f"the data of {form} differ"), before[:16], now[:16]
                    )
                )
        held = snapshot.years()
        years = [y for y in stored.years if y in held]
        if years != stored.years:
            say = Text("数据中的年份不同", "the years of the data differ")
            return [*found, Difference(say, " ".join(map(str, stored.years)), " ".join(map(str, held)))]
        again = evaluate_pack(loaded, snapshot, years=years, engine=engine, progress=progress)
    progress(Text("逐字节比较结果", "comparing the results byte by byte"))
    kept_text = (stored.folder / CSV).read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    if kept_text != again.csv:
        found.extend(_lines(kept_text, again.csv))
    if about["software"] != software():
        found.append(
            Difference(
                Text("程序版本不同", "another version of the program"), str(about["software"]), software()
            )
        )
    elif again.run.id != stored.id:
        found.append(
            Difference(Text("结果编号不同", "the id of the run differs"), stored.id[:16], again.run.id[:16])
        )
    return found


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
