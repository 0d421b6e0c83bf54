"""Points from figures: one function for each type of rule, each with a reason that a person can read.

Every function takes the rule, the full points of the item and what it needs to look things up, and returns an
`Outcome`. Nothing is rounded here. docs/methods/scoring.md has a worked case for each type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from duxue.core.quantity import show
from duxue.core.text import Text
from duxue.packs import scoring as shape
from duxue.scoring import comparison, ranking
from duxue.scoring.figures import Figures
from duxue.scoring.model import OldProblem, Used

_POINT_DIGITS = 4  # reasons print points to at most four places, without trailing zeros


@dataclass(frozen=True)
class Place:
    """Where a rule is applied: one item for one unit, and what can be looked up there."""

    item: shape.Item
    unit: str
    figures: Figures
    old: Sequence[OldProblem] = ()  # last round's problems of this unit


@dataclass(frozen=True)
class Outcome:
    """What a rule gives: points, the reason, what was looked at, and which units below cost points.

    `points` is None where only people can judge; `reason` then says what data already tell.
    """

    points: Fraction | None
    reason: Text
    used: tuple[Used, ...] = ()
    failing: tuple[str, ...] = field(default=())


def apply(rule: shape.Rule, full: Fraction, place: Place) -> Outcome:
    """Return the outcome of any rule. Refused where a figure that it needs has no value."""
    return _RULES[type(rule)](rule, full, place)


def _clamp(points: Fraction, full: Fraction) -> Fraction:
    return max(Fraction(0), min(points, full))


def plain(value: Fraction, digits: int = _POINT_DIGITS) -> str:
    """Return points as a reason prints them: at most so many places, without trailing zeros."""
    text = show(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _many(shown: str, noun: str) -> str:
    """Return an English count with its noun, in the plural but for one."""
    return f"{shown} {noun}" if shown == "1" else f"{shown} {noun}s"


def _shown(place: Place, figure: shape.Figure, value: Fraction, limit: Fraction | None = None) -> str:
    return place.figures.show(figure, value, limit) + place.figures.sign(figure)


def _limit(rule: shape.Gate | shape.Shortfall | shape.PerUnit, place: Place) -> Text:
    limit = comparison.parts(rule.meets)[1]
    return comparison.words(rule.meets, plain(limit) + place.figures.sign(rule))


def _gate(rule: shape.Gate, full: Fraction, place: Place) -> Outcome:
    if rule.each is not None:
        failing, used = _failing(rule, rule.each, rule.meets, place)
        points = Fraction(0) if failing else full
        return Outcome(points, _count_reason(rule, failing, len(used), points, place), used, failing)
    value, seen = place.figures.need(place.unit, rule, place.item.title.text)
    met = comparison.holds(value, rule.meets)
    limit, shown = _limit(rule, place), _shown(place, rule, value, comparison.parts(rule.meets)[1])
    title = place.figures.title(rule)
    reason = Text(
        f"{title.zh} {shown}，{'达到' if met else '未达到'}“{limit.zh}”，{'得满分' if met else '不得分'}",
        f"{title.en} is {shown}, {'which meets' if met else 'which misses'} {limit.en}: {'full points' if met else 'no points'}",
    )
    return Outcome(full if met else Fraction(0), reason, (seen,))


def _failing(
    figure: shape.Figure, level: str, meets: str, place: Place
) -> tuple[tuple[str, ...], tuple[Used, ...]]:
    looked = [
        place.figures.need(u, figure, place.item.title.text) for u in place.figures.below(place.unit, level)
    ]
    failing = tuple(used.unit for value, used in looked if not comparison.holds(value, meets))
    return failing, tuple(used for _, used in looked)


def _count_reason(
    rule: shape.Gate | shape.PerUnit, failing: tuple[str, ...], units: int, points: Fraction, place: Place
) -> Text:
    title, limit, good = place.figures.title(rule), _limit(rule, place), units - len(failing)
    names = [place.figures.name(code) for code in failing[:5]]
    more = "…" if len(failing) > len(names) else ""
    zh = f"（{'、'.join(n.zh for n in names)}{more}）" if names else ""
    en = f" ({', '.join(n.say('en') for n in names)}{more})" if names else ""
    return Text(
        f"{title.zh}：{units}个单位中{good}个{limit.zh}，{len(failing)}个未达到{zh}，得{plain(points)}分",
        f"{title.en}: {good} of {units} units are {limit.en}, {len(failing)} {'is' if len(failing) == 1 else 'are'} not{en}: {_many(plain(points), 'point')}",
    )


def _shortfall(rule: shape.Shortfall, full: Fraction, place: Place) -> Outcome:
    value, seen = place.figures.need(place.unit, rule, place.item.title.text)
    limit = comparison.parts(rule.meets)[1]
    steps = comparison.distance(value, rule.meets) / rule.step
    counted = Fraction(int(steps)) if rule.whole_steps else steps
    points = _clamp(full - counted * rule.deduct, full)
    title, shown = place.figures.title(rule), _shown(place, rule, value, limit)
    if comparison.holds(value, rule.meets):
        words = _limit(rule, place)
        return Outcome(
            full, Text(f"{title.zh} {shown}，{words.zh}，得满分", f"{title.en} is {shown}, {words.en}: full points"), (seen,)
        )  # fmt: skip
    percent = place.figures.sign(rule)
    away = place.figures.show(rule, abs(value - limit))
    step, apart = plain(rule.step), "个百分点" if percent else ""
    far, each = (_many(n, "percentage point") if percent else n for n in (away, step))
    reason = Text(
        f"{title.zh} {shown}，与标准 {plain(limit)}{percent} 相差 {away}{apart}，每 {step}{apart}扣{plain(rule.deduct)}分，得{plain(points)}分",
        f"{title.en} is {shown}, {far} away from {plain(limit)}{percent}; {plain(rule.deduct)} off for each {each}: {_many(plain(points), 'point')}",
    )
    return Outcome(points, reason, (seen,))


def _per_unit(rule: shape.PerUnit, full: Fraction, place: Place) -> Outcome:
    failing, used = _failing(rule, rule.each, rule.meets, place)
    off = len(failing) * rule.deduct
    points = _clamp(full - (off if rule.most is None else min(off, rule.most)), full)
    return Outcome(points, _count_reason(rule, failing, len(used), points, place), used, failing)


def _occurrence(rule: shape.Occurrence, full: Fraction, place: Place) -> Outcome:
    value, seen = place.figures.need(place.unit, rule, place.item.title.text)
    off = value * rule.deduct
    points = _clamp(full - (off if rule.most is None else min(off, rule.most)), full)
    title, cases = place.figures.title(rule), plain(value)
    reason = Text(
        f"{title.zh}：{cases}起，每起扣{plain(rule.deduct)}分，得{plain(points)}分",
        f"{title.en}: {_many(cases, 'case')}, {plain(rule.deduct)} off for each: {_many(plain(points), 'point')}",
    )
    return Outcome(points, reason, (seen,))


def _elements(rule: shape.Elements, full: Fraction, place: Place) -> Outcome:
    zh, en, used, total, judged = [], [], [], Fraction(0), False
    for element in rule.elements:
        if element.of is None or element.meets is None:
            judged = True
            zh.append(f"{element.title.zh}（{plain(element.points)}分，由评审员判定）")
            en.append(f"{element.title.en} ({_many(plain(element.points), 'point')}, judged by reviewers)")
            continue
        figure = shape.Figure(of=element.of, by=element.by)
        value, seen = place.figures.need(place.unit, figure, place.item.title.text)
        used.append(seen)
        there = comparison.holds(value, element.meets)
        total += element.points if there else 0
        zh.append(
            f"{element.title.zh}：{'达到' if there else '未达到'}（{plain(element.points if there else Fraction(0))}分）"
        )
        en.append(f"{element.title.en}: {'yes' if there else 'no'} ({plain(element.points if there else Fraction(0))})")  # fmt: skip
    reason = Text("；".join(zh), "; ".join(en))
    return Outcome(None if judged else _clamp(total, full), reason, tuple(used))


def _judged(rule: shape.Judged | shape.Stepwise, full: Fraction, place: Place) -> Outcome:  # noqa: ARG001
    return Outcome(None, Text("由评审员判定", "judged by reviewers"))


def _bands(rule: shape.Bands, full: Fraction, place: Place) -> Outcome:
    value, seen = place.figures.need(place.unit, rule, place.item.title.text)
    points, low = Fraction(0), None
    for band in rule.bands:
        if band.from_ is None or value >= band.from_:
            points, low = band.points, band.from_
    title, shown = place.figures.title(rule), _shown(place, rule, value, low)
    bound = Text("最低一档", "the lowest band") if low is None else Text(f"“{plain(low)}{place.figures.sign(rule)}及以上”一档", f"the band from {plain(low)}{place.figures.sign(rule)}")  # fmt: skip
    points = _clamp(points, full)
    reason = Text(f"{title.zh} {shown}，属{bound.zh}，得{plain(points)}分",
                  f"{title.en} is {shown}, in {bound.en}: {_many(plain(points), 'point')}")  # fmt: skip
    return Outcome(points, reason, (seen,))


def _trend(rule: shape.Trend, full: Fraction, place: Place) -> Outcome:
    figures, year = place.figures, place.figures.year
    now, seen = figures.need(place.unit, rule, place.item.title.text)
    before, seen_before = figures.need(place.unit, rule, place.item.title.text, year - 1)
    used = [seen_before, seen]
    change = now - before if rule.better == "more" else before - now
    title, shown = figures.title(rule), (_shown(place, rule, before, now), _shown(place, rule, now, before))
    if change >= rule.least and change >= 0 and (change > 0 or rule.least > 0):
        points, word = rule.improved, Text("改善", "better")
    elif change >= 0:
        points, word = rule.held, Text("未变差", "not worse")
    else:
        points, word = rule.worse, Text("变差", "worse")
        if rule.three_years is not None:
            older = [figures.need(place.unit, rule, place.item.title.text, year - back) for back in (3, 2)]
            used = [*(u for _, u in older), *used]
            run = [*(value for value, _ in older), before, now]
            falls = [b < a if rule.better == "more" else b > a for a, b in pairwise(run)]
            if all(falls):
                points, word = rule.three_years, Text("连续三年变差", "worse three years running")
    points = _clamp(points, full)
    reason = Text(
        f"{title.zh}由{year - 1}年的 {shown[0]} 变为 {shown[1]}，{word.zh}，得{plain(points)}分",
        f"{title.en} went from {shown[0]} in {year - 1} to {shown[1]}, {word.en}: {_many(plain(points), 'point')}",
    )
    return Outcome(points, reason, tuple(used))


def _rank(rule: shape.Rank, full: Fraction, place: Place) -> Outcome:
    values, seen = _all_peers(rule, place)
    ranks = ranking.ranks(values, more=rule.better == "more")
    low, high = ranks[place.unit]
    points = _clamp(ranking.points_of(rule.places, low, high, rule.ties), full)
    title = place.figures.title(rule)
    tied = Text(f"（与另外{high - low}个单位并列）", f" (tied with {_many(str(high - low), 'other')})") if high > low else Text("", "")  # fmt: skip
    reason = Text(
        f"{title.zh} {_shown(place, rule, values[place.unit])}，在{len(values)}个单位中列第{low}{tied.zh}，得{plain(points)}分",
        f"{title.en} is {_shown(place, rule, values[place.unit])}, rank {low} of {len(values)}{tied.en}: {_many(plain(points), 'point')}",
    )
    return Outcome(points, reason, seen)


def _all_peers(rule: shape.Figure, place: Place) -> tuple[dict[str, Fraction], tuple[Used, ...]]:
    # Units to which the item does not apply are not ranked; any other unit must have a figure.
    values, seen = {}, []
    for unit in place.figures.peers():
        if applies(place.item, unit, place.figures):
            values[unit], used = place.figures.need(unit, rule, place.item.title.text)
            seen.append(used)
    return values, tuple(seen)


def _mean(rule: shape.AgainstMean, full: Fraction, place: Place) -> Outcome:
    values, seen = _all_peers(rule, place)
    whole = place.figures.whole()
    if rule.mean == "whole" and whole is not None:
        mean, used = place.figures.need(whole, rule, place.item.title.text)
        seen = (*seen, used)
    else:
        mean = sum(values.values(), Fraction(0)) / len(values)
    more = rule.better == "more"
    mine = values[place.unit]
    good = mine >= mean if more else mine <= mean
    title, shown = place.figures.title(rule), _shown(place, rule, mine, mean)
    average = _shown(place, rule, mean)
    if good:
        return Outcome(full, Text(f"{title.zh} {shown}，不劣于平均 {average}，得满分",
                                  f"{title.en} is {shown}, no worse than the mean {average}: full points"), seen)  # fmt: skip
    behind = {unit: value for unit, value in values.items() if (value < mean if more else value > mean)}
    low, high = ranking.ranks(behind, more=more)[place.unit]
    points = _clamp(ranking.points_of(rule.below, low, high, "best"), full)
    reason = Text(
        f"{title.zh} {shown}，劣于平均 {average}，在其后的{len(behind)}个单位中列第{low}，得{plain(points)}分",
        f"{title.en} is {shown}, worse than the mean {average}, rank {low} of the {len(behind)} behind it: {_many(plain(points), 'point')}",
    )
    return Outcome(points, reason, seen)


def _composite(rule: shape.Composite, full: Fraction, place: Place) -> Outcome:
    total, judged = Fraction(0), False
    zh, en = [], []
    used: list[Used] = []
    failing: list[str] = []
    for part in rule.parts:
        one = apply(part.rule, full, place)
        used += one.used
        failing += one.failing
        if one.points is None:
            judged = True
        else:
            total += part.weight * one.points
        weight = plain(part.weight * 100)
        zh.append(f"权重{weight}%：{one.reason.zh}")
        en.append(f"weight {weight}%: {one.reason.en}")
    reason = Text("；".join(zh), "; ".join(en))
    points = None if judged else total
    return Outcome(points, reason, tuple(used), tuple(dict.fromkeys(failing)))


def _by_class(rule: shape.ByClass, full: Fraction, place: Place) -> Outcome:
    name = next(name for name, codes in rule.classes.items() if place.unit in codes)
    chosen = next(option.rule for option in rule.rules if option.class_ == name)
    one = apply(chosen, full, place)
    reason = Text(f"按“{name}”类标准：{one.reason.zh}", f"by the standards of class {name}: {one.reason.en}")
    return Outcome(one.points, reason, one.used, one.failing)


def _rectified(rule: shape.Rectified, full: Fraction, place: Place) -> Outcome:
    problems = place.old
    if not problems:
        return Outcome(
            full, Text("上一轮没有应整改的问题，得满分", "no problem of last round was due: full points")
        )
    closed = sum(p.state == "closed" for p in problems)
    late = sum(p.overdue for p in problems)
    again = sum(p.state == "reopened" for p in problems)
    points = _clamp(full * closed / len(problems) - late * rule.overdue - again * rule.reopened, full)
    reason = Text(
        f"上一轮问题{len(problems)}个，已销号{closed}个，逾期{late}个，重新打开{again}个，得{plain(points)}分",
        f"last round's problems: {len(problems)}, closed {closed}, overdue {late}, reopened {again}: {_many(plain(points), 'point')}",
    )
    return Outcome(points, reason)


def applies(item: shape.Item, unit: str, figures: Figures) -> bool:
    """Return whether an item applies to a unit. Refused where that cannot be told."""
    if item.applies is None:
        return True
    value, _ = figures.need(unit, item.applies, item.title.text)
    return comparison.holds(value, item.applies.meets)


_RULES: dict[type, Callable[[Any, Fraction, Place], Outcome]] = {
    shape.Gate: _gate,
    shape.Shortfall: _shortfall,
    shape.PerUnit: _per_unit,
    shape.Occurrence: _occurrence,
    shape.Elements: _elements,
    shape.Stepwise: _judged,
    shape.Bands: _bands,
    shape.Trend: _trend,
    shape.Rank: _rank,
    shape.AgainstMean: _mean,
    shape.Composite: _composite,
    shape.ByClass: _by_class,
    shape.Judged: _judged,
    shape.Rectified: _rectified,
}
