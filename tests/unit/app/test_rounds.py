"""A round as real files: checked, frozen, scored, reported, tampered with, verified and published."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from duxue.app.frozen import FROZEN, freeze
from duxue.app.round_checks import open_stored, verify_round
from duxue.app.round_public import WITHHELD, publish
from duxue.app.rounds import check_round, day_of, open_round, score, years_of
from duxue.core import digest
from duxue.core.errors import Refused
from tests.unit.app.small_round import CITIES, LIAR, write_small_round


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small round, scored, with its reports as HTML and PDF."""
    folder = tmp_path_factory.mktemp("round")
    score(write_small_round(folder / "in"), folder / "out", formats=("html", "docx", "pdf"))
    return folder / "out"


@pytest.fixture
def out(scored: Path, tmp_path: Path) -> Path:
    """A copy of the scored round that a test may change."""
    return Path(shutil.copytree(scored, tmp_path / "out"))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


# --- scoring ----------------------------------------------------------------------------------------------------------
def test_the_city_that_over_claims_is_found(scored: Path) -> None:
    rows = {row["unit"]: row for row in table(scored, "credibility.csv") if not row["block"]}
    assert min(rows, key=lambda unit: float(rows[unit]["credibility"])) == LIAR
    assert table(scored, "gaps.csv")[0]["unit"] == LIAR
    assert table(scored, "ranking.csv")[-1]["unit"] == LIAR


def test_the_veto_drops_the_grade_and_both_grades_stand_side_by_side(scored: Path) -> None:
    grades = {
        row["unit"]: (row["score_grade"], row["grade"], row["vetoes"]) for row in table(scored, "grades.csv")
    }
    assert grades["910400"] == ("pass", "fail", "accident")
    assert grades["910200"] == ("pass", "pass", "")


