"""Anyone's check of a draw: the certificate and the list are enough; nothing is asked from whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.draws.beacon import NETWORKS
from duxue.draws.certificate import KIND, explain_run, repeat_draw
from duxue.draws.chain import find_in_chain, read_chain
from duxue.draws.commitment import KIND as COMMITMENT
from duxue.draws.commitment import prepare
from duxue.draws.documents import Document, load_document, sign
from duxue.draws.identity import identity_of
from duxue.draws.instants import from_seconds, read_seconds
from duxue.draws.methods import METHODS
from duxue.draws.problems import make
from duxue.draws.seed import LAST_SECOND, Part, check_signatures, join_seed, read_value
from duxue.draws.shape import require_shape
from duxue.draws.tickets import Tickets, open_list


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, and what was wrong with it."""

    name: Text
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; a warning is not wrong."""
        return all(p.severity != "error" for p in self.problems)


@dataclass(frozen=True, slots=True)
class Verification:
    """Every check in order; later ones are left out where an earlier one makes them pointless."""

    certificate: Document
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether the draw stands."""
        return all(c.ok for c in self.checks)

    @property
    def verdict(self) -> Text:
        """The outcome in one line; it says so when a beacon's signature was not checked."""
        if not self.ok:
            return Text("核验未通过。", "The check failed.")
        unsigned = any(p.code == "DRAW038" for c in self.checks for p in c.problems)
        if self.certificate["result"].get("plan", ...) is None:
            stands = Text("记录属实：排不出方案", "The record stands: there is no plan")
        else:
            stands = Text("抽签成立", "The draw stands")
        if unsigned:
            return Text(f"{stands.zh}，信标签名未核验。", f"{stands.en}, beacon signature not checked.")
        return Text(f"{stands.zh}。", f"{stands.en}.")


def verify(
    certificate_path: Path,
    list_path: Path,
    *,
    chain_path: Path | None = None,
    commitment_path: Path | None = None,
    digest: str = "",
) -> Verification:
    """Check a certificate against its list, and where given against the chain, the published commitment, the printed digest."""
    name = certificate_path.name
    certificate = load_document(certificate_path, KIND)
    require_shape(certificate, name)
    checks = check_record(certificate, name, digest)
    if commitment_path is not None:
        checks.append(check_published(certificate, commitment_path, COMMITMENT, name))
    checks.append(_check_result(certificate, list_path, name))
    checks += check_runs(certificate, chain_path)
    return Verification(certificate, tuple(checks))


def check_record(certificate: Document, name: str, digest: str) -> list[Check]:
    """Return the checks of what every kind of draw records: digests, times, and the seed from its parts."""
    return [
        Check(
            Text("证书未被改动", "the certificate is unaltered"),
            tuple(_check_digests(certificate, name, digest)),
        ),
        Check(Text("时间先后有序", "the times are in order"), tuple(check_times(certificate, name))),
        Check(
            Text("种子由约定的各部分得出", "the seed follows from the announced parts"),
            tuple(_check_seed(certificate, name)),
        ),
    ]


def check_published(certificate: Document, path: Path, kind: str, name: str) -> Check:
    """Return the check that a certificate is of the commitment that was published."""
    published, own = load_document(path, kind), certificate["commitment"]["digest"]
    problems = []
    if published["digest"] != own:
        place = Place(file=name)
        problems.append(make("DRAW057", place=place, found=own, expected=same(published["digest"])))
    return Check(Text("承诺书就是已公布的那份", "the commitment is the published one"), tuple(problems))


def check_runs(certificate: Document, chain_path: Path | None) -> list[Check]:
    """Return the checks of how often the draw was made: by the certificate itself, and by the chain where given."""
    checks = [Check(Text("抽签次数", "the number of the run"), tuple(explain_run(certificate)))]
    if chain_path is not None:
        problems = tuple(_check_chain(certificate, chain_path))
        checks.append(Check(Text("已登记在证书链中", "recorded in the chain"), problems))
    return checks


