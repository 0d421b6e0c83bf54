"""How a figure of a round came about: traced from cell to rule through what was evaluated for the round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duxue.app.explaining import Explanation
from duxue.app.runs import SNAPSHOT
from duxue.app.stored import open_run
from duxue.app.tracing import trace
from duxue.core.text import Text
from duxue.microdata.snapshot import open_snapshot
from duxue.packs.schema import Pack
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.selectors.applied import By, applied_to
from duxue.web.rounds.services.knowing import evaluation_folder


@dataclass(frozen=True)
class Traced:
    """A figure with its explanations, one for each breakdown, and what the rules of the round hold it to."""

    found: Sequence[Explanation]
    pack: Pack
    applied: Mapping[By, list[Text]]


def by_of(parts: Sequence[str]) -> By:
    """Return the breakdown that `level:primary` asks for; what names no dimension and value is left out."""
    pairs = (part.partition(":") for part in parts)
    return tuple((name, value) for name, _, value in pairs if name and value)


def traced(unit: RoundUnit, indicator: str, year: int, by: By = ()) -> Traced | None:
    """Trace a figure of a unit; None where nothing was evaluated for the round.

    Raises:
        Refused: there is no such figure, with what there is.
    """
    folder = evaluation_folder(unit.round)
    if not folder.is_dir():
        return None
    run = open_run(folder)
    loaded = run.pack()
    found = trace(
        loaded, open_snapshot(folder / SNAPSHOT), unit.code, indicator, year=year, by=by, run_id=run.id,
        synthetic=unit.round.synthetic,
    )  # fmt: skip
    return Traced(found, loaded.pack, applied_to(unit, indicator, year))
