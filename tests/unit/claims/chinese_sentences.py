"""Chinese sentences of our own as the grammar reads them alone: one string a claim, fields that matter first."""

from __future__ import annotations

from duxue.claims import chinese
from duxue.claims.model import Found
from duxue.claims.script import plain


def read(sentence: str) -> list[Found]:
    """Return what the Chinese grammar finds in a sentence."""
    return chinese.find(plain(sentence), 0, len(sentence))


def told(sentence: str) -> list[str]:
    """Return each claim as `quote value comparator unit`, a range as `low..high`."""
    lines = []
    for found in read(sentence):
        value = f"{found.value}" if found.value_high is None else f"{found.value}..{found.value_high}"
        lines.append(f"{sentence[found.start : found.end]} {value} {found.comparator} {found.unit}")
    return lines


def kinds(sentence: str) -> list[str]:
    """Return each claim as `quote kind direction`; a kind the sentence leaves open is `-`."""
    return [f"{sentence[f.start : f.end]} {f.kind or '-'}{f.direction or ''}" for f in read(sentence)]
