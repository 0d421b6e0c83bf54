"""Formula tokens to a syntax tree: a precedence parser with bounds on length, depth and number of parts.

The grammar is published in docs/reference/formula-grammar.md.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn, TypeVar

from duxue.core.errors import Refused
from duxue.core.text import Text, same
from duxue.formula.lexer import Token, split_tokens
from duxue.formula.nodes import (
    SAmong,
    SBinary,
    SBool,
    SCall,
    SName,
    SNumber,
    SRange,
    SText,
    SUnary,
)
from duxue.formula.problems import tell

if TYPE_CHECKING:
    from duxue.core.errors import Problem
    from duxue.formula.nodes import Span, Syntax

MAX_DEPTH = 40  # operators, calls and parentheses inside one another
MAX_CHAIN = 100  # levels of the tree, to which a long a + b + c + ... adds one per sign
MAX_NODES = 400

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _NEGATE = range(1, 8)
_LEVELS = {"or": _OR, "and": _AND, "+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY}

_VALUE = Text("值（数、文字、名称或函数）", "a value (a number, text, name or function)")
_END = Text("公式结尾", "the end of the formula")

_N = TypeVar("_N", SNumber, SText, SBool, SName, SRange, SUnary, SBinary, SAmong, SCall)


def parse(source: str) -> Syntax:
    """Return the syntax tree of a formula.

    Raises `Refused` with all lexical problems and the first grammatical one; takes time linear in the length
    of `source` and refuses more than 4000 characters, 40 levels or 400 parts without reading on.
    """
    tokens, problems, usable = split_tokens(source)
    if not problems and len(tokens) == 1:
        problems.append(tell("FML001", source, (0, len(source))))
    elif usable:
        parser = _Parser(source, tokens)
        try:
            syntax = parser.read_formula()
        except _Stop as stop:
            if stop.problem.code != "FML009" or all(
                p.place.column != stop.problem.place.column for p in problems
            ):
                problems.append(stop.problem)
        else:
            if not problems:
                return syntax
    raise Refused(problems)


class _Stop(Exception):  # noqa: N818 - the end of one reading, not an error that leaves this module
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Parser:
    def __init__(self, source: str, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.index = 0
        self.depth = 0
        self.nodes = 0
        self.heights: dict[int, int] = {}

    # tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def at(self, *texts: str) -> bool:
        return self.token.kind in ("op", "word") and self.token.text in texts

    def follows(self, text: str) -> bool:
        following = self.tokens[min(self.index + 1, len(self.tokens) - 1)]
        return following.kind in ("op", "word") and following.text == text

    def fail(self, code: str, span: Span, **values: object) -> NoReturn:
        raise _Stop(tell(code, self.source, span, **values))

    def unexpected(self, wanted: Text) -> NoReturn:
        token = self.token
        before = self.tokens[self.index - 1] if self.index else None
        if before is not None and before.kind == "number" and token.kind in ("name", "text"):
            self.fail("FML014", (before.span[0], token.span[1]), number=before.text, unit=token.text)
        found = _END if token.kind == "end" else same(self.source[token.span[0] : token.span[1]][:40])
        self.fail("FML009", token.span, wanted=wanted, found=found)

    def close(self, opening: Token, wanted: Text) -> Token:
        if self.token.kind == "end":
            self.fail("FML011", opening.span)
        if not self.at(")"):
            self.unexpected(wanted)
        return self.take()

    def made(self, node: _N, *below: Syntax) -> _N:
        """Count a new node; `below` are its parts, whose heights are no longer needed."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail("FML004", node.span, limit=MAX_NODES)
        height = 1 + max((self.heights.pop(id(part)) for part in below), default=0)
        if height > MAX_CHAIN:
            self.fail("FML003", node.span, limit=MAX_CHAIN)
        self.heights[id(node)] = height
        return node

    # productions

    def read_formula(self) -> Syntax:
        syntax = self.read_expression(_OR)
        if self.token.kind != "end":
            self.unexpected(Text("运算符或公式结尾", "an operator or the end of the formula"))
        return syntax

    def read_expression(self, lowest: int) -> Syntax:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("FML003", self.token.span, limit=MAX_DEPTH)
        left = self.read_prefix(lowest)
        while True:
            if lowest <= _COMPARE and (self.at("in") or (self.at("not") and self.follows("in"))):
                left = self.read_among(left)
                self.refuse_chain("in")
            elif lowest <= _COMPARE and self.at(*_COMPARISONS):
                sign = self.token.text
                left = self.read_binary(left, _ADD)
                self.refuse_chain(sign)
            elif self.at(*_LEVELS) and lowest <= _LEVELS[self.token.text]:
                left = self.read_binary(left, _LEVELS[self.token.text] + 1)
            else:
                self.depth -= 1
                return left

    def refuse_chain(self, first: str) -> None:
        if self.at(*_COMPARISONS, "in") or (self.at("not") and self.follows("in")):
            self.fail("FML010", self.token.span, first=first)

    def read_binary(self, left: Syntax, lowest: int) -> Syntax:
        sign = self.take()
        right = self.read_expression(lowest)
        node = SBinary(sign.text, left, right, (left.span[0], right.span[1]), sign.span)
        return self.made(node, left, right)

    def read_prefix(self, lowest: int) -> Syntax:
        sign = self.token
        if self.at("-"):
            self.take()
            operand = self.read_expression(_NEGATE)
            return self.made(SUnary("-", operand, (sign.span[0], operand.span[1])), operand)
        if self.at("not") and lowest <= _NOT:
            self.take()
            operand = self.read_expression(_NOT)
            return self.made(SUnary("not", operand, (sign.span[0], operand.span[1])), operand)
        return self.read_primary()

    def read_among(self, item: Syntax) -> Syntax:
        negated = self.take().text == "not"
        if negated:
            self.take()
        opening = self.token
        if not self.at("("):
            self.unexpected(
                Text("用括号列出的值，例如 (a, b)", "a list of values in parentheses, for instance (a, b)")
            )
        self.take()
        values = [self.read_expression(_ADD)]
        while self.at(","):
            self.take()
            values.append(self.read_expression(_ADD))
        closing = self.close(opening, Text("逗号或 )", "a comma or )"))
        return self.made(SAmong(item, tuple(values), negated, (item.span[0], closing.span[1])), item, *values)

    def read_primary(self) -> Syntax:
        token = self.token
        if token.kind == "number":
            self.take()
            return self.made(SNumber(Fraction(token.text), token.span))
        if token.kind == "text":
            self.take()
            return self.made(SText(token.text, token.span))
        if self.at("true", "false"):
            self.take()
            return self.made(SBool(token.text == "true", token.span))
        if self.at("("):
            self.take()
            inner = self.read_expression(_OR)
            self.close(token, Text("运算符或 )", "an operator or )"))
            return inner
        if token.kind != "name":
            self.unexpected(_VALUE)
        return self.read_named()

    def read_named(self) -> Syntax:
        first = self.take()
        if self.at("("):
            return self.read_call(first)
        if self.at(".."):
            self.take()
            last = self.read_name(Text("区间末端的名称", "the name at the end of the range"))
            return self.made(SRange(first.text, last.text, (first.span[0], last.span[1])))
        if self.at("."):
            self.take()
            second = self.read_name(Text("字段名", "the name of a field"))
            if self.at("(", ".", ".."):
                self.unexpected(Text("运算符或公式结尾", "an operator or the end of the formula"))
            return self.made(SName((first.text, second.text), (first.span[0], second.span[1])))
        return self.made(SName((first.text,), first.span))

    def read_name(self, wanted: Text) -> Token:
        if self.token.kind != "name":
            self.unexpected(wanted)
        return self.take()

    def read_call(self, name: Token) -> Syntax:
        opening = self.take()
        args: list[Syntax] = []
        keywords: list[tuple[str, Syntax]] = []
        while not self.at(")"):
            if self.token.kind == "name" and self.follows(":"):
                key = self.take()
                self.take()
                if any(key.text == given for given, _ in keywords):
                    self.fail("FML013", key.span, found=key.text)
                keywords.append((key.text, self.read_expression(_OR)))
            elif keywords and self.token.kind != "end":
                self.unexpected(
                    Text("带名称的参数（先写无名参数）", "a named argument (unnamed ones come first)")
                )
            elif self.token.kind == "end":
                break
            else:
                args.append(self.read_expression(_OR))
            if not self.at(","):
                break
            self.take()
            if self.at(")"):
                self.unexpected(_VALUE)
        closing = self.close(opening, Text("逗号或 )", "a comma or )"))
        span = (name.span[0], closing.span[1])
        node = SCall(name.text, tuple(args), tuple(keywords), span, name.span)
        return self.made(node, *args, *(value for _, value in keywords))
