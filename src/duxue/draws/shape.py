"""The members of a certificate and their types, so that a hostile file is refused and never breaks the check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from duxue.core.errors import Place, Refused
from duxue.core.text import Text, same
from duxue.draws.commitment import KIND as COMMITMENT
from duxue.draws.instants import CLOCKS
from duxue.draws.methods import METHODS
from duxue.draws.problems import make
from duxue.draws.seed import KINDS, wrong_facts

BOTH = {"zh": str, "en": str}
COMMITTED: dict[str, Any] = {
    "format": str,
    "title": BOTH,
    "list": {"digest": str, "tickets": int, "fields": [str]},
    "exclusions": [{"id": str, "reason": BOTH}],
    "method": str,
    "params": dict,
    "seed": list,
    "time": str,
    "clock": str,
    "previous": str,
    "digest": str,
}
RECORD: dict[str, Any] = {  # what every certificate holds beside commitment and result
    "format": str,
    "parts": [{"name": str, "value": str, "time": str, "proof": dict}],
    "seed": str,
    "run": int,
    "earlier": [{"kind": str, "digest": str, "time": str}],
    "time": str,
    "clock": str,
    "previous": str,
    "digest": str,
}
_CERTIFICATE: dict[str, Any] = {
    **RECORD,
    "commitment": COMMITTED,
    "result": {
        "selected": [str],
        "waiting": [str],
        "units": list,
        "groups": [{"path": [str], "size": int, "taken": int}],
    },
}
_PARAMS = {  # of any method; the others are texts, whole numbers and lists of texts
    "table": [{"group": [str], "take": int}],
    "stages": [{"unit": str, "take": int, "within": [str]}],
}
_PART = {"name": str, "kind": str, "who": BOTH, "not_before": str}
_TEXTS = ("network", "sha256")


def require_shape(certificate: Mapping[str, Any], file: str) -> None:
    """Refuse a certificate whose members are absent, unknown or of another type, naming each."""
    require_members(certificate, _CERTIFICATE, file)
    method = certificate["commitment"]["method"]
    if method not in METHODS:
        place = Place(file=file, field="commitment.method")
        raise Refused([make("DRAW021", place=place, found=method, expected=same(", ".join(METHODS)))])
    require_record(certificate, COMMITMENT, file)


def require_commitment(
    commitment: Mapping[str, Any], file: str, shape: Mapping[str, Any] = COMMITTED
) -> None:
    """Refuse a commitment whose members are absent, unknown or of another type, naming each."""
    require_members({"commitment": commitment}, {"commitment": shape}, file)


def require_members(certificate: Mapping[str, Any], shape: Mapping[str, Any], file: str) -> None:
    """Refuse a certificate that is not of `shape`, or whose announced seed parts are of no known kind."""
    wrong = list(_find_wrong(certificate, shape, ""))
    if not wrong:
        for key, value in certificate["commitment"].get("params", {}).items():
            plain = [str] if isinstance(value, list) else str | int
            wrong += _find_wrong(value, _PARAMS.get(key, plain), f"commitment.params.{key}")
        for i, part in enumerate(certificate["commitment"]["seed"], 1):
            kind = part.get("kind") if isinstance(part, dict) else None
            facts = {
                k: str if k in _TEXTS else int for k in KINDS.get(kind if isinstance(kind, str) else "", ())
            }
            wrong += [*_find_wrong(part, {**_PART, **facts}, f"commitment.seed[{i}]")]
            wrong += [] if facts else [f"commitment.seed[{i}].kind"]
    if wrong:
        raise Refused([make("DRAW050", place=Place(file=file, field=field)) for field in wrong[:50]])
    problems = []
    if not certificate["commitment"]["seed"]:
        place = Place(file=file, field="commitment.seed")
        problems.append(
            make("DRAW030", place=place, expected=Text("至少一个 [[seed]]", "at least one [[seed]]"))
        )
    for i, entry in enumerate(certificate["commitment"].get("exclusions", []), 1):
        if not all(text.strip() for text in entry["reason"].values()):
            place = Place(file=file, field=f"commitment.exclusions[{i}].reason")
            expected = Text("剔除的理由", "the reason")
            problems.append(make("DRAW026", place=place, found=entry["id"], expected=expected))
    for i, part in enumerate(certificate["commitment"]["seed"], 1):
        if fault := wrong_facts(part["kind"], {key: part[key] for key in KINDS[part["kind"]]}):
            place = Place(file=file, field=f"commitment.seed[{i}].{fault[0]}")
            problems.append(make("DRAW030", place=place, found=str(part[fault[0]]), expected=fault[1]))
    if problems:
        raise Refused(problems)


def require_record(certificate: Mapping[str, Any], kind: str, file: str) -> None:
    """Refuse a certificate whose commitment is of another kind, or whose run or seed cannot be what they say."""
    if (found := certificate["commitment"]["format"]) != kind:
        place = Place(file=file, field="commitment.format")
        raise Refused([make("DRAW050", place=place, found=found, expected=same(kind))])
    for field, document in (("clock", certificate), ("commitment.clock", certificate["commitment"])):
        if document["clock"] not in CLOCKS:
            expected = same(" | ".join(CLOCKS))
            place = Place(file=file, field=field)
            raise Refused([make("DRAW050", place=place, found=document["clock"], expected=expected)])
    if any(e["kind"] not in ("certificate", "interruption") for e in certificate["earlier"]):
        raise Refused([make("DRAW050", place=Place(file=file, field="earlier.kind"))])
    if len(certificate["earlier"]) + 1 != certificate["run"]:
        raise Refused([make("DRAW050", place=Place(file=file, field="run"), found=str(certificate["run"]))])
    if len(certificate["seed"]) != 64 or {*certificate["seed"]} - {*"0123456789abcdef"}:
        raise Refused([make("DRAW050", place=Place(file=file, field="seed"), found=certificate["seed"])])


def _find_wrong(value: object, shape: Any, where: str) -> Iterator[str]:
    """Yield the ways to members that are not of the shape: a type, a list of one shape, a tuple or a dict of shapes."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield where
            return
        dot = f"{where}." if where else ""
        yield from (f"{dot}{key}" for key in sorted({*value} ^ {*shape}))
        for key, inner in shape.items():
            if key in value:
                yield from _find_wrong(value[key], inner, f"{dot}{key}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield where
            return
        for i, each in enumerate(value, 1):
            yield from _find_wrong(each, shape[0], f"{where}[{i}]")
    elif isinstance(shape, tuple):
        if not isinstance(value, list) or len(value) != len(shape):
            yield where
            return
        for i, (each, inner) in enumerate(zip(value, shape, strict=True), 1):
            yield from _find_wrong(each, inner, f"{where}[{i}]")
    elif not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
        yield where
