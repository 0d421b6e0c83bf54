"""Draws from a list, on files: commit and run; verify and show take the documents of double-random plans too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.app import inspecting
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
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.draws.canonical import write_list
from duxue.draws.certificate import KIND as CERTIFICATE
from duxue.draws.certificate import make_certificate
from duxue.draws.chain import Chain
from duxue.draws.commitment import KIND as COMMITMENT
from duxue.draws.commitment import check_plan, make_commitment
from duxue.draws.documents import Document, cannot_read, load_document, read_document
from duxue.draws.methods import METHODS
from duxue.draws.plan import read_plan
from duxue.draws.problems import refuse
from duxue.draws.shape import require_commitment, require_shape
from duxue.draws.tickets import Tickets, open_list
from duxue.draws.verify import Verification, check_times, verify

LIST_FILE = "list.tsv"


@dataclass(frozen=True, slots=True)
class Run:
    """What act two wrote; `names` of the tickets drawn where the list has them; `warnings` tell of earlier runs."""

    certificate: Document
    names: Mapping[str, str]
    files: tuple[Path, ...]
    warnings: tuple[Problem, ...]


def commit_draw(
    *, source: Path, plan_path: Path, folder: Path, chain_path: Path | None, time: str | None
) -> Committed:
    """Canonicalise the list, fix the plan over it and record the commitment; faults of plan and list are told together."""
    plan, moment = read_plan(plan_path), read_moment(time)
    list_path = folder / LIST_FILE

    def make(chain: Chain) -> Document:
        problems = check_plan(plan, moment.time)
        try:
            written = write_list(source, list_path, plan.id_field)
        except Refused as refused:
            raise Refused([*problems, *refused.problems]) from refused
        tickets = Tickets(written.path, written.digest, written.tickets, written.fields)
        return make_commitment(plan, tickets, moment.time, chain.head, clock=moment.clock)

    return record_commitment(folder, chain_path, moment, [list_path], make)


def run_draw(
    *,
    folder: Path,
    chain_path: Path | None,
    parts: Sequence[Mapping[str, Any]],
    time: str | None,
    pdf: bool = True,
) -> Run:
    """Join the seed parts, draw, and write certificate, chain line, printable certificate and check page."""
    moment = read_moment(time)
    commitment = _load_commitment(folder / COMMITMENT_FILE)
    tickets = open_list(folder / LIST_FILE, commitment["list"]["digest"])

    def make(chain: Chain) -> Document:
        return make_certificate(
            commitment, tickets, parts, moment.time, chain, clock=moment.clock, file=COMMITMENT_FILE
        )

    done = record_certificate(folder, chain_path, moment, commitment, make)
    result = done.certificate["result"]
    names = tickets.names_of([*result["selected"], *result["waiting"]])
    files, faults = write_beside(_papers(done.path, done.certificate, names, pdf=pdf))
    return Run(done.certificate, names, (done.path, done.chain_path, *files), (*done.warnings, *faults))


def write_papers(path: Path) -> list[Path]:
    """Write again what `run` writes beside a certificate, of either kind of draw: on paper, the table, the check page."""
    document = read_any(path)
    if "commitment" not in document:
        expected = Text("证书", "a certificate")
        raise refuse("DRAW050", place=Place(file=path.name), found=document["format"], expected=expected)
    if wrong := [p for p in check_times(document, path.name) if p.severity == "error"]:
        raise Refused(wrong)
    if "case" in document["commitment"]:
        papers = inspecting.papers_of(path, document)
    else:
        papers = _papers(path, document, names_beside(path, document))
    files = []
    for target, write in papers:
        write(target)
        files.append(target)
    return files


def _papers(
    path: Path, certificate: Document, names: Mapping[str, str], *, pdf: bool = True
) -> Iterator[Paper]:
    """Yield the files that go with a certificate."""
    if pdf:
        title = METHODS[certificate["commitment"]["method"]].title
        yield path.with_suffix(".pdf"), lambda target: write_paper(target, certificate, title, names=names)
    yield path.with_name(PAGE_FILE), write_check_page


def verify_draw(
    *,
    certificate: Path,
    published: Path,
    chain: Path | None = None,
    commitment: Path | None = None,
    table: Path | None = None,
    digest: str = "",
) -> Verification:
    """Check a certificate against its list, or a double-random one against its case, and whatever else was published."""
    if inspecting.is_inspection(_read(certificate)):
        return inspecting.verify_inspection(
            certificate,
            published,
            chain_path=chain,
            commitment_path=commitment,
            table_path=table,
            digest=digest,
        )
    if table is not None:
        expected = Text("仅用于双随机证书", "only with the certificate of a double-random plan")
        raise refuse("DRAW061", place=Place(file=table.name), expected=expected)
    return verify(certificate, published, chain_path=chain, commitment_path=commitment, digest=digest)


def read_any(path: Path) -> Document:
    """Return the commitment or certificate, of either kind of draw, that a file holds."""
    data = _read(path)
    if inspecting.is_inspection(data):
        return inspecting.read_any(data, path)
    if f'"{CERTIFICATE}"'.encode() not in data:
        return _load_commitment(path)
    certificate = read_document(data, path.name, CERTIFICATE)
    require_shape(certificate, path.name)
    return certificate


def names_beside(path: Path, certificate: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of the tickets drawn from the list that lies beside a certificate, if it does."""
    try:
        tickets = open_list(path.parent / LIST_FILE, certificate["commitment"]["list"]["digest"])
    except Refused:
        return {}
    return tickets.names_of([*certificate["result"]["selected"], *certificate["result"]["waiting"]])


def read_part(text: str) -> dict[str, Any]:
    """Return a seed part from `name=value`; `name=@file` takes the file's text, JSON where it is JSON."""
    name, equals, value = text.partition("=")
    if not equals:
        raise refuse("DRAW033", place=Place(field=name), found=text, expected=Text("名称=数值", "name=value"))
    raw: object = value
    if value.startswith("@"):
        path = Path(value[1:])
        try:
            raw = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise cannot_read(path, error if isinstance(error, OSError) else OSError(str(error))) from error
        if str(raw).startswith("{"):
            try:
                raw = json.loads(str(raw))
            except (ValueError, RecursionError) as error:
                raise refuse("DRAW033", place=Place(file=path.name, field=name), found=str(error)) from error
    return {"name": name, "value": raw}


def _load_commitment(path: Path) -> Document:
    commitment = load_document(path, COMMITMENT)
    require_commitment(commitment, path.name)
    if commitment["method"] not in METHODS:
        raise refuse("DRAW021", place=Place(file=path.name, field="method"), found=commitment["method"])
    return commitment


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
