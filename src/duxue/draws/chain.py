"""The chain of documents: each names the one before, so that no draw can be repeated or dropped unseen.

`chain.jsonl` holds one line for each document in the order made: kind, digest, digest of the one before, time, the
identity of the draw, and for a certificate the commitment and the number of the run. `line` is the SHA-256 of the line
written without `line`, `above` the `line` of the one above, so that no member of any line can be altered without every
line below it. Runs are counted by draw, not by commitment: committing to the same draw anew does not start again at 1.
A certificate that was written but not recorded, because the program was killed, gets a line of the kind `interruption`
with the next run: it counts, for chance had spoken.
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
from duxue.draws.identity import identity_of
from duxue.draws.problems import make, refuse

Entry = dict[str, Any]
_LINKS = ("above", "line")
_RUNS = ("certificate", "interruption")


@dataclass(frozen=True, slots=True)
class Chain:
    """What was committed to and drawn so far."""

    path: Path
    entries: tuple[Entry, ...]

    @property
    def head(self) -> str:
        """The digest of the newest document; empty before the first."""
        return str(self.entries[-1]["digest"]) if self.entries else ""

    def runs(self, draw: str) -> list[Entry]:
        """Return the lines of every run of a draw, oldest first, whatever commitment it had."""
        return [e for e in self.entries if e["kind"] in _RUNS and e["draw"] == draw]

    def commitments(self, draw: str) -> list[Entry]:
        """Return the lines of the commitments to a draw, oldest first."""
        return [e for e in self.entries if e["kind"] == "commitment" and e["draw"] == draw]

    def with_interruption(self, commitment: Document, digest: str, time: str) -> Chain:
        """Return the chain after a line for a run whose certificate, named by its digest, was never recorded."""
        draw = identity_of(commitment)
        entry = {
            "kind": "interruption",
            "digest": digest,
            "previous": self.head,
            "time": time,
            "draw": draw,
            "commitment": commitment["digest"],
            "run": len(self.runs(draw)) + 1,
        }
        return Chain(self.path, (*self.entries, entry))

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
        return {"kind": "commitment", **entry, "draw": identity_of(document)}
    return {
        "kind": "certificate",
        **entry,
        "draw": identity_of(document["commitment"]),
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
    drawn_of: dict[str, str] = {}  # commitment -> draw
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
        if entry["kind"] == "commitment":
            drawn_of[entry["digest"]] = entry["draw"]
        else:
            draw, number_of_run = entry["draw"], runs.get(entry["draw"], 0) + 1
            if drawn_of.get(entry["commitment"]) != draw or entry["run"] != number_of_run:
                raise refuse(
                    "DRAW055",
                    place=place,
                    found=f"{entry['commitment'][:16]} {entry['run']}",
                    expected=Text(
                        f"上文已有的承诺，第{number_of_run}次", f"a commitment above, run {number_of_run}"
                    ),
                    advice=_COMPARE,
                )
            runs[draw] = number_of_run
        previous, time, above = entry["digest"], entry["time"], entry["line"]
        entries.append(entry)
    return Chain(path, tuple(entries))


def find_in_chain(chain: Chain, document: Document) -> list[Problem]:
    """Return what is wrong when a document is not in the chain as it stands there."""
    want = entry_of(document)
    for entry in chain.entries:
        if entry["kind"] == "interruption" and entry["digest"] == want["digest"]:
            expected = Text("其后一次抽签的证书", "the certificate of the run after it")
            return [
                make("DRAW064", place=Place(file=chain.path.name), found=want["digest"], expected=expected)
            ]
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
def locked(path: Path) -> Iterator[None]:
    """Keep every other act away from what is written at `path`; Refused when another one is at it."""
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
        yield
    finally:
        lock.unlink()


@contextlib.contextmanager
def append_to(path: Path) -> Iterator[list[Entry]]:
    """Give a list to put lines in, made by `entry_of`; they are appended when the block ends well, under a lock."""
    with locked(path):
        new: list[Entry] = []
        yield new
        entries = read_chain(path).entries
        above = str(entries[-1]["line"]) if entries else ""
        lines = b""
        for entry in new:
            linked = {**entry, "above": above}
            above = _digest_of(linked)
            lines += _write_line({**linked, "line": above})
        _append(path, lines)


def _append(path: Path, lines: bytes) -> None:
    """Append whole lines or nothing: half a line on a full disk would break the chain for every later draw."""
    with path.open("ab", buffering=0) as stream:
        end = stream.tell()
        try:
            if (written := stream.write(lines)) < len(lines):
                stream.write(lines[written:])  # the rest, or the reason why there is no room for it
            os.fsync(stream.fileno())
        except OSError:
            stream.truncate(end)
            raise


def _write_line(entry: Entry) -> bytes:
    return (json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _digest_of(entry: Entry) -> str:
    return of_bytes(_write_line({k: v for k, v in entry.items() if k != "line"}))


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    kind = entry.get("kind")
    texts = {"kind", "digest", "previous", "time", "draw", *_LINKS} | (
        {"commitment"} if kind in _RUNS else set()
    )
    extra = {"run"} if kind in _RUNS else set()
    return (
        kind in ("commitment", *_RUNS)
        and {*entry} == texts | extra
        and all(isinstance(entry[t], str) for t in texts)
        and all(isinstance(entry[e], int) for e in extra)
    )


_COMPARE = Text("请与已公布的证书链逐行核对。", "Compare it line by line with the chain as published.")
