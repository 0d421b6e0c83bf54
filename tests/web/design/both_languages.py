"""Finds texts in Python that are not said in Chinese and in English, and says what is wrong with a pair."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

HAN: Final = re.compile(r"[\u4e00-\u9fff]")
# Names and endings, the same in each language.
SAME: Final = {"Duxue", "督学", "CSV", "Excel", "PDF", "Word", ".zip"}
NAMES: Final = re.compile("简体中文|繁體中文")  # what is named in its own language, wherever it stands
NOT_SAID: Final = "not said in both languages"
SPEAKING: Final = {"say", "Words", "Text", "label"}
# What a field or a page shows: it is never a text of one language.
SHOWN: Final = {"label", "help_text", "title", "heading", "hint", "caption", "verbose_name", "empty_label", "message"}  # fmt: skip
_PLACE = re.compile(r"\{[^{}]*\}")
_COUNTED = re.compile(r"\{[^{}]*\} ?[年月日个]")  # what English says by the number alone
_LETTER = re.compile(r"[A-Za-z]")
_AT_ONCE = re.compile(r"[\u4e00-\u9fff].*( / |\n).*[A-Za-z]{2}|[A-Za-z]{2}.*( / |\n).*[\u4e00-\u9fff]", re.DOTALL)  # fmt: skip
Pair = tuple[ast.expr, ast.expr]


def wrong_pair(zh: str, en: str) -> str:
    """Say what keeps two texts from being one text in Chinese and in English; empty where nothing does."""
    if not zh.strip() or not en.strip():
        return "a half is missing"
    if zh == en and _PLACE.sub("", zh) in SAME:
        return ""
    if HAN.search(NAMES.sub("", en)):
        return "Chinese in the English half"
    chinese = HAN.search(_COUNTED.sub("", zh))
    english, latin = (_LETTER.search(_PLACE.sub("", text)) for text in (en, zh))
    if chinese and not english:
        return "no English"
    return "no Chinese" if (english or latin) and not HAN.search(zh) else ""


def one_sided(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, text and what is wrong of each text that is read in one language only."""
    tree = ast.parse(source)
    spoken: set[ast.AST] = {one.value for one in ast.walk(tree) if isinstance(one, ast.Expr)}  # docstrings
    for pair in [*_pairs(tree), *_kept(tree)]:
        if any(_name(half) in SPEAKING for half in pair):
            continue  # {"zh": say("…", "…"), …}: a text for each language, not its halves
        spoken.update(part for half in pair for part in ast.walk(half))
        if wrong := next(
            filter(None, (_wrong(zh, en) for zh in _ways(pair[0]) for en in _ways(pair[1]))), ""
        ):
            yield pair[0].lineno, " | ".join(ast.unparse(half) for half in pair), wrong
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for shown in _shown(node):
                if shown not in spoken and _LETTER.search(_text(shown) or ""):
                    yield shown.lineno, _text(shown) or "", NOT_SAID
        if isinstance(node, ast.JoinedStr) and _AT_ONCE.search(_text(node) or ""):
            spoken.update(ast.walk(node))
    for node in ast.walk(tree):
        text = _text(node) if isinstance(node, ast.Constant) and node not in spoken else None
        if text and HAN.search(NAMES.sub("", text)) and not _AT_ONCE.search(text):
            yield node.lineno, text, NOT_SAID


def _wrong(chinese: ast.expr, english: ast.expr) -> str:
    zh, en = _text(chinese), _text(english)
    if zh == en == "":
        return ""  # so is written that there is no text
    if zh is not None and en is not None:
        return wrong_pair(zh, en)
    if "" in (zh, en):
        return "a half is missing"
    literals = (_text(one) or "" for one in ast.walk(english) if isinstance(one, ast.Constant))
    return "Chinese in the English half" if any(HAN.search(NAMES.sub("", one)) for one in literals) else ""


def _ways(half: ast.expr) -> Iterator[ast.expr]:
    """Yield what a half may be: one of two for `a if … else b`."""
    for way in (half.body, half.orelse) if isinstance(half, ast.IfExp) else ():
        yield from _ways(way)
    if not isinstance(half, ast.IfExp):
        yield half


def _pairs(tree: ast.AST) -> Iterator[Pair]:
    """Yield the Chinese and the English half of each text, however the pair is written."""
    speaking = {name: [(0, 1)] for name in SPEAKING}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            speaking |= {a.asname: [(0, 1)] for a in node.names if a.asname and a.name in SPEAKING}
        if isinstance(node, ast.FunctionDef) and (halves := _halves([arg.arg for arg in node.args.args])):
            speaking[node.name] = halves
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node)
            for zh, en in speaking.get(name, []):
                if len(node.args) > en:
                    yield node.args[zh], node.args[en]
            given = {one.arg: one.value for one in node.keywords if one.arg}
            if name in speaking and len(node.args) == 1:  # **more: the other half stands where that is made
                yield from ((node.args[0], one.value) for one in node.keywords if one.arg in ("en", None))
            yield from ((given[a], given[b]) for a, b in _named(list(given)))
        elif isinstance(node, ast.Dict):
            held = {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}  # fmt: skip
            yield from ((held[a], held[b]) for a, b in _named([key for key in held if isinstance(key, str)]))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            names = [getattr(one, "id", "") for one in getattr(node.targets[0], "elts", [])]
            yield from ((node.value.elts[a], node.value.elts[b]) for a, b in _halves(names))
        elif isinstance(node, ast.IfExp):
            if (
                getattr(node.test, "id", "") == "chinese" and _text(node.body) != "zh"
            ):  # a code of the language
                yield node.body, node.orelse
        elif isinstance(body := getattr(node, "body", None), list):
            for first, second in pairwise(body):
                if (_onto(first), _onto(second)) == ("zh", "en"):
                    yield first.value, second.value


def _kept(tree: ast.AST) -> Iterator[Pair]:
    """Yield the pairs whose Chinese half has a name in its function: zh = "…" if … else "…", then say(zh, "…")."""
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        lines = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
        for zh, en in _pairs(function):
            for line in lines if isinstance(zh, ast.Name) else ():
                if ast.unparse(line.targets[0]) == zh.id:
                    yield line.value, en


def _name(node: ast.expr) -> str:
    """Return the name of the function that is called."""
    called = getattr(node, "func", None)
    return getattr(called, "attr", "") or getattr(called, "id", "")


def _onto(line: ast.stmt) -> str:
    """Return the name that a line begins with where it sets or lengthens it: zh = …, zh[0] += …, zh.append(…)."""
    begun = re.match(r"(zh|en)(\[0\])?( \+?= |\.append\()", ast.unparse(line))
    return begun[1] if begun else ""


def _named(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(names[zh], names[en]) for zh, en in _halves(names)]


def _halves(names: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of zh and en, of hint_zh and hint_en."""
    english = {name: re.sub(r"(^|_)zh$", r"\1en", name) for name in names}
    return [(names.index(a), names.index(b)) for a, b in english.items() if a != b and b in names]


def _shown(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call shows to a reader: its label=…, the text of messages.success(request, …), of ValidationError(…)."""
    yield from (one.value for one in call.keywords if one.arg in SHOWN)
    if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "messages":
        yield from call.args[1:2]
    if _name(call) == "ValidationError":
        yield from call.args[:1]


def _text(node: ast.expr) -> str | None:
    """Return a literal text, `{}` for each value in it; None for what is not written here."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join("{}" if isinstance(one, ast.FormattedValue) else str(getattr(one, "value", "")) for one in node.values)  # fmt: skip
    return None
