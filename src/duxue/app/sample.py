"""The sample province: written, and its planted faults compared with what the checks find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from duxue.app.folders import fresh_folder
from duxue.app.problems import make
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.microdata.synthetic import Fault, Synthesis, synthesize
from duxue.microdata.synthetic.columns import FILES

MARK = "README.md"
OURS = frozenset({*FILES.values(), "README.md", "_planted"})
_CHECK = re.compile(r"\((\w+)\)$")


def write_sample(
    out: Path,
    *,
    seed: int = 2023,
    faults: bool = False,
    places: Collection[str] = (),
    scale: float = 1.0,
) -> Synthesis:
    """Write the sample province (or the counties and cities in `places`) to the folder `out`, whole or not at all."""
    counties = [p for p in places if not p.endswith("00")]
    cities = [p for p in places if p.endswith("00")]
    with fresh_folder(out, mark=MARK, ours=OURS) as folder:
        try:
            made = synthesize(
                folder,
                seed=seed,
                faults=faults,
                counties=counties if places else None,
                cities=cities if places else None,
                scale=scale,
            )
        except ValueError as error:
            raise Refused([_unknown(str(error))]) from None
    return Synthesis(
        out, tuple(out / f.relative_to(folder) for f in made.files), made.seed, made.years, made.counties,
        made.calibrated, made.leading, made.missing, made.faults,
    )  # fmt: skip


def _unknown(found: str) -> Problem:
    return make(
        "APP010",
        found=found.rpartition(": ")[2],
        expected=Text(
            "山东省的市、县六位代码，如 370100、370102",
            "six-digit codes of Shandong, such as 370100 or 370102",
        ),
        advice=Text("代码见样本中的 units.csv。", "The codes are in units.csv of the sample."),
    )


@dataclass(frozen=True, slots=True)
class FaultsFound:
    """Planted faults beside what the checks found; both lists are empty when the checks do their work."""

    planted: int
    found: int
    missed: tuple[Fault, ...]
    invented: tuple[Problem, ...]
    kinds: dict[str, int]  # kind of fault -> how many were found

    @property
    def ok(self) -> bool:
        """Whether every fault was found at its place and none was invented."""
        return not self.missed and not self.invented


def compare_faults(faults: Sequence[Fault], problems: Iterable[Problem]) -> FaultsFound:
    """Compare planted faults with problems by place: file, row, and the field or the check that reads it.

    Notes tell what was done and are no finding.
    """
    findings = [p for p in problems if p.severity != "note"]
    places = {place for p in findings for place in _places_of_problem(p)}
    planted = {place for f in faults for place in _places_of_fault(f)}
    found = [f for f in faults if not places.isdisjoint(_places_of_fault(f))]
    return FaultsFound(
        planted=len(faults),
        found=len(found),
        missed=tuple(f for f in faults if places.isdisjoint(_places_of_fault(f))),
        invented=tuple(p for p in findings if planted.isdisjoint(_places_of_problem(p))),
        kinds=dict(Counter(f.kind for f in found)),
    )


def _places_of_fault(fault: Fault) -> set[tuple[str, int | None, str]]:
    return {(fault.file, fault.row, fault.field), (fault.file, fault.row, fault.check)}


def _places_of_problem(problem: Problem) -> set[tuple[str, int | None, str]]:
    # A rule over several columns points at the first of them; its id stands at the end of what was expected.
    place = problem.place
    check = _CHECK.search(problem.expected.en) if problem.code == "DATA051" else None
    names = {place.field, check[1]} if check else {place.field}
    return {(place.file, place.row, name) for name in names}
