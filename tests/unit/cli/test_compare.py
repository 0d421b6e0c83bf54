"""`duxue read --check`, `--as plan`, `duxue compare` and `duxue decide` as a user calls them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import call

PLAN = "临河市教育局2022年工作计划\n\n1.新增学位5000个，新建幼儿园12所。责任单位：规划科。\n2.培训班主任600人。\n"
REPORT = "临河市2022年工作总结\n\n全年新建幼儿园9所，新增学位5200个。全市在校学生132300人，教职工112000人。\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A short plan."""
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report on it that says something impossible."""
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, object]]:
    """Return a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_plan_as_a_list_of_targets(plan: Path, tmp_path: Path) -> None:
    done = call("read", "--as", "plan", plan, "--out", tmp_path / "targets.csv")
    assert done.code == 0
    assert "3 target(s)" in done.err
    with (tmp_path / "targets.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(r["measure"], r["value"], r["due"], r["responsible"]) for r in found[:2]] == [
        ("新增学位", "5000", "2022", "规划科"),
        ("新建幼儿园", "12", "2022", "规划科"),
    ]
    assert json.loads(call("read", "--as", "plan", plan).out.splitlines()[0])["unit"] == "place"


def test_a_list_of_targets_is_no_page(plan: Path, tmp_path: Path) -> None:
    assert call("read", "--as", "plan", plan, "--out", tmp_path / "a.html").code == 2


def test_a_plan_beside_its_report(plan: Path, report: Path, tmp_path: Path) -> None:
    done = call("compare", plan, report)
    assert done.code == 0
    assert "1 met, 1 missed, 1 unreported" in done.err
    assert "missed\t12所\t9所" in done.out
    held = json.loads(call("compare", plan, report, "--json").out)
    assert (held["met"], held["missed"], held["unreported"]) == (1, 1, 1)
    assert call("compare", plan, report, "--out", tmp_path / "c.jsonl").code == 0
    assert [r["state"] for r in rows(tmp_path / "c.jsonl")] == ["met", "missed", "unreported"]


def test_a_plan_that_is_not_there_is_refused(report: Path, tmp_path: Path) -> None:
    done = call("compare", tmp_path / "none.txt", report)
    assert done.code == 1
    assert "DOC001" in done.err


def test_a_plan_without_targets_is_told(report: Path, tmp_path: Path) -> None:
    done = call("compare", report, report)
    assert done.code == 1
    assert "CLM005" in done.err
    listed = call("read", "--as", "plan", report, "--out", tmp_path / "t.csv")
    assert listed.code == 0
    assert "CLM005" in listed.err


