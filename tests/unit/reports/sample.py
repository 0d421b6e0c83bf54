"""Made-up runs for the report tests: a province as large as wanted, and a tiny country of another kind."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from math import sqrt
from typing import Any

from duxue.core.text import Text, same
from duxue.core.units import Unit, UnitTree
from duxue.packs.schema import Pack
from duxue.reports.model import PublishedError, Reproduction
from duxue.results.model import Result, Run

CITIES = {
    "370100": ("济南市", "Jinan"), "370200": ("青岛市", "Qingdao"), "370300": ("淄博市", "Zibo"), "370400": ("枣庄市", "Zaozhuang"),
    "370500": ("东营市", "Dongying"), "370600": ("烟台市", "Yantai"), "370700": ("潍坊市", "Weifang"), "370800": ("济宁市", "Jining"),
    "370900": ("泰安市", "Tai'an"), "371000": ("威海市", "Weihai"), "371100": ("日照市", "Rizhao"), "371300": ("临沂市", "Linyi"),
    "371400": ("德州市", "Dezhou"), "371500": ("聊城市", "Liaocheng"), "371600": ("滨州市", "Binzhou"), "371700": ("菏泽市", "Heze"),
}  # fmt: skip
_SEVEN = {
    "L1": ("每百名学生拥有高于规定学历教师数", "Teachers above the required degree per 100 pupils", "teacher / 100 pupil", "4.2", "5.3", 2),
    "L2": ("每百名学生拥有县级以上骨干教师数", "Backbone teachers per 100 pupils", "teacher / 100 pupil", "1", "1", 2),
    "L3": ("每百名学生拥有体育、艺术专任教师数", "PE and arts teachers per 100 pupils", "teacher / 100 pupil", "0.9", "0.9", 2),
    "L4": ("生均教学及辅助用房面积", "Teaching area per pupil", "m2 / pupil", "4.5", "5.8", 2),
    "L5": ("生均体育运动场馆面积", "Sports area per pupil", "m2 / pupil", "7.5", "10.2", 2),
    "L6": ("生均教学仪器设备值", "Teaching equipment per pupil", "yuan / pupil", "2000", "2500", 0),
    "L7": ("每百名学生拥有网络多媒体教室数", "Multimedia classrooms per 100 pupils", "room / 100 pupil", "2.3", "2.4", 2),
}  # fmt: skip
STAGES = ("primary", "junior")


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def province_pack(others: int = 24) -> Pack:
    """Return a pack shaped like the one for balanced compulsory education."""
    indicators: list[dict[str, Any]] = []
    standards: list[dict[str, Any]] = []
    rule = {
        "number": "教督〔2017〕6号",
        "status": "confirmed",
        "name": _both(
            "县域义务教育优质均衡发展督导评估办法",
            "Measures for high-quality balanced county compulsory education",
        ),
    }
    for name, (zh, en, unit, primary, junior, decimals) in _SEVEN.items():
        indicators.append(
            {
                "id": name,
                "title": _both(zh, en),
                "formula": f"sum(x_{name}) / sum(pupils)",
                "unit": unit,
                "levels": ["school", "county", "city", "province"],
                "by": ["stage"],
                "decimals": decimals,
                "group": "resources",
            }
        )
        for stage, value in zip(STAGES, (primary, junior), strict=True):
            standards.append(
                {
                    "indicator": name,
                    "meets": f">= {value}",
                    "by": {"stage": stage},
                    "source": "six",
                    "from": "2017-04-26",
                }
            )
    for name, (zh, en, *_) in _SEVEN.items():
        indicators.append(
            {
                "id": f"{name}_cv",
                "title": _both(f"{zh}差异系数", f"CV of {en}"),
                "formula": f"cv(x_{name}, per: pupils)",
                "unit": "1",
                "levels": ["county"],
                "by": ["stage"],
                "decimals": 2,
                "group": "resources",
            }
        )
        for stage, value in zip(STAGES, ("0.50", "0.45"), strict=True):
            standards.append(
                {"indicator": f"{name}_cv", "meets": f"<= {value}", "by": {"stage": stage}, "source": "six"}
            )
    for i in range(others):
        indicators.append(
            {
                "id": f"gov_{i + 1:02}",
                "title": _both(
                    f"政府保障程度第{i + 1}项：每十二个班级配备音乐美术教室",
                    f"Government item {i + 1}: music and art rooms per 12 classes",
                ),
                "formula": "share(ok)",
                "unit": "%",
                "levels": ["county", "city"],
                "decimals": 1,
                "group": "government",
            }
        )
        standards.append(
            {
                "indicator": f"gov_{i + 1:02}",
                "meets": ">= 95",
                "source": {"number": "教督〔2017〕6号", "status": "practice"},
            }
        )
    return Pack.model_validate(
        {
            "id": "sample-balance", "version": "1.0.0",
            "title": _both("县域义务教育优质均衡", "Balanced compulsory education"),
            "source": {**rule, "dated": "2017-04-26"}, "sources": {"six": {**rule, "clause": "第八条"}},
            "uses": ["none@1.0.0"],
            "levels": [{"id": i, "title": _both(*n)} for i, n in {"school": ("学校", "schools"), "county": ("县", "counties"), "city": ("市", "cities"), "province": ("省", "province")}.items()],
            "dimensions": [{"id": "stage", "title": _both("学段", "Stage"), "values": [{"id": "primary", "title": _both("小学", "primary")}, {"id": "junior", "title": _both("初中", "junior")}]}],
            "indicators": indicators, "standards": standards,
            "constants": [{"id": "split", "title": _both("一贯制学校分摊权重", "Stage weights of combined schools"), "values": [{"value": "1", "by": {"stage": "primary"}}, {"value": "1.1", "by": {"stage": "junior"}, "source": {"status": "practice", "number": "2980421062"}}]}],
            "verdicts": [
                {"id": "county_balance", "title": _both("县域资源配置达标", "County balance"), "level": "county", "rule": "all_met(L1_cv..L7_cv)", "source": "six", "note": _both("七项差异系数均不超过上限。", "All seven CVs within the limit.")},
                {"id": "school_resources", "title": _both("学校资源配置达标", "School resources"), "level": "school", "by": ["stage"], "rule": "met(L1..L7) >= 6 and lowest_attainment(L1..L7) >= 0.85", "source": "six", "note": _both("七项中至少六项达标，余项不低于标准的85%。", "At least six of seven met, the other at 85% or more.")},
            ],
            "report": {"title": _both("县域义务教育优质均衡发展监测报告", "Report on balanced compulsory education"), "headline": "county_balance", "sections": [{"id": "resources", "title": _both("资源配置", "Resources")}, {"id": "government", "title": _both("政府保障程度", "Government guarantee")}]},
        }
    )  # fmt: skip


def province(
    *,
    counties: int = 136,
    schools: int = 8000,
    seed: int = 7,
    others: int = 24,
    names: dict[str, str] | None = None,
) -> tuple[Run, Pack, UnitTree]:
    """Return a made-up province: about 1.5 results per school, indicator and stage, two years at the upper levels."""
    rng = random.Random(seed)
    pack = province_pack(others)
    limits = {(s.indicator, s.by.get("stage", "")): s for s in pack.standards}
    units = [Unit("370000", Text("山东省", "Shandong"), "province")]
    units += [Unit(code, Text(*name), "city", "370000") for code, name in CITIES.items()]
    codes = list(CITIES)
    county_units = []
    for i in range(counties):
        city = codes[i % len(codes)]
        number = i // len(codes) + 1
        code = f"{int(city) + (number if number > 9 else number + 1)}"
        county_units.append(
            Unit(
                code,
                Text(f"{CITIES[city][0][:2]}第{number}县", f"{CITIES[city][1]} County {number}"),
                "county",
                city,
            )
        )
    school_units = []
    for i in range(schools):
        county = county_units[i % counties]
        school_units.append(
            Unit(
                f"{county.code}{i:06}",
                Text(f"{county.name.zh}{i + 1}号学校", f"School {i + 1}, {county.name.en}"),
                "school",
                county.code,
            )
        )
    named = {code: same(name) for code, name in (names or {}).items()}
    units = [
        Unit(u.code, named.get(u.code, u.name), u.level, u.parent)
        for u in (*units, *county_units, *school_units)
    ]
    tree = UnitTree.build(("school", "county", "city", "province"), units)
    results: list[Result] = []
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    schools_of: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    tilt = {c: rng.uniform(0.92, 1.12) for c in codes}
    for u in [u for u in units if u.level == "school"]:
        for stage in STAGES if rng.random() < 0.12 else (rng.choices(STAGES, (8, 3))[0],):
            pupils = rng.randint(60, 2400)
            city = tree.ancestor(u.code, "city") or ""
            met, low, gone = 0, 9.0, rng.random() < 0.004
            for name in _SEVEN:
                s = limits[name, stage]
                spread = {"L2": 0.45, "L3": 0.4, "L5": 0.55}.get(name, 0.28)
                value = (
                    float(s.threshold) * tilt[city] * 1.42 * rng.lognormvariate(0, spread)
                    if not gone
                    else None
                )
                if value is None:
                    results.append(_na(u, name, stage, s.meets))
                    continue
                attain = value / float(s.threshold)
                met, low = met + (attain >= 1), min(low, attain)
                results.append(
                    _judged(
                        u,
                        name,
                        stage,
                        value,
                        s,
                        value * pupils,
                        pupils,
                        1,
                        ("check_ratio",) if rng.random() < 0.002 else (),
                    )
                )
                for code in u.code and tree.ancestors(u.code).values():
                    sums[code, name, stage][0] += value * pupils
                    sums[code, name, stage][1] += pupils
                schools_of[tree.ancestor(u.code, "county") or "", name, stage].append((value, pupils))
            ok = met >= 6 and low >= 0.85
            by = (("stage", stage),)
            if gone:
                results.append(
                    Result(
                        u.code,
                        u.name,
                        "school",
                        2023,
                        by,
                        "school_resources",
                        "verdict",
                        None,
                        "not_computable",
                        "depends",
                    )
                )
            else:
                results.append(
                    Result(
                        u.code,
                        u.name,
                        "school",
                        2023,
                        by,
                        "school_resources",
                        "verdict",
                        None,
                        "computed",
                        verdict="met" if ok else "not_met",
                    )
                )
    for u in [u for u in units if u.level != "school"]:
        bad = 0
        for name in _SEVEN:
            for stage in STAGES:
                total, pupils_all = sums[u.code, name, stage]
                s = limits[name, stage]
                if not pupils_all:
                    results.append(_na(u, name, stage, s.meets))
                    continue
                value = total / pupils_all
                results.append(_judged(u, name, stage, value, s, total, pupils_all, 9, ()))
                earlier = ((value * 0.97**n, 2023 - n) for n in (1, 2))
                results += [_judged(u, name, stage, v, s, total, pupils_all, 9, (), y) for v, y in earlier]
                if u.level == "county":
                    cv_limit = limits[f"{name}_cv", stage]
                    pairs = schools_of[u.code, name, stage]
                    if len(pairs) < 2:
                        results.append(_na(u, f"{name}_cv", stage, cv_limit.meets))
                        continue
                    cv = sqrt(sum(p * (x - value) ** 2 for x, p in pairs) / pupils_all) / value
                    bad += cv > cv_limit.threshold
                    results.append(_judged(u, f"{name}_cv", stage, cv, cv_limit, None, None, len(pairs), ()))
        if u.level in ("county", "city"):
            for i in range(others):
                name = f"gov_{i + 1:02}"
                results.append(
                    _judged(u, name, "", min(100.0, rng.gauss(98, 3)), limits[name, ""], None, None, 5, ())
                )
        if u.level == "county":
            results.append(
                Result(
                    u.code,
                    u.name,
                    "county",
                    2023,
                    (),
                    "county_balance",
                    "verdict",
                    None,
                    "computed",
                    verdict="not_met" if bad > 1 else "met",
                )
            )
    run = Run(
        "r" + "0f" * 31,
        "sample-balance",
        "1.0.0",
        "ab" * 32,
        {"school": "cd" * 32},
        "duckdb",
        "duxue 0.1.0",
        (2021, 2022, 2023),
        tuple(results),
    )
    return run, pack, tree


def _judged(
    u: Unit,
    name: str,
    stage: str,
    value: float,
    s: Any,
    num: float | None,
    den: float | None,
    rows: int,
    flags: tuple[str, ...],
    year: int = 2023,
) -> Result:
    limit = float(s.threshold)
    more = s.operator == ">="
    ok = value >= limit if more else value <= limit
    margin = value - limit if more else limit - value
    return Result(u.code, u.name, u.level, year, (("stage", stage),) if stage else (), name, "indicator", value, "computed", "", None, num, den, rows, 0, s.meets, s.threshold, "met" if ok else "not_met", margin, value / limit if more else limit / value if value else None, flags)  # fmt: skip


def _na(u: Unit, name: str, stage: str, meets: str) -> Result:
    return Result(
        u.code,
        u.name,
        u.level,
        2023,
        (("stage", stage),) if stage else (),
        name,
        "indicator",
        None,
        "not_computable",
        "missing",
        Text("缺在校生数", "number of pupils is missing"),
        standard=meets,
        verdict="not_computable",
    )


def matches() -> tuple[Reproduction, ...]:
    """Return two published tables recomputed, one of them with an error."""
    error = PublishedError(
        Text("鸠江区 骨干教师差异系数", "Jiujiang district, CV of backbone teachers"),
        "0.50",
        "0.501787",
        Text("取整后看似达标，实际超过上限 0.50。", "Rounded it looks met; it exceeds the limit of 0.50."),
    )
    return (
        Reproduction(
            Text("各省生师比", "Pupil-teacher ratios of the provinces"),
            same("province_pupil_teacher_ratio"),
            372,
            372,
        ),
        Reproduction(Text("县级差异系数", "County CVs"), same("county_cv_8_indicators"), 48, 47, (error,)),
    )


def tiny_country() -> tuple[Run, Pack, UnitTree]:
    """Return another country's pack: two regions without a common root, no stage, no verdict, one standard, one gap."""
    pack = Pack.model_validate(
        {
            "id": "ruritania", "version": "0.1.0", "title": _both("卢里塔尼亚", "Ruritania"), "source": {"number": "Act 12"}, "uses": ["none@1.0.0"],
            "levels": [{"id": "site", "title": _both("校址", "sites")}, {"id": "region", "title": _both("大区", "regions")}],
            "units_of_measure": [{"id": "crown", "title": _both("克朗", "crowns")}],
            "indicators": [
                {"id": "ptr", "title": _both("生师比", "Pupils per teacher"), "formula": "sum(p)/sum(t)", "unit": "pupil / teacher", "levels": ["site", "region"], "decimals": 1, "better": "less"},
                {"id": "money", "title": _both("经费", "Money per pupil"), "formula": "sum(m)/sum(p)", "unit": "crown / pupil", "levels": ["region"]},
            ],
            "standards": [{"indicator": "ptr", "meets": "<= 20"}],
        }
    )  # fmt: skip
    units = [
        Unit("N", Text("北方", "North"), "region"),
        Unit("S", Text("南方", "South"), "region"),
        Unit("N1", same("Hill"), "site", "N"),
        Unit("S1", same("Dale"), "site", "S"),
    ]
    tree = UnitTree.build(("site", "region"), units)
    s = pack.standards[0]
    results = [
        _judged(units[0], "ptr", "", 20.04, s, 1002.0, 50.0, 1, ()),
        _judged(units[1], "ptr", "", 19.0, s, 950.0, 50.0, 1, ()),
        _judged(units[2], "ptr", "", 20.04, s, 1002.0, 50.0, 1, ()),
        _judged(units[3], "ptr", "", 19.0, s, 950.0, 50.0, 1, ()),
        Result(
            "N",
            units[0].name,
            "region",
            2023,
            (),
            "money",
            "indicator",
            Fraction(12345678, 1000),
            "computed",
            rows=1,
        ),
        Result(
            "S",
            units[1].name,
            "region",
            2023,
            (),
            "money",
            "indicator",
            None,
            "not_computable",
            "zero_division",
        ),
    ]
    run = Run(
        "r" + "1" * 10,
        "ruritania",
        "0.1.0",
        "ee" * 32,
        {"site": "ff" * 32},
        "reference",
        "duxue 0.1.0",
        (2023,),
        tuple(results),
    )
    return run, pack, tree
