"""Units of measure: exact scales, dimensions that cannot be taken for each other, hostile spellings refused at once."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.core.measure import PLAIN, Measure, Measures, amount, canonical, is_percent, spelled, title
from duxue.core.text import Text

UNITS = Measures.built_in()


def parse(text: str) -> Measure:
    """Return a built-in unit."""
    return UNITS.parse(text)


@pytest.mark.parametrize(
    ("text", "dims", "scale"),
    [
        ("yuan / pupil", (("pupil", -1), ("yuan", 1)), "1"),
        ("元/生", (("pupil", -1), ("yuan", 1)), "1"),
        ("teacher / 100 pupil", (("pupil", -1), ("teacher", 1)), "1/100"),
        ("pupil / 100000 person", (("person", -1), ("pupil", 1)), "1/100000"),
        ("万元", (("yuan", 1),), "10000"),
        ("亿元", (("yuan", 1),), "100000000"),
        ("%", (), "1/100"),
        ("1", (), "1"),
        ("m2", (("m2", 1),), "1"),
        ("平方米", (("m2", 1),), "1"),
        ("2.5 m2", (("m2", 1),), "5/2"),
        ("yuan^2", (("yuan", 2),), "1"),
        ("yuan / (pupil * year)", (("pupil", -1), ("year", -1), ("yuan", 1)), "1"),
        ("yuan / pupil * pupil", (("yuan", 1),), "1"),
        ("yuan / pupil / year", (("pupil", -1), ("year", -1), ("yuan", 1)), "1"),
    ],
)
def test_units_are_read_with_their_exact_scale(
    text: str, dims: tuple[tuple[str, int], ...], scale: str
) -> None:
    """A number binds to the unit after it."""
    assert parse(text) == Measure(dims, Fraction(scale))


def test_wan_yuan_is_ten_thousand_yuan() -> None:
    """万元 and yuan convert exactly both ways."""
    assert parse("万元").factor_to(parse("yuan")) == 10000
    assert parse("yuan").factor_to(parse("万元")) == Fraction(1, 10000)


def test_teachers_per_pupil_are_not_pupils_per_teacher() -> None:
    """师生比 and 生师比 are different units, and neither is the bare number."""
    a, b = parse("teacher / pupil"), parse("pupil / teacher")
    assert not a.same_dimension(b)
    assert not a.same_dimension(PLAIN)
    with pytest.raises(ValueError, match="different things"):
        a.factor_to(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("pupil", "teacher"), ("pupil", "child"), ("pupil", "person"), ("yuan", "m2"), ("class", "room")],
)
def test_kinds_of_things_do_not_convert(a: str, b: str) -> None:
    """Nobody adds pupils to teachers by accident."""
    with pytest.raises(ValueError, match="different things"):
        parse(a).factor_to(parse(b))


def test_product_and_quotient_cancel() -> None:
    """yuan / pupil * pupil is yuan."""
    assert parse("yuan / pupil") * parse("pupil") == parse("yuan")
    assert (parse("yuan") / parse("yuan")).is_plain
    assert not (parse("万元") / parse("yuan")).is_plain


def test_power_is_refused_where_no_whole_unit_comes_out() -> None:
    """There is no square root of a yuan, nor of a scale."""
    assert parse("m2^2").power(Fraction(1, 2)) == parse("m2")
    assert parse("yuan").power(Fraction(1, 2)) is None
    assert parse("万元").power(Fraction(1, 2)) is None
    assert parse("万元").power(Fraction(2)) == Measure((("yuan", 2),), Fraction(10**8))
    assert parse("yuan").power(Fraction(0)) == PLAIN


def test_pack_adds_units_of_its_own() -> None:
    """A new currency is a dimension of its own; a new scale belongs to its unit."""
    mine = UNITS.extended("crown").extended("kilocrown", "crown", Fraction(1000))
    assert mine.parse("kilocrown / pupil").factor_to(mine.parse("crown / pupil")) == 1000
    assert not mine.parse("crown").same_dimension(mine.parse("yuan"))
    with pytest.raises(ValueError, match="crown"):
        parse("crown")


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "nothing", "yuan pupil", "yuan /", "/ yuan", "yuan // pupil", "(yuan", "yuan)", "()", "^2", "yuan^", "yuan^x",
        "yuan^-1", "yuan^^2", "yuan^1/0", "yuan / 0", "0 yuan", "yuan / 0.0 pupil", "0", "yuan * 0", "yuan^9999999999", "万元^99999",
        "(" * 5000 + "yuan" + ")" * 5000, "2 " * 5000 + "yuan", "yuan / " * 5000 + "yuan", "9" * 5000, "yuan\x00", "²", "٣ yuan",
        "yuan; import os", "__class__", "{yuan}", "1e5 yuan", "-1 yuan", "yuan + pupil",
    ],
)  # fmt: skip
def test_hostile_units_are_refused_at_once(text: str) -> None:
    """No crash, no unit of size 0, no time lost."""
    start = time.perf_counter()
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the part that is unknown
        parse(text)
    assert time.perf_counter() - start < 0.2


NAMES = st.sampled_from(
    ["yuan", "万元", "pupil", "teacher", "m2", "100 pupil", "%", "1", "class", "2.5 room"]
)


@st.composite
def products(draw: st.DrawFn) -> Measure:
    """Return a unit built from others by multiplication and division."""
    measure = parse(draw(NAMES))
    for _ in range(draw(st.integers(0, 4))):
        other = parse(draw(NAMES))
        measure = measure * other if draw(st.booleans()) else measure / other
    return measure


@given(products())
def test_a_unit_reads_back_from_its_own_name(measure: Measure) -> None:
    """What is printed means what was computed."""
    assert parse(str(measure)) == measure


@given(products())
def test_a_unit_reads_back_from_base_dimensions(measure: Measure) -> None:
    """The same when nobody gave it a name: scales below 1 do not swallow the unit after them."""
    assert parse(canonical(measure)) == Measure(measure.dims, measure.scale)


@given(products(), products())
def test_factors_multiply_back_to_one(a: Measure, b: Measure) -> None:
    """Converting there and back changes nothing."""
    other = Measure(a.dims, b.scale)
    assert a.factor_to(other) * other.factor_to(a) == 1


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("yuan / pupil", "元/生", "yuan/pupil"),
        ("teacher / 100 pupil", "教师/100生", "teachers/100 pupils"),
        ("%", "%", "%"),
        ("pupil / 100 person", "%", "%"),
        ("pupil / 100000 person", "生/100000人", "pupils/100000 people"),
        ("class", "班", "classes"),
        ("case", "起", "cases"),
        ("crown", "crown", "crown"),
    ],
)
def test_units_are_printed_in_both_languages(unit: str, zh: str, en: str) -> None:
    """A unit of a pack's own is printed as it is written."""
    assert (title(unit).zh, title(unit).en) == (zh, en)


