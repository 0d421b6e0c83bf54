"""What people decided about links and findings: one line of JSON each, only ever added, the last one on a key holds.

A link is kept for the words of the measure and the unit, so the next report that says it the same way is linked without
asking. A finding is kept for its code, the words at its places and what they count, so it stays dismissed when a report is read again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Literal

from duxue.claims import problems
from duxue.claims.script import plain
from duxue.core.errors import Problem, Refused

Choice = Literal["link", "unlink", "confirm", "dismiss"]
_CHOICES = ("link", "unlink", "confirm", "dismiss")
_ON = {"link": "link:", "unlink": "link:", "confirm": "finding:", "dismiss": "finding:"}
_TARGET = re.compile(r"[^\s:]+:[^\s:]+")  # pack:indicator or pack:form.field


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, when and why. `target` is set for `link`: the indicator or element that is meant."""

    key: str
    choice: Choice
    who: str
    at: str  # date and time, ISO 8601
    reason: str
    target: str = ""


class Decisions:
    """The decisions in force: `links` by key, `findings` by key."""

    def __init__(self, made: Iterable[Decision] = ()) -> None:
        self._made: dict[str, Decision] = {}
        for decision in made:
            self.add(decision)

    def add(self, decision: Decision) -> None:
        """Let a decision hold from now on."""
        self._made[decision.key] = decision

    def get(self, key: str) -> Decision | None:
        """Return the decision on a key, None where nobody has decided."""
        return self._made.get(key)

    def __len__(self) -> int:
        """How many keys are decided."""
        return len(self._made)


def link_key(phrase: str, unit: str) -> str:
    """Return the key of a link: the measure in plain script without blanks at its ends, and the unit."""
    words = " ".join(plain(phrase).lower().split())
    return f"link:{words}|{unit}"


def finding_key(code: str, places: Iterable[tuple[str, ...]]) -> str:
    """Return the key of a finding from its code and, for each place, where it is, the words there and what they count."""
    told = json.dumps([code, *places], ensure_ascii=False, separators=(",", ":"))
    return f"finding:{code}:{sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def load(path: Path) -> Decisions:
    """Return the decisions of a file.

    Raises:
        Refused: CLM001 for every line that is no decision, with its number; CLM003 for a file that is absent or no text:
            a mistyped name would leave out what people decided without a word.
    """
    made: list[Decision] = []
    wrong: list[Problem] = []
    try:
        # Only line feeds part lines: JSON leaves other separators, which a name or a reason may hold, as they are.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise problems.unusable(path, error.strerror or "") from None
    except UnicodeDecodeError:
        raise problems.unusable(path, "UTF-8?") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        decision = _parse(line)
        if decision is None:
            wrong.append(problems.bad_line(path, number, line[:80]))
        else:
            made.append(decision)
    if wrong:
        raise Refused(wrong)
    return Decisions(made)


def append(path: Path, decision: Decision) -> None:
    """Add one decision to the end of a file; what is there stays.

    Raises:
        Refused: CLM002 where the name, the reason or the target is missing; CLM003 where it cannot be written; CLM004 where
            the decision is of another kind than its key, or the target no name of an indicator or element.
    """
    absent = [name for name in ("key", "who", "reason") if not getattr(decision, name).strip()]
    if decision.choice == "link" and not decision.target:
        absent.append("target")
    if absent:
        raise problems.incomplete(path, absent)
    if not decision.key.startswith(_ON[decision.choice]):
        raise problems.does_not_fit(path, f"{decision.choice} {decision.key}")
    if decision.target and not _TARGET.fullmatch(decision.target):
        raise problems.does_not_fit(path, decision.target)
    line = json.dumps(asdict(decision), ensure_ascii=False) + "\n"
    try:
        with path.open("ab+") as stream:
            _add(stream, line.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise problems.unusable(path, error.strerror or "") from None


def _add(stream: BinaryIO, line: bytes) -> None:
    """Write a line at the end of a file, after a line feed where the last line has none; all of it or nothing."""
    end = stream.seek(0, SEEK_END) if stream.seekable() else 0
    if end:
        stream.seek(end - 1)
        line = line if stream.read(1) == b"\n" else b"\n" + line
    try:
        stream.write(line)
        stream.flush()
    except OSError:
        # Half a line would make the file unreadable.
        with suppress(OSError):
            os.ftruncate(stream.fileno(), end)
        raise


def _parse(line: str) -> Decision | None:
    try:
        held = json.loads(line)
    except (ValueError, RecursionError):
        return None
    names = ("key", "choice", "who", "at", "reason", "target")
    if not isinstance(held, dict) or held.get("choice") not in _CHOICES:
        return None
    values = {name: held.get(name, "") for name in names}
    if not all(isinstance(v, str) for v in values.values()) or not values["key"]:
        return None
    return Decision(**values)
