"""From csv files on disk to figures, and from each figure back to the cells."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from duxue.app.evaluating import Evaluation, evaluate_pack
from duxue.app.explaining import Explanation, explain
from duxue.app.explanation_page import no_standard
from duxue.app.fitting import opened
from duxue.app.importing import check_folder, import_folder
from duxue.app.tracing import trace
from duxue.core.errors import Refused
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack, load
from duxue.packs.new import new

FILES = {
    "units.csv": "Code,Name,Level,Code of the unit above\nN,North,district,\nN1,Oak school,school,N\nN2,Elm school,school,N\n",
    "school_cycle.csv": (
        "Year,School code,Cycle,Pupils,Teachers,Spending\n"
        "2023,N1,lower,170,10,1000\n"
        "2024,N1,lower,180,10,270000.00\n"
        "2024,N2,lower,120,6,195000.00\n"
        "2024,N1,upper,360,14,576000.00\n"
        "2024,N2,upper,201,0,341700.00\n"
    ),
}


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedPack:
    """Return the first pack of a newcomer."""
    new(tmp_path / "pack", "p")
    return load(tmp_path / "pack")


def put(folder: Path, **changes: str) -> Path:
    """Write the files, some of them changed, and return their folder."""
    folder.mkdir(exist_ok=True)
    for name, text in {**FILES, **{f"{k}.csv": v for k, v in changes.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def evaluated(loaded: LoadedPack, tmp_path: Path, data: Path) -> tuple[Evaluation, Snapshot]:
    """Return an evaluation by the reference engine and its snapshot."""
    snapshot = import_folder(loaded, data, tmp_path / "store", engine="reference").snapshot
    return evaluate_pack(loaded, snapshot, engine="reference"), snapshot


def told(loaded: LoadedPack, tmp_path: Path, unit: str, cycle: str) -> Explanation:
    """Return the explanation of pupils per teacher."""
    evaluation, snapshot = evaluated(loaded, tmp_path, put(tmp_path / "data"))
    (found,) = explain(evaluation, snapshot, unit, "pupils_per_teacher", by=(("cycle", cycle),))
    return found


def test_every_cell_is_named_with_its_file_row_and_column(loaded: LoadedPack, tmp_path: Path) -> None:
    """Exactly the cells of this year and cycle, as the spreadsheet shows them."""
    found = told(loaded, tmp_path, "N", "lower")
    cells = {(c.field, c.value, c.file, c.line, c.column, c.header) for row in found.rows for c in row.cells}
    assert cells == {
        ("pupils", "180", "school_cycle.csv", 3, "D", "Pupils"),
        ("teachers", "10", "school_cycle.csv", 3, "E", "Teachers"),
        ("pupils", "120", "school_cycle.csv", 4, "D", "Pupils"),
        ("teachers", "6", "school_cycle.csv", 4, "E", "Teachers"),
    }
    assert [(row.unit, row.unit_name.en or row.unit_name.zh, row.used) for row in found.rows] == [
        ("N1", "Oak school", True), ("N2", "Elm school", True),
    ]  # fmt: skip


def test_the_explained_numbers_are_those_of_the_result(loaded: LoadedPack, tmp_path: Path) -> None:
    """300 pupils over 16 teachers are 18.75, shown as 18.8 beside a limit of 20."""
    found = told(loaded, tmp_path, "N", "lower")
    assert (found.result.value, found.result.numerator, found.result.denominator) == (
        Fraction(300, 16),
        300,
        16,
    )
    assert [(p.source, p.value.en) for p in found.parts] == [
        ("sum(school_cycle.pupils)", "300"), ("sum(school_cycle.teachers)", "16"),
    ]  # fmt: skip
    assert found.shown.en == "18.8"
    assert "300" in found.numbers.en
    assert "16" in found.numbers.zh


def test_the_clause_is_the_one_that_was_applied(loaded: LoadedPack, tmp_path: Path) -> None:
    """The standard of the upper cycle, not of the lower one."""
    found = told(loaded, tmp_path, "N1", "upper")
    assert found.standard is not None
    assert (found.standard.by, found.result.standard) == ({"cycle": "upper"}, "<= 25")
    assert found.standard_source is not None
    assert found.standard_source.status == "proposal"


def test_equal_thresholds_of_two_breakdowns_are_told_apart(loaded: LoadedPack, tmp_path: Path) -> None:
    """Both ask for at most 20, by different clauses; the reader is shown the right one."""
    file = loaded.folder / "pack.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"<= 25"', '"<= 20"'), encoding="utf-8")
    found = told(load(loaded.folder), tmp_path, "N1", "upper")
    assert found.standard is not None
    assert found.standard.by == {"cycle": "upper"}


def test_a_figure_names_what_made_it(loaded: LoadedPack, tmp_path: Path) -> None:
    """Run, pack, data and engine."""
    made = told(loaded, tmp_path, "N", "lower").made_of
    assert (made["pack"], made["pack_digest"], made["engine"]) == ("p@1.0.0", loaded.digest, "reference")
    assert set(made["data_digests"]) == {"units", "school_cycle"}  # type: ignore[call-overload]


def test_what_was_not_computed_cannot_be_explained(loaded: LoadedPack, tmp_path: Path) -> None:
    """The refusal names what there is."""
    evaluation, snapshot = evaluated(loaded, tmp_path, put(tmp_path / "data"))
    with pytest.raises(Refused, match="APP001") as caught:
        explain(evaluation, snapshot, "N", "no_such_thing")
    assert "pupils_per_teacher" in caught.value.problems[0].expected.en


def test_flags_travel_from_a_warning_to_every_figure_above_and_to_no_other(
    loaded: LoadedPack, tmp_path: Path
) -> None:
    """Elm has 201 pupils and no teacher in the upper cycle: accepted with a warning, marked up to the district."""
    evaluation, _ = evaluated(loaded, tmp_path, put(tmp_path / "data"))
    flagged = {
        (r.indicator, r.unit, dict(r.by)["cycle"])
        for r in evaluation.run.results
        if "pupils_have_teachers" in r.flags
    }
    assert flagged == {
        ("pupils_per_teacher", "N2", "upper"), ("pupils_per_teacher", "N", "upper"),
        ("spending_per_pupil", "N2", "upper"), ("spending_per_pupil", "N", "upper"),
    }  # fmt: skip


def test_the_same_content_imported_twice_is_recognised(loaded: LoadedPack, tmp_path: Path) -> None:
    """File names and blanks do not matter, a single digit does."""
    store = tmp_path / "store"
    first = import_folder(loaded, put(tmp_path / "a"), store, engine="reference")
    other = put(tmp_path / "b")
    (other / "school_cycle.csv").write_text(
        FILES["school_cycle.csv"].replace(",170,", ", 170 ,"), encoding="utf-8-sig"
    )
    (other / "school_cycle.csv").rename(other / "Schools by cycle.csv")
    second = import_folder(loaded, other, store, engine="reference")
    assert (first.again, second.again, first.snapshot.id == second.snapshot.id) == (False, True, True)
    changed = put(tmp_path / "c", school_cycle=FILES["school_cycle.csv"].replace(",170,", ",171,"))
    third = import_folder(loaded, changed, store, engine="reference")
    assert (third.again, third.snapshot.id == first.snapshot.id) == (False, False)
    assert len(list(store.iterdir())) == 2


def test_an_error_refuses_everything_and_writes_nothing(loaded: LoadedPack, tmp_path: Path) -> None:
    """One letter among the numbers: no form is kept, and every problem is told at once."""
    bad = FILES["school_cycle.csv"].replace("180,10", "x80,ten")
    with pytest.raises(Refused) as caught:
        import_folder(
            loaded, put(tmp_path / "data", school_cycle=bad), tmp_path / "store", engine="reference"
        )
    assert not (tmp_path / "store").exists()
    places = {(p.place.row, p.place.cell_column) for p in caught.value.problems if p.severity == "error"}
    assert places == {(3, "D “Pupils”"), (3, "E “Teachers”")}


def test_a_broken_rule_of_the_pack_refuses_too(loaded: LoadedPack, tmp_path: Path) -> None:
    """The same check as an error instead of a warning."""
    file = loaded.folder / "pack.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("severity: warning", "severity: error"), encoding="utf-8"
    )
    strict = load(loaded.folder)
    with pytest.raises(Refused, match="201"):
        import_folder(strict, put(tmp_path / "data"), tmp_path / "store", engine="reference")
    assert not (tmp_path / "store").exists()


def test_checking_writes_nothing_and_tells_warnings(loaded: LoadedPack, tmp_path: Path) -> None:
    """A dry run."""
    checked = check_folder(loaded, put(tmp_path / "data"), engine="reference")
    assert checked.errors == ()
    assert {(f.form, f.row, f.field, f.code) for f in checked.flags} == {
        ("school_cycle", 4, "pupils", "pupils_have_teachers"), ("school_cycle", 4, "teachers", "pupils_have_teachers"),
    }  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "pack"]


def test_a_snapshot_and_its_files_give_the_same_run(loaded: LoadedPack, tmp_path: Path) -> None:
    """Whoever holds the same content gets the same id."""
    data = put(tmp_path / "data")
    evaluation, snapshot = evaluated(loaded, tmp_path, data)
    for folder in (data, snapshot.folder):
        with opened(loaded, folder, engine="reference") as again:
            assert evaluate_pack(loaded, again, engine="reference").run.id == evaluation.run.id


def test_another_year_or_other_rules_are_another_run(loaded: LoadedPack, tmp_path: Path) -> None:
    """The id names all that made the result."""
    evaluation, snapshot = evaluated(loaded, tmp_path, put(tmp_path / "data"))
    earlier = evaluate_pack(loaded, snapshot, years=[2023], engine="reference")
    file = loaded.folder / "pack.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"<= 20"', '"<= 19"'), encoding="utf-8")
    ruled = evaluate_pack(load(loaded.folder), snapshot, engine="reference")
    assert len({evaluation.run.id, earlier.run.id, ruled.run.id}) == 3


# --- earlier years, merged units ------------------------------------------------------------------------------------------
def test_cells_of_an_earlier_year_are_those_that_were_read(tmp_path: Path) -> None:
    """Pupils per 100,000 residents divide by last year's residents, and the explanation points at last year's cell."""
    loaded, data = load("cn-education-statistics"), tmp_path / "data"
    data.mkdir()
    (data / "units.csv").write_text(
        "单位代码,单位名称,层级,上级单位代码\n370000,山东省,province,\n", encoding="utf-8"
    )
    (data / "enrolment.csv").write_text(
        "年度,单位代码,学段,在校学生数\n2022,370000,primary,40\n2023,370000,primary,50\n", encoding="utf-8"
    )
    (data / "residents.csv").write_text(
        "年度,单位代码,年末常住人口\n2022,370000,1000\n2023,370000,2000\n", encoding="utf-8"
    )
    evaluation, snapshot = evaluated(loaded, tmp_path, data)
    (ratio,) = explain(evaluation, snapshot, "370000", "pupils_per_100k", by=(("stage", "primary"),))
    assert ratio.result.value == 5000
    assert [(c.field, c.value, c.line) for row in ratio.rows for c in row.cells] == [
        ("pupils", "50", 3),
        ("residents", "1000", 2),
    ]
    (growth,) = explain(evaluation, snapshot, "370000", "pupils_growth", by=(("stage", "primary"),))
    assert [(row.year, c.value, c.line) for row in growth.rows for c in row.cells] == [
        (2023, "50", 3),
        (2022, "40", 2),
    ]


def test_a_flag_on_a_merged_point_marks_the_school_that_receives_it(tmp_path: Path) -> None:
    """The point has pupils and no teacher; its mother school's figures are marked, and the point has none."""
    loaded, data = load("cn-compulsory-balance"), tmp_path / "data"
    data.mkdir()
    (data / "units.csv").write_text(
        "单位代码,单位名称,层级,上级单位代码\n370000,省,province,\n370100,市,city,370000\n370102,县,county,370100\n",
        encoding="utf-8",
    )
    head = "年度,学校代码,学校名称,县级代码,办学类型,举办者,城乡类型,是否计校数,原校点代码\n"
    (data / "school.csv").write_text(
        head + "2023,A,甲校,370102,primary,public,rural,true,\n2023,B,乙点,370102,teaching_point,public,rural,false,A\n"
        "2023,C,丙校,370102,primary,public,rural,true,\n", encoding="utf-8",
    )  # fmt: skip
    (data / "school_stage.csv").write_text(
        "年度,学校代码,学段,在校学生数,班数,专任教师数,县级以上骨干教师数\n"
        "2023,A,primary,100,6,10,2\n2023,B,primary,20,2,0,0\n2023,C,primary,100,6,10,2\n",
        encoding="utf-8",
    )
    evaluation, _ = evaluated(loaded, tmp_path, data)
    marked = {
        r.unit for r in evaluation.run.results if r.indicator == "L2" and "pupils_have_teachers" in r.flags
    }
    assert marked == {"A", "370102"}  # one county only: nothing is told of the city and the province above it


