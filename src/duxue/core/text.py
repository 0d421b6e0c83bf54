"""Bilingual text and the normalisation by which headers and names are matched."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

# Zero-width and bidirectional controls: invisible, so two texts that differ only by them look the same.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Spreadsheets set to Chinese or Japanese also take the full-width signs for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LOOSE = re.compile(r"[\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the two languages that every reader of Duxue may choose."""

    zh: str
    en: str

    def say(self, lang: Lang) -> str:
        """Return the text in `lang`; the other language when that one is empty."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)

    def format(self, **values: object) -> Text:
        """Return the text with `{name}` places filled; a Text value is said in the matching language."""
        zh = {k: v.say("zh") if isinstance(v, Text) else v for k, v in values.items()}
        en = {k: v.say("en") if isinstance(v, Text) else v for k, v in values.items()}
        return Text(self.zh.format(**zh), self.en.format(**en))


def clean(text: str) -> str:
    """Return `text` in Unicode form NFC without invisible characters and outer blanks; nothing visible changes."""
    if text.isascii():  # most cells of a table: in that form already
        return text.strip()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def match_key(text: str) -> str:
    """Return the form by which two headers or names count as the same: full-width folded, case, blanks, marks ignored."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold())


def safe_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: a leading = + - @ tab or line break gets an apostrophe."""
    return "'" + text if text.startswith(_FORMULA) else text


def count_of(number: int, one: str, many: str = "") -> str:
    """Return a number with its English noun: `1 county`, `1,200 counties`; `many` defaults to `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def same(text: str) -> Text:
    """Return a Text that reads the same in both languages (codes, numbers, names of files)."""
    return Text(text, text)
