"""What each node means for known, missing and uncomputable values."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.formula import nodes as n
from duxue.formula.evaluate import Cell, evaluate
from duxue.formula.infer import infer
from duxue.formula.nodes import NA
from duxue.formula.scope import Scope
from tests.unit.formula.scopes import ROW, RULE


class Row:
    """A row whose empty cells are missing."""

    cells: dict[str, Cell] = {  # noqa: RUF012
        "pupils": Fraction(120), "limit": Fraction(0), "teachers": Fraction(8), "small": True, "stage": "primary",
        "weight": Fraction(5, 2), "area": NA.NO_PREVIOUS, "classes": Fraction(-7, 2),
    }  # fmt: skip

    def column(self, node: n.Column) -> Cell:
        return self.cells.get(node.name, NA.MISSING)

    def constant(self, node: n.PackConstant) -> Cell:
        return self.cells.get(node.id, NA.NO_CONSTANT)

    def previous(self, node: n.Previous) -> Cell:
        return NA.NO_PREVIOUS

    def portion(self, node: n.Portion) -> Cell:
        return Fraction(1, 4)

    def total(self, node: n.Total) -> Cell:
        return Fraction(0)


class Unit:
    """A unit with two of three standards met."""

    def indicator(self, node: n.Indicator) -> Cell:
        return Fraction(4)

    def met(self, node: n.Met) -> Cell:
        return Fraction(2)

    def all_met(self, node: n.AllMet) -> Cell:
        return False

    def lowest_attainment(self, node: n.LowestAttainment) -> Cell:
        return NA.DEPENDS

    def over_verdicts(self, node: n.OverVerdicts) -> Cell:
        return node.fn == "every"


M, Z, P = NA.MISSING, NA.ZERO_DIVISION, NA.NO_PREVIOUS


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pupils / teachers", Fraction(15)),
        ("1 / 3 + 1 / 6", Fraction(1, 2)),
        ("pupils / limit", Z),
        ("-(pupils * 2) - 3", Fraction(-243)),
        ("books + books * weight / (limit / pupils)", M),
        ("weight / 0.0001 * 0 + weight", Fraction(5, 2)),
        ("area + indoor_area", P),
        ("indoor_area + area", M),
        ("floor(classes)", Fraction(-4)),
        ("ceil(classes)", Fraction(-3)),
        ("abs(classes)", Fraction(7, 2)),
        ("least(pupils, 5, 7)", Fraction(5)),
        ("greatest(weight, 2)", Fraction(5, 2)),
        ("greatest(books, 2)", M),
        ("coalesce(books, 2)", Fraction(2)),
        ("coalesce(books, books * weight / (limit / pupils))", M),
        ("is_missing(books)", True),
        ("is_missing(area)", False),
        ("is_missing(pupils)", False),
        ("if(small, pupils, limit)", Fraction(120)),
        ("if(books > 1, 1, 2)", M),
        ("small and books > 1", M),
        ("books > 1 and small", M),
        ("books > 1 and not small", False),
        ("not small and books > 1", False),
        ("small or books > 1", True),
        ("books > 1 or small", True),
        ("not small or books > 1", M),
        ("area > 1 and books > 1", P),
        ("not books > 1", M),
        ("stage == primary", True),
        ("stage != primary", False),
        ("stage in (junior)", False),
        ("stage not in (junior)", True),
        ("note in ('a')", M),
        ("pupils in (1, 120)", True),
        ("pupils < 120", False),
        ("pupils <= 120 and pupils >= 120 and pupils > 119", True),
        ("change(pupils)", P),
        ("portion(pupils, within: code)", Fraction(1, 4)),
        ("total(points.pupils)", Fraction(0)),
        ("to(3, 万元) - to(to(5_000, yuan), 万元)", Fraction(5, 2)),
        ("as(pupils, person)", Fraction(120)),
        ("'a' == 'a'", True),
    ],
)
def test_row_formula(source: str, expected: Cell) -> None:
    assert evaluate(infer(source, ROW), Row()) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "scope", "expected"),
    [
        ("met(L1..L3) >= 2", RULE, True),
        ("all_met(L1, L3) or every(veto)", RULE, True),
        ("lowest_attainment(L1, L3) >= 0.85", RULE, NA.DEPENDS),
        ("L1 > 4", RULE, False),
        ("any(veto)", RULE, False),
    ],
)
def test_rule(source: str, scope: Scope, expected: Cell) -> None:
    assert evaluate(infer(source, scope), Unit()) == expected  # type: ignore[arg-type]


def test_an_unknown_node_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError, match="not part of a formula"):
        evaluate(n.Typed(kind="number", shape="row"), Row())  # type: ignore[arg-type]
