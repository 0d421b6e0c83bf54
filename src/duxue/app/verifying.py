"""A stored evaluation computed again: every difference is told, none is overlooked for being small."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from duxue.app.evaluating import evaluate_pack, software
from duxue.app.importing import Progress, import_folder
from duxue.app.runs import CSV, StoredRun, broken, refuse_store
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


def verify_run(
    stored: StoredRun, data: Path | None = None, progress: Progress = lambda _: None
) -> list[Difference]:
    """Compute a stored run again, from its own data or from `data`, and return every difference."""
    about = stored.about
    found: list[Difference] = []
    for name, kept in dict(about["files"]).items():
        try:
            now = digest.of_file(stored.folder / name)
        except OSError:
            raise Refused([broken(stored.folder, name)]) from None
        if now != kept:
            found.append(
                Difference(Text(f"文件 {name} 已被改动", f"the file {name} was changed"), kept[:16], now[:16])
            )
    loaded, engine = stored.pack(), str(about["engine"])
    with tempfile.TemporaryDirectory(prefix="duxue-") as temporary:
        if data is None:
            progress(Text("打开快照并核对摘要", "opening the snapshot and checking its digests"))
            snapshot = stored.snapshot()
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
