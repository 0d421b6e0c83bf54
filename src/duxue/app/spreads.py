"""What coefficients of variation and of Gini are made of, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from duxue.app.wording import fine
from duxue.core.text import Text
from duxue.engines.reference import Row, World, row_env
from duxue.formula import nodes as n
from duxue.formula.evaluate import evaluate
from duxue.formula.nodes import NA
from duxue.results.model import Result


@dataclass(frozen=True, slots=True)
class Spread:
    """What a coefficient of variation or a Gini coefficient is made of: the mean, the sum of weights, each row's part."""

    mean: Fraction
    weights: Fraction
    rows: dict[int, tuple[Fraction, Fraction]]  # id of the row -> own value, weight


def spread_of(world: World, node: n.Aggregate, result: Result) -> Spread | None:
    """Return what a coefficient is made of; None when the aggregate is none, or its weights add up to 0."""
    if node.fn not in ("cv", "gini") or node.x is None:
        return None
    group = world.group(node.home, result.level, result.unit, result.year or 0, result.by)
    used: dict[int, tuple[Fraction, Fraction]] = {}
    total = weights = Fraction(0)
    for row in group.rows if group else ():
        env = row_env(world, row)
        if any(isinstance(evaluate(x, env), NA) for x in node.complete):
            continue
        if node.where is not None and evaluate(node.where, env) is not True:
            continue
        x = evaluate(node.x, env)
        per = evaluate(node.per, env) if node.per is not None else Fraction(1)
        if isinstance(x, int | Fraction) and isinstance(per, int | Fraction) and per != 0:
            used[id(row)] = Fraction(x) / per, Fraction(per)
            total, weights = total + x, weights + per
    return Spread(total / weights, weights, used) if weights else None


def spread_terms(node: n.Aggregate, spread: Spread, row: Row) -> list[tuple[Text, str]]:
    """Return what a row adds to a coefficient: r / p, its weight and, for a coefficient of variation, its square."""
    if id(row) not in spread.rows:
        return []
    x, per = spread.rows[id(row)]
    share = per / spread.weights
    terms = [
        (Text("x = r ÷ p", "x = r ÷ p"), fine(x)),
        (Text("w = p ÷ Σp", "w = p ÷ Σp"), fine(share)),
    ]
    if node.fn == "cv":
        terms.append((Text("(x − m)² × w", "(x − m)² × w"), fine((x - spread.mean) ** 2 * share)))
    return terms


def quotient(node: n.Typed, spread: Spread, value: Fraction) -> str:
    """Return the numbers of which a coefficient is the quotient: S ÷ m, or for Gini's D ÷ (2 × m)."""
    mean = fine(spread.mean)
    if isinstance(node, n.Aggregate) and node.fn == "cv":
        return f"{fine(value * spread.mean)} ÷ {mean}"
    return f"{fine(2 * value * spread.mean)} ÷ (2 × {mean})"
