"""Whether a Chinese document or section tells what was done or what is to be done, by its title in plain text."""

from __future__ import annotations

import re

from duxue.claims.model import Mode

_REPORTS = re.compile(
    r"总结|回顾|完成情况|执行情况|实施情况|落实情况|进展|汇报|公报|年报|年鉴|简报|简况|概况|成效|成就|成绩|现状|现况|问题清单|短板|发展基础|工作基础|取得的|主要做法"
    r"|存在(?:的)?(?:主要)?(?:问题|困难|不足)|评估|评价|自评|统计|分析|调查|审计|决算|背景|形势|工作情况|基本情况|工作报告|绩效|反馈|通报|督查|自查|督导报告|督导情况|(?<!招生)(?<!招聘)公告|答复|答覆|成果|成效|纪实|综述|简介|介绍|发布会?|回应|整改情况|(?:不足|差距|困难|问题|短板)(?:和|与|及|、)|1[01]\d年度?施政报告"
)
_PLAN_TITLES = re.compile(
    r"规划|计划|计画|要点|方案|意见|任务|打算|思路|安排|部署|愿景|目标|施政报告|展望|纲要|蓝图|行动|责任书|清单|指标|预算|通知|招生(?:简章|章程|公告)"
)
# Who calls for applicants says how many there are to be; who announces the outcome reports.
_CALLS = re.compile(
    r"(?:招聘|招录|招考|招募|招收|招生|选聘|选调|选招|引进|遴选|征集)(?![^,，。;]{0,16}(?:结果|成绩|名单|情况|公示|拟聘))[^,，。;]{0,16}(?:公告|简章|启事|章程|通告)"
)
_PLAN_SECTIONS = re.compile(
    r"下一?步|下一?阶段|今后|明年|来年|下半年|未来|下一?年度|20\d\d[—\-至到]20\d\d年.{0,12}(?:目标|任务)"
    r"|(?<!明确)(?<!实现)(?<!完成)(?<!聚焦)(?<!围绕)(?<!锚定)(?<!紧扣)(?:工作|发展|总体|主要|具体|预期|阶段性?|分|奋斗|重点|基本|近期|远期|规划|指标|任务|年度|建设|量化)*(?:目标|打算|计划|规划|设想|思路|安排|展望)(?:任务|体系|要求|与任务|和任务|及任务)?[。:]?$"
    r"|(?:重点|主要|目标|工作|年度)任务(?:和|与|及)?(?:措施|举措|分工)?[。:]?$|工作要点|年(?:教育)?(?:重点工作|工作重点)[。:]?$|保障(?:措施|机制)[。:]?$|指导思想|(?:整改|改进)(?:措施|要求|意见|建议|方向)|努力方向|(?:意见|对策|工作|几点)(?:与|和|及)?建议[。:]?$|展望|建设任务|投资估算"
)


def document_mode(title: str) -> Mode:
    """Return what a document is by its title: a plan where it says so and does not speak of its results."""
    if _CALLS.search(title):
        return "plan"
    if _REPORTS.search(title):
        return "report"
    return "plan" if _PLAN_TITLES.search(title) else "report"


def section_mode(heading: str) -> Mode | None:
    """Return what a section is by its heading; None where it says nothing and what stands above it holds."""
    plan, report = _PLAN_SECTIONS.search(heading), _REPORTS.search(heading)
    if report and not (plan and plan.start() < report.start()):
        return "report"
    return "plan" if plan else None
