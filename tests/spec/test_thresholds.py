"""Every threshold of every shipped pack, listed here a second time by hand, and judged on it, just below and just above."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

from duxue.packs import catalogue
from tests.spec.shipped import BALANCE, BASIC, COUNTY, STATISTICS, Outcome, pack_of, run, school

STAGES = ("primary", "junior")
A_HAIR = Fraction(1, 10**12)
COUNTRY, SHENYANG, HENAN = COUNTY, "210102", "410102"

# (pack, clause): for each indicator the comparison and its thresholds, one for all or one for each stage.
# 教督〔2017〕6号, 资源配置: seven indicators of a school, primary and junior.
RESOURCES = {
    "L1": (">=", "4.2", "5.3"), "L2": (">=", "1", "1"), "L3": (">=", "0.9", "0.9"), "L4": (">=", "4.5", "5.8"),
    "L5": (">=", "7.5", "10.2"), "L6": (">=", "2000", "2500"), "L7": (">=", "2.3", "2.4"),
}  # fmt: skip
# 教督〔2017〕6号, 资源配置: each of the seven coefficients of variation by itself.
VARIATION = {f"L{i}_cv": ("<=", "0.5", "0.45") for i in range(1, 8)}
# 教督〔2017〕6号, 政府保障程度, in the order of items 3, 4, 5, 7, 8, 9, 11, 12, 13, 14, 15.
GUARANTEE = {
    "music_short": ("<=", "0"), "art_short": ("<=", "0"), "size_over": ("<=", "0"), "class_over": ("<=", "0"),
    "special_funds_per_pupil": (">=", "6000"), "teacher_pay_ratio": (">=", "1"), "trained_share": (">=", "100"),
    "rotation_share": (">=", "10"), "rotation_backbone": (">=", "20"), "certified_share": (">=", "100"),
    "nearby_share": (">=", "100", "95"), "quality_allotted_share": (">=", "50"), "migrant_share": (">=", "85"),
}  # fmt: skip
# 教督〔2017〕6号, 教育质量, items 1, 2 and 9; 社会认可度.
QUALITY = {
    "retention": (">=", "95"), "disabled_share": (">=", "95"), "monitoring_level": (">=", "3"),
    "monitoring_difference": ("<", "0.15"), "recognition": (">=", "85"),
}  # fmt: skip
# 教督〔2012〕3号: the composite of eight, and satisfaction.
BASIC_BALANCE = {"composite_cv": ("<=", "0.65", "0.55"), "satisfaction": (">=", "85")}
# 教督〔2020〕1号: gross enrolment, inclusive coverage, public kindergartens.
PRESCHOOL = {
    "gross_kindergarten": (">=", "85"),
    "inclusive_coverage": (">=", "80"),
    "public_coverage": (">=", "50"),
}

DUTY = "cn-duty-province-demo"
# pack, indicator, level of the standard, stage, region, first day, comparison, threshold
Row = tuple[str, str, str | None, str | None, str | None, str, str, str]


def _rows(
    pack: str, level: str | None, first: str, table: dict[str, tuple[str, ...]], region: str | None = None
) -> list[Row]:
    found: list[Row] = []
    for indicator, (op, *limits) in table.items():
        stages = STAGES if len(limits) == 2 else (None,)
        for stage, limit in zip(stages, limits, strict=True):
            found.append((pack, indicator, level, stage, region, first, op, limit))
    return found


EXPECTED: list[Row] = [
    *_rows(BALANCE, "school", "2017-04-26", RESOURCES),
    *_rows(BALANCE, None, "2017-04-26", VARIATION),
    *_rows(BALANCE, None, "2017-04-26", GUARANTEE),
    *_rows(BALANCE, None, "2017-04-26", QUALITY),
    *_rows(BALANCE, "school", "2017-04-26", {"training_share": (">=", "5")}),  # 教育质量, item 4: per school
    *_rows(BALANCE, None, "2024-01-01", {"special_funds_per_pupil": (">=", "8000")}, "210100"),  # Shenyang
    *_rows(BASIC, None, "2012-01-20", BASIC_BALANCE),
    *_rows(STATISTICS, "county", "2020-02-18", PRESCHOOL),
    (STATISTICS, "pupil_teacher_ratio", "county", "kindergarten", None, "2020-02-18", "<=", "15"),
    *_rows(STATISTICS, "county", "2021-10-29", {"gross_kindergarten": (">=", "90")}, "410000"),  # Henan
]
BY_STAGE = {
    "class_over",
    "monitoring_level",
    "monitoring_difference",
}  # judged in each stage by one threshold


# The sample of the yearly evaluation: only what is held is told here; its points are worked in tests/unit/scoring.
SAMPLE = [
    (name, level, ">=", limit)
    for name, level, limit in (
        ("education_growth", None, "0"), ("pupil_spending_growth", None, "0"), ("public_funds_share", None, "100"),
        ("surcharge_share", "city", "100"), ("kg_gross", None, "90"), ("kg_inclusive", None, "80"), ("kg_public", None, "50"),
        ("retention", None, "95"), ("disabled_share", None, "95"), ("pay_ratio", None, "1"), ("certified_share", "city", "100"),
        ("rotation_share", None, "10"), ("rotation_backbone", None, "20"), ("training_share", None, "5"),
        ("trained_share", "city", "100"), ("satisfaction", None, "85"),
    )
]  # fmt: skip


def test_the_sample_pack_holds_these_thresholds_and_no_others() -> None:
    """A threshold changed, added or lost in the sample is found here."""
    held = [(s.indicator, s.level, *_parts(s.meets)) for s in pack_of(DUTY).standards]
    assert sorted(held, key=str) == sorted(SAMPLE, key=str)


def test_the_packs_hold_these_thresholds_and_no_others() -> None:
    """A threshold changed, added or lost in a pack is found here."""
    rules = [id for id in catalogue.list_ids() if id != DUTY]
    held = [
        (id, s.indicator, s.level, s.by.get("stage"), s.region, str(s.from_), *_parts(s.meets))
        for id in rules
        for s in pack_of(id).standards
    ]
    assert all(set(s.by) <= {"stage"} and s.to is None for id in rules for s in pack_of(id).standards)
    assert sorted(held, key=str) == sorted(EXPECTED, key=str)


def _parts(meets: str) -> tuple[str, str]:
    op = meets.rstrip("0123456789. ")
    number = meets.removeprefix(op).strip()
    return op.strip(), number.rstrip("0").rstrip(".") if "." in number else number


def _unit(row: Row) -> str:
    return "A" if row[2] == "school" else {"210100": SHENYANG, "410000": HENAN}.get(row[4] or "", COUNTRY)


def _key(row: Row) -> tuple[str, ...]:
    stage = row[3] or ("primary" if row[1] in BY_STAGE else None)
    return (row[1], _unit(row), stage) if stage else (row[1], _unit(row))


@cache
def _outcome(pack: str, region: str | None, side: int) -> Outcome:
    """Return what a pack makes of values that lie on their thresholds, a hair below (-1) or above (1)."""
    rows = [row for row in EXPECTED if row[0] == pack and row[4] == region]
    given = {_key(row): str(Fraction(row[7]) + side * A_HAIR) for row in rows}
    schools = {"school": [school("A", year=2024)]} if pack == BALANCE else {}
    return run(pack, 2024, given=given, **schools)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: "-".join(str(x) for x in row if x))
def test_a_value_is_judged_on_its_threshold_and_on_either_side(row: Row) -> None:
    """On the threshold, a millionth of a millionth below, and as much above: what `>=`, `<=` and `<` say."""
    pack, _, _, _, region, _, op, limit = row
    verdicts = {side: _outcome(pack, region, side)[_key(row)].verdict for side in (-1, 0, 1)}
    assert (
        verdicts
        == {
            ">=": {-1: "not_met", 0: "met", 1: "met"},
            "<=": {-1: "met", 0: "met", 1: "not_met"},
            "<": {-1: "met", 0: "not_met", 1: "not_met"},
        }[op]
    )
    assert _outcome(pack, region, 0)[_key(row)].threshold == Fraction(limit)


@pytest.mark.parametrize(
    ("row", "elsewhere"), [(row, COUNTRY) for row in EXPECTED if row[4]], ids=lambda x: x[4] if isinstance(x, tuple) else x
)  # fmt: skip
def test_a_regional_threshold_holds_nowhere_else(row: Row, elsewhere: str) -> None:
    """The value that just meets the country's standard meets it outside the region, and misses inside."""
    (national,) = [r for r in EXPECTED if r[:4] == row[:4] and r[4] is None]
    value = national[7]
    given = {(row[1], unit): value for unit in (_unit(row), elsewhere)}
    found = run(row[0], 2024, given=given)
    assert found[row[1], elsewhere].verdict == "met"
    assert found[row[1], _unit(row)].verdict == "not_met"


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: "-".join(str(x) for x in row if x))
def test_no_threshold_holds_before_its_first_day(row: Row) -> None:
    """In the year before it came into force a value has no verdict, or the country's one."""
    year = int(row[5][:4]) - 1
    schools = {"school": [school("A", year=year)]} if row[0] == BALANCE else {}
    result = run(row[0], year, given={_key(row): row[7]}, **schools)[_key(row)]
    assert result.threshold is None if row[4] is None else result.threshold != Fraction(row[7])
