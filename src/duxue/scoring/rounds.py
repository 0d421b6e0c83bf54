"""A whole round: what was handed in is held against the rules, then every unit is scored, or nothing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.packs.scoring import Item, Rule, Scoring
from duxue.scoring import credibility, grades, layers, money, ranking, rules, tree
from duxue.scoring.commendations import commended
from duxue.scoring.figures import Figures
from duxue.scoring.inspect import inspect
from duxue.scoring.layers import Agreed
from duxue.scoring.model import (
    CredibilityScore,
    Explanation,
    ItemScores,
    OldProblem,
    Points,
    ReviewScore,
    Scored,
    SelfScore,
    UnitScore,
    VetoEvent,
)
from duxue.scoring.problem_list import problems_of
from duxue.scoring.problems import tell
from duxue.scoring.satisfaction import Sheet
from duxue.scoring.survey import asked
from duxue.scoring.tree import Leaf


@dataclass(frozen=True)
class RoundInputs:
    """What people handed in for a round."""

    self_scores: Sequence[SelfScore]
    reviews: Sequence[ReviewScore] = ()
    reviewers: Mapping[str, str] = field(default_factory=dict)  # reviewer -> home unit, "" for none
    evidence: Mapping[str, str] = field(
        default_factory=dict
    )  # evidence that is there -> the unit that handed it in
    vetoes: Sequence[VetoEvent] = ()
    old: Sequence[OldProblem] = ()
    explanations: Sequence[Explanation] = ()
    sheets: Sequence[Sheet] = ()  # answer sheets of the satisfaction survey


@dataclass(frozen=True)
class _Sheet:
    """One unit's items before credibility."""

    unit: str
    items: tuple[ItemScores, ...]
    spread: Mapping[str, tuple[Fraction, Fraction]]  # item -> lowest and highest verified score
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Outcome:
    """A scored round, and how far reviewers' scores for each verified item lay apart (unit, item -> low, high)."""

    scored: Scored
    spreads: Mapping[tuple[str, str], tuple[Fraction, Fraction]]


def score_round(scoring: Scoring, inputs: RoundInputs, figures: Figures) -> Outcome:
    """Return the scored round.

    Refused tells everything that is wrong with what was handed in (SCO002 to SCO026) and every figure that a rule needs
    and that has no value (SCO001): nothing is half-scored.
    """
    line = tree.leaves(scoring)
    fallen = money.falls(scoring, inputs.explanations, figures)
    found = inspect(scoring, line, inputs, figures)
    found += money.inspect(scoring, inputs.explanations, fallen, figures)
    surveyed, wrong = asked(scoring, inputs.sheets, figures)
    found += wrong
    by_place = layers.by_place(inputs.reviews)
    claims = {(s.unit, s.item): s for s in inputs.self_scores}
    sheets = [_sheet(scoring, line, unit, claims, by_place, inputs, figures) for unit in figures.peers()]
    found += [p for sheet in sheets for p in sheet.problems]
    if found:
        raise Refused(list(dict.fromkeys(found)))
    units: list[UnitScore] = []
    items: list[ItemScores] = []
    every: list[CredibilityScore] = []
    for sheet in sheets:
        unit, finals, measured, problems = _unit(scoring, line, sheet, inputs, figures)
        found += problems
        units.append(unit)
        items += finals
        every += measured
    if found:
        raise Refused(found)
    ranks = ranking.ranks({u.unit: u.final for u in units})
    ranked = sorted((replace(u, rank=ranks[u.unit][0]) for u in units), key=lambda u: (u.rank, u.unit))
    scored = Scored(
        units=ranked,
        items=items,
        credibility=every,
        problems=problems_of(line, items, inputs, figures),
        commended={c.id: commended(c, figures) for c in scoring.commendations},
        falls=fallen,
        surveyed=surveyed,
    )
    return Outcome(scored, {(s.unit, item): pair for s in sheets for item, pair in s.spread.items()})


def _sheet(
    scoring: Scoring,
    line: Sequence[Leaf],
    unit: str,
    claims: Mapping[tuple[str, str], SelfScore],
    reviews: Mapping[tuple[str, str, str], list[ReviewScore]],
    inputs: RoundInputs,
    figures: Figures,
) -> _Sheet:
    old = [p for p in inputs.old if p.unit == unit]
    problems: list[Problem] = []
    off: dict[str, Leaf] = {}
    for leaf in line:
        try:
            if not rules.applies(leaf.item, unit, figures):
                off[leaf.item.id] = leaf
        except Refused as refused:
            problems += refused.problems
    gone = frozenset(name for name, leaf in off.items() if leaf.item.not_applicable == "redistribute")
    full = tree.full_points(scoring.items, gone)
    if not full:
        problems.append(tell("SCO018", unit=figures.name(unit)))
    items: list[ItemScores] = []
    spread: dict[str, tuple[Fraction, Fraction]] = {}
    for leaf in line:
        if leaf.item.id in off:
            items.append(_absent(leaf.item, unit, full.get(leaf.item.id, Fraction(0))))
            continue
        try:
            outcome = rules.apply(
                _rule(leaf.item), leaf.item.points, rules.Place(leaf.item, unit, figures, old)
            )
        except Refused as refused:
            problems += refused.problems
            continue
        claim = claims.get((unit, leaf.item.id))
        agreed, wrong = _agreed(scoring, leaf.item, unit, reviews, figures)
        problems += wrong
        verified_by_people = agreed.get("field") or agreed.get("online")
        if outcome.points is None and leaf.item.verified and verified_by_people is None and not wrong:
            count = scoring.review.reviewers
            problems.append(tell("SCO003", unit=figures.name(unit), item=leaf.item.title.text, count=count))
        if claim is None or leaf.item.id not in full:
            continue  # told by `inspect`
        scale = full[leaf.item.id] / leaf.item.points if leaf.item.points else Fraction(0)
        items.append(_item(leaf.item, unit, scale, outcome, claim, agreed))
        if verified_by_people is not None:
            spread[leaf.item.id] = (verified_by_people.low * scale, verified_by_people.high * scale)
    return _Sheet(unit, tuple(items), spread, tuple(problems))


