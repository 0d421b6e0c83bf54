"""explain: one figure down to its cells, and clear answers where there is none."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import COUNTY, PACK, call


def first_school(run: Path) -> str:
    """A primary school that has a value of L1."""
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        return next(
            r["unit"]
            for r in rows
            if r["indicator"] == "L1" and r["level"] == "school" and r["stage"] == "primary" and r["value"]
        )


def test_the_explained_value_is_the_stored_one(run: Path) -> None:
    """For every figure of the county, whatever the engine that stored it."""
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        stored = [r for r in csv.DictReader(stream) if r["unit"] == COUNTY and r["kind"] == "indicator"]
    assert len({r["indicator"] for r in stored}) > 20
    for indicator in {r["indicator"] for r in stored}:
        found = call("explain", COUNTY, indicator, "--run", run, "--json").json["explanations"]
        again = {e["by"].get("stage", ""): (e["value"], e["verdict"], e["reason"]) for e in found}
        for r in stored:
            if r["indicator"] == indicator:
                value, verdict, reason = again[r["stage"]]
                assert (verdict, reason) == (r["verdict"], r["reason"])
                assert (value is None) == (r["value"] == "")
                if value is not None:
                    assert value == pytest.approx(float(r["value"]), rel=1e-9)


def test_cells_are_those_of_the_files(county: Path, run: Path) -> None:
    """Each cell named by an explanation holds the value that it is said to hold."""
    school = first_school(run)
    [found] = call("explain", school, "L1", "--run", run, "--stage", "primary", "--json").json["explanations"]
    cells = [
        c
        for row in found["rows"]
        for c in row["cells"]
        if c["file"] == "school_stage.csv" and c["value"].isdigit()
    ]
    assert cells
    with (county / "school_stage.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    for cell in cells:
        column = lines[0].index(cell["header"])
        assert lines[cell["row"] - 1][column] == cell["value"]


def test_text_shows_formula_numbers_standard_and_cells(run: Path) -> None:
    """In both languages."""
    school = first_school(run)
    english = call("explain", school, "L1", "--run", run, "--by", "stage=primary").out
    for words in (
        "Formula: ",
        "With numbers: ",
        "Standard: >= 4.2",
        "教督〔2017〕6号",
        "school_stage.csv row",
        "Made of: ",
    ):
        assert words in english
    chinese = call("explain", school, "L1", "--run", run, "--by", "stage=primary", lang="zh").out
    for words in ("公式：", "代入：", "标准：>= 4.2", "见于公开来源", "行", "依据："):
        assert words in chinese


def test_html_fits_the_screen_of_a_telephone(run: Path, tmp_path: Path, browser: Any) -> None:
    """At 360 pixels nothing but wide tables scrolls sideways, and the sums need no scrolling."""
    out = tmp_path / "explain.html"
    call("explain", COUNTY, "L4_cv", "--run", run, "--stage", "primary", "--format", "html", "--out", out)
    tab = browser.new_page(viewport={"width": 360, "height": 800})
    tab.goto(out.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    assert tab.locator("table.sums").count() == 2
    assert tab.evaluate("[...document.querySelectorAll('.sums')].every(t => t.offsetWidth <= 360)")
    tab.close()


def test_html_is_self_contained_and_in_both_languages(run: Path, tmp_path: Path) -> None:
    """No script, no address; the label stands on the page."""
    out = tmp_path / "explain.html"
    assert call("explain", COUNTY, "L4_cv", "--run", run, "--format", "html", "--out", out).code == 0
    text = out.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    for words in (
        "生均教学及辅助用房面积差异系数",
        "Coefficient of variation",
        "合成数据",
        "Synthetic",
        "第",
        "row ",
    ):
        assert words in text


def test_names_from_the_data_are_not_markup(county: Path, tmp_path: Path) -> None:
    """A school called <script> is text on the page, and its colours do not reach the terminal."""
    data = tmp_path / "data"
    data.mkdir()
    for path in county.glob("*.*"):
        (data / path.name).write_bytes(path.read_bytes())
    text = (data / "school.csv").read_text(encoding="utf-8")
    (data / "school.csv").write_text(
        text.replace("环翠区合成第1小学", "<script>alert(1)</script>&{{"), encoding="utf-8"
    )
    out = tmp_path / "out"
    done = call("evaluate", "--pack", PACK, "--data", data, "--out", out, "--no-report")
    assert done.code == 0, done.err
    page = call("explain", COUNTY, "L1", "--run", out, "--stage", "primary", "--format", "html").out
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_pack_and_data_may_be_named_instead_of_a_run(county: Path) -> None:
    """Both are needed, and nothing else."""
    done = call("explain", COUNTY, "L4_cv", "--pack", PACK, "--data", county, "--json")
    assert done.code == 0
    assert len(done.json["explanations"]) == 2
    for args in ([], ["--pack", PACK], ["--data", county]):
        assert call("explain", COUNTY, "L4_cv", *args).code == 2


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ([COUNTY, "L4_cw"], "APP008", "L4_cv"),
        ([COUNTY, "school_resources"], "APP001", "School"),
        ([COUNTY, "county_cv", "--stage", "primry"], "APP009", "primary"),
        (["371009", "county_cv"], "APP001", "371002"),
        ([COUNTY, "county_cv", "--year", "1949"], "APP002", "2022, 2023"),
        (["371009", "L4_cv"], "APP001", "371002"),
        (["环翠", "L4_cv"], "APP001", "371002 环翠区"),
        (["370000", "L4_cv"], "APP001", "County"),
        ([COUNTY, "L4_cv", "--stage", "primry"], "APP009", "primary"),
        ([COUNTY, "L4_cv", "--by", "sex=f"], "APP009", "stage="),
        ([COUNTY, "L4_cv", "--year", "1949"], "APP002", "2022, 2023"),
        (["", ""], "APP008", "L1"),
        ([COUNTY, "L4_cv", "--stage", "kindergarten"], "APP001", ""),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(
    run: Path, args: list[str], code: str, words: str
) -> None:
    """Exit code 1 and a way on."""
    done = call("explain", *args, "--run", run)
    assert done.code == 1
    assert code in done.err
    assert words in done.err


def test_a_cell_of_an_absent_column_says_so(county: Path) -> None:
    """The sample's tables have no column of children in inclusive kindergartens."""
    asked = ("explain", COUNTY, "inclusive_coverage", "--pack", "cn-education-statistics", "--data", county)
    for lang, words in (("en", "the column is not in the file]"), ("zh", "文件中没有这一列]")):
        rows = call(*asked, lang=lang).out.partition("\n\n")[2]
        assert words in rows
        assert "column ]" not in rows
        assert " 列]" not in rows
    page = call(*asked, "--format", "html").out
    assert "the column is not in the file</span>" in page
    [found] = call(*asked, "--json").json["explanations"]
    assert {c["column"] for c in found["rows"][0]["cells"] if c["field"] == "pupils_inclusive"} == {None}


