"""The figures of a scored round, read from its folder: what indicators there are, and their values by unit and year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq
from django.conf import settings

from duxue.app.stored import open_run
from duxue.core.errors import Refused
from duxue.packs.schema import Pack
from duxue.packs.scope import measure_title
from duxue.packs.scoring import Scoring as Rules
from duxue.web.common.lang import Words, say, words
from duxue.web.reporting.models import Scoring

_FIXED = frozenset(
    {"unit", "unit_name", "level", "year", "indicator", "value", "status", "reason", "numerator", "denominator", "standard",
     "verdict", "margin", "attainment", "rows", "left_out", "flags", "kind", "measure", "unit_name_en", "data"}
)  # fmt: skip
STATES = {"met": "met", "not_met": "not_met"}


@dataclass(frozen=True)
class Value:
    """One figure of one unit and year."""

    unit: str
    name: Words
    year: int
    by: tuple[tuple[str, str], ...]
    value: float | None
    standard: str
    verdict: str
    measure: str
    decimals: int

    @property
    def text(self) -> str:
        """The value as it is shown."""
        return "–" if self.value is None else f"{self.value:,.{self.decimals}f}"

    @property
    def state(self) -> str:
        """met, not_met or none."""
        return STATES.get(self.verdict, "none")


@dataclass(frozen=True)
class Indicator:
    """An indicator with its title."""

    id: str
    title: Words
    measure: str
    judged: bool  # some standard holds


class Figures:
    """What a scoring's evaluation holds; the folder never changes, so it is read once."""

    def __init__(self, folder: Path, level: str) -> None:
        self.folder, self.level = folder, level

    @property
    def there(self) -> bool:
        """Whether the folder is still there, and the rules that made it."""
        return bool(self.level) and (self.folder / "results.parquet").is_file()

    def indicators(self) -> Sequence[Indicator]:
        """Return the indicators that have values at the scored level, those with a standard first."""
        return _indicators(self.folder, self.level) if self.there else ()

    def values(self, indicator: str) -> Sequence[Value]:
        """Return the values of an indicator, by unit, breakdown and year."""
        return _values(self.folder, self.level, indicator)

    def pack(self) -> Pack:
        """Return the rules as they were kept."""
        return _pack(self.folder)

    def rules(self) -> Rules | None:
        """Return the rules of scoring as they were kept; None where they are not there."""
        return self.pack().scoring if self.there else None

    def measure(self, unit: str) -> Words:
        """Return a unit of measure as it is printed."""
        return words(measure_title(self.pack(), unit))

    def by_title(self, by: Sequence[tuple[str, str]]) -> Words:
        """Return a breakdown in words."""
        titles = {(d.id, v.id): v.title for d in self.pack().dimensions for v in d.values}
        found = [titles[pair] for pair in by if pair in titles]
        return say(" · ".join(t.zh for t in found), " · ".join(t.en for t in found))


def figures_of(scoring: Scoring) -> Figures:
    """Return the figures of a scoring."""
    return figures_in(Path(settings.HOME) / scoring.folder)


def figures_in(folder: Path) -> Figures:
    """Return the figures of a scored or published folder; none where its rules came with another version of the program."""
    evaluation = folder / "evaluation"
    try:
        scoring = _pack(evaluation).scoring if (evaluation / "run.json").is_file() else None
    except Refused:
        scoring = None
    return Figures(evaluation, scoring.level if scoring else "")


@lru_cache(maxsize=16)
def _pack(folder: Path) -> Pack:
    return open_run(folder).pack().pack


@lru_cache(maxsize=16)
def _indicators(folder: Path, level: str) -> tuple[Indicator, ...]:
    table = pq.read_table(
        folder / "results.parquet", columns=["indicator", "measure", "standard"],
        filters=[("level", "=", level), ("kind", "=", "indicator")],
    )  # fmt: skip
    judged: dict[str, tuple[str, bool]] = {}
    for row in table.to_pylist():
        before = judged.get(row["indicator"], ("", False))[1]
        judged[row["indicator"]] = (row["measure"], before or bool(row["standard"]))
    titles = {i.id: words(i.title.text) for i in _pack(folder).indicators}
    found = [Indicator(id, titles[id], *judged[id]) for id in titles if id in judged]
    return tuple(sorted(found, key=lambda i: not i.judged))


@lru_cache(maxsize=256)
def _values(folder: Path, level: str, indicator: str) -> tuple[Value, ...]:
    table = pq.read_table(
        folder / "results.parquet",
        filters=[("level", "=", level), ("kind", "=", "indicator"), ("indicator", "=", indicator)],
    )
    decimals = {i.id: i.decimals for i in _pack(folder).indicators}.get(indicator, 2)
    found = [
        Value(
            row["unit"], Words(row["unit_name"], row["unit_name_en"]), row["year"],
            tuple((name, row[name]) for name in row if name not in _FIXED and row[name]), row["value"], row["standard"] or "",
            row["verdict"] or "", row["measure"] or "", decimals,
        )
        for row in table.to_pylist()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda v: (v.unit, v.by, v.year)))
