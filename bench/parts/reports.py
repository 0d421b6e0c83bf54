"""Invented reports of any length in three scripts, made of the held-out sentences and of prose without claims.

Each report has a territory of its own and its figures have digits of their own, so that nothing that is remembered from
one report serves for the next more than it would among real ones. The same seed gives the same reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from duxue.claims.traditional import TRADITIONAL
from tests.corpus.marked import HELD_OUT, Marked, read_marked

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
ORDINARY = 300  # bytes for each claim; five published reports have one in 142 to 620 bytes, in the mean 375
DENSE = 0  # no prose between the held-out sentences
_PROSE = Path(__file__).with_name("prose.txt")
_CHARACTERS = "山江河海安平永和光明石金玉林田川原松竹梅春秋南西北新古泰康福吉"  # the same in both scripts
_AS_THEY_ARE = (
    "教向了面家才村制板回升系巨群扎"  # written so in both scripts here, though each is also short for another
)
_SYLLABLES = [
    "heng",
    "chuan",
    "lin",
    "yun",
    "qing",
    "he",
    "bei",
    "mar",
    "nor",
    "wick",
    "ash",
    "ford",
    "kel",
    "den",
    "tan",
    "rui",
    "ping",
    "san",
    "vel",
    "mor",
]
_LATER_DIGIT = re.compile(r"(?<=[\d.,])[1-9]")


@cache
def held_out() -> tuple[Marked, ...]:
    """Return the texts of every file of held-out sentences."""
    return tuple(text for path in sorted(HELD_OUT.parent.glob("held_out*.txt")) for text in read_marked(path))


def make_reports(language: str, count: int, size: int, spacing: int = ORDINARY) -> Iterator[str]:
    """Yield `count` reports of about `size` bytes in UTF-8 with one claim in `spacing` bytes."""
    chance = Random(f"{language} {size} {spacing}")  # noqa: S311 - made-up text, to be the same each time
    for _ in range(count):
        yield _make(language, size, spacing, chance)


def _make(language: str, size: int, spacing: int, chance: Random) -> str:
    texts = [text for text in held_out() if text.language == language and _names_itself(text)]
    place, prose = _name(language, chance), list(_prose(language))
    lines: list[str] = []
    length = wanted = number = 0
    while length < size:
        if number % len(texts) == 0:
            chance.shuffle(texts)
        for line, claims in _lines(texts[number % len(texts)], place, chance):
            lines.append(line)
            length += len(line.encode())
            wanted += claims * spacing
            while length < min(wanted, size):
                lines.append(chance.choice(prose))
                length += len(lines[-1].encode())
            if length >= size:
                break
        number += 1
    return "".join(lines)


def _names_itself(text: Marked) -> bool:
    # Only a title that holds its territory can be given another one.
    own = _own(text)
    return bool(own) and own in text.text.lstrip().split("\n", 1)[0]


def _own(text: Marked) -> str:
    org = next((c["org"] for c in text.claims if c["org"]), "")
    return org.split(" ")[0] if text.language == "en" else org


def _lines(text: Marked, place: str, chance: Random) -> Iterator[tuple[str, int]]:
    """Yield the lines of a text with another territory and other digits, and how many claims each holds."""
    claims, at = iter(text.claims), 0
    claim = next(claims, None)
    old = _own(text)
    new = place if text.language == "en" else place + old[-1:]
    for line in text.text.splitlines(keepends=True):
        pieces, last, count = [], at, 0
        while claim is not None and claim["start"] < at + len(line):
            digits = _LATER_DIGIT.sub(lambda _: str(chance.randrange(1, 10)), claim["quote"])
            pieces += [text.text[last : claim["start"]], digits]
            last, count, claim = claim["end"], count + 1, next(claims, None)
        at += len(line)
        whole = "".join(pieces) + text.text[last:at]
        yield whole.replace(old, new), count


def _name(language: str, chance: Random) -> str:
    if language == "en":
        return "".join(chance.choices(_SYLLABLES, k=3)).capitalize()
    return "".join(chance.choices(_CHARACTERS, k=2))


@cache
def _prose(language: str) -> tuple[str, ...]:
    parts = re.split(r"^## ", _PROSE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    by_script = {head: body for head, _, body in (part.partition("\n") for part in parts)}
    prose = by_script["en" if language == "en" else "zh"]
    if language == "zh-Hant":
        prose = prose.translate(
            {new: old for old, new in reversed(TRADITIONAL.items()) if chr(new) not in _AS_THEY_ARE}
        )
    return tuple(f"{line}\n" for line in prose.splitlines() if line)
