"""Bare numbers in the cells of English tables take their unit, time and territory from the heads."""

from __future__ import annotations

import pytest

from duxue.claims import extract
from duxue.documents import from_text


def read(table, caption="Schools in 2022"):
    return [
        (claim.quote, claim.value, claim.unit)
        for claim in extract(from_text("t", f"Report of Kisumu County 2022\n\n{caption}\n{table}\n"))
    ]


def test_the_head_of_a_column_tells_the_unit():
    table = "Type\tSchools\tPupils\tPass rate (%)\tBudget (£ million)\nPrimary\t120\t34,500\t88.5\t12.3"

    assert read(table) == [
        ("120", 120, "school"), ("34,500", 34500, "person"), ("88.5", 88.5, "percent"), ("12.3", 12300000, "other:gbp"),
    ]  # fmt: skip


def test_the_name_of_a_row_tells_the_unit_where_the_head_is_a_year():
    claims = extract(
        from_text("t", "Report of Kisumu County 2022\n\nLevel\t2020\t2021\nTeachers\t410\t425\n")
    )

    assert [(claim.value, claim.unit, claim.period) for claim in claims] == [
        (410, "person", "2020"), (425, "person", "2021"),
    ]  # fmt: skip


def test_a_caption_tells_the_unit_and_the_magnitude():
    assert read("\t2020\t2021\nPrimary\t10,170\t10,285", "Enrolment by level (thousands)") == [
        ("10,170", 10170000, "person"), ("10,285", 10285000, "person"),
    ]  # fmt: skip


def test_a_column_of_changes_shares_the_unit_beside_it():
    claims = extract(
        from_text(
            "t",
            "Report 2022\n\nCounty\tTeachers\tChange\nKisumu County\t4,512\t-120\nNakuru County\t6,021\t310\n",
        )
    )

    assert [(c.value, c.unit, c.kind, c.direction, c.org) for c in claims] == [
        (4512, "person", "actual", None, "Kisumu County"), (120, "person", "change", "-", "Kisumu County"),
        (6021, "person", "actual", None, "Nakuru County"), (310, "person", "change", "+", "Nakuru County"),
    ]  # fmt: skip


def test_a_column_of_targets_is_one():
    claims = extract(from_text("t", "Report 2022\n\nRate\tTarget 2025\nAttendance rate\t96\n"))

    assert [(c.value, c.unit, c.kind, c.period) for c in claims] == [(96, "percent", "target", "2025")]


@pytest.mark.parametrize(
    "table",
    [
        "S/N\tName\n1\tWest School\n2\tEast School",
        "Name\tCode\nWest\t10234",
        "Name\tWeight\nWest\t102",
    ],
)
def test_a_number_whose_unit_nothing_tells_is_no_claim(table):
    assert read(table, "Report on schools and teachers") == []
