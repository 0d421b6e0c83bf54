"""Claims against accepted data: does the printed figure follow from the results of a run, and is the rank the one printed?

Only a link that leads clearly or that a person chose is used, and only a result of the same unit and year. Results by
stage are taken for the stage that the phrase names; a total over stages is tried with and without kindergartens, since
reports use both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from duxue.claims.findings import Finding, Spot, number, spot, tell
from duxue.claims.link import Link
from duxue.claims.model import Claim
from duxue.claims.printed import follows
from duxue.claims.terms import STAGES, concepts
from duxue.claims.territory import territory_key
from duxue.packs.schema import IndicatorSpec, Pack
from duxue.results.model import Result

_ALL = ("kindergarten", "primary", "junior", "senior", "vocational", "special")
_COUNTS = frozenset({"pupil", "teacher", "school", "class", "person"})
_OTHER_SCOPE = 2.0  # so many times apart a count is of something else


@dataclass(slots=True)
class Facts:
    """Accepted results of one run: values by indicator, unit, year and stage, and the pack that says what they are."""

    pack: Pack
    name: str
    values: dict[tuple[str, str, int], dict[str, float]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)  # territory key -> unit code
    levels: dict[str, str] = field(default_factory=dict)  # unit code -> level

    @property
    def indicators(self) -> Mapping[str, IndicatorSpec]:
        """The indicators of the pack by id."""
        return {i.id: i for i in self.pack.indicators}


def gather_facts(name: str, results: Iterable[Result], pack: Pack) -> Facts:
    """Return the computed results of a run, `name` being how findings call it."""
    facts = Facts(pack, name)
    for result in results:
        if result.kind != "indicator" or result.value is None or result.year is None:
            continue
        held = facts.values.setdefault((result.indicator, result.unit, result.year), {})
        held[result.stage] = float(result.value)
        facts.levels[result.unit] = result.level
        for told in (result.unit_name.zh, result.unit_name.en):
            if result.level != "school" and told:
                facts.units.setdefault(territory_key(told), result.unit)
    return facts


def compare_data(
    claims: Sequence[Claim], links: Mapping[int, Sequence[Link]], facts: Sequence[Facts]
) -> list[Finding]:
    """Return what the accepted data say of each claim, and of each rank that nothing supports."""
    found: list[Finding] = []
    for index, claim in enumerate(claims):
        chosen = next((x for x in links.get(index, ()) if x.sure), None)
        finding = None
        if claim.kind == "rank":
            finding = _rank(index, claim, chosen, facts) or _no_evidence(index, claim)
        elif chosen is not None and claim.value is not None and claim.kind == "actual":
            finding = next(filter(None, (_value(index, claim, chosen, f) for f in facts)), None)
        if finding is not None:
            found.append(finding)
    return found


def _no_evidence(index: int, claim: Claim) -> Finding:
    reason = tell("rank-unsupported", "没有可重算这一名次的数据", "no data to compute it from")
    return Finding(index, "rank-unsupported", "unsupported", "note", reason, (spot(claim),))


def _place(claim: Claim, facts: Facts) -> tuple[str, int] | None:
    """Return the unit and the year that a claim speaks of, where the data hold both."""
    unit = facts.units.get(territory_key(claim.org or ""))
    period = claim.period or ""
    year = period[:4] if "-" not in period else period[-4:]
    return (unit, int(year)) if unit and year.isdigit() else None


def _value(index: int, claim: Claim, link: Link, facts: Facts) -> Finding | None:
    spec = facts.indicators.get(link.target.indicator)
    place = _place(claim, facts)
    if spec is None or place is None or not link.target.name.startswith(f"{facts.pack.id}:"):
        return None
    held = facts.values.get((spec.id, *place))
    if not held:
        return None
    candidates = list(_candidates(claim, spec, held))
    if not candidates:
        return None
    judged = [(follows(claim, value), stage, value) for stage, value in candidates]
    verdict, stage, value = next((j for j in judged if j[0]), judged[0])
    source = Spot(
        f"{facts.name} {link.target.name} {place[0]} {place[1]}" + (f" {stage}" if stage else ""),
        number(value),
    )
    told = (number(claim.value or 0), number(value))
    places = (spot(claim), source)
    if verdict:
        reason = tell("data-follows", f"数据为{told[1]}", f"the data say {told[1]}")
        return Finding(index, "data-follows", "supported", "note", reason, places)
    apart = _times(claim.value or 0, value)
    if spec.unit in _COUNTS and (apart >= _OTHER_SCOPE or verdict is None):
        reason = tell(
            "data-scope", f"原文{told[0]}，数据{told[1]}", f"printed {told[0]}, the data say {told[1]}"
        )
        return Finding(index, "data-scope", "unsupported", "note", reason, places)
    if verdict is None:
        return None
    reason = tell(
        "data-differs", f"原文{told[0]}，数据{told[1]}", f"printed {told[0]}, the data say {told[1]}"
    )
    return Finding(index, "data-differs", "contradicted", "error", reason, places)


def _times(first: float, second: float) -> float:
    small, large = sorted((abs(first), abs(second)))
    return large / small if small else float("inf")


def _candidates(claim: Claim, spec: IndicatorSpec, held: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield the results that a claim may mean: of its stage, or of all stages together where they can be added up."""
    stages = concepts(f"{claim.measure} {claim.quote}") & STAGES
    if "" in held:
        yield "", held[""]
        return
    if len(stages) == 1:
        (stage,) = stages
        if stage in held:
            yield stage, held[stage]
        elif stage == "compulsory" and spec.unit in _COUNTS and {"primary", "junior"} <= held.keys():
            yield "primary+junior", held["primary"] + held["junior"]
        return
    if stages or spec.unit not in _COUNTS:
        return
    every = [s for s in _ALL if s in held]
    if len(every) > 1:
        yield "+".join(every), sum(held[s] for s in every)
        yield "+".join(every[1:]), sum(held[s] for s in every if s != "kindergarten")


