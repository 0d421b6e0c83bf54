"""A double-random draw in two acts, with the seed, chain and certificate that every draw has.

The commitment fixes case, rules, constraints and sources of chance. The certificate holds the plan, or, where the drawn
schools leave none, the reasons: whoever has opened the seed has drawn, and the chain shows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from duxue.core import digest as names
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.draws.certificate import certify, open_seed
from duxue.draws.chain import Chain
from duxue.draws.documents import Document, cannot_read, load_document, sign
from duxue.draws.inspection.audit import check_plan
from duxue.draws.inspection.constraints import list_declared
from duxue.draws.inspection.drawing import draw_plan, verify_plan
from duxue.draws.inspection.model import METHOD, Case, Plan
from duxue.draws.inspection.problems import at, tell
from duxue.draws.inspection.reasons import InfeasibleError
from duxue.draws.inspection.sampling import build_frame
from duxue.draws.inspection.tables import Order, load_case, write_case, write_plan_table
from duxue.draws.problems import make, refuse
from duxue.draws.seed import declare_parts
from duxue.draws.shape import BOTH, RECORD, require_commitment, require_members, require_record
from duxue.draws.verify import Check, Verification, check_published, check_record, check_runs

COMMITMENT = "duxue-inspection-commitment/1"
CERTIFICATE = "duxue-inspection-certificate/1"
_COUNTS = ("schools", "inspectors", "counties", "visits", "recusals")
_MAY_BE_NONE = ("tenure_years", "school_years", "inspector_years", "gap", "least_visits", "most_visits")
_REASON = {
    "code": str,
    "severity": str,
    "place": {"field": str},
    "what": BOTH,
    "found": str,
    "expected": BOTH,
    "advice": BOTH,
}
_RULES: dict[str, Any] = {
    "on": str,
    "schools": int,
    "strata": [str],
    "least_per_stratum": int,
    "minima": [([str], int)],
    "team_size": int,
    "larger_teams": [(int, int)],
    "skills": [(str, int, [str])],
    "home_county": bool,
    "relatives": bool,
    "days_per_visit": int,
    **dict.fromkeys(_MAY_BE_NONE, int | None),
}
_COMMITTED: dict[str, Any] = {
    "format": str,
    "title": BOTH,
    "method": str,
    "case": {"digest": str, **dict.fromkeys(_COUNTS, int)},
    "rules": _RULES,
    "constraints": [{"id": str, "title": BOTH}],
    "seed": list,
    "time": str,
    "clock": str,
    "previous": str,
    "digest": str,
}
_SHAPE: dict[str, Any] = {
    **RECORD,
    "commitment": _COMMITTED,
    "result": {"plan": dict | None, "reasons": [_REASON]},
}


def commit_case(order: Order, time: str, previous: str, *, clock: str = "typed") -> Document:
    """Return the commitment; Refused when the strata cannot give the schools whatever the seed, for then nothing can."""
    problems: list[Problem] = []
    parts = []
    try:
        parts = declare_parts(order.seed, time, order.file)
    except Refused as refused:
        problems += refused.problems
    try:
        build_frame(order.case)
    except InfeasibleError as refused:
        problems += refused.problems
    if problems:
        raise Refused(problems)
    return sign(
        {
            "format": COMMITMENT,
            "title": order.title,
            "method": METHOD,
            **describe_case(order.case),
            "seed": parts,
            "time": time,
            "clock": clock,
            "previous": previous,
        }
    )


def describe_case(case: Case) -> dict[str, Any]:
    """Return what a commitment says of a case: its digest, how much it holds, its rules and constraints."""
    counts = {name: len(getattr(case, name)) for name in _COUNTS}
    return {
        "case": {"digest": names.of_bytes(write_case(case)), **counts},
        "rules": case.to_dict()["rules"],
        "constraints": [
            {"id": c.id, "title": {"zh": c.title.zh, "en": c.title.en}} for c in list_declared(case)
        ],
    }


def open_case(path: Path, commitment: Mapping[str, Any]) -> Case:
    """Return the case at `path`; Refused (DRAW012) when it is not the one committed to."""
    try:
        digest = names.of_file(path)
    except OSError as error:
        raise cannot_read(path, error) from error
    if digest != commitment["case"]["digest"]:
        raise refuse(
            "DRAW012", place=Place(file=path.name), found=digest, expected=same(commitment["case"]["digest"])
        )
    return load_case(path)


def certify_case(
    commitment: Document,
    case: Case,
    given: Sequence[Mapping[str, Any]],
    time: str,
    chain: Chain,
    *,
    clock: str = "typed",
    file: str = "",
) -> Document:
    """Return the certificate of the plan, or of the reasons why there is none, for the seed parts `given`."""
    parts, seed = open_seed(commitment, given, time, chain, file=file)
    result = repeat_plan(case, seed)
    return certify(CERTIFICATE, commitment, parts, seed, result, time=time, clock=clock, chain=chain)


def repeat_plan(case: Case, seed: str) -> dict[str, Any]:
    """Return the result that a case and a seed in hex give: the same on every machine."""
    try:
        return {"plan": draw_plan(case, bytes.fromhex(seed)).to_dict(), "reasons": []}
    except InfeasibleError as refused:
        return {"plan": None, "reasons": [p.to_dict() for p in refused.problems]}


def load_commitment(path: Path) -> Document:
    """Read the commitment at `path`."""
    commitment = load_document(path, COMMITMENT)
    require_commitment(commitment, path.name, _COMMITTED)
    return commitment


def require_certificate(certificate: Mapping[str, Any], file: str) -> None:
    """Refuse a certificate whose members are absent, unknown or of another type, naming each."""
    require_members(certificate, _SHAPE, file)
    require_record(certificate, COMMITMENT, file)
    method = certificate["commitment"]["method"]
    if method != METHOD:
        place = Place(file=file, field="commitment.method")
        raise refuse("DRAW021", place=place, found=method, expected=same(METHOD))


def plan_of(certificate: Mapping[str, Any], file: str = "") -> Plan | None:
    """Return the plan of a certificate, None where none was possible; Refused (INSP040) when it is malformed."""
    if certificate["result"]["plan"] is None:
        return None
    try:
        return Plan.from_dict(certificate["result"]["plan"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused([tell("INSP040", at("result.plan"), f"{error}").at(file=file)]) from error


def reasons_of(certificate: Mapping[str, Any]) -> list[Problem]:
    """Return the reasons why a certificate of ours holds no plan."""
    return [
        Problem(
            r["code"],
            Text(**r["what"]),
            Place(**r["place"]),
            r["found"],
            Text(**r["expected"]),
            Text(**r["advice"]),
        )
        for r in certificate["result"]["reasons"]
    ]


def rehearse(case: Case, times: int) -> list[tuple[Problem, ...]]:
    """Return for each of `times` draws with public seeds, which no draw ever has, why there was no plan (empty: a plan)."""
    outcomes: list[tuple[Problem, ...]] = []
    for n in range(1, times + 1):
        try:
            draw_plan(case, hashlib.sha256(f"duxue-rehearsal/1 {n}".encode()).digest())
            outcomes.append(())
        except InfeasibleError as refused:
            outcomes.append(tuple(refused.problems))
    return outcomes


def verify_inspection(
    certificate_path: Path,
    case_path: Path,
    *,
    chain_path: Path | None = None,
    commitment_path: Path | None = None,
    table_path: Path | None = None,
    digest: str = "",
) -> Verification:
    """Check a certificate against its case by drawing again, and its plan against each constraint with code of its own."""
    name = certificate_path.name
    certificate = load_document(certificate_path, CERTIFICATE)
    require_certificate(certificate, name)
    commitment = certificate["commitment"]
    checks = check_record(certificate, name, digest)
    if commitment_path is not None:
        checks.append(check_published(certificate, commitment_path, COMMITMENT, name))
    repeated = Text("名单与规定重新抽取，方案逐字节一致", "lists and rules give the same plan byte for byte")
    try:
        case = open_case(case_path, commitment)
        checks.append(Check(repeated, tuple(_check_result(certificate, case, name))))
        plan = plan_of(certificate, name)
        if plan is not None:
            kept = Text("方案逐条符合各项规定", "the plan keeps every constraint, each looked at by itself")
            checks.append(Check(kept, tuple(p.at(file=name) for p in check_plan(plan, case))))
        if table_path is not None:
            checks.append(_check_table(table_path, plan, case))
    except Refused as refused:
        checks.append(Check(repeated, refused.problems))
    checks += check_runs(certificate, chain_path)
    return Verification(certificate, tuple(checks))


def _check_result(certificate: Mapping[str, Any], case: Case, name: str) -> list[Problem]:
    commitment, result = certificate["commitment"], certificate["result"]
    for key, value in describe_case(case).items():
        if commitment[key] != value:
            place = Place(file=name, field=f"commitment.{key}")
            return [make("DRAW012", place=place, found=str(commitment[key]), expected=same(str(value)))]
    right = repeat_plan(case, certificate["seed"])
    if result == right:
        return []
    plan, problems = plan_of(certificate, name), []
    if plan is not None and right["plan"] is not None:
        problems = verify_plan(plan, case, bytes.fromhex(certificate["seed"]))
    if problems:
        return [p.at(file=name) for p in problems]
    said = [Text("有方案", "a plan") if r["plan"] else Text("无方案", "no plan") for r in (result, right)]
    return [make("DRAW054", place=Place(file=name, field="result"), found=said[0].en, expected=said[1])]


def _check_table(path: Path, plan: Plan | None, case: Case) -> Check:
    title = Text("方案表与证书一致", "the table of the plan is that of the certificate")
    try:
        found = path.read_bytes()
    except OSError as error:
        return Check(title, cannot_read(path, error).problems)
    right = write_plan_table(plan, case) if plan else b""
    if found == right:
        return Check(title)
    pairs = zip([*found.splitlines(), b""], [*right.splitlines(), b""], strict=False)
    row, one, other = next(((n, a, b) for n, (a, b) in enumerate(pairs, 1) if a != b), (1, b"", b""))
    shown = [line.decode("utf-8", "replace") for line in (one, other)]
    place = Place(file=path.name, row=row)
    return Check(title, (make("DRAW061", place=place, found=shown[0], expected=same(shown[1])),))
