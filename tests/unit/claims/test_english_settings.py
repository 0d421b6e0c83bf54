"""The time and territory of English claims, from sentence, heading, title and date line."""

from __future__ import annotations

import pytest

from duxue.claims import extract
from duxue.documents import from_text
from tests.unit.claims.english_reading import claims


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("In 2022 there were 40 schools.", ["2022"]),
        ("At 31 August 2017 there were 40 schools.", ["2017"]),
        ("There were 40 schools in 2022 and 45 schools in 2023.", ["2022", "2023"]),
        ("In the 2016 to 2017 academic year 40 schools joined.", ["2016/17"]),
        ("In 2022-23 there were 40 schools.", ["2022/23"]),
        ("Between 2019 and 2023 it built 40 schools.", ["2019-2023"]),
        ("Since 2019 it has built 40 schools.", ["2019-"]),
        ("Since the “14th Five -Year Plan”, 65 schools were rebuilt.", ["2021-"]),
        ("Last year 40 schools joined.", ["last"]),
        ("In the past three years 40 schools joined.", ["last 3"]),
        ("The ratio fell from 18.0 to 17.6 between 2019 and 2023.", ["2019", "2023"]),
        ("In 2017 it spent 62 percent more than in 2012.", ["2012-2017"]),
        ("In 20 18, 15 schools joined.", ["2018"]),
        ("In p>222, the bureau built 40 schools.", ["2022"]),
        ("The rate was 83.9% in 2023, up 1.1 points from 2022.", ["2023", None]),
        ("It was 24% in 2022, and 20% in 2023, a fall of 4 points.", ["2022", "2023", "2023"]),
        ("2.1 million pupils (24.6%) joined in 2024.", ["2024", "2024"]),
        ("Under the Education Act 1996, 40 schools joined.", [None]),
        ("The rate rose from 68% in 2015 to 73.4%.", ["2015", None]),
        ("It was 7.4%, down from 7.6% in 2021/22, and 8 schools closed.", [None, "2021/22", None]),
        ("There are 40 schools.", [None]),
    ],
)
def test_a_sentence_names_the_time_of_its_claims(text, periods):
    assert [claim.period for claim in claims(text)] == periods


def test_a_sentence_that_follows_on_keeps_the_time_before():
    text = "At 31 August 2017, 17% were outstanding. Among nursery schools, 63% were."

    assert [claim.period for claim in claims(text)] == ["2017", "2017"]


def test_what_stands_above_gives_time_territory_and_mode():
    document = from_text(
        "made up",
        "Lianhe County: education report for 2022\n\n"
        "Results\n\n"
        "There are 40 schools. In 2021, 3 schools were closed.\n\n"
        "Plan for 2023\n\n"
        "Recruit 120 teachers.\n",
    )

    rows = [(claim.value, claim.org, claim.period, claim.kind) for claim in extract(document)]

    assert rows == [
        (40, "Lianhe County", "2022", "actual"),
        (3, "Lianhe County", "2021", "actual"),
        (120, "Lianhe County", "2023", "target"),
    ]


def test_a_date_line_dates_a_document_whose_title_does_not():
    document = from_text(
        "made up",
        "School meals in Ghana\n\nUpdated: 2018-06-13\n\nMeals began in 2013. Now 40 schools serve them.\n",
    )

    assert [claim.period for claim in extract(document)] == ["2018"]


def test_a_school_year_is_neither_a_date_nor_a_year_to_come():
    document = from_text("made up", "Nairobi County hired 350 tutors in 2023/24.")

    (claim,) = extract(document)

    assert (claim.kind, claim.period) == ("actual", "2023/24")


def test_the_year_in_which_something_began_dates_no_level():
    assert [claim.period for claim in claims("The school, which opened in 2015, has 850 pupils.")] == [None]


def test_a_sentence_that_begins_with_a_territory_is_about_it():
    text = "In 2022, Kenya hired 26,000 teachers."

    (claim,) = claims(text)

    assert claim.org is not None
    assert text[slice(*claim.org)] == "Kenya"


def test_targets_of_a_plan_without_a_year_are_for_its_span():
    claims_ = extract(from_text("t", "Cedar District Plan 2024-2029\n\nThe district will hire 45 nurses.\n"))

    assert [(c.kind, c.period) for c in claims_] == [("target", "2024-2029")]


def test_a_report_is_about_the_school_year_it_opens_with_not_its_date_of_issue():
    text = "School places\nPublished 14 November 2023\n\nIn the 2022 to 2023 academic year there were 40 schools.\n\nWe opened 8 schools."

    assert [c.period for c in extract(from_text("t", text))] == ["2022/23", "2022/23"]


def test_a_national_body_speaks_for_its_country_and_a_school_for_itself():
    national = "Basic Education Commission: state of schools 2023\n\nNigeria has 79,775 schools."
    own = "Inspection report: Ashbourne Primary School\n\nThere are 312 pupils on roll."

    assert [c.org for c in extract(from_text("t", national))] == ["Nigeria"]
    assert [c.org for c in extract(from_text("t", own))] == ["Ashbourne Primary School"]


def test_a_place_named_first_is_what_the_sentence_is_about():
    (claim,) = claims("In Donghe City, 23 counties passed.")

    assert claim.org == (3, 14)
