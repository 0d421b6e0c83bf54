"""Every error code of draws: the wrong input, the code, the place. Nothing is left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duxue.app.drawing import commit_draw, read_part, run_draw
from duxue.core.errors import Problem, Refused
from duxue.draws import beacon
from duxue.draws.canonical import write_list
from duxue.draws.chain import read_chain
from duxue.draws.documents import load_document, sign, write_form
from duxue.draws.identity import identity_of
from duxue.draws.problems import DRAW_CODES
from duxue.draws.tickets import open_list
from duxue.draws.verify import verify
from tests.unit.draws.kit import commit, make_ids

ROUND = {
    "round": 1000,
    "signature": "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
PLAN = """
title = {zh = "试抽", en = "Trial"}
method = "METHOD"
[params]
take = 2
PARAMS
[[seed]]
name = "witness"
kind = "digits"
length = 4
SEED
"""
BEACON = '[[seed]]\nname = "beacon"\nkind = "beacon"\nnetwork = "quicknet"\nround = 1000'
SEALED = f'[[seed]]\nname = "sealed"\nkind = "sealed"\nsha256 = "{"0" * 64}"'
EARLY = "2023-08-23T15:00:00Z"  # before round 1000 of quicknet
LATE = "2023-08-24T15:00:00Z"


class Desk:
    """A folder in which a draw is committed and run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "draw"

    def source(self, text: str | bytes) -> Path:
        path = self.folder / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def commit(
        self,
        text: str | bytes = "id\n1\n2\n3\n",
        *,
        method: str = "keyed-order/1",
        params: str = "",
        seed: str = "",
        plan: str = PLAN,
        time: str = EARLY,
    ) -> Path:
        path = self.folder / "plan.toml"
        path.write_text(
            plan.replace("METHOD", method).replace("PARAMS", params).replace("SEED", seed), encoding="utf-8"
        )
        commit_draw(source=self.source(text), plan_path=path, folder=self.out, chain_path=None, time=time)
        return self.out

    def run(self, *parts: str, time: str = LATE, beacon_round: object = None) -> Path:
        given = [read_part(p) for p in parts]
        if beacon_round is not None:
            given.append({"name": "beacon", "value": beacon_round, "time": time})
        run_draw(folder=self.out, chain_path=None, parts=given, time=time, pdf=False)
        return self.out / "certificate-1.json"

    def drawn(self, **more: Any) -> tuple[Path, dict[str, Any]]:
        self.commit(**more)
        path = self.run("witness=0042")
        return path, json.loads(path.read_bytes())

    def killed_run(self) -> dict[str, Any]:
        """Commit and run, and leave what a run leaves that is killed before its line is in the chain."""
        self.commit()
        chain = self.out / "chain.jsonl"
        before = chain.read_bytes()
        path = self.run("witness=0042")
        chain.write_bytes(before)
        certificate: dict[str, Any] = json.loads(path.read_bytes())
        return certificate

    def check(self, change: Callable[[dict[str, Any]], object], **more: Any) -> list[Problem]:
        """Draw, change the certificate, sign it anew, verify, and return what is found."""
        path, certificate = self.drawn()
        change(certificate)
        path.write_bytes(write_form(sign(certificate)))
        found = verify(path, self.out / "list.tsv", **more)
        return [p for c in found.checks for p in c.problems]


def header_twice(d: Desk) -> object:
    return d.commit("id,city,city\n1,a,b\n")


def altered_list(d: Desk) -> object:
    d.commit()
    path = d.out / "list.tsv"
    path.write_bytes(path.read_bytes().replace(b"3", b"4"))
    return d.run("witness=0042")


def unsorted_list(d: Desk) -> object:
    path = d.folder / "list.tsv"
    path.write_bytes(b"#duxue-list/1\tid\n2\n1\n")
    return open_list(path)


def another_beacon(d: Desk) -> object:
    d.commit(seed=BEACON)
    return d.run("witness=0042", beacon_round={**ROUND, "round": 1001})


def false_signature(d: Desk) -> object:
    d.commit(seed=BEACON.replace("round = 1000", "round = 1001"))
    return d.run("witness=0042", beacon_round={"signature": ROUND["signature"]})


