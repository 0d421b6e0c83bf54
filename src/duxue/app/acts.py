"""The two acts on files that every draw shares, from a list or of a double-random plan: one record, one recovery."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from duxue.core import digest
from duxue.core.errors import Place, Problem
from duxue.core.text import Text
from duxue.draws.beacon import is_hex
from duxue.draws.certificate import explain_commitment, explain_run
from duxue.draws.chain import Chain, append_to, entry_of, locked, read_chain
from duxue.draws.documents import Document, cannot_read, write_anew, write_form, write_new
from duxue.draws.instants import read_instant, write_instant
from duxue.draws.page import write_page
from duxue.draws.problems import make as make_problem
from duxue.draws.problems import refuse
from duxue.draws.wording import groups_of, say_constraint, say_earlier, say_params, say_part, say_time

COMMITMENT_FILE = "commitment.json"
CHAIN_FILE = "chain.jsonl"
PAGE_FILE = "verify.html"
Paper = tuple[Path, Callable[[Path], object]]  # a file that can be made again from a certificate, and how


@dataclass(frozen=True, slots=True)
class Moment:
    """When an act is done, in the form of documents, and whether the machine's clock or a hand said so."""

    time: str
    clock: str


@dataclass(frozen=True, slots=True)
class Committed:
    """What act one wrote; `warnings` tell of an earlier commitment to the same draw."""

    commitment: Document
    files: tuple[Path, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Certified:
    """What act two recorded; `warnings` tell of earlier runs."""

    certificate: Document
    path: Path
    chain_path: Path
    warnings: tuple[Problem, ...]


def read_moment(time: str | None) -> Moment:
    """Return a typed time, or the time of the clock when none was typed."""
    if time is None:
        return Moment(write_instant(datetime.now(UTC)), "machine")
    return Moment(read_instant(time, Place(field="time")), "typed")


def record_commitment(
    folder: Path,
    chain_path: Path | None,
    moment: Moment,
    published: Sequence[Path],
    make: Callable[[Chain], Document],
) -> Committed:
    """Let `make` write the files `published` and return the commitment, and record it; refused, nothing is left behind.

    The folder is locked beside the chain, for two acts in one folder may have different chains.
    """
    commitment_path, chain_path = folder / COMMITMENT_FILE, chain_path or folder / CHAIN_FILE
    own = [*published, commitment_path, *([] if chain_path.exists() else [chain_path])]
    mine: list[Path] = []  # written by this act: what another one has put into the folder is not taken away
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_read(folder, error) from error
    try:
        with locked(commitment_path), append_to(chain_path) as entries:
            held = [
                p for p in (*published, commitment_path, *sorted(folder.glob("certificate-*"))) if p.exists()
            ]
            if held:
                advice = Text("每次抽签用一个新文件夹。", "Use a new folder for each draw.")
                raise refuse("DRAW058", place=Place(file=str(held[0])), advice=advice)
            mine += own
            chain = read_chain(chain_path)
            chain.check_clock(moment.time)
            commitment = make(chain)
            write_new(commitment_path, write_form(commitment))
            entries.append(entry_of(commitment))
    except BaseException:  # a full disk and a stopped command too
        for path in mine:
            path.unlink(missing_ok=True)
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    warnings = tuple(explain_commitment(commitment, chain))
    return Committed(commitment, (*published, commitment_path, chain_path), warnings)


def record_certificate(
    folder: Path,
    chain_path: Path | None,
    moment: Moment,
    commitment: Document,
    make: Callable[[Chain], Document],
) -> Certified:
    """Let `make` draw after what the chain holds, write the certificate and record it.

    A certificate that a killed run left unrecorded in the folder is recorded first, as an interrupted run.
    """
    chain_path = chain_path or folder / CHAIN_FILE
    with locked(folder / COMMITMENT_FILE), append_to(chain_path) as entries:
        chain = read_chain(chain_path)
        chain.require_commitment(commitment["digest"])
        known = len(chain.entries)
        for left in _find_unrecorded(folder, chain):
            chain = chain.with_interruption(commitment, left, moment.time)
        certificate = make(chain)
        path = folder / f"certificate-{certificate['run']}.json"
        write_new(path, write_form(certificate))
        entries += [*chain.entries[known:], entry_of(certificate)]
    return Certified(certificate, path, chain_path, tuple(explain_run(certificate)))


def write_paper(
    path: Path,
    certificate: Document,
    method: Text,
    *,
    names: Mapping[str, str] | None = None,
    places: Sequence[tuple[str, ...]] | None = None,
) -> Path:
    """Write the printable certificate: of the plan with these `places`, or of a draw from a list with these `names`."""
    from duxue.reports.write_draw import Sheet, render_certificate, render_inspection

    commitment = certificate["commitment"]
    pairs = zip(commitment["seed"], certificate["parts"], strict=True)
    sheet = Sheet(
        method=method,
        committed=say_time(commitment),
        drawn=say_time(certificate),
        params=[*say_params(commitment.get("params", {}))],
        constraints=[say_constraint(c, commitment["rules"]) for c in commitment.get("constraints", [])],
        parts=[row for declared, received in pairs for row in say_part(declared, received)],
        earlier=say_earlier(certificate["earlier"]),
        names=names or {},
        groups=groups_of(certificate),
    )
    made = (
        render_certificate(certificate, sheet)
        if places is None
        else render_inspection(certificate, sheet, places)
    )
    return write_anew(path, made)


def write_check_page(path: Path) -> Path:
    """Write the page that checks a draw in a browser without network."""
    return write_anew(path, write_page().encode())


def write_beside(papers: Iterable[Paper]) -> tuple[list[Path], list[Problem]]:
    """Write what goes with a recorded certificate; what cannot be written is told, for the draw is made all the same."""
    files, problems = [], []
    for path, write in papers:
        try:
            write(path)
        except OSError as error:
            place, found = Place(file=str(path)), error.strerror or str(error)
            problems.append(
                make_problem(
                    "DRAW065", place=place, found=found, expected=_RECORDED, advice=_AGAIN, severity="warning"
                )
            )
        else:
            files.append(path)
    return files, problems


def _find_unrecorded(folder: Path, chain: Chain) -> list[str]:
    """Return the digests of the certificates in a folder that the chain does not hold, by the number of their files."""
    recorded = {e["digest"] for e in chain.entries}
    found = []
    for path in sorted(folder.glob("certificate-*.json"), key=lambda p: (len(p.name), p.name)):
        data = path.read_bytes()
        try:
            own = json.loads(data).get("digest")
        except (ValueError, AttributeError, RecursionError):
            own = None
        name = own if isinstance(own, str) and is_hex(own, 32) else digest.of_bytes(data)
        if name not in recorded:
            found.append(name)
    return found


_RECORDED = Text("抽签已经完成并登记", "the draw is made and recorded")
_AGAIN = Text(
    "请勿再次运行 run；排除原因后用 duxue draw show 证书 --papers 补写。",
    "Do not run again; remove the cause and write it with `duxue draw show CERTIFICATE --papers`.",
)
