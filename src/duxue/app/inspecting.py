"""Double-random inspection on files, in the two acts of every draw: check, commit, run, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.draws.certificate import explain_run
from duxue.draws.chain import append_to, read_chain
from duxue.draws.documents import Document, cannot_read, load_document, read_document, write_form, write_new
from duxue.draws.inspection.record import (
    CERTIFICATE,
    COMMITMENT,
    certify_case,
    commit_case,
    describe_case,
    open_case,
    plan_of,
    reasons_of,
    rehearse,
    require_certificate,
    verify_inspection,
)
from duxue.draws.inspection.sampling import build_frame
from duxue.draws.inspection.tables import list_places, read_order, write_case, write_plan_table
from duxue.draws.instants import read_instant
from duxue.draws.problems import refuse

__all__ = ["check_order", "commit_inspection", "run_inspection", "verify_inspection"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found before any commitment: the facts of the case, and for each rehearsal why it gave no plan."""

    facts: Mapping[str, Any]
    excluded: tuple[str, ...]
    outcomes: tuple[tuple[Problem, ...], ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """What act one wrote."""

    commitment: Document
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What act two wrote; `reasons` say why there is no plan, `warnings` tell of an earlier run."""

    certificate: Document
    places: tuple[tuple[str, ...], ...]
    files: tuple[Path, ...]
    reasons: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check_order(plan_path: Path, rehearsals: int) -> Checked:
    """Read plan and tables, and draw with public seeds to see whether the rules can be kept; nothing is written."""
    order = read_order(plan_path)
    excluded = tuple(school.id for school, _ in build_frame(order.case).excluded)
    return Checked(describe_case(order.case), excluded, tuple(rehearse(order.case, rehearsals)))


def commit_inspection(*, plan_path: Path, folder: Path, chain_path: Path | None, time: str) -> Committed:
    """Write the canonical case and the commitment and record it; nothing is left behind when refused."""
    order = read_order(plan_path)
    moment = read_instant(time, Place(field="time"))
    case_path, commitment_path = _store(folder)
    for path in (case_path, commitment_path):
        if path.exists():
            advice = Text("每次抽签用一个新文件夹。", "Use a new folder for each draw.")
            raise refuse("DRAW058", place=Place(file=str(path)), advice=advice)
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_read(folder, error) from error
    chain_path = chain_path or folder / "chain.jsonl"
    try:
        with append_to(chain_path) as documents:
            chain = read_chain(chain_path)
            chain.check_clock(moment)
            commitment = commit_case(order, moment, chain.head)
            write_new(case_path, write_case(order.case))
            write_new(commitment_path, write_form(commitment))
            documents.append(commitment)
    except Refused:
        if made:
            case_path.unlink(missing_ok=True)
            folder.rmdir()
        raise
    return Committed(commitment, (case_path, commitment_path, chain_path))


def run_inspection(
    *, folder: Path, chain_path: Path | None, parts: Sequence[Mapping[str, Any]], time: str, pdf: bool = True
) -> Run:
    """Join the seed parts and draw; write the certificate, its line in the chain, the plan as table and on paper.

    Where the drawn schools leave no plan, the certificate and the chain hold the attempt and its reasons, and there is
    no plan: the seed is open, so a later run must be seen to be a second one.
    """
    moment = read_instant(time, Place(field="time"))
    case_path, commitment_path = _store(folder)
    commitment = load_document(commitment_path, COMMITMENT)
    case = open_case(case_path, commitment)
    chain_path = chain_path or folder / "chain.jsonl"
    with append_to(chain_path) as documents:
        chain = read_chain(chain_path)
        chain.require_commitment(commitment["digest"])
        certificate = certify_case(commitment, case, parts, moment, chain, file=commitment_path.name)
        path = folder / f"certificate-{certificate['run']}.json"
        write_new(path, write_form(certificate))
        documents.append(certificate)
    files = [path, chain_path]
    warnings = tuple(explain_run(certificate))
    plan = plan_of(certificate)
    if plan is None:
        return Run(certificate, (), tuple(files), tuple(reasons_of(certificate)), warnings)
    table = folder / f"plan-{certificate['run']}.csv"
    table.write_bytes(write_plan_table(plan, case))
    files.append(table)
    places = tuple(list_places(plan, case))
    if pdf:
        from duxue.reports.write_draw import render_inspection

        paper = path.with_suffix(".pdf")
        paper.write_bytes(render_inspection(certificate, places))
        files.append(paper)
    return Run(certificate, places, tuple(files), (), warnings)


def read_any(path: Path) -> Document:
    """Return a commitment or a certificate of a double-random draw, whichever the file holds."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    if f'"{CERTIFICATE}"'.encode() not in data:
        return read_document(data, path.name, COMMITMENT)
    certificate = read_document(data, path.name, CERTIFICATE)
    require_certificate(certificate, path.name)
    return certificate


def _store(folder: Path) -> tuple[Path, Path]:
    return folder / "case.json", folder / "commitment.json"