# --- what the reader needs to repeat the sum by hand ---------------------------------------------------------------------
UNITS = "单位代码,单位名称,层级,上级单位代码\n370000,省,province,\n370100,市,city,370000\n370102,县,county,370100\n"
SCHOOLS = (
    "年度,学校代码,学校名称,县级代码,办学类型,举办者,城乡类型,是否计校数,原校点代码,建校年份,随迁子女数,教学仪器设备值（元）\n"
    "2023,A,甲校,370102,nine_year,public,rural,true,,2015,0,2000000\n"
    "2023,B,乙点,370102,teaching_point,public,rural,false,C,2015,0,100000\n"
    "2023,C,丙校,370102,primary,public,rural,true,,2015,0,500000\n"
    "2023,D,丁校,370102,primary,public,rural,true,,2015,0,\n"
)
STAGES = (
    "年度,学校代码,学段,在校学生数,班数,专任教师数\n2023,A,primary,100,6,10\n2023,A,junior,200,6,10\n"
    "2023,B,primary,20,2,2\n2023,C,primary,150,6,10\n2023,D,primary,3000,70,160\n"
)


def balance(tmp_path: Path) -> tuple[LoadedPack, Snapshot]:
    """Return a county with a combined school, a merged point, a school without equipment, and values in yuan."""
    data = tmp_path / "data"
    data.mkdir()
    for name, text in (("units", UNITS), ("school", SCHOOLS), ("school_stage", STAGES)):
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    loaded = load("cn-compulsory-balance")
    return loaded, import_folder(loaded, data, tmp_path / "store", engine="reference").snapshot


