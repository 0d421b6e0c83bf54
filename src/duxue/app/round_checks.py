"""A scored round computed again from its own folder: every file that was touched and every figure that differs is named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from duxue.app.importing import Progress
from duxue.app.problems import make
from duxue.app.rounds import (
    EVALUATION,
    FORMAT,
    INPUTS,
    ROUND,
    ROUND_FILE,
    Computed,
    Opened,
    compute,
    list_files,
    open_round,
)
from duxue.app.stored import open_run
from duxue.app.verifying import Difference, Verified, compare_run
from duxue.core import digest
from duxue.core.errors import Place, Refused
from duxue.core.text import Text

_SHOWN = 5  # differing rows of a table that are quoted
_MADE_OF = (INPUTS, EVALUATION)  # what is computed with; where it was altered nothing is computed
_TEXTS = ("id", "round", "pack", "pack_digest", "evaluation", "software", "edition", "seal")
_MAPS = ("inputs", "tables", "files")


@dataclass(frozen=True)
class StoredRound:
    """A folder that a scoring wrote, or one that was published from it."""

    folder: Path
    about: Mapping[str, Any]

    def table(self, name: str) -> list[dict[str, str]]:
        """Return the rows of one of its tables."""
        with (self.folder / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def open_stored(folder: Path) -> StoredRound:
    """Return the scored round in a folder; Refused (APP016) when it is none."""
    try:
        about = json.loads((folder / ROUND).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        about = None
    fine = (
        isinstance(about, dict)
        and about.get("format") == FORMAT
        and all(isinstance(about.get(k), str) for k in _TEXTS)
        and all(isinstance(about.get(k), dict) for k in _MAPS)
        and all(isinstance(v, str) for k in _MAPS for v in about[k].values())
        and all(Path(name).name == name and (folder / name).is_file() for name in about["tables"])
    )
    if not fine:
        expected = Text(
            f"含 {ROUND} 及其所列各表的文件夹", f"a folder with {ROUND} and the tables that it lists"
        )
        advice = Text("请用 duxue round score 重新计分。", "Score again with duxue round score.")
        raise Refused(
            [make("APP016", place=Place(file=str(folder / ROUND)), expected=expected, advice=advice)]
        )
    return StoredRound(folder, about)


def verify_round(stored: StoredRound, progress: Progress = lambda _: None) -> Verified:
    """Compute a scored round again from the files in its folder alone and return every difference."""
    progress(Text("核对每个文件的摘要", "checking the digest of every file"))
    recorded: Mapping[str, str] = stored.about["files"]
    found = [*_seal(stored), *_files(stored, recorded)]
    unknown = [name for name in list_files(stored.folder) if name not in recorded]
    for name in unknown:
        inside = name.split("/")[0] in _MADE_OF
        what = Text(f"{name} 不是计分时写下的文件", f"{name} is no file that the scoring wrote")
        found.append(Difference(what, "-", name, stops=inside))
    if not any(d.stops for d in found):
        found += _recompute(stored, progress)
    return Verified(tuple(found), tuple(recorded), tuple(unknown))


def recompute(stored: StoredRound, progress: Progress = lambda _: None) -> tuple[Opened, Computed]:
    """Return the round scored again from the inputs, the data and the rules that lie in its folder."""
    run = open_run(stored.folder / EVALUATION)
    opened = open_round(stored.folder / INPUTS / ROUND_FILE, run.pack())
    return opened, compute(opened, run.recompute(progress))


def _seal(stored: StoredRound) -> Iterator[Difference]:
    about = {k: v for k, v in stored.about.items() if k != "seal"}
    now = digest.of_json(about)
    if now != stored.about["seal"]:
        yield Difference(
            Text(f"{ROUND} 已被改动", f"{ROUND} was changed"), stored.about["seal"][:16], now[:16]
        )


def _files(stored: StoredRound, recorded: Mapping[str, str]) -> Iterator[Difference]:
    root = stored.folder.resolve()
    for name, kept in recorded.items():
        path = stored.folder / name
        stops = name.split("/")[0] in _MADE_OF
        if not path.resolve().is_relative_to(root) or not path.is_file():
            yield Difference(Text(f"文件 {name} 不见了", f"the file {name} is gone"), kept[:16], "-", stops)
            continue
        now = digest.of_file(path)
        if now != kept:
            what = Text(f"文件 {name} 已被改动", f"the file {name} was changed")
            yield Difference(what, kept[:16], now[:16], stops)


def _recompute(stored: StoredRound, progress: Progress) -> Iterator[Difference]:
    try:
        opened, again = recompute(stored, progress)
    except Refused as refused:
        yield from (
            Difference(Text(f"{p.place.say('zh')} {p.what.zh}".strip(), f"{p.place.say('en')} {p.what.en}".strip()),
                       p.expected.en, p.found, stops=True)
            for p in refused.problems
        )  # fmt: skip
        return
    about = stored.about
    claims = {
        "pack_digest": opened.loaded.digest,
        "evaluation": again.evaluation.run.id,
        "round": opened.about.id,
    }
    for name, now in claims.items():
        if about[name] != now:
            yield Difference(Text(f"{ROUND} 的 {name}", f"{name} in {ROUND}"), about[name][:16], now[:16])
    progress(Text("比较各项指标的结果", "comparing the figures"))
    yield from compare_run(open_run(stored.folder / EVALUATION), again.evaluation)
    for name in about["tables"]:
        progress(Text(f"比较 {name}", f"comparing {name}"))
        published = (stored.folder / name).read_bytes().decode("utf-8", "replace")
        yield from _rows(name, published, again.tables.get(name, ""))


def _rows(name: str, published: str, again: str) -> Iterator[Difference]:
    """Yield the first cells that differ between a table as it lies there and as it is computed."""
    if published == again:
        return
    before, after = (list(csv.reader(io.StringIO(text, newline=""))) for text in (published, again))
    head = after[0] if after else []
    count = 0
    nothing: list[str] = []
    for number, (old, new) in enumerate(zip_longest(before, after, fillvalue=nothing), 1):
        if old == new:
            continue
        count += 1
        if count > _SHOWN:
            continue
        where = " ".join(new[:3] or old[:3])
        for column, (a, b) in enumerate(zip_longest(old, new, fillvalue="-")):
            if a != b:
                title = head[column] if column < len(head) else str(column + 1)
                yield Difference(
                    Text(f"{name} 第{number}行 {title}（{where}）", f"{name} row {number} {title} ({where})"), a, b
                )  # fmt: skip
    if count > _SHOWN:
        more = count - _SHOWN
        yield Difference(Text(f"{name} 另有{more}行不同", f"{more} more rows of {name} differ"), "", "")
    if not count:
        yield Difference(Text(f"{name} 的写法不同", f"{name} is written differently"), "", "")
