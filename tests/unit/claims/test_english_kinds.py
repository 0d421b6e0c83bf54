"""Kinds of English claims: level, change, target, rank, threshold."""

from __future__ import annotations

import pytest

from duxue.claims.english import document_mode, opened_mode, section_mode
from tests.unit.claims.english_reading import claims


def kinds(text):
    return [claim.kind or "actual" for claim in claims(text)]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Spending rose by 5.4%.", "+"),
        ("The rate was up 1.3 percentage points.", "+"),
        ("The rate fell by 3 percentage points.", "-"),
        ("A pressure decrease of 97.14% was seen.", "-"),
        ("Grants saw a 5 per cent increase.", "+"),
        ("Spending was 62 percent more than in 2012.", "+"),
        ("Schools were merged, adding 12,700 places.", "+"),
        ("There are 17 new classes.", "+"),
        ("The number of places was reduced by 714.", "-"),
        ("Enrolment kept falling 2%.", "-"),
        ("We are investing an additional £900,000.", "+"),
        ("The share is 3.2 percentage points more than that in 2019.", "+"),
        ("The gap widened by 0.3 points.", "+"),
        ("The average annual growth is 6.5%.", "+"),
        ("Nine new kindergartens were added.", "+"),
    ],
)
def test_a_change_has_a_direction(text, direction):
    (claim,) = claims(text)

    assert (claim.kind, claim.direction) == ("change", direction)


@pytest.mark.parametrize(
    "text",
    [
        "The rate rose to 68%.",
        "The pass rate was 8 percentage points higher than the national average.",
        "They built 12 new schools.",
        "They set up 33 groups.",
        "Twelve new schools have been built.",
        "Over 59% of pupils met the expected standard.",
        "Some 11.6% of the teachers who should move moved.",
        "Cultivating 12 new and old bases.",
        "The offer was taken up by 348,100 children.",
        "They repaired expanded buildings of 860 rooms.",
    ],
)
def test_a_level_is_no_change(text):
    assert kinds(text) == ["actual"]


@pytest.mark.parametrize(
    "text",
    [
        "We will recruit 650 teachers.",
        "The bureau plans to build 80 kindergartens.",
        "It aims at 95%.",
        "The target is 6 per cent.",
        "Kes 3.9 billion is set aside for schools.",
        "The ministry wants to add 10,000 teachers.",
        "300 nurseries are to be opened.",
        "All 47 counties have a college by 2030.",
    ],
)
def test_intent_makes_a_target(text):
    assert kinds(text) == ["target"]


def test_a_past_verb_ends_the_reach_of_an_intent():
    assert kinds("The city plans to expand and recruited 40 teachers.") == ["actual"]


def test_translated_futures_are_not_firm():
    native = "300 hotlines will be opened."
    translated = "The second is to care for health. 300 hotlines will be opened."

    assert claims(native)[0].firm
    assert not claims(translated)[0].firm


@pytest.mark.parametrize(
    ("text", "value", "comparator"),
    [
        ("The city ranks first in the province.", 1, "="),
        ("The city came second in the country.", 2, "="),
        ("The county was ranked 3rd in the province.", 3, "="),
        ("The school is among the top 10 in the world.", 10, "<="),
        ("England is fourth in the world.", 4, "="),
        ("It has the third highest rate in the country.", 3, "="),
        ("The district ranked No. 5 in the city.", 5, "="),
    ],
)
def test_ordinals_are_ranks_where_something_is_ranked(text, value, comparator):
    (claim,) = claims(text)

    assert (claim.kind, claim.unit, claim.value, claim.comparator) == ("rank", "rank", value, comparator)


def test_a_rank_goes_on_in_a_list():
    assert [claim.value for claim in claims("The region ranked 11th in maths and 13th in reading.")] == [
        11,
        13,
    ]


def test_ranks_stand_in_a_row():
    assert [claim.value for claim in claims("They ranked 1st, 3rd and 5th.")] == [1, 3, 5]


def test_the_seventh_time_is_a_count():
    (claim,) = claims("It hosted the contest for the seventh time.")

    assert (claim.value, claim.unit) == (7, "time")


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("The maximum class size is 45 students.", "<="),
        ("Classes must not exceed 45 students.", "<="),
        ("The minimum salary is £30,000.", ">="),
        ("No more than 45 pupils per class.", "<="),
        ("Each class should have no more than 35 children.", "<="),
        ("The public funding standard was raised to 1,300 yuan.", "="),
    ],
)
def test_limits_and_standards_are_thresholds(text, comparator):
    (claim,) = claims(text)

    assert (claim.kind, claim.comparator) == ("threshold", comparator)


def test_a_change_in_brackets_goes_with_the_change_before_it():
    assert kinds("The total was up by 18,200 pupils (0.2%).") == ["change", "change"]


def test_headings_and_titles_set_the_mode():
    assert document_mode("2019 Education Bureau Work Plan") == "plan"
    assert document_mode("Statistical report on education") == "report"
    assert section_mode("The plan for the next step") == "plan"
    assert section_mode("Progress of key work") == "report"
    assert section_mode("1. Jinan City") is None
    text = "In the next step, the county will work hard."
    assert opened_mode(text, 0, len(text)) == "plan"


@pytest.mark.parametrize(
    ("heading", "mode"),
    [
        ("Work summary for 2021 and work plan for 2022", "report"),
        ("Review of the action plan", "report"),
        ("Performance targets", "plan"),
        ("Work plan for the second half of the year", "plan"),
        ("Where we are", "report"),
    ],
)
def test_the_first_of_two_words_is_the_head_of_a_heading_else_the_last(heading, mode):
    assert section_mode(heading) == mode


def test_the_next_step_makes_targets_of_what_follows_it_in_its_block():
    assert kinds("Forty schools opened. In the next step, 8 schools open, adding 900 places.") == [
        "actual", "target", "target",
    ]  # fmt: skip


def test_what_a_target_starts_from_is_no_target():
    first, second = claims("By 2030 the share will fall from 35% to 25%.")

    assert (first.kind, first.period) == ("actual", None)
    assert (second.kind, second.period) == ("target", "2030")