def _rank(index: int, claim: Claim, link: Link | None, facts: Sequence[Facts]) -> Finding | None:
    if link is None or claim.value is None:
        return None
    for known in facts:
        spec, place = known.indicators.get(link.target.indicator), _place(claim, known)
        if (
            spec is None
            or place is None
            or spec.better == "neither"
            or not link.target.name.startswith(f"{known.pack.id}:")
        ):
            continue
        stages = concepts(claim.measure) & STAGES
        peers = list(_peers(known, spec.id, place, stages))
        mine = next((value for unit, value in peers if unit == place[0]), None)
        if mine is None or len(peers) < 2:
            continue
        ahead = sum(value > mine if spec.better == "more" else value < mine for _, value in peers)
        computed = ahead + 1
        source = Spot(f"{known.name} {link.target.name} {place[1]}", f"{computed}/{len(peers)}")
        told = f"{computed}/{len(peers)}"
        if computed == claim.value:
            reason = tell("rank-follows", f"第{computed}（共{len(peers)}）", f"number {told}")
            return Finding(index, "rank-follows", "supported", "note", reason, (spot(claim), source))
        reason = tell("rank-differs", f"应为第{computed}（共{len(peers)}）", f"number {told}")
        return Finding(index, "rank-differs", "contradicted", "error", reason, (spot(claim), source))
    return None


def _peers(
    facts: Facts, indicator: str, place: tuple[str, int], stages: Iterable[str]
) -> Iterator[tuple[str, float]]:
    """Yield the units of the same level in that year, each with its value."""
    level = facts.levels[place[0]]
    named = list(stages)
    for (name, unit, year), held in facts.values.items():
        if name == indicator and year == place[1] and facts.levels[unit] == level:
            value = held[""] if "" in held else held.get(named[0]) if len(named) == 1 else None
            if value is not None:
                yield unit, value
