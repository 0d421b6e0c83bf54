"""Numbers of English text: how they are written, what they count, what compares them."""

from __future__ import annotations

import pytest

from duxue.claims.english.nouns import plurals, singular
from duxue.claims.english.numbers import read
from duxue.claims.english.words import cardinal
from tests.unit.claims.english_reading import claims, counted


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("18,450", 18450, ""),
        ("1,23,456", 123456, ""),  # grouped as in India
        ("12 345", 12345, ""),
        ("23.8 per cent", 23.8, "percent"),
        ("4.2 percentage points", 4.2, "percentage_point"),
        ("0.6pp", 0.6, "percentage_point"),
        ("16.8‰", 16.8, "other:per_mille"),
        ("1.645 billion yuan", 1645000000, "yuan"),
        ("65.4 billion", 65400000000, ""),
        ("26.52 crore", 265200000, ""),
        ("1.12 lakh crore", 1120000000000, ""),
        ("14.89 lakh", 1489000, ""),
        ("3.3 wan", 33000, ""),
        ("13.6 ten thousand", 136000, ""),
        ("3.2 hundred million yuan", 320000000, "yuan"),
        ("5m", 5000000, ""),
        ("200k", 200000, ""),
        ("two hundred and fifty", 250, ""),
        ("forty-two", 42, ""),
        ("two million", 2000000, ""),
        ("two-thirds", 0.666667, "ratio"),
        ("a quarter", 0.25, "ratio"),
        ("three quarters", 0.75, "ratio"),
        ("1/4", 0.25, "ratio"),
        ("one in four", 0.25, "ratio"),
        ("9 out of 10", 0.9, "ratio"),
        ("1:19", 19, "ratio"),
        ("12.3:1", 12.3, "ratio"),
        ("3:1,", 3, "ratio"),
        ("7,14", None, ""),  # a digit group is lost
    ],
)
def test_a_number_is_read_with_its_magnitude_and_sign(text, value, unit):
    number = read(text, 0)

    assert number is not None
    assert (number.value, number.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("a grant of £5.2m", "other:gbp"),
        ("a loan of US$300 million", "other:usd"),
        ("some HK$1.2 billion", "other:hkd"),
        ("Rs. 12,500 crore were released", "other:inr"),
        ("KSh 62.8 billion for schools", "other:kes"),
        ("a fee of Sh22,244", "other:kes"),
        ("¥400 million in subsidies", "yuan"),
        ("RMB 30 million in subsidies", "yuan"),
        ("costs of 850 yuan", "yuan"),
        ("costs of 850 euros", "other:eur"),
        ("costs of 30 million US dollars", "other:usd"),
    ],
)
def test_money_is_known_by_its_sign_or_name(text, unit):
    assert [claim.unit for claim in claims(text)] == [unit]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The district runs 65 schools and 4 kindergartens.", [(65, "school"), (4, "kindergarten")]),
        ("It employs 3,100 teachers.", [(3100, "person")]),
        ("It has 24,500 teaching staff.", [(24500, "person")]),
        ("We built 12 sports grounds.", [(12, "sports_ground")]),
        ("They run 85 school building projects.", [(85, "project")]),
        ("A team created 26 municipal teachers studios.", [(26, "studio")]),
        ("Passing 12 primary and secondary schools and kindergartens.", [(12, "school")]),
        ("It set up 11 professional (discipline) teaching and research bases.", [(11, "base")]),
        ("Won 3 first prizes in the contest.", [(3, "award")]),
        ("The county covers 886 square kilometres.", [(886, "km2")]),
        ("Classrooms of 62,000 square meters were added.", [(62000, "m2")]),
        ("There were 3,200 person-times of training.", [(3200, "person_time")]),
        ("It was chosen for 3 consecutive years.", [(3, "year_count")]),
        ("It held 15 online job fairs.", [(15, "other:job_fair")]),
        ("It reached 22 provinces.", [(22, "other:province")]),
        ("Schools received 500 sets of smart blackboards.", [(500, "set")]),
        ("The city has 9 sets of teachers' revolving dormitory.", [(9, "dormitory")]),
        ("Only 3 of the 14 schools met it.", [(3, "school")]),
        ("About 1,024 of 2,048 pupils passed.", [(1024, "person")]),
        ("There were zero dropouts.", [(0, "person")]),
        ("The rate was three times the national one.", [(3, "other:fold")]),
        ("It has 8 national-level, 25 city-level teachers.", [(8, "person"), (25, "person")]),
        ("It has at least one full-time psychology teacher.", [(1, "person")]),
        ("Training is no less than 72 class hours.", [(72, "lesson")]),
        ("They were one of the national teams, 3 provincial teams.", [(1, "team"), (3, "team")]),
        ("Fifteen schools were closed.", [(15, "school")]),
        ("The county has 37 nursery schools.", [(37, "kindergarten")]),
        ("There are 46 Early Childhood Development centres.", [(46, "kindergarten")]),
        ("It bought 1,000 laptops and 60 basketball courts.", [(1000, "computer"), (60, "sports_ground")]),
        ("The board paid N103.3 billion.", [(103300000000, "other:ngn")]),
        ("Enrolment in primary schools was 10.4 million.", [(10400000, "person")]),
        ("The shortage of art teachers in rural schools is about 260.", [(260, "person")]),
        ("Beneficiaries number 2,700.", [(2700, "person")]),
        ("One school in four is small.", [(0.25, "ratio")]),
        ("Nine of ten pupils passed.", [(0.9, "ratio")]),
        ("The Gender Parity Index was 0.97.", [(0.97, "ratio")]),
        ("The adviser-pupil ratio is 1:2,860.", [(2860, "ratio")]),
        ("New workers have 12.9 years of education.", [(12.9, "year_count")]),
        ("The number of computers is 187 units.", [(187, "computer")]),
        ("Textbooks are shared by 3 pupils per book.", [(3, "ratio")]),
        ("Halls of 12,000㎡ were built.", [(12000, "m2")]),
        ("Completed investment of 35 million.", [(35000000, "yuan")]),
        ("The number of dropouts was cleared to zero.", [(0, "person")]),
        ("The dip was 0.4 of a percentage point.", [(0.4, "percentage_point")]),
        ("Six of the city's 14 counties passed.", [(6, "county")]),
        ("Classes had 450, 430 and 410 pupils.", [(450, "person"), (430, "person"), (410, "person")]),
        ("It covers 2,300 flat.", [(2300, "m2")]),
        ("The rate is 91 .2%.", [(91.2, "percent")]),
        ("Centres rose from 8,652 in 2021 to 9,412 in 2022.", [(8652, "institution"), (9412, "institution")]),
        ("One person is selected as an expert.", [(1, "person")]),
    ],
)
def test_the_head_noun_gives_the_unit(text, expected):
    assert counted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The population is 640,000.", "person"),
        ("Enrolment stood at 26,520.", "person"),
        ("The number of schools with a library rose to 412.", "school"),
        ("The city's multimedia classroom 70.", "classroom"),
        ("It has 52 enterprises, with a total of 93.", "enterprise"),
        ("The average class size is 26.6.", "person"),
        ("The pupil-teacher ratio stood at 26.", "ratio"),
        ("The ratio of students to staff is 14.6 to 1.", "ratio"),
        ("There were 17.2 pupils per teacher.", "ratio"),
        ("The net enrolment rate was 98.2 in cities.", "percent"),
        ("The schools offer 341,000 and 331,000 places.", "place"),
        ("GER (Elementary) 104.5; PTR 14.", "ratio"),
        ("612 students scored above 600 points, an increase of 56.", "person"),
        ("There are 24,453 schools. This is 11 fewer than in 2023.", "school"),
        ("The rate fell 2.1 points.", "percentage_point"),
    ],
)
def test_a_bare_number_takes_its_unit_from_what_stands_before_or_after(text, expected):
    assert claims(text)[-1].unit == expected


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("more than 50 schools", ">"),
        ("exceeded 1,100 schools", ">"),
        ("at least 40 schools", ">="),
        ("no fewer than 40 schools", ">="),
        ("40 schools or more", ">="),
        ("8 or more schools", ">="),
        ("5,000+ schools", ">"),
        ("fewer than 9 schools", "<"),
        ("up to 9 schools", "<="),
        ("controlled below 9 schools", "<="),
        ("no more than 9 schools", "<="),
        ("nearly 900 schools", "~"),
        ("close to 1,000 schools", "~"),
        ("900 schools", "="),
    ],
)
def test_words_beside_a_number_compare_it(text, comparator):
    assert [claim.comparator for claim in claims(f"It has {text}.")] == [comparator]


def test_the_quote_covers_comparator_number_and_noun():
    text = "They chose more than 50 junior high schools in spring."

    (claim,) = claims(text)

    assert text[claim.start : claim.end] == "more than 50 junior high schools"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It formed 1-3 service teams.", [((1, 3), "team")]),
        ("About 1,000 to 1,200 teachers took part.", [((1000, 1200), "person")]),
        ("Between 15 and 20 teachers took part.", [((15, 20), "person")]),
        ("A growth of 10%-15% is seen.", [((10, 15), "percent")]),
        ("It fell from 18 schools to 12 schools.", [(18, "school"), (12, "school")]),
        ("The total rose by 64,000 to 576,000 pupils.", [(64000, "person"), (576000, "person")]),
    ],
)
def test_a_range_is_one_claim_and_from_to_are_two(text, expected):
    assert counted(text) == expected


def test_number_words_that_make_no_number_are_refused():
    assert cardinal(["two", "schools"]) is None
    assert read("million yuan", 0) is None


def test_nouns_bend_both_ways():
    assert plurals("city") == ("cities",)
    assert plurals("child") == ("children",)
    assert singular("classes") == "class"
    assert singular("campus networks") == "campus network"
