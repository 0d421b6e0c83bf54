"""Credibility of self-evaluations (自评可信度): how far what was verified bears out what was claimed.

The reports of Shandong say that self scores and verified scores are joined by a credibility, but the formula is not
published. The methods here are proposals, each named and versioned, and are labelled so wherever they show:

    M1 ratio      C = sum of verified scores / sum of self scores, over verified items
    M2 agreement  C = share of verified items whose two scores differ by no more than a tolerance
    M3 deviation  C = 1 - sum of absolute differences / sum of full points, over verified items

The final score is C times the self score; with `replace_verified` verified items take the verified score and only the
others are multiplied. docs/methods/credibility.md has worked cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from duxue.core.quantity import show
from duxue.core.text import Text
from duxue.packs.scoring import Credibility
from duxue.scoring.model import CredibilityScore

VERSION = "1"
LABEL = Text(
    "可信度算法为示例方案，官方公式未公布", "The credibility method is a proposal; the official formula is not published"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """The self score and, where the item was verified, the verified score of one item."""

    item: str
    full: Fraction
    self_score: Fraction
    verified: Fraction | None


def measure(pairs: Sequence[Pair], rule: Credibility, unit: str, block: str = "") -> CredibilityScore:
    """Return the credibility over the verified items of `pairs`; its value is None where it is undefined."""
    seen = [(p, p.verified) for p in pairs if p.verified is not None]
    claimed = sum((p.self_score for p, _ in seen), Fraction(0))
    verified = sum((v for _, v in seen), Fraction(0))
    full = sum((p.full for p, _ in seen), Fraction(0))
    zero = Fraction(0)
    value: Fraction | None
    if len(seen) < rule.least_items:
        value, why = None, Text(f"只核查了{len(seen)}项", f"only {len(seen)} item(s) were verified")
    elif rule.method == "M1":
        value = verified / claimed if claimed else None
        why = (
            Text(f"核查{show(verified, 2)}分 ÷ 自评{show(claimed, 2)}分", f"verified {show(verified, 2)} / self {show(claimed, 2)}")
            if claimed else Text("经核查各项的自评分之和为0", "the self scores of verified items add up to 0")
        )  # fmt: skip
    elif rule.method == "M2":
        near = sum(abs(p.self_score - v) <= rule.tolerance * p.full for p, v in seen)
        value = Fraction(near, len(seen))
        why = Text(f"{len(seen)}项中{near}项相符", f"{near} of {len(seen)} items agree")
    else:
        off = sum((abs(p.self_score - v) for p, v in seen), zero)
        value = 1 - off / full if full else None
        why = Text(f"1 − 相差{show(off, 2)}分 ÷ 满分{show(full, 2)}分", f"1 - difference {show(off, 2)} / full {show(full, 2)}")  # fmt: skip
    bounded = value
    if bounded is not None:
        bounded = min(bounded, Fraction(1)) if rule.cap else bounded
        bounded = max(bounded, rule.floor) if rule.floor is not None else bounded
    name = f"{rule.method} v{VERSION}" + (" replace-verified" if rule.replace_verified else "")
    return CredibilityScore(unit, block, name, bounded, value, len(seen), claimed, verified, why)


def final(pair: Pair, credibility: Fraction, *, replace_verified: bool) -> Fraction:
    """Return what an item contributes to the final score."""
    if replace_verified and pair.verified is not None:
        return pair.verified
    return credibility * pair.self_score
