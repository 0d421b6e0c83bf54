"""A counter is resolved by the noun it counts, behind the number, before it, or in an earlier clause."""

from __future__ import annotations

import pytest

from tests.unit.claims.chinese_sentences import read


@pytest.mark.parametrize(
    ("sentence", "units"),
    [
        ("确定34所市级实验学校", ["school"]),
        ("新建5所幼儿园", ["kindergarten"]),
        ("新建改擴建幼兒園50所", ["kindergarten"]),
        ("启用中小学幼儿园83所", ["school"]),
        ("三所高职院校招生", ["institution"]),
        ("增加1.27万个学位", ["place"]),
        ("名额10个", ["place"]),
        ("行政编制46名", ["position"]),
        ("全校有27个孩子", ["person"]),
        ("有4个孩子考上中专,1个考上大学", ["person", "person"]),
        ("12个学生社团", ["organization"]),
        ("授予15个单位“先进集体”称号", ["organization"]),
        ("检查学校食堂312家", ["other:canteen"]),
        ("国家级金奖9项", ["medal"]),
        ("查处违规收费问题11起", ["case"]),
        ("獲6件特優", ["award"]),
        ("康复设备130件", ["set"]),
        ("身高增加2.3厘米", ["other:cm"]),
        ("12个工作室被确定为省级工作室", ["studio"]),
        ("65个优质教育集团", ["group"]),
        ("建成实践基地21个", ["base"]),
        ("16个在建高校项目顺利推进", ["project"]),
        ("农村学校食堂20所", ["other:canteen"]),
        ("教师周转宿舍10个在建", ["dormitory"]),
        ("教学点361个计算在内", ["school"]),
        ("与128家企业合作", ["enterprise"]),
        ("规范86家培训机构", ["institution"]),
        ("获奖项12项", ["award"]),
        ("夺得金牌12枚", ["medal"]),
        ("9个县(市、区)", ["county"]),
        ("11个街道、7个镇", ["town", "town"]),
        ("建设10个省级基地", ["base"]),
        ("支持30个省份", ["other:province"]),
        ("设立热线3条", ["hotline"]),
        ("配备计算机1.8万台", ["computer"]),
        ("智慧教室320间", ["classroom"]),
        ("补助215校", ["school"]),
        ("培训6.1万人次、3.3万人", ["person_time", "person"]),
        ("课程3.3万余节,选修课48门", ["lesson", "course"]),
        ("建筑面积8800平方米", ["m2"]),
        ("购置床位2600张", ["other:bed"]),
        ("检查培训机构230家次", ["other:visit"]),
        ("举办讲座48场次", ["other:session"]),
        ("申诉案件36件,已结案34件", ["case", "case"]),
        ("获金牌56面", ["medal"]),
        ("校园监视器汰换3200支", ["other:camera"]),
        ("学校空编137个", ["position"]),
        ("总人口38.6万", ["person"]),
        ("增加720名收托名额", ["place"]),
        ("每千人口托位4.5个", ["place"]),
        ("七项指标校际差异系数小于0.5", ["ratio"]),
        ("200米环形跑道", ["other:m"]),
        ("获3金5银2铜", ["medal", "medal", "medal"]),
        ("增加收托名额1008名", ["place"]),
        ("20个乡镇实现指导站全覆盖,其中12个获评示范", ["town", "town"]),
        ("400米标准塑胶田径场1个", ["other:m", "sports_ground"]),
        ("创建2个省级优质均衡县(区)", ["county"]),
        ("推进12个重点项目", ["project"]),
        # what the same counter counted before
        ("运动场标准化改造39个,投资4664万元,已完工30个", ["sports_ground", "yuan", "sports_ground"]),
        ("幼儿园()所,由教育部门举办的1所", ["kindergarten"]),
        ("建设项目7个:甲校教学楼、乙校综合楼等3个已投用", ["project", "project"]),
        ("幼儿园共6973所,比上年多36所", ["kindergarten", "kindergarten"]),
        # money and the place that spends it is settled by the walk
        ("每名获32900元", ["yuan"]),
        ("引资5000万美元", ["other:usd"]),
    ],
)
def test_unit(sentence: str, units: list[str]) -> None:
    assert [found.unit for found in read(sentence)] == units
