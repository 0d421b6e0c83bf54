"""What a forger may write, with every digest, seed and result made anew: both implementations refuse it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from duxue.cli.main import main
from duxue.core.errors import Refused
from duxue.draws import beacon
from duxue.draws.certificate import repeat_draw
from duxue.draws.documents import Document, sign, write_form
from duxue.draws.seed import join_seed
from duxue.draws.tickets import Tickets
from duxue.draws.verify import verify
from tests.unit.draws.kit import WITNESS, commit, make_ids, make_list, run
from tests.unit.draws.test_second_implementation import NODE, check_in_node, make_case

SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
VALUE = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
DUE = "2023-08-23T15:59:24Z"  # round 1000 of quicknet
UNEXPLAINED = {"id": "07", "reason": {"zh": " ", "en": ""}}
Change = Callable[[dict[str, Any]], object]


def forge(certificate: Document, tickets: Tickets, change: Change) -> Document:
    """Return the certificate after `change`, with the digests, the seed and the result that follow from it."""
    change(certificate)
    certificate["commitment"] = sign(certificate["commitment"])
    certificate["seed"] = join_seed(certificate["commitment"]["digest"], certificate["parts"])
    certificate["result"] = repeat_draw(
        certificate["commitment"], tickets, certificate["seed"], certificate["parts"]
    )
    return sign(certificate)


def codes_of(folder: Path, certificate: Document, tickets: Tickets) -> set[str]:
    """Return the codes of the errors that our own check finds."""
    path = folder / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    try:
        found = verify(path, tickets.path)
    except Refused as refused:
        return {p.code for p in refused.problems}
    return {p.code for c in found.checks for p in c.problems if p.severity == "error"}


def require_refusal(folder: Path, certificate: Document, tickets: Tickets, code: str) -> None:
    """Both implementations refuse, and tell the code."""
    assert code in codes_of(folder, certificate, tickets)
    if NODE is not None:
        agreed, told = check_in_node(folder, [make_case("forged", certificate, tickets.path.read_bytes())])
        assert agreed == 0
        assert code in told


def draw_with_beacon(folder: Path) -> tuple[Tickets, Document]:
    """A true draw from a witness and a round that was not public at the commitment."""
    tickets = make_ids(folder, 20)
    certificate = run(
        commit(tickets, "keyed-order/1", {"take": 5}, [WITNESS]), tickets, {"witness": "314159265358"}
    )

    def change(c: dict[str, Any]) -> None:
        with_beacon()(c)
        c["commitment"]["time"] = c["commitment"]["seed"][0]["not_before"] = "2023-08-23T15:00:00Z"

    return tickets, forge(certificate, tickets, change)


@pytest.mark.parametrize("library", [True, False])
def test_a_signature_that_was_not_checked_is_said_in_the_verdict(
    library: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without py_ecc the draw stands, but not as if the beacon had been checked."""
    tickets, certificate = draw_with_beacon(tmp_path)
    path = tmp_path / "certificate-1.json"
    path.write_bytes(write_form(certificate))
    monkeypatch.setattr(beacon, "can_check", lambda: library)
    monkeypatch.setattr(beacon, "check_signature", lambda *_: True)
    done = CliRunner().invoke(main, ["--lang", "en", "draw", "verify", str(path), str(tickets.path)])
    assert done.exit_code == 0, done.output
    said = "stands." if library else "stands, beacon signature not checked."
    assert done.output.strip().splitlines()[-1] == f"The draw {said}"


def with_beacon(**changes: object) -> Change:
    """A beacon part is added to the witness, its round long public at the commitment."""

    def change(certificate: dict[str, Any]) -> None:
        commitment = certificate["commitment"]
        declared = {
            "name": "beacon", "kind": "beacon", "who": {"zh": "", "en": ""}, "network": "quicknet", "round": 1000,
            "not_before": DUE,
        }  # fmt: skip
        commitment["seed"].append({**declared, **changes})
        proof = {"signature": SIGNATURE}
        certificate["parts"].append(
            {"name": "beacon", "value": VALUE, "time": certificate["time"], "proof": proof}
        )

    return change


