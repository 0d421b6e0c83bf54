"""How headers and names are compared: one key for simplified and traditional writing, and units of measure in brackets."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from duxue.core.measure import Measure, Measures
from duxue.core.text import match_key

# The traditional characters that occur in the headers of education statistics, in the order of their simplified forms below.
_TRADITIONAL = (
    "學縣區鄉鎮級類別單碼編號稱數員專職師齡齒歲總計額萬億設備儀圖書館畝積體藝術場運動電腦臺網絡務從業"
    "畢結轉進與國際縱橫財費經預決實錄讀驗聽間規劃標準達線農舊導證擁殘隨遷異補貼監測質優點辦團隊層廳廁"
    "飲機種養護衛醫幾應屆歷屬為無視訊錢產權擴復長開關門問題變確認說註冊範圍組織責審評獎懲貧寫聯係負擔"
    "純碩個對話適衝擊據處雙語戶遠內顯參閱資藍紅綠黃發還過選項條約試階園兒時傳統勞華東島嶺廣濟濱漢滬遼"
    "寧蘇陝肅雲貴龍灣澤煙濰萊棗營臨賬籌撥贈頁辭離調減維製齊鍵訓寢鋪廚櫃櫥燈"
)
_SIMPLIFIED = (
    "学县区乡镇级类别单码编号称数员专职师龄齿岁总计额万亿设备仪图书馆亩积体艺术场运动电脑台网络务从业"
    "毕结转进与国际纵横财费经预决实录读验听间规划标准达线农旧导证拥残随迁异补贴监测质优点办团队层厅厕"
    "饮机种养护卫医几应届历属为无视讯钱产权扩复长开关门问题变确认说注册范围组织责审评奖惩贫写联系负担"
    "纯硕个对话适冲击据处双语户远内显参阅资蓝红绿黄发还过选项条约试阶园儿时传统劳华东岛岭广济滨汉沪辽"
    "宁苏陕肃云贵龙湾泽烟潍莱枣营临账筹拨赠页辞离调减维制齐键训寝铺厨柜橱灯"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

_BRACKET = re.compile(
    r"^(?P<base>.+?)\s*[（(\[［【〔]\s*(?:单位|單位|unit)?\s*[:：]?\s*(?P<inside>[^()（）\[\]［］【】〔〕]+?)\s*[)）\]］】〕]\s*$"
)
_PEOPLE = frozenset({"person", "pupil", "child", "teacher", "staff"})
# What counts whole things of any kind: 班级数（个） says no more than 班级数.
_COUNTERS = frozenset(
    {"个", "個", "名", "人", "位", "项", "項", "件", "persons", "people", "person", "number", "no", "count"}
)
_NOT_COUNTED = frozenset({"yuan", "m2", "hour", "day", "year", "point"})
_TEN_THOUSAND_SPELLINGS = {"千元": Fraction(1000), "百元": Fraction(100), "百万元": Fraction(1_000_000)}


@lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """Return the form by which two headers or names count as the same: `match_key` in simplified characters."""
    return match_key(text.translate(_TO_SIMPLIFIED))


def split_bracket(header: str) -> tuple[str, str]:
    """Return a header without its last bracket, and what stands in it: 仪器设备值（元） gives (仪器设备值, 元)."""
    match = _BRACKET.match(header)
    return (match["base"], match["inside"]) if match else (header, "")


def parse_measure(text: str, measures: Measures) -> Measure | None:
    """Return the unit of measure that a bracket names, or None when it names none."""
    words = text.translate(_TO_SIMPLIFIED).strip()
    for spelling in (text.strip(), words, words.casefold(), text.strip().casefold()):
        try:
            return measures.parse(spelling)
        except (ValueError, ZeroDivisionError):
            continue
    if words in _TEN_THOUSAND_SPELLINGS:
        return Measure((("yuan", 1),), _TEN_THOUSAND_SPELLINGS[words], words)
    return None


def factor_between(header_unit: str, stored: str, measures: Measures) -> Fraction | None:
    """Return the factor from the unit in a header to the stored unit; None when they measure different things.

    人 beside a column of pupils or teachers, 个 beside a column of classes, counts what the column counts.
    """
    try:
        target = measures.parse(stored)
    except (ValueError, ZeroDivisionError):
        return Fraction(1) if name_key(header_unit) == name_key(stored) else None
    counts_things = len(target.dims) == 1 and target.dims[0][1] == 1 and target.dims[0][0] not in _NOT_COUNTED
    if counts_things and header_unit.strip().casefold() in _COUNTERS:
        return 1 / target.scale
    found = parse_measure(header_unit, measures)
    if found is None:
        return None
    if found.same_dimension(target):
        return found.factor_to(target)
    both_people = all(
        len(m.dims) == 1 and m.dims[0][0] in _PEOPLE and m.dims[0][1] == 1 for m in (found, target)
    )
    if both_people and found.dims[0][0] == "person":
        return found.scale / target.scale
    return None
