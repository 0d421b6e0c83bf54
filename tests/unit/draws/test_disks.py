"""Disks that are full, sticks that know no links, two acts in one folder: nothing is half-written, nothing is lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner

from duxue.app import acts, drawing
from duxue.app.drawing import commit_draw, read_part, run_draw
from duxue.cli.main import main
from duxue.core.errors import Refused
from duxue.draws import chain as chains
from duxue.draws.chain import read_chain
from duxue.draws.commitment import make_commitment
from duxue.draws.documents import write_anew
from duxue.draws.verify import verify
from tests.unit.draws.inspection.test_record import Office
from tests.unit.draws.test_wrong_inputs import EARLY, LATE, PLAN, Desk

FULL = OSError(errno.ENOSPC, "No space left on device")
PLAIN = PLAN.replace("METHOD", "keyed-order/1").replace("PARAMS", "").replace("SEED", "")


def fail(*_: object, **__: object) -> None:
    """Do what a full disk does."""
    raise FULL


@pytest.mark.parametrize(
    ("module", "name"), [("duxue.draws.canonical", "os.replace"), ("duxue.draws.documents", "os.fsync")]
)
def test_a_full_disk_at_the_commitment_leaves_nothing(
    module: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither list nor folder, and the error is the disk's."""
    monkeypatch.setattr(f"{module}.{name}", fail)
    desk = Desk(tmp_path)
    with pytest.raises(OSError, match="No space"):
        desk.commit()
    assert not desk.out.exists()


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain that all draws of an office share can still be read after its disk was full."""
    desk = Desk(tmp_path)
    desk.drawn()
    shared = desk.out / "chain.jsonl"
    before = shared.read_bytes()

    class Stingy:
        """A file that takes 100 bytes."""

        def __init__(self, stream: Any) -> None:
            self.stream, self.left = stream, 100

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.stream.close()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.stream, name)

        def write(self, data: bytes) -> int:
            if not self.left:
                raise FULL
            written: int = self.stream.write(data[: self.left])
            self.left = 0
            return written

    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda p, *a, **k: Stingy(real(p, *a, **k)) if p == shared and a else real(p, *a, **k)
    )
    with pytest.raises(OSError, match="No space"), chains.append_to(shared) as entries:
        entries.append({"kind": "x" * 200})
    assert shared.read_bytes() == before
    assert len(read_chain(shared).entries) == 2


def test_a_stick_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT and exFAT refuse links; documents are written all the same, and never over one another."""

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    desk = Desk(tmp_path)
    path, _ = desk.drawn()
    assert verify(path, desk.out / "list.tsv", chain_path=desk.out / "chain.jsonl").ok
    with pytest.raises(Refused) as caught:
        acts.write_new(path, b"another")
    assert [p.code for p in caught.value.problems] == ["DRAW058"]
    assert not [p for p in desk.out.iterdir() if p.suffix == ".part"]


def test_a_commitment_that_meets_another_takes_nothing_away(tmp_path: Path) -> None:
    """The second act is refused by the lock of the first and leaves its files alone."""
    desk = Desk(tmp_path)
    desk.out.mkdir()
    chain = desk.out / "chain.jsonl"
    with chains.append_to(chain):
        (desk.out / "commitment.json.part").write_text("being written")
        with pytest.raises(Refused) as caught:
            desk.commit()
    assert [p.code for p in caught.value.problems] == ["DRAW059"]
    assert (desk.out / "commitment.json.part").exists()


