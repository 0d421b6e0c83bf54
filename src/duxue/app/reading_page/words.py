"""The words of the page in both languages: states, kinds, comparators, units, and why a number is damaged."""

from __future__ import annotations

from duxue.core.text import Text

STATES = {
    "contradicted": Text("有矛盾", "contradicted"),
    "damaged": Text("疑有损坏", "damaged as printed"),
    "supported": Text("有依据", "supported"),
    "unsupported": Text("尚未核对", "not yet checked"),
}
KINDS = {
    "actual": Text("实际", "actual"),
    "change": Text("增减", "change"),
    "target": Text("目标", "target"),
    "rank": Text("名次", "rank"),
    "threshold": Text("标准", "threshold"),
}
COMPARATORS = {
    "=": Text("", ""),
    ">": Text("超过", "more than"),
    ">=": Text("不低于", "at least"),
    "<": Text("不到", "less than"),
    "<=": Text("不超过", "at most"),
    "~": Text("约", "about"),
}
UNITS = {
    "person": Text("人", "persons"), "person_time": Text("人次", "person-times"), "school": Text("所学校", "schools"),
    "kindergarten": Text("所幼儿园", "kindergartens"), "place": Text("个学位", "places"), "class": Text("个班", "classes"),
    "classroom": Text("间教室", "classrooms"), "lesson": Text("节课", "lessons"), "course": Text("门课程", "courses"),
    "yuan": Text("元", "yuan"), "percent": Text("%", "%"), "percentage_point": Text("个百分点", "percentage points"),
    "ratio": Text("（比值）", "(ratio)"), "m2": Text("平方米", "m²"), "km2": Text("平方千米", "km²"), "project": Text("个项目", "projects"),
    "case": Text("个案例", "cases"), "item": Text("项", "items"), "set": Text("套", "sets"), "studio": Text("个工作室", "studios"),
    "base": Text("个基地", "bases"), "group": Text("个集团", "groups"), "organization": Text("个组织", "organizations"),
    "institution": Text("所机构", "institutions"), "enterprise": Text("家企业", "enterprises"), "city": Text("个市", "cities"),
    "county": Text("个县", "counties"), "town": Text("个乡镇", "towns"), "district": Text("个区", "districts"), "rank": Text("（名次）", "(rank)"),
    "team": Text("支队伍", "teams"), "award": Text("个奖项", "awards"), "medal": Text("枚奖牌", "medals"), "hotline": Text("条热线", "hotlines"),
    "dormitory": Text("套宿舍", "dormitories"), "sports_ground": Text("个运动场", "sports grounds"), "platform": Text("个平台", "platforms"),
    "measure": Text("条措施", "measures"), "standard": Text("项标准", "standards"), "day": Text("天", "days"), "time": Text("次", "times"),
    "computer": Text("台计算机", "computers"), "year_count": Text("年", "years"), "position": Text("个岗位", "positions"),
    "major": Text("个专业", "majors"), "meal": Text("份餐", "meals"),
}  # fmt: skip
# Why a number cannot be right as printed; a code without words here is shown as it is.
REASONS = {
    "digits_lost": Text("数字缺位，读不出来。", "Digits are lost; the number cannot be read."),
    "digit-group": Text(
        "数字分组不全，读不出来。", "A group of digits is incomplete; the number cannot be read."
    ),
    "part_of_whole": Text("部分大于总体。", "A part is larger than its whole."),
    "share_above_100": Text("占比超过100%。", "A share above 100%."),
    "orphan-rank": Text("名次前后没有所指。", "A rank that belongs to nothing."),
    "noun-number": Text("数是一，名词却是复数，可能缺了位。", "One of a plural noun: digits may be lost."),
    "glued": Text("数字与后面的词粘连。", "The number runs into the next word."),
    "repeated-word": Text("词语重复，句子可能受损。", "A repeated word: the sentence may be damaged."),
    "approximate-few": Text(
        "“近”“约”后面的数过小，可能缺了位。", "About or nearly so few: digits may be lost."
    ),
    "no-denominator": Text("比值没有分母。", "A ratio without its denominator."),
    "pupils-per-staff": Text("教职工与学生人数不相称。", "Staff and pupils are out of proportion."),
    "places-per-school": Text("学位数与学校数不相称。", "Places and schools are out of proportion."),
    "floor-per-dwelling": Text("面积与套数不相称。", "Floor area and dwellings are out of proportion."),
}
# What the buttons and labels say; page.js asks for them by key.
TEXTS = {
    "title": Text("报告核对", "Reading desk"),
    "document": Text("文件", "Document"),
    "claims": Text("数量陈述", "claims"),
    "of": Text("共", "of"),
    "search": Text("查找", "Find"),
    "kind": Text("性质", "Kind"),
    "org": Text("地区或单位", "Territory or body"),
    "all": Text("全部", "all"),
    "value": Text("数值", "Value"),
    "unit": Text("单位", "Unit"),
    "period": Text("年份", "Period"),
    "measure": Text("指标说法", "Measure"),
    "section": Text("所在部分", "Section"),
    "place": Text("位置", "Place"),
    "page": Text("第{n}页", "page {n}"),
    "characters": Text("第{a}–{b}字", "characters {a}–{b}"),
    "links": Text("对应指标", "Indicator"),
    "no_links": Text("尚未对应到指标。", "Not linked to an indicator yet."),
    "decided": Text("已确认", "decided"),
    "evidence": Text("依据与发现", "Evidence and findings"),
    "decide": Text("duxue decide 所用的 key：", "Key for duxue decide:"),
    "no_evidence": Text("尚未与数据或其他报告比对。", "Not compared with data or other reports yet."),
    "why": Text("为何疑有损坏", "Why it is marked"),
    "none": Text("未载明", "not stated"),
    "unreadable": Text("无法读出", "cannot be read"),
    "previous": Text("上一条", "Previous"),
    "next": Text("下一条", "Next"),
    "close": Text("关闭", "Close"),
    "keys": Text("快捷键", "Keys"),
    "key_next": Text("下一条 / 上一条", "next / previous claim"),
    "key_open": Text("打开所选陈述", "open the claim in focus"),
    "key_find": Text("查找", "find"),
    "key_help": Text("本说明", "this help"),
    "key_close": Text("关闭", "close"),
    "more": Text("筛选与导出", "Filter and export"),
    "csv": Text("导出 CSV", "Export CSV"),
    "json": Text("导出 JSON", "Export JSON"),
    "damage": Text("文中疑有损坏之处（保留原样）", "What looks damaged in the text (kept as printed)"),
    "table": Text("全部数量陈述（表）", "All claims as a table"),
    "printed": Text("原文", "As printed"),
    "state": Text("状态", "State"),
    "furniture": Text("页面附带内容，未读取", "Page furniture, not read"),
    "panel": Text("所选陈述", "The claim chosen"),
    "nothing": Text("没有找到数量陈述。", "No claim was found."),
    "no_match": Text("没有符合条件的陈述。", "No claim fits these filters."),
    "reset": Text("清除筛选", "Clear filters"),
    "choose": Text(
        "点选文中标出的数字，或按 n 查看下一条。",
        "Choose a marked number in the text, or press n for the next one.",
    ),
    "language": Text("English", "中文"),
    "plus": Text("增加", "increase"),
    "minus": Text("减少", "decrease"),
    "made": Text(
        "由督学（duxue）读取；页面不联网。", "Read by duxue; this page asks nothing of the network."
    ),
}
