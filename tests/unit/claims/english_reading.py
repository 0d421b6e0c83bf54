"""Shared by the tests of the English grammar: a sentence read into short tuples."""

from __future__ import annotations

from duxue.claims.english import find
from duxue.claims.model import Found


def claims(sentence: str, issued: int | None = 2024) -> list[Found]:
    return find(sentence, 0, len(sentence), issued)


def counted(sentence: str) -> list[tuple[object, str]]:
    """The value (a pair for a range) and unit of every claim."""
    return [
        ((claim.value, claim.value_high) if claim.value_high is not None else claim.value, claim.unit)
        for claim in claims(sentence)
    ]
