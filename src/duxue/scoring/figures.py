"""The figures that rules of scoring look at: results by unit, indicator, breakdown and year, in fractions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction

from duxue.core.errors import Refused
from duxue.core.measure import is_percent
from duxue.core.quantity import exact, show
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.packs.schema import IndicatorSpec, Pack
from duxue.packs.scoring import Figure
from duxue.results.model import Result
from duxue.scoring.model import Used
from duxue.scoring.problems import tell

By = tuple[tuple[str, str], ...]


def _as_it_is(result: Result) -> Fraction:
    assert result.value is not None
    return exact(result.value)


class Figures:
    """Results of a run, asked for by the names that rules use; scoring computes in fractions throughout."""

    def __init__(
        self,
        pack: Pack,
        tree: UnitTree,
        results: Iterable[Result],
        year: int,
        exactly: Callable[[Result], Fraction] = _as_it_is,
        excused: Collection[str] = (),
    ) -> None:
        """Index the results.

        Args:
            pack: the pack with its `scoring`.
            tree: the units of the evaluated year.
            results: results of the evaluated year and of the years before that rules look back to.
            year: the evaluated year.
            exactly: gives the exact value of a computed result; default: its number as it is written.
            excused: codes of units that are in the data and take no part in the scoring.
        """
        assert pack.scoring is not None
        self.pack, self.tree, self.year = pack, tree, year
        self.level = pack.scoring.level
        self.excused = frozenset(excused)
        self._exactly = exactly
        self._values: dict[int, Fraction] = {}
        self._specs: dict[str, IndicatorSpec] = {spec.id: spec for spec in pack.indicators}
        self._titles = {spec.id: spec.title.text for spec in pack.indicators}
        self._titles |= {verdict.id: verdict.title.text for verdict in pack.verdicts}
        # By name and year, the breakdown as a set: rules name dimensions in any order.
        self._results = {(r.unit, r.indicator, frozenset(r.by), r.year): r for r in results}

    def peers(self) -> list[str]:
        """Return the codes of all scored units, in code order: the excused ones are not among them."""
        return [code for code in self.of_level() if code not in self.excused]

    def of_level(self) -> list[str]:
        """Return the codes of the units of the scored level, also of those that are excused, in code order."""
        return [unit.code for unit in self.tree.at_level(self.level)]

    def below(self, unit: str, level: str) -> list[str]:
        """Return the codes of the units of `level` that belong to `unit`, in code order."""
        return [u.code for u in self.tree.at_level(level) if self.tree.ancestor(u.code, self.level) == unit]

    def whole(self) -> str | None:
        """Return the code of the unit that holds all scored units, or None where there is none."""
        above = {self.tree.units[code].parent for code in self.of_level()}
        return above.pop() if len(above) == 1 else None

    def name(self, unit: str) -> Text:
        """Return a unit's name."""
        found = self.tree.units.get(unit)
        return found.name if found else same(unit)

    def title(self, figure: Figure) -> Text:
        """Return the printed name of an indicator or verdict, with its breakdown."""
        title = self._titles.get(figure.of, same(figure.of))
        return Text(title.zh + self._by_zh(figure), title.en + self._by_en(figure))

    def _by_zh(self, figure: Figure) -> str:
        names = [self._category(d, v).zh for d, v in figure.by.items()]
        return f"（{'、'.join(names)}）" if names else ""

    def _by_en(self, figure: Figure) -> str:
        names = [self._category(d, v).en for d, v in figure.by.items()]
        return f" ({', '.join(names)})" if names else ""

    def _category(self, dimension: str, value: str) -> Text:
        for known in self.pack.dimensions:
            if known.id == dimension:
                for category in known.values:
                    if category.id == value:
                        return category.title.text
        return same(value)

    def show(self, figure: Figure, value: Fraction, limit: Fraction | None = None) -> str:
        """Return a value as it is printed: more digits while it would stand on the wrong side of `limit`."""
        spec = self._specs.get(figure.of)
        return show(value, spec.decimals if spec else 0, limit)

    def sign(self, figure: Figure) -> str:
        """Return what stands after a figure's value in a sentence: `%` for percent and for each hundred persons."""
        spec = self._specs.get(figure.of)
        return "%" if spec is not None and is_percent(spec.unit) else ""

    def result(self, unit: str, figure: Figure, year: int | None = None) -> Result | None:
        """Return the result behind a figure, or None where nothing was computed."""
        wanted = self.year if year is None else year
        return self._results.get((unit, figure.of, frozenset(figure.by.items()), wanted))

    def value(self, result: Result | None) -> Fraction | None:
        """Return the exact value of a result: for a verdict 1 where met and 0 where not; None without a value."""
        if result is None:
            return None
        if result.kind == "verdict":
            return {"met": Fraction(1), "not_met": Fraction(0)}.get(result.verdict)
        if result.value is None:
            return None
        if id(result) not in self._values:
            self._values[id(result)] = self._exactly(result)
        return self._values[id(result)]

    def find(self, unit: str, figure: Figure, year: int | None = None) -> Fraction | None:
        """Return a figure's exact value, or None where it has none."""
        return self.value(self.result(unit, figure, year))

    def reported(self, figure: Figure, level: str, year: int) -> dict[str, Fraction]:
        """Return a figure of a year for the units of a level that have a value, also those that are no more."""
        by = frozenset(figure.by.items())
        found = {}
        for (unit, name, broken, then), result in self._results.items():
            if (name, broken, then) == (figure.of, by, year) and result.level == level:
                value = self.value(result)
                if value is not None:
                    found[unit] = value
        return found

    def need(
        self, unit: str, figure: Figure, purpose: Text, year: int | None = None
    ) -> tuple[Fraction, Used]:
        """Return a figure's exact value and what was used; Refused (SCO001) where it has none.

        `purpose` is the printed name of the item or veto that needs it.
        """
        result = self.result(unit, figure, year)
        value = self.value(result)
        wanted = self.year if year is None else year
        if value is None:
            why = (
                result.reason_text if result is not None and result.reason_text is not None
                else Text("没有这项结果", "there is no such result")
            )  # fmt: skip
            raise Refused(
                [tell("SCO001", unit=self.name(unit), item=purpose, figure=self.title(figure),
                      year=wanted, why=why)]
            )  # fmt: skip
        return value, Used(
            figure.of, unit, wanted, tuple(figure.by.items()), value, result.verdict if result else ""
        )
