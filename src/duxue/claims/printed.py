"""What a printed number allows the true one to be, by its digits and its comparator."""

from __future__ import annotations

import re

from duxue.claims.model import Claim
from duxue.claims.script import plain

_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_ABOUT = 0.1  # "about" and "nearly" allow a tenth
_LOOSE = 0.25  # "more than" is still fair when the true number is up to a quarter above
_SLACK = 1e-9


def step(claim: Claim) -> float:
    """Return one unit of the last digit that is printed, in the base unit of the claim: 3.3万 has a step of 1000."""
    value = claim.value
    if value is None:
        return 0.0
    match = _NUMBER.search(plain(claim.quote))
    printed = float(match[0].replace(",", "")) if match else 0.0
    scale = abs(value) / printed if printed else 1.0
    if match and match[1]:
        return float(scale * 10.0 ** -len(match[1]))
    if scale > 1.5:
        return float(scale)
    return _round_step(value)


def _round_step(value: float) -> float:
    """Return the step of a whole number: trailing zeros are rounding, but two digits always count."""
    whole = int(abs(value))
    if whole != abs(value) or whole == 0:
        return 1.0 if whole == abs(value) else 0.01
    text = str(whole)
    zeros = len(text) - len(text.rstrip("0"))
    return float(10 ** max(min(zeros, len(text) - 2), 0)) if zeros >= 3 else 1.0


def follows(claim: Claim, true: float) -> bool | None:
    """Tell whether the printed number follows from the true one; None where it says too little to tell.

    97.1% follows from 97.14, 97.2% does not; more than 3.3万 follows from 33,412, and says too little beside 90,000.
    """
    value = claim.value
    if value is None:
        return None
    half = step(claim) / 2 + _SLACK * max(abs(value), 1.0)
    if claim.value_high is not None:
        return value - half <= true <= claim.value_high + half
    if claim.comparator in (">", ">="):
        if true < value - (half if claim.comparator == ">=" else _SLACK):
            return False
        return True if true <= value * (1 + _LOOSE) + 2 * half else None
    if claim.comparator in ("<", "<="):
        return true <= value + (half if claim.comparator == "<=" else -_SLACK)
    if claim.comparator == "~":
        return abs(true - value) <= max(_ABOUT * abs(value), half)
    return abs(true - value) <= half


def significant(value: float) -> int:
    """Return how many digits of a number carry meaning: 12,700 has three."""
    digits = (
        f"{abs(value):.6f}".replace(".", "").strip("0")
        if value != int(value)
        else str(int(abs(value))).rstrip("0")
    )
    return len(digits)
