"""Formula text to tokens, in one pass; every character outside the language is reported with its remedy."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from duxue.core.text import Text, same
from duxue.formula.problems import tell

if TYPE_CHECKING:
    from duxue.core.errors import Problem
    from duxue.formula.nodes import Span

TokenKind = Literal["number", "text", "name", "word", "op", "end"]

MAX_LENGTH = 4000
MAX_DIGITS = 30
_MOST_PROBLEMS = 20
WORDS = frozenset({"and", "or", "not", "in", "true", "false"})

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<text>'[^'\n]*'|"[^"\n]*")
    |(?P<wrong>&&|\|\||<>|=>|=<|\*\*|=(?!=)|!(?!=))
    |(?P<op>==|!=|<=|>=|\.\.|[-+*/<>(),:.])""",
    re.VERBOSE,
)
_NUMBER_TAIL = re.compile(r"[\w]*(?:\.\w+)*")
_INSTEAD = {
    "=": "==", "&&": "and", "||": "or", "<>": "!=", "=>": ">=", "=<": "<=", "!": "not", "&": "and", "|": "or",
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "✕": "*", "÷": "/", "∕": "/", "⁄": "/", "‐": "-", "‑": "-", "‒": "-", "≥": ">=", "≤": "<=", "≠": "!=", "−": "-", "–": "-", "—": "-",
    "∑": "sum(...)", "√": "sum, mean, cv ...",
    "**": "x * x", "^": "x * x", "%": "to(5, '%')", "‰": "to(5, '‰')",
    "[": "(", "]": ")", "{": "(", "}": ")", ";": ",", "`": "'", "´": "'",
}  # fmt: skip
# Chinese punctuation that the compatibility normal form leaves as it is.
_HALF = {
    "。": ".",
    "、": ",",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "【": "(",
    "】": ")",
    "《": "<",
    "》": ">",
    "\u3000": " ",
    "…": "..",
    "￥": "to(x, yuan)",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a formula: its kind, its text and where it stands."""

    kind: TokenKind
    text: str
    span: Span


def split_tokens(source: str) -> tuple[list[Token], list[Problem], bool]:
    """Return the tokens with an end mark, the problems found, and whether the tokens are still worth parsing.

    A full-width sign is reported and read as its half-width form, so that the rest of the formula is checked too.
    """
    if len(source) > MAX_LENGTH:
        too_long = tell("FML002", source, (MAX_LENGTH, MAX_LENGTH), found=len(source), limit=MAX_LENGTH)
        return [], [too_long], False
    tokens: list[Token] = []
    problems: list[Problem] = []
    usable = True
    position = 0
    while position < len(source) and len(problems) < _MOST_PROBLEMS:
        match = _TOKEN.match(source, position)
        if match is None:
            end, readable = _report(source, position, tokens, problems)
        else:
            end, readable = _accept(source, match, tokens, problems)
        usable = usable and readable
        position = end
    tokens.append(Token("end", "", (len(source), len(source))))
    return tokens, problems, usable


def _accept(
    source: str, match: re.Match[str], tokens: list[Token], problems: list[Problem]
) -> tuple[int, bool]:
    kind, text, span = match.lastgroup, match[0], match.span()
    if kind == "space":
        return span[1], True
    if text == "=" and not tokens:  # as a spreadsheet begins a formula
        problems.append(tell("FML005", source, span, found=_describe(text)))
        return span[1], True
    if kind == "wrong":
        problems.append(tell("FML012", source, span, found=text, instead=_INSTEAD[text]))
        tokens.append(
            Token("word" if text.isascii() and _INSTEAD[text].isalpha() else "op", _INSTEAD[text], span)
        )
        return span[1], text != "**"
    if kind == "number" or (text == "." and source[span[1] : span[1] + 1].isdigit()):
        tail = _NUMBER_TAIL.match(source, span[1])
        end = tail.end() if tail else span[1]
        if kind != "number" or end > span[1] or max(map(len, text.replace("_", "").split("."))) > MAX_DIGITS:
            problems.append(tell("FML007", source, (span[0], end), found=_brief(source[span[0] : end])))
            tokens.append(Token("number", "1", (span[0], end)))
            return end, True
        tokens.append(Token("number", text.replace("_", ""), span))
    elif kind == "text":
        bad = next((i for i, c in enumerate(text) if unicodedata.category(c) in ("Cc", "Cs")), None)
        if bad is not None:
            at = span[0] + bad
            problems.append(tell("FML005", source, (at, at + 1), found=_describe(text[bad])))
        tokens.append(Token("text", text[1:-1], span))
    elif kind == "name":
        if not text.isascii() and not (all(_is_name_character(c) for c in text) and _one_script(text)):
            return _report_name(source, text, span, tokens, problems)
        tokens.append(Token("word" if text in WORDS else "name", text, span))
    else:
        tokens.append(Token("op", text, span))
    return span[1], True


def _report_name(
    source: str, text: str, span: Span, tokens: list[Token], problems: list[Problem]
) -> tuple[int, bool]:
    half = unicodedata.normalize("NFKC", text)
    if any("\uff00" <= c <= "\uffef" for c in text):
        problems.append(tell("FML006", source, span, found=_brief(text), half=_brief(half)))
        tokens.append(Token("name", half, span))
        return span[1], True
    bad = next(i for i, c in enumerate(text) if not _is_name_character(c) or _is_look_alike(c))
    problems.append(tell("FML005", source, (span[0] + bad, span[0] + bad + 1), found=_describe(text[bad])))
    tokens.append(Token("name", text, span))
    return span[1], False


def _report(source: str, position: int, tokens: list[Token], problems: list[Problem]) -> tuple[int, bool]:
    """Report the character at `position`, which starts no token; read it as what it stands for when that is clear."""
    sign, span = source[position], (position, position + 1)
    if sign in "'\"":
        stop = source.find("\n", position)
        end = len(source) if stop < 0 else stop
        problems.append(tell("FML008", source, (position, end), found=sign))
        tokens.append(Token("text", source[position + 1 : end], (position, end)))
        return end, True
    half = _HALF.get(sign) or unicodedata.normalize("NFKC", sign)
    if half != sign and ("\uff00" <= sign <= "\uffef" or sign in _HALF):
        name = Text("空格", "a blank") if half == " " else same(_INSTEAD.get(half, half))
        problems.append(tell("FML006", source, span, found=sign.strip() or Text("空格", "blank"), half=name))
        if half in "+-*/<>(),:." and len(half) == 1:
            tokens.append(Token("op", half, span))
            return position + 1, True
        if half.isdigit():
            tokens.append(Token("number", half, span))
            return position + 1, True
        return position + 1, half == " "
    if sign in _INSTEAD:
        problems.append(tell("FML012", source, span, found=sign, instead=_INSTEAD[sign]))
        if _INSTEAD[sign] in ("*", "/", ">=", "<=", "!=", "-", "(", ")", ","):
            tokens.append(Token("op", _INSTEAD[sign], span))
            return position + 1, True
        return position + 1, False
    problems.append(tell("FML005", source, span, found=_describe(sign)))
    return position + 1, False


def _is_name_character(character: str) -> bool:
    if character.isascii():
        return True  # the pattern has let through letters, digits and _ only
    return character.isalpha() and not "\uff00" <= character <= "\uffef"


def _one_script(name: str) -> bool:
    # A Greek or Cyrillic letter among Latin ones looks like one of them and is not.
    return not (any(c.isascii() and c.isalpha() for c in name) and any(map(_is_look_alike, name)))


def _is_look_alike(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CYRILLIC", "GREEK"))


def _describe(character: str) -> str:
    shown = character if character.isprintable() and not character.isspace() else ""
    return f"{shown} U+{ord(character):04X}".strip()


def _brief(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