def test_what_is_read_is_never_written_over(plan: Path, report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "decisions.jsonl"
    call("decide", "link:a|percent", "unlink", "--file", kept, "--who", "王", "--reason", "无关")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for arguments in (
        ("read", report, "--format", "csv", "--out", report),
        ("read", tmp_path, "--format", "csv", "--out", report),
        ("read", "--as", "plan", plan, "--format", "csv", "--out", plan),
        ("read", report, "--decisions", kept, "--out", kept),
        ("compare", plan, report, "--out", plan),
        ("compare", plan, report, "--out", report),
    ):
        done = call(*arguments)
        assert done.code == 1, arguments
        assert "DOC011" in done.err, arguments
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_was_found_lies_beside_the_claims(report: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "claims.jsonl"
    done = call("read", "--check", report, "--out", out)
    assert done.code == 0
    assert "1 contradicted" in done.err
    assert {p.name for p in out.parent.iterdir()} == {
        "claims.jsonl", "claims.links.jsonl", "claims.findings.jsonl", "claims.marks.jsonl",
    }  # fmt: skip
    (finding,) = rows(out.with_suffix(".findings.jsonl"))
    assert finding["code"] == "pupils-per-staff"
    assert rows(out.with_suffix(".links.jsonl"))


def test_checking_needs_a_place_for_what_it_finds(report: Path) -> None:
    assert call("read", "--check", report).code == 2


def test_a_dismissed_finding_no_longer_contradicts(report: Path, tmp_path: Path) -> None:
    out, kept = tmp_path / "claims.jsonl", tmp_path / "decisions.jsonl"
    call("read", "--check", report, "--out", out)
    (finding,) = rows(out.with_suffix(".findings.jsonl"))
    done = call("decide", finding["key"], "dismiss", "--file", kept, "--who", "王", "--reason", "含临时工")
    assert done.code == 0
    again = call("read", report, "--decisions", kept, "--out", out)
    assert "contradicted" not in again.err
    (finding,) = rows(out.with_suffix(".findings.jsonl"))
    assert finding["decision"]["reason"] == "含临时工"  # type: ignore[index]
    page = tmp_path / "page.html"
    call("read", report, "--decisions", kept, "--out", page)
    assert '"state":"contradicted"' not in page.read_text(encoding="utf-8")


def test_a_chosen_link_is_used_again(report: Path, tmp_path: Path) -> None:
    out, kept = tmp_path / "claims.jsonl", tmp_path / "decisions.jsonl"
    target = "cn-education-statistics:institutions_total"
    call("read", "--check", report, "--out", out)
    (key,) = [r["key"] for r in rows(out.with_suffix(".links.jsonl")) if r["quote"] == "9所"]
    assert (
        call(
            "decide", key, "link", "--target", target, "--file", kept, "--who", "王", "--reason", "同一口径"
        ).code
        == 0
    )
    call("read", report, "--decisions", kept, "--out", out)
    found = [r for r in rows(out.with_suffix(".links.jsonl")) if r["key"] == key]
    assert [r["link"] for r in found] == [target]


def test_a_decision_without_a_target_is_refused(tmp_path: Path) -> None:
    done = call(
        "decide", "link:a|percent", "link", "--file", tmp_path / "d.jsonl", "--who", "a", "--reason", "b"
    )
    assert done.code == 1
    assert "CLM002" in done.err


def test_faulty_decisions_are_told_before_anything_is_read(report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "decisions.jsonl"
    kept.write_text("no json\n", encoding="utf-8")
    done = call("read", report, "--decisions", kept, "--out", tmp_path / "claims.jsonl")
    assert done.code == 1
    assert "CLM001" in done.err
    assert not (tmp_path / "claims.jsonl").exists()


def test_a_folder_that_is_no_run_is_refused(report: Path, tmp_path: Path) -> None:
    done = call("read", report, "--run", tmp_path, "--out", tmp_path / "claims.jsonl")
    assert done.code == 1
    assert "APP004" in done.err


def test_the_page_shows_what_contradicts(report: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert call("read", report, "--out", page).code == 0
    assert "pupils-per-staff" in page.read_text(encoding="utf-8")


def test_many_reports_are_held_against_each_other_in_two_processes(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for year in range(2014, 2022):
        text = f"青岛市{year}年工作总结\n\n全市新增学位{1.27 if year % 4 == 0 else year / 1000:g}万个。\n"
        (folder / f"{year}.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "claims.jsonl"
    assert call("read", "--check", folder, "--out", out).code == 0
    found = rows(out.with_suffix(".findings.jsonl"))
    assert [(f["doc"], f["code"]) for f in found] == [("2020.txt", "same-number")]


def test_the_page_lists_damage_that_touches_no_number(tmp_path: Path) -> None:
    text = "Linhe City Education Bureau in 2022\n\nIn p>222, the Municipal bureau closed 3 schools in Texas City.\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    page = tmp_path / "a.html"
    assert call("read", tmp_path / "a.txt", "--out", page).code == 0
    held = page.read_text(encoding="utf-8")
    assert '<q dir="auto">p&gt;222</q>' in held
    assert "德州市" in held
    assert "Dezhou" in held
