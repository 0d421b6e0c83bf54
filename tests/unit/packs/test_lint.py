"""What lint finds beyond the one-fault files of tests/packs/wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.packs.lint import RESULT_COLUMNS, check, lint, load_and_lint
from duxue.packs.loader import load, load_text
from duxue.plan.build import build_plan
from duxue.results.export import COLUMNS

BASE = (Path(__file__).parents[2] / "packs" / "wrong" / "PACK034_standard_without_source.yaml").read_text(
    encoding="utf-8"
)
GOOD = BASE.replace("from: 2020-01-01}", "from: 2020-01-01, source: ours}")


def find(old: str, new: str) -> list[tuple[str, int | None]]:
    """Return code and line of all that is wrong after one replacement in a sound pack."""
    assert GOOD.count(old) == 1, old
    return [(p.code, p.place.line) for p in lint(load_text(GOOD.replace(old, new)))]


def line_of(word: str) -> int:
    """Return the line of the sound pack that holds a word."""
    return next(number for number, line in enumerate(GOOD.splitlines(), start=1) if word in line)


def test_the_sound_pack_is_sound() -> None:
    """The replacements below start from a pack without problems."""
    assert lint(load_text(GOOD)) == []


STANDARD = '  - {indicator: ratio, stage: primary, meets: "<= 20", from: 2020-01-01, source: ours} # here\n'
AFTER = line_of("meets:") + 1


@pytest.mark.parametrize(
    ("second", "codes"),
    [
        ('{indicator: ratio, stage: junior, meets: "<= 18", source: ours}', []),
        ('{indicator: ratio, stage: primary, region: "37", meets: "<= 18", source: ours}', []),
        ('{indicator: ratio, stage: primary, meets: "<= 18", to: 2019-12-31, source: ours}', []),
        ('{indicator: ratio, stage: primary, meets: "<= 18", from: 2022-01-01, source: ours}', []),
        ('{indicator: ratio, stage: primary, meets: "<= 18", to: 2020-01-01, source: ours}', ["PACK027"]),
        ('{indicator: ratio, meets: ">= 21", from: 2020-01-01, source: ours}', ["PACK028"]),
        ('{indicator: ratio, meets: "> 20", from: 2020-01-01, source: ours}', ["PACK028"]),
        ('{indicator: ratio, meets: ">= 20", from: 2020-01-01, source: ours}', []),
        ('{indicator: ratio, meets: "== 21", from: 2020-01-01, source: ours}', ["PACK028"]),
        ('{indicator: ratio, level: county, meets: ">= 1", from: 2020-01-01, source: ours}', []),
        ('{indicator: ratoi, meets: ">= 1", source: ours}', ["PACK020"]),
        ('{indicator: ratio, stage: senior, meets: ">= 1", source: ours}', ["PACK020"]),
        ('{indicator: ratio, level: city, meets: ">= 1", source: ours}', ["PACK020"]),
        ('{indicator: ratio, meets: ">= 1", source: his}', ["PACK020"]),
    ],
)  # fmt: skip
def test_second_standard_must_agree_with_the_first(second: str, codes: list[str]) -> None:
    """Another case, region or time is fine; the same case on the same day is not."""
    assert find(STANDARD, f"{STANDARD}  - {second}\n") == [(code, AFTER) for code in codes]


def test_indicators_in_a_circle_are_told_once() -> None:
    """Two indicators that need each other make one problem, with the way round."""
    extra = "".join(
        f"  - {{id: {a}, title: {{zh: 甲, en: A}}, formula: {b} + 1, unit: '1', form: stages, levels: [county]}}\n"
        for a, b in (("a", "b"), ("b", "a"))
    )
    problems = lint(load_text(GOOD.replace("standards:\n", extra + "standards:\n")))
    assert [p.code for p in problems] == ["PACK031"]
    assert "a → b → a" in problems[0].what.zh


@pytest.mark.parametrize(
    ("formulas", "way"),
    [
        (("coalesce(previous(a), 0) + 1", "1"), "a → a"),
        (("previous(b) + 1", "trend(a, 3)"), "a → b → a"),
        (("growth(a)", "1"), "a → a"),
    ],
)
def test_earlier_period_of_itself_is_a_circle(formulas: tuple[str, str], way: str) -> None:
    """An indicator that looks at its own earlier value would look back without end."""
    problems = lint(load_text(with_indicators(**dict(zip("ab", formulas, strict=True)))))
    assert [p.code for p in problems] == ["PACK031"]
    assert way in problems[0].what.en


def with_indicators(**formulas: str) -> str:
    """Return the good pack with more indicators, each a plain number of counties."""
    extra = "".join(
        f"  - {{id: {id}, title: {{zh: {id}, en: {id}}}, formula: '{formula}', unit: '1', form: stages, levels: [county]}}\n"
        for id, formula in formulas.items()
    )
    return GOOD.replace("standards:\n", extra + "standards:\n")


def test_plan_of_indicators_that_use_each_other_twice_is_quick() -> None:
    """Thirty indicators, each naming the one before it twice, are read once each and not two to the thirtieth times."""
    twice = {f"d{k}": f"d{k - 1} + previous(d{k - 1})" if k else "count()" for k in range(30)}
    loaded = load_text(with_indicators(**twice))
    assert lint(loaded) == []
    assert build_plan(loaded.pack).lookback == 29


def test_long_chain_of_indicators_is_told_once() -> None:
    """A thousand indicators in a row are refused with a message instead of exhausting the interpreter."""
    chain = {f"d{k}": f"d{k + 1} + 1" if k < 999 else "count()" for k in range(1000)}
    assert [p.code for p in lint(load_text(with_indicators(**chain)))] == ["PACK044"]


def test_formula_problem_is_told_beside_the_others() -> None:
    """Units of measure are checked in place: pupils per teacher cannot be given in yuan."""
    found = find("    unit: pupil / teacher\n", "    unit: yuan\n")
    assert [code[:3] for code, _ in found] == ["FML"]
    assert found[0][1] == line_of("formula: sum")


def test_merge_needs_a_register_and_a_code() -> None:
    """Rows can only be merged on the form that registers units, into a unit's code."""
    problems = find("    period: year\n", "    period: year\n    merge: {when: pupils < 10, into: pupils}\n")
    assert [code for code, _ in problems] == ["PACK025", "PACK025"]


