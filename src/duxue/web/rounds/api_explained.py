"""How the API tells where a figure comes from: the shapes that the routes inside and the public one share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ninja import Schema

from duxue.app.explaining import Explanation
from duxue.app.explanation_json import to_json
from duxue.app.explanation_page import SYNTHETIC
from duxue.core.text import Text
from duxue.packs.schema import Pack
from duxue.web.common.lang import words
from duxue.web.common.schemas import Both
from duxue.web.rounds.selectors.applied import By


class PartOut(Schema):
    """One aggregate of a formula with its value; `left_out`: rows that it could not use."""

    source: str
    words: Both
    value: str
    shown: Both
    left_out: int


class ExplanationOut(Schema):
    """One figure: its value, formula, numbers put in, the rows and cells behind it, the standard and where it stands."""

    unit: str
    unit_name: Both
    level: str
    indicator: str
    title: Both
    year: int
    by: dict[str, str]
    synthetic: bool
    value: float | None
    exact: str | None  # as a fraction
    shown: Both
    unit_of_measure: Both
    status: str
    reason: str | None
    missing: list[dict[str, Any]]  # the empty cells, where data are missing
    numerator: float | None
    denominator: float | None
    formula: str
    words: Both
    numbers: Both
    parts: list[PartOut]
    rows_total: int
    rows: list[dict[str, Any]]  # each with its terms and its cells: form, field, file, sheet, row, column
    standard: str
    verdict: str
    margin: float | None
    attainment: float | None
    other_standards: list[dict[str, Any]]
    standard_source: dict[str, Any] | None
    formula_source: dict[str, Any] | None
    note: Both | None
    flags: list[str]
    made_of: dict[str, Any]  # what names the pack, the data and the program
    rules: list[Both]  # what the items of the round hold the figure to


class FigureOut(Schema):
    """A figure, explained for each breakdown; `label` must be said with it."""

    label: Both | None
    explanations: list[ExplanationOut]


def figure_out(
    found: Sequence[Explanation], pack: Pack, applied: Mapping[By, Sequence[Text]] | None = None
) -> dict[str, Any]:
    """Return a figure with its explanations as the API tells it."""
    label = pack.label.text if pack.label else SYNTHETIC if found[0].made_of["synthetic"] else None
    rules = applied or {}
    return {
        "label": Both.of(words(label)) if label else None,
        "explanations": [
            {
                **to_json(e),
                "rules": [Both.of(words(text)) for text in rules.get(tuple(sorted(e.result.by)), ())],
            }
            for e in found
        ],
    }
