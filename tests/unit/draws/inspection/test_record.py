"""Double random in two acts: the case in one form, the record of every run, and what each change of a file shows."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from duxue.app import drawing, inspecting
from duxue.cli.main import main
from duxue.core.errors import Refused
from duxue.core.text import safe_cell
from duxue.draws.chain import read_chain
from duxue.draws.documents import sign, write_form
from duxue.draws.inspection import Case, draw_plan
from duxue.draws.inspection.record import CERTIFICATE, COMMITMENT, verify_inspection
from duxue.draws.inspection.tables import load_case, read_order, write_case
from duxue.draws.verify import Verification
from duxue.draws.wording import say_constraint
from tests.unit.draws.inspection.provinces import cases

PLAN = """
title = {zh = "试抽", en = "Trial"}
method = "double-random/1"
[tables]
schools = "schools.csv"
inspectors = "inspectors.csv"
counties = "counties.csv"
visits = "history.csv"
recusals = "recusals.csv"
[rules]
on = 2026-09-01
schools = 3
team_size = 2
school_years = 2
gap = 3
RULES
[[rules.skills]]
skill = "math"
[[seed]]
name = "witness"
kind = "digits"
length = 4
"""
TABLES = {
    "counties.csv": "id,name\nC1,甲县\nC2,乙县\nC3,丙县\n",
    "schools.csv": "id,name,county,size\nS1,一小,C1,100\nS2,二小,C2,200\nS3,三小,C1,300\nS4,四小,C2,400\nS5,五小,C1,50\n",
    "inspectors.csv": (
        "id,name,home,skills,tenures\nI1,赵,C1,math,\nI2,钱,C2,math,S2 ../2020-01-01\nI3,孙,C2,,\nI4,李,C1,math;law,\n"
        "I5,周,C2,math,S3\nI6,吴,C1,,\n"
    ),
    "history.csv": "school,date,inspectors\nS4,2025-11-01,I1;I6\n",
    "recusals.csv": "inspector,school,reason\nI2,S1,亲戚\n",
}
# Of two who know mathematics neither can go to two schools.
FEW = "id,name,home,skills,visits\nI1,赵,C3,math,1\nI2,钱,C3,math,1\nI3,孙,C3,,\nI4,李,C3,,\n"
COMMITTED, DRAWN = "2026-08-01T01:00:00Z", "2026-08-02T01:00:00Z"


class Office:
    """A folder in which a plan is committed and drawn."""

    def __init__(self, folder: Path, rules: str = "", **tables: str) -> None:
        self.folder, self.out = folder, folder / "draw"
        for name, text in {**TABLES, **{f"{k}.csv": v for k, v in tables.items()}}.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.plan = folder / "plan.toml"
        self.plan.write_text(PLAN.replace("RULES", rules), encoding="utf-8")

    def commit(self) -> Office:
        inspecting.commit_inspection(plan_path=self.plan, folder=self.out, chain_path=None, time=COMMITTED)
        return self

    def run(self, digits: str = "1234", time: str = DRAWN, pdf: bool = False) -> inspecting.Run:
        parts = [{"name": "witness", "value": digits, "time": time}]
        return inspecting.run_inspection(folder=self.out, chain_path=None, parts=parts, time=time, pdf=pdf)

    def verify(self, number: int = 1, table: bool = False) -> Verification:
        return verify_inspection(
            self.out / f"certificate-{number}.json",
            self.out / "case.json",
            chain_path=self.out / "chain.jsonl",
            commitment_path=self.out / "commitment.json",
            table_path=self.out / f"plan-{number}.csv" if table else None,
        )

    def names(self) -> set[str]:
        return {p.name for p in self.out.iterdir()}


def codes(refused: Refused | Verification) -> list[str]:
    """The codes of what is wrong."""
    if isinstance(refused, Refused):
        return [p.code for p in refused.problems]
    return [p.code for c in refused.checks for p in c.problems]


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_case_is_read_back_from_its_one_form(case: Case) -> None:
    """Its bytes, its digest and its meaning stay."""
    data = write_case(case)
    path = Path("case.json")
    again = read_back(data, path)
    assert again.to_dict() == case.to_dict()
    assert write_case(again) == data


def read_back(data: bytes, path: Path) -> Case:
    """The case that `load_case` reads from bytes, without a disk."""

    class Stored(type(path)):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            return data

    return load_case(Stored(path))


def test_the_order_of_rows_and_columns_never_matters(tmp_path: Path) -> None:
    """The same lists shuffled have the same case."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    chance = random.Random(5)
    shuffled = {}
    for name, text in TABLES.items():
        head, *rows = (line.split(",") for line in text.splitlines())
        chance.shuffle(rows)
        order = chance.sample(range(len(head)), len(head))
        lines = [",".join(row[i] for i in order) for row in (head, *rows)]
        shuffled[name.removesuffix(".csv")] = "\ufeff" + "\r\n".join(lines) + "\r\n"
    one, other = Office(tmp_path / "a"), Office(tmp_path / "b", **shuffled)
    assert write_case(read_order(one.plan).case) == write_case(read_order(other.plan).case)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_of_the_plan_is_a_formula(start: str, tmp_path: Path) -> None:
    """A name that a spreadsheet would run gets an apostrophe, and the table still is the certificate's."""
    inspectors = TABLES["inspectors.csv"]
    for name in "赵钱孙李周吴":
        inspectors = inspectors.replace(name, f"{start}1+{name}")
    office = Office(tmp_path, inspectors=inspectors).commit()
    office.run()
    with (office.out / "plan-1.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, *rows = csv.reader(stream)
    assert rows
    assert all(row[4].startswith(f"'{start}1+") for row in rows)
    assert office.verify(table=True).ok


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_a_cell_that_begins_with_a_tab_or_line_break_gets_an_apostrophe(start: str) -> None:
    """Spreadsheets drop these and take what follows for a formula."""
    assert safe_cell(start + "=1") == f"'{start}=1"
    assert safe_cell("1-2") == "1-2"


def test_both_acts_and_a_second_run(tmp_path: Path) -> None:
    """All files are written and stand the check; the second run is numbered and told; nothing is written twice."""
    office = Office(tmp_path).commit()
    done = office.run(pdf=True)
    assert office.names() == {
        "case.json", "commitment.json", "chain.jsonl", "certificate-1.json", "certificate-1.pdf", "plan-1.csv",
        "verify.html",
    }  # fmt: skip
    found = office.verify(table=True)
    assert found.ok
    assert len(found.checks) == 9
    assert codes(found) == ["DRAW062", "DRAW062"]  # the times of this test are typed
    seed = bytes.fromhex(done.certificate["seed"])
    plan = draw_plan(load_case(office.out / "case.json"), seed)
    assert done.certificate["result"] == {"plan": plan.to_dict(), "reasons": []}
    assert len(done.places) == 6
    again = office.run(time="2026-08-02T02:00:00Z")
    assert [p.code for p in again.warnings] == ["DRAW060"]
    assert again.certificate["run"] == 2
    assert again.certificate["earlier"][0]["digest"] == done.certificate["digest"]
    assert again.certificate["result"] == done.certificate["result"]
    assert office.verify(2).ok
    assert "DRAW060" in codes(office.verify(1))


def test_no_plan_is_told_and_recorded(tmp_path: Path) -> None:
    """The least reason in both languages, no plan, exit 1; certificate and chain hold the attempt; a further run is run 2."""
    office = Office(tmp_path, inspectors=FEW).commit()
    before = office.names()
    args = ["draw", "inspection", "run", str(office.out), "--part", "witness=1234", "--time", DRAWN]
    done = CliRunner().invoke(main, args, env={"DUXUE_LANG": "zh"}, prog_name="duxue")
    assert done.exit_code == 1
    assert "INSP021" in done.stderr
    assert "不能同时满足" in done.stderr
    assert office.names() - before == {"certificate-1.json", "verify.html"}
    assert [e["kind"] for e in read_chain(office.out / "chain.jsonl").entries] == [
        "commitment",
        "certificate",
    ]
    result = json.loads((office.out / "certificate-1.json").read_bytes())["result"]
    assert result["plan"] is None
    assert "Cannot be kept together" in result["reasons"][0]["what"]["en"]
    assert office.verify().ok
    shown = CliRunner().invoke(
        main, ["draw", "inspection", "show", str(office.out / "certificate-1.json")], env={"DUXUE_LANG": "en"}
    )
    assert shown.exit_code == 0
    assert "There is no plan" in shown.stdout
    args[args.index(DRAWN)] = "2026-08-02T03:00:00Z"
    args[args.index("witness=1234")] = "witness=9999"
    second = CliRunner().invoke(main, [*args, "--json"], env={"DUXUE_LANG": "en"}, prog_name="duxue")
    assert second.exit_code == 1
    assert [p["code"] for p in json.loads(second.stdout)["problems"]] == ["INSP021", "DRAW060"]
    assert json.loads(second.stdout)["certificate"]["run"] == 2


def test_check_rehearses_and_writes_nothing(tmp_path: Path) -> None:
    """Exit 0 where every rehearsal gives a plan, 1 with the reason where one does not."""
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    good, bad = Office(tmp_path / "good"), Office(tmp_path / "bad", inspectors=FEW)
    before = {*tmp_path.rglob("*")}
    done = CliRunner().invoke(main, ["draw", "inspection", "check", str(good.plan), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["rehearsals"] == 10
    assert json.loads(done.stdout)["excluded"] == ["S4"]
    done = CliRunner().invoke(main, ["draw", "inspection", "check", str(bad.plan), "--rehearsals", "2"])
    assert done.exit_code == 1
    assert "INSP021" in done.stderr
    assert {*tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    ("rules", "tables", "expected"),
    [
        ("schools_ = 1", {}, ["INSP002"]),
        ("home_county = 7", {}, ["INSP003"]),
        ("", {"schools": "id,county,size\nS1,C1,5\nS1,C9,5\n"}, ["INSP004", "INSP008"]),
        ("", {"schools": "id,county\nS1\n"}, ["DRAW004"]),
        ("", {"schools": "id,id\nS1,C1\n"}, ["DRAW003"]),
        ("", {"schools": ""}, ["DRAW003"]),
        ("", {"schools": "id,county\nS1,C1\nS2,C2\n", "history": "school,date\n", "inspectors": FEW}, ["INSP009"]),
        ("strata = ['county']\nleast_per_stratum = 2", {}, ["INSP011"]),
        ("", {"history": "school,date,inspectors\n" + "".join(f"S{n},2026-01-01,\n" for n in (1, 2, 3))}, ["INSP020"]),
    ],
)  # fmt: skip
def test_a_wrong_case_is_refused_before_the_commitment(
    rules: str, tables: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    """With file and row; no folder is left."""
    office = Office(tmp_path, rules, **tables)
    with pytest.raises(Refused) as refused:
        office.commit()
    assert [c for c in codes(refused.value) if c in expected] == expected
    assert all(p.place.file or p.place.field == "rules" for p in refused.value.problems)
    assert not office.out.exists()


def test_a_wrong_row_is_told_with_its_file(tmp_path: Path) -> None:
    """The name of the table's file, and the row as the spreadsheet shows it."""
    office = Office(tmp_path, schools="id,county,size\nS1,C1,5\nS2,C1,x\nS3,C2,1\nS4,C2,1\n")
    with pytest.raises(Refused) as refused:
        read_order(office.plan)
    place = refused.value.problems[0].place
    assert (place.file, place.row, place.field) == ("schools.csv", 3, "size")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("double-random/1", "keyed-order/1", "DRAW021"),
        ("[tables]", "[[tables]]", "DRAW020"),
        ('schools = "schools.csv"', "", "DRAW020"),
        ('schools = "schools.csv"', 'schools = "absent.csv"', "DRAW001"),
        ("counties =", "towns =", "DRAW020"),
        ("title =", "titel =", "DRAW020"),
        ("length = 4", "length = 0", "DRAW030"),
        ("[rules]", "[rules", "DRAW020"),
    ],
)
def test_a_wrong_plan_is_refused(old: str, new: str, code: str, tmp_path: Path) -> None:
    """Nothing is left behind."""
    office = Office(tmp_path)
    office.plan.write_text(office.plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        office.commit()
    assert code in codes(refused.value)
    assert not office.out.exists()


def test_nothing_is_drawn_or_recorded_before_the_seed_is_there(tmp_path: Path) -> None:
    """A part missing, malformed or early, a clock that runs backwards, another case."""
    office = Office(tmp_path).commit()
    before = office.names()
    chain = (office.out / "chain.jsonl").read_bytes()
    for digits, time, code in (("123", DRAWN, "DRAW033"), ("1234", "2026-07-01T00:00:00Z", "DRAW040")):
        with pytest.raises(Refused) as refused:
            office.run(digits, time)
        assert code in codes(refused.value)
    case = office.out / "case.json"
    case.write_bytes(case.read_bytes().replace("一小".encode(), "壹小".encode()))
    with pytest.raises(Refused) as refused:
        office.run()
    assert codes(refused.value) == ["DRAW012"]
    assert office.names() == before
    assert (office.out / "chain.jsonl").read_bytes() == chain
    with pytest.raises(Refused) as refused:
        Office(tmp_path).commit()
    assert codes(refused.value) == ["DRAW058"]


def _swap(c: dict[str, Any]) -> None:
    c["result"]["plan"]["teams"].reverse()


def _no_plan(c: dict[str, Any]) -> None:
    c["result"]["plan"] = None


def _no_teams(c: dict[str, Any]) -> None:
    del c["result"]["plan"]["teams"]


def _rule(c: dict[str, Any]) -> None:
    c["commitment"]["rules"]["gap"] = 9
    c["commitment"] = sign(c["commitment"])


def _method(c: dict[str, Any]) -> None:
    c["commitment"]["method"] = "double-random/9"


def _extra(c: dict[str, Any]) -> None:
    c["more"] = 1


def _seed(c: dict[str, Any]) -> None:
    c["seed"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_swap, "INSP045"),
        (_no_plan, "DRAW054"),
        (_no_teams, "INSP040"),
        (_rule, "DRAW012"),
        (_method, "DRAW021"),
        (_extra, "DRAW050"),
        (_seed, "DRAW053"),
    ],
)
def test_an_altered_certificate_is_found(
    change: Callable[[dict[str, Any]], None], code: str, tmp_path: Path
) -> None:
    """Even when its digest was made anew."""
    office = Office(tmp_path).commit()
    certificate = office.run().certificate
    change(certificate)
    (office.out / "certificate-1.json").write_bytes(write_form(sign(certificate)))
    try:
        found: Refused | Verification = office.verify()
    except Refused as refused:
        found = refused
    assert isinstance(found, Refused) or not found.ok
    assert code in codes(found)


def test_any_changed_byte_is_found(tmp_path: Path) -> None:
    """Of certificate, case and table."""
    office = Office(tmp_path).commit()
    office.run()
    chance = random.Random(11)
    for name in ("certificate-1.json", "case.json", "plan-1.csv"):
        path = office.out / name
        good = path.read_bytes()
        for _ in range(40):
            bad = bytearray(good)
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
            path.write_bytes(bytes(bad))
            try:
                assert not office.verify(table=True).ok
            except Refused:
                continue
        path.write_bytes(good)
    (office.out / "plan-1.csv").write_bytes(b"")
    assert codes(office.verify(table=True)) == ["DRAW062", "DRAW062", "DRAW061"]


def test_verify_and_show_know_both_kinds_of_draw(tmp_path: Path) -> None:
    """One command for every certificate: the plan is drawn again, names stand beside the codes, JSON is whole."""
    office = Office(tmp_path).commit()
    office.run()
    path, case = office.out / "certificate-1.json", office.out / "case.json"
    assert drawing.read_any(path)["format"] == CERTIFICATE
    assert drawing.read_any(office.out / "commitment.json")["format"] == COMMITMENT
    args = ["draw", "verify", str(path), str(case), "--plan", str(office.out / "plan-1.csv")]
    done = CliRunner().invoke(main, args, env={"DUXUE_LANG": "en"})
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "The draw stands.")
    shown = CliRunner().invoke(main, ["draw", "show", str(path)], env={"DUXUE_LANG": "zh"})
    assert shown.exit_code == 0
    assert "五小" in shown.stdout or "三小" in shown.stdout
    case.unlink()
    shown = CliRunner().invoke(main, ["draw", "show", str(path)], env={"DUXUE_LANG": "zh"})
    assert shown.exit_code == 0
    assert "三小" not in shown.stdout


