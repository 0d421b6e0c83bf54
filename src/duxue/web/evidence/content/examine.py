"""Ask of one uploaded file all that must be known before it is kept: kind, bounds, macros, dates."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from duxue.core.errors import Problem, Refused
from duxue.web.evidence.content import archives, macros, pictures
from duxue.web.evidence.content.facts import Facts, facts
from duxue.web.evidence.content.kinds import ACCEPTED, Family, Kind, recognise
from duxue.web.evidence.content.names import safe_name


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that is accepted: what it is, the name to store it under, and what the person should be warned of.

    `active` tells that it holds macros or the like and was let in by policy: no preview, and the download warns.
    """

    kind: Kind
    name: str
    facts: Facts
    warnings: tuple[Problem, ...] = ()

    @property
    def active(self) -> bool:
        """Whether something in the file would run or connect."""
        return any(w.code == "EVID020" for w in self.warnings)


def examine(
    path: Path,
    claimed_name: str,
    *,
    policy: macros.Policy = "refuse",
    accepted: AbstractSet[Family] = ACCEPTED,
) -> Examined:
    """Return what a file is when it may be kept.

    Raises:
        Refused: EVID001 to EVID031, all that were found.
    """
    kind = recognise(path, claimed_name, accepted=accepted)
    if kind.family in ("docx", "xlsx", "pptx", "ods"):
        archives.inspect(path, claimed_name, office=True)
    elif kind.family == "zip":
        archives.inspect(path, claimed_name)
    elif kind.family == "image":
        pictures.check(path, claimed_name)
    told = macros.judge(macros.find(path, kind), claimed_name, policy)
    if any(problem.severity == "error" for problem in told):
        raise Refused(told)
    return Examined(kind, safe_name(claimed_name, kind.extension), facts(path, kind), told)
