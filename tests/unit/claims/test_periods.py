"""Years are read where they stand and made definite by the year of the document."""

from __future__ import annotations

import pytest

from duxue.claims.chinese.periods import named_periods
from duxue.claims.period import last_year, resolve
from duxue.claims.script import plain
from tests.unit.claims.chinese_sentences import read


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("2021年", "2021"),
        ("2019-2021年", "2019-2021"),
        ("2017/18學年", "2017/18"),
        ("2022—2023学年", "2022/23"),
        ("2023学年", "2023/24"),
        ("二〇二〇年", "2020"),
        ("二0一0年八月", "2010"),
        ("二零二二/二零二三學年", "2022/23"),
        ("一○四年到一○六年", "2015-2017"),
        ("112學年度", "2023/24"),
        ("2016年以来", "2016-"),
        ("“十三五”期间", "2016-2020"),
        ("“十四五”以来", "2021-"),
        ("十二五末", "2015"),
        ("党的十八大以来", "2012-"),
        ("二十大以来", "2022-"),
        ("去年", "last"),
        ("近三年", "last 3"),
    ],
)
def test_period_as_printed(words: str, period: str) -> None:
    text = plain(words)
    assert [named for _, named in named_periods(text, 0, len(text))] == [period]


@pytest.mark.parametrize(
    "words", ["比2019年", "较1995年", "《规划(2021-2025年)》", "“双减”", "过去一年", "90年代"]
)
def test_what_is_only_compared_with_or_titled_is_no_period(words: str) -> None:
    text = plain(words)
    assert named_periods(text, 0, len(text)) == []


@pytest.mark.parametrize(
    ("period", "year", "resolved"),
    [
        ("2022", 2023, "2022"),
        ("2021-", 2023, "2021-2023"),
        ("2023-", 2023, "2023"),
        ("2021-", None, "2021-"),
        ("last", 2023, "2022"),
        ("before last", 2023, "2021"),
        ("next", 2023, "2024"),
        ("last 3", 2023, "2021-2023"),
        ("last", None, None),
    ],
)
def test_resolve(period: str, year: int | None, resolved: str | None) -> None:
    assert resolve(period, year) == resolved


@pytest.mark.parametrize(
    ("period", "year"),
    [("2022", 2022), ("2019-2021", 2021), ("2023/24", 2024), ("2021-", None), (None, None)],
)
def test_last_year(period: str | None, year: int | None) -> None:
    assert last_year(period) == year


def test_years_and_numbers_listed_one_for_one() -> None:
    found = read("2020年、2021年教育经费分别为120.3亿元和128.7亿元")
    assert [claim.period for claim in found] == ["2020", "2021"]


def test_the_year_a_movement_starts_from_is_that_of_its_first_number() -> None:
    assert [claim.period for claim in read("占比由2012年的2.1%提升至8.7%")] == ["2012", None]


def test_a_year_that_is_multiplied_is_no_period() -> None:
    assert [claim.period for claim in read("投入是2012年的2.1倍")] == [None]


def test_a_year_behind_the_number_counts_where_none_stands_before() -> None:
    assert [claim.period for claim in read("其余4所将于2024年8月交付")] == ["2024"]


def test_each_number_takes_the_year_before_it() -> None:
    found = read("2020年投入5.12亿元,2021年投入5.68亿元")
    assert [claim.period for claim in found] == ["2020", "2021"]
