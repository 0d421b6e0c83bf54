"""Measure phrases to the indicators and elements of packs: simple scores with reasons, no model, nothing decided alone.

A phrase and a target are compared by the concepts they name (`duxue.claims.terms`), rarer concepts weighing more, by the
unit and by the stage of schooling. One clear winner is a link; several close ones are offered for a person to choose;
what a person chose (`duxue.claims.decisions`) is used from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from duxue.claims.decisions import Decisions, link_key
from duxue.claims.model import Claim
from duxue.claims.terms import FLOWS, HEADS, STAGES, WEAK, concepts, covered
from duxue.core.text import Text
from duxue.packs.schema import Pack

OFFERED = 0.5  # the least score that is shown
SURE = 0.72  # the least score of a link that needs no choice
_AHEAD = 0.08  # by which the first must lead
_MOST = 4  # offers shown
_NARROWED = 0.25  # taken off a target of whose title the term base knows nothing
_REMEMBERED = 50_000  # phrases whose links are kept while many documents are read

_NUMBERS = frozenset({"1", "ratio", "other:fold", "other:permille"})
# Unit of a claim -> units of measure of packs that mean the same.
_COUNTED = frozenset({"person", "school", "kindergarten", "institution", "class", "place"})
_PEOPLE = frozenset({"pupil", "teacher", "person", "form"})
_UNITS: dict[str, frozenset[str]] = {
    "person": _PEOPLE,
    "percent": frozenset({"%", "pupil / 100 person"}),
    "yuan": frozenset({"yuan", "万元", "亿元", "元", "yuan / pupil", "yuan / person"}),
    "m2": frozenset({"m2", "m2 / pupil"}),
    "computer": frozenset({"computer", "computer / 100 pupil"}),
    "classroom": frozenset({"room", "room / 100 pupil"}),
    "class": frozenset({"class"}),
    "school": frozenset({"school"}),
    "kindergarten": frozenset({"school"}),
    "institution": frozenset({"school"}),
    "place": frozenset({"person"}),
    "ratio": frozenset({"1", "pupil / teacher", "teacher / pupil"}),
    "other:book": frozenset({"book", "book / pupil"}),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Something a claim may speak of: `name` is `pack:indicator` or `pack:form.field`."""

    name: str
    title: Text
    unit: str
    terms: frozenset[str]
    indicator: str = ""  # id, where results hold it
    staged: bool = False  # broken down by stage: a stage in the phrase is then part of it
    plain: float = 1.0  # how much of its title the term base knows; the other words narrow it


@dataclass(frozen=True, slots=True)
class Link:
    """A target with its score from 0 to 1 and why; `decided` when a person chose it, `sure` when it leads clearly."""

    target: Target
    score: float
    reason: Text
    sure: bool = False
    decided: bool = False


def targets_of(packs: Iterable[Pack]) -> tuple[Target, ...]:
    """Return what claims may be linked to: indicators, and the numeric fields of forms; one for each title and unit."""
    found: dict[tuple[str, str], Target] = {}
    every = tuple(packs)
    for pack in every:
        for spec in pack.indicators:
            if spec.variant_of is None and not spec.id.endswith("_cv"):
                words = (spec.title.zh, spec.title.en, *spec.aliases)
                name, staged = f"{pack.id}:{spec.id}", "stage" in spec.by
                target = Target(
                    name, spec.title.text, spec.unit, _terms(words), spec.id, staged, _known(words)
                )
                found.setdefault((spec.title.zh, spec.unit), target)
    for pack in every:
        for form in pack.forms:
            staged = any(item.dimension == "stage" for item in form.fields)
            for item in form.fields:
                if item.type in ("integer", "number") and item.unit is not None:
                    words = (item.title.zh, item.title.en, *item.aliases)
                    name = f"{pack.id}:{form.id}.{item.id}"
                    target = Target(
                        name, item.title.text, item.unit, _terms(words), "", staged, _known(words)
                    )
                    found.setdefault((item.title.zh, item.unit), target)
    return tuple(found.values())


def _terms(words: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(concepts(w) for w in words))


def _known(words: Iterable[str]) -> float:
    return max(covered(w) for w in words)


