"""The chain of documents: each names the one before, so that no draw can be repeated or dropped unseen.

`chain.jsonl` holds one line for each document in the order made: kind, digest, digest of the one before, time, and for a
certificate the commitment and the number of the run. `line` is the SHA-256 of the line written without `line`, `above`
the `line` of the one above, so that no member of any line can be altered without every line below it. A second run of a commitment gets number 2 and names the first.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.core.digest import of_bytes
from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same
from duxue.draws.documents import Document, cannot_read
from duxue.draws.problems import make, refuse

Entry = dict[str, Any]
_LINKS = ("above", "line")


@dataclass(frozen=True, slots=True)
class Chain:
    """What was committed to and drawn so far."""

    path: Path
    entries: tuple[Entry, ...]

    @property
    def head(self) -> str:
        """The digest of the newest document; empty before the first."""
        return str(self.entries[-1]["digest"]) if self.entries else ""

    def runs(self, commitment: str) -> list[Entry]:
        """Return the certificates of a commitment, oldest first."""
        return [e for e in self.entries if e["kind"] == "certificate" and e["commitment"] == commitment]

    def require_commitment(self, digest: str) -> None:
        """Refuse to go on when a commitment was not recorded here."""
        if not any(e["digest"] == digest for e in self.entries):
            advice = Text(
                "请用 --chain 指明承诺时的证书链。", "Name the chain of the commitment with --chain."
            )
            raise refuse("DRAW056", place=Place(file=self.path.name), found=digest, advice=advice)

    def check_clock(self, time: str) -> None:
        """Refuse a time before the newest document's."""
        if self.entries and time < self.entries[-1]["time"]:
            raise refuse(
                "DRAW040",
                place=Place(file=self.path.name, line=len(self.entries)),
                found=time,
                expected=Text(
                    f"不早于上一份文书 {self.entries[-1]['time']}",
                    f"not before the document above it, {self.entries[-1]['time']}",
                ),
                advice=Text("请校准本机时钟。", "Set this machine's clock."),
            )


def entry_of(document: Mapping[str, Any]) -> Entry:
    """Return the line of a document."""
    entry = {k: document[k] for k in ("digest", "previous", "time")}
    if "commitment" not in document:
        return {"kind": "commitment", **entry}
    return {
        "kind": "certificate",
        **entry,
        "commitment": document["commitment"]["digest"],
        "run": document["run"],
    }


def read_chain(path: Path) -> Chain:
    """Read a chain; Refused when a line was altered, dropped, added or moved. An absent file is an empty chain."""
    try:
        data = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise cannot_read(path, error) from error
    entries: list[Entry] = []
    runs: dict[str, int] = {}
    previous = time = above = ""
    *lines, rest = data.split(b"\n")
    for number, line in enumerate([*lines, rest] if rest else lines, 1):
        place = Place(file=path.name, line=number)
        try:
            entry = json.loads(line)
            right = rest != line and _write_line(entry) == line + b"\n"
        except (ValueError, TypeError, RecursionError):
            entry, right = {}, False
        if not right or not _is_entry(entry):
            raise refuse("DRAW055", place=place, found=line[:60].decode("utf-8", "replace"), advice=_COMPARE)
        if entry["above"] != above or entry["line"] != _digest_of(entry):
            found, expected = (entry["line"], _digest_of(entry))
            if entry["above"] != above:
                found, expected = entry["above"], above
            raise refuse("DRAW055", place=place, found=found, expected=same(expected), advice=_COMPARE)
        if entry["previous"] != previous or entry["time"] < time:
            raise refuse(
                "DRAW055", place=place, found=entry["previous"], expected=same(previous), advice=_COMPARE
            )
        if entry["kind"] == "certificate":
            runs[entry["commitment"]] = runs.get(entry["commitment"], 0) + 1
            if entry["run"] != runs[entry["commitment"]]:
                raise refuse(
                    "DRAW055",
                    place=place,
                    found=str(entry["run"]),
                    expected=same(str(runs[entry["commitment"]])),
                    advice=_COMPARE,
                )
        previous, time, above = entry["digest"], entry["time"], entry["line"]
        entries.append(entry)
    return Chain(path, tuple(entries))


def find_in_chain(chain: Chain, document: Document) -> list[Problem]:
    """Return what is wrong when a document is not in the chain as it stands there."""
    want = entry_of(document)
    if any({k: v for k, v in entry.items() if k not in _LINKS} == want for entry in chain.entries):
        return []
    return [
        make(
            "DRAW056",
            place=Place(file=chain.path.name),
            found=str(document["digest"]),
            advice=Text(
                "请向公布单位查询：这次抽签未登记，或登记的是另一份。",
                "Ask whoever published it: this draw was not recorded, or another was.",
            ),
        )
    ]


@contextlib.contextmanager
def append_to(path: Path) -> Iterator[list[Document]]:
    """Give a list to put documents in; their lines are appended when the block ends well, under a lock."""
    lock = path.with_name(path.name + ".lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError as error:
        raise refuse(
            "DRAW059",
            place=Place(file=str(lock)),
            advice=Text(
                "请等它结束；若程序已中断，核对后删除此锁文件。",
                "Wait for it to end; if it was killed, check and delete this lock file.",
            ),
        ) from error
    except OSError as error:
        raise cannot_read(path, error) from error
    try:
        documents: list[Document] = []
        yield documents
        entries = read_chain(path).entries
        above = str(entries[-1]["line"]) if entries else ""
        with path.open("ab") as stream:
            for document in documents:
                entry = {**entry_of(document), "above": above}
                above = _digest_of(entry)
                stream.write(_write_line({**entry, "line": above}))
            stream.flush()
            os.fsync(stream.fileno())
    finally:
        lock.unlink()


def _write_line(entry: Entry) -> bytes:
    return (json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _digest_of(entry: Entry) -> str:
    return of_bytes(_write_line({k: v for k, v in entry.items() if k != "line"}))


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    texts = {"kind", "digest", "previous", "time", *_LINKS} | (
        {"commitment"} if entry.get("kind") == "certificate" else set()
    )
    extra = {"run"} if entry.get("kind") == "certificate" else set()
    return (
        entry.get("kind") in ("commitment", "certificate")
        and {*entry} == texts | extra
        and all(isinstance(entry[t], str) for t in texts)
        and all(isinstance(entry[e], int) for e in extra)
    )


_COMPARE = Text("请与已公布的证书链逐行核对。", "Compare it line by line with the chain as published.")
