"""What a formula may name: the forms, populations, constants, indicators and verdicts of one pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from duxue.core.measure import PLAIN, Measure, Measures
from duxue.core.text import Text, same
from duxue.formula.nodes import Kind

Mode = Literal["row", "group", "rule"]


@dataclass(frozen=True, slots=True)
class FieldType:
    """Kind, unit of measure and allowed categories of one field."""

    kind: Kind
    measure: Measure = PLAIN
    categories: tuple[str, ...] = ()  # empty: free text
    title: Text = field(default_factory=lambda: same(""))


@dataclass(frozen=True)
class FormScope:
    """One form: its fields, its key (without the period), and whether its rows belong to a period."""

    id: str
    fields: Mapping[str, FieldType]
    key: tuple[str, ...]
    period: str | None = None


@dataclass(frozen=True, slots=True)
class ConstantType:
    """Kind, unit and dimensions of a pack constant."""

    kind: Kind
    measure: Measure = PLAIN
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """All names that one formula may use, and where it stands.

    `mode` row: a value per data row of `home` (a form). Mode group: a value per unit; `home` is a form or population,
    fields may only stand inside aggregates. Mode rule: a verdict, true or false per unit.
    """

    measures: Measures
    forms: Mapping[str, FormScope]
    mode: Mode
    home: str = ""
    populations: Mapping[str, str] = field(default_factory=dict)  # population id -> form id
    constants: Mapping[str, ConstantType] = field(default_factory=dict)
    indicators: Mapping[str, Measure] = field(default_factory=dict)
    indicator_order: Sequence[str] = ()
    verdicts: frozenset[str] = frozenset()
    by: tuple[str, ...] = ()  # breakdown dimensions available at group level

    def form_of(self, home: str) -> str:
        """Return the form behind a form or population id."""
        return self.populations.get(home, home)

    def joined(self, form: str) -> tuple[str, ...]:
        """Return the forms to which a row of `form` points (many to one): those whose whole key it carries."""
        own = self.forms[form]
        return tuple(
            other.id
            for other in self.forms.values()
            if other.id != form and other.key and set(other.key) <= set(own.fields)
        )

    def standing(self, mode: Mode, home: str = "", by: tuple[str, ...] = ()) -> Scope:
        """Return the same names seen from another place of the pack."""
        return replace(self, mode=mode, home=home, by=by)
