"""Bare cells of Chinese tables take unit, period, territory and kind from head, row and caption."""

from __future__ import annotations

import pytest

from duxue.claims import Claim, extract
from duxue.documents import from_text


def cells(table: str, title: str = "云水县2022年教育事业统计") -> list[Claim]:
    return extract(from_text("table.txt", f"{title}\n\n{table}\n"))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("学校\t班级数（个）\t学生数\n第一小学\t24\t1,080\n", ["24 class", "1,080 person"]),
        ("指标\t单位\t2022年\n在园幼儿\t万人\t3.41\n幼儿园\t所\t126\n", ["3.41 person", "126 kindergarten"]),
        (
            "专栏 主要指标（单位：人）\n县区\t普通高中\t合计\n清溪县\t2150\t3980\n",
            ["2150 person", "3980 person"],
        ),
        ("序号\t乡镇\t金额（万元）\t电话\n1\t清溪镇\t120.5\t65281234\n", ["120.5 yuan"]),
        ("指标\t2022年\n学前毛入园率\t91.2\n巩固率\t98%\n", ["91.2 percent", "98% percent"]),
        ("学校\t邮编\n第一小学\t650000\n", []),
        ("2021年\t2022年\n12\t13\n", []),
    ],
)
def test_unit_of_a_cell(table: str, told: list[str]) -> None:
    assert [f"{claim.quote} {claim.unit}" for claim in cells(table)] == told


def test_magnitude_stands_in_the_head() -> None:
    assert [claim.value for claim in cells("指标\t2022年（万人）\n在校学生\t4.2\n")] == [42000]


def test_heads_date_and_plan_their_column() -> None:
    table = "指标\t2020年\t2025年目标\n普惠率（%）\t84.2\t≥90\n"
    first, second = cells(table, "云水县“十四五”教育发展规划")
    assert (first.kind, first.period, first.comparator) == ("actual", "2020", "=")
    assert (second.kind, second.period, second.comparator) == ("target", "2025", ">=")


def test_a_column_of_growth_holds_changes_with_their_sign() -> None:
    (claim,) = cells("指标\t同比增长（%）\n在园幼儿\t-3.1\n")
    assert (claim.kind, claim.direction, claim.value) == ("change", "-", 3.1)


def test_the_name_of_the_row_is_the_territory() -> None:
    assert [claim.org for claim in cells("县区\t学生数\n清溪县\t2150\n合计\t9120\n")] == ["清溪县", "云水县"]


def test_empty_cells_do_not_shift_a_row() -> None:
    table = "学校\t班级数\t学生数\n第一小学\t\t1080\n"
    assert [f"{claim.quote} {claim.unit}" for claim in cells(table)] == ["1080 person"]
