"""The published grammar and the parser tell the same language."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from duxue.core.errors import Refused
from duxue.formula.grammar import PRODUCTIONS, write_reference
from duxue.formula.parse import parse

TERMINALS = {"letter": "a b z é 学", "digit": "0 1 7"}
EXAMPLES = {  # production -> texts that use it, and texts that look like it and are none
    "formula": (["a"], ["", "a b"]),
    "disjunction": (["a or b or c"], ["a or", "or a"]),
    "conjunction": (["a and b and c"], ["a and and b"]),
    "negation": (["not not a"], ["not", "a == not b"]),
    "comparison": (["a < b", "a in (b)"], ["a < b < c", "a in (b) == c"]),
    "comparator": (["a == b", "a != b", "a < b", "a <= b", "a > b", "a >= b"], ["a = b", "a <> b", "a =< b"]),
    "membership": (["a in (1, 'b')", "a not in (b + 1)"], ["a in b", "a in ()", "a not (b)"]),
    "sum": (["a + b - c"], ["a +", "+ a"]),
    "product": (["a * b / c"], ["a * / b"]),
    "signed": (["--a", "a * -b"], ["-", "a -"]),
    "primary": (["1", "'a'", "true", "false", "f()", "f(a..b)", "a.b", "(a or b)"], ["()", "(a", "a)"]),
    "call": (["f()", "f(a)"], ["f(", "a.b(c)", "f(a)(b)"]),
    "arguments": (["f(a, b, c: d, e: f)", "f(a: b)"], ["f(a,)", "f(a: b, c)", "f(,)"]),
    "named": (["f(a: b or c)"], ["f(a: )", "f(1: b)", "f(a: b, a: c)"]),
    "range": (["f(a..b)"], ["f(a..)", "f(1..2)", "f(a..b..c)"]),
    "name": (["a.b", "a . b"], ["a.", "a.b.c", "and"]),
    "word": (["_a1", "学生数", "éa"], ["1a", "ａ", "a²"]),
    "number": (["1", "1.5"], ["1.", ".5", "1e5", "1.2.3"]),
    "digits": (["1_000.000_1"], ["1__0", "1_"]),
    "text": (["'a \"b\"'", '"it\'s"', "''"], ["'a", "'a\nb'", "“a”"]),
}


@pytest.mark.parametrize("production", PRODUCTIONS)
def test_every_production_is_exercised(production: str) -> None:
    good, bad = EXAMPLES[production]
    for source in good:
        assert parse(source)
    for source in bad:
        with pytest.raises(Refused):
            parse(source)


class Builder:
    """Writes one text that the published right sides allow, choosing by `seed`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.fuel = 60

    def write(self, production: str) -> str:
        lexical = {
            "text": ["'a'", '"b c"', "''"],
            "word": ["a", "_b1", "学生数", "L1", "f"],
            "number": ["0", "1.5", "1_000.25"],
        }
        self.fuel -= 1
        if production in lexical:
            return self.random.choice(lexical[production])
        tokens = re.findall(r'"[^"]+"|\w+|[{}\[\]()|]', PRODUCTIONS[production])
        if self.fuel < 0 and "disjunction" in tokens and production != "formula":
            return {"arguments": "a", "named": "b: a"}.get(production, "a")
        text, rest = self.choose(tokens)
        assert not rest
        return text

    def choose(self, tokens: list[str]) -> tuple[str, list[str]]:
        """Return one of the alternatives up to a closing bracket, and what stands after it."""
        options: list[list[list[str]]] = [[]]
        while tokens and tokens[0] not in "}])":
            token, *tokens = tokens
            if token == "|":
                options.append([])
            elif token in "{[(":
                depth, end = 1, 0
                while depth:
                    depth += (tokens[end] in "{[(") - (tokens[end] in "}])")
                    end += 1
                options[-1].append([token, *tokens[: end - 1]])
                tokens = tokens[end:]
            else:
                options[-1].append([token])
        return " ".join(filter(None, map(self.item, self.random.choice(options)))), tokens

    def item(self, tokens: list[str]) -> str:
        first, *inner = tokens
        if first == "(" or (first in "{[" and self.random.random() < 0.3):
            return self.choose(inner)[0]
        if first in "{[":
            return ""
        return first[1:-1] if first.startswith('"') else self.write(first)


@pytest.mark.parametrize("seed", range(400))
def test_what_the_grammar_allows_is_read(seed: int) -> None:
    source = Builder(seed).write("formula")
    codes: tuple[str, ...] = ()
    try:
        parse(source)
    except Refused as refused:
        codes = tuple(p.code for p in refused.problems)
    assert set(codes) <= {"FML003", "FML004", "FML013"}, (
        source
    )  # too deep, too many parts, a name given twice


def test_every_name_on_a_right_side_is_defined() -> None:
    prose = {"any", "character", "but", "and", "line", "end"}
    for production, right in PRODUCTIONS.items():
        words = set(re.findall(r"\b[a-z]+\b", re.sub(r'"[^"]*"', "", right)))
        assert words <= set(PRODUCTIONS) | set(TERMINALS) | prose, production


def test_reference_page_holds_every_production() -> None:
    page = write_reference()
    check: Callable[[str], bool] = lambda name: f"{name} " in page  # noqa: E731
    assert all(map(check, PRODUCTIONS))
    assert "4000 characters" in page
