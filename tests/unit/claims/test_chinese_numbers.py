"""Every form of number that Chinese reports use is read with value, comparator and unit."""

from __future__ import annotations

import pytest

from tests.unit.claims.chinese_sentences import read, told


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        # separators, decimals, magnitudes
        ("在校生88,542人。", ["88,542人 88542 = person"]),
        ("学生１２３４５人", ["１２３４５人 12345 = person"]),
        ("拨付资金3 500万元", ["3 500万元 35000000 = yuan"]),
        ("投入16.48亿元,征地36.5亩", ["16.48亿元 1648000000 = yuan", "36.5亩 36.5 = other:mu"]),
        ("編列8億5,000萬元", ["8億5,000萬元 850000000 = yuan"]),
        ("國小學生121萬6,000人", ["121萬6,000人 1216000 = person"]),
        ("撥款17億3千萬元,補助9萬3千餘人次", ["17億3千萬元 1730000000 = yuan", "9萬3千餘人次 93000 > person_time"]),
        ("费用120万", ["120万 1200000 = yuan"]),
        # Chinese numerals
        ("十三所學校整建", ["十三所 13 = school"]),
        ("招聘教师一百二十名", ["一百二十名 120 = person"]),
        ("全校师生八百六十余人", ["八百六十余人 860 > person"]),
        ("總經費超過十億元", ["超過十億元 1000000000 > yuan"]),
        ("吸引近千名教师", ["近千名 1000 ~ person"]),
        ("惠及上百所学校", ["上百所 100 > school"]),
        ("仍有卅棟校舍", ["卅棟 30 = other:building"]),
        # shares
        ("合格率百分之九十八点五", ["百分之九十八点五 98.5 = percent"]),
        ("近八成的学生参加,满意度超九成", ["近八成 80 ~ percent", "超九成 90 > percent"]),
        ("就讀率由六成八升至七成五", ["六成八 68 = percent", "七成五 75 = percent"]),
        ("預計七、八成學童不必交費", ["七、八成 70..80 = percent"]),
        ("三分之二以上的乡镇", ["三分之二以上 0.6666666666666666 > ratio"]),
        ("1/4的学校", ["1/4 0.25 = ratio"]),
        ("约半数教师参加", ["约半数 0.5 ~ ratio"]),
        ("过半学生住校", ["过半 0.5 > ratio"]),
        ("辍学率1.5‰", ["1.5‰ 1.5 = other:permille"]),
        ("总数是上年的3倍", ["3倍 3 = other:fold"]),
        ("较上年高0.64个百分点", ["0.64个百分点 0.64 = percentage_point"]),
        # ratios
        ("师生比1:19", ["1:19 19 = ratio"]),
        ("生师比为16.28∶1", ["16.28∶1 16.28 = ratio"]),
        ("经费按7:3比例分担", ["7:3 7 = ratio"]),
        # coefficients stand without unit
        ("校际差异系数分别为0.42和0.38", ["0.42 0.42 = ratio", "0.38 0.38 = ratio"]),
        # ranges, and two claims that look like one
        ("创建示范校12-15所", ["12-15所 12..15 = school"]),
        ("每校派3至5名教师", ["3至5名 3..5 = person"]),
        ("占比在95%-98%之间", ["95%-98% 95..98 = percent"]),
        ("从50所增加到80所学校", ["50所 50 = school", "80所 80 = school"]),
        ("从50所到80所", ["50所 50 = school", "80所 80 = school"]),
        # comparators on either side
        ("不低于90%", ["不低于90% 90 >= percent"]),
        ("至少建好2所幼儿园", ["2所 2 >= kindergarten"]),
        ("至少2所幼儿园", ["至少2所 2 >= kindergarten"]),
        ("不低于每月500元", ["不低于每月500元 500 >= yuan"]),
        ("56人及以上", ["56人及以上 56 >= person"]),
        ("保持在99%以上", ["99%以上 99 > percent"]),
        ("不低于公用经费5%", ["5% 5 >= percent"]),
        ("师生比未达1:19标准", ["未达1:19 19 = ratio"]),
        ("师生比例为1比12.6", ["1比12.6 12.6 = ratio"]),
        ("男女比例约为1:2.6", ["约为1:2.6 1 ~ ratio"]),
        ("幼儿比为52:48。", ["52:48 52 = ratio"]),
        ("近视率下降1.2个百分点至48.7%", ["1.2个百分点 1.2 = percentage_point", "48.7% 48.7 = percent"]),
        ("招聘教师千余名", ["千余名 1000 > person"]),
        ("惠及三百多万农村学生", ["三百多万 3000000 > person"]),
        ("改造学校数十所", []),
        ("学生零辍学", ["零 0 = person"]),
        ("浏览次数:2356次", []),
        ("均达到不高于0.50的要求,系数为0.45", ["0.45 0.45 = ratio"]),
        ("达到80%以上", ["80%以上 80 >= percent"]),
        ("80%以上的学校", ["80%以上 80 > percent"]),
        ("控制在60分钟以内", ["60分钟以内 60 <= other:minute"]),
        ("不超过0.5%", ["不超过0.5% 0.5 <= percent"]),
        ("分别不超过0.5%和1%", ["不超过0.5% 0.5 <= percent", "1% 1 <= percent"]),
        ("突破1000人大关", ["突破1000人 1000 > person"]),
        ("约860万元", ["约860万元 8600000 ~ yuan"]),
        ("稳定在99%左右", ["99%左右 99 ~ percent"]),
        ("经费不低于工资总额的1.5%", ["1.5% 1.5 >= percent"]),
        ("不足5%", ["不足5% 5 < percent"]),
        ("1200余家机构", ["1200余家 1200 > institution"]),
        ("1.4亿多元", ["1.4亿多元 140000000 > yuan"]),
        ("累计1500多万元", ["1500多万元 15000000 > yuan"]),
        # a unit named once for several numbers
        ("分别提高5.6个和8.2个百分点", ["5.6个 5.6 = percentage_point", "8.2个百分点 8.2 = percentage_point"]),
        ("三年分别建成12、15、18所学校", ["12 12 = school", "15 15 = school", "18所 18 = school"]),
        # no unit at all
        ("幼儿入园率为90,小学入学率100", ["90 90 = percent", "100 100 = percent"]),
        ("在园幼儿约为2.3万,专任教师近1800", ["约为2.3万 23000 ~ person", "近1800 1800 ~ person"]),
        ("各县小学45,初中12", ["45 45 = school", "12 12 = school"]),
        ("教职工总数(人):3456", ["3456 3456 = person"]),
        ("教育支出(万元) 1,250", ["1,250 12500000 = yuan"]),
        # ranks and the word for none
        ("综合评估居全省第三位", ["第三位 3 = rank"]),
        ("升学率全市第一", ["第一 1 = rank"]),
        ("进入全省前十", ["前十 10 <= rank"]),
        ("总量位居全国首位", ["首位 1 = rank"]),
        ("由第11名跃升至第4名", ["第11名 11 = rank", "第4名 4 = rank"]),
        ("失学人数清零", ["清零 0 = person"]),
        ("规模翻了一番", ["翻了一番 2 = other:fold"]),
    ],
)  # fmt: skip
def test_number_is_read(sentence: str, claims: list[str]) -> None:
    assert told(sentence) == claims


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("培训教师2,1名", "digits_lost"),
        ("建成学校2.5所", "part_of_whole"),
        ("小学净入学率达130%", "share_above_100"),
    ],
)
def test_number_that_cannot_be_right_is_marked(sentence: str, reason: str) -> None:
    (found,) = read(sentence)
    assert found.reasons == (reason,)


@pytest.mark.parametrize("sentence", ["平均每校2.5名", "初中毛入学率103.5%", "1.5万名", "完成率106%"])
def test_number_that_only_looks_wrong_is_not_marked(sentence: str) -> None:
    (found,) = read(sentence)
    assert found.reasons == ()


def test_lost_digits_leave_no_value() -> None:
    (found,) = read("培训教师2,1名")
    assert found.value is None
