"""What the people of an invented round hand in: self scores, reviews, evidence, old problems; three cities claim too much.

Points that data give are those of the rules; what only people judge is drawn. Everything is synthetic, and the claims that go
too far are listed, so that a reader can see whether the method finds them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Final

from duxue.packs import scoring as shape
from duxue.packs.scoring import Item, Scoring
from duxue.scoring import comparison, rules, tree
from duxue.scoring.figures import Figures

OVER_CLAIMING: Final = 3  # cities
_CLAIMS: Final = 7  # items of such a city, at most
_LEAST: Final = Fraction(3, 10)  # points that a claim goes too far at least
_CENT, _TENTH = Fraction(1, 100), Fraction(1, 10)
_REVIEWERS: Final = 48
_FULL: Final = "材料齐全，情况属实（合成） / papers complete and true (synthetic)"
_LESS: Final = "部分材料不足，按规则扣分（合成） / papers missing, points off by rule (synthetic)"
_DECIDED: Final = "复核：以查验的原始记录为准（合成） / decided by the records seen (synthetic)"
_SAME: Final = "现场查验与填报数据一致（合成） / found as reported (synthetic)"

Row = tuple[object, ...]


@dataclass(slots=True)
class Drawn:
    """The rows of a round's tables, and the answer key."""

    self_scores: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    reviewers: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    vetoes: list[Row] = field(default_factory=list)
    last_round: list[Row] = field(default_factory=list)
    over_claims: dict[str, list[dict[str, object]]] = field(default_factory=dict)