def test_rows_are_cut_and_counted(run: Path) -> None:
    """`--rows` says how many."""
    [found] = call(
        "explain", COUNTY, "L4_cv", "--run", run, "--stage", "primary", "--rows", 2, "--json"
    ).json["explanations"]
    assert len(found["rows"]) == 2
    assert found["rows_total"] > 2


@pytest.mark.parametrize("by", ["stage", "=primary", "stage=", ""])
def test_a_malformed_breakdown_is_wrong_usage(run: Path, by: str) -> None:
    """Exit code 2."""
    assert call("explain", COUNTY, "L4_cv", "--run", run, "--by", by).code == 2


# --- verdicts -------------------------------------------------------------------------------------------------------------
def test_an_explained_verdict_is_the_stored_one(run: Path) -> None:
    """Every verdict on the county and on a school of it, with the same reason."""
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        stored = [r for r in csv.DictReader(stream) if r["kind"] == "verdict"]
    school = next(r["unit"] for r in stored if r["level"] == "school")
    wanted = [r for r in stored if r["unit"] in (COUNTY, school)]
    assert len({r["indicator"] for r in wanted}) > 5
    for unit, verdict in {(r["unit"], r["indicator"]) for r in wanted}:
        found = call("explain", unit, verdict, "--run", run, "--json").json["explanations"]
        assert {(e["by"].get("stage", ""), e["verdict"], e["reason"]) for e in found} == {
            (r["stage"], r["verdict"], r["reason"])
            for r in wanted
            if (r["unit"], r["indicator"]) == (unit, verdict)
        }


def test_a_verdict_lists_what_it_looked_at(run: Path) -> None:
    """Each indicator as it was judged, and a command that leads on."""
    found = call("explain", COUNTY, "county_cv", "--run", run, "--stage", "primary", "--json").json
    [verdict] = found["explanations"]
    assert [x["id"] for x in verdict["looked_at"]] == [f"L{i}_cv" for i in range(1, 8)]
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        stored = {
            r["indicator"]: r
            for r in csv.DictReader(stream)
            if (r["unit"], r["stage"]) == (COUNTY, "primary")
        }
    for x in verdict["looked_at"]:
        r = stored[x["id"]]
        assert (x["outcome"], x["standard"]) == (r["verdict"], r["standard"])
        assert x["value"] == pytest.approx(float(r["value"]), rel=1e-9)
        assert x["margin"] == pytest.approx(float(r["margin"]), rel=1e-9)
    words = verdict["looked_at"][0]["next"].split()
    assert call(*words[1:]).code == 0


