"""What is said of a draw beside what is recorded: the group of each ticket, and documents that say nonsense."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from duxue.app import drawing
from duxue.cli.main import main
from duxue.core.errors import Refused
from duxue.draws.documents import sign, write_form
from duxue.draws.page import write_page
from duxue.draws.wording import groups_of
from duxue.reports import write_draw
from tests.unit.draws.inspection.test_record import Office
from tests.unit.draws.kit import commit, make_ids, make_list, run
from tests.unit.draws.test_wrong_inputs import Desk

WITNESS = {"witness": "271828182845"}


@pytest.mark.parametrize(
    ("method", "params", "fields"),
    [
        ("stratified/1", {"by": ["city"], "take": 2, "short": "all"}, ["city"]),
        ("stratified/1", {"by": ["city", "kind"], "take": 9, "rule": "proportional"}, ["city", "kind"]),
        (
            "multistage/1",
            {
                "stages": [{"unit": "city", "take": 3}],
                "by": ["kind"],
                "take": 1,
                "minimum": 3,
                "short": "all",
            },
            ["city", "kind"],
        ),
    ],
)
def test_the_group_that_is_said_is_that_of_the_list(
    method: str, params: dict[str, Any], fields: list[str], tmp_path: Path
) -> None:
    """For each ticket drawn; a top-up is of its unit."""
    chance = random.Random(5)
    rows = [[f"{i:03}", chance.choice("甲乙丙丁"), chance.choice("小初")] for i in range(90)]
    tickets = make_list(tmp_path, ["id", "city", "kind"], rows)
    certificate = run(commit(tickets, method, params), tickets, WITNESS)
    drawn, said = certificate["result"]["selected"], groups_of(certificate)
    cells = {row[0]: dict(zip(("city", "kind"), row[1:], strict=True)) for row in rows}
    assert len(said) == len(drawn) > 5
    for id, group in zip(drawn, said, strict=True):
        path = [cells[id][f] for f in fields]
        assert group in (" / ".join(path), f"{path[0]} / +")


def test_other_methods_say_no_group(tmp_path: Path) -> None:
    """Their tickets stand in one order."""
    tickets = make_ids(tmp_path, 9)
    assert groups_of(run(commit(tickets, "keyed-order/1", {"take": 2}), tickets, WITNESS)) == []


def test_a_claim_of_endless_groups_is_not_followed(tmp_path: Path) -> None:
    """No more groups are said than tickets were drawn."""
    tickets = make_list(tmp_path, ["id", "city"], [["1", "甲"], ["2", "乙"]])
    certificate = run(commit(tickets, "stratified/1", {"by": ["city"], "take": 1}), tickets, WITNESS)
    certificate["result"]["groups"][0]["taken"] = 2**53 - 1
    assert groups_of(certificate) == ["乙", "乙"]


def test_the_command_prints_the_group(tmp_path: Path) -> None:
    """Counties of two cities may have one name."""
    desk = Desk(tmp_path)
    desk.commit(
        "id,name,city\n1,市中区,济南\n2,市中区,枣庄\n3,x,枣庄\n4,y,济南\n",
        method="stratified/1",
        params="by = ['city']",
    )
    path = desk.run("witness=0042")
    told = CliRunner().invoke(main, ["draw", "show", str(path)])
    assert "1  市中区  济南" in told.output
    assert "2  市中区  枣庄" in told.output


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda k: k.pop("title"), "commitment.title"),
        (lambda k: k.update(seed=[1]), "commitment.seed[1]"),
        (lambda k: k["params"].update(table=1), "commitment.params.table"),
        (lambda k: k["params"].update(stages=[{"unit": "a"}]), "commitment.params.stages[1].take"),
        (lambda k: k["params"].update(by=[1]), "commitment.params.by[1]"),
        (lambda k: k["params"].update(take=True), "commitment.params.take"),
        (lambda k: k.update(method="magic/1"), "method"),
    ],
)
def test_a_hostile_commitment_is_refused_wherever_it_is_read(
    change: Callable[[dict[str, Any]], object], field: str, tmp_path: Path
) -> None:
    """Signed anew, shown by itself, run, and inside a certificate."""
    desk = Desk(tmp_path)
    path, certificate = desk.drawn()
    commitment = copy.deepcopy(certificate["commitment"])
    change(commitment)
    certificate["commitment"] = commitment = sign(commitment)
    alone = desk.out / "commitment.json"
    alone.write_bytes(write_form(commitment))
    path.write_bytes(write_form(sign(certificate)))
    ways: list[Callable[[], object]] = [
        lambda: drawing.read_any(alone),
        lambda: drawing.read_any(path),
        lambda: desk.run("witness=0042"),
    ]
    for way in ways:
        with pytest.raises(Refused) as caught:
            way()
        assert field in [(p.place.field or "").removeprefix("commitment.") for p in caught.value.problems] + [
            p.place.field for p in caught.value.problems
        ]
    told = CliRunner().invoke(main, ["draw", "show", str(alone), "--json"])
    assert (told.exit_code, json.loads(told.output)["ok"]) == (1, False)


def test_what_is_shown_is_called_unverified(tmp_path: Path) -> None:
    """A forged time is shown as the file has it, and said to be unchecked; no paper is made of it."""
    desk = Desk(tmp_path)
    path, certificate = desk.drawn()
    path.write_bytes(write_form(sign({**certificate, "time": "yesterday"})))
    for lang, said in (("en", "Not verified"), ("zh", "未核验")):
        for shown in (path, desk.out / "commitment.json"):
            told = CliRunner().invoke(main, ["--lang", lang, "draw", "show", str(shown)])
            assert told.exit_code == 0
            assert told.output.splitlines()[-1].startswith(said)
    told = CliRunner().invoke(main, ["draw", "show", str(path), "--json"])
    assert json.loads(told.output)["verified"] is False
    told = CliRunner().invoke(main, ["draw", "show", str(path), "--papers", "--json"])
    assert [p["code"] for p in json.loads(told.output)["problems"]] == ["DRAW041"]
    assert not [*desk.out.glob("*.pdf")]


def test_paper_and_page_show_commands_without_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks of a terminal's text would stand there as they are."""
    sources: list[bytes] = []
    real = write_draw.typst.compile
    monkeypatch.setattr(
        write_draw.typst, "compile", lambda source, **more: (sources.append(source), real(source, **more))[1]
    )
    (tmp_path / "office").mkdir()
    drawing.write_papers(Desk(tmp_path).drawn()[0])
    drawing.write_papers(Office(tmp_path / "office").commit().run().files[0])
    assert all(b"duxue draw verify" in source and b"`" not in source for source in sources)
    assert "`duxue" not in write_page()