def draw_round(scoring: Scoring, figures: Figures, efforts: Mapping[str, float], seed: int) -> Drawn:
    """Return what is handed in for the evaluated year of `figures`; the same seed gives the same rows."""
    rng = Random(f"{seed}/round")  # noqa: S311 - a sample, not a secret
    cities = figures.peers()
    drawn = Drawn()
    homes = [cities[number % len(cities)] for number in range(_REVIEWERS)]
    drawn.reviewers = [(f"R{number:03}", home) for number, home in enumerate(homes, 1)]
    over = sorted(rng.sample(sorted(cities, key=lambda c: efforts[c])[: max(len(cities) * 2 // 3, 1)], min(OVER_CLAIMING, len(cities))))  # fmt: skip
    visited = {*over, *rng.sample(cities, min(4, len(cities)))}
    draw_old(scoring, cities, efforts, figures.year, rng, drawn)
    old = _old_points(scoring, drawn)
    for city in cities:
        own = Random(f"{seed}/round/{city}")  # noqa: S311 - a sample, not a secret
        _city(scoring, figures, city, efforts[city], city in visited, city in over, old, own, drawn)
    draw_vetoes([c for c in cities if c not in over], figures.year, rng, drawn)
    return drawn


def _city(
    scoring: Scoring, figures: Figures, city: str, effort: float, visited: bool, over: bool,
    old: Mapping[str, Fraction], rng: Random, drawn: Drawn,
) -> None:  # fmt: skip
    known: dict[str, Fraction] = {}
    items: dict[str, Item] = {}
    for leaf in tree.leaves(scoring):
        item = leaf.item
        if not rules.applies(item, city, figures):
            continue
        items[item.id] = item
        computed = _computed(item, city, figures, old)
        judged = computed is None
        truth = _judge(item, city, figures, effort, rng) if computed is None else computed
        layers = [x for x in item.verified if judged or (x == "field" and visited)]
        known[item.id] = truth
        for layer in layers:
            known[item.id] = _review(item, city, layer, truth, judged, rng, drawn)
    claimed = _over_claimed(items, known) if over else {}
    for name, item in items.items():
        title = f"{item.title.zh}佐证材料（合成）"
        drawn.evidence.append(
            (
                f"E-{city}-{name}",
                city,
                name,
                title,
                _digest(f"{city} {name} {title}"),
                _day(rng, figures.year),
            )
        )
        claim = claimed.get(name)
        if claim is None:
            claim = _claim(item, known[name], rng)
        note = "自评（合成）"
        drawn.self_scores.append((city, name, _say(claim), f"E-{city}-{name}", note))
        if name in claimed:
            drawn.over_claims.setdefault(city, []).append(
                {"item": name, "claimed": _say(claim), "verified": _say(known[name], 6), "by": _say(claim - known[name], 6)}
            )  # fmt: skip


def _computed(item: Item, city: str, figures: Figures, old: Mapping[str, Fraction]) -> Fraction | None:
    assert item.rule is not None  # lint
    if isinstance(item.rule, shape.Rectified):
        return old[city]
    return rules.apply(item.rule, item.points, rules.Place(item, city, figures)).points


def _judge(item: Item, city: str, figures: Figures, effort: float, rng: Random) -> Fraction:
    """Return what an item that people judge is worth, in the steps of its rule."""
    if isinstance(item.rule, shape.Elements):
        total = Fraction(0)
        for element in item.rule.elements:
            if element.of is None or element.meets is None:
                total += element.points if rng.random() < effort else 0
            else:
                value = figures.find(city, shape.Figure(of=element.of, by=element.by))
                total += element.points if value is not None and comparison.holds(value, element.meets) else 0
        return total
    share = min(1.0, 0.62 + 0.36 * effort + rng.uniform(-0.05, 0.05))
    return math.floor(item.points * Fraction(share) / _TENTH) * _TENTH


def _review(
    item: Item, city: str, layer: str, truth: Fraction, judged: bool, rng: Random, drawn: Drawn
) -> Fraction:
    """Write the reviews of one layer and return the score that they agree on."""
    homes = {str(name): str(home) for name, home in drawn.reviewers}
    people = rng.sample([name for name, home in homes.items() if home != city], 3)
    evidence = f"E-{city}-{item.id}"
    reason = _SAME if not judged else _FULL if truth == item.points else _LESS
    first = truth if judged else math.floor(truth / _CENT) * _CENT
    second = first
    apart = judged and not isinstance(item.rule, shape.Elements)
    if apart and rng.random() < 0.25:
        second = max(first - _TENTH, Fraction(0))
    decide = apart and rng.random() < 0.06
    if decide:
        second = max(first - 3 * item.points / 10, Fraction(0))
        second = math.floor(second / _TENTH) * _TENTH
    for who, score in zip(people, (first, second), strict=False):
        drawn.reviews.append((layer, city, item.id, who, "review", _say(score), reason, evidence))
    if decide:
        drawn.reviews.append((layer, city, item.id, people[2], "reconcile", _say(first), _DECIDED, evidence))
        return first
    return (first + second) / 2


def _claim(item: Item, verified: Fraction, rng: Random) -> Fraction:
    """Return an honest claim: what is verified, rounded up, sometimes a little more or less."""
    step = _TENTH if isinstance(item.rule, shape.Stepwise | shape.Judged) else _CENT
    claim = math.ceil(verified / step) * step
    luck = rng.random()
    if luck < 0.12:
        claim += _TENTH
    elif luck < 0.16:
        claim -= _TENTH
    return min(max(claim, Fraction(0)), item.points)


def _over_claimed(items: Mapping[str, Item], known: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return full points for the verified items that lost most."""
    lost = {name: item.points - known[name] for name, item in items.items() if item.verified}
    worst = sorted((name for name in lost if lost[name] >= _LEAST), key=lambda name: (-lost[name], name))
    return {name: items[name].points for name in worst[:_CLAIMS]}


def draw_old(
    scoring: Scoring, cities: Sequence[str], efforts: Mapping[str, float], year: int, rng: Random, drawn: Drawn
) -> None:  # fmt: skip
    """Write last round's problems as they stand: most closed by another person than the one who reported it."""
    leaves = [leaf.item for leaf in tree.leaves(scoring) if leaf.item.problem]
    for city in cities:
        for number, item in enumerate(rng.sample(leaves, rng.randint(6, 10)), 1):
            due = date(year, 10, 31) + timedelta(days=rng.randint(0, 60))
            state, closed, people = "closed", "", ("", "")
            if rng.random() < 0.6 + 0.36 * efforts[city]:
                late = rng.random() > 0.88 + 0.1 * efforts[city]
                day = (
                    due + timedelta(days=rng.randint(5, 40))
                    if late
                    else due - timedelta(days=rng.randint(3, 60))
                )
                closed, people = day.isoformat(), ("P1", "P2")
            else:
                state = rng.choice(("open", "extended", "reopened"))
                due = date(year + 1, 9, 30) if state == "extended" else due
            assert item.problem is not None  # chosen so
            text = f"{item.problem.zh.format(who='部分县')}（合成）"
            drawn.last_round.append((f"{year - 1}-{city}-{number:02}", city, item.id, state, due.isoformat(), closed, *people, text))  # fmt: skip


def _old_points(scoring: Scoring, drawn: Drawn) -> dict[str, Fraction]:
    """Return the points that the rule of rectification gives; without late ones, which only the round's day tells."""
    rule, full = next((leaf.item.rule, leaf.item.points) for leaf in tree.leaves(scoring) if isinstance(leaf.item.rule, shape.Rectified))  # fmt: skip
    assert isinstance(rule, shape.Rectified)
    found: dict[str, list[str]] = {}
    late: dict[str, int] = {}
    for _, city, _, state, due, closed, *_ in drawn.last_round:
        found.setdefault(str(city), []).append(str(state))
        is_late = str(closed) > str(due) if state == "closed" else state != "extended"
        late[str(city)] = late.get(str(city), 0) + is_late
    return {
        city: max(full * states.count("closed") / len(states) - late[city] * rule.overdue - states.count("reopened") * rule.reopened, Fraction(0))
        for city, states in found.items()
    }  # fmt: skip


def draw_vetoes(cities: Sequence[str], year: int, rng: Random, drawn: Drawn) -> None:
    """Write one veto in force and one that an appeal withdrew."""
    for city, veto, reason, appeal in zip(
        rng.sample(list(cities), min(2, len(cities))),
        ("difference", "unsafe"),
        (
            "一县当年义务教育校际差异系数不达标（合成） / one county failed (synthetic)",
            "举报使用D级危房，经复核不属实（合成） / reported, found untrue (synthetic)",
        ),
        ("none", "withdrawn"),
        strict=False,
    ):
        name = f"V-{city}-{veto}"
        title = "否决事项核查材料（合成）"
        drawn.evidence.append((name, city, "", title, _digest(f"{name} {title}"), _day(rng, year)))
        drawn.vetoes.append((city, veto, name, "省政府教育督导委员会办公室（合成）", reason, appeal))


def _day(rng: Random, year: int) -> str:
    return (date(year + 1, 1, 8) + timedelta(days=rng.randint(0, 50))).isoformat()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _say(value: Fraction, places: int = 2) -> str:
    text = f"{float(value):.{places}f}"
    return text.rstrip("0").rstrip(".")
