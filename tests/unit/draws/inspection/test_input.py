"""Bad lists and rules are refused with everything that is wrong, by table, row and field."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from duxue.core.errors import Refused
from duxue.draws.inspection import check_plan, draw_plan, read_case
from duxue.draws.inspection.problems import CODES
from tests.unit.draws.inspection.test_plans import make_county

GOOD: dict[str, Any] = {
    "counties": [{"id": "C1", "name": "甲县"}, {"id": "C2", "name": "乙县"}],
    "schools": [
        {"id": "S1", "county": "C1", "stage": "primary", "size": "320"},
        {"id": "S2", "county": "C1", "stage": "junior", "size": 900},
        {"id": "S3", "county": "C2", "stage": "primary"},
    ],
    "inspectors": [
        {"id": "I1", "home": "C2", "skills": "finance;law", "days": "6"},
        {"id": "I2", "home": "C2", "relatives": ["S2"], "visits": 2},
        {"id": "I3", "home": "C1", "tenures": "S3 2015-09-01/2021-08-31; C2 ../2020-01-31"},
        {"id": "I4", "home": "C1", "tenures": "S1", "skills": ["finance"]},
    ],
    "visits": [{"school": "S1", "date": "2022-05-01", "inspectors": "I1"}],
    "recusals": [{"inspector": "I2", "school": "S1", "reason": "requested"}],
    "rules": {
        "on": "2026-09-01",
        "schools": 2,
        "team_size": 1,
        "strata": ["county"],
        "least_per_stratum": 1,
        "skills": [{"skill": "finance"}],
        "tenure_years": 3,
        "inspector_years": 1,
    },
}


def refuse(**changes: Any) -> list[tuple[str, str, int | None, str]]:
    """Code, table, row and field of each problem of the good case with changes."""
    document = copy.deepcopy(GOOD)
    for path, value in changes.items():
        here: Any = document
        *way, last = path.split("__")
        for step in way:
            here = here[int(step)] if step.isdigit() else here[step]
        if last.isdigit():
            here[int(last)] = value
        else:
            here[last] = value
    with pytest.raises(Refused) as caught:
        read_case(document)
    for problem in caught.value.problems:
        assert problem.code in CODES
        assert "{" not in problem.render("zh") + problem.render("en")
    return [(p.code, p.place.sheet, p.place.row, p.place.field) for p in caught.value.problems]


def test_good_lists_are_read_and_drawn() -> None:
    """Text of a CSV file and values of JSON mean the same."""
    case = read_case(GOOD)
    assert case.schools[0].size == 320
    assert case.inspectors[0].skills == {"finance", "law"}
    assert [t.place for t in case.inspectors[2].tenures] == ["S3", "C2"]
    assert check_plan(draw_plan(case, bytes(32)), case) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schools__0__county": "C9"}, ("INSP008", "schools", 2, "county")),
        ({"inspectors__1__home": "C9"}, ("INSP008", "inspectors", 3, "home")),
        ({"inspectors__1__home": ""}, ("INSP001", "inspectors", 3, "home")),
        ({"inspectors__1__relatives": "S9"}, ("INSP006", "inspectors", 3, "relatives")),
        ({"inspectors__3__tenures": "S9"}, ("INSP006", "inspectors", 5, "tenures")),
        ({"inspectors__3__tenures": "S1 2020-01-01/2019-01-01"}, ("INSP010", "inspectors", 5, "tenures")),
        ({"inspectors__3__tenures": "S1 2020-13-01/.."}, ("INSP003", "inspectors", 5, "tenures")),
        ({"inspectors__0__days": "-1"}, ("INSP009", "inspectors", 2, "days")),
        ({"inspectors__0__days": "six"}, ("INSP003", "inspectors", 2, "days")),
        ({"schools__1__size": -5}, ("INSP009", "schools", 3, "size")),
        ({"schools__1__id": "S1"}, ("INSP004", "schools", 3, "id")),
        ({"schools__1__colour": "red"}, ("INSP002", "schools", 3, "colour")),
        ({"visits__0__school": "S9"}, ("INSP006", "visits", 2, "school")),
        ({"visits__0__date": "2027-01-01"}, ("INSP010", "visits", 2, "date")),
        ({"visits__0__date": "1 May 2022"}, ("INSP003", "visits", 2, "date")),
        ({"recusals__0__inspector": "I9"}, ("INSP007", "recusals", 2, "inspector")),
        ({"recusals__0": "I1 S1"}, ("INSP003", "recusals", 2, "")),
        ({"rules__schools": 4}, ("INSP009", "", None, "schools")),
        ({"rules__team_size": 0}, ("INSP009", "", None, "team_size")),
        ({"rules__gap": -1}, ("INSP009", "", None, "gap")),
        ({"rules__on": None}, ("INSP001", "", None, "on")),
        ({"rules__strata": ["colour"]}, ("INSP002", "", None, "strata")),
        ({"rules__skills": [{"skill": "finance", "members": 2}]}, ("INSP011", "", None, "skills")),
        ({"rules__skills": [{"skill": "a"}, {"skill": "a"}]}, ("INSP004", "", None, "skills")),
        ({"rules__skills": [{"skill": "a", "stages": ["night"]}]}, ("INSP003", "", None, "skills")),
        ({"rules__least_per_stratum": 2}, ("INSP011", "", None, "schools")),
        ({"rules__minima": [{"stratum": ["C9"], "least": 1}]}, ("INSP003", "", None, "minima")),
        ({"rules__gap": 1, "rules__most_visits": 2}, ("INSP011", "", None, "gap")),
        ({"rules__least_visits": 3, "rules__most_visits": 2}, ("INSP011", "", None, "least_visits")),
        ({"rules__least_visits": 3}, ("INSP011", "inspectors", 3, "visits")),
        ({"counties__1__id": "S1"}, ("INSP011", "counties", None, "id")),
        ({"schools": "S1"}, ("INSP003", "", None, "schools")),
        ({"schools": []}, ("INSP001", "", None, "schools")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value[0],
)
def test_each_mistake_is_told_at_its_place(
    changes: dict[str, Any], expected: tuple[str, str, int | None, str]
) -> None:
    """Code, table, row and field."""
    assert expected in refuse(**changes)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Ｓ1", "INSP005"),
        ("s1", "INSP005"),
        ("S1\u200b", "INSP012"),
        (" S1", "INSP012"),
        ("Ｓ2", "INSP012"),
        ("S２", "INSP012"),
        ("S 2\u3000x", "INSP012"),
        ("S\u00072", "INSP012"),
    ],
)
def test_ids_that_look_alike_are_told(name: str, code: str) -> None:
    """Full-width, small and invisible characters make no new school."""
    assert (code, "schools", 3, "id") in refuse(schools__1__id=name)


def test_all_mistakes_are_told_at_once() -> None:
    """One refusal names problems of form, reference, number and date together."""
    found = refuse(
        schools__0__county="C9", inspectors__0__days="six", visits__0__date="2027-01-01", rules__schools=99
    )
    assert [code for code, *_ in found] == ["INSP003", "INSP008", "INSP010", "INSP009"]


@pytest.mark.parametrize("value", [None, [], "text", 5, {}, {"rules": []}, {"schools": [None]}])
def test_anything_else_is_refused(value: object) -> None:
    """No input breaks the reader."""
    with pytest.raises(Refused):
        read_case(value)


def test_values_made_in_code_are_checked_too() -> None:
    """A case that no reader has seen is checked before it is drawn."""
    with pytest.raises(Refused) as caught:
        draw_plan(make_county(team_size=99, days_per_visit=0), bytes(32))
    assert {p.place.field for p in caught.value.problems} == {"team_size", "days_per_visit"}
