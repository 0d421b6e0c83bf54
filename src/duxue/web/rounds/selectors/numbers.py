"""Numbers in a unit's own text, beside what is known of it: which differ from a known figure, and which none bears out.

The text is read by the claims room; a number is held against a figure when its words name that figure and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from duxue.claims.extract import extract
from duxue.claims.link import Linker, Target, targets_of
from duxue.claims.model import Claim
from duxue.claims.period import last_year
from duxue.claims.printed import follows
from duxue.claims.terms import STAGES, concepts
from duxue.core.errors import Refused
from duxue.documents.structure import from_text
from duxue.web.common.lang import Words, say
from duxue.web.common.templatetags.duxue import measured
from duxue.web.rounds.models import Known
from duxue.web.rounds.rules import pack_by

_SMALL = 10  # counts below are steps and lists more often than figures
_MOST = 20  # numbers pointed out in one text
_SENTENCE = re.compile(r"[。！？!?；;\n]|\.(?=\s|$)")
_SCALES = {"万元": 10_000, "亿元": 100_000_000}  # claims are in yuan
_FIGURES = frozenset({"actual", "change"})  # kinds of claims that tell of the unit as it is


@dataclass(frozen=True, slots=True)
class Pointed:
    """A number to look at: `before`, `quote` and `after` are its sentence; `known` is the figure it differs from.

    Without `known` no known figure is like it: it may still be right.
    """

    before: str
    quote: str
    after: str
    known: Known | None = None

    @property
    def said(self) -> Words:
        """What is to be looked at, in words."""
        if self.known is None:
            return say(
                "已知数据中没有这个数，请核对口径。", "No known figure is like it; check what it counts."
            )
        return say(
            "已知数据：{title}（{year} 年）为 {text}。", "The known figure: {title} ({year}) is {text}.",
            title=self.known.title, year=self.known.year, text=measured(self.known.text, self.known.measure),
        )  # fmt: skip


def pointed(text: str, knowns: Iterable[Known], *, pack: str, year: int) -> list[Pointed]:
    """Return the numbers of `text` that its unit should look at, in the order of the text.

    Args:
        text: what the unit wrote.
        knowns: figures of the unit; each may be cited in any item.
        pack: as `rules_of` names it, whose indicators give the figures their names.
        year: the evaluated year, of which a number without a year speaks.
    """
    figures = [known for known in knowns if known.value is not None]
    if not text.strip() or not figures:
        return []
    lead = f"{year}年工作总结\n\n"  # a report of that year: what is said was done, not planned
    linker = _linker(pack, tuple(sorted({known.indicator for known in figures})))
    found: list[Pointed] = []
    for claim in extract(from_text("answer", lead + text)):
        if claim.start < len(lead) or claim.value is None or claim.kind not in _FIGURES:
            continue
        verdict, known = _held(claim, figures, linker, year)
        if verdict:
            continue
        start, end = _sentence(lead + text, claim, len(lead))
        whole = lead + text
        found.append(Pointed(whole[start : claim.start], claim.quote, whole[claim.end : end], known))
    return found[:_MOST]


def _held(claim: Claim, figures: Sequence[Known], linker: Linker, year: int) -> tuple[bool, Known | None]:
    """Return whether a figure bears the claim out, or nothing is to be said; else the figure that it differs from."""
    named = (
        []
        if claim.kind != "actual" and claim.unit != "percent"
        else list(_named(claim, figures, linker, year))
    )
    if named:
        return any(_follows(claim, known) for known in named), named[0]
    if any(_follows(claim, known) for known in figures):
        return True, None
    assert claim.value is not None
    return (claim.unit != "percent" and abs(claim.value) < _SMALL and claim.value == int(claim.value)), None


def _named(claim: Claim, figures: Sequence[Known], linker: Linker, year: int) -> Iterator[Known]:
    """Yield the figures that the words of a claim name, of its year and stage of schooling."""
    chosen = next((link for link in linker.link(claim) if link.sure), None)
    if chosen is None:
        return
    said, stages = last_year(claim.period) or year, concepts(f"{claim.measure} {claim.quote}") & STAGES
    for known in figures:
        stage = known.by.get("stage")
        if (
            known.indicator == chosen.target.indicator
            and known.year == said
            and (not stages or stage in {None, *stages})
        ):
            yield known


def _follows(claim: Claim, known: Known) -> bool:
    assert known.value is not None
    value = float(known.value)
    if claim.unit == "yuan":
        value *= _SCALES.get(known.measure.get("zh", ""), 1)
    # A fall is told without its sign: 下降2% is -2.
    return follows(claim, value) is not False or (
        claim.kind == "change" and follows(claim, -value) is not False
    )


def _sentence(text: str, claim: Claim, least: int) -> tuple[int, int]:
    ends = [match.end() for match in _SENTENCE.finditer(text, least, claim.start)]
    after = _SENTENCE.search(text, claim.end)
    return (ends[-1] if ends else least), (after.end() if after else len(text))


@lru_cache(maxsize=64)
def _linker(pack: str, indicators: tuple[str, ...]) -> Linker:
    return Linker([target for target in _targets(pack) if target.indicator in indicators])


@lru_cache(maxsize=16)
def _targets(pack: str) -> tuple[Target, ...]:
    try:
        return targets_of((pack_by(pack),))
    except Refused:  # a pack that is no longer at hand: numbers are then compared without their names
        return ()
