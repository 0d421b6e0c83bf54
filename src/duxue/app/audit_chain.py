"""The chain of the site's audit: its canonical lines, its hashes, and whether an exported chain still holds.

An exported line is JSON: `{"seq", "before", "hash", "line"}`. `line` is the canonical line, byte for byte as it was hashed; an
export for a reader who may not see an event leaves it out, and the link `before` -> `hash` of that event is still checked.
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

GENESIS = "0" * 64
FIELDS = ("seq", "at", "actor", "actor_name", "token", "action", "object_type", "object_id", "round", "path", "reason", "data")  # fmt: skip
_HASH = re.compile(r"[0-9a-f]{64}")
_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")

_ADVICE = {
    "AUD001": Text("请重新导出，不要用表格软件编辑。", "Export it again and do not edit it with a spreadsheet."),
    "AUD002": Text("有事件被删去、插入或调换。请与其他副本比对。", "Events were left out, put in or exchanged. Compare with another copy."),
    "AUD003": Text("此处之前或此处的事件被改动。请与其他副本比对。", "This event or one before it was changed. Compare with another copy."),
    "AUD004": Text("此事件被改动。请与其他副本比对。", "This event was changed. Compare with another copy."),
    "AUD005": Text("链被截短或整体重写。请保全数据库并查明原因。", "The chain was cut off or written anew. Secure the database and find out why."),
    "AUD006": Text("请检查导出的文件。", "Check the exported file."),
    "AUD007": Text("例如 120:3f9a…（64 位十六进制）。", "For instance 120:3f9a… (64 hexadecimal digits)."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The number and hash of the last event at some moment, noted somewhere else."""

    seq: int
    hash: str


@dataclass(slots=True)
class Checked:
    """What the check of an exported chain found."""

    events: int = 0
    withheld: int = 0  # events whose content the export leaves out
    last: Head = field(default_factory=lambda: Head(0, GENESIS))
    problems: list[Problem] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.problems


def canonical_line(values: Mapping[str, Any]) -> str:
    """Return the line that an event's hash covers: JSON of FIELDS with sorted keys and no blanks, UTF-8."""
    return json.dumps(
        {name: values[name] for name in FIELDS}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def hash_of(before: str, line: str) -> str:
    """Return the SHA-256 of the hash before and the line."""
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def exported_line(seq: int, before: str, digest: str, line: str | None) -> str:
    """Return one line of an export; without `line` the event's content is withheld."""
    values: dict[str, Any] = {"seq": seq, "before": before, "hash": digest}
    if line is not None:
        values["line"] = line
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def head_of(text: str) -> Head | Problem:
    """Return the head written as SEQ:HASH, or what is wrong with it."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        return _problem("AUD007", text.strip()[:80], same("SEQ:HASH"))
    return Head(int(found[1]), found[2])


def verify_chain(lines: Iterable[str], head: Head | None = None, file: str = "") -> Checked:
    """Check an exported chain from its first event on.

    Args:
        lines: the lines of the export, in their order; empty ones are passed over.
        head: a head that was noted elsewhere; the chain must lead through it.
        file: name of the file, for the problems.

    Returns:
        What was found: every line that is broken is told with its number.
    """
    checked = Checked()
    met = head is None or head == Head(0, GENESIS)
    seq, before = 0, GENESIS
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        place = Place(file=file, line=number)
        event = _read(text)
        if event is None:
            checked.problems.append(
                _problem("AUD001", text.strip()[:80], same("seq, before, hash, line"), place)
            )
            continue
        checked.problems.extend(p.at(file=file, line=number) for p in _breaks_of(event, seq, before))
        checked.events += 1
        checked.withheld += "line" not in event
        seq, before = event["seq"], event["hash"]
        if head is not None and seq == head.seq:
            met = before == head.hash
    checked.last = Head(seq, before)
    if not checked.events:
        checked.problems.append(_problem("AUD006", "", same(""), Place(file=file)))
    elif head is not None and not met:
        found = f"{seq}:{before}" if head.seq >= seq else f"{head.seq}:…"
        checked.problems.append(_problem("AUD005", found, same(f"{head.seq}:{head.hash}"), Place(file=file)))
    return checked


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


def _read(text: str) -> dict[str, Any] | None:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or type(event.get("seq")) is not int:
        return None
    if not all(isinstance(event.get(k), str) and _HASH.fullmatch(event[k]) for k in ("before", "hash")):
        return None
    return event if isinstance(event.get("line", ""), str) else None


def _problem(code: str, found: str, expected: Text, place: Place | None = None) -> Problem:
    return Problem(code, CODES[code], place or Place(), found, expected, _ADVICE[code])
