"""A round small enough for a test, as real files: four cities of two counties, three items, one city that over-claims."""

from __future__ import annotations

from pathlib import Path

PACK = """
id: x-small-duty
version: 1.2.0
title: {zh: 小评价, en: Small evaluation}
label: {zh: 示例，非官方, en: "sample, not official"}
source: {name: {zh: 测试, en: Test}, status: proposal}
as_of: "12-31"
levels:
  - {id: county, title: {zh: 县, en: counties}}
  - {id: city, title: {zh: 市, en: cities}}
  - {id: province, title: {zh: 省, en: provinces}}
forms:
  - id: units
    title: {zh: 行政单位表, en: Administrative units}
    key: [code]
    unit_field: code
    register: {level_field: level, name: name, parent: parent}
    fields:
      - {id: code, type: code, title: {zh: 单位代码, en: Unit code}, required: true}
      - {id: name, type: text, title: {zh: 单位名称, en: Unit name}, required: true}
      - id: level
        type: category
        title: {zh: 层级, en: Level}
        required: true
        values:
          - {id: county, title: {zh: 县, en: County}}
          - {id: city, title: {zh: 市, en: City}}
          - {id: province, title: {zh: 省, en: Province}}
      - {id: parent, type: code, title: {zh: 上级单位代码, en: Code of the unit above}}
  - id: small_facts
    title: {zh: 小表, en: Small facts}
    key: [facts_unit]
    period: facts_year
    unit_field: facts_unit
    fields:
      - {id: facts_year, type: year, title: {zh: 小表年度, en: Facts year}, required: true}
      - {id: facts_unit, type: code, title: {zh: 小表单位, en: Facts unit}, required: true}
      - {id: spending, type: number, title: {zh: 小表支出, en: Facts spending}, unit: yuan, min: 0, required: true}
      - {id: pupils, type: number, title: {zh: 小表学生, en: Facts pupils}, unit: pupil, min: 0, required: true}
indicators:
  - {id: RATE, title: {zh: 生均支出, en: Spending per pupil}, formula: sum(spending) / sum(pupils), unit: yuan/pupil, form: small_facts, levels: [county, city, province], decimals: 1}
scoring:
  level: city
  windows:
    - {id: last, title: {zh: 上一轮整改, en: Last round}, year: last_round}
    - {id: now, title: {zh: 履职情况, en: Duties}, year: evaluated}
  review: {reviewers: 1}
  credibility: {method: M1, replace_verified: true}
  items:
    - id: A
      title: {zh: 经费保障, en: Funding}
      points: 60
      window: now
      items:
        - id: A1
          title: {zh: 生均支出达标, en: Spending per pupil}
          points: 40
          rule: {type: per_unit, of: RATE, each: county, meets: ">= 10", deduct: 20}
          problem: {zh: "{who}生均支出不足", en: "{who} spend too little per pupil"}
          advice: {zh: 补足生均支出。, en: Raise spending per pupil.}
          achievement: {zh: "全省生均支出{value}元", en: "spending per pupil was {value} yuan in the province"}
          responsible: {zh: 财政局, en: finance office}
        - {id: A2, title: {zh: 经费管理, en: Management of funds}, points: 20, rule: {type: judged}, verified: [online, field]}
    - id: G
      title: {zh: 整改落实, en: Rectification}
      points: 40
      window: last
      items:
        - {id: G1, title: {zh: 上一轮问题整改, en: Last round's problems}, points: 20, rule: {type: rectified, overdue: 2}}
        - {id: G2, title: {zh: 制度建设, en: Rules and routines}, points: 20, rule: {type: judged}, verified: []}
  grades:
    - {id: excellent, title: {zh: 优秀, en: excellent}, from: 90}
    - {id: good, title: {zh: 良好, en: good}, from: 80}
    - {id: pass, title: {zh: 合格, en: pass}, from: 65}
    - {id: fail, title: {zh: 不合格, en: fail}, from: 0}
  vetoes:
    - {id: accident, title: {zh: 重大安全事故, en: serious accident}, kind: drop, steps: 1}
  commendations:
    - {id: spends, title: {zh: 经费投入较高, en: High spending}, all: [{of: RATE, above: whole}]}
"""