FORGERIES: dict[str, tuple[Change, str]] = {
    "a round public before": (with_beacon(not_before="2026-11-22T01:00:00Z"), "DRAW035"),
    "a round public before, its time right": (with_beacon(), "DRAW035"),
    "a round said to be due at another time": (with_beacon(round=10**9, not_before="2026-11-22T01:30:00Z"), "DRAW036"),
    "no such network": (with_beacon(network="friend"), "DRAW030"),
    "a network that every object has": (with_beacon(network="constructor"), "DRAW030"),
    "no seed part": (lambda c: (c["commitment"].update(seed=[]), c.update(parts=[])), "DRAW030"),
    "an exclusion without reason": (lambda c: c["commitment"]["exclusions"].append(UNEXPLAINED), "DRAW026"),
    "a day that does not exist": (lambda c: c.update(time="2026-11-31T02:00:00Z"), "DRAW041"),
    "a time of one digit": (lambda c: c.update(time="2026-12-1T02:00:00Z"), "DRAW041"),
    "an earliest time that is none": (lambda c: c["commitment"]["seed"][0].update(not_before="9"), "DRAW041"),
    "run 0": (lambda c: c.update(run=0), "DRAW050"),
    "run 2 without an earlier one": (lambda c: c.update(run=2), "DRAW050"),
    "run 1 with an earlier one": (lambda c: c.update(earlier=[{"kind": "certificate", "digest": "0", "time": DUE}]), "DRAW050"),
    "a key too many": (lambda c: c.update(note="x"), "DRAW050"),
    "a key too many within": (lambda c: c["commitment"]["seed"][0].update(note="x"), "DRAW050"),
    "an unknown parameter": (lambda c: c["commitment"]["params"].update(speed=1), "DRAW022"),
    "a reserve longer than the list": (lambda c: c["commitment"]["params"].update(reserve=99), "DRAW022"),
    "round 0": (with_beacon(round=0), "DRAW030"),
}  # fmt: skip


def test_a_commitment_without_seed_parts_is_refused(tmp_path: Path) -> None:
    """Nothing would be left to chance."""
    with pytest.raises(Refused) as caught:
        commit(make_ids(tmp_path, 20), "keyed-order/1", {"take": 5}, [])
    assert [p.code for p in caught.value.problems] == ["DRAW030"]


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_by_both(name: str, tmp_path: Path) -> None:
    """However consistent it is made."""
    change, code = FORGERIES[name]
    tickets = make_ids(tmp_path, 20)
    certificate = run(
        commit(tickets, "keyed-order/1", {"take": 5}, [WITNESS]), tickets, {"witness": "314159265358"}
    )
    require_refusal(tmp_path, forge(certificate, tickets, change), tickets, code)


CELLS = [["01", "a", "3"], ["02", "a", "4"], ["03", "b", "5"], ["04", "b", "9"], ["05", "b", "1"]]
STAGES = {"stages": [{"within": [], "unit": "city", "take": 2}], "by": []}
INFEASIBLE: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    "a stratum too small": ("stratified/1", {"by": ["city"], "take": 1}, {"take": 3}, "DRAW025"),
    "less than the minimums": (
        "stratified/1", {"by": ["city"], "rule": "proportional", "take": 4, "minimum": 1},
        {"take": 3, "minimum": 2}, "DRAW022",
    ),
    "a minimum without proportion": ("stratified/1", {"by": ["city"], "take": 1}, {"minimum": 1}, "DRAW022"),
    "a table beyond a group": (
        "stratified/1", {"by": ["city"], "rule": "table", "table": [{"group": ["a"], "take": 1}]},
        {"table": [{"group": ["a"], "take": 3}]}, "DRAW025",
    ),
    "too few units": ("multistage/1", {**STAGES, "take": 1}, {"stages": [{**STAGES["stages"][0], "take": 3}]}, "DRAW025"),
    "a cell too small": ("multistage/1", {**STAGES, "take": 1}, {"take": 3}, "DRAW025"),
    "a unit below its minimum": ("multistage/1", {**STAGES, "take": 1}, {"minimum": 3}, "DRAW025"),
    "a field twice": ("multistage/1", {**STAGES, "take": 1}, {"by": ["city"]}, "DRAW022"),
    "no sizes": ("pps-systematic/1", {"take": 1, "size": "size"}, {"size": "city"}, "DRAW027"),
}  # fmt: skip


@pytest.mark.parametrize("name", INFEASIBLE)
def test_what_the_commitment_had_to_refuse_is_refused_by_both(name: str, tmp_path: Path) -> None:
    """A draw that could not be committed to does not stand because someone wrote its certificate by hand."""
    method, params, change, code = INFEASIBLE[name]
    tickets = make_list(tmp_path, ["id", "city", "size"], CELLS)
    certificate = run(commit(tickets, method, params, [WITNESS]), tickets, {"witness": "314159265358"})
    assert codes_of(tmp_path, certificate, tickets) == set()
    certificate["commitment"]["params"] |= change
    certificate["commitment"] = sign(certificate["commitment"])
    certificate["seed"] = join_seed(certificate["commitment"]["digest"], certificate["parts"])
    require_refusal(tmp_path, sign(certificate), tickets, code)