def test_a_coefficient_can_be_followed_by_hand(tmp_path: Path) -> None:
    """Own values, weights and squares of the rows add up to the printed coefficient."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "370102", "L6_cv", by=(("stage", "primary"),))
    rows = [{words.en.split(" = ")[0]: float(v) for words, v in row.terms if v != "–"} for row in found.rows]
    used = [r for r in rows if "x" in r]
    assert len(used) == 2
    mean = sum(r["r"] for r in used) / sum(r["p"] for r in used)
    for r in used:
        assert r["x"] == pytest.approx(r["r"] / r["p"], rel=1e-5)
    assert sum(r["w"] for r in used) == pytest.approx(1)
    squares = sum(v for r in used for k, v in r.items() if k.startswith("(x"))
    assert found.result.value == pytest.approx(squares**0.5 / mean, rel=1e-4)
    values = {p.words.en: p.value.en for p in found.parts}
    assert float(values["m (mean) = Σr ÷ Σp"]) == pytest.approx(mean, rel=1e-5)
    assert float(values["S = √(Σ (x − m)² × w)"]) == pytest.approx(squares**0.5, rel=1e-4)
    assert values["CV = S ÷ m"].endswith(f"= {float(found.result.value or 0):.6f}".rstrip("0"))
    put_in = values["CV = S ÷ m"].split(" = ")[0]
    assert found.numbers.en == found.numbers.zh
    quotient, outcome = found.numbers.en.split(" = ")
    assert quotient == f"({put_in})"  # the coefficient is not put in as one number
    assert float(outcome) == pytest.approx(float(found.result.value or 0), abs=1e-6)


def test_an_index_of_inequality_can_be_followed_by_hand(tmp_path: Path) -> None:
    """The differences of every two rows and the mean are told, and put in."""
    loaded, _ = balance(tmp_path)
    text = (
        Path(loaded.folder / "pack.yaml")
        .read_text(encoding="utf-8")
        .replace('formula: "cv(', 'formula: "gini(')
    )
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text(text, encoding="utf-8")
    gini = load(tmp_path / "pack")
    snapshot = import_folder(gini, tmp_path / "data", tmp_path / "store-2", engine="reference").snapshot
    (found,) = trace(gini, snapshot, "370102", "L6_cv", by=(("stage", "primary"),))
    rows = [{words.en.split(" = ")[0]: float(v) for words, v in row.terms if v != "–"} for row in found.rows]
    used = [(r["x"], r["w"]) for r in rows if "x" in r]
    difference = sum(abs(x - y) * v * w for x, v in used for y, w in used)
    mean = sum(x * w for x, w in used)
    values = {p.words.en: p.value.en for p in found.parts}
    assert float(values["D = Σ Σ |x − x′| × w × w′ over every two rows"]) == pytest.approx(
        difference, rel=1e-4
    )
    assert found.result.value == pytest.approx(difference / (2 * mean), rel=1e-4)
    put_in, outcome = values["G = D ÷ (2 × m)"].split(" = ")
    assert f"({put_in})" in found.numbers.en
    assert float(outcome) == pytest.approx(difference / (2 * mean), rel=1e-4)


def test_a_portion_names_the_cells_of_the_whole(tmp_path: Path) -> None:
    """The share of the primary stage is 100 of 100 + 200 × 1.1: the 200 has a cell too, on the row of the junior stage."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "A", "L6", by=(("stage", "primary"),))
    cells = {(c.field, c.value, c.file, c.line) for c in found.rows[0].cells}
    assert ("pupils", "100", "school_stage.csv", 2) in cells
    assert ("pupils", "200", "school_stage.csv", 3) in cells
    assert not any(value == "150" for field, value, _, _ in cells if field == "pupils")  # another school's


