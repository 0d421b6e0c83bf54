"""Units of measure: dimensions with exact scales, so that yuan are never added to square metres nor taken for 万元."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from duxue.core.text import Text

Dims = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit of measure: powers of base dimensions times an exact scale (万元 is 10000 in dimension yuan)."""

    dims: Dims
    scale: Fraction
    name: str = field(compare=False, default="")

    def __mul__(self, other: Measure) -> Measure:
        """Return the unit of a product."""
        return Measure(
            _combine(self.dims, other.dims, 1), self.scale * other.scale, _join(self.name, "*", other.name)
        )

    def __truediv__(self, other: Measure) -> Measure:
        """Return the unit of a quotient."""
        return Measure(
            _combine(self.dims, other.dims, -1), self.scale / other.scale, _join(self.name, "/", other.name)
        )

    def power(self, exponent: Fraction) -> Measure | None:
        """Return the unit raised to `exponent`; None when a dimension or the scale would not stay whole."""
        if any((n * exponent).denominator != 1 for _, n in self.dims) or (
            exponent.denominator != 1 and self.scale != 1
        ):
            return None
        scale = self.scale ** int(exponent) if exponent.denominator == 1 else Fraction(1)
        return Measure(tuple((d, int(n * exponent)) for d, n in self.dims if exponent), scale)

    @property
    def is_plain(self) -> bool:
        """Whether this is the bare number 1: no dimension, no scale."""
        return not self.dims and self.scale == 1

    def same_dimension(self, other: Measure) -> bool:
        """Whether values in the two units can be converted into each other."""
        return self.dims == other.dims

    def factor_to(self, other: Measure) -> Fraction:
        """Return the number by which a value in this unit is multiplied to be in `other` (same dimension)."""
        if self.dims != other.dims:
            raise ValueError(f"{self} and {other} measure different things")
        return self.scale / other.scale

    def __str__(self) -> str:
        """Return the unit as its author wrote it, else in base dimensions."""
        return self.name or canonical(self)


PLAIN = Measure((), Fraction(1), "1")

# Bounds on what a pack or a table's header may write as a unit: no real one comes near them.
_LONGEST = 200
_DEEPEST = 20
_LARGEST_POWER = 9


def canonical(measure: Measure) -> str:
    """Return the unit in base dimensions, for instance `yuan / pupil` or `10000 yuan`."""
    # Written so that parse reads it back: a number binds to the unit after it, so a scale below 1 divides.
    up = [d if n == 1 else f"{d}^{n}" for d, n in measure.dims if n > 0]
    down = [d if n == -1 else f"{d}^{-n}" for d, n in measure.dims if n < 0]
    top, bottom = measure.scale.numerator, measure.scale.denominator
    first, *others = up or [""]
    head = " ".join(x for x in (str(top) if top != 1 or not up else "", first) if x)
    head = " * ".join([head, *others])
    return " / ".join([head, *([str(bottom)] if bottom != 1 else []), *down])


def _combine(a: Dims, b: Dims, sign: int) -> Dims:
    powers = dict(a)
    for name, n in b:
        powers[name] = powers.get(name, 0) + sign * n
    return tuple(sorted((d, n) for d, n in powers.items() if n))


def _join(a: str, op: str, b: str) -> str:
    if not a or not b:
        return ""
    if op == "*":
        return a if b == "1" else b if a == "1" else f"{a} * {b}"
    return a if b == "1" else f"{a} / ({b})" if re.search(r"[/*]", b) else f"{a} / {b}"


