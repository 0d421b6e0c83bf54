"""The part of lint that looks at rules: constants, standards and verdicts that are dated, regional and judged together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.formula import nodes as n
from duxue.packs.cases import load_cases
from duxue.packs.problems import listed
from duxue.packs.review import COLUMN, CONSTANT, DIMENSION, INDICATOR, LEVEL, SOURCE, VERDICT, Review
from duxue.packs.schema import Model, Source, Standard
from duxue.packs.yamltree import Path

MAX_CHAIN = 30  # indicators, verdicts or computed columns of which each needs the next


def overlaps(a: Any, b: Any) -> bool:
    """Return whether two dated values hold on one day although neither replaces the other.

    A value that came into force later replaces an earlier one without an end (`dated.holding`), so that a new rule
    is added below the old one and the old one stays as it was.
    """
    start_a, start_b = a.from_ or date.min, b.from_ or date.min
    if start_a > (b.to or date.max) or start_b > (a.to or date.max):
        return False
    if start_a == start_b:
        return True
    earlier = a if start_a < start_b else b
    return earlier.to is not None


def constants(review: Review) -> None:
    """Check the values of constants: units, dimensions, dates, one value a day."""
    for number, constant in enumerate(review.pack.constants):
        path: Path = ("constants", number)
        review.measure(constant.unit, (*path, "unit"))
        seen: list[int] = []
        for place, value in enumerate(constant.values):
            here: Path = (*path, "values", place)
            review.by(value.by, here)
            review.dates(value, here)
            review.source(value.source, (*here, "source"))
            for other in seen:
                first = constant.values[other]
                if (first.by, first.region) == (value.by, value.region) and overlaps(first, value):
                    line = review.line((*path, "values", other))
                    review.tell("PACK032", here, constant.id, first=line)
                    break
            seen.append(place)
        _uncovered(review, number)


def _uncovered(review: Review, number: int) -> None:
    constant = review.pack.constants[number]
    values = [v.by for v in constant.values]
    for dimension in dict.fromkeys(d for by in values for d in by):
        if dimension in review.dimensions and all(dimension in by for by in values):
            given = {by[dimension] for by in values}
            missing = [v.id for v in review.dimensions[dimension].values if v.id not in given]
            if missing:
                review.tell("PACK045", ("constants", number, "id"), constant.id, missing=listed(missing))


def standards(review: Review) -> None:
    """Check thresholds: known indicators, levels and breakdowns; no two for one case; none that exclude each other."""
    seen: dict[tuple[str, str | None], list[int]] = {}
    for number, standard in enumerate(review.pack.standards):
        path: Path = ("standards", number)
        review.source(standard.source, (*path, "source"))
        review.dates(standard, path)
        if standard.source is None:
            review.tell("PACK034", path, f"{standard.indicator} {standard.meets}")
        known = review.by(standard.by, path)
        if standard.level is not None:
            known &= review.known(LEVEL, standard.level, review.levels, (*path, "level"))
        if (
            not review.known(INDICATOR, standard.indicator, review.indicators, (*path, "indicator"))
            or not known
        ):
            continue
        spec = review.indicators[standard.indicator]
        if standard.level is not None and standard.level not in spec.levels:
            review.tell(
                "PACK029", (*path, "level"), standard.level, indicator=spec.id, known=listed(spec.levels)
            )
        for dimension in standard.by:
            if dimension not in spec.by:
                review.tell(
                    "PACK029", (*path, "by", dimension), dimension, indicator=spec.id, known=listed(spec.by)
                )
        # Standards of two regions never speak about one unit: the nearest region wins.
        regions = {standard.region, None} if standard.region else {r for i, r in seen if i == spec.id}
        for other in sorted(o for r in regions for o in seen.get((spec.id, r), ())):
            if _clash(review, review.pack.standards[other], standard, other, path):
                break
        seen.setdefault((spec.id, standard.region), []).append(number)


def _clash(review: Review, first: Standard, second: Standard, other: int, path: Path) -> bool:
    if first.indicator != second.indicator or not overlaps(first, second):
        return False
    line = review.line(("standards", other))
    same = (first.level, first.by, first.region) == (second.level, second.by, second.region)
    if _meet(first, second) and not _agree(first, second):
        review.tell("PACK028", (*path, "meets"), second.meets.strip(), other=first.meets.strip(), first=line)
        return True
    if same:
        review.tell("PACK027", path, f"{second.indicator} {second.meets}", first=line)
    return same


def _meet(a: Standard, b: Standard) -> bool:
    # Whether there is a unit and breakdown about which both speak.
    return (
        (a.level is None or b.level is None or a.level == b.level)
        and all(b.by.get(d, v) == v for d, v in a.by.items())
        and (a.region is None or b.region is None or a.region == b.region)
    )


def _agree(a: Standard, b: Standard) -> bool:
    # Whether some value reaches both.
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    for s in (a, b):
        open_end = s.operator in (">", "<")
        if s.operator in (">=", ">", "=="):
            bound = (s.threshold, open_end)
            low = bound if low is None else max(low, bound)
        if s.operator in ("<=", "<", "=="):
            ceiling = (s.threshold, not open_end)
            high = ceiling if high is None else min(high, ceiling)
    if low is None or high is None:
        return True
    return low[0] < high[0] or (low[0] == high[0] and not low[1] and high[1])


def verdicts(review: Review) -> None:
    """Check verdicts: known levels and breakdowns, rules over what is computed there; nothing that waits for itself."""
    needs: dict[str, list[str]] = {}
    for number, verdict in enumerate(review.pack.verdicts):
        path: Path = ("verdicts", number)
        review.source(verdict.source, (*path, "source"))
        if verdict.source is None:
            review.tell("PACK034", path, verdict.id)
        level_known = review.known(LEVEL, verdict.level, review.levels, (*path, "level"))
        dimensions = [
            d
            for place, d in enumerate(verdict.by)
            if review.known(DIMENSION, d, review.dimensions, (*path, "by", place))
        ]
        scope = review.scope.standing("rule", by=tuple(dimensions))
        typed = review.formula((*path, "rule"), verdict.rule, scope, kind="boolean")
        if typed is None:
            continue
        needs[verdict.id] = [x.id for x in n.walk(typed) if isinstance(x, n.OverVerdicts)]
        if level_known:
            _standing(review, number, typed)
    _cycles(
        review, needs, VERDICT, {v.id: ("verdicts", i, "rule") for i, v in enumerate(review.pack.verdicts)}
    )
    formulas: dict[str, Path] = {
        spec.id: ("indicators", number, "formula") for number, spec in enumerate(review.pack.indicators)
    }
    # An earlier year of itself counts too: it would look back without end.
    others = {
        name: [x.id for x in n.walk(review.typed[path]) if isinstance(x, n.Indicator)]
        for name, path in formulas.items()
        if path in review.typed
    }
    _cycles(review, others, INDICATOR, formulas)


def computed_columns(review: Review) -> None:
    """Tell of computed columns of several forms that need each other."""
    formulas: dict[str, Path] = {
        f"{form.id}.{column.id}": ("forms", place, "derived", number, "formula")
        for place, form in enumerate(review.pack.forms)
        for number, column in enumerate(form.derived)
    }
    needs = {
        name: [
            after
            for x in n.walk(review.typed[path])
            if isinstance(x, n.Column) and (after := f"{x.form}.{x.name}") in formulas
        ]
        for name, path in formulas.items()
        if path in review.typed
    }
    _cycles(review, needs, COLUMN, formulas)


def _standing(review: Review, number: int, typed: n.Typed) -> None:
    # Each thing that the rule names must be computed where the verdict is given.
    verdict = review.pack.verdicts[number]
    path: Path = ("verdicts", number)
    named: dict[str, None] = {}
    for node in n.walk(typed):
        if isinstance(node, n.Met | n.AllMet | n.LowestAttainment):
            named.update(dict.fromkeys(node.indicators))
        elif isinstance(node, n.Indicator):
            named[node.id] = None
    for name in named:
        spec = review.indicators[name]
        known = listed([*spec.levels, *spec.by])
        if verdict.level not in spec.levels:
            review.tell("PACK030", (*path, "level"), verdict.level, indicator=name, known=known)
        for place, dimension in enumerate(verdict.by):
            if dimension not in spec.by:
                review.tell("PACK030", (*path, "by", place), dimension, indicator=name, known=known)
    for node in n.walk(typed):
        if isinstance(node, n.OverVerdicts):
            other = review.verdicts[node.id]
            if other.level in review.levels and review.levels.index(other.level) > review.levels.index(
                verdict.level
            ):
                known = listed([other.level, *other.by])
                review.tell("PACK030", (*path, "level"), verdict.level, indicator=node.id, known=known)


def _cycles(
    review: Review, needs: Mapping[str, Iterable[str]], kind: Text, paths: Mapping[str, Path]
) -> None:
    # Depth first with a stack of our own; each cycle is told once, where it was entered. A chain longer than
    # MAX_CHAIN is told at the first element that is too far from its end.
    heights: dict[str, int] = {}
    for start in needs:
        stack: list[tuple[str, Iterator[str]]] = [] if start in heights else [(start, iter(needs[start]))]
        trail = dict.fromkeys([start] if stack else [])
        while stack:
            name, rest = stack[-1]
            after = next(rest, None)
            if after is None:
                heights[name] = 1 + max((heights.get(other, 0) for other in needs.get(name, ())), default=0)
                if heights[name] == MAX_CHAIN + 1:
                    review.tell(
                        "PACK044",
                        paths[name],
                        Text(f"{kind.zh} {name}", f"the {kind.en} {name}"),
                        limit=MAX_CHAIN,
                    )
                stack.pop()
                trail.pop(name)
            elif after in trail:
                around = list(trail)
                chain = " → ".join([*around[around.index(after) :], after])
                label = Text(f"{kind.zh} {after}", f"the {kind.en} {after}")
                review.tell("PACK031", paths[after], label, chain=chain)
            elif after not in heights:
                stack.append((after, iter(needs.get(after, ()))))
                trail[after] = None


def unused(review: Review) -> None:
    """Tell of own sources and constants that nothing refers to; a pack without indicators lends them to others."""
    used_sources = set(_source_names(review.pack)) | _sources_of_cases(review)
    for name in review.pack.sources:
        if name not in used_sources:
            review.tell("PACK033", ("sources", name), name, kind=SOURCE)
    if not review.pack.indicators or any(p.code.startswith("FML") for p in review.found):
        return
    used = {x.id for typed in review.typed.values() for x in n.walk(typed) if isinstance(x, n.PackConstant)}
    for number, constant in enumerate(review.pack.constants):
        if constant.id not in used and review.loaded.is_own("constants", constant.id):
            review.tell("PACK033", ("constants", number, "id"), constant.id, kind=CONSTANT)


def _sources_of_cases(review: Review) -> set[str]:
    try:
        return {c.case.source for c in load_cases(review.loaded).cases if isinstance(c.case.source, str)}
    except Refused:  # told by who reads the cases
        return set(review.pack.sources)


def _source_names(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _source_names(item)
    elif isinstance(value, Model) and not isinstance(value, Source):
        for key in type(value).model_fields:
            child = getattr(value, key)
            if key == "source" and isinstance(child, str):
                yield child
            elif isinstance(child, tuple | Model):
                yield from _source_names(child)
