"""Strategies for the text of formulas: what a pack's author may write, including what a careful one would not."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

NUMBERS = st.sampled_from(["0", "1", "2", "3", "7", "0.5", "0.1", "1.32", "100", "2500", "0.000001"])
_COMPARISONS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@dataclass(frozen=True)
class Names:
    """The names that formulas over the rows of one form may use."""

    numbers: tuple[str, ...]
    booleans: tuple[str, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]  # column, values
    totals: tuple[str, ...] = ()  # columns of another form that can be summed over it
    total_conditions: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    has_period: bool = True


def row_numbers(names: Names, depth: int = 2) -> st.SearchStrategy[str]:
    """Draw a number per row."""
    leaves = st.one_of(st.sampled_from(names.numbers), st.sampled_from(names.numbers), NUMBERS)
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: row_numbers(names, depth - 1))
    test = st.deferred(lambda: row_conditions(names, depth - 1))
    several = [
        leaves,
        leaves,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("({} / {})".format, st.sampled_from(names.numbers), st.sampled_from(names.numbers)),
        st.builds("(-{})".format, st.sampled_from(names.numbers)),
        st.builds("{}({})".format, st.sampled_from(["abs", "floor", "ceil"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["least", "greatest", "coalesce"]), inner, inner),
        st.builds("if({}, {}, {})".format, test, inner, inner),
    ]
    if names.has_period:
        several.append(st.builds("previous({})".format, inner))
    if names.within:
        several.append(st.builds("portion({}, within: {})".format, inner, st.sampled_from(names.within)))
    if names.totals:
        several.append(st.builds("total({})".format, st.sampled_from(names.totals)))
        several.append(
            st.builds("total({}, where: {})".format, st.sampled_from(names.totals), st.sampled_from(names.total_conditions))
        )
    return st.one_of(several)


def row_conditions(names: Names, depth: int = 2) -> st.SearchStrategy[str]:
    """Draw a condition per row."""
    number = row_numbers(names, max(depth - 1, 0))
    leaves = [st.builds("({} {} {})".format, number, _COMPARISONS, number)]
    if names.booleans:
        leaves.append(st.sampled_from(names.booleans))
    for column, values in names.categories:
        leaves.append(st.builds(f"({column} {{}} {{}})".format, st.sampled_from(["==", "!="]), st.sampled_from(values)))
        leaves.append(
            st.builds(f"({column} {{}} ({', '.join(values[:2])}))".format, st.sampled_from(["in", "not in"]))
        )
    if depth == 0:
        return st.one_of(leaves)
    inner = st.deferred(lambda: row_conditions(names, depth - 1))
    return st.one_of(
        *leaves,
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
        st.builds("is_missing({})".format, number),
    )


def aggregates(names: Names, extra: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """Draw one aggregate over the rows of the home; `extra` are complete aggregates over other forms."""
    x, test = row_numbers(names, 1), row_conditions(names, 1)
    column = st.sampled_from(names.numbers)
    where = st.one_of(st.just(""), st.just(""), st.builds(", where: {}".format, test))
    per = st.one_of(st.just(""), st.builds(", per: {}".format, st.one_of(column, x)))
    several = [
        st.builds("sum({}{})".format, column, where),
        st.builds("sum({}{})".format, x, where),
        st.just("count()"),
        st.builds("count(where: {})".format, test),
        st.builds("count_if({}{})".format, test, where),
        st.builds("share({}{})".format, test, where),
        st.builds("share({}, of: {}{})".format, test, x, where),
        st.builds("mean({}{}{})".format, x, per, where),
        st.builds("{}({}{})".format, st.sampled_from(["min", "max", "median"]), x, where),
        st.builds("quantile({}, {}{})".format, x, st.sampled_from(["0", "0.1", "0.25", "0.9", "1", "0.333"]), where),
        st.builds("{}({}{}{})".format, st.sampled_from(["cv", "gini"]), column, per, where),
        st.builds("{}({}{}{})".format, st.sampled_from(["cv", "gini"]), x, per, where),
    ]
    if extra:
        several.append(st.sampled_from(extra))
    return st.one_of(several)


def group_numbers(
    names: Names, others: tuple[str, ...] = (), extra: tuple[str, ...] = (), depth: int = 2
) -> st.SearchStrategy[str]:
    """Draw a number per group: an indicator's formula. `others` are indicators and constants."""
    leaf = aggregates(names, extra)
    leaves = [leaf, leaf, leaf, st.builds("{} / {}".format, leaf, leaf), *([st.sampled_from(others)] if others else [])]
    if depth == 0:
        return st.one_of(leaves)
    inner = st.deferred(lambda: group_numbers(names, others, extra, depth - 1))
    part = st.one_of(inner, NUMBERS)
    return st.one_of(
        *leaves,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), part),
        st.builds("{}({})".format, st.sampled_from(["abs", "floor", "ceil", "previous", "change", "growth"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["least", "greatest", "coalesce"]), inner, part),
        st.builds("if({} {} {}, {}, {})".format, inner, _COMPARISONS, part, inner, part),
        st.builds("trend({}, {})".format, inner, st.sampled_from(["2", "3"])),
        st.builds("previous({}, 2)".format, inner),
    )
