"""The words and numbers of explanations."""

from __future__ import annotations

from fractions import Fraction

from duxue.core.quantity import Number, round_half_up
from duxue.core.text import Lang, Text
from duxue.formula import nodes as n
from duxue.formula.explain import clause
from duxue.formula.nodes import NA
from duxue.packs.schema import Derived, FieldSpec, Pack, Source


def titles_of(pack: Pack) -> dict[str, Text]:
    """Return the printed names of everything that a formula may name."""
    titles: dict[str, Text] = {}
    for form in pack.forms:
        specs: list[FieldSpec | Derived] = [*form.fields, *form.derived]
        for spec in specs:
            titles[f"{form.id}.{spec.id}"] = spec.title.text
            titles.setdefault(spec.id, spec.title.text)
    titles.update({c.id: c.title.text for c in pack.constants})
    titles.update({i.id: i.title.text for i in pack.indicators})
    titles.update({p.id: p.title.text for p in pack.populations})
    titles.update({v.id: v.title.text for v in pack.verdicts})
    for dimension in pack.dimensions:
        titles.update({v.id: v.title.text for v in dimension.values})
    for form in pack.forms:
        for own in form.fields:
            for value in own.values:
                titles.setdefault(value.id, value.title.text)
    return titles


def in_lang(titles: dict[str, Text], lang: Lang) -> dict[str, str]:
    """Return the names in one language."""
    return {key: text.say(lang) for key, text in titles.items()}


def source_of(pack: Pack, ref: Source | str | None) -> Source | None:
    """Return a source that may be named by its id."""
    return pack.sources.get(ref) if isinstance(ref, str) else ref


def say_of(node: n.Typed, titles: dict[str, Text]) -> Text:
    """Return a formula in words."""
    return Text(clause(node, "zh", in_lang(titles, "zh")), clause(node, "en", in_lang(titles, "en")))


def plain(value: Number) -> str:
    """Return a number as a file would hold it, with at most six decimals."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator)
    text = f"{round_half_up(value, 6):f}"
    return text.rstrip("0").rstrip(".")


def fine(value: Number) -> str:
    """Return a number with six decimals, or six digits when it is small: squares must not vanish."""
    places = 6
    while value and places < 18 and abs(value) * 10 ** (places - 5) < 1:
        places += 1
    text = f"{round_half_up(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_cell(value: object) -> str:
    """Return a cell as text; a dash when it is empty."""
    if isinstance(value, NA):
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Fraction) else str(value)