def _check_digests(certificate: Document, name: str, digest: str) -> list[Problem]:
    commitment, problems = certificate["commitment"], []
    if sign(commitment)["digest"] != commitment["digest"]:
        problems.append(
            make("DRAW052", place=Place(file=name, field="commitment.digest"), found=commitment["digest"])
        )
    if digest and not (len(digest) >= 16 and certificate["digest"].startswith(digest.lower())):
        problems.append(
            make(
                "DRAW052",
                place=Place(file=name, field="digest"),
                found=certificate["digest"],
                expected=same(digest),
            )
        )
    return problems


def check_times(certificate: Mapping[str, Any], name: str) -> list[Problem]:
    """Return what is wrong with the times of a certificate: their form, their order, the round of a beacon."""
    commitment, problems = certificate["commitment"], []
    times = [
        ("commitment.time", commitment["time"]),
        *((f"commitment.seed[{i}].not_before", p["not_before"]) for i, p in enumerate(commitment["seed"], 1)),
        *((f"parts.{p['name']}", p["time"]) for p in certificate["parts"]),
        ("time", certificate["time"]),
    ]
    for field, time in times:
        try:
            read_seconds(time)
        except ValueError:
            problems.append(make("DRAW041", place=Place(file=name, field=field), found=time))
    if problems:
        return problems  # what is no time cannot be compared with one
    for i, want in enumerate(commitment["seed"], 1):
        if want["kind"] == "beacon":
            problems += _check_round(
                want, commitment["time"], Place(file=name, field=f"commitment.seed[{i}]")
            )
    for part, want in zip(certificate["parts"], commitment["seed"], strict=False):
        if part["time"] < want["not_before"] or want["not_before"] < commitment["time"]:
            problems.append(
                make(
                    "DRAW034",
                    place=Place(file=name, field=f"parts.{part['name']}"),
                    found=part["time"],
                    expected=same(want["not_before"]),
                )
            )
        if part["time"] > certificate["time"]:
            problems.append(
                make(
                    "DRAW040",
                    place=Place(file=name, field=f"parts.{part['name']}"),
                    found=part["time"],
                    expected=same(certificate["time"]),
                )
            )
    typed = [
        (field, document["time"])
        for field, document in (("commitment.time", commitment), ("time", certificate))
        if document["clock"] == "typed"
    ]
    problems += [
        make("DRAW062", place=Place(file=name, field=field), found=time, severity="warning")
        for field, time in typed
    ]
    if certificate["time"] < commitment["time"]:
        problems.append(
            make(
                "DRAW040",
                place=Place(file=name, field="time"),
                found=certificate["time"],
                expected=same(commitment["time"]),
            )
        )
    return problems


def _check_round(want: Part, committed: str, place: Place) -> list[Problem]:
    """Return what is wrong when a beacon round was public at the commitment, or is not due when the commitment says."""
    due, problems = NETWORKS[want["network"]].time_of(want["round"]), []
    shown = from_seconds(due) if due < LAST_SECOND else ""
    if want["not_before"] != shown:
        problems.append(make("DRAW036", place=place, found=want["not_before"], expected=same(shown)))
    if due <= read_seconds(committed):
        expected = Text(f"晚于承诺时间 {committed} 的轮次", f"a round after the commitment, {committed}")
        problems.append(make("DRAW035", place=place, found=f"{want['round']} ({shown})", expected=expected))
    return problems


