"""Quantifiers (个别, 部分, 不少, 多数): the word follows the true share, so that a sentence cannot make it smaller.

The bounds are a proposal: below 10% 个别, below 30% 部分, below 50% 不少, from 50% 多数, all 全部. Published reports use
the words without saying what share they stand for.
"""

from __future__ import annotations

from fractions import Fraction

from duxue.core.text import Text

_WORDS: tuple[tuple[Fraction, Text], ...] = (
    (Fraction(1, 10), Text("个别", "a few")),
    (Fraction(3, 10), Text("部分", "some")),
    (Fraction(1, 2), Text("不少", "many")),
    (Fraction(1), Text("多数", "most")),
)
NONE, ALL = Text("没有", "no"), Text("全部", "all")


def word(hit: int, of: int) -> Text:
    """Return the quantifier for `hit` of `of` units; 0 <= hit <= of, of > 0."""
    if not 0 <= hit <= of or of == 0:
        raise ValueError(f"{hit} of {of} units")
    if hit == 0:
        return NONE
    if hit == of:
        return ALL
    return next(text for bound, text in _WORDS if Fraction(hit, of) < bound)
