"""Dates, document numbers, names, slogans, grades and rhetoric hold numbers and claim nothing."""

from __future__ import annotations

import pytest

from tests.unit.claims.chinese_sentences import read


@pytest.mark.parametrize(
    "sentence",
    [
        "2021年9月1日上午9:30召开会议",
        "2023-05-12 02:39",
        "2010-2011年工作安排",
        "2022—2023学年第一学期",
        "依据国发〔2019〕1号、汕委办[2009]51号和(2015)67号文件",
        "《关于新建100所学校的方案》和《中国教育现代化2035》",
        "第一中学、第101中学和第3小学",
        "第三章 第12条 第一季度",
        "把安全放在第一位",
        "“十四五”规划与十三五规划",
        "推进“双减”和五育并举",
        "落实三通两平台,坚持一个核心、打造两大平台、抓好三支队伍",
        "六项教育关爱特别行动",
        "出台三项制度,做好五方面工作",
        "主动融入全市15个攻势",
        "留守儿童托管“6+3”试点、1+X证书",
        "3-5岁儿童和6周岁儿童",
        "三年级和7-9年级学生",
        "35岁以下青年教师",
        "非牟利半日制(3小時)學童",
        "消除66人以上超大班额的做法",
        "作为全国8个试点城市之一",
        "每百名学生,每10万人口",
        "幼儿园()所,在园幼儿()人",
        "投资XX万元",
        "5G网络、G20峰会、A4纸、COVID-19",
        "每一所学校,建好家门口的每一个班",
        "以一所半日制幼稚園為例",
        "一人一案、一校一策、一票否决",
        "连年位居全省前列",
        "12345热线",
        "3号教学楼和37中",
        "二级甲等、一等奖、一线教师",
        "比计划提前15天",
        "联系电话01012345678",
        "三年行动计划,九年义务教育,十五年教育",
    ],
)
def test_nothing_is_claimed(sentence: str) -> None:
    assert [sentence[found.start : found.end] for found in read(sentence)] == []


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("建成一所幼儿园", 1),
        ("新建两所学校", 1),
        ("12項改革措施", 1),
        ("发现问题46个", 1),
        ("实现两个“100%”", 1),
        ("连续两年获评优秀", 1),
        ("平均受教育年限12年", 1),
        ("每天活动不少于1小时", 1),
    ],
)
def test_what_looks_alike_is_claimed(sentence: str, count: int) -> None:
    assert len(read(sentence)) == count
