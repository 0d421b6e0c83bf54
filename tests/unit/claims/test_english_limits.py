"""Limits and standards in English: what may not be exceeded, what every pupil gets, one teacher for so many."""

from __future__ import annotations

import pytest

from tests.unit.claims.english_reading import claims


def read(text):
    return [(claim.value, claim.comparator, claim.unit, claim.kind) for claim in claims(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No infant class may contain more than 30 pupils.", (30, "<=", "person", "threshold")),
        ("There are classes with more than 55 pupils.", (55, ">", "person", "threshold")),
        ("Large classes of 56 pupils and above were split.", (56, ">=", "person", "threshold")),
        ("The norm is 1:35.", (35, "=", "ratio", "threshold")),
        ("The ratio is above the recommended 40:1.", (40, "=", "ratio", "threshold")),
        ("There must be one teacher for every 30 pupils.", (30, "=", "ratio", "threshold")),
        ("The law requires one adult per 13 children.", (13, "=", "ratio", "threshold")),
        ("Each boarding pupil receives 1,250 yuan a year.", (1250, "=", "yuan", "threshold")),
        ("A voucher of HK$40,000 per child is paid.", (40000, "=", "other:hkd", "threshold")),
        ("The monthly per capita subsidy is 500 yuan.", (500, "=", "yuan", "threshold")),
        ("Pupils must sleep no less than 10 hours.", (10, ">=", "other:hour", "threshold")),
        ("Schools shall submit a report within 30 days.", (30, "<=", "day", "threshold")),
        ("It does not meet the requirement of 190 days of teaching.", (190, "=", "day", "threshold")),
        ("Ensure that funding does not fall below 2,000 yuan.", (2000, ">=", "yuan", "threshold")),
    ],
)
def test_a_limit_or_standard_is_a_threshold(text, expected):
    assert expected in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Spending per pupil reached 12,300 yuan.",
        "A grant of 1,420 yuan per pupil was disbursed.",
        "Classes of 40 pupils are common.",
        "Recommended by 40 schools, the course began.",
        "Within 30 days 400 pupils joined.",
    ],
)
def test_a_level_is_no_limit(text):
    assert "threshold" not in [kind for *_, kind in read(text)]