def test_the_same_plan_committed_anew_is_a_further_run(tmp_path: Path) -> None:
    """Another folder with the same chain does not start again at 1."""
    office = Office(tmp_path).commit()
    office.run()
    again = inspecting.commit_inspection(
        plan_path=office.plan,
        folder=tmp_path / "again",
        chain_path=office.out / "chain.jsonl",
        time="2026-08-03T01:00:00Z",
    )
    assert [p.code for p in again.warnings] == ["DRAW063"]
    later = "2026-08-04T01:00:00Z"
    parts = [{"name": "witness", "value": "9999", "time": later}]
    done = inspecting.run_inspection(
        folder=tmp_path / "again", chain_path=office.out / "chain.jsonl", parts=parts, time=later, pdf=False
    )
    assert done.certificate["run"] == 2
    assert [p.code for p in done.warnings] == ["DRAW060"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda r: r.clear(), "commitment.rules.days_per_visit"),
        (lambda r: r.update(skills=[["math"]]), "commitment.rules.skills[1]"),
        (lambda r: r.update(minima=[[["C1"], "two"]]), "commitment.rules.minima[1][2]"),
        (lambda r: r.update(larger_teams=None), "commitment.rules.larger_teams"),
        (lambda r: r.update(home_county=1), "commitment.rules.home_county"),
        (lambda r: r.update(gap=True), "commitment.rules.gap"),
    ],
)
def test_rules_of_a_hostile_document_are_refused(
    change: Callable[[dict[str, Any]], object], field: str, tmp_path: Path
) -> None:
    """Commitment and certificate alike, signed anew, by every command that shows them."""
    office = Office(tmp_path).commit()
    path = office.run().files[0]
    certificate = json.loads(path.read_bytes())
    change(certificate["commitment"]["rules"])
    commitment = certificate["commitment"] = sign(certificate["commitment"])
    for document in (commitment, sign(certificate)):
        path.write_bytes(write_form(document))
        with pytest.raises(Refused) as caught:
            drawing.read_any(path)
        assert field in [p.place.field for p in caught.value.problems]
        assert {*codes(caught.value)} == {"DRAW050"}


def test_the_numbers_of_the_rules_are_said(tmp_path: Path) -> None:
    """A reader of the paper sees how large a team is, not only that its size is ruled."""
    rules = """
strata = ["county"]
least_per_stratum = 1
minima = [{stratum = ["C1"], least = 1}]
larger_teams = [{from_size = 300, members = 3}]
"""
    commitment = json.loads((Office(tmp_path, rules).commit().out / "commitment.json").read_bytes())
    said = {c["id"]: say_constraint(c, commitment["rules"]) for c in commitment["constraints"]}
    assert said["schools.number"].en == "number of schools (3)"
    assert said["schools.minimum"].zh == "每层最少学校数（county: 1；C1: 1）"
    assert said["team.size"].zh == "督导组人数（2；规模 300 起 3）"
    assert said["team.size"].en == "team size (2; 3 from size 300)"
    assert said["team.skill:math"].en == "skill required in each team: math (1)"
    assert said["team.distinct"].en == "one place of a team per inspector"