ROUND = """
id: small-2023
title: {zh: 2023年度评价报告（测试）, en: "Evaluation report 2023 (test)"}
evaluated_year: 2023
round_year: 2024
dated: 2024-04-24
pack: rules
data: data
synthetic: true
seed: 7
draws: 200
issuer: {zh: 某省人民政府教育督导委员会, en: Education Supervision Committee of a province}
files:
  self: self.csv
  reviews: reviews.csv
  reviewers: reviewers.csv
  evidence: evidence.csv
  vetoes: vetoes.csv
  last_round: last_round.csv
  practices: practices.yaml
  text: text.yaml
"""
CITIES = {"910100": "甲市", "910200": "乙市", "910300": "丙市", "910400": "丁市"}
LIAR = "910300"  # claims everything, got little


def write_small_round(folder: Path) -> Path:
    """Write the round and return its round.yaml."""
    (folder / "rules").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "rules" / "pack.yaml").write_text(PACK, encoding="utf-8")
    units = ["单位代码,单位名称,层级,上级单位代码", "910000,合成省,省,"]
    facts = ["小表年度,小表单位,小表支出,小表学生"]
    claims, reviews, old = (
        ["unit,item,score,evidence,note"],
        ["layer,unit,item,reviewer,role,score,reason,evidence"],
        [],
    )
    for n, (city, name) in enumerate(CITIES.items(), 1):
        units.append(f"{city},{name},市,910000")
        for k in (1, 2):
            county = f"{city[:4]}0{k}"
            units.append(f"{county},{name[0]}{k}县,县,{city}")
            good = (n + k) % 3 != 0 and city != LIAR
            facts += [f"{year},{county},{(12 if good else 8) * 100 + n},100" for year in (2022, 2023)]
        claims += [f"{city},A1,{40 if n != 2 else 20},E{n},", f"{city},A2,{18 if city != LIAR else 20},E{n},内部说明{n}",
                   f"{city},G1,20,,", f"{city},G2,{16 + n},,"]  # fmt: skip
        reviews.append(
            f"field,{city},A2,R{n % 4 + 1:03d},review,{18 if city != LIAR else 8},台账不全{n},E{n}"
        )
        reviews.append(f"online,{city},A2,R{(n + 1) % 4 + 1:03d},review,17,材料较全,")
        old.append(f"{city}-A2,{city},A2,{'open' if city == LIAR else 'closed'},2023-12-31,"
                   + (",,," if city == LIAR else "2023-10-01,张一,李二,"))  # fmt: skip
    write = {
        "data/units.csv": units,
        "data/small_facts.csv": facts,
        "self.csv": claims,
        "reviews.csv": reviews,
        "reviewers.csv": ["reviewer,home_unit", *(f"R{n:03d}," for n in range(1, 5))],
        "evidence.csv": ["id,unit,item,title,sha256,dated", *(f"E{n},{c},,内部材料{n},{n:064d},2024-01-01" for n, c in enumerate(CITIES, 1))],
        "vetoes.csv": ["unit,veto,evidence,decided_by,reason,appeal", "910400,accident,E4,督导办,事故调查报告,none"],
        "last_round.csv": ["id,unit,item,state,due,closed,reported_by,closed_by,text", *old],
        "practices.yaml": [
            "practices:",
            '  "910100":',
            "    - {title: {zh: 做法一, en: Practice one}, text: {zh: 新建学校987所。, en: Built 987 schools.}}",
        ],
        "text.yaml": ["sentences:", """  requirements_report: {zh: "请于{plan_days}日内报送，共777项。", en: "Report within {plan_days} days on 777 matters."}"""],
        "round.yaml": [ROUND],
    }  # fmt: skip
    for name, lines in write.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "round.yaml"
