"""The money rules that scoring adds to figures: falls that must be explained, and amounts of the same scope.

The two 'only increase' tests are indicators of a pack, computed from sums of counties and cities; here stands what a
round asks beside them. docs/methods/money.md tells the rules with worked cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duxue.core.errors import Problem
from duxue.core.quantity import show
from duxue.core.text import Text
from duxue.packs.scoring import Explained, SameScope, Scoring
from duxue.scoring import comparison
from duxue.scoring.figures import Figures
from duxue.scoring.model import Explanation, Fall
from duxue.scoring.problems import listed, tell


def falls(scoring: Scoring, explanations: Sequence[Explanation], figures: Figures) -> list[Fall]:
    """Return every fall that must be explained, in the order of the pack and of unit codes.

    A figure without a value is no fall: the rule that needs it tells why there is none.
    """
    given = {(e.unit, e.indicator, frozenset(e.by)): e for e in explanations}
    found = []
    for rule in scoring.explained:
        by = tuple(rule.by.items())
        for unit in _units(rule, figures):
            value = figures.find(unit, rule)
            if value is not None and not comparison.holds(value, rule.meets):
                why = given.get((unit, rule.of, frozenset(by)))
                found.append(Fall(unit, rule.of, by, figures.title(rule), value, why))
    return found


def inspect(
    scoring: Scoring, explanations: Sequence[Explanation], every: Sequence[Fall], figures: Figures
) -> list[Problem]:
    """Return what is wrong: falls without explanation (SCO019), explanations of nothing (SCO024), scope (SCO022, SCO023)."""
    found = [
        tell("SCO019", None, unit=figures.name(fall.unit), figure=fall.title)
        for fall in every
        if fall.explanation is None
    ]
    used = {id(fall.explanation) for fall in every}
    for row in explanations:
        if id(row) not in used and row.unit not in figures.excused:
            names = ";".join(f"{d}={v}" for d, v in row.by)
            found.append(tell("SCO024", row.place, f"{row.unit} {row.indicator} {names}".rstrip()))
    for rule in scoring.same_scope:
        found += _scope(rule, figures)
    return found


def _units(rule: Explained, figures: Figures) -> list[str]:
    peers = figures.peers()
    return peers if rule.each is None else [u for p in peers for u in figures.below(p, rule.each)]


def _scope(rule: SameScope, figures: Figures) -> list[Problem]:
    """Hold the units of this year's amounts against last year's.

    A unit without an amount last year needs a restated base, and what is restated must balance: what one unit takes over
    another gives away, or it is the amount of a unit that is no more.
    """
    now = figures.reported(rule, rule.each, figures.year)
    before = figures.reported(rule, rule.each, figures.year - 1)
    if not before:
        return []  # no year to compare with: the growth itself is not computable
    changed = rule.model_copy(update={"of": rule.adjustment})
    title, year = figures.title(rule), figures.year - 1
    found = [
        tell("SCO022", None, unit=figures.name(unit), figure=title, year=year)
        for unit in sorted(set(now) - set(before))
        if not figures.find(unit, changed)
    ]
    gone = sorted(set(before) - set(now))
    moved = sum((figures.find(unit, changed) or Fraction(0) for unit in figures.of_level()), Fraction(0))
    lost = sum((before[unit] for unit in gone), Fraction(0))
    if moved != lost:
        names = listed(gone) if gone else Text("没有", "none")
        found.append(
            tell("SCO023", None, show(moved, 2), figure=title, year=year, lost=show(lost, 2), gone=names)
        )
    return found
