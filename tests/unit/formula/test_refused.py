"""One deliberately wrong formula for each error code: its code, its column, its advice in both languages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.core.errors import Refused
from duxue.core.measure import PLAIN
from duxue.formula.infer import infer
from duxue.formula.problems import CODES
from duxue.formula.scope import Scope
from tests.unit.formula.scopes import GROUP, MEASURES, ROW, RULE

SCHOOL = GROUP.standing("row", "school")
POINTS = GROUP.standing("row", "points")
NOWHERE = GROUP.standing("group")

# code, column, formula, scope, declared unit
WRONG: list[tuple[str, int, str, Scope, str]] = [
    ("FML001", 1, "  ", GROUP, ""),
    ("FML002", 4001, "1" * 4001, GROUP, ""),
    ("FML003", 40, "(" * 50 + "1" + ")" * 50, GROUP, ""),
    ("FML003", 1, "pupils" + " + pupils" * 120, ROW, ""),
    ("FML004", 1207, "least(" + "1, " * 400 + "1)", GROUP, ""),
    ("FML005", 7, "1 + 2 @ 3", GROUP, ""),
    ("FML005", 5, "'a b\u0007c' == note", ROW, ""),
    ("FML005", 5, "sum(рupils)", GROUP, ""),
    ("FML005", 1, "= sum(pupils)", GROUP, ""),
    ("FML006", 11, "sum(pupils）", GROUP, ""),
    ("FML006", 5, "sum(ｐupils)", GROUP, ""),
    ("FML006", 1, "１ + 2", GROUP, ""),
    ("FML007", 1, "1e5", GROUP, ""),
    ("FML007", 5, "2 + .5", GROUP, ""),
    ("FML007", 1, "1" * 31, GROUP, ""),
    ("FML007", 1, "9" * 30 + " * 10", GROUP, ""),
    ("FML008", 9, "note == 'abc", ROW, ""),
    ("FML009", 5, "1 + ", GROUP, ""),
    ("FML009", 8, "sum(a) sum(b)", GROUP, ""),
    ("FML009", 10, "stage in primary", ROW, ""),
    ("FML009", 17, "count(where: x, y)", GROUP, ""),
    ("FML010", 7, "1 < 2 < 3", GROUP, ""),
    ("FML011", 4, "sum(pupils", GROUP, ""),
    ("FML012", 7, "stage = primary", ROW, ""),
    ("FML012", 8, "pupils ≥ 3", ROW, ""),
    ("FML012", 13, "sum(pupils) ∕ sum(teachers)", GROUP, ""),
    ("FML012", 7, "small && small", ROW, ""),
    ("FML013", 26, "sum(books, where: small, where: small)", GROUP, ""),
    ("FML013", 9, "met(L1, L1)", RULE, ""),
    ("FML014", 19, "count_if(pupils > 3 m2)", GROUP, ""),
    ("FML014", 13, "sum(area) > 45 pupil", GROUP, ""),
    ("FML020", 5, "sum(pupil)", GROUP, ""),
    ("FML020", 1, "land", ROW, ""),
    ("FML020", 5, "met(L9)", RULE, ""),
    ("FML020", 9, "met(L1..L9)", RULE, ""),
    ("FML020", 7, "every(verdict)", RULE, ""),
    ("FML021", 5, "sum(scool.land)", GROUP, ""),
    ("FML021", 23, "count_if(small, over: nothing)", GROUP, ""),
    ("FML022", 5, "sum(school.lnd)", GROUP, ""),
    ("FML023", 1, "L2 + 1", GROUP, ""),
    ("FML023", 1, "boarding", SCHOOL, ""),
    ("FML024", 10, "stage == primry", ROW, ""),
    ("FML024", 11, "stage in ('middle')", ROW, ""),
    ("FML025", 1, "points.pupils", ROW, ""),
    ("FML026", 1, "pupils / sum(teachers)", GROUP, ""),
    ("FML026", 1, "school.land", GROUP, ""),
    ("FML027", 5, "sum(L1)", GROUP, ""),
    ("FML028", 1, "bar", SCHOOL, ""),
    ("FML028", 1, "factor", GROUP, ""),
    ("FML029", 1, "school_resources", RULE, ""),
    ("FML030", 1, "L1..L3", RULE, ""),
    ("FML031", 5, "met(L3..L1)", RULE, ""),
    ("FML032", 1, "count()", NOWHERE, ""),
    ("FML033", 1, "school", GROUP, ""),
    ("FML040", 1, "summ(pupils)", GROUP, ""),
    ("FML041", 1, "sum(pupils)", ROW, ""),
    ("FML041", 1, "total(points.pupils)", GROUP, ""),
    ("FML041", 1, "sum(pupils) > 3", RULE, ""),
    ("FML042", 1, "if(true, 1)", GROUP, ""),
    ("FML042", 1, "portion(pupils)", ROW, ""),
    ("FML043", 13, "sum(pupils, per: teachers)", GROUP, ""),
    ("FML044", 5, "sum(max(pupils))", GROUP, ""),
    ("FML045", 18, "quantile(pupils, 1.5)", GROUP, ""),
    ("FML045", 23, "previous(sum(pupils), 11)", GROUP, ""),
    ("FML045", 20, "trend(sum(pupils), 1)", GROUP, ""),
    ("FML045", 10, "previous(3)", GROUP, ""),
    ("FML046", 1, "previous(pupils)", POINTS, ""),
    ("FML047", 1, "total(school.land)", ROW, ""),
    ("FML048", 25, "portion(pupils, within: nothing)", ROW, ""),
    ("FML049", 1, "sum(points.pupils * school.land)", GROUP, ""),
    ("FML049", 14, "sum(pupils * big.books)", GROUP, ""),
    ("FML050", 5, "1 + note", ROW, ""),
    ("FML050", 1, "pupils and small", ROW, ""),
    ("FML051", 1, "pupils == note", ROW, ""),
    ("FML052", 7, "stage < primary", ROW, ""),
    ("FML053", 5, "sum(small)", GROUP, ""),
    ("FML054", 14, "if(small, 1, note)", ROW, ""),
    ("FML055", 1, "sum(pupils) > 3", GROUP, ""),
    ("FML055", 1, "met(L1)", RULE, ""),
    ("FML056", 12, "pupils in (teachers)", ROW, ""),
    ("FML057", 8, "pupils/0", ROW, ""),
    ("FML060", 10, "pupils + books", ROW, ""),
    ("FML060", 10, "pupils < teachers", ROW, ""),
    ("FML061", 9, "funds + equipment", ROW, ""),
    ("FML062", 15, "to(equipment, yen)", ROW, ""),
    ("FML063", 1, "100 * sum(teachers) / sum(pupils)", GROUP, "teacher / 100 pupil"),
    ("FML063", 15, "sum(pupils) / 0.01", GROUP, ""),
    ("FML063", 12, "equipment *10000", ROW, ""),
    ("FML063", 1, "sum(pupils) * 10 * 10", GROUP, ""),
    ("FML063", 1, "25 * sum(pupils) * 4", GROUP, ""),
    ("FML063", 1, "sum(pupils) / 0.1 / 0.1", GROUP, ""),
    ("FML063", 1, "10 * sum(teachers) / (sum(pupils) / 10)", GROUP, "teacher / 100 pupil"),
    ("FML063", 16, "sum(pupils) * (2 * 50)", GROUP, ""),
    ("FML063", 15, "sum(pupils) * if(true, 100, 1)", GROUP, ""),
    ("FML063", 15, "sum(pupils) * abs(-100)", GROUP, ""),
    ("FML063", 1, "sum(pupils * 10) * 10", GROUP, ""),
    ("FML063", 1, "share(small) * 100", GROUP, "%"),
    ("FML063", 1, "share(small) * 10 * 10", GROUP, "%"),
    ("FML064", 1, "sum(pupils)", GROUP, "yuan"),
    ("FML064", 1, "count()", GROUP, "school"),
    ("FML064", 1, "sum(pupils)", GROUP, "person"),
    ("FML065", 1, "sum(pupils) / sum(teachers)", GROUP, "teacher / 100 pupil"),
    ("FML066", 1, "as(books, person)", ROW, ""),
    ("FML067", 1, "to(pupils, person)", ROW, ""),
    ("FML070", 1, "growth(growth(growth(growth(growth(growth(growth(growth(growth(growth(sum(pupils)))))))))))", GROUP, ""),
    ("FML071", 1, "previous(previous(sum(pupils), 6), 5)", GROUP, ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "column", "source", "scope", "unit"), WRONG)
def test_wrong_formula_is_refused_with_its_code(
    code: str, column: int, source: str, scope: Scope, unit: str
) -> None:
    with pytest.raises(Refused) as caught:
        infer(source, scope, measure=MEASURES.parse(unit) if unit else None)
    problem = next((p for p in caught.value.problems if p.code == code), caught.value.problems[0])
    if code in ("FML003", "FML070", "FML071"):
        assert problem.code == code
    else:
        assert (problem.code, problem.place.column) == (code, column)
        assert len(caught.value.problems) == 1
    assert problem.advice.zh
    assert problem.advice.en
    for text in (problem.what.zh, problem.what.en, problem.advice.zh, problem.advice.en):
        assert "{" not in text
        assert "Fraction(" not in text
    assert problem.render("zh") != problem.render("en")


def test_every_code_has_a_wrong_formula() -> None:
    assert {code for code, *_ in WRONG} == set(CODES)


def test_exchanged_ratio_is_told_from_a_wrong_unit() -> None:
    with pytest.raises(Refused, match="exchanged"):
        infer("sum(pupils) / sum(teachers)", GROUP, measure=MEASURES.parse("teacher / pupil"))


def test_small_factors_and_plain_numbers_may_be_multiplied() -> None:
    assert infer("sum(pupils) * 10", GROUP)
    assert infer("sum(weight) * 100", GROUP).measure == PLAIN
    assert infer("1 + 100 * 2", GROUP).kind == "number"


def test_count_says_how_to_name_what_is_counted() -> None:
    with pytest.raises(Refused, match=r"count\(of: school\)"):
        infer("count()", GROUP, measure=MEASURES.parse("school"))
    counted = infer("count(of: school)", GROUP, measure=MEASURES.parse("100 school"))
    assert getattr(counted, "factor", None) == Fraction(1, 100)


@pytest.mark.parametrize(
    ("source", "scope", "advice"),
    [
        ("sum", GROUP, "sum is a function"),
        ("SUM(pupils)", GROUP, "Did you mean sum?"),
        ("Pupils", ROW, "Did you mean pupils?"),
    ],
)
def test_advice_names_what_was_meant(source: str, scope: Scope, advice: str) -> None:
    """Small and capital letters, and functions without parentheses, are understood."""
    with pytest.raises(Refused) as caught:
        infer(source, scope)
    assert advice in caught.value.problems[0].advice.en


def test_problems_of_one_formula_end_at_a_number_that_people_read() -> None:
    """Hundreds of unknown names are told up to the fiftieth."""
    with pytest.raises(Refused) as caught:
        infer("least(" + ", ".join(f"x{k}" for k in range(390)) + ")", GROUP)
    assert len(caught.value.problems) == 50


def test_one_fault_at_one_place_is_told_once() -> None:
    """trend() writes its argument out several times; what is wrong with it is told once."""
    with pytest.raises(Refused) as caught:
        infer("trend(trend(sum(pupils), 10), 10)", GROUP)
    assert [p.code for p in caught.value.problems] == ["FML071"]