def no_library(d: Desk) -> object:
    d.commit(seed=BEACON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beacon, "can_check", lambda: False)
        return d.run("witness=0042", beacon_round=ROUND)


def sealed_differs(d: Desk) -> object:
    d.commit(seed=SEALED)
    return d.run("witness=0042", "sealed=00ff")


def digits_run_out(d: Desk) -> object:
    d.commit(
        "id\n" + "".join(f"{i:02}\n" for i in range(1, 31)),
        method="tail-digits/1",
        params="digits = 'witness'",
        plan=PLAN.replace("take = 2", "take = 20"),
    )
    return d.run("witness=1111")


def clock_of_chain(d: Desk) -> object:
    d.drawn()
    return d.run("witness=0042", time="2023-08-24T14:00:00Z")


def altered_bytes(d: Desk) -> object:
    path, _ = d.drawn()
    path.write_bytes(path.read_bytes().replace(b'"run": 1', b'"run":  1'))
    return verify(path, d.out / "list.tsv")


def altered_content(d: Desk) -> object:
    path, _ = d.drawn()
    path.write_bytes(path.read_bytes().replace(b'"run": 1', b'"run": 2'))
    return verify(path, d.out / "list.tsv")


def broken_chain(d: Desk) -> object:
    d.drawn()
    chain = d.out / "chain.jsonl"
    chain.write_bytes(chain.read_bytes().split(b"\n", 1)[1])
    return read_chain(chain)


def dropped_from_chain(d: Desk) -> object:
    path, _ = d.drawn()
    chain = d.out / "chain.jsonl"
    chain.write_bytes(chain.read_bytes().split(b"\n", 1)[0] + b"\n")
    found = verify(path, d.out / "list.tsv", chain_path=chain)
    raise Refused(p for c in found.checks for p in c.problems)


def other_commitment(d: Desk) -> object:
    path, _ = d.drawn()
    published = load_document(d.out / "commitment.json", "duxue-commitment/1")
    other = d.folder / "published.json"
    other.write_bytes(write_form(sign({**published, "time": "2023-08-23T14:00:00Z"})))
    found = verify(path, d.out / "list.tsv", commitment_path=other)
    raise Refused(p for c in found.checks for p in c.problems)


def locked_chain(d: Desk) -> object:
    d.out.mkdir()
    (d.out / "chain.jsonl.lock").touch()
    return d.commit()


def second_run(d: Desk) -> object:
    d.drawn()
    d.run("witness=0043")
    found = verify(d.out / "certificate-2.json", d.out / "list.tsv", chain_path=d.out / "chain.jsonl")
    assert found.ok
    raise Refused(p for c in found.checks for p in c.problems)


def typed_time(d: Desk) -> object:
    path, _ = d.drawn()
    raise Refused(p for c in verify(path, d.out / "list.tsv").checks for p in c.problems)


def committed_again(d: Desk) -> object:
    d.commit()
    done = commit_draw(
        source=d.folder / "list.csv",
        plan_path=d.folder / "plan.toml",
        folder=d.folder / "again",
        chain_path=d.out / "chain.jsonl",
        time=LATE,
    )
    raise Refused(done.warnings)


def interrupted(d: Desk) -> object:
    d.killed_run()
    given = [read_part("witness=0042")]
    raise Refused(run_draw(folder=d.out, chain_path=None, parts=given, time=LATE, pdf=False).warnings)


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[Desk], object]:
    def case(d: Desk) -> object:
        raise Refused(d.check(change))

    return case


def no_room_for_the_page(d: Desk) -> object:
    """The certificate is recorded; a folder stands where the check page should be written."""
    (d.commit() / "verify.html").mkdir()
    given = [read_part("witness=0042")]
    raise Refused(run_draw(folder=d.out, chain_path=None, parts=given, time=LATE, pdf=False).warnings)


