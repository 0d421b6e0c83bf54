"""Act two: chance speaks, the method runs, and a certificate keeps everything that repeats it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.draws.chain import Chain
from duxue.draws.documents import Document, sign
from duxue.draws.identity import identity_of
from duxue.draws.methods import METHODS
from duxue.draws.problems import make, refuse
from duxue.draws.seed import Part, check_signatures, join_seed, receive_parts
from duxue.draws.tickets import Tickets

KIND = "duxue-certificate/1"


def make_certificate(
    commitment: Document,
    tickets: Tickets,
    given: Sequence[Mapping[str, Any]],
    time: str,
    chain: Chain,
    *,
    clock: str = "typed",
    file: str = "",
) -> Document:
    """Return the certificate of a draw at `time` from the list committed to, with the seed parts `given`.

    `chain` tells what was drawn before: a further run of the same draw carries its number and names the others. `clock`
    says where the time came from: `machine` or `typed`.
    Refused, with nothing drawn, when a part is missing, early, malformed or false, or the clock went backwards.
    """
    parts, seed = open_seed(commitment, given, time, chain, file=file)
    result = repeat_draw(commitment, tickets, seed, parts)
    return certify(KIND, commitment, parts, seed, result, time=time, clock=clock, chain=chain)


def open_seed(
    commitment: Mapping[str, Any], given: Sequence[Mapping[str, Any]], time: str, chain: Chain, *, file: str
) -> tuple[list[Part], str]:
    """Return the parts received and the seed in hex; Refused when a part is not as announced or the clock is wrong."""
    if time < commitment["time"]:
        raise refuse(
            "DRAW040",
            place=Place(file=file, field="time"),
            found=time,
            expected=Text(
                f"不早于承诺 {commitment['time']}", f"not before the commitment, {commitment['time']}"
            ),
            advice=Text("请校准本机时钟。", "Set this machine's clock."),
        )
    chain.check_clock(time)
    parts = receive_parts(commitment["seed"], given, time, file)
    if problems := check_signatures(commitment["seed"], parts):
        raise Refused(p.at(file=file) for p in problems)
    return parts, join_seed(commitment["digest"], parts)


def certify(
    kind: str,
    commitment: Document,
    parts: Sequence[Part],
    seed: str,
    result: Mapping[str, Any],
    *,
    time: str,
    clock: str,
    chain: Chain,
) -> Document:
    """Return the certificate of a result, numbered after the runs of the same draw that the chain holds."""
    runs = chain.runs(identity_of(commitment))
    earlier = [{k: e[k] for k in ("kind", "digest", "time")} for e in runs]
    return sign(
        {
            "format": kind,
            "commitment": commitment,
            "parts": parts,
            "seed": seed,
            "result": result,
            "run": len(earlier) + 1,
            "earlier": earlier,
            "time": time,
            "clock": clock,
            "previous": chain.head,
        }
    )


def repeat_draw(
    commitment: Mapping[str, Any], tickets: Tickets, seed: str, parts: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the result that a commitment, its list and a seed give: the same on every machine."""
    taking_part = tickets.without([e["id"] for e in commitment["exclusions"]])
    values = {p["name"]: p["value"] for p in parts}
    drawn = METHODS[commitment["method"]].draw(taking_part, commitment["params"], bytes.fromhex(seed), values)
    return drawn.to_dict()


def explain_commitment(commitment: Mapping[str, Any], chain: Chain) -> list[Problem]:
    """Return a warning when a chain holds a commitment to the same draw already."""
    if not (before := chain.commitments(identity_of(commitment))):
        return []
    expected = Text(
        "每次抽签只承诺一次；若抽取，将记为同一抽签的又一次",
        "one commitment for a draw; a run of it will be counted as a further run of that draw",
    )
    found = ", ".join(f"{e['digest'][:16]} ({e['time']})" for e in before)
    place = Place(file=chain.path.name)
    return [make("DRAW063", place=place, found=found, expected=expected, severity="warning")]


def explain_run(certificate: Mapping[str, Any]) -> list[Problem]:
    """Return a warning when a certificate is not of the first run of its draw, and one for each run that was interrupted."""
    if certificate["run"] == 1:
        return []
    others = ", ".join(f"{e['digest'][:16]} ({e['time']})" for e in certificate["earlier"])
    broken = [e for e in certificate["earlier"] if e["kind"] == "interruption"]
    return [
        make(
            "DRAW060",
            Text(
                f"这是同一抽签的第{certificate['run']}次",
                f"this is run {certificate['run']} of the same draw",
            ),
            place=Place(field="run"),
            found=others,
            expected=Text(
                "只抽一次；以首次为准，除非公告说明理由",
                "one run; the first counts unless a published reason says otherwise",
            ),
            severity="warning",
        ),
        *(
            make("DRAW064", place=Place(field="run"), found=e["digest"], expected=_AFTER, severity="warning")
            for e in broken
        ),
    ]


_AFTER = Text(
    "中断的一次已计数，其证书未登记，不作数",
    "it is counted; its certificate was not recorded and does not count",
)