# name, dimension, scale, other spellings. The kinds of people are dimensions of their own, so that teachers per
# pupil (师生比) can never be taken for pupils per teacher (生师比).
_BUILT_IN: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("person", "person", "1", ("人", "persons", "people", "resident", "居民")),
    ("pupil", "pupil", "1", ("学生", "student", "pupils", "students", "生")),
    ("child", "child", "1", ("幼儿", "儿童", "children")),
    ("teacher", "teacher", "1", ("教师", "teachers")),
    ("staff", "staff", "1", ("教职工",)),
    ("school", "school", "1", ("学校", "所", "schools")),
    ("kindergarten", "kindergarten", "1", ("幼儿园", "kindergartens")),
    ("class", "class", "1", ("班", "班级", "classes")),
    ("room", "room", "1", ("间", "教室", "rooms")),
    ("county", "county", "1", ("县", "counties")),
    ("city", "city", "1", ("市", "cities")),
    ("computer", "computer", "1", ("台", "计算机", "computers")),
    ("book", "book", "1", ("册", "图书", "books")),
    ("form", "form", "1", ("份", "问卷")),
    ("m2", "m2", "1", ("㎡", "m²", "平方米", "平方公尺")),
    ("yuan", "yuan", "1", ("元", "CNY", "RMB")),
    ("万元", "yuan", "10000", ("wan_yuan", "萬元")),
    ("亿元", "yuan", "100000000", ("yi_yuan", "億元")),
    ("万人", "person", "10000", ("wan_person", "萬人")),
    ("万生", "pupil", "10000", ("wan_pupil",)),
    ("万名教师", "teacher", "10000", ("wan_teacher",)),
    ("万名幼儿", "child", "10000", ("wan_child",)),
    ("hour", "hour", "1", ("小时", "学时", "hours")),
    ("day", "day", "1", ("天", "日", "days")),
    ("year", "year", "1", ("年", "years")),
    ("%", "", "1/100", ("percent", "百分比", "百分数")),
    ("‰", "", "1/1000", ("permille", "千分数")),
    ("1", "", "1", ("ratio", "比")),
    ("point", "point", "1", ("分", "points")),
)


@dataclass(frozen=True)
class Measures:
    """The units of measure that a pack may name: the built-in ones and its own."""

    by_name: Mapping[str, Measure]

    @classmethod
    def built_in(cls) -> Measures:
        """Return the units that every pack knows."""
        names: dict[str, Measure] = {}
        for name, dim, scale, others in _BUILT_IN:
            measure = Measure(((dim, 1),) if dim else (), Fraction(scale), name)
            for spelling in (name, *others):
                names[spelling] = measure
        return cls(names)

    def extended(self, name: str, of: str | None = None, scale: Fraction = Fraction(1)) -> Measures:
        """Return these units and one more: a new dimension, or `scale` times the unit `of`."""
        base = self.parse(of) if of else Measure(((name, 1),), Fraction(1))
        return Measures({**self.by_name, name: Measure(base.dims, base.scale * scale, name)})

    def parse(self, text: str) -> Measure:
        """Return the unit written as `yuan / pupil`, `teacher / 100 pupil`, `万元`, `%` or `1`; ValueError says what is unknown."""
        if len(text) > _LONGEST:
            raise ValueError(f"{text[:20]}...")
        tokens = re.findall(r"[0-9]+(?:\.[0-9]+)?|[^\s0-9/*()^][^\s/*()^]*|[/*()^]", text)
        if not tokens or "".join(tokens) != re.sub(r"\s+", "", text):
            raise ValueError(text)
        position = 0
        depth = 0

        def atom() -> Measure:
            nonlocal depth
            depth += 1
            if position >= len(tokens) or depth > _DEEPEST:
                raise ValueError(text)
            found = inside()
            depth -= 1
            return found

        def inside() -> Measure:
            nonlocal position
            token = tokens[position]
            position += 1
            if token == "(":
                inner = product()
                if position >= len(tokens) or tokens[position] != ")":
                    raise ValueError(text)
                position += 1
                return inner
            if token[0] in "0123456789":
                number = Measure((), Fraction(token), token)
                if not number.scale:
                    raise ValueError(text)  # nothing is measured in units of size 0
                follows = position < len(tokens) and tokens[position] not in "/*)^"
                if not follows:
                    return number
                unit = atom()  # "100 pupil": a number binds to the unit after it
                return Measure(unit.dims, number.scale * unit.scale, f"{token} {unit}")
            if token not in self.by_name:
                raise ValueError(token)
            unit = self.by_name[token]
            if position + 1 < len(tokens) and tokens[position] == "^":
                exponent = tokens[position + 1]
                position += 2
                if not exponent.isascii() or not exponent.isdigit() or int(exponent[:3]) > _LARGEST_POWER:
                    raise ValueError(text)
                raised = unit.power(Fraction(exponent))
                if raised is None:
                    raise ValueError(text)
                return Measure(raised.dims, raised.scale, f"{unit}^{exponent}")
            return unit

        def product() -> Measure:
            nonlocal position
            value = atom()
            while position < len(tokens) and tokens[position] in "/*":
                operator = tokens[position]
                position += 1
                value = value * atom() if operator == "*" else value / atom()
            return value

        measure = product()
        if position != len(tokens):
            raise ValueError(text)
        return Measure(measure.dims, measure.scale, text.strip())