def test_a_verdict_over_units_counts_them_and_lists_the_worst(run: Path) -> None:
    """The counts are those of the results; the units with the lowest attainment come first."""
    [verdict] = call("explain", COUNTY, "county_schools", "--run", run, "--rows", 3, "--json").json[
        "explanations"
    ]
    [below] = verdict["below"]
    with (run / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    stored = [r for r in rows if r["indicator"] == "school_resources" and r["year"] == str(verdict["year"])]
    for outcome in ("met", "not_met"):
        assert below[outcome] == sum(r["verdict"] == outcome for r in stored)
    assert below["out_of_scope"] == sum(r["reason"] == "out_of_scope" for r in stored)
    assert below["met"] + below["not_met"] + below["not_computable"] + below["out_of_scope"] == len(stored)
    assert len(below["failing"]) == min(3, below["failing_total"])

    def attainment(unit: str, stage: str) -> float:
        return min(
            float(r["attainment"])
            for r in rows
            if (r["unit"], r["stage"]) == (unit, stage)
            and r["indicator"] in {f"L{i}" for i in range(1, 8)}
            and r["attainment"]
        )

    shown = [attainment(x["unit"], x["by"]["stage"]) for x in below["failing"] if x["outcome"] == "not_met"]
    assert shown == sorted(shown)
    assert shown[0] == min(attainment(r["unit"], r["stage"]) for r in stored if r["verdict"] == "not_met")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            ("规则：every(school_resources)", "达标 ", "不在评估范围", "duxue explain", "说明：", "出处："),
        ),
        (
            "en",
            ("Rule: every(school_resources)", " not met, ", "out of scope", "duxue explain", "Source: "),
        ),
    ],
)
def test_a_verdict_reads_in_both_languages(run: Path, lang: str, words: tuple[str, ...]) -> None:
    """As text and as a page."""
    text = call("explain", COUNTY, "county_schools", "--run", run, lang=lang).out
    for word in words:
        assert word in text
    page = call("explain", COUNTY, "county_schools", "--run", run, "--format", "html", lang=lang).out
    for word in ("every(school_resources)", "duxue explain", "Rule", "规则", "未达标", "not met"):
        assert word in page
    assert "<script" not in page


def test_the_text_names_the_data(run: Path) -> None:
    """The digest of the snapshot, short."""
    import json

    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    for id in ("L4_cv", "county_cv"):
        assert f"data {about['snapshot'][:12]}" in call("explain", COUNTY, id, "--run", run).out


def test_every_form_of_an_explanation_of_synthetic_data_says_so(run: Path, county: Path) -> None:
    """Text, JSON and page, from a run and from files; of a figure and of a verdict."""
    for origin in (("--run", run), ("--pack", PACK, "--data", county)):
        for unit, name in (("371002", "L1"), (first_school(run), "school_resources")):
            assert call("explain", unit, name, *origin).out.startswith("[Synthetic data, not official]")
            assert call("explain", unit, name, *origin, lang="zh").out.startswith("[合成数据，非官方结果]")
            for found in call("explain", unit, name, *origin, "--json").json["explanations"]:
                assert found["synthetic"] is True
                assert found["made_of"]["synthetic"] is True
            page = call("explain", unit, name, *origin, "--format", "html").out
            assert "Synthetic data, not official" in page


def test_real_data_are_not_labelled(tmp_path: Path) -> None:
    """Nor can they be mistaken: a run evaluated with --synthetic is labelled."""
    call("pack", "new", tmp_path / "mine")
    data = tmp_path / "mine" / "data"
    origin = ("--pack", tmp_path / "mine", "--data", data)
    args = ("explain", "N", "pupils_per_teacher", "--by", "cycle=lower")
    assert "Synthetic" not in call(*args, *origin).out
    assert call(*args, *origin, "--json").json["explanations"][0]["synthetic"] is False
    out = tmp_path / "out"
    assert call("evaluate", *origin, "--out", out, "--no-report", "--synthetic").code == 0
    assert call(*args, "--run", out).out.startswith("[Synthetic")
