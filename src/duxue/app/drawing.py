"""The two acts of a draw and its check, on files: commit, run, verify, show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.draws.canonical import write_list
from duxue.draws.certificate import KIND as CERTIFICATE
from duxue.draws.certificate import explain_run, make_certificate
from duxue.draws.chain import append_to, read_chain
from duxue.draws.commitment import KIND as COMMITMENT
from duxue.draws.commitment import make_commitment, store
from duxue.draws.documents import Document, cannot_read, load_document, read_document, write_form, write_new
from duxue.draws.instants import read_instant
from duxue.draws.methods import METHODS
from duxue.draws.page import write_page
from duxue.draws.plan import read_plan
from duxue.draws.problems import refuse
from duxue.draws.tickets import open_list
from duxue.draws.verify import Verification, verify


@dataclass(frozen=True, slots=True)
class Committed:
    """What act one wrote."""

    commitment: Document
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What act two wrote; `warnings` tell of an earlier run."""

    certificate: Document
    files: tuple[Path, ...]
    warnings: tuple[Problem, ...]


def commit_draw(
    *, source: Path, plan_path: Path, folder: Path, chain_path: Path | None, time: str
) -> Committed:
    """Canonicalise the list, fix the plan over it and record the commitment; nothing is left behind when refused."""
    plan = read_plan(plan_path)
    moment = read_instant(time, Place(field="time"))
    list_path, commitment_path = store(folder)
    for path in (list_path, commitment_path):
        if path.exists():
            raise refuse(
                "DRAW058",
                place=Place(file=str(path)),
                advice=Text("每次抽签用一个新文件夹。", "Use a new folder for each draw."),
            )
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_read(folder, error) from error
    try:
        with append_to(chain_path or folder / "chain.jsonl") as documents:
            chain = read_chain(chain_path or folder / "chain.jsonl")
            chain.check_clock(moment)
            written = write_list(source, list_path, plan.id_field)
            tickets = open_list(list_path, written.digest)
            commitment = make_commitment(plan, tickets, moment, chain.head)
            write_new(commitment_path, write_form(commitment))
            documents.append(commitment)
    except Refused:
        list_path.unlink(missing_ok=True)
        if made:
            folder.rmdir()
        raise
    return Committed(commitment, (list_path, commitment_path, chain_path or folder / "chain.jsonl"))


def run_draw(
    *, folder: Path, chain_path: Path | None, parts: Sequence[Mapping[str, Any]], time: str, pdf: bool = True
) -> Run:
    """Join the seed parts, draw, and write certificate, chain line, printable certificate and check page."""
    moment = read_instant(time, Place(field="time"))
    list_path, commitment_path = store(folder)
    commitment = load_document(commitment_path, COMMITMENT)
    tickets = open_list(list_path, commitment["list"]["digest"])
    chain_path = chain_path or folder / "chain.jsonl"
    with append_to(chain_path) as documents:
        chain = read_chain(chain_path)
        chain.require_commitment(commitment["digest"])
        certificate = make_certificate(commitment, tickets, parts, moment, chain, file=commitment_path.name)
        path = folder / f"certificate-{certificate['run']}.json"
        write_new(path, write_form(certificate))
        documents.append(certificate)
    files = [path, chain_path]
    if pdf:
        from duxue.reports.write_draw import render_certificate

        paper = path.with_suffix(".pdf")
        paper.write_bytes(render_certificate(certificate, METHODS[commitment["method"]].title))
        files.append(paper)
    files.append(write_check_page(folder / "verify.html"))
    return Run(certificate, tuple(files), tuple(explain_run(certificate)))


def write_check_page(path: Path) -> Path:
    """Write the page that checks a draw in a browser without network."""
    path.write_text(write_page(), encoding="utf-8")
    return path


def verify_draw(
    *,
    certificate: Path,
    list_path: Path,
    chain: Path | None = None,
    commitment: Path | None = None,
    digest: str = "",
) -> Verification:
    """Check a certificate against its list and whatever else was published."""
    return verify(certificate, list_path, chain_path=chain, commitment_path=commitment, digest=digest)


def read_any(path: Path) -> Document:
    """Return a commitment or a certificate, whichever the file holds."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    kind = CERTIFICATE if f'"{CERTIFICATE}"'.encode() in data else COMMITMENT
    return read_document(data, path.name, kind)


def read_part(text: str, time: str) -> dict[str, Any]:
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
            except ValueError as error:
                raise refuse("DRAW033", place=Place(file=path.name, field=name), found=str(error)) from error
    return {"name": name, "value": raw, "time": time}
