"""The sample province: totals of the bulletin, rows that hold together, faults at their places."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import yaml

from duxue.microdata.synthetic import Synthesis, synthesize
from tests.unit.microdata.sample_measures import LIMITS, Measures, measure, read_rows

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "src/duxue/packs/shipped/cn-school-forms/1.0.0/pack.yaml"

# 2023年山东省教育事业发展统计公报: pupils and teachers by stage, in persons.
PUPILS = {
    "幼儿园": 3_072_400,
    "小学": 8_120_900,
    "初中": 4_003_500,
    "普通高中": 1_985_400,
    "中等职业教育": 882_900,
    "特殊教育": 54_600,
}
TEACHERS = {"幼儿园": 255_700, "小学": 477_400, "初中": 315_600, "普通高中": 166_900}
OF_AGE = "学龄在校学生数"
CLASSES = ("25人及以下班数", "66人及以上班数")  # first and last column of the bands
BANDS = ((1, 25), (26, 30), (31, 35), (36, 40), (41, 45), (46, 50), (51, 55), (56, 60), (61, 65), (66, 99))


@dataclass
class Sample:
    """A written province, read back without the generator."""

    synthesis: Synthesis
    school: list[dict[str, str]]
    stage: list[dict[str, str]]
    facts: list[dict[str, object]]

    def year(self, year: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """The rows of a year."""
        return [r for r in self.school if r["年度"] == str(year)], [
            r for r in self.stage if r["年度"] == str(year)
        ]


def read_sample(synthesis: Synthesis) -> Sample:
    """Read the files back."""
    book = openpyxl.load_workbook(synthesis.folder / "county_year.xlsx", read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    book.close()
    facts = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    folder = synthesis.folder
    return Sample(synthesis, read_rows(folder / "school.csv"), read_rows(folder / "school_stage.csv"), facts)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The whole province without faults."""
    return read_sample(synthesize(tmp_path_factory.mktemp("province")))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The whole province with faults."""
    return read_sample(synthesize(tmp_path_factory.mktemp("faulty"), faults=True))


@pytest.fixture(scope="module")
def measures(province: Sample) -> Measures:
    """The seven indicators of 2023."""
    return measure(province.synthesis.folder, "2023")


def total(rows: list[dict[str, str]], column: str) -> Counter[str]:
    """Sum a column by stage."""
    sums: Counter[str] = Counter()
    for r in rows:
        sums[r["学段"]] += int(r[column])
    return sums


def test_pupils_and_teachers_of_2023_are_those_of_the_bulletin(province: Sample) -> None:
    """Totals by stage, over all rows of the stage."""
    _, rows = province.year(2023)
    assert total(rows, "在校学生数") == PUPILS
    teachers = total(rows, "专任教师数")
    assert {stage: teachers[stage] for stage in TEACHERS} == TEACHERS
    assert sum(int(r["招生数"]) for r in rows if r["学段"] == "幼儿园") == 811_400
    assert province.synthesis.calibrated


def test_schools_of_2023_are_those_of_the_bulletin(province: Sample) -> None:
    """A nine-year school counts as a junior school; a complete or twelve-year school as a senior school."""
    kinds = Counter(r["办学类型"] for r in province.year(2023)[0])
    assert kinds["幼儿园"] == 22_464
    assert kinds["小学"] == 8_654
    assert kinds["初级中学"] + kinds["九年一贯制学校"] == 3_327
    assert kinds["高级中学"] + kinds["完全中学"] + kinds["十二年一贯制学校"] == 782
    assert kinds["中等职业学校"] == 413
    assert kinds["特殊教育学校"] == 161
    assert kinds["教学点"] == 1_500


def test_kindergartens_of_2022_are_those_of_the_bulletin(province: Sample) -> None:
    """The bulletin gives the change: 2,422 kindergartens and 814,800 children fewer in 2023."""
    schools, rows = province.year(2022)
    assert sum(r["办学类型"] == "幼儿园" for r in schools) == 22_464 + 2_422
    assert total(rows, "在校学生数")["幼儿园"] == 3_072_400 + 814_800


def test_residents_sum_to_the_census(province: Sample) -> None:
    """2022 carries the census of 2020; 2023 is 0.4 % lower."""
    sums = Counter()
    for r in province.facts:
        sums[r["年度"]] += r["年末常住人口"]
    assert sums == {2022: 101_527_453, 2023: 101_121_343}


def test_gross_rates_are_plausible(province: Sample) -> None:
    """Kindergarten 92 to 97 %, primary and junior near 100 %, in every county."""
    pupils: Counter[tuple[str, str]] = Counter()
    home = {r["学校代码"]: r["县级代码"] for r in province.school}
    for r in province.year(2023)[1]:
        pupils[home[r["学校代码"]], r["学段"]] += int(r["在校学生数"])
    for r in province.facts:
        if r["年度"] == 2023:
            county = r["县级代码"]
            assert 0.915 < pupils[county, "幼儿园"] / r["3至5周岁人口"] < 0.975
            assert 0.98 < pupils[county, "小学"] / r["6至11周岁人口"] < 1.02
            assert 0.98 < pupils[county, "初中"] / r["12至14周岁人口"] < 1.02


def test_net_enrolment_and_staff_are_plausible(province: Sample) -> None:
    """Nobody of age is counted twice; a school has its teachers among its staff, in all near the bulletin's."""
    of_age: Counter[str] = Counter()
    teachers: Counter[tuple[str, str]] = Counter()
    home = {r["学校代码"]: r["县级代码"] for r in province.school}
    for r in province.stage:
        teachers[r["年度"], r["学校代码"]] += int(r["专任教师数"])
        if r["年度"] == "2023" and r["学段"] == "小学":
            assert int(r[OF_AGE]) <= int(r["在校学生数"])
            of_age[home[r["学校代码"]]] += int(r[OF_AGE])
    for fact in province.facts:
        if fact["年度"] == 2023:
            assert 0.97 < of_age[str(fact["县级代码"])] / fact["6至11周岁人口"] < 1
    assert all(int(r["教职工数"]) >= teachers[r["年度"], r["学校代码"]] for r in province.school)
    others = ("中等职业学校", "特殊教育学校")  # the bulletin gives no staff of these
    staff = sum(int(r["教职工数"]) for r in province.year(2023)[0] if r["办学类型"] not in others)
    assert staff == pytest.approx(409_300 + 415_100 + 392_700 + 204_600, rel=0.005)


