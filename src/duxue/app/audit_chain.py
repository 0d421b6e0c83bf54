"""The chain of the site's audit: its canonical lines, its hashes, and whether an exported chain still holds.

An export begins with `{"audit_chain": 2}`. A line of an event is JSON: `{"seq", "before", "hash", "line"}`. `line` is the
canonical line, byte for byte as it was hashed; an export for a reader who may not see an event leaves it out, and the link
`before` -> `hash` of that event is still checked. The closing line `{"events", "head"}` says how many there are and where they
end, so that a file that was cut off is found out. Exports that begin with an event are older: they do not say where they end.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from duxue.app.problems import CODES
from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same

GENESIS, VERSION = "0" * 64, 2
FIELDS = ("seq", "at", "actor", "actor_name", "token", "action", "object_type", "object_id", "round", "path", "reason", "data")  # fmt: skip
_HASH = re.compile(r"[0-9a-f]{64}")
_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")

_NOTHING = Text("末行之后没有内容", "nothing after the closing line")
_ADVICE = {
    "AUD001": Text("请重新导出，不要用表格软件编辑。", "Export it again and do not edit it with a spreadsheet."),
    "AUD002": Text("有事件被删去、插入或调换。请与其他副本比对。", "Events were left out, put in or exchanged. Compare with another copy."),
    "AUD003": Text("此处之前或此处的事件被改动。请与其他副本比对。", "This event or one before it was changed. Compare with another copy."),
    "AUD004": Text("此事件被改动。请与其他副本比对。", "This event was changed. Compare with another copy."),
    "AUD005": Text("链被截短或整体重写。请保全数据库并查明原因。", "The chain was cut off or written anew. Secure the database and find out why."),
    "AUD006": Text("请检查导出的文件。", "Check the exported file."),
    "AUD007": Text("例如 120:3f9a…（64 位十六进制）。", "For instance 120:3f9a… (64 hexadecimal digits)."),
    "AUD008": Text("文件被截短或没有下载完整。请重新导出，并与其他副本比对。", "The file was cut off, or not fetched to its end. Export it again and compare with another copy."),
    "AUD009": Text("事件被删去或添加在末尾。请重新导出，并与其他副本比对。", "Events were left out or put in at the end. Export it again and compare with another copy."),
    "AUD010": Text("这是旧格式的导出，或首行和末行已被删去：须用 --head 给出最后一个事件核对。", "It is an export of the older form, or both lines were taken away: only --head with the last event shows it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The number and hash of the last event at some moment, noted somewhere else."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(slots=True)
class Checked:
    """What the check of an exported chain found."""

    events: int = 0
    withheld: int = 0  # events whose content the export leaves out
    closed: bool = False  # the file says itself where it ends; one of the older form does not
    last: Head = field(default_factory=lambda: Head(0, GENESIS))
    problems: list[Problem] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.problems


def unproved(file: str) -> Problem:
    """Return that a file which holds does not say where it ends (AUD010)."""
    return _problem("AUD010", "", same('{"audit_chain"}, {"events", "head"}')).at(file=file)


def canonical_line(values: Mapping[str, Any]) -> str:
    """Return the line that an event's hash covers: JSON of FIELDS with sorted keys and no blanks, UTF-8."""
    return json.dumps(
        {name: values[name] for name in FIELDS}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def hash_of(before: str, line: str) -> str:
    """Return the SHA-256 of the hash before and the line."""
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def enclosed(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a file: its first line, those of the events, and the closing one with their number and head."""
    yield _dumped({"audit_chain": VERSION})
    events, last = 0, ""
    for last in lines:
        events += 1
        yield last
    end = json.loads(last) if last else {"seq": 0, "hash": GENESIS}
    yield _dumped({"events": events, "head": f"{end['seq']}:{end['hash']}"})


def _dumped(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def exported_line(seq: int, before: str, digest: str, line: str | None) -> str:
    """Return one line of an export; without `line` the event's content is withheld."""
    values: dict[str, Any] = {"seq": seq, "before": before, "hash": digest}
    if line is not None:
        values["line"] = line
    return _dumped(values)


def head_of(text: str) -> Head | Problem:
    """Return the head written as SEQ:HASH, or what is wrong with it."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        return _problem("AUD007", text.strip()[:80], same("SEQ:HASH"))
    return Head(int(found[1]), found[2])


def verify_chain(lines: Iterable[str], head: Head | None = None, file: str = "") -> Checked:
    """Check an exported chain from its first event on to where it says that it ends.

    Args:
        lines: the lines of the export, in their order; empty ones are passed over.
        head: a head that was noted elsewhere; the chain must lead through it.
        file: name of the file, for the problems.

    Returns:
        What was found: every line that is broken is told with its number.
    """
    reading, number = _Reading(wanted=head), 0
    for number, text in enumerate(lines, start=1):
        if text.strip():
            reading.problems += [p.at(file=file, line=number) for p in reading.take(text.strip())]
    reading.problems += [p.at(file=file, line=number or None) for p in reading.end()]
    return reading


@dataclass(slots=True)
class _Reading(Checked):
    """What the lines that were taken so far say."""

    wanted: Head | None = None
    met: bool = False  # the head that is wanted
    begun: bool = False  # by a first line of its own

    def take(self, text: str) -> Iterator[Problem]:
        values = _read(text)
        if "audit_chain" in values and not self.begun and not self.events:
            self.begun = True
            if values["audit_chain"] != VERSION:
                yield _problem("AUD001", text[:80], same(_dumped({"audit_chain": VERSION})))
            return
        if self.closed:
            yield _problem("AUD009", text[:80], _NOTHING)
        if self.begun and "events" in values:
            self.closed = True
            for told, here in ((values["events"], self.events), (values.get("head"), str(self.last))):
                if told != here:
                    yield _problem("AUD009", str(here), same(str(told)[:80]))
        elif not _is_event(values):
            yield _problem("AUD001", text[:80], same("seq, before, hash, line"))
        else:
            yield from _breaks_of(values, self.last.seq, self.last.hash)
            self.events += 1
            self.withheld += "line" not in values
            self.last = Head(values["seq"], values["hash"])
            self.met |= self.last == self.wanted

    def end(self) -> Iterator[Problem]:
        if self.begun and not self.closed:
            yield _problem("AUD008", "", same('{"events", "head"}'))
        wanted = self.wanted
        if not self.events:
            yield _problem("AUD006", "", same(""))
        elif wanted is not None and not self.met and wanted != Head(0, GENESIS):
            found = str(self.last) if wanted.seq >= self.last.seq else f"{wanted.seq}:…"
            yield _problem("AUD005", found, same(str(wanted)))


def _breaks_of(event: Mapping[str, Any], seq: int, before: str) -> Iterator[Problem]:
    if event["seq"] != seq + 1:
        yield _problem("AUD002", str(event["seq"]), same(str(seq + 1)))
    if event["before"] != before:
        yield _problem("AUD003", event["before"], same(before))
    line = event.get("line")
    if line is None:
        return
    wanted = hash_of(event["before"], line)
    if event["hash"] != wanted:
        yield _problem("AUD004", event["hash"], same(wanted))
    elif _seq_in(line) != event["seq"]:
        yield _problem("AUD004", str(event["seq"]), same(str(_seq_in(line))))


def _seq_in(line: str) -> Any:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values.get("seq") if isinstance(values, dict) else None


def _read(text: str) -> dict[str, Any]:
    """Return what a line says; nothing where it is no JSON object."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _is_event(values: Mapping[str, Any]) -> bool:
    hashes = all(isinstance(values.get(k), str) and _HASH.fullmatch(values[k]) for k in ("before", "hash"))
    return hashes and type(values.get("seq")) is int and isinstance(values.get("line", ""), str)


def _problem(code: str, found: str, expected: Text) -> Problem:
    return Problem(code, CODES[code], Place(), found, expected, _ADVICE[code])