# Code, wrong input, and what the place of its message holds.
CASES: list[tuple[str, Callable[[Desk], object], dict[str, object]]] = [
    ("DRAW001", lambda d: write_list(d.folder / "absent.csv", d.folder / "list.tsv"), {"file": "absent.csv"}),
    ("DRAW002", lambda d: d.commit("id\n1\n济\n".encode("gb18030")), {"row": 3}),
    ("DRAW003", header_twice, {"row": 1}),
    ("DRAW004", lambda d: d.commit("id,city\n1,a\n2\n3,b,c\n"), {"row": 3}),
    ("DRAW005", lambda d: d.commit("id,city\n1,a\n,b\n"), {"row": 3, "field": "id"}),
    ("DRAW006", lambda d: d.commit("id\n7\n8\n7\n"), {"row": 4, "field": "id"}),
    ("DRAW007", lambda d: d.commit("id\n1\n２\n3\n"), {"row": 3, "field": "id"}),
    ("DRAW008", lambda d: d.commit("id\nA10\nA11\nA1O\n"), {"row": 4, "field": "id"}),
    ("DRAW009", lambda d: d.commit("id,city\n1,a\n2,a \n3,a\n"), {"row": 3, "field": "city"}),
    ("DRAW010", lambda d: d.commit("id\n"), {"file": "list.csv"}),
    ("DRAW011", unsorted_list, {"row": 3}),
    ("DRAW012", altered_list, {"file": "list.tsv"}),
    ("DRAW020", lambda d: d.commit(plan=PLAN + "\nfoo = ["), {"file": "plan.toml"}),
    ("DRAW021", lambda d: d.commit(method="magic/1"), {"field": "method"}),
    ("DRAW022", lambda d: d.commit(params="speed = 3"), {"field": "speed"}),
    ("DRAW023", lambda d: d.commit(method="bundles/1", params="bundle = 'family'"), {"field": "bundle"}),
    ("DRAW024", lambda d: d.commit("id\n1\n"), {"field": "take"}),
    (
        "DRAW025",
        lambda d: d.commit("id,city\n1,a\n2,a\n3,b\n", method="stratified/1", params="by = ['city']"),
        {"field": "take"},
    ),
    ("DRAW026", lambda d: d.commit(seed="[[exclude]]\nid = '9'\nreason = 'closed'"), {"field": "exclude"}),
    (
        "DRAW027",
        lambda d: d.commit("id,size\n1,3\n2,0\n3,x\n", method="pps-systematic/1", params="size = 'size'"),
        {"field": "size"},
    ),
    (
        "DRAW028",
        lambda d: d.commit(
            "id,no\na,1\nb,3\nc,3\n",
            method="ring-step/1",
            params="number = 'no'\nstart = 's'",
            seed="[[seed]]\nname = 's'\nkind = 'number'\nlow = 1\nhigh = 3",
        ),
        {"field": "no"},
    ),
    (
        "DRAW030",
        lambda d: d.commit(seed="[[seed]]\nname = 'x'\nkind = 'balls'\nlow = 1\nhigh = 3\ncount = 4"),
        {"field": "seed[2].count"},
    ),
    ("DRAW031", lambda d: (d.commit(), d.run()), {"field": "witness"}),
    ("DRAW032", lambda d: (d.commit(), d.run("witness=0042", "friend=1")), {"field": "friend"}),
    ("DRAW033", lambda d: (d.commit(), d.run("witness=42")), {"field": "witness"}),
    (
        "DRAW034",
        lambda d: (
            d.commit(seed=BEACON),
            d.run("witness=0042", time="2023-08-23T15:30:00Z", beacon_round=ROUND),
        ),
        {"field": "beacon"},
    ),
    ("DRAW035", lambda d: d.commit(seed=BEACON, time=LATE), {"field": "seed[2].round"}),
    ("DRAW036", another_beacon, {"field": "beacon"}),
    ("DRAW037", false_signature, {"field": "beacon"}),
    ("DRAW038", no_library, {"field": "beacon"}),
    ("DRAW039", sealed_differs, {"field": "sealed"}),
    ("DRAW040", clock_of_chain, {"file": "chain.jsonl"}),
    ("DRAW041", lambda d: d.commit(time="yesterday"), {"field": "time"}),
    ("DRAW042", digits_run_out, {"field": "witness"}),
    ("DRAW050", lambda d: load_document(d.source("{}"), "duxue-certificate/1"), {"field": "format"}),
    ("DRAW051", altered_bytes, {"file": "certificate-1.json"}),
    ("DRAW052", altered_content, {"field": "digest"}),
    ("DRAW053", changed(lambda c: c.update(seed="0" * 64)), {"field": "seed"}),
    ("DRAW054", changed(lambda c: c["result"]["selected"].reverse()), {"field": "result.selected[1]"}),
    ("DRAW055", broken_chain, {"file": "chain.jsonl", "line": 1}),
    ("DRAW056", dropped_from_chain, {"file": "chain.jsonl"}),
    ("DRAW057", other_commitment, {"file": "certificate-1.json"}),
    ("DRAW058", lambda d: (d.commit(), d.commit()), {}),
    ("DRAW059", locked_chain, {}),
    ("DRAW060", second_run, {"field": "run"}),
    ("DRAW062", typed_time, {"field": "commitment.time"}),
    ("DRAW063", committed_again, {"file": "chain.jsonl"}),
    ("DRAW064", interrupted, {"field": "run"}),
    ("DRAW065", no_room_for_the_page, {"file": "verify.html"}),
]


