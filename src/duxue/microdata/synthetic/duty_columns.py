"""The columns of the tables of the yearly evaluation: field ids of the pack cn-duty-province-demo and their headers.

A test compares both with the pack. Money is in 万元 and says so in its header.
"""

from __future__ import annotations

from typing import Final

YEARS: Final = (2020, 2021, 2022, 2023)
_OWN: Final = {"duty_year": "履职年度", "duty_unit": "填报单位代码"}
FINANCE: Final = {
    **_OWN,
    "figures_stage": "数据阶段",
    "general_spending": "一般公共预算支出（万元）",
    "education_spending": "一般公共预算教育支出（万元）",
    "public_funds_paid": "义务教育公用经费实际拨付额（万元）",
    "boarders": "义务教育寄宿生数",
    "surcharge_collected": "教育费附加和地方教育附加征收额（万元）",
    "surcharge_used": "两项附加用于教育额（万元）",
    "special_received": "教育专项资金到账额（万元）",
    "special_spent": "教育专项资金按期支出额（万元）",
    "fees_collected": "上缴财政专户收费额（万元）",
    "fees_returned": "收费返还额（万元）",
    "misuse_cases": "公用经费违规使用查实起数",
    "offset_cases": "收费冲抵财政拨款查实起数",
}
SPENDING: Final = {
    **_OWN,
    "spending_level": "支出学段",
    "stage_spending": "本学段一般公共预算教育支出（万元）",
    "pupils_start": "年初学生数",
    "pupils_end": "年末学生数",
}
GOVERNANCE: Final = {
    **_OWN,
    "meetings": "党委政府研究教育会议次数",
    "leaders_lessons": "党政主要负责人均授思政课并联系学校",
    "hype_cases": "炒作升学率等违规查实起数",
    "heads_due": "应实行党组织领导的校长负责制学校数",
    "heads_done": "已实行学校数",
    "tutoring_cases": "校外培训违规查实起数",
    "subject_base": "建有特色学科基地",
    "private_due": "应年检民办学校数",
    "private_checked": "已年检民办学校数",
    "vocational_planned": "职业学校达标和实训基地计划项数",
    "vocational_done": "其中已完成项数",
    "kg_teachers": "公办园教师数",
    "kg_on_post": "其中在编教师数",
    "kg_pay_on_post": "公办园在编教师工资总额（万元）",
    "kg_pay_other": "公办园非编教师工资总额（万元）",
    "centre": "建有县级心理健康中心",
    "counsellors_due": "应配专职心理教师学校数",
    "counsellors": "已配专职心理教师学校数",
}
SAFETY: Final = {
    **_OWN,
    "campuses": "应落实安防要求学校数",
    "guarded": "配齐专职保安员学校数",
    "closed": "实行封闭化管理学校数",
    "alarmed": "一键报警和视频监控达标学校数",
    "accidents": "重大安全责任事故起数",
    "bullying": "造成严重后果的学生欺凌起数",
    "drownings": "学生溺水亡人起数",
    "exam_events": "教育考试安全事故起数",
    "group_events": "涉教群体性事件起数",
    "material_cases": "教材教辅读物违规查实起数",
    "admission_cases": "招生违规查实起数",
    "lessons_required": "抽查课表应开课时",
    "lessons_given": "抽查课表实开课时",
}
HEALTH: Final = {
    **_OWN,
    "fit_tested": "体质测试人数",
    "fit_excellent": "体质优秀人数",
    "fit_good": "体质良好人数",
    "sight_screened": "视力筛查学生数",
    "sight_short": "筛查近视学生数",
    "habits_asked": "作业睡眠体锻调查人数",
    "habits_kept": "三项均达要求人数",
}
SURVEY: Final = {
    **_OWN,
    "respondent": "调查对象",
    "answer": "回答",
    "answers": "答卷份数",
}
FORMS: Final = {
    "duty_finance": FINANCE,
    "duty_spending": SPENDING,
    "duty_governance": GOVERNANCE,
    "duty_safety": SAFETY,
    "duty_health": HEALTH,
    "duty_survey": SURVEY,
}
LEVELS: Final = {
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初中",
    "senior": "普通高中",
    "vocational": "中等职业教育",
    "special": "特殊教育",
}
