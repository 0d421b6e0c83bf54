"""Numbers of machine-translated English that cannot be right as printed."""

from __future__ import annotations

import pytest

from tests.unit.claims.english_reading import claims


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("First, 2,1 teachers were recruited.", None, "digit-group"),
        ("Aid was given, benefiting 1, students.", None, "digit-group"),
        ("Third, 126, rural primary school students drank milk.", None, "digit-group"),
        ("The number of degrees was reduced by 7,14, ranking sixth.", None, "digit-group"),
        ("There were 1,,80 places.", None, "digit-group"),
        ("The net enrolment rate is 130%.", 130, "share_above_100"),
        ("It undertook 1 livelihood issues.", 1, "noun-number"),
        ("It recruited nearly 2 high-level talents.", 2, "approximate-few"),
        ("The crime rate is controlled below one hundred thousand.", 100000, "no-denominator"),
        ("They strive for 12 overall overall projects.", 12, "repeated-word"),
    ],
)
def test_damage_is_told_and_the_printed_value_kept(text, value, reason):
    claim = claims(text)[0]

    assert (claim.value, claim.reasons) == (value, (reason,))


def test_numbers_are_held_against_their_neighbours():
    staff = claims("The county has 132,300 students in the schools and 112,000 faculty and staff.")
    floor = claims("It built 265 sets, the area is 1.3 million square meters.")
    places = claims("It rebuilt 21 schools, and 21 degrees.")

    assert staff[1].reasons == ("pupils-per-staff",)
    assert floor[1].reasons == ("floor-per-dwelling",)
    assert places[1].reasons == ("places-per-school",)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("There are 1 ,236 schools.", 1236, "school"),
        ("The enrolment rate is 99. 8%.", 99.8, "percent"),
        ("It has 5. 6 million people.", 5600000, "person"),
        ("A total of 3.5 million -yuan was invested.", 3500000, "yuan"),
        ("The rate reached98.5%and stays.", 98.5, "percent"),
        ("It set up 2 high -standard training bases.", 2, "base"),
        ("A meeting was held.48 newly -held public kindergartens opened.", 48, "kindergarten"),
    ],
)
def test_torn_and_glued_numbers_are_read(text, value, unit):
    (claim,) = claims(text)

    assert (claim.value, claim.unit, claim.reasons) == (value, unit, ())


@pytest.mark.parametrize(
    "text",
    [
        "The county has 132,300 students and 11,200 staff.",
        "It built 265 sets, the area is 26,000 square meters.",
        "It rebuilt 21 schools, adding 4,200 degrees.",
        "The school won 1 gold medal.",
        "It formed 1-2 new varieties.",
        "Nearly 200 teachers joined.",
    ],
)
def test_sound_numbers_raise_no_alarm(text):
    assert all(not claim.reasons for claim in claims(text))