class Linker:
    """Links claims to targets; keeps what it found for a phrase, since reports repeat themselves."""

    def __init__(self, targets: Sequence[Target], decisions: Decisions | None = None) -> None:
        self.targets = tuple(targets)
        self.decisions = decisions or Decisions()
        self._by_name = {t.name: t for t in self.targets}
        self._holding: dict[str, list[int]] = {}
        for number, target in enumerate(self.targets):
            for term in target.terms:
                self._holding.setdefault(term, []).append(number)
        count = max(len(self.targets), 1)
        # A concept that many targets name says less; one that none names cannot help but still counts as unexplained.
        self._weight = {t: log(1 + count / len(n)) for t, n in self._holding.items()}
        self._unknown = log(1 + count / 4)
        self._kept: dict[tuple[str, str], tuple[Link, ...]] = {}

    def link(self, claim: Claim, context: str = "") -> tuple[Link, ...]:
        """Return the targets of a claim, best first; the first is `sure` or `decided` where it may be used unasked.

        `context` is the clause before the number: who is recruited or trained there is no stock of anything.
        """
        counted = claim.unit not in ("percent", "yuan", "rank", "ratio")
        phrase = f"{claim.measure} {claim.quote}" if counted else claim.measure
        found = self._found(phrase, claim)
        if found and found[0].sure and not found[0].decided:
            said = concepts(f"{context} {claim.quote}") & FLOWS
            if claim.kind == "change":
                said |= {"growth"}
            if said - found[0].target.terms:
                first = found[0]
                return (Link(first.target, first.score, first.reason), *found[1:])
        return found

    def _found(self, phrase: str, claim: Claim) -> tuple[Link, ...]:
        key = (phrase, claim.unit)
        found = self._kept.get(key)
        if found is None:
            decided = self.decisions.get(link_key(claim.measure, claim.unit))
            found = (
                self._offer(phrase, claim.unit)
                if decided is None
                else self._decided(decided.choice, decided.target, phrase, claim.unit)
            )
            if len(self._kept) >= _REMEMBERED:
                self._kept.clear()
            self._kept[key] = found
        return found

    def _decided(self, choice: str, name: str, phrase: str, unit: str) -> tuple[Link, ...]:
        if choice != "link":
            return ()
        target = self._by_name.get(name)
        if target is None:  # of a pack that is not at hand: what is offered here is not what the person meant
            return tuple(Link(x.target, x.score, x.reason) for x in self._offer(phrase, unit))
        return (Link(target, 1.0, Text("有人确认过", "chosen by a person"), sure=True, decided=True),)

    def _offer(self, phrase: str, unit: str) -> tuple[Link, ...]:
        named = concepts(phrase) - {"total"}  # all of the territory: every target is
        if unit in ("school", "kindergarten", "institution"):
            named |= {"school"}
        if not named - WEAK:
            return ()
        candidates = {n for term in named for n in self._holding.get(term, ())}
        links = [link for n in candidates if (link := self._score(self.targets[n], named, unit)) is not None]
        links.sort(key=lambda link: (-link.score, link.target.name))
        if not links:
            return ()
        first = links[0]
        ahead = first.score - (links[1].score if len(links) > 1 else 0)
        if first.score >= SURE and ahead >= _AHEAD:
            links[0] = Link(first.target, first.score, first.reason, sure=True)
        return tuple(links[:_MOST])

    @staticmethod
    def _staged(named: frozenset[str], terms: frozenset[str], unit: str) -> frozenset[str]:
        """Leave out the stage that the breakdown holds; schools of a stage are schools."""
        if unit in ("school", "kindergarten", "institution"):
            named |= {"school"}
        return named - (STAGES - terms)

    def _score(self, target: Target, named: frozenset[str], unit: str) -> Link | None:
        agrees = unit_agrees(unit, target.unit)
        if agrees is False:
            return None
        if target.staged:
            named = self._staged(named, target.terms, unit)
        shared = named & target.terms
        if not shared - WEAK:
            return None
        weigh = self._weight.get
        both = sum(weigh(t, 0) for t in shared)
        all_named = sum(weigh(t, self._unknown) for t in named)
        all_target = sum(weigh(t, 0) for t in target.terms)
        score = 2 * both / (all_named + all_target) if both else 0.0
        stages, wanted = named & STAGES, target.terms & STAGES
        if stages and wanted and not stages & wanted:
            score *= 0.5
        if not stages and wanted - shared:
            score *= 0.9
        if named & HEADS - target.terms and unit in _COUNTED:
            score *= 0.7
        if agrees is None:
            score *= 0.8
        score *= 1 - _NARROWED * (1 - target.plain)
        if score < OFFERED:
            return None
        zh, en = "、".join(sorted(shared)), ", ".join(sorted(shared))
        reason = Text(f"共同概念：{zh}；单位相符", f"concepts in common: {en}; the units agree")
        if agrees is None:
            reason = Text(
                f"共同概念：{zh}；单位无法核对", f"concepts in common: {en}; the unit could not be checked"
            )
        return Link(target, round(min(score, 1.0), 3), reason)


def unit_agrees(claimed: str, measured: str) -> bool | None:
    """Tell whether a claim's unit can be that of a target; None where nothing is known of it."""
    if claimed == "rank":
        return True  # a rank is by some measure, in any unit
    if claimed in _UNITS:
        return measured in _UNITS[claimed]
    return claimed in _NUMBERS and measured == "1"
