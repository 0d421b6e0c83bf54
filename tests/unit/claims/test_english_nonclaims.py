"""Numbers of English text that state nothing."""

from __future__ import annotations

import pytest

from tests.unit.claims.english_reading import claims, counted


@pytest.mark.parametrize(
    "text",
    [
        "The meeting was held on 14 May 2024 at 9.30 am.",
        "The hours are 8:30-17:30.",
        "Under section 175 of the Act it is free.",
        "Write to 20 Great Smith Street, London.",
        "The 12345 hotline and the 13588 work plan go on.",
        "Many teachers are over 55.",
        "The report has 5 chapters.",
        "On May 12th, 2023 the report came out.",
        "Updated: 2018-06-13 07:03",
        "In the 2023/24 school year, lessons went on.",
        "During 2019-2023 much was done.",
        "Since the 1990s much was done.",
        "Document [2024] No. 19 applies.",
        "Sanzhong No. 1 Middle School joined.",
        "The 14th Five-Year Plan began.",
        "The 19th Asian Games took place.",
        "Grades 7, 8 and 9 and Years 10 and 11 took part.",
        "Key Stage 2 and Level 3 are covered.",
        "See Table 4, Figure 12 and page 22.",
        "Section 12 of the Education Act 1996 applies.",
        "Children aged 5 to 16 attend.",
        "Care is given to 3-5 years old children.",
        "It serves 16 to 18 year olds and under-5s.",
        "Children under 5 attend.",
        "It is free for 16- to 18-year-olds.",
        "The P7 and R5 forms are sent.",
        "1,2 and 3 year olds are left out.",
        "Half-day sessions in the first half of the year.",
        "It won the first prize.",
        "For three years and within five years much was done.",
        "The past 10 years saw much.",
        "Call 0800 123 4567 or visit www.example.org/123.",
        "The pandemic of COVID-19 hit K-12 schools.",
        "9 mins read",
        "It carried out the \"153\" safety education.",
        "They signed a “3+2” talent training agreement.",
        "The “435” working method was used.",
        "It was in the “Top 2 Tributes to Brands” exhibition.",
        "Three measures, six actions and five breakthroughs were realised.",
        "Four major projects were carried out.",
        "It is one of the best schools.",
        "The two schools went on.",
        "For the first time it was noticed.",
        "First, morals. Second, sports. Third, arts.",
        "Dozens of schools took part.",
        "An investment of XX million yuan.",
        "Open 24/7 since then.",
        "Grown to version 2.0.1 of it.",
        "Under House Bill 219 and Resolution 24-115 it ended.",
        "It is graded 4/C.",
        "In p>222, the bureau took the lead.",
        "In 20 18, the plan went on.",
        "The first in the province to do so was praised.",
    ],
)  # fmt: skip
def test_names_dates_and_rhetoric_are_no_claims(text):
    assert counted(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 55 people were chosen.", [(55, "person")]),
        ("(1) Schools set up 45 groups.", [(45, "group")]),
        ("It said so.2. They chose 30 schools.", [(30, "school")]),
        ("3.1 Overview of 30 schools", [(30, "school")]),
    ],
)
def test_enumerators_are_passed_over(text, expected):
    assert counted(text) == expected


def test_a_figure_that_looks_like_a_year_counts_after_a_verb():
    assert counted("The county recruited 2018 teachers.") == [(2018, "person")]
    assert counted("In 2018 teachers met.") == []


def test_honours_count_even_inside_a_quotation():
    assert counted("It achieved the “five consecutive championships”.") == [(5, "other:championship")]


def test_quoted_speech_is_no_slogan():
    text = '"More than 2,500 seniors walked across the stage," the head said.'

    assert counted(text) == [(2500, "person")]


def test_pointing_counts_only_with_a_result():
    assert counted("The three schools were rated as models.") == [(3, "school")]
    assert counted("The three schools are large.") == []


def test_hours_count_where_they_are_an_amount_of_teaching():
    assert counted("Pupils do 2 hours of sport a week.") == [(2, "other:hour")]
    assert counted("Offices closed within 2 hours.") == []


def test_a_denominator_is_no_claim_of_its_own():
    assert counted("There are 1.2 computers per 10 students.") == [(1.2, "computer")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("digits", "1" * 100_000),
        ("groups", "1," * 50_000),
        ("words", "one hundred " * 10_000),
        ("quotes", '"1 ' * 30_000),
        ("ranges", "1-" * 50_000),
        ("nouns", "5 new and " * 10_000),
        ("spaces", "5" + " " * 100_000 + "pupils"),
    ],
)
def test_time_stays_linear_in_hostile_lines(name, text):
    import time

    begun = time.process_time()
    claims(text)

    assert time.process_time() - begun < 10, name  # quadratic reading takes minutes
