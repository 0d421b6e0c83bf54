"""The shape of a pack: what a rule file may say. docs/reference/pack-schema.md is generated from these models.

Shapes only: names, formulas and units of measure are checked by `duxue.packs.lint`, which knows the whole pack.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from duxue.packs.base import (
    COMPARISON,
    DECIMAL,
    Bilingual,
    Exact,
    Formula,
    Id,
    Model,
    PackId,
    Source,
    SourceRef,
    Version,
)
from duxue.packs.procedure import ProcedureSpec
from duxue.packs.scoring import Scoring

# The rooms below read the whole shape from here.
__all__ = [
    "DECIMAL",
    "Bilingual",
    "Category",
    "Check",
    "Constant",
    "ConstantValue",
    "Derived",
    "Dimension",
    "Exact",
    "Exclusion",
    "FieldSpec",
    "Form",
    "Formula",
    "Id",
    "IndicatorSpec",
    "Level",
    "Merge",
    "Model",
    "Pack",
    "PackId",
    "Population",
    "Register",
    "Report",
    "Scoring",
    "Section",
    "Source",
    "SourceRef",
    "Standard",
    "UnitOfMeasure",
    "Verdict",
    "Version",
]


class Level(Model):
    """One level of the unit tree."""

    id: Id = Field(description="Name used in forms and indicators, for instance county.")
    title: Bilingual = Field(description="Printed name.")


class Category(Model):
    """One allowed value of a dimension or category field."""

    id: Id = Field(description="Value used in formulas and data.")
    title: Bilingual = Field(description="Printed name.")
    aliases: tuple[str, ...] = Field(
        (), description="Other spellings accepted in data, matched without case and blanks."
    )


class Dimension(Model):
    """A breakdown such as stage or sex: a closed list of values."""

    id: Id = Field(
        description="Name; results can be broken down by it in forms that have a category column of this very id and "
        "dimension. Not a name that a column of the results has (level, year, unit, kind, status, value ...)."
    )
    title: Bilingual = Field(description="Printed name.")
    values: tuple[Category, ...] = Field(
        min_length=1, description="Allowed values, in the order in which they are printed."
    )


class UnitOfMeasure(Model):
    """A unit of measure that this pack adds to the built-in ones."""

    id: str = Field(min_length=1, max_length=32, description="Name as used after `unit:`.")
    of: str | None = Field(
        None,
        description="Unit in which it is expressed; absent: a new dimension (a currency, a kind of thing).",
    )
    scale: Exact = Field(Fraction(1), description="How many of `of` it is.")
    title: Bilingual | None = Field(None, description="Printed name.")


class FieldSpec(Model):
    """One column of a form."""

    id: Id = Field(description="Name used in formulas.")
    type: Literal["integer", "number", "boolean", "category", "text", "code", "year"] = Field(
        description="integer, number (decimal), boolean, category (closed list), text, code (identifier, kept as text with "
        "leading zeros), year."
    )
    title: Bilingual = Field(description="Printed name; both languages are recognised as a header.")
    aliases: tuple[str, ...] = Field((), description="Other headers under which the column is recognised.")
    unit: str | None = Field(
        None, description="Unit of measure of the numbers as stored; required for integer and number."
    )
    accepts: tuple[str, ...] = Field(
        (),
        description="Other units of measure that a header may declare in brackets, for instance 仪器设备值（元）; converted exactly.",
    )
    required: bool = Field(
        False,
        description="Whether an empty cell refuses the data. Empty optional cells stay missing, never 0.",
    )
    decimals: int = Field(
        4, ge=0, le=6, description="Decimal places kept for type number; more digits are refused, not cut."
    )
    min: Exact | None = Field(None, description="Smallest value allowed.")
    max: Exact | None = Field(None, description="Largest value allowed.")
    dimension: Id | None = Field(None, description="For type category: the dimension that lists its values.")
    values: tuple[Category, ...] = Field(
        (), description="For type category: its own list of values, when it is not a dimension."
    )
    refers: Id | None = Field(
        None, description="For type code: the value must be the code of a unit at this level."
    )
    merged: Literal["sum", "max", "own"] | None = Field(
        None,
        description="What happens when rows are merged into one (see merge): sum, the largest, or the receiving row's own "
        "value. Default: sum for integer and number, own for everything else. A missing part makes a sum missing.",
    )
    help: Bilingual | None = Field(
        None, description="What to enter, in the words of the official filling rules."
    )


class Derived(Model):
    """A column computed for each row from the other columns."""

    id: Id = Field(description="Name used in formulas.")
    title: Bilingual = Field(description="Printed name.")
    formula: Formula = Field(description="Row formula.")
    unit: str | None = Field(None, description="Unit of measure of a numeric result.")
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class Register(Model):
    """Says that the rows of a form are units of the tree, and which columns tell their names and parents."""

    level: Id | None = Field(None, description="Level of all rows; or use level_field.")
    level_field: Id | None = Field(None, description="Column that holds each row's level id.")
    name: Id = Field(description="Column with the Chinese (or only) name.")
    name_en: Id | None = Field(None, description="Column with the English name.")
    parent: Id = Field(description="Column with the code of the unit above; empty at the top.")


class Merge(Model):
    """Rows that are not units of their own are added to the unit they belong to, before anything is computed."""

    when: Formula = Field(description="Row condition on the register form: which units are merged.")
    into: Id = Field(description="Column of the register form with the code of the receiving unit.")
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class Form(Model):
    """A table that is collected: one row per key and period."""

    id: Id = Field(description="Name; also the file name under which its data are looked for.")
    title: Bilingual = Field(description="Printed name; recognised as a file or sheet name.")
    aliases: tuple[str, ...] = Field((), description="Other file or sheet names.")
    key: tuple[Id, ...] = Field(min_length=1, description="Columns that identify a row within a period.")
    period: Id | None = Field(
        None, description="Column with the year; absent when the rows hold for every year."
    )
    unit_field: Id = Field(description="Column with the code of the unit that the row belongs to.")
    register_units: Register | None = Field(
        None, alias="register", description="Set when the rows themselves are units of the tree."
    )
    merge: Merge | None = Field(
        None,
        description="On a register form: units that are merged into others, in all forms that carry its key.",
    )
    required: bool = Field(True, description="Whether data without this form are refused.")
    fields: tuple[FieldSpec, ...] = Field(min_length=1, description="Columns that are collected.")
    derived: tuple[Derived, ...] = Field(
        (), description="Columns that are computed, in order; later ones may use earlier ones."
    )
    help: Bilingual | None = Field(None, description="What the form is for.")


class Check(Model):
    """A condition that each row of a form must fulfil, beyond types and ranges."""

    id: Id = Field(description="Name, printed with each finding.")
    form: Id = Field(description="Form whose rows are checked.")
    rule: Formula = Field(
        description="Row condition that holds for correct data; unknown (a missing cell) counts as fulfilled."
    )
    severity: Literal["error", "warning"] = Field(
        "error", description="error refuses the data; warning accepts and flags the cells it names."
    )
    title: Bilingual = Field(description="What is wrong when the rule does not hold.")
    advice: Bilingual = Field(description="How to mend it.")
    fields: tuple[Id, ...] = Field((), description="Columns to point at; default: all that the rule names.")
    kind: Literal["sum", "cross_field", "cross_period", "cross_form"] = Field(
        "cross_field", description="For the report's statistics."
    )


class Exclusion(Model):
    """A group of rows that a population leaves out, with the reason that is printed for each unit."""

    when: Formula = Field(description="Row condition.")
    reason: Bilingual = Field(description="Printed reason.")
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class Population(Model):
    """Which rows of a form a family of indicators is about."""

    id: Id = Field(description="Name used by indicators and to qualify fields.")
    form: Id = Field(description="Form whose rows are meant.")
    title: Bilingual = Field(description="Printed name.")
    where: Formula | None = Field(
        None, description="Row condition; rows that do not fulfil it are not mentioned at all."
    )
    exclude: tuple[Exclusion, ...] = Field(
        (), description="Rows that would belong but are left out, each group with a reason."
    )
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class ConstantValue(Model):
    """One value of a constant, for some breakdown, region and time."""

    value: Exact = Field(description="The number.")
    by: dict[str, str] = Field(
        default_factory=dict,
        description="Dimension values it holds for; may be written inline (stage: primary).",
    )
    region: str | None = Field(
        None, description="Code of the unit within which it holds; the nearest one above a unit wins."
    )
    from_: date | None = Field(None, alias="from", description="First day on which it holds.")
    to: date | None = Field(None, description="Last day on which it holds.")
    source: SourceRef | None = Field(None, description="Where it comes from.")


class Constant(Model):
    """A named number that formulas may use; it may differ by dimension, region and date."""

    id: Id = Field(description="Name used in formulas.")
    title: Bilingual = Field(description="Printed name.")
    unit: str = Field("1", description="Unit of measure.")
    values: tuple[ConstantValue, ...] = Field(min_length=1, description="Its values.")


class IndicatorSpec(Model):
    """A number computed for units of some levels from the rows below them."""

    id: Id = Field(description="Name used in formulas, standards, verdicts and results.")
    title: Bilingual = Field(description="Printed name.")
    formula: Formula = Field(
        description="Group formula; columns stand inside aggregates, so one formula serves every level."
    )
    unit: str = Field(
        description="Unit of measure in which the value is given; the formula's own unit is converted to it."
    )
    population: Id | None = Field(None, description="Population whose rows are used (or form).")
    form: Id | None = Field(None, description="Form whose rows are used, when all of them are.")
    levels: tuple[Id, ...] = Field(min_length=1, description="Levels for which it is computed.")
    by: tuple[Id, ...] = Field((), description="Dimensions by which it is broken down.")
    decimals: int = Field(
        2, ge=0, le=8, description="Decimal places in print; comparison always uses the unrounded value."
    )
    missing: Literal["refuse", "leave_out"] = Field(
        "refuse",
        description="What a missing cell does: refuse makes the result not computable; leave_out leaves the row out of every "
        "sum of this indicator, counts it and flags the result.",
    )
    better: Literal["more", "less", "neither"] = Field(
        "neither", description="Which direction is good, for pictures when there is no standard."
    )
    variant_of: Id | None = Field(None, description="Indicator of which this is another published formula.")
    group: str | None = Field(
        None, description="Section of the pack's report in which it stands (a `sections` id)."
    )
    aliases: tuple[str, ...] = Field((), description="Other names in documents.")
    note: Bilingual | None = Field(
        None, description="Definition, exception or trap, printed in the methods section."
    )
    source: SourceRef | None = Field(None, description="Where the formula comes from.")


class Standard(Model):
    """A threshold for an indicator: what counts as met, where, when and by which rule."""

    indicator: Id = Field(description="Indicator that is judged.")
    meets: str = Field(
        pattern=COMPARISON,
        description="Comparison in the indicator's unit of measure, for instance `>= 4.2`. The unrounded value is compared.",
    )
    level: Id | None = Field(
        None, description="Level for which it holds; absent: all of the indicator's levels."
    )
    by: dict[str, str] = Field(
        default_factory=dict,
        description="Dimension values it holds for; may be written inline (stage: primary).",
    )
    region: str | None = Field(
        None, description="Code of the unit within which it holds; the nearest one above a unit wins."
    )
    from_: date | None = Field(None, alias="from", description="First day on which it holds.")
    to: date | None = Field(None, description="Last day on which it holds.")
    source: SourceRef | None = Field(None, description="Where the threshold comes from.")

    @property
    def operator(self) -> str:
        """The comparison sign."""
        match = re.match(r"\s*(>=|<=|==|>|<)", self.meets)
        assert match is not None  # guaranteed by the pattern
        return match[1]

    @property
    def threshold(self) -> Fraction:
        """The number compared with."""
        return Fraction(re.sub(r"^\s*(>=|<=|==|>|<)\s*", "", self.meets).strip())


class Verdict(Model):
    """A judgement on units of one level: met, not met, or not computable with the reason."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    level: Id = Field(description="Level of the units that are judged.")
    by: tuple[Id, ...] = Field((), description="Dimensions by which it is given.")
    rule: Formula = Field(
        description="Condition over met(...), all_met(...), lowest_attainment(...), indicators and other verdicts."
    )
    note: Bilingual | None = Field(None, description="What the rule says in words.")
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class Section(Model):
    """A section of the report, in order."""

    id: Id = Field(description="Name that indicators and verdicts point to with `group`.")
    title: Bilingual = Field(description="Heading.")


