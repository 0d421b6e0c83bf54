"""A sentence states, adds, plans, limits or ranks; what it leaves open is for the section to say."""

from __future__ import annotations

import pytest

from tests.unit.claims.chinese_sentences import kinds, read


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        # additions to a stock and movements in time
        ("新增学位1.27万个", ["1.27万个 change+"]),
        ("學位增加3萬個", ["3萬個 change+"]),
        ("比上年少294所", ["294所 change-"]),
        ("招生794386人,在校生3422647人,分别增长6.07%和1.75%", ["794386人 -", "3422647人 -", "6.07% change+", "1.75% change+"]),
        ("较2018年下降4.2个百分点", ["4.2个百分点 change-"]),
        ("压减率达96.7%", ["96.7% change-"]),
        ("生均标准各提高100元", ["100元 change+"]),
        ("新建学校30所,学位18947个", ["30所 -", "18947个 change+"]),
        ("較前年成長兩成", ["兩成 change+"]),
        # levels and gaps are no change
        ("录取比例提高到68%", ["68% -"]),
        ("由600元提高到850元", ["600元 -", "850元 -"]),
        ("增至62所", ["62所 -"]),
        ("比国家要求高出10个百分点", ["10个百分点 -"]),
        ("增幅高于财政收入增幅2.3个百分点", ["2.3个百分点 -"]),
        ("新建幼儿园50所", ["50所 -"]),
        ("新增劳动力平均受教育年限14.2年", ["14.2年 -"]),
        # promises
        ("力争新建学校30所", ["30所 target"]),
        ("到2025年,毛入园率达95%以上", ["95%以上 target"]),
        ("年底前还要在58所学校建成校园网", ["58所 target"]),
        ("预计提供约375个学位", ["约375个学位 target"]),
        ("将新增学位5000个", ["5000个 target"]),
        ("其余4所将于8月交付", ["4所 target"]),
        ("计划招收450人,实际录取447人", ["450人 target", "447人 actual"]),
        ("定下五年內降至五成以下的目標", ["五成以下 target"]),
        ("要确保2024年大班额清零", ["清零 target"]),
        ("要求各县教师平均教龄不低于10年", ["不低于10年 target"]),
        # no promises, though the words look alike
        ("普通高中计划录取比例提高到68%", ["68% -"]),
        ("将135项责任分解到岗", ["135项 -"]),
        ("共争取上级资金6.7亿元", ["6.7亿元 -"]),
        ("比重要求的高3%", ["3% -"]),
        ("人均预期受教育年限为12年", ["12年 -"]),
        ("下降到2023年的15.8:1", ["15.8:1 -"]),
        # results, whatever the section
        ("目前已建成智慧校园56所", ["56所 actual"]),
        # limits
        ("不得超过45人", ["不得超过45人 threshold"]),
        ("生均公用经费基准定额为小学650元、初中850元", ["650元 threshold", "850元 threshold"]),
        ("班额标准:小学45人,初中50人", ["45人 threshold", "50人 threshold"]),
        ("按每生每年不低于1000元的标准落实", ["不低于1000元 threshold"]),
        ("居全省第三位", ["第三位 rank"]),
        ("居全市9个县区第一", ["第一 rank"]),
        ("学校规模不超过2000人", ["不超过2000人 threshold"]),
        ("辍学率控制在1%以内", ["1%以内 threshold"]),
        ("每所学校配备不少于1名教师", ["不少于1名 threshold"]),
        ("招聘教师不少于60名", ["不少于60名 -"]),
        ("按不低于公用经费的5%安排", ["5% threshold"]),
        ("不足100人的学校按100人核定", ["不足100人 threshold", "100人 threshold"]),
        ("班额超过55人的班级有12个", ["超过55人 threshold", "12个 -"]),
        ("国家标准分别为4.2人以上、5.3人以上", ["4.2人以上 threshold", "5.3人以上 threshold"]),
        ("生均面积应达到4.5平方米,实际为4.1平方米", ["4.5平方米 threshold", "4.1平方米 actual"]),
        ("规模不得超过2000人,城关小学在校生3126人", ["不得超过2000人 threshold", "3126人 -"]),
        ("营养午餐每餐补助10元", ["10元 threshold"]),
        ("每月送教2次", ["2次 threshold"]),
        ("计划招收86个班,每班不超过45人", ["86个班 target", "不超过45人 threshold"]),
        # what a sentence promises holds beyond its semicolon, what it has done does not
        ("预计增设5所;每班人数调降至26人以下", ["5所 target", "26人以下 target"]),
        ("预计增设5所;目前已建成3所", ["5所 target", "3所 actual"]),
        ("来年计划增设15班", ["15班 target"]),
        ("分别增长21.4%和15.3个百分点", ["21.4% change+", "15.3个百分点 change+"]),
        ("政府预留20亿元推行全方位学习", ["20亿元 target"]),
        ("将额外聘请教师40人", ["40人 target"]),
        ("力争五年累计培训教师1.5万人次", ["1.5万人次 target"]),
        # a rule's condition, the standard by which some are counted, an allowance; a gap to a standard is none of them
        ("面试成绩低于70分的不予聘用", ["低于70分 threshold"]),
        ("教龄满30年的有23人", ["30年 threshold", "23人 -"]),
        ("3所学校生均场馆面积不足10.2平方米", ["3所 -", "不足10.2平方米 threshold"]),
        ("5所学校参与率低于80%", ["5所 -", "低于80% -"]),
        ("每年可获拨款80万元", ["80万元 threshold"]),
        ("总成绩按笔试40%、面试60%计算", ["40% threshold", "60% threshold"]),
        ("持证率低于省定标准8.5个百分点", ["8.5个百分点 -"]),
        ("课后服务费每课时3元", ["3元 threshold"]),
        ("最多的一个班有63人", ["63人 -"]),
        ("教师每天工作9.2小时", ["9.2小时 -"]),
        # a rate of change may be said to stand at something; after 为 a verb names a level
        ("每年增幅都在5%以上", ["5%以上 change+"]),
        ("代理教师占比降为9.6%", ["9.6% -"]),
        ("教育开支预算为1047亿元", ["1047亿元 target"]),
        ("截至9月,追回资金1980万元,完善制度23项", ["1980万元 actual", "23项 actual"]),
        ("97%的学校已接入高速网络", ["97% actual"]),
        ("建议各校开展视力筛查2次", ["2次 target"]),
    ],
)  # fmt: skip
def test_kind(sentence: str, told: list[str]) -> None:
    assert kinds(sentence) == told


def test_a_promise_is_firm_and_holds_against_the_section() -> None:
    (found,) = read("力争新建学校30所")
    assert found.firm