@pytest.mark.parametrize(("code", "wrong", "place"), CASES, ids=[c for c, _, _ in CASES])
def test_wrong_input_is_refused_with_code_and_place(
    code: str, wrong: Callable[[Desk], object], place: dict[str, object], tmp_path: Path
) -> None:
    """The message names where, and says in both languages what is wrong."""
    with pytest.raises(Refused) as caught:
        wrong(Desk(tmp_path))
    problem = next((p for p in caught.value.problems if p.code == code), None)
    assert problem is not None, caught.value
    found = {name: getattr(problem.place, name) for name in place}
    if "file" in found:
        found["file"] = Path(found["file"]).name
    assert found == place
    assert problem.what.zh
    assert problem.what.en


def test_every_code_has_its_wrong_input() -> None:
    """No code is only promised."""
    assert [c for c, _, _ in CASES] == sorted(
        {*DRAW_CODES} - {"DRAW061"}
    )  # told of a double-random plan: test_record


@pytest.mark.parametrize(
    "name",
    ["a\u200bb", "ab\u00a0c", "ｘ1", "①", "x\u0007", "\u202e12", " 1", "1  2", "ﬁ", "x\ufe0f", "\u3164"],
)
def test_deceptive_ids_are_refused(name: str, tmp_path: Path) -> None:
    """Invisible, full-width and compatibility characters, unusual blanks, controls."""
    with pytest.raises(Refused) as caught:
        Desk(tmp_path).commit(f"id\n0\n{name}\n")
    assert [(p.code, p.place.row) for p in caught.value.problems] == [("DRAW007", 3)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("abc", "ABC"), ("A1", "А1"), ("l5", "I5"), ("x0", "xo"), ("é1", "É1"), ("Ρ2", "P2"), ("νΑ", "ΝA"),
        *((f"A{dash}1", "A-1") for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212" if dash != "\u2011"),
        ("A\u20131", "A\u20141"), ("АS", "AЅ"), ("x٣", "x3"), ("Аl", "A1"), ("济О1", "济01"),
    ],
)  # fmt: skip
def test_ids_that_look_alike_are_refused(one: str, other: str, tmp_path: Path) -> None:
    """Case, other alphabets, dashes, scripts of digits, O and 0, I, l and 1, and mixtures of these."""
    with pytest.raises(Refused) as caught:
        Desk(tmp_path).commit(f"id\n{one}\n5\n{other}\n")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.row) == ("DRAW008", 4)
    assert one in problem.expected.en


def test_all_faults_of_a_list_are_told_at_once(tmp_path: Path) -> None:
    """Rows, duplicates, look-alikes and the plan: nothing waits for a second round."""
    with pytest.raises(Refused) as caught:
        Desk(tmp_path).commit("id,city\n,a\n１,a\n3\n4,b\n4,c \nA0,d\nAO,d\n", method="magic/1")
    assert [(p.code, p.place.row) for p in caught.value.problems] == [
        ("DRAW021", None),
        ("DRAW005", 2),
        ("DRAW007", 3),
        ("DRAW004", 4),
        ("DRAW009", 6),
        ("DRAW006", 6),
        ("DRAW008", 8),
    ]


