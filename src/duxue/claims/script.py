"""Text made plain for reading, character for character: simplified script and half-width signs, same length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from duxue.claims.traditional import TRADITIONAL

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
_SIGNS = str.maketrans("　﹪﹐﹑﹔﹕﹒～〜∶．", " %,、;:.~~:.")


def plain(text: str) -> str:
    """Return the text in simplified characters and half-width signs; every offset stays valid."""
    # A search is ten times faster than a translation.
    return text.translate(_TABLE) if _FOREIGN.search(text) else text


def is_chinese(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch reads as Chinese: more than one Han character for two words in Latin letters."""
    piece = text[start : min(end, start + _SAMPLE)]
    if not _HAN.search(piece):
        return False
    if not _LATIN.search(piece):
        return True
    latin = len(_LATIN.findall(piece))
    return len(_HAN.findall(piece)) * 2 > latin


def words(text: str) -> list[str]:
    """Return the words of a list written as prose, which reads better than one of quoted strings."""
    return text.split()


def alternatives(choices: Iterable[str]) -> str:
    """Return one regular expression for many words, longest first, grouped by their first character for speed."""
    ordered = sorted(set(choices))
    groups = []
    for first, members in groupby(ordered, key=lambda word: word[0]):
        tails = sorted((word[1:] for word in members), key=len, reverse=True)
        if tails == [""]:
            groups.append(re.escape(first))
        else:
            groups.append(f"{re.escape(first)}(?:{'|'.join(re.escape(tail) for tail in tails)})")
    return f"(?:{'|'.join(groups)})"


_SAMPLE = 600  # characters that tell the language of a stretch
_HAN = re.compile("[\u4e00-\u9fff]")
_FOREIGN = re.compile("[\u2e80-\uffff〜∶]")  # scripts and signs of East Asia
_LATIN = re.compile("[A-Za-z]+")
_TABLE: dict[int, int] = TRADITIONAL | _WIDE | _SIGNS
