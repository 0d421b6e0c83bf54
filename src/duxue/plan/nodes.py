"""The plan: what a pack asks to be computed, with every name resolved and nothing said of how.

Engines read plans. A plan holds typed formulas only, so two engines that follow docs/explanation/semantics.md must
give the same values; the tests draw packs and data and require it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from duxue.core.measure import Measure
from duxue.formula.nodes import Aggregate, Kind, Typed
from duxue.packs.schema import ConstantValue


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """A collected column: its kind, and what becomes of it when rows are merged."""

    name: str
    kind: Kind
    merged: Literal["sum", "max", "own"]


@dataclass(frozen=True, slots=True)
class DerivedPlan:
    """A column computed per row; later ones may use earlier ones."""

    name: str
    value: Typed


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Units of register form `form` for which `when` holds are added to the unit named in column `into`.

    In every form that carries the register's key column `code`, that code is replaced by the receiving unit's code and
    the rows that then share a key (and period) become one. The merged unit itself has no row any more.
    """

    form: str
    code: str
    when: Typed
    into: str


@dataclass(frozen=True, slots=True)
class FormPlan:
    """A form: its columns and how its rows are prepared (merged, then extended by derived columns)."""

    id: str
    key: tuple[str, ...]
    period: str | None
    unit_field: str
    columns: tuple[ColumnPlan, ...]
    derived: tuple[DerivedPlan, ...]
    merge: MergePlan | None  # the merge whose code column this form carries


@dataclass(frozen=True, slots=True)
class PopulationPlan:
    """Rows of a form that fulfil `where` (unknown counts as no); of these, `exclude[i]` true (unknown counts as no) leaves a row out."""

    id: str
    form: str
    where: Typed | None
    exclude: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class ConstantPlan:
    """A constant with all its dated, regional values."""

    id: str
    by: tuple[str, ...]
    values: tuple[ConstantValue, ...]


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """One indicator: its value as a typed group formula in the declared unit of measure."""

    id: str
    home: str  # population or form; its groups are the units for which there is a result
    levels: tuple[str, ...]
    by: tuple[str, ...]
    value: Typed
    numerator: Typed | None  # the sides of the division at the top, each in its own unit
    denominator: Typed | None
    aggregates: tuple[Aggregate, ...]  # every aggregate in `value`, each once
    indicators: tuple[str, ...]  # ids it refers to
    measure: Measure


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """A row condition; rows where it is false are violations (unknown is fulfilled)."""

    id: str
    form: str
    rule: Typed
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """All that an engine needs to know of a pack."""

    pack_id: str
    as_of: str
    levels: Sequence[str]  # finest first
    forms: Mapping[str, FormPlan]
    populations: Mapping[str, PopulationPlan]
    constants: Mapping[str, ConstantPlan]
    indicators: Sequence[IndicatorPlan]  # each after those it refers to
    checks: Sequence[CheckPlan]
    lookback: int  # how many earlier years the formulas may need
    dimensions: Mapping[str, tuple[str, ...]]  # dimension -> its values

    def form_of(self, home: str) -> FormPlan:
        """Return the form behind a form or population id."""
        population = self.populations.get(home)
        return self.forms[population.form if population else home]

    def dimension_values(self, id: str) -> tuple[str, ...]:
        """Return the values of a dimension in pack order."""
        return self.dimensions[id]

    def indicator(self, id: str) -> IndicatorPlan:
        """Return the plan of one indicator."""
        return next(i for i in self.indicators if i.id == id)
