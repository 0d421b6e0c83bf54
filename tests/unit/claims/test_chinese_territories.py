"""Territories are read where they stand first, or alone in front of a number; words of speech are no places."""

from __future__ import annotations

import pytest

from duxue.claims.chinese.territories import in_front, leading, school
from duxue.claims.script import plain


def _cut(text: str, span: tuple[int, int] | None) -> str | None:
    return text[span[0] : span[1]] if span else None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("清丰县教育局2020年工作总结", "清丰县"),
        ("山西省2018年教育统计公报", "山西省"),
        ("2021年,岳阳市各级各类学校", "岳阳市"),
        ("济南市历城区教育和体育局", "济南市历城区"),
        ("——2023年1月10日在云水县第十八届人民代表大会", "云水县"),
        ("廣西投入59億元", "廣西"),
        ("关于进贤县学校建设的报告", "进贤县"),
        ("北京大学来访", None),
        ("全县现有学校12所", None),
        ("为实现省教育强镇目标", None),
        ("各县区要按照标准", None),
        ("农村地区学校", None),
        ("市教育局2014年工作总结", None),
    ],
)
def test_leading_place(text: str, place: str | None) -> None:
    assert _cut(text, leading(plain(text), 0, len(text))) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [("海丰县", "海丰县"), ("其中城关镇", "城关镇"), ("市城区", "市城区"), ("红海湾区", "红海湾区"), ("全县", None), ("农村地区", None), ("小学", None)],
)  # fmt: skip
def test_place_in_front_of_a_number(text: str, place: str | None) -> None:
    assert _cut(text, in_front(text, 0, len(text))) == place


@pytest.mark.parametrize(
    ("text", "name"),
    [("春晖路小学占地", "春晖路小学"), ("清丰高级中学“智慧校园”建成", "清丰高级中学"), ("农村中小学建设项目", None), ("新建学校", None)],
)  # fmt: skip
def test_school_with_its_works(text: str, name: str | None) -> None:
    assert _cut(text, school(text, 0, len(text))) == name