def test_verdict_may_look_at_lower_levels_only() -> None:
    """A school's verdict cannot depend on its county's."""
    extra = "  - {id: lower, title: {zh: 乙, en: B}, level: school, by: [stage], rule: every(fine), source: ours}\n"
    problems = lint(load_text(GOOD + extra))
    assert [p.code for p in problems] == ["PACK030"]


def test_check_lets_warnings_pass_and_raises_errors() -> None:
    """Warnings are returned; errors refuse the pack, with the warnings beside them."""
    assert [p.severity for p in check(load_text(BASE))] == ["warning"]
    with pytest.raises(Refused) as refused:
        check(load_text(BASE.replace("population: small", "population: smal")))
    assert {p.severity for p in refused.value.problems} == {"error", "warning"}


def test_lint_of_the_largest_pack_is_quick() -> None:
    """Loading and linting a shipped pack takes well under a second."""
    import time

    start = time.monotonic()
    lint(load("cn-compulsory-balance"))
    assert time.monotonic() - start < 2


def test_computed_columns_of_two_forms_in_a_circle_are_told() -> None:
    """A column that waits for a column that waits for it can never be computed."""
    units = "    derived: [{id: a, title: {zh: 甲, en: A}, formula: total(stages.b), unit: '1'}]\n"
    stages = "    derived: [{id: b, title: {zh: 乙, en: B}, formula: units.a + 1, unit: '1'}]\n"
    text = GOOD.replace("  - id: stages\n", units + "  - id: stages\n").replace(
        "constants:\n", stages + "constants:\n"
    )
    problems = lint(load_text(text))
    assert [p.code for p in problems] == ["PACK031"]
    assert "units.a" in problems[0].what.en


def test_thousands_of_wrong_rules_are_answered_soon() -> None:
    """A file full of unknown names costs seconds, not minutes, and ends at a number that people can read."""
    import time

    rows = "".join(f'  - {{indicator: r{n}, meets: ">= 1", source: ours}}\n' for n in range(15_000))
    start = time.monotonic()
    problems = lint(load_text(GOOD.replace("verdicts:\n", rows + "verdicts:\n")))
    assert len(problems) <= 510
    assert time.monotonic() - start < 20