class Report(Model):
    """How results are presented."""

    title: Bilingual = Field(description="Title of the report.")
    headline: Id | None = Field(None, description="Verdict shown on the summary page and the map.")
    sections: tuple[Section, ...] = Field((), description="Sections in order.")


class Pack(Model):
    """A rule set: what is collected, computed, compared and concluded, for dates and regions, each with its source."""

    id: PackId = Field(description="Name of the pack.")
    version: Version = Field(description="Version; a published version never changes.")
    title: Bilingual = Field(description="Printed name.")
    summary: Bilingual | None = Field(
        None, description="One paragraph: what it judges and what it leaves to people."
    )
    label: Bilingual | None = Field(
        None, description="Warning printed wherever a result shows, for instance `sample, not official`."
    )
    source: Source = Field(description="The regulation that the pack puts into data.")
    sources: dict[str, Source] = Field(
        default_factory=dict, description="Further sources by short name; `source: name` refers to them."
    )
    uses: tuple[str, ...] = Field(
        (),
        description="Packs (id@version) whose units of measure, dimensions, levels, forms, checks, populations and constants are taken over.",
    )
    as_of: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")] = Field(
        "09-01",
        description="Month and day of a year's data; decides which dated standards hold for the year.",
    )
    levels: tuple[Level, ...] = Field((), description="Levels of the unit tree, finest first.")
    units_of_measure: tuple[UnitOfMeasure, ...] = Field(
        (), description="Units of measure beyond the built-in ones."
    )
    dimensions: tuple[Dimension, ...] = Field((), description="Breakdowns.")
    forms: tuple[Form, ...] = Field((), description="Tables that are collected.")
    checks: tuple[Check, ...] = Field((), description="Conditions on rows.")
    populations: tuple[Population, ...] = Field((), description="Who is in scope.")
    constants: tuple[Constant, ...] = Field((), description="Named numbers.")
    indicators: tuple[IndicatorSpec, ...] = Field((), description="What is computed.")
    standards: tuple[Standard, ...] = Field((), description="Thresholds.")
    verdicts: tuple[Verdict, ...] = Field((), description="Judgements.")
    scoring: Scoring | None = Field(None, description="How a round of evaluation is scored.")
    procedures: tuple[ProcedureSpec, ...] = Field(
        (), description="How rounds, answers, objections and problems go from start to end."
    )
    report: Report | None = Field(None, description="Presentation.")

    @field_validator("levels")
    @classmethod
    def _levels_once(cls, value: tuple[Level, ...]) -> tuple[Level, ...]:
        if len({level.id for level in value}) != len(value):
            raise ValueError("each level is listed once")
        return value

    @model_validator(mode="after")
    def _has_content(self) -> Pack:
        if not self.forms and not self.uses:
            raise ValueError("a pack needs forms of its own or a pack that it uses")
        return self