def test_two_commitments_with_different_chains_do_not_share_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins while the first is at its list: it is refused, and has taken or recorded nothing."""
    desk = Desk(tmp_path)
    codes = []

    def interrupted(*args: Any, **more: Any) -> Any:
        monkeypatch.undo()
        with pytest.raises(Refused) as caught:
            commit_draw(
                source=tmp_path / "list.csv", plan_path=tmp_path / "plan.toml", folder=desk.out,
                chain_path=tmp_path / "other.jsonl", time=EARLY,
            )  # fmt: skip
        codes.extend(p.code for p in caught.value.problems)
        return make_commitment(*args, **more)

    monkeypatch.setattr(drawing, "make_commitment", interrupted)
    desk.commit()
    assert codes == ["DRAW059"]
    assert sorted(p.name for p in desk.out.iterdir()) == ["chain.jsonl", "commitment.json", "list.tsv"]
    assert not [*tmp_path.glob("other*")]
    assert verify(desk.run("witness=0042"), desk.out / "list.tsv", chain_path=desk.out / "chain.jsonl").ok


def test_a_run_waits_for_the_other_act_in_its_folder(tmp_path: Path) -> None:
    """Whatever chain that one has."""
    desk = Desk(tmp_path)
    desk.commit()
    with chains.locked(desk.out / "commitment.json"), pytest.raises(Refused, match="DRAW059"):
        desk.run("witness=0042")
    assert not [*desk.out.glob("certificate-*")]
    desk.run("witness=0042")


def test_paper_that_cannot_be_written_is_told_and_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draw is recorded, so it must not be run again: the files are made from the certificate instead."""
    desk = Desk(tmp_path)
    desk.commit()
    with monkeypatch.context() as patch:
        patch.setattr(acts, "write_anew", fail)
        done = run_draw(
            folder=desk.out, chain_path=None, parts=[read_part("witness=0042")], time=LATE, pdf=True
        )
    assert [(p.code, Path(p.place.file).name) for p in done.warnings] == [
        ("DRAW065", "certificate-1.pdf"),
        ("DRAW065", "verify.html"),
    ]
    assert [f.name for f in done.files] == ["certificate-1.json", "chain.jsonl"]
    path = desk.out / "certificate-1.json"
    told = CliRunner().invoke(main, ["draw", "show", str(path), "--papers"])
    assert told.exit_code == 0
    assert [Path(line).name for line in told.output.split()] == ["certificate-1.pdf", "verify.html"]
    assert (desk.out / "certificate-1.pdf").read_bytes().startswith(b"%PDF")
    assert len(read_chain(desk.out / "chain.jsonl").entries) == 2
    with pytest.raises(Refused) as caught:
        drawing.write_papers(desk.out / "commitment.json")
    assert [p.code for p in caught.value.problems] == ["DRAW050"]


def test_papers_of_a_plan_are_written_again_as_they_were(tmp_path: Path) -> None:
    """Table and page byte for byte."""
    path = Office(tmp_path).commit().run().files[0]
    table, page = path.parent / "plan-1.csv", path.parent / "verify.html"
    before = table.read_bytes(), page.read_bytes()
    table.unlink()
    page.unlink()
    assert {f.name for f in drawing.write_papers(path)} == {"verify.html", "plan-1.csv", "certificate-1.pdf"}
    assert (table.read_bytes(), page.read_bytes()) == before


def test_what_stood_there_stays_when_it_cannot_be_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper certificate is whole: the old one or the new one."""
    path = write_anew(tmp_path / "certificate-1.pdf", b"old")
    monkeypatch.setattr("duxue.draws.documents.os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_anew(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["certificate-1.pdf"]


def test_a_part_that_comes_twice_is_told_as_such(tmp_path: Path) -> None:
    """And a malformed one beside it is told at once."""
    desk = Desk(tmp_path)
    desk.commit()
    with pytest.raises(Refused) as caught:
        desk.run("witness=4x", "witness=0042")
    found = [(p.code, p.expected.en) for p in caught.value.problems]
    assert found == [("DRAW032", "each part once"), ("DRAW033", "4 digits")]


def test_a_commitment_over_a_chain_of_later_times_leaves_nothing(tmp_path: Path) -> None:
    """A clock that went back is refused before anything is written."""
    desk = Desk(tmp_path)
    desk.commit(time=LATE)
    (tmp_path / "plan.toml").write_text(PLAIN, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        commit_draw(
            source=desk.source("id\n1\n2\n3\n"),
            plan_path=tmp_path / "plan.toml",
            folder=tmp_path / "second",
            chain_path=desk.out / "chain.jsonl",
            time=EARLY,
        )
    assert [p.code for p in caught.value.problems] == ["DRAW040"]
    assert not (tmp_path / "second").exists()
    assert len(read_chain(desk.out / "chain.jsonl").entries) == 1
