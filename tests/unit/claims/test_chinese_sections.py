"""Titles and headings tell a plan from a report."""

from __future__ import annotations

import pytest

from duxue.claims.chinese import document_mode, section_mode


@pytest.mark.parametrize(
    ("title", "mode"),
    [
        ("江州市“十四五”教育事业发展规划", "plan"),
        ("2024年教育工作要点", "plan"),
        ("高中阶段教育招生与防流控辍工作任务", "plan"),
        ("施政报告的教育措施", "plan"),
        ("某市2023年招生公告", "plan"),
        ("某区公开招聘中小学教师公告", "plan"),
        ("某区公开招聘教师笔试成绩公告", "report"),
        ("某市教育局112年施政报告", "report"),
        ("义务教育办学条件督导反馈意见", "report"),
        ("关于质量监测结果的通报", "report"),
        ("优质均衡发展督导评估公告", "report"),
        ("市教育局2014年工作总结", "report"),
        ("2018年教育事业发展统计公报", "report"),
        ("教育发展规划实施情况中期评估", "report"),
        ("在全省教育工作会议上的讲话", "report"),
    ],
)
def test_document_mode(title: str, mode: str) -> None:
    assert document_mode(title) == mode


@pytest.mark.parametrize(
    ("heading", "mode"),
    [
        ("三、下一步工作打算", "plan"),
        ("(二)主要目标", "plan"),
        ("第三章 重点任务", "plan"),
        ("二、2023年重点工作", "plan"),
        ("四、整改要求", "plan"),
        ("五、努力方向", "plan"),
        ("四、不足与打算", "report"),
        ("三、意见建议", "plan"),
        ("四、展望2025", "plan"),
        ("二、问题清单", "report"),
        ("一、现状", "report"),
        ("一、2022年工作回顾", "report"),
        ("二、目标完成情况", "report"),
        ("三、存在的主要问题", "report"),
        ("二、落实立德树人根本任务", None),
        ("四、主动担当,提升教育服务能力", None),
        ("五、聚焦目标", None),
    ],
)
def test_section_mode(heading: str, mode: str | None) -> None:
    assert section_mode(heading) == mode
