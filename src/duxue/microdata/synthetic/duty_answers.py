"""Invented answers to a satisfaction survey: sheets without persons, a few of them suspicious on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

QUESTIONS: Final = ("fairness", "quality", "governance", "overall")
HEADER: Final = ("unit", "group", "sheet", "question", "answer", "seconds", "device")
_ANSWERS: Final = ("satisfied", "mostly", "basically", "dissatisfied", "unknown")
_SUSPICIOUS: Final = 0.015

Row = tuple[str, str, str, str, str, int, str]


def draw_answers(
    quotas: Mapping[str, Mapping[str, int]], efforts: Mapping[str, float], seed: int
) -> list[Row]:
    """Return one row for each sheet and question.

    Args:
        quotas: city -> group -> sheets.
        efforts: city -> how content people are, 0 to 1.
        seed: the same seed gives the same answers.
    """
    rows: list[Row] = []
    for city, groups in quotas.items():
        rng = Random(f"{seed}/survey/{city}")  # noqa: S311 - a sample, not a secret
        number = 0
        for group, sheets in groups.items():
            for _ in range(sheets):
                number += 1
                rows += _fill(f"{city}-{number:04}", city, group, efforts[city], rng)
    return rows


def _fill(sheet: str, city: str, group: str, effort: float, rng: Random) -> Sequence[Row]:
    odds = (0.3 + 0.34 * effort, 0.27, 0.16, 0.22 - 0.2 * effort, 0.05)
    seconds, device = rng.randint(45, 400), f"d{rng.getrandbits(40):010x}"
    answers = rng.choices(_ANSWERS, odds, k=len(QUESTIONS))
    if rng.random() < _SUSPICIOUS:  # hurried, all alike, and some from one device
        seconds, answers = rng.randint(4, 30), ["satisfied"] * len(QUESTIONS)
        device = f"d-{city}" if rng.random() < 0.6 else device
    return [(city, group, sheet, q, a, seconds, device) for q, a in zip(QUESTIONS, answers, strict=True)]