def _check_seed(certificate: Mapping[str, Any], name: str) -> list[Problem]:
    declared, parts, problems = certificate["commitment"]["seed"], certificate["parts"], []
    if [p["name"] for p in parts] != [d["name"] for d in declared]:
        return [
            make(
                "DRAW031",
                place=Place(file=name, field="parts"),
                found=", ".join(p["name"] for p in parts),
                expected=same(", ".join(d["name"] for d in declared)),
            )
        ]
    for want, got in zip(declared, parts, strict=True):
        raw: object = got["value"]
        if want["kind"] == "beacon":
            raw = {
                "signature": got["proof"].get("signature"),
                "previous_signature": got["proof"].get("previous"),
                "randomness": got["value"],
            }
        value, _, fault = read_value(want, raw)
        if fault is None and value != got["value"]:
            fault = make("DRAW033", found=got["value"], expected=same(value))
        if fault:
            problems.append(fault.at(file=name, field=f"parts.{got['name']}"))
    if not problems:
        # A missing library is told but is no fault of the certificate: the value is bound to the signature all the same.
        problems += [
            replace(p.at(file=name), severity="warning" if p.code == "DRAW038" else "error")
            for p in check_signatures(declared, parts)
        ]
    if join_seed(certificate["commitment"]["digest"], parts) != certificate["seed"]:
        problems.append(
            make(
                "DRAW053",
                place=Place(file=name, field="seed"),
                found=certificate["seed"],
                expected=same(join_seed(certificate["commitment"]["digest"], parts)),
            )
        )
    return problems


def _check_result(certificate: Mapping[str, Any], list_path: Path, name: str) -> Check:
    title = Text("名单与结果逐字节一致", "list and result agree byte for byte")
    commitment = certificate["commitment"]
    try:
        tickets = open_list(list_path, commitment["list"]["digest"])
        _check_feasible(commitment, tickets, name)
        result = repeat_draw(commitment, tickets, certificate["seed"], certificate["parts"])
    except Refused as refused:
        return Check(title, refused.problems)
    if result == certificate["result"]:
        return Check(title)
    return Check(title, tuple(_compare(result, certificate["result"], name)))


def _check_feasible(commitment: Mapping[str, Any], tickets: Tickets, name: str) -> None:
    """The commitment counted this list rightly and its parameters are in normal form."""
    facts = {"digest": tickets.digest, "tickets": tickets.listed, "fields": list(tickets.fields)}
    excluded = [e["id"] for e in commitment["exclusions"]]
    listed = {i for i in tickets.ids() if i in {*excluded}} if excluded else set()
    if facts != commitment["list"] or len(listed) != len(excluded):
        raise Refused(
            [
                make(
                    "DRAW012",
                    place=Place(file=tickets.path.name),
                    found=str(facts),
                    expected=same(str(commitment["list"])),
                )
            ]
        )
    params = prepare(
        METHODS[commitment["method"]],
        commitment["params"],
        tickets.without(excluded),
        commitment["seed"],
        name,
    )
    if params != commitment["params"]:
        raise Refused(
            [
                make(
                    "DRAW022",
                    place=Place(file=name, field="commitment.params"),
                    found=str(commitment["params"]),
                    expected=same(str(params)),
                )
            ]
        )


def _compare(right: Mapping[str, Any], found: Mapping[str, Any], name: str) -> list[Problem]:
    problems = []
    for key, value in right.items():
        if value != (other := found.get(key)):
            at = (
                next(
                    (i for i, (a, b) in enumerate(zip(value, other, strict=False)) if a != b),
                    min(len(value), len(other)),
                )
                if isinstance(other, list)
                else 0
            )
            shown = [str(x[at]) if isinstance(x, list) and at < len(x) else "–" for x in (other, value)]
            problems.append(
                make(
                    "DRAW054",
                    place=Place(file=name, field=f"result.{key}[{at + 1}]"),
                    found=shown[0],
                    expected=same(shown[1]),
                )
            )
    return problems or [make("DRAW054", place=Place(file=name, field="result"))]


def _check_chain(certificate: Document, path: Path) -> list[Problem]:
    try:
        chain = read_chain(path)
    except Refused as refused:
        return list(refused.problems)
    problems = find_in_chain(chain, certificate) + find_in_chain(chain, certificate["commitment"])
    runs = chain.runs(identity_of(certificate["commitment"]))
    if not problems and len(runs) > 1:
        problems.append(
            make(
                "DRAW060",
                Text(f"同一抽签共抽了{len(runs)}次", f"the same draw was made {len(runs)} times"),
                place=Place(file=path.name),
                found=", ".join(f"{e['run']}: {e['digest'][:16]}" for e in runs),
                severity="warning",
            )
        )
    return problems