MISTAKES = {
    "evidence of another city": ("self.csv", "910100,A1,40,E1", "910100,A1,40,E2", "SCO046"),
    "a veto on another city's evidence": ("vetoes.csv", "E4", "E1", "SCO046"),
    "a veto twice": (
        "vetoes.csv",
        "910400,accident",
        "910400,accident,E4,督导办,同一事故,none\n910400,accident",
        "SCO006",
    ),
    "a mistyped home": ("reviewers.csv", "R002,", "R002,999999", "SCO047"),
    "an old problem of nobody": ("last_round.csv", "910300-A2,910300", "910300-A2,919999", "SCO007"),
    "no digest": ("evidence.csv", "0001,", "zz,", "SCO036"),
    "no such day": ("round.yaml", "2024-04-24", "2024-02-30", "SCO038"),
    "a round before its year": ("round.yaml", "round_year: 2024", "round_year: 2022", "SCO048"),
    "a null in a name": ("round.yaml", "data: data", 'data: "a\\0b"', "SCO030"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_slip_that_would_pass_unseen_is_refused(name: str, tmp_path: Path) -> None:
    table_name, before, after, code = MISTAKES[name]
    file = write_small_round(tmp_path / "in")
    edit(tmp_path / "in" / table_name, before, after)
    with pytest.raises(Refused) as refused:
        score(file, tmp_path / "out")
    assert set(codes(refused)) == {code}
    assert not (tmp_path / "out").exists()


def test_only_years_that_the_data_hold_are_computed(tmp_path: Path) -> None:
    about = open_round(write_small_round(tmp_path)).about
    assert years_of(about, [2022, 2023, 2024]) == [2022, 2023]
    assert years_of(about, [2019, 2024]) == [2023]
    assert day_of(about) == date(2024, 4, 24)


def test_a_year_without_data_is_refused(tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    edit(file, "evaluated_year: 2023", "evaluated_year: 2025")
    edit(file, "round_year: 2024", "round_year: 2025")
    with pytest.raises(Refused) as refused:
        score(file, tmp_path / "out")
    assert codes(refused) == ["APP002"]
    assert not (tmp_path / "out").exists()


def test_checking_writes_nothing_and_tells_everything(tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert len(check_round(file).scored.units) == len(CITIES)
    assert sorted(tmp_path.rglob("*")) == before
    edit(tmp_path / "self.csv", "910100,A1,40", "910100,A1,41")
    edit(tmp_path / "reviews.csv", "E1", "E77")
    with pytest.raises(Refused) as refused:
        check_round(file)
    assert len(codes(refused)) == 2


@pytest.mark.parametrize(
    "name", ["../self.csv", "/etc/hosts", "a/../../self.csv", "..\\\\self.csv", "C:self.csv"]
)
def test_a_table_outside_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    edit(file, "self: self.csv", f'self: "{name}"')
    with pytest.raises(Refused) as refused:
        score(file, tmp_path / "out")
    assert codes(refused) == ["SCO045"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


# --- freezing ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["self.csv", "reviews.csv", "round.yaml", "data/small_facts.csv", "rules/pack.yaml", FROZEN]
)
def test_a_frozen_round_that_was_changed_is_refused_and_the_file_named(name: str, tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    freeze(open_round(file))
    check_round(file)
    changes = {
        "self.csv": ("910100,A2,18", "910100,A2,19"),
        "reviews.csv": (",17,", ",16,"),
        "round.yaml": ("seed: 7", "seed: 8"),
        "data/small_facts.csv": (",100\n", ",101\n"),
        "rules/pack.yaml": ("deduct: 20", "deduct: 10"),
        FROZEN: ('"round": "small-2023"', '"round": "small-2024"'),
    }
    edit(tmp_path / "in" / name, *changes[name])
    with pytest.raises(Refused) as refused:
        score(file, tmp_path / "out")
    named = [p.place.file for p in refused.value.problems]
    assert codes(refused) == ["APP015"]
    assert named == ["rules" if name == "rules/pack.yaml" else name]
    assert all(p.what.zh != p.what.en and p.advice.zh for p in refused.value.problems)
    assert not (tmp_path / "out").exists()


def test_a_file_added_to_frozen_data_is_refused(tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    freeze(open_round(file))
    (tmp_path / "data" / "more.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        check_round(file)
    assert [(p.code, p.place.file) for p in refused.value.problems] == [("APP015", "data/more.csv")]


def test_frozen_json_that_is_no_json_is_refused(tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    for text in ("{", "[]", '{"files": 3, "pack_digest": "", "seal": ""}', '{"files": {}}'):
        (tmp_path / FROZEN).write_text(text, encoding="utf-8")
        with pytest.raises(Refused) as refused:
            check_round(file)
        assert "APP015" in codes(refused)


# --- verifying --------------------------------------------------------------------------------------------------------
def test_an_untouched_round_comes_out_again(scored: Path) -> None:
    found = verify_round(open_stored(scored))
    assert found.differences == ()
    assert found.uncovered == ()


def test_a_round_is_verified_without_the_folder_it_was_made_from(out: Path) -> None:
    """The rules and the data are kept with it: a later version of the pack changes nothing."""
    assert (out / "evaluation" / "pack" / "x-small-duty" / "1.2.0" / "pack.yaml").is_file()
    assert verify_round(open_stored(out)).differences == ()


def test_a_tampered_score_is_named_with_row_and_column(out: Path) -> None:
    edit(out / "ranking.csv", "72.871795", "99.871795")
    found = verify_round(open_stored(out)).differences
    assert [d.what.en for d in found] == [
        "the file ranking.csv was changed",
        "ranking.csv row 3 final (2 910400 丁市)",
    ]
    assert (found[1].stored, found[1].again) == ("99.871795", "72.871795")


def test_a_table_changed_together_with_round_json_is_still_found(out: Path) -> None:
    """Whoever also mends the digests and the seal is found by the recomputation."""
    edit(out / "credibility.csv", "0.1,0.1", "0.9,0.9")
    about = json.loads((out / "round.json").read_text(encoding="utf-8"))
    now = digest.of_file(out / "credibility.csv")
    about["files"]["credibility.csv"] = about["tables"]["credibility.csv"] = now
    del about["seal"]
    about["seal"] = digest.of_json(about)
    (out / "round.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    found = verify_round(open_stored(out)).differences
    assert found
    assert all("credibility.csv row" in d.what.en for d in found)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("inputs/self.csv", "910100,A2,18", "910100,A2,19"),
        ("inputs/round.yaml", "seed: 7", "seed: 8"),
        ("evaluation/pack/x-small-duty/1.2.0/pack.yaml", "deduct: 20", "deduct: 10"),
    ],
)
def test_changed_inputs_are_named_and_nothing_is_computed(
    name: str, before: str, after: str, out: Path
) -> None:
    edit(out / name, before, after)
    (difference,) = verify_round(open_stored(out)).differences
    assert name in difference.what.zh
    assert name in difference.what.en
    assert difference.stops


def test_figures_changed_together_with_round_json_are_still_found(out: Path) -> None:
    results = out / "evaluation" / "results.csv"
    before = digest.of_file(results)
    edit(results, "RATE,9.525", "RATE,9.999")
    about = json.loads((out / "round.json").read_text(encoding="utf-8"))
    assert about["files"]["evaluation/results.csv"] == before
    about["files"]["evaluation/results.csv"] = digest.of_file(results)
    del about["seal"]
    (out / "round.json").write_text(json.dumps({**about, "seal": digest.of_json(about)}), encoding="utf-8")
    told = [d.what.en for d in verify_round(open_stored(out)).differences]
    assert [text for text in told if text.startswith("results.csv, line ")]


def test_round_json_is_sealed(out: Path) -> None:
    edit(out / "round.json", '"synthetic": true', '"synthetic": false')
    assert [d.what.en for d in verify_round(open_stored(out)).differences] == ["round.json was changed"]


def test_lost_and_added_files_are_named(out: Path) -> None:
    (out / "report" / "public" / "report.zh.pdf").unlink()
    (out / "inputs" / "extra.csv").write_text("x\n", encoding="utf-8")
    found = [d.what.en for d in verify_round(open_stored(out)).differences]
    assert found == ["the file report/public/report.zh.pdf is gone", "inputs/extra.csv is no file that the scoring wrote"]  # fmt: skip


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": 1}', '{"format": 99}'])
def test_a_folder_that_is_no_scored_round_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "round.json").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        open_stored(tmp_path)
    assert codes(refused) == ["APP016"]


def test_a_table_named_outside_the_folder_is_not_read(out: Path) -> None:
    edit(out / "round.json", '"ranking.csv"', '"../in/self.csv"')
    with pytest.raises(Refused) as refused:
        open_stored(out)
    assert codes(refused) == ["APP016"]


# --- publishing -------------------------------------------------------------------------------------------------------
def test_what_is_published_comes_out_again_from_it_alone(scored: Path, tmp_path: Path) -> None:
    public = publish(open_stored(scored), tmp_path / "public")
    assert verify_round(open_stored(public)).differences == ()
    for name in ("ranking.csv", "credibility.csv", "problems.csv", "grades.csv"):
        assert (public / name).read_bytes() == (scored / name).read_bytes()


def test_nothing_internal_is_published(scored: Path, tmp_path: Path) -> None:
    public = publish(open_stored(scored), tmp_path / "public")
    names = {p.relative_to(public).as_posix() for p in public.rglob("*") if p.is_file()}
    assert not names & {"items.csv", "gaps.csv", "problems-internal.csv", "ledger.csv", "vetoes.csv"}
    assert not [n for n in names if "internal" in n or n in ("inputs/practices.yaml", "inputs/text.yaml")]
    assert "report/public/report.zh.html" in names
    text = "".join(p.read_text(encoding="utf-8") for p in (public / "inputs").iterdir())
    for secret in ("内部说明", "台账不全", "内部材料", "督导办", "事故调查报告", "R001", "张一", "李二"):
        assert secret not in text
    assert WITHHELD in text


def test_what_an_appeal_withdrew_is_told_to_nobody_outside(tmp_path: Path) -> None:
    """An accusation that did not stand must not be read in a published file."""
    file = write_small_round(tmp_path / "in")
    edit(
        tmp_path / "in" / "vetoes.csv",
        "E4,督导办,事故调查报告,none",
        "V-accident,督导办,事故调查报告,withdrawn",
    )
    with (tmp_path / "in" / "evidence.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"V-accident,910400,,事故,{9:064d},2024-01-01\n")
    score(file, tmp_path / "out", formats=("html",))
    assert {row["vetoes"] for row in table(tmp_path / "out", "grades.csv")} == {""}
    assert [row["appeal"] for row in table(tmp_path / "out", "vetoes.csv")] == ["withdrawn"]
    public = publish(open_stored(tmp_path / "out"), tmp_path / "public")
    for name in ("inputs/vetoes.csv", "inputs/evidence.csv"):
        assert "accident" not in (public / name).read_text(encoding="utf-8")
    for lang, title in (("zh", "重大安全事故"), ("en", "serious accident")):
        page = (public / "report" / "public" / f"report.{lang}.html").read_text(encoding="utf-8")
        assert page.count(title) == 1  # the list of vetoes in the methods, which names nobody
    assert verify_round(open_stored(public)).differences == ()


def test_a_pending_appeal_is_told_beside_the_veto(tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    edit(tmp_path / "in" / "vetoes.csv", "事故调查报告,none", "事故调查报告,pending")
    score(file, tmp_path / "out", formats=("html",))
    page = (tmp_path / "out" / "report" / "public" / "report.zh.html").read_text(encoding="utf-8")
    assert "重大安全事故（申诉中）" in page


def test_reviewers_are_found_again_neither_by_name_nor_by_order(tmp_path: Path) -> None:
    """Blank rows, blanks behind a name and a header that needs cleaning are read as the scoring read them."""
    file = write_small_round(tmp_path / "in")
    register = tmp_path / "in" / "reviewers.csv"
    register.write_text("reviewer ,home_unit\nR004 ,\nR003,\n , \nR002,\nR001,\n", encoding="utf-8")
    names = {}
    for n, reason in enumerate(("台账不全1", "另有理由")):
        edit(tmp_path / "in" / "reviews.csv", "台账不全1", reason)
        score(file, tmp_path / f"out{n}")
        public = publish(open_stored(tmp_path / f"out{n}"), tmp_path / f"public{n}")
        assert [row["reviewer"] for row in table(public / "inputs", "reviewers.csv")] == [
            "P0001",
            "P0002",
            "P0003",
            "P0004",
        ]
        names[n] = [row["reviewer"] for row in table(public / "inputs", "reviews.csv")]
        assert verify_round(open_stored(public)).differences == ()
    assert names[0] != names[1]  # who has the names, but not the reasons, cannot order them


def test_names_of_files_are_not_published(tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    (tmp_path / "in" / "reviews.csv").rename(tmp_path / "in" / "王五复核.csv")
    edit(file, "reviews: reviews.csv", "reviews: 王五复核.csv")
    score(file, tmp_path / "out")
    public = publish(open_stored(tmp_path / "out"), tmp_path / "public")
    assert (public / "inputs" / "reviews.csv").is_file()
    assert not [
        p
        for p in public.rglob("*")
        if "王五" in p.name or (p.suffix in (".yaml", ".json") and "王五" in p.read_text(encoding="utf-8"))
    ]


def test_what_is_published_names_the_result_that_the_report_prints(scored: Path, tmp_path: Path) -> None:
    public = publish(open_stored(scored), tmp_path / "public")
    mine = json.loads((public / "round.json").read_text(encoding="utf-8"))
    assert mine["scored_as"] == open_stored(scored).about["id"]
    assert mine["scored_as"] in (public / "report" / "public" / "report.zh.html").read_text(encoding="utf-8")


def test_a_round_that_was_altered_is_not_published(out: Path, tmp_path: Path) -> None:
    edit(out / "ranking.csv", "72.871795", "99.871795")
    with pytest.raises(Refused) as refused:
        publish(open_stored(out), tmp_path / "public")
    assert [(p.code, p.place.file) for p in refused.value.problems] == [("APP017", "ranking.csv")]
    assert not (tmp_path / "public").exists()


def test_grades_that_are_not_published_stay_inside(tmp_path: Path) -> None:
    file = write_small_round(tmp_path / "in")
    edit(file, "seed: 7", "seed: 7\npublish_grades: false")
    score(file, tmp_path / "out", formats=("html",), langs=("zh",))
    public = publish(open_stored(tmp_path / "out"), tmp_path / "public")
    assert not (public / "grades.csv").exists()
    page = (public / "report" / "public" / "report.zh.html").read_text(encoding="utf-8")
    assert "本轮不公布等次" in page
    assert "不合格" not in page


# --- ledger -----------------------------------------------------------------------------------------------------------
def test_the_ledger_names_measures_people_and_days(scored: Path) -> None:
    rows = {row["id"]: row for row in table(scored, "ledger.csv")}
    row = rows["910100-A1"]
    assert (row["state"], row["source"], row["indicators"], row["class"]) == (
        "open",
        "data",
        "RATE",
        "by_date",
    )
    assert (row["plan_due"], row["due"]) == ("2024-05-24", "2024-07-23")
    assert (row["measure"], row["responsible"]) == ("补足生均支出。", "甲市财政局")
    assert "甲2县" in row["internal"]
    assert "甲2县" not in row["public"]


def test_a_problem_that_stays_open_keeps_its_day(scored: Path) -> None:
    rows = {row["id"]: row for row in table(scored, "ledger.csv")}
    assert rows[f"{LIAR}-A2"]["due"] == "2023-12-31"


def test_the_ledger_is_the_next_rounds_list_and_open_problems_cost_points(
    scored: Path, tmp_path: Path
) -> None:
    file = write_small_round(tmp_path / "in")
    shutil.copyfile(scored / "ledger.csv", tmp_path / "in" / "last_round.csv")
    done = check_round(file)
    points = {i.unit: i.verified for i in done.scored.items if i.item == "G1"}
    assert set(points.values()) == {0}  # none was closed


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("closed,2023-12-31,,张一,李二", "SCO040"),
        ("closed,2023-12-31,2023-10-01,张一,张一", "SCO041"),
        ("closed,2023-12-31,2023-10-01,张一,", "SCO041"),
    ],
)
def test_who_reported_a_problem_done_does_not_close_it(row: str, code: str, tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    edit(tmp_path / "last_round.csv", "closed,2023-12-31,2023-10-01,张一,李二", row)
    with pytest.raises(Refused) as refused:
        open_round(file)
    assert codes(refused) == [code]
    assert refused.value.problems[0].place.row == 2


# --- reports ----------------------------------------------------------------------------------------------------------
def pdf_text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("edition", ["public", "internal"])
def test_every_format_has_the_four_parts_and_the_annexes(edition: str, lang: str, scored: Path) -> None:
    parts = {
        "zh": ("一、主要做法和成效", "二、存在的主要问题", "三、整改意见", "四、有关要求", "典型做法", "示例，非官方"),
        "en": ("1. Practices and results", "2. Main problems", "3. Rectification opinions", "4. Requirements", "Typical practices",
               "Sample, not official"),
    }[lang]  # fmt: skip
    folder = scored / "report" / edition
    texts = [
        (folder / f"report.{lang}.html").read_text(encoding="utf-8"),
        pdf_text(folder / f"report.{lang}.pdf"),
        "\n".join(p.text for p in Document(str(folder / f"report.{lang}.docx")).paragraphs),
    ]
    for text in texts:
        for part in parts:
            assert part in text


def test_the_public_edition_names_no_place_with_problems_and_no_counts(scored: Path) -> None:
    page = (scored / "report" / "public" / "report.zh.html").read_text(encoding="utf-8")
    assert "多数县生均支出不足" in page
    for hidden in ("甲2县", "5/8", "台账不全", "督导办"):
        assert hidden not in page
    inside = (scored / "report" / "internal" / "report.zh.html").read_text(encoding="utf-8")
    assert "5/8" in inside
    assert "甲2县" in inside


def test_each_sheet_says_how_its_figures_are_followed_to_their_cells(scored: Path) -> None:
    rows = {(r["unit"], r["item"]): r["indicators"] for r in table(scored, "items.csv")}
    assert (rows["910100", "A1"], rows["910100", "A2"]) == ("RATE", "")
    page = (scored / "report" / "internal" / "report.en" / "910200.html").read_text(encoding="utf-8")
    assert "duxue explain 910200 RATE --run OUT/evaluation" in page


def test_vetoes_are_listed_with_what_they_do_for_no_points_hang_on_them(scored: Path) -> None:
    page = (scored / "report" / "public" / "report.zh.html").read_text(encoding="utf-8")
    assert "重大安全事故（降1个等次）" in page


def test_numbers_that_no_data_support_are_marked_in_every_edition(scored: Path) -> None:
    for edition in ("public", "internal"):
        zh = (scored / "report" / edition / "report.zh.html").read_text(encoding="utf-8")
        en = (scored / "report" / edition / "report.en.html").read_text(encoding="utf-8")
        assert "〔待核：987〕" in zh
        assert "请于30日内报送，共〔待核：777〕项" in zh
        assert "Report within 30 days on [not supported by data: 777] matters" in en


def test_the_score_sheet_has_every_reason(scored: Path) -> None:
    page = (scored / "report" / "internal" / "report.zh" / f"{LIAR}.html").read_text(encoding="utf-8")
    for reason in ("2个单位中0个不低于 10", "台账不全3", "生均支出"):
        assert reason in page


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('sentences: {nothing: {zh: "无", en: "none"}}', "SCO042"),
        ('sentences: {basis: {zh: "{year}{who}", en: "x"}}', "SCO043"),
        ('sentences: {basis: {zh: "{year", en: "x"}}', "SCO043"),
        ('sentences: {basis: {zh: "{year!r}", en: "x"}}', "SCO043"),
        ('sentences: {basis: {zh: "{year.__class__}", en: "x"}}', "SCO043"),
    ],
)
def test_sentences_that_cannot_be_filled_are_refused(text: str, code: str, tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    (tmp_path / "text.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        open_round(file)
    assert codes(refused) == [code]


def test_practices_of_an_unknown_place_are_refused(tmp_path: Path) -> None:
    file = write_small_round(tmp_path)
    edit(tmp_path / "practices.yaml", "910100", "999999")
    with pytest.raises(Refused) as refused:
        check_round(file)
    assert codes(refused) == ["SCO044"]


def test_the_same_round_gives_the_same_bytes(scored: Path, tmp_path: Path) -> None:
    score(write_small_round(tmp_path / "in"), tmp_path / "out", formats=("html", "pdf"), langs=("en",))
    before = json.loads((scored / "round.json").read_text(encoding="utf-8"))
    now = json.loads((tmp_path / "out" / "round.json").read_text(encoding="utf-8"))
    assert now["id"] == before["id"]
    for name in ("report/public/report.en.pdf", "ledger.csv"):
        assert now["files"][name] == before["files"][name]