def test_a_derived_cell_has_its_formula_and_numbers(tmp_path: Path) -> None:
    """The share of the primary stage: 100 of 100 + 200 × 1.1."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "A", "L6", by=(("stage", "primary"),))
    [share] = [m for m in found.rows[0].made if m.field == "stage_share"]
    assert share.value == "0.3125"
    assert share.numbers.en == "100 × 1 / (100 + 220) = 0.3125"
    assert share.title.en in found.words.en


def test_only_the_empty_cells_are_named_as_missing(tmp_path: Path) -> None:
    """Of two columns and a share, one cell is empty; of another figure, a column is not in the file at all."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "D", "L6", by=(("stage", "primary"),))
    assert found.shown.zh == "缺少数据：教学仪器设备值（school.csv 第5行 L列为空）"
    assert found.shown.en == "data are missing: Equipment value (school.csv row 5, column L is empty)"
    [lack] = found.missing
    assert (lack.field, lack.line, lack.column, lack.absent) == ("equipment_value", 5, "L", False)
    assert "教学仪器设备值" in (found.rows[0].why_not or found.title).zh
    (area,) = trace(loaded, snapshot, "D", "L4", by=(("stage", "primary"),))
    assert {(x.field, x.absent) for x in area.missing} == {
        ("teaching_area", True),
        ("indoor_sports_area", True),
    }
    assert "the column is not in the file" in area.shown.en
    assert [p.value.zh for p in area.parts if "teaching_area" in p.source] == ["缺少数据"]


