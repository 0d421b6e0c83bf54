"""Ids that deceive the eye: full-width digits, invisible characters, letters of another alphabet, O for 0.

A person whose ticket is printed as `A10` must be able to find it, and nobody else must hold one that prints the same.
"""

from __future__ import annotations

import re
import unicodedata

from duxue.core.text import Text

# Zero-width, bidirectional and filler characters, variation selectors, tags: nothing of them is seen in print.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_OTHER_BLANK = re.compile(r"[^\S ]")

# Letters of Greek and Cyrillic that print as a Latin one, and dashes that print as a hyphen.
_ALPHABETS = dict(
    zip(
        "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺαιορνϲϳАВЕЅІЈКМНОРСТУХԚԜҮӀаеіјорсухѕһԛԝԁӏү",
        "ABEZHIKMNOPTYXCMaiopvcjABESIJKMHOPCTYXQWYIaeijopcyxshqwdly",
        strict=True,
    )
)
_LIKE_LATIN = re.compile(f"[{''.join(_ALPHABETS)}]")
_LIKE_HYPHEN = re.compile("[\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\uff0d]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_SHAPES = {"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"}


def keys_of(ids: str) -> tuple[str, str]:
    """Return ids, one or many with line feeds between, in two forms in which those that look alike are one.

    In the first, case, alphabet, dash and script of digits make no difference; in the second, O and 0 are one and I, l,
    | and 1 are, whatever alphabet, dash or script of digits.
    """
    plain = _fold(ids)
    shape = _latinise(plain)
    for mark, digit in _SHAPES.items():
        shape = shape.replace(mark, digit)
    return _latinise(plain.upper()).upper(), shape


# Searching millions of Chinese letters for the few that change is ten times as fast as translating each.
def _latinise(ids: str) -> str:
    return ids if ids.isascii() else _LIKE_LATIN.sub(lambda letter: _ALPHABETS[letter[0]], ids)


def _fold(ids: str) -> str:
    """Return ids in Unicode form NFKC, which joins nothing across a line feed, with plain dashes and digits."""
    if ids.isascii():
        return ids
    plain = _LIKE_HYPHEN.sub("-", INVISIBLE.sub("", unicodedata.normalize("NFKC", ids)))
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)


def find_fault(name: str) -> Text | None:
    """Return what is deceptive about an id in itself, or None; the id is in Unicode form NFC."""
    if name.isascii() and not CONTROL.search(name):
        if name != name.strip():
            return Text("首尾有空格", "blanks at its start or end")
        return Text("连续空格", "two blanks in a row") if "  " in name else None
    if match := INVISIBLE.search(name):
        return Text(f"不可见字符 {_point(match[0])}", f"the invisible character {_point(match[0])}")
    if match := CONTROL.search(name):
        return Text(f"控制字符 {_point(match[0])}", f"the control character {_point(match[0])}")
    if match := _OTHER_BLANK.search(name):
        return Text(f"特殊空格 {_point(match[0])}", f"the unusual blank {_point(match[0])}")
    if name != name.strip() or "  " in name:
        return Text("首尾或连续空格", "blanks at its start or end, or two in a row")
    folded = unicodedata.normalize("NFKC", name)
    if folded != name:
        at = next((c for c in name if unicodedata.normalize("NFKC", c) != c), name[0])
        return Text(
            f"全角或兼容字符“{at}”({_point(at)})，普通写法是“{folded}”",
            f'the full-width or compatibility character "{at}" ({_point(at)}), plainly written "{folded}"',
        )
    return None


def find_cell_fault(text: str) -> Text | None:
    """Return what would make two cells that look equal differ, or None; full-width marks are right in Chinese names."""
    if match := INVISIBLE.search(text) or CONTROL.search(text):
        return Text(f"字符 {_point(match[0])}", f"the character {_point(match[0])}")
    return Text("首尾有空格", "blanks at its start or end") if text != text.strip() else None


def _point(character: str) -> str:
    return f"U+{ord(character[0]):04X}"
