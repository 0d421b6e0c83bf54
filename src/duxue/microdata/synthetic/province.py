"""The sample province: a synthetic Shandong written as the tables that the school forms ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from duxue.microdata.synthetic.calibration import YEARS
from duxue.microdata.synthetic.county import write_county_rows
from duxue.microdata.synthetic.faults import FaultPlan
from duxue.microdata.synthetic.gaps import GapPlan
from duxue.microdata.synthetic.places import Place, draw_counties, read_places
from duxue.microdata.synthetic.plan import plan_counties
from duxue.microdata.synthetic.planted import Fault, Gap
from duxue.microdata.synthetic.tables import TableWriter


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What was written, and what a reader of it should find."""

    folder: Path
    files: tuple[Path, ...]
    seed: int
    years: tuple[int, ...]
    counties: tuple[str, ...]
    calibrated: (
        bool  # whether the totals of the bulletin are met: the whole province at full scale, without faults
    )
    leading: tuple[str, ...]  # counties drawn so that every school meets the rule
    missing: tuple[Gap, ...]  # optional cells left empty on purpose
    faults: tuple[Fault, ...]  # planted faults, empty unless asked for


def synthesize(
    out: Path,
    *,
    seed: int = 2023,
    faults: bool = False,
    counties: Collection[str] | None = None,
    cities: Collection[str] | None = None,
    scale: float = 1.0,
) -> Synthesis:
    """Write a synthetic Shandong of 2022 and 2023 into the folder `out` and return what was written.

    Args:
        out: Folder for units.csv, school.csv, school_stage.csv, county_year.xlsx, monitoring.csv, README.md, _planted/missing.csv.
        seed: The same seed gives the same bytes.
        faults: Plant faults and list them in _planted/faults.csv.
        counties: Codes of the counties to write; the others are left out and the totals are theirs no more.
        cities: Codes of the cities whose counties to write; joined with `counties`.
        scale: Multiplies the numbers of schools, pupils and teachers (0.1 makes a small province, 2 a large one).

    Raises:
        ValueError: A code is no county or city of Shandong, or `scale` is not above 0.
    """
    if not scale > 0:
        raise ValueError(f"scale must be above 0, not {scale}")
    places = read_places()
    chosen = _choose(places, counties, cities)
    drawn = draw_counties(places, seed)
    plans = [p for p in plan_counties(drawn, seed, scale) if p.county.code in chosen]
    gap_plan = GapPlan([p.county for p in plans], seed)
    fault_plan = FaultPlan([p.county.code for p in plans], seed) if faults else None
    out.mkdir(parents=True, exist_ok=True)
    with TableWriter(out) as writer:
        writer.write_units(_keep(places, chosen))
        for plan in plans:
            rows = write_county_rows(plan, seed)
            gap_plan.open_gaps(rows, writer)
            if fault_plan is not None:
                fault_plan.plant(rows, writer, {gap.unit for gap in gap_plan.gaps})
            writer.write(rows)
        found = fault_plan.faults if fault_plan is not None else ()
        whole = counties is None and cities is None and scale == 1.0
        files = writer.finish(seed, gap_plan.gaps, found if faults else None, whole)
    return Synthesis(
        folder=out,
        files=files,
        seed=seed,
        years=YEARS,
        counties=tuple(p.county.code for p in plans),
        calibrated=whole and not faults,
        leading=tuple(p.county.code for p in plans if p.county.leading),
        missing=tuple(gap_plan.gaps),
        faults=tuple(found),
    )


def _choose(
    places: Sequence[Place], counties: Collection[str] | None, cities: Collection[str] | None
) -> set[str]:
    parents = {p.code: p.parent for p in places if p.level == "county"}
    if counties is None and cities is None:
        return set(parents)
    wanted, above = set(counties or ()), set(cities or ())
    if unknown := sorted((wanted - set(parents)) | (above - set(parents.values()))):
        raise ValueError(f"not a county or city of Shandong: {', '.join(unknown)}")
    return wanted | {code for code, parent in parents.items() if parent in above}


def _keep(places: Sequence[Place], chosen: set[str]) -> list[Place]:
    above = {p.parent for p in places if p.code in chosen}
    return [p for p in places if p.level == "province" or p.code in chosen or p.code in above]