def test_all_real_counties_are_there(province: Sample) -> None:
    """One province, 16 cities, 136 counties; each county has facts for two years and schools of each compulsory kind."""
    units = read_rows(province.synthesis.folder / "units.csv")
    assert Counter(r["层级"] for r in units) == {"省": 1, "市": 16, "县（市、区）": 136}
    codes = {r["单位代码"] for r in units}
    assert all(r["上级单位代码"] in codes for r in units if r["层级"] != "省")
    assert len(province.facts) == 272
    assert {r["县级代码"] for r in province.school if r["办学类型"] == "初级中学"} == set(
        province.synthesis.counties
    )


def test_every_school_says_that_it_is_synthetic(province: Sample) -> None:
    """In its name, and in the README in two languages; names and codes are unique within a year."""
    for year in (2022, 2023):
        schools, _ = province.year(year)
        assert all("合成" in r["学校名称"] for r in schools)
        assert len({r["学校代码"] for r in schools}) == len({r["学校名称"] for r in schools}) == len(schools)
    text = (province.synthesis.folder / "README.md").read_text(encoding="utf-8")
    assert "合成数据，非真实学校" in text
    assert "SYNTHETIC" in text


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """And another seed gives others; a county drawn alone has the rows that it has among others."""
    first = synthesize(tmp_path / "a", counties=["370102", "370613"], faults=True)
    again = synthesize(tmp_path / "b", counties=["370613", "370102"], faults=True)
    other = synthesize(tmp_path / "c", counties=["370102", "370613"], seed=7)
    assert [p.name for p in first.files] == [p.name for p in again.files]
    for one, two in zip(first.files, again.files, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name
    assert first.files[1].read_bytes() != other.files[1].read_bytes()


def test_a_county_alone_is_as_in_the_province(province: Sample, tmp_path: Path) -> None:
    """Leaving the other counties out changes nothing in a county without gaps."""
    kept = next(c for c in province.synthesis.leading)
    alone = read_sample(synthesize(tmp_path, counties=[kept]))
    assert alone.school == [r for r in province.school if r["县级代码"] == kept]
    assert not alone.synthesis.calibrated


def test_a_small_province_can_be_made(tmp_path: Path) -> None:
    """A tenth of a city still has all its counties."""
    small = synthesize(tmp_path, cities=["371000"], scale=0.1)
    assert len(small.counties) == 4
    assert len(read_rows(tmp_path / "school.csv")) < 400
    with pytest.raises(ValueError, match="110000"):
        synthesize(tmp_path, cities=["110000"])


def test_headers_are_those_of_the_forms(province: Sample) -> None:
    """Every column of every form, by its Chinese title; money says 万元."""
    forms = {f["id"]: f for f in yaml.safe_load(PACK.read_text(encoding="utf-8"))["forms"]}
    headers = {"county_year": list(province.facts[0])}
    for form in ("units", "school", "school_stage"):
        with (province.synthesis.folder / f"{form}.csv").open(encoding="utf-8", newline="") as stream:
            headers[form] = next(csv.reader(stream))
    for form, spec in forms.items():
        titles = [f["title"]["zh"] + ("（万元）" if f.get("unit") == "万元" else "") for f in spec["fields"]]
        assert headers[form] == titles


def test_only_listed_cells_are_missing(province: Sample) -> None:
    """Required cells never; optional ones where the list says so, or where the column is not about the row."""
    listed = {(g.file, g.row, g.column) for g in province.synthesis.missing}
    assert sum(g.field == "equipment_value" for g in province.synthesis.missing) == 12
    for i, r in enumerate(province.school, start=2):
        for column, value in r.items():
            if value == "":
                point = column == "原校点代码" and r["办学类型"] != "教学点"
                assert point or ("school.csv", i, column) in listed
    free = (
        "就近入学新生数",
        "应就近入学新生数",
        "三年前初一招生数",
        "三年转入数",
        "三年转出数",
        "三年死亡数",
    )
    for i, r in enumerate(province.stage, start=2):
        for column, value in r.items():
            if value == "":
                other = (column in free and r["学段"] != "初中") or (
                    column in free[:2] and r["学段"] != "小学"
                )
                aged = column == OF_AGE and r["学段"] != "小学"
                assert aged or (column in free and other) or ("school_stage.csv", i, column) in listed
    assert len(listed) == len(province.synthesis.missing) >= 20


def test_classes_hold_together(province: Sample) -> None:
    """Bands add up to the classes and can hold the pupils; the largest class lies in the highest band used."""
    for r in province.stage:
        bands = [int(r[c]) for c in between(r, *CLASSES)]
        pupils, classes, largest = int(r["在校学生数"]), int(r["班数"]), int(r["最大班额"])
        assert sum(bands) == classes
        least = sum(n * low for n, (low, _) in zip(bands, BANDS, strict=True))
        most = sum(n * high for n, (_, high) in zip(bands, BANDS, strict=True))
        assert least <= pupils <= most
        low, high = BANDS[max(i for i, n in enumerate(bands) if n)]
        assert low <= largest <= high
        assert largest * classes >= pupils


def test_few_classes_are_too_large(province: Sample) -> None:
    """Below 1 % of the compulsory classes pass their limit, below 0.1 % pass 55."""
    _, rows = province.year(2023)
    columns = between(rows[0], *CLASSES)
    for stage, first in (("小学", 5), ("初中", 6)):
        mine = [r for r in rows if r["学段"] == stage]
        classes = sum(int(r["班数"]) for r in mine)
        over = sum(int(r[c]) for r in mine for c in columns[first:])
        huge = sum(int(r[c]) for r in mine for c in columns[7:])
        assert 0.0005 < over / classes < 0.01
        assert 0 < huge / classes < 0.001


def test_junior_retention_is_plausible(province: Sample) -> None:
    """Graduates over those who entered, moved and died: mostly 97 to 100 %, a few schools below 95 %."""
    rates = []
    for r in province.stage:
        if r["学段"] == "初中" and int(r["毕业生数"]) >= 60:
            base = (
                int(r["三年前初一招生数"])
                + int(r["三年转入数"])
                - int(r["三年转出数"])
                - int(r["三年死亡数"])
            )
            rates.append(int(r["毕业生数"]) / base)
    assert max(rates) <= 1.0
    assert sum(v >= 0.96 for v in rates) / len(rates) > 0.95
    assert 0 < sum(v < 0.95 for v in rates) / len(rates) < 0.04


def test_points_belong_to_a_school_of_their_county(province: Sample) -> None:
    """A point that is not counted names a living parent school; counted points are below 100 pupils."""
    for year in (2022, 2023):
        schools, rows = province.year(year)
        by_code = {r["学校代码"]: r for r in schools}
        pupils = {r["学校代码"]: int(r["在校学生数"]) for r in rows if r["学段"] == "小学"}
        points = [r for r in schools if r["办学类型"] == "教学点"]
        for r in points:
            parent = by_code[r["原校点代码"]]
            assert parent["县级代码"] == r["县级代码"]
            assert parent["是否计校数"] == "是"
        counted = [pupils[r["学校代码"]] for r in points if r["是否计校数"] == "是"]
        assert all(n < 100 for n in counted)
        assert 100 < sum(n < 50 for n in counted) < len(counted)


def test_leading_counties_meet_every_rule(province: Sample, measures: Measures) -> None:
    """Every school passes and every coefficient of variation keeps its limit, in both stages."""
    for county in province.synthesis.leading:
        assert measures.within_limits(county), county
        assert all(measures.share_passing(county, stage) == 1 for stage in LIMITS), county


def test_spreads_are_realistic(measures: Measures) -> None:
    """Coefficients mostly 0.1 to 0.5, most counties with some school that fails, some with a coefficient too large."""
    counties = sorted({county for county, _ in measures.by_county})
    within = [c for c in counties if measures.within_limits(c)]
    passing = [c for c in within if all(measures.share_passing(c, s) == 1 for s in LIMITS)]
    assert 15 <= len(passing) <= 30
    assert len(passing) < len(within) < 55
    for stage in LIMITS:
        for i in range(7):
            spreads = sorted(v for c in counties if (v := measures.spread(c, stage, i)) is not None)
            assert spreads[len(spreads) // 10] > 0.09
            assert 0.12 < spreads[len(spreads) // 2] < 0.5
            assert spreads[-1] < 0.9
            middle = sorted(measures.mean(c, stage, i) for c in counties)[len(counties) // 2]
            assert 1.0 < middle < 1.5
        shares = sorted(measures.share_passing(c, stage) for c in counties)
        assert 0.5 < shares[len(shares) // 2] < 0.75


# The checks of the pack, written again in plain Python: each returns whether a row is right.
Row = dict[str, str]


def number(row: Row, column: str) -> float | None:
    """A cell as a number; None when it is empty or no number."""
    try:
        return float(row[column])
    except (ValueError, TypeError):
        return None


def at_most(part: str, whole: str) -> Callable[[Row], bool]:
    """A check that one cell does not exceed another; unknown counts as right."""

    def holds(row: Row) -> bool:
        a, b = number(row, part), number(row, whole)
        return a is None or b is None or a <= b

    return holds


def between(row: Row, first: str, last: str) -> list[str]:
    """The columns from one to another, both included."""
    columns = list(row)
    return columns[columns.index(first) : columns.index(last) + 1]


def sums_to(parts: list[str], whole: str) -> Callable[[Row], bool]:
    """A check that cells add up."""

    def holds(row: Row) -> bool:
        values, target = [number(row, p) for p in parts], number(row, whole)
        return target is None or None in values or sum(v or 0 for v in values) == target

    return holds


def find_breaches(sample: Sample) -> Iterator[tuple[str, int, str]]:
    """Yield file, row in the file and check id of every row that breaks a check of the pack."""
    first = sample.stage[0]
    pupils_all: Counter[tuple[str, str]] = Counter()
    size: dict[tuple[str, str, str], float | None] = {}
    for r in sample.stage:
        pupils_all[r["年度"], r["学校代码"]] += number(r, "在校学生数") or 0
        size.setdefault((r["年度"], r["学校代码"], r["学段"]), number(r, "在校学生数"))
    teachers = "专任教师数"
    simple = {
        "class_bands": sums_to(between(first, *CLASSES), "班数"),
        "degree_sum": sums_to(between(first, "博士研究生学历专任教师数", "专科以下学历专任教师数"), teachers),
        "backbone_within_teachers": at_most("县级以上骨干教师数", teachers),
        "certified_within_teachers": at_most("持有教师资格证专任教师数", teachers),
        "hours_within_teachers": at_most("五年完成360学时培训教师数", teachers),
        "rank_within_teachers": at_most("中级及以上专业技术职务教师数", teachers),
    }
    for i, r in enumerate(sample.stage, start=2):
        yield from (("school_stage.csv", i, check) for check, holds in simple.items() if not holds(r))
        pupils, staff = number(r, "在校学生数"), number(r, teachers)
        subjects = [number(r, c) for c in between(r, "体育专任教师数", "艺术专任教师数")]
        if staff is not None and None not in subjects and sum(v or 0 for v in subjects) > staff:
            yield "school_stage.csv", i, "subject_within_teachers"
        if pupils and staff and not 1 <= pupils / staff <= 80:
            yield "school_stage.csv", i, "pupils_per_teacher"
        if pupils and staff == 0:
            yield "school_stage.csv", i, "pupils_have_teachers"
        before = size.get((str(int(r["年度"]) - 1), r["学校代码"], r["学段"]))
        large = pupils is not None and before is not None and min(pupils, before) >= 200
        if large and max(pupils, before) > 2.5 * min(pupils, before):  # type: ignore[type-var,operator]
            yield "school_stage.csv", i, "pupils_jump"
    for i, r in enumerate(sample.school, start=2):
        n = pupils_all[r["年度"], r["学校代码"]]
        yield from (("school.csv", i, check) for check in find_school_breaches(r, n))
    yield from (("school.csv", i, check) for i, check in find_structure_breaches(sample))
    for i, fact in enumerate(sample.facts, start=2):
        row = {k: "" if v is None else str(v) for k, v in fact.items()}
        if not at_most("已入学残疾儿童数", "适龄残疾儿童数")(row):
            yield "county_year.xlsx", i, "disabled_within_due"
        if not at_most("其中满意问卷数", "社会认可度有效问卷数")(row):
            yield "county_year.xlsx", i, "recognition_within_valid"


STAGES_OF = {
    "幼儿园": ["幼儿园"],
    "小学": ["小学"],
    "教学点": ["小学"],
    "初级中学": ["初中"],
    "九年一贯制学校": ["小学", "初中"],
    "完全中学": ["初中", "普通高中"],
    "十二年一贯制学校": ["小学", "初中", "普通高中"],
    "高级中学": ["普通高中"],
    "中等职业学校": ["中等职业教育"],
    "特殊教育学校": ["特殊教育"],
}


def find_structure_breaches(sample: Sample) -> Iterator[tuple[int, str]]:
    """Yield row and check of schools that lack a stage of their kind, or are merged into a school that they may not."""
    unsure: set[tuple[str, str]] = set()  # a stage or number that cannot be read proves nothing
    stages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for r in sample.stage:
        key = (r["年度"], r["学校代码"])
        pupils = number(r, "在校学生数")
        if pupils is None or r["学段"] not in PUPILS:
            unsure.add(key)
        elif pupils > 0:
            stages[key].add(r["学段"])
    into = {(r["年度"], r["学校代码"]): r["原校点代码"] for r in sample.school if r["是否计校数"] == "否"}
    county = {(r["年度"], r["学校代码"]): r["县级代码"] for r in sample.school}
    for i, r in enumerate(sample.school, start=2):
        year, code = r["年度"], r["学校代码"]
        wanted = STAGES_OF.get(r["办学类型"], [])
        if (year, code) not in unsure and not set(wanted) <= stages[year, code]:
            yield i, "school_has_stages"
        if (year, code) in into:
            receiver = into[year, code]
            if (year, receiver) in into:
                yield i, "merge_circle" if into[year, receiver] == code else "merge_chain"
            elif county.get((year, receiver)) != r["县级代码"]:
                yield i, "merge_across"


def find_school_breaches(r: Row, pupils: float) -> Iterator[str]:
    """Yield the checks that a row of the school form breaks."""
    if not at_most("其中室内体育用房面积", "教学及辅助用房面积")(r):
        yield "indoor_within_teaching"
    if not at_most("教师培训经费预算（万元）", "公用经费预算（万元）")(r):
        yield "training_within_funds"
    if not (
        at_most("交流轮岗教师数", "符合交流条件教师数")(r) and at_most("其中骨干教师", "交流轮岗教师数")(r)
    ):
        yield "rotated_within_eligible"
    if pupils < 50:
        return
    equipment, funds, area = (
        number(r, c) for c in ("教学仪器设备值（万元）", "公用经费预算（万元）", "教学及辅助用房面积")
    )
    if r["办学类型"] != "幼儿园" and equipment is not None and not 0.001 <= equipment / pupils <= 20:
        yield "equipment_plausible"
    if funds is not None and funds / pupils > 10:
        yield "funds_plausible"
    if area is not None and area / pupils > 400:
        yield "area_plausible"


def test_clean_data_break_no_check(province: Sample) -> None:
    """The checks of the pack, computed without the product, find nothing in clean data."""
    assert list(find_breaches(province)) == []


def test_the_checks_written_here_are_those_of_the_pack() -> None:
    """Each check of the pack is planted for, so each can be seen to work."""
    from duxue.microdata.synthetic.faults import KINDS

    checks = {c["id"] for c in yaml.safe_load(PACK.read_text(encoding="utf-8"))["checks"]}
    assert len(KINDS) >= 20
    assert all(len(planters) >= 3 for planters in KINDS.values())
    assert len(checks) >= 18


def test_each_fault_is_found_at_its_place_and_no_other(faulty: Sample) -> None:
    """The planted faults that the pack's checks must find are exactly the breaches."""
    built_in = {"required", "type", "range", "category", "duplicate", "orphan"}
    planted = {(f.file, f.row, f.check) for f in faulty.synthesis.faults if f.check not in built_in}
    found = list(find_breaches(faulty))
    assert set(found) == planted
    assert len(found) == len(planted)
    checks = {c["id"] for c in yaml.safe_load(PACK.read_text(encoding="utf-8"))["checks"]}
    # no point is planted without its parent: tests/spec/test_traps.py breaks that rule
    merges = {"merge_chain", "merge_circle", "merge_across"}
    assert {check for _, _, check in planted} - merges | {"point_has_parent"} == checks
    assert {check for _, _, check in planted} >= merges


def test_faults_are_listed_with_their_cells(faulty: Sample, province: Sample) -> None:
    """At least three of each kind; the list in the folder is the list returned; nothing else differs from clean data."""
    faults = faulty.synthesis.faults
    kinds = Counter(f.kind for f in faults)
    assert min(kinds.values()) >= 3
    assert len(faults) == 100
    written = read_rows(faulty.synthesis.folder / "_planted" / "faults.csv")
    assert [(r["file"], int(r["row"]), r["column"]) for r in written] == [
        (f.file, f.row, f.column) for f in faults
    ]
    at: dict[str, set[int]] = defaultdict(set)
    repeated: dict[str, set[int]] = defaultdict(set)
    causes = {f"{f.file} {f.row}" for f in faults if not f.follows}
    assert {f.kind for f in faults if f.follows} == {"orphan_school"}
    assert all(f.follows in causes for f in faults if f.follows)
    for f in faults:
        if f.follows:
            continue  # its own row is as it was
        (repeated if f.check == "duplicate" else at)[f.file].add(f.row)
    for name, bad, good in (
        ("school.csv", faulty.school, province.school),
        ("school_stage.csv", faulty.stage, province.stage),
    ):
        kept = [(i, r) for i, r in enumerate(bad, start=2) if i not in repeated[name]]
        assert len(kept) == len(good)
        assert {i for (i, r), clean in zip(kept, good, strict=True) if r != clean} == at[name]


def test_built_in_faults_stand_in_their_cells(faulty: Sample) -> None:
    """An emptied cell is empty, a word stands in a number cell, a repeated row repeats a key, an orphan is unknown."""
    tables = {"school.csv": faulty.school, "school_stage.csv": faulty.stage, "county_year.xlsx": faulty.facts}
    units = {r["单位代码"] for r in read_rows(faulty.synthesis.folder / "units.csv")}
    known = {r["学校代码"] for r in faulty.school} | units
    for f in faulty.synthesis.faults:
        row = tables[f.file][f.row - 2]
        value = row[f.column]
        if f.check == "required":
            assert value in ("", None)
        elif f.check == "type":
            assert number({"v": str(value)}, "v") is None
        elif f.check == "range":
            assert int(str(value)) < 0
        elif f.check == "orphan":
            assert value not in known
        elif f.check == "duplicate":
            assert sum(r == row for r in tables[f.file]) == 2