# How a unit is printed beside a figure, in English after one; anything else is printed as the pack writes it.
TITLES: dict[str, Text] = {
    "yuan": Text("元", "yuan"),
    "万元": Text("万元", "10,000 yuan"),
    "m2": Text("平方米", "m²"),
    "pupil": Text("生", "pupil"),
    "teacher": Text("教师", "teacher"),
    "person": Text("人", "person"),
    "child": Text("幼儿", "child"),
    "school": Text("所", "school"),
    "class": Text("班", "class"),
    "room": Text("间", "room"),
    "book": Text("册", "book"),
    "computer": Text("台", "computer"),
    "form": Text("份", "form"),
    "meeting": Text("次", "meeting"),
    "case": Text("起", "case"),
    "project": Text("项", "project"),
    "lesson": Text("课时", "lesson"),
    "%": Text("%", "%"),
    "1": Text("", ""),
}
_MANY = {"person": "people", "child": "children", "class": "classes", "county": "counties", "city": "cities"}
_ALIKE = frozenset({"yuan", "staff"})  # one yuan, two yuan
_ONE = {many: one for one, many in _MANY.items()}
_SHARE = re.compile(r"(pupil|child|teacher|staff|person)\s*/\s*100\s+person")
_NO_OWN: Mapping[str, Text] = {}


def is_percent(measure: str) -> bool:
    """Whether a figure in this unit is printed with %: so many of each hundred people are a share of them."""
    return measure == "%" or _SHARE.fullmatch(measure) is not None


def title(measure: str, own: Mapping[str, Text] = _NO_OWN) -> Text:
    """Return the unit written in a pack (`yuan / pupil`) as heads and figures show it (元/生, yuan/pupil).

    English counts in the plural above the line and below it after a number (teachers/100 pupils). `own`: the titles of the
    pack's own units. What is said of how a form may name its unit is `spelled`.
    """
    return TITLES["%"] if is_percent(measure) else spelled(measure, own)


def spelled(measure: str, own: Mapping[str, Text] = _NO_OWN) -> Text:
    """Return the unit as `title` does, a share of people too in its units (生/100人)."""
    zh, en, many = "", "", True
    for part in re.split(r"(\s*/\s*|\s+)", measure):
        if "/" in part or not part.strip():
            zh, en = zh + part.strip(), en + (part.strip() or part)
            many = many and "/" not in part
            continue
        word = own.get(part) or TITLES.get(part)
        zh, en = (
            zh + (word.zh if word else part),
            en + ((_many(word.en) if many else word.en) if word else part),
        )
        many = part.isdigit() and part != "1"
    return Text(zh, en)


def after(number: str, measure: Text) -> Text:
    """Return what follows a printed number or comparison: its unit, of one in the singular; nothing after a word or a dash.

    `measure`: as `title` returns it.
    """
    if not any(c in "0123456789" for c in number):
        return Text("", "")
    en = _one(measure.en) if number.rsplit(maxsplit=1)[-1] == "1" else measure.en
    return Text(*(unit if unit in ("", "%", "‰") else f" {unit}" for unit in (measure.zh, en)))


def amount(number: str, measure: Text) -> Text:
    """Return a printed number with its unit: 94.2%, 1 case, 5 cases, 9800 yuan/pupil; `measure` as `title` returns it."""
    unit = after(number, measure)
    return Text(number + unit.zh, number + unit.en)


def _many(word: str) -> str:
    """Return an English noun in the plural; what is no plain word stays as it is."""
    if word in _ALIKE or word in _ONE or not (word.isascii() and word.isalpha() and word.islower()):
        return word
    return _MANY.get(word) or (word if word.endswith("s") else f"{word}s")


def _one(measure: str) -> str:
    """Return a title with its first noun in the singular."""
    word, line, below = measure.partition("/")
    one = _ONE.get(word) or (word.removesuffix("s") if _many(word.removesuffix("s")) == word else word)
    return f"{one}{line}{below}"
