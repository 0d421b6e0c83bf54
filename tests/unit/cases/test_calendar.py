"""Working days: the announced days, counting there and back, years nobody has announced, wrong calendar files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.cases.calendar import Calendar
from duxue.cases.calendar_file import list_calendars, load_calendar, read_calendar
from duxue.core.errors import Refused
from duxue.core.text import Text

CN = load_calendar("cn")
DAYS = st.dates(date(2023, 1, 1), date(2026, 8, 1))
# Working days of each month, counted from two public tables of the holidays (chinesecalendar 1.11, holidays 0.109).
MONTHS = {
    2023: (18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21),
    2024: (22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22),
    2025: (19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23),
    2026: (21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23),
}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Return the codes of a refusal."""
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("year", MONTHS)
def test_months_have_the_working_days_of_the_notices(year: int) -> None:
    """Each month of 2023 to 2026 has as many working days as two independent tables say."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(366)]
    found = tuple(sum(CN.is_working(d) for d in days if (d.year, d.month) == (year, m)) for m in range(1, 13))
    assert found == MONTHS[year]


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2023, 1, 2), False),  # New Year, a Monday
        (date(2023, 10, 8), True),  # a Sunday, worked for the National Day
        (date(2024, 2, 9), True),  # the eve of Spring Festival was only recommended as a day off
        (date(2024, 2, 17), False),
        (date(2025, 1, 26), True),
        (date(2025, 10, 8), False),
        (date(2026, 2, 14), True),
        (date(2026, 2, 23), False),
        (date(2026, 11, 21), False),  # an ordinary Saturday
        (date(2026, 11, 23), True),
    ],
)
def test_single_days(day: date, working: bool) -> None:
    """Days named in the notices, and ordinary ones."""
    assert CN.is_working(day) is working


def test_counting_over_the_spring_festival_of_2026() -> None:
    """Five working days after Friday 13 February: the 14th is worked, then nine days off, then the 24th to the 27th."""
    assert CN.add(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert CN.add(date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert CN.working_days_between(date(2026, 2, 13), date(2026, 2, 27)) == 5
    assert CN.next_working(date(2026, 2, 15)) == date(2026, 2, 24)
    assert CN.next_working(date(2026, 2, 14)) == date(2026, 2, 14)


@given(day=DAYS, n=st.integers(0, 60))
def test_between_undoes_add(day: date, n: int) -> None:
    """Counting back from the n-th working day gives n, and that day is worked."""
    end = CN.add(day, n)
    assert CN.working_days_between(day, end) == n
    assert CN.working_days_between(end, day) == -n
    assert n == 0 or CN.is_working(end)


@given(day=DAYS, n=st.integers(0, 30), m=st.integers(0, 30))
def test_add_in_two_parts(day: date, n: int, m: int) -> None:
    """n and then m days are n + m days."""
    assert CN.add(CN.add(day, n), m) == CN.add(day, n + m)


@given(day=DAYS)
def test_next_working_is_the_first_one(day: date) -> None:
    """Nothing between a day and the next working day is worked."""
    end = CN.next_working(day)
    assert CN.is_working(end)
    assert not any(CN.is_working(day + timedelta(days=n)) for n in range((end - day).days))


def test_a_year_that_was_not_announced_is_never_guessed() -> None:
    """2027 is refused, also when a count only runs into it; where asked it is assumed, and says so."""
    with pytest.raises(Refused) as refused:
        CN.add(date(2026, 12, 30), 3)
    assert codes(refused) == ["CASE001"]
    assert "2027" in refused.value.problems[0].what.zh
    assumed = CN.assuming()
    assert assumed.add(date(2026, 12, 30), 3) == date(2027, 1, 4)  # 31st, 1 January, Monday
    assert assumed.assumed(date(2026, 12, 30), date(2027, 1, 4))
    assert not assumed.assumed(date(2026, 12, 1), date(2026, 12, 31))
    assert not assumed.knows(2027)
    assert assumed.knows(2026)
    assert not CN.assume


def test_other_weekends() -> None:
    """A country whose weekend is Friday and Saturday."""
    calendar = Calendar.of((4, 5), {date(2026, 3, 1): Text("节", "Feast")}, years=[2026])
    assert calendar.add(date(2026, 2, 26), 1) == date(2026, 3, 2)  # Fri, Sat, feast on Sunday, Monday
    assert calendar.title(date(2026, 3, 1)) == Text("节", "Feast")
    assert calendar.title(date(2026, 3, 2)) is None


def test_impossible_calendars_are_refused_with_all_that_is_wrong() -> None:
    """A day both free and worked, and a week without a working day."""
    day = date(2026, 5, 1)
    with pytest.raises(Refused) as refused:
        Calendar.of(range(7), {day: Text("节", "Feast")}, {day: Text("节", "Feast")})
    assert codes(refused) == ["CASE008", "CASE022"]
    with pytest.raises(Refused) as refused:
        Calendar.of((7,))
    assert codes(refused) == ["CASE022"]


def test_numbers_below_zero_and_the_end_of_time() -> None:
    """A negative count and a count past the year 9999 are refused, not errors of the program."""
    with pytest.raises(Refused) as refused:
        CN.add(date(2026, 1, 5), -1)
    assert codes(refused) == ["CASE003"]
    with pytest.raises(Refused) as refused:
        CN.assuming().add(date(9999, 12, 30), 9)
    assert codes(refused) == ["CASE007"]


GOOD = """\
id: xx
title: {zh: 某地, en: Somewhere}
years:
  - year: 2026
    source: {name: {zh: 通知, en: Notice}, status: confirmed}
    holidays:
      - {title: {zh: 节, en: Feast}, from: 2026-05-01, to: 2026-05-03, workdays: [2026-05-09]}
"""


def test_a_calendar_is_a_file(tmp_path: Path) -> None:
    """Any country's calendar is read from a file of the same shape."""
    file = tmp_path / "xx.yaml"
    file.write_text(GOOD, encoding="utf-8")
    calendar = load_calendar(file)
    assert calendar.add(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert calendar.is_working(date(2026, 5, 9))
    assert list_calendars() == ("cn",)
    assert load_calendar("cn") is CN


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("to: 2026-05-03", "to: 2026-04-30", "CASE005"),
        ("to: 2026-05-03", "to: 2027-05-03", "CASE003"),
        ("[2026-05-09]", "[2026-05-02]", "CASE008"),
        ("years:", "weekend: [7]\nyears:", "CASE022"),
        ("years:", "weekend: [0, 1, 2, 3, 4, 5, 6]\nyears:", "CASE022"),
        ("2026-05-01", "1 May", "PACK015"),
        ("id: xx", "id: xx\nname: xx", "PACK010"),
        ("title: {zh: 某地, en: Somewhere}", "", "PACK011"),
    ],
)
def test_wrong_calendar_files(old: str, new: str, code: str) -> None:
    """Each fault of a calendar file is told by its code."""
    with pytest.raises(Refused) as refused:
        read_calendar(GOOD.replace(old, new, 1).encode(), "xx.yaml")
    assert code in codes(refused)


def test_no_such_calendar() -> None:
    """A name that is neither a calendar nor a file."""
    with pytest.raises(Refused) as refused:
        load_calendar("atlantis")
    assert codes(refused) == ["CASE009"]
    assert "cn" in refused.value.problems[0].expected.en
