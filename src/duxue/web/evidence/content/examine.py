"""Ask of one uploaded file all that must be known before it is kept: kind, bounds, macros, dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from duxue.core.errors import Problem, Refused
from duxue.web.evidence.content import archives, macros, pictures
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.bounded import read_problem, run_bounded
from duxue.web.evidence.content.facts import Facts, OriginalDate, facts
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
    """Return what a file is when it may be kept; all reading is done in a process of its own.

    Raises:
        Refused: EVID001 to EVID041, all that were found.
    """
    order = {"path": str(path.resolve()), "policy": policy, "accepted": sorted(accepted)}
    answer = run_bounded("examine", order, claimed_name)
    dates = (OriginalDate(dt.datetime.fromisoformat(d["at"]), d["source"]) for d in answer["dates"])
    return Examined(
        Kind(**answer["kind"]),
        answer["name"],
        Facts(tuple(dates), answer["location"]),
        tuple(read_problem(w) for w in answer["warnings"]),
    )


def examine_here(
    path: Path, claimed_name: str, policy: macros.Policy, accepted: AbstractSet[Family]
) -> Examined:
    """Do the work of `examine` in this process."""
    kind = recognise(path, claimed_name, accepted=accepted)
    if kind.family in ("docx", "xlsx", "pptx", "ods"):
        archives.inspect(path, claimed_name, office=True)
    elif kind.family == "zip":
        archives.inspect(path, claimed_name)
    elif kind.family == "image":
        pictures.check(path, claimed_name)
    elif kind.family == "pdf":
        _open_pdf(path, claimed_name)
    told = macros.judge(macros.find(path, kind), claimed_name, policy)
    if any(problem.severity == "error" for problem in told):
        raise Refused(told)
    return Examined(kind, safe_name(claimed_name, kind.extension), facts(path, kind), told)


def _open_pdf(path: Path, name: str) -> None:
    """Refuse what no program will open, while the person who has the original is still there."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            if len(document) == 0:
                raise say.refuse("EVID009", name, found="0 p.")
    except pypdfium2.PdfiumError as error:
        raise say.refuse(
            "EVID007" if "password" in str(error).lower() else "EVID009", name, found=str(error)
        ) from None


def answer(examined: Examined) -> dict[str, Any]:
    """Return the same as plain JSON values, as they pass from one process to the other."""
    return {
        "kind": asdict(examined.kind),
        "name": examined.name,
        "dates": [{"at": d.at.isoformat(), "source": d.source} for d in examined.facts.dates],
        "location": examined.facts.location,
        "warnings": [w.to_dict() for w in examined.warnings],
    }
