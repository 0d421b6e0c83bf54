"""The columns of the written tables: field ids of the pack cn-school-forms and the headers as its forms print them.

A test compares both with the pack. Money is in 万元 and says so in its header.
"""

from __future__ import annotations

from typing import Final

UNITS: Final = {
    "code": "单位代码",
    "name": "单位名称",
    "name_en": "英文名称",
    "level": "层级",
    "parent": "上级单位代码",
}
SCHOOL: Final = {
    "year": "年度",
    "school_code": "学校代码",
    "school_name": "学校名称",
    "county_code": "县级代码",
    "kind": "办学类型",
    "ownership": "举办者",
    "locale": "城乡类型",
    "built_year": "建校年份",
    "counts_as_school": "是否计校数",
    "parent_school": "原校点代码",
    "dense_inner_city": "是否中心城区高密度学校",
    "boarding": "是否寄宿制",
    "inclusive": "是否普惠性幼儿园",
    "staff": "教职工数",
    "migrant_pupils": "随迁子女数",
    "teaching_area": "教学及辅助用房面积",
    "indoor_sports_area": "其中室内体育用房面积",
    "sports_ground_area": "体育运动场地面积",
    "extra_sports_area": "可计入的其他体育场馆面积",
    "equipment_value": "教学仪器设备值（万元）",
    "multimedia_rooms": "网络多媒体教室数",
    "books": "图书册数",
    "computers": "计算机台数",
    "music_rooms_96": "音乐专用教室数96平方米及以上",
    "music_rooms_73": "音乐专用教室数73至96平方米",
    "music_rooms_61": "音乐专用教室数61至73平方米",
    "music_rooms_54": "音乐专用教室数54至61平方米",
    "art_rooms_90": "美术专用教室数90平方米及以上",
    "art_rooms_67": "美术专用教室数67至90平方米",
    "art_rooms_61": "美术专用教室数61至67平方米",
    "art_rooms_54": "美术专用教室数54至61平方米",
    "public_funds_budget": "公用经费预算（万元）",
    "training_budget": "教师培训经费预算（万元）",
    "rotation_eligible": "符合交流条件教师数",
    "rotated": "交流轮岗教师数",
    "rotated_backbone": "其中骨干教师",
}
BANDS: Final = {
    "classes_25": "25人及以下班数",
    "classes_26_30": "26至30人班数",
    "classes_31_35": "31至35人班数",
    "classes_36_40": "36至40人班数",
    "classes_41_45": "41至45人班数",
    "classes_46_50": "46至50人班数",
    "classes_51_55": "51至55人班数",
    "classes_56_60": "56至60人班数",
    "classes_61_65": "61至65人班数",
    "classes_66": "66人及以上班数",
}
BAND_TOPS: Final = (25, 30, 35, 40, 45, 50, 55, 60, 65)
DEGREES: Final = {
    "teachers_doctor": "博士研究生学历专任教师数",
    "teachers_master": "硕士研究生学历专任教师数",
    "teachers_bachelor": "本科学历专任教师数",
    "teachers_associate": "专科学历专任教师数",
    "teachers_lower": "专科以下学历专任教师数",
}
SCHOOL_STAGE: Final = {
    "year": "年度",
    "school_code": "学校代码",
    "stage": "学段",
    "pupils": "在校学生数",
    "pupils_of_age": "学龄在校学生数",
    "entrants": "招生数",
    "graduates": "毕业生数",
    "in_zone_entrants": "就近入学新生数",
    "zone_entrants_due": "应就近入学新生数",
    "classes": "班数",
    **BANDS,
    "largest_class": "最大班额",
    "teachers": "专任教师数",
    **DEGREES,
    "teachers_backbone": "县级以上骨干教师数",
    "teachers_certified": "持有教师资格证专任教师数",
    "teachers_360h": "五年完成360学时培训教师数",
    "teachers_intermediate": "中级及以上专业技术职务教师数",
    "teachers_pe": "体育专任教师数",
    "teachers_music": "音乐专任教师数",
    "teachers_fine_art": "美术专任教师数",
    "teachers_arts": "艺术专任教师数",
    "teachers_shared": "走教兼职交流体艺教师数",
    "cohort_entrants": "三年前初一招生数",
    "cohort_in": "三年转入数",
    "cohort_out": "三年转出数",
    "cohort_deaths": "三年死亡数",
}
COUNTY_YEAR: Final = {
    "year": "年度",
    "county_code": "县级代码",
    "residents": "年末常住人口",
    "age_3_5": "3至5周岁人口",
    "age_6_11": "6至11周岁人口",
    "age_12_14": "12至14周岁人口",
    "age_15_17": "15至17周岁人口",
    "disabled_due": "适龄残疾儿童数",
    "disabled_enrolled": "已入学残疾儿童数",
    "migrant_due": "符合条件随迁子女数",
    "migrant_public": "在公办学校就读随迁子女数",
    "migrant_bought": "享受政府购买学位随迁子女数",
    "quality_places": "优质高中招生计划数",
    "quality_allotted": "分配到初中的优质高中名额",
    "teacher_pay": "义务教育教师工资总额（万元）",
    "civil_pay": "公务员工资总额（万元）",
    "special_funds": "特殊教育学校公用经费（万元）",
    "teacher_paid": "领取工资义务教育教师数",
    "civil_paid": "领取工资公务员数",
    "special_pupils": "特殊教育学校在校学生数",
    "recognition_valid": "社会认可度有效问卷数",
    "recognition_positive": "其中满意问卷数",
}
MONITORING: Final = {
    "monitored_year": "监测年度",
    "monitored_county": "受监测县代码",
    "stage": "受监测学段",
    "subject": "监测科目",
    "level": "学业水平等级",
    "school_difference": "校际差异率",
}
FORMS: Final = {
    "units": UNITS,
    "school": SCHOOL,
    "school_stage": SCHOOL_STAGE,
    "county_year": COUNTY_YEAR,
    "monitoring": MONITORING,
}
FILES: Final = {
    "units": "units.csv",
    "school": "school.csv",
    "school_stage": "school_stage.csv",
    "county_year": "county_year.xlsx",
    "monitoring": "monitoring.csv",
}

KIND_TITLES: Final = {
    "kindergarten": "幼儿园",
    "primary": "小学",
    "teaching_point": "教学点",
    "junior": "初级中学",
    "nine_year": "九年一贯制学校",
    "complete_secondary": "完全中学",
    "twelve_year": "十二年一贯制学校",
    "senior": "高级中学",
    "vocational": "中等职业学校",
    "special": "特殊教育学校",
}
STAGE_TITLES: Final = {
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初中",
    "senior": "普通高中",
    "vocational": "中等职业教育",
    "special": "特殊教育",
}
SUBJECT_TITLES: Final = {
    "chinese": "语文",
    "mathematics": "数学",
    "science": "科学",
    "pe": "体育",
    "arts": "艺术",
    "moral": "德育",
}
LEVEL_TITLES: Final = {"county": "县（市、区）", "city": "市", "province": "省"}
OWNERSHIP_TITLES: Final = {"public": "公办", "private": "民办"}
LOCALE_TITLES: Final = {"urban": "城区", "town": "镇区", "rural": "乡村"}
YES_NO: Final = ("否", "是")