def test_the_branch_that_was_not_taken_lacks_nothing(tmp_path: Path) -> None:
    """A school of 100 pupils and more needs no shared teachers, so that empty column is not named."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "C", "L3", by=(("stage", "primary"),))
    names = {x.field for x in found.missing}
    assert "teachers_pe" in names
    assert "teachers_shared" not in names


def test_a_converted_cell_says_so(tmp_path: Path) -> None:
    """The file says 2,000,000 yuan; what is stored is 200 times 10,000 yuan."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "A", "L6", by=(("stage", "primary"),))
    cells = {c.field: c for c in found.rows[0].cells}
    value = cells["equipment_value"]
    assert (value.value, value.shown.zh, value.header, value.converted) == (
        "200", "200 万元", "教学仪器设备值（元）", "元",
    )  # fmt: skip
    assert cells["pupils"].converted == ""


def test_categories_and_truth_are_said_in_words(tmp_path: Path) -> None:
    """No ids of values in what people read."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "C", "L3", by=(("stage", "primary"),))
    shown = {c.field: (c.shown.zh, c.shown.en) for row in found.rows for c in row.cells}
    assert shown["locale"] == ("乡村", "Rural")
    assert "rural" not in found.words.zh


def test_rows_that_do_not_count_come_last(tmp_path: Path) -> None:
    """Only the last school is above the size limit; the others stand below it, with the reason."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "370102", "size_over")
    assert [(row.unit, row.used) for row in found.rows] == [("D", True), ("A", False), ("C", False)]
    assert all("condition" in row.why_not.en for row in found.rows if row.why_not)


def test_a_merged_point_names_its_school(tmp_path: Path) -> None:
    """And what to type."""
    loaded, snapshot = balance(tmp_path)
    with pytest.raises(Refused, match="APP001") as caught:
        trace(loaded, snapshot, "B", "L6")
    problem = caught.value.problems[0]
    assert "C 丙校" in problem.what.zh
    assert "duxue explain C L6" in problem.advice.en


def test_the_standard_of_another_level_is_named(tmp_path: Path) -> None:
    """A county's mean is not judged; its schools are."""
    loaded, snapshot = balance(tmp_path)
    (found,) = trace(loaded, snapshot, "370102", "L6", by=(("stage", "primary"),))
    assert found.standard is None
    assert [level.en for level, _ in found.other_standards] == ["School"]
    assert no_standard(found, "en").endswith("school: judged by >= 2000 yuan/pupil.")
    assert "学校按 >= 2000 元/生判定" in no_standard(found, "zh")