def test_a_refused_commitment_leaves_nothing(tmp_path: Path) -> None:
    """Neither list nor chain nor folder."""
    desk = Desk(tmp_path)
    with pytest.raises(Refused):
        desk.commit("id\n1\n")
    assert not desk.out.exists()


def test_a_refused_run_draws_nothing(tmp_path: Path) -> None:
    """The folder and the chain are as they were."""
    desk = Desk(tmp_path)
    desk.commit()
    before = {p.name: p.read_bytes() for p in desk.out.iterdir()}
    with pytest.raises(Refused):
        desk.run()
    assert {p.name: p.read_bytes() for p in desk.out.iterdir()} == before


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("key", ["time", "digest", "previous", "line", "above"])
def test_any_altered_line_of_the_chain_is_found(number: int, key: str, tmp_path: Path) -> None:
    """The last line too: each names its own content and the line above."""
    desk = Desk(tmp_path)
    desk.drawn()
    desk.run("witness=0043")
    path = desk.out / "chain.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    entry = json.loads(lines[number])
    entry[key] = "2023-08-24T15:00:01Z" if key == "time" else "0" * 64
    lines[number] = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read_chain(path)
    assert [(p.code, p.place.line) for p in caught.value.problems] == [("DRAW055", number + 1)]


def test_a_second_run_is_recorded_in_chain_and_certificate(tmp_path: Path) -> None:
    """Its number is 2, it names the first, and the chain holds both."""
    desk = Desk(tmp_path)
    desk.drawn()
    desk.run("witness=0043")
    second = load_document(desk.out / "certificate-2.json", "duxue-certificate/1")
    first = load_document(desk.out / "certificate-1.json", "duxue-certificate/1")
    assert (second["run"], second["previous"]) == (2, first["digest"])
    assert second["earlier"] == [{"kind": "certificate", "digest": first["digest"], "time": first["time"]}]
    assert [e.get("run") for e in read_chain(desk.out / "chain.jsonl").entries] == [None, 1, 2]