def _rule(item: Item) -> Rule:
    assert item.rule is not None  # lint: a leaf has a rule
    return item.rule


def _absent(item: Item, unit: str, full: Fraction) -> ItemScores:
    given = item.not_applicable == "full"
    reason = (
        Text("不适用，按规则给满分", "does not apply; full points by rule") if given
        else Text("不适用，分值由同一板块的其他项承担", "does not apply; the other items of the block carry its points")
    )  # fmt: skip
    points = full if given else Fraction(0)
    computed = Points(item.id, unit, points, points, reason, "not_applicable")
    return ItemScores(item.id, unit, points, "not_applicable", computed, None, None, None, None, points, (reason,), None)  # fmt: skip


def _agreed(
    scoring: Scoring,
    item: Item,
    unit: str,
    reviews: Mapping[tuple[str, str, str], list[ReviewScore]],
    figures: Figures,
) -> tuple[dict[str, Agreed], list[Problem]]:
    found: dict[str, Agreed] = {}
    problems: list[Problem] = []
    for layer in ("online", "field"):
        given = reviews.get((layer, unit, item.id))
        if given:
            agreed, wrong = layers.agree(given, item, scoring.review, figures.name(unit))
            problems += wrong
            if agreed is not None:
                found[layer] = agreed
    return found, problems


def _item(
    item: Item,
    unit: str,
    scale: Fraction,
    outcome: rules.Outcome,
    claim: SelfScore,
    agreed: Mapping[str, Agreed],
) -> ItemScores:
    full = item.points * scale
    computed = None
    if outcome.points is not None:
        computed = Points(item.id, unit, outcome.points * scale, full, outcome.reason, "scored", outcome.used, outcome.failing)  # fmt: skip
    online, visited = agreed.get("online"), agreed.get("field")
    reasons = [outcome.reason]
    for layer, one in agreed.items():
        name = layers.LAYERS[layer]
        reasons.append(Text(f"{name.zh}：{one.reason.zh}", f"{name.en}: {one.reason.en}"))
    # What data tell is the online score, unless a reviewer gave another one with a reason.
    online_score = online.score * scale if online else computed.points if computed else None
    if "online" not in item.verified and online is None:
        online_score = None
    field_score = visited.score * scale if visited else None
    verified = field_score if field_score is not None else online_score
    mine = claim.score * scale
    gap = mine - verified if verified is not None else None
    return ItemScores(
        item.id, unit, full, "scored", computed, mine, online_score, field_score, verified, mine, tuple(reasons), gap
    )  # fmt: skip


def _unit(
    scoring: Scoring, line: Sequence[Leaf], sheet: _Sheet, inputs: RoundInputs, figures: Figures
) -> tuple[UnitScore, list[ItemScores], list[CredibilityScore], list[Problem]]:
    rule, unit = scoring.credibility, sheet.unit
    block_of = {leaf.item.id: leaf.block.id for leaf in line}
    pairs = {
        i.item: credibility.Pair(i.item, i.full, i.self_score, i.verified)
        for i in sheet.items
        if i.self_score is not None
    }
    whole = credibility.measure(list(pairs.values()), rule, unit)
    blocks = {
        block.id: credibility.measure([p for p in pairs.values() if block_of[p.item] == block.id], rule, unit, block.id)
        for block in scoring.items
    }  # fmt: skip
    problems: list[Problem] = []
    if whole.value is None:
        problems.append(tell("SCO015", unit=figures.name(unit), why=whole.reason, least=rule.least_items))
    finals: list[ItemScores] = []
    for item in sheet.items:
        pair = pairs.get(item.item)
        if pair is None:
            finals.append(item)
            continue
        own = blocks[block_of[item.item]].value if rule.by_block else None
        factor = own if own is not None else whole.value or Fraction(0)
        points = credibility.final(pair, factor, replace_verified=rule.replace_verified)
        finals.append(replace(item, final=points))
    zero = Fraction(0)
    total = sum((i.final for i in finals), zero)
    grade = grades.grade_of(total, scoring.grades)
    last, changes = grades.judge(unit, grade, scoring.grades, scoring.vetoes, inputs.vetoes, figures)
    sums = {
        block.id: sum((i.final for i in finals if block_of[i.item] == block.id), zero)
        for block in scoring.items
    }
    claimed = sum((i.self_score if i.self_score is not None else i.final for i in finals), zero)
    seen = sum((_seen(i) for i in finals), zero)
    score = UnitScore(
        unit, figures.name(unit), claimed, seen, whole, total, 0, grade, last, changes, sums
    )  # fmt: skip
    return score, finals, [whole, *blocks.values()], problems


def _seen(item: ItemScores) -> Fraction:
    if item.verified is not None:
        return item.verified
    return item.self_score if item.self_score is not None else item.final
