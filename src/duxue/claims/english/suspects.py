"""Numbers of English text that cannot be right as printed, told from their neighbours in the block."""

from __future__ import annotations

import re

from duxue.claims.model import Found

_PUPILS = re.compile(r"students|pupils|learners|children")
_STAFF = re.compile(r"staff|teachers|faculty|employees")
_REPEATED = re.compile(r"\b([a-z]{4,}) \1\b")

_WHOLE = re.compile(
    r"\b(?:net|coverage|pass|attendance|literacy|proportion|share|percentage|account(?:s|ed|ing)? for|qualified|qualification|satisfaction|online|approval|popularization|admission)\b"
)
_GROSS = re.compile(
    r"\b(?:gross|completion of|of (?:the )?(?:plan|target)|increase|grew|rose|intake|capacity|occupancy)\b"
)

_FEW_PUPILS_PER_STAFF = 3
_FLOOR_OF_A_DWELLING = 1000


def mark(low: str, found: list[Found]) -> None:
    """Add to each claim the reasons why it cannot be right, seen against the claims just before it."""
    for index, claim in enumerate(found):
        if claim.value is None:
            continue
        reasons: list[str] = list(claim.reasons)
        if low.startswith("essence", claim.end):
            reasons.append("glued")
        if _REPEATED.search(low, claim.start, claim.end):
            reasons.append("repeated-word")
        if (
            claim.comparator == "~"
            and claim.unit == "person"
            and claim.value < 10
            and isinstance(claim.value, int)
        ):
            reasons.append("approximate-few")
        over = claim.unit == "percent" and claim.value > 100 and claim.kind is None
        if over and _is_share_of_a_whole(low[max(0, claim.start - 90) : claim.start]):
            reasons.append("share_above_100")
        if claim.unit == "ratio" and claim.value >= 1000 and ":" not in low[claim.start : claim.end]:
            reasons.append("no-denominator")
        previous = found[index - 1] if index else None
        if previous is not None and previous.value and claim.start - previous.end < 40:
            pair = (previous.unit, claim.unit)
            if (
                pair == ("person", "person")
                and _PUPILS.search(low, previous.start, previous.end)
                and _STAFF.search(low, claim.start, claim.end + 12)
            ):
                if claim.value * _FEW_PUPILS_PER_STAFF > previous.value >= 100:
                    reasons.append("pupils-per-staff")
            elif pair == ("school", "place") and claim.value < 10 * previous.value:
                reasons.append("places-per-school")
        housed = previous is not None and previous.unit in ("set", "dormitory") and previous.value
        if claim.unit == "m2" and housed and claim.value > _FLOOR_OF_A_DWELLING * housed:
            reasons.append("floor-per-dwelling")
        claim.reasons = tuple(reasons)


def _is_share_of_a_whole(before: str) -> bool:
    """Tell whether the words before a percentage name a share that cannot exceed the whole, as gross rates can."""
    return _WHOLE.search(before[-60:]) is not None and _GROSS.search(before) is None