def test_names_of_result_columns_are_those_of_the_results() -> None:
    """The names that a dimension cannot have are the columns that every result has."""
    assert frozenset(COLUMNS) == RESULT_COLUMNS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{id: junior, title: {zh: 初中, en: Junior}}", "{id: junior, title: {zh: 小学, en: Junior}}"),
        ("{id: junior, title: {zh: 初中, en: Junior}}", "{id: junior, title: {zh: 初中, en: ' primary'}}"),
        ("{id: junior, title: {zh: 初中, en: Junior}}", "{id: junior, title: {zh: 初中, en: J}, aliases: [小 学]}"),
        ("title: {zh: 教师数, en: Teachers}", "title: {zh: 教师数, en: PUPILS}"),
        ("title: {zh: 教师数, en: Teachers}", "title: {zh: 教师数, en: T}, aliases: [学生数]"),
    ],
)  # fmt: skip
def test_one_spelling_stands_for_one_thing(old: str, new: str) -> None:
    """Two categories, or two columns of a form, that data cannot tell apart are refused."""
    assert [code for code, _ in find(old, new)] == ["PACK043"]


BAD_FORMULA = ("formula: sum(pupils) / sum(teachers)", "formula: sum(pupils) + sum(teachers)")


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("title: {zh: 样例, en: Example}", "titel: {zh: 样例, en: Example}", {"PACK010", "PACK011"}),
        ("version: 1.0.0", "version: first", {"PACK013"}),
        ('meets: "<= 20"', 'meets: "at most 20"', {"PACK013"}),
        (
            "type: code, title: {zh: 上级, en: Parent}",
            "type: cod, title: {zh: 上级, en: Parent}",
            {"PACK013"},
        ),
        ("where: pupils <= largest", "wher: pupils <= largest", {"PACK010"}),
        ("levels: [school, county]", "lvels: [school, county]", {"PACK010", "PACK011"}),
        ("title: {zh: 生师比, en: Ratio}", "title: {zh: 生师比}", {"PACK011"}),
        ("{value: 2000}", "{value: many}", {"PACK014"}),
        ("constants:", "constnts:", {"PACK010"}),
    ],
)
def test_wrong_shape_does_not_hide_a_wrong_formula(
    tmp_path: Path, old: str, new: str, codes: set[str]
) -> None:
    """A misspelt key or type in one place is told beside pupils added to teachers in another, and nothing is invented."""
    assert GOOD.count(old) == 1
    file = tmp_path / "pack.yaml"
    file.write_text(GOOD.replace(old, new).replace(*BAD_FORMULA), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_and_lint(file)
    told = {p.code for p in refused.value.problems}
    assert told == {*codes, "FML060"}
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_and_lint(file)
    assert {p.code for p in refused.value.problems} == codes


def test_formula_of_an_indicator_of_wrong_shape_is_read_by_itself(tmp_path: Path) -> None:
    """An indicator without its unit cannot be computed, but the parenthesis it leaves open is told."""
    file = tmp_path / "pack.yaml"
    text = GOOD.replace("unit: pupil / teacher", "unt: pupil / teacher")
    file.write_text(text.replace("sum(teachers)\n", "sum(teachers\n"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_and_lint(file)
    assert [p.code for p in refused.value.problems] == ["PACK011", "FML011", "PACK010"]
    assert refused.value.problems[1].place.line == line_of("formula: sum")


@pytest.mark.parametrize(
    "new",
    [
        "units_of_measure: [{idd: heap, of: pupil}]\ndimensions:",
        "dimensions: 5\nother:",
        "uses: {}\ndimensions:",
    ],
)
def test_what_cannot_be_known_is_not_called_wrong(tmp_path: Path, new: str) -> None:
    """Without a section or a unit of measure no formula is judged: only the shape is told."""
    file = tmp_path / "pack.yaml"
    file.write_text(
        GOOD.replace("dimensions:", new).replace("unit: teacher}", "unit: heap}"), encoding="utf-8"
    )
    with pytest.raises(Refused) as refused:
        load_and_lint(file)
    assert {p.code[:3] for p in refused.value.problems} == {"PAC"}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("unit: teacher}", "unit: teachr}", ["PACK022"]),
        ("unit: teacher}", "required: true}", ["PACK023"]),
        ("constants:\n", "constants:\n  - {id: weight, title: {zh: 权, en: W}, unit: kgg, values: [{value: 1}]}\n", ["PACK022", "PACK033"]),
    ],
)  # fmt: skip
def test_formulas_are_not_blamed_for_a_unit_that_cannot_be_read(old: str, new: str, found: list[str]) -> None:
    """A misspelt unit of a column is told where it stands, and not once more in each formula that uses the column."""
    assert sorted({code for code, _ in find(old, new)}) == found


def test_title_of_a_column_leads_to_its_name() -> None:
    """Whoever writes the printed name in a formula is told the id."""
    problems = lint(load_text(GOOD.replace("formula: sum(pupils)", "formula: sum(学生数)")))
    assert "Did you mean pupils?" in problems[0].advice.en