@pytest.mark.parametrize(
    ("number", "unit", "zh", "en"),
    [
        ("1", "case", "1 起", "1 case"),
        ("0", "case", "0 起", "0 cases"),
        ("1.0", "case", "1.0 起", "1.0 cases"),
        ("1", "class", "1 班", "1 class"),
        ("1", "person", "1 人", "1 person"),
        ("1", "teacher / 100 pupil", "1 教师/100生", "1 teacher/100 pupils"),
        ("1", "yuan", "1 元", "1 yuan"),
        ("94.2", "%", "94.2%", "94.2%"),
        ("94.2", "pupil / 100 person", "94.2%", "94.2%"),
        ("3", "1", "3", "3"),
        (">= 1", "case", ">= 1 起", ">= 1 case"),
        ("–", "case", "–", "–"),
    ],
)
def test_a_number_stands_with_its_unit(number: str, unit: str, zh: str, en: str) -> None:
    """One alone is singular, a percent sign stands close, and nothing follows a dash."""
    assert amount(number, title(unit)) == Text(zh, en)


def test_a_pack_s_own_unit_is_counted_by_its_title() -> None:
    """Its title stands in the singular, as a pack gives it."""
    own = {"bench": Text("张", "bench"), "seat": Text("座", "seat")}
    assert title("seat / bench", own) == Text("座/张", "seats/bench")
    assert amount("1", title("seat", own)) == Text("1 座", "1 seat")


def test_only_people_of_a_hundred_people_are_a_share() -> None:
    """Teachers for each hundred pupils are a ratio of two kinds, and breaches for each hundred persons are no part of them."""
    assert is_percent("child / 100 person")
    assert not any(map(is_percent, ("teacher / 100 pupil", "case / 100 person", "pupil / 1000 person", "1")))
    assert spelled("pupil / 100 person") == Text("生/100人", "pupils/100 people")
