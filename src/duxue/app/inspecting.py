"""Double-random inspection on files, in the two acts of every draw: check, commit, run, verify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.app.acts import (
    COMMITMENT_FILE,
    PAGE_FILE,
    Committed,
    Paper,
    read_moment,
    record_certificate,
    record_commitment,
    write_beside,
    write_check_page,
    write_paper,
)
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.draws.chain import Chain
from duxue.draws.documents import Document, read_document, write_anew, write_new
from duxue.draws.inspection.model import Case, Plan
from duxue.draws.inspection.record import (
    CERTIFICATE,
    COMMITMENT,
    certify_case,
    commit_case,
    describe_case,
    load_commitment,
    open_case,
    plan_of,
    reasons_of,
    rehearse,
    require_certificate,
    verify_inspection,
)
from duxue.draws.inspection.sampling import build_frame
from duxue.draws.inspection.tables import list_places, read_order, write_case, write_plan_table

__all__ = ["check_order", "commit_inspection", "run_inspection", "verify_inspection"]

CASE_FILE = "case.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found before any commitment: the facts of the case, and for each rehearsal why it gave no plan."""

    facts: Mapping[str, Any]
    excluded: tuple[str, ...]
    outcomes: tuple[tuple[Problem, ...], ...]


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


def commit_inspection(
    *, plan_path: Path, folder: Path, chain_path: Path | None, time: str | None
) -> Committed:
    """Write the canonical case and the commitment and record it; nothing is left behind when refused."""
    order, moment = read_order(plan_path), read_moment(time)
    case_path = folder / CASE_FILE

    def make(chain: Chain) -> Document:
        commitment = commit_case(order, moment.time, chain.head, clock=moment.clock)
        write_new(case_path, write_case(order.case))
        return commitment

    return record_commitment(folder, chain_path, moment, [case_path], make)


def run_inspection(
    *,
    folder: Path,
    chain_path: Path | None,
    parts: Sequence[Mapping[str, Any]],
    time: str | None,
    pdf: bool = True,
) -> Run:
    """Join the seed parts and draw; write the certificate, its line in the chain, the check page, the plan as table and on paper.

    Where the drawn schools leave no plan, the certificate and the chain hold the attempt and its reasons, and there is
    no plan: the seed is open, so a later run must be seen to be a second one.
    """
    moment = read_moment(time)
    commitment = load_commitment(folder / COMMITMENT_FILE)
    case = open_case(folder / CASE_FILE, commitment)

    def make(chain: Chain) -> Document:
        return certify_case(
            commitment, case, parts, moment.time, chain, clock=moment.clock, file=COMMITMENT_FILE
        )

    done = record_certificate(folder, chain_path, moment, commitment, make)
    certificate = done.certificate
    plan = plan_of(certificate)
    files, faults = write_beside(_papers(done.path, certificate, plan, case, pdf=pdf))
    places = tuple(list_places(plan, case)) if plan else ()
    reasons = () if plan else tuple(reasons_of(certificate))
    return Run(certificate, places, (done.path, done.chain_path, *files), reasons, (*done.warnings, *faults))


def papers_of(path: Path, certificate: Document) -> Iterator[Paper]:
    """Return the files that go with a certificate; the case must lie beside it."""
    case = open_case(path.parent / CASE_FILE, certificate["commitment"])
    return _papers(path, certificate, plan_of(certificate, path.name), case)


def _papers(
    path: Path, certificate: Document, plan: Plan | None, case: Case, *, pdf: bool = True
) -> Iterator[Paper]:
    yield path.with_name(PAGE_FILE), write_check_page
    if plan is None:
        return
    table, places = write_plan_table(plan, case), tuple(list_places(plan, case))
    yield path.with_name(f"plan-{certificate['run']}.csv"), lambda target: write_anew(target, table)
    if pdf:
        title = Text("双随机", "double random")
        yield path.with_suffix(".pdf"), lambda target: write_paper(target, certificate, title, places=places)


def is_inspection(data: bytes) -> bool:
    """Whether a file holds a document of a double-random draw."""
    return any(f'"{kind}"'.encode() in data for kind in (COMMITMENT, CERTIFICATE))


def read_any(data: bytes, path: Path) -> Document:
    """Return the commitment or certificate of a double-random draw, whichever `path` with the bytes `data` holds."""
    if f'"{CERTIFICATE}"'.encode() not in data:
        return load_commitment(path)
    certificate = read_document(data, path.name, CERTIFICATE)
    require_certificate(certificate, path.name)
    return certificate


def places_of(path: Path, certificate: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the places of a certificate's plan, with names where the case lies beside it."""
    plan = plan_of(certificate, path.name)
    if plan is None:
        return ()
    try:
        return tuple(list_places(plan, open_case(path.parent / CASE_FILE, certificate["commitment"])))
    except (Refused, KeyError):  # no case beside it, or not the one of this plan: ids alone
        return tuple((t.school, "", "", m.inspector, "", m.skill) for t in plan.teams for m in t.members)