def test_the_same_draw_committed_anew_is_a_further_run(tmp_path: Path) -> None:
    """Names of parts, who draws and when do not make it another draw; another list, method or parameter does."""
    desk = Desk(tmp_path)
    desk.drawn()
    chain = desk.out / "chain.jsonl"

    def draw_anew(number: int, plan: str, text: str = "id\n1\n2\n3\n") -> dict[str, Any]:
        (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
        folder, time = tmp_path / f"draw-{number}", f"2023-08-{24 + number}T15:00:00Z"
        commit_draw(
            source=desk.source(text),
            plan_path=tmp_path / "plan.toml",
            folder=folder,
            chain_path=chain,
            time=time,
        )
        name = "friend" if "friend" in plan else "witness"
        parts = [read_part(f"{name}=7777")]
        return run_draw(folder=folder, chain_path=chain, parts=parts, time=time, pdf=False).certificate

    plain = PLAN.replace("METHOD", "keyed-order/1").replace("PARAMS", "").replace("SEED", "")
    other_words = plain.replace('"Trial"', '"Second try"').replace('"witness"', '"friend"\nwho = "a friend"')
    assert draw_anew(1, plain)["run"] == 2
    again = draw_anew(2, other_words)
    assert (again["run"], len(again["earlier"])) == (3, 2)
    assert draw_anew(3, plain.replace("take = 2", "take = 1"))["run"] == 1
    assert draw_anew(4, plain, "id\n1\n2\n4\n")["run"] == 1
    assert draw_anew(5, plain.replace("keyed-order/1", "sequential/1"))["run"] == 1
    runs = [e["run"] for e in read_chain(chain).entries if e["kind"] == "certificate"]
    assert runs == [1, 2, 3, 1, 1, 1]
    found = verify(desk.out / "certificate-1.json", desk.out / "list.tsv", chain_path=chain)
    assert "DRAW060" in [p.code for c in found.checks for p in c.problems]


def test_another_round_or_sealed_number_is_the_same_draw(tmp_path: Path) -> None:
    """Whoever waits for a further round after an unwelcome one has drawn before."""
    tickets = make_ids(tmp_path, 9)

    def sealed(digest: str) -> str:
        part = {"name": "office", "kind": "sealed", "sha256": digest}
        return identity_of(commit(tickets, "keyed-order/1", {"take": 2}, [part]))

    def wait_for(number: int, network: str = "quicknet") -> str:
        part = {"name": "beacon", "kind": "beacon", "network": network, "round": number}
        return identity_of(commit(tickets, "keyed-order/1", {"take": 2}, [part]))

    assert sealed("0" * 64) == sealed("1" * 64)
    assert wait_for(10**8) == wait_for(10**8 + 1) != wait_for(10**8, "default")
    assert sealed("0" * 64) != wait_for(10**8)


def test_an_interrupted_run_is_recorded_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """No dead end: what was left counts as run 1, stays where it is, and the new certificate names it."""
    desk = Desk(tmp_path)
    left = desk.killed_run()
    desk.run("witness=0042")
    second = load_document(desk.out / "certificate-2.json", "duxue-certificate/1")
    assert second["earlier"] == [{"kind": "interruption", "digest": left["digest"], "time": LATE}]
    assert second["result"] == left["result"]
    chain = desk.out / "chain.jsonl"
    assert [e["kind"] for e in read_chain(chain).entries] == ["commitment", "interruption", "certificate"]
    assert verify(desk.out / "certificate-2.json", desk.out / "list.tsv", chain_path=chain).ok
    old = verify(desk.out / "certificate-1.json", desk.out / "list.tsv", chain_path=chain)
    assert [p.code for c in old.checks for p in c.problems if p.severity == "error"] == ["DRAW064"]


def test_a_broken_certificate_that_was_left_is_recorded_too(tmp_path: Path) -> None:
    """Half a file has no digest of its own; that of its bytes names it."""
    desk = Desk(tmp_path)
    desk.killed_run()
    path = desk.out / "certificate-1.json"
    path.write_bytes(path.read_bytes()[:200])
    desk.run("witness=0043")
    assert load_document(desk.out / "certificate-2.json", "duxue-certificate/1")["run"] == 2


def test_a_refused_run_leaves_an_interruption_for_the_next(tmp_path: Path) -> None:
    """Nothing is recorded when nothing is drawn."""
    desk = Desk(tmp_path)
    desk.killed_run()
    before = (desk.out / "chain.jsonl").read_bytes()
    with pytest.raises(Refused):
        desk.run("witness=4")
    assert (desk.out / "chain.jsonl").read_bytes() == before


def test_a_folder_with_a_certificate_is_refused_for_another_commitment(tmp_path: Path) -> None:
    """Even when the other files were taken away."""
    desk = Desk(tmp_path)
    desk.drawn()
    for name in ("list.tsv", "commitment.json", "chain.jsonl"):
        (desk.out / name).unlink()
    with pytest.raises(Refused) as caught:
        desk.commit()
    assert [p.code for p in caught.value.problems] == ["DRAW058"]
    assert {p.name for p in desk.out.iterdir()} == {"certificate-1.json", "verify.html"}


def test_a_time_of_the_clock_is_marked_as_such(tmp_path: Path) -> None:
    """And warns of nothing; who alters the mark alters the digest."""
    desk = Desk(tmp_path)
    plan = tmp_path / "plan.toml"
    plan.write_text(
        PLAN.replace("METHOD", "keyed-order/1").replace("PARAMS", "").replace("SEED", ""), encoding="utf-8"
    )
    source = desk.source("id,name\n1,甲\n2,乙\n3,丙\n")
    commit_draw(source=source, plan_path=plan, folder=desk.out, chain_path=None, time=None)
    done = run_draw(folder=desk.out, chain_path=None, parts=[read_part("witness=0042")], time=None, pdf=False)
    certificate = done.certificate
    assert (certificate["clock"], certificate["commitment"]["clock"]) == ("machine", "machine")
    assert {*done.names} == {*certificate["result"]["selected"]}
    assert {*done.names.values()} < {*"甲乙丙"}
    found = verify(desk.out / "certificate-1.json", desk.out / "list.tsv")
    assert found.ok
    assert [p.code for c in found.checks for p in c.problems] == []
