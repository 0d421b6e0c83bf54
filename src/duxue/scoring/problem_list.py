"""The problem list: one entry for each item on which a unit lost points, in public and internal wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from duxue.core.text import Text
from duxue.packs.scoring import Item, PerUnit, Rectified, Rule
from duxue.scoring.figures import Figures
from duxue.scoring.model import ItemScores, Problem
from duxue.scoring.quantifier import word
from duxue.scoring.tree import Leaf

if TYPE_CHECKING:
    from duxue.scoring.rounds import RoundInputs

Source = Literal["data", "self", "online", "field", "satisfaction", "last_round"]
# Share of an item's points from which a loss can be put right at once, or only in the long run: a proposal.
_SMALL, _LARGE = Fraction(1, 5), Fraction(3, 5)


def problems_of(
    line: Sequence[Leaf], items: Sequence[ItemScores], inputs: RoundInputs, figures: Figures
) -> list[Problem]:
    """Return the problems of all units, by unit and in the order of the tree.

    The public wording names no unit below the scored one and gives no count; the internal wording has both.
    """
    by_item = {leaf.item.id: leaf for leaf in line}
    return [
        _problem(by_item[scores.item], scores, inputs, figures)
        for scores in items
        if scores.state == "scored" and (scores.verified if scores.verified is not None else scores.self_score) is not None
        and _lost(scores) > 0
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Common:
    """What is wrong on one item over all scored units, as it may be published: a quantifier, no names."""

    item: str
    window: str
    public: Text
    hit: int  # units that fall short, of the level that the rule looks at
    of: int
    level: str
    units: tuple[str, ...]  # scored units that lost points, most first
    lost: Fraction


def common(line: Sequence[Leaf], problems: Sequence[Problem], figures: Figures) -> list[Common]:
    """Return the problems item by item over all units, in the order of the tree."""
    found = []
    for leaf in line:
        mine = sorted((p for p in problems if p.item == leaf.item.id), key=lambda p: (-p.lost, p.unit))
        if not mine:
            continue
        level = _level(leaf.item.rule)
        hit = sum(len(p.units_hit) for p in mine if p.units_hit != (p.unit,)) if level else 0
        if level is None or not hit:
            level, hit, of = figures.level, len(mine), len(figures.peers())
        else:
            of = sum(len(figures.below(unit, level)) for unit in figures.peers())
        lost = sum((p.lost for p in mine), Fraction(0))
        said = _said(leaf.item, _counted(figures, level, hit, of))
        found.append(
            Common(leaf.item.id, leaf.window or "", said, hit, of, level, tuple(p.unit for p in mine), lost)
        )
    return found


def _said(item: Item, who: Text) -> Text:
    if item.problem:
        said = item.problem.text.format(who=who)
    else:
        title = item.title.text
        said = Text(f"{who.zh}“{title.zh}”未达到要求", f"{who.en}: {title.en} falls short")
    return Text(said.zh, said.en[:1].upper() + said.en[1:])


def used_indicators(scores: ItemScores) -> tuple[str, ...]:
    """Return the figures behind an item's points, each once; none where people judge."""
    return tuple(dict.fromkeys(u.indicator for u in scores.computed.used)) if scores.computed else ()


def _lost(scores: ItemScores) -> Fraction:
    have = scores.verified if scores.verified is not None else scores.self_score
    assert have is not None
    return scores.full - have


def _problem(leaf: Leaf, scores: ItemScores, inputs: RoundInputs, figures: Figures) -> Problem:  # noqa: ARG001
    item, lost = leaf.item, _lost(scores)
    failing = scores.computed.failing if scores.computed else ()
    # Only where every point hangs on units below does the sentence speak of them; a composite loses points otherwise too.
    level = _level(item.rule) if failing else None
    units = figures.below(scores.unit, level) if level else [scores.unit]
    hit = failing if level else (scores.unit,)
    who = (
        _counted(figures, level, len(hit), len(units))
        if level
        else Text(f"该{_title(figures, scores.unit).zh}", "the unit")
    )
    said = _said(item, who)
    counted = _names(failing, scores.unit, figures)
    reason = scores.reasons[-1]
    internal = Text(
        f"{said.zh}{counted.zh}。依据：{reason.zh}", f"{said.en}{counted.en}. Because: {reason.en}"
    )
    share = lost / scores.full if scores.full else Fraction(0)
    kind: Literal["at_once", "by_date", "long_term"] = (
        "at_once" if share <= _SMALL else "by_date" if share <= _LARGE else "long_term"
    )
    return Problem(
        id=f"{scores.unit}-{item.id}", unit=scores.unit, item=item.id, window=leaf.window or "",
        source=_source(item, scores), public=said, internal=internal, lost=lost, units_hit=tuple(hit),
        units_all=len(units), kind=kind,
    )  # fmt: skip


def _level(rule: Rule | None) -> str | None:
    if isinstance(rule, PerUnit):
        return rule.each
    return getattr(rule, "each", None)


def _names(failing: Sequence[str], unit: str, figures: Figures) -> Text:
    if not failing:
        return Text("", "")
    names = [figures.name(code) for code in failing]
    of = len(figures.below(unit, figures.tree.units[failing[0]].level))
    return Text(
        f"（{len(names)}/{of}：{'、'.join(n.zh for n in names)}）",
        f" ({len(names)} of {of}: {', '.join(n.say('en') for n in names)})",
    )


def _title(figures: Figures, unit: str) -> Text:
    level = figures.tree.units[unit].level
    return next(known.title.text for known in figures.pack.levels if known.id == level)


def _counted(figures: Figures, level: str, hit: int, units: int) -> Text:
    title = next(known.title.text for known in figures.pack.levels if known.id == level)
    some = word(hit, units)
    return Text(f"{some.zh}{title.zh}", f"{some.en} {plural(title.en)}")


def plural(title: str) -> str:
    """Return an English level title as it stands in a sentence: `County` becomes `counties`."""
    name = title.lower()
    if name.endswith("s"):
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _source(item: Item, scores: ItemScores) -> Source:
    if isinstance(item.rule, Rectified):
        return "last_round"
    if scores.field is not None:
        return "field"
    if scores.computed is not None and scores.online == scores.computed.points:
        return "data"
    return "online" if scores.online is not None else "self"
