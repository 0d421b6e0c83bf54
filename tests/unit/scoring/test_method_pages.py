"""The worked examples of the method pages come out as printed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from duxue.core.quantity import round_half_up
from duxue.packs.scoring import Credibility
from duxue.scoring.credibility import Pair, final, measure

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods" / "credibility.md"
PAIRS = [
    Pair("A1", Fraction(30), Fraction(28), Fraction("25.2")),
    Pair("A2", Fraction(20), Fraction(18), None),
    Pair("B1", Fraction(50), Fraction(50), None),
]


def row(**options: object) -> tuple[str, str]:
    """Return credibility and final score as the page prints them."""
    rule = Credibility.model_validate(options)
    value = measure(PAIRS, rule, "A").value
    assert value is not None
    total = sum((final(p, value, replace_verified=rule.replace_verified) for p in PAIRS), Fraction(0))
    return _say(value), _say(total)


def _say(value: Fraction) -> str:
    text = str(round_half_up(value, 4))
    return text.rstrip("0").rstrip(".") if "." in text else text


def test_credibility_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    cases: dict[str, dict[str, object]] = {
        "M1": {"method": "M1"},
        "M2, tolerance 0": {"method": "M2"},
        "M2, tolerance 0.1 of 30 points": {"method": "M2", "tolerance": Fraction(1, 10)},
        "M3, full points 30": {"method": "M3"},
        "M1, `replace_verified`": {"method": "M1", "replace_verified": True},
        "M1, `floor: 0.95`": {"method": "M1", "floor": Fraction("0.95")},
    }
    for name, options in cases.items():
        value, total = row(**options)
        assert f"| {name} | {value} | {total} |" in text, (name, value, total)
