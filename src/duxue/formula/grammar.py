"""The published grammar: the text of the reference page and the productions that its test exercises."""

from __future__ import annotations

from duxue.formula.context import MAX_COST, MAX_YEARS
from duxue.formula.lexer import MAX_DIGITS, MAX_LENGTH
from duxue.formula.parse import MAX_CHAIN, MAX_DEPTH, MAX_NODES

# Production -> its right side in EBNF. `{ }` is repetition, `[ ]` an option, `|` a choice.
PRODUCTIONS: dict[str, str] = {
    "formula": "disjunction",
    "disjunction": 'conjunction { "or" conjunction }',
    "conjunction": 'negation { "and" negation }',
    "negation": '"not" negation | comparison',
    "comparison": "sum [ comparator sum | membership ]",
    "comparator": '"==" | "!=" | "<" | "<=" | ">" | ">="',
    "membership": '[ "not" ] "in" "(" sum { "," sum } ")"',
    "sum": 'product { ( "+" | "-" ) product }',
    "product": 'signed { ( "*" | "/" ) signed }',
    "signed": '"-" signed | primary',
    "primary": 'number | text | "true" | "false" | call | range | name | "(" disjunction ")"',
    "call": 'word "(" [ arguments ] ")"',
    "arguments": 'disjunction { "," disjunction } { "," named } | named { "," named }',
    "named": 'word ":" disjunction',
    "range": 'word ".." word',
    "name": 'word [ "." word ]',
    "word": '( letter | "_" ) { letter | digit | "_" }',
    "number": 'digits [ "." digits ]',
    "digits": 'digit { [ "_" ] digit }',
    "text": "\"'\" { any character but ' and line end } \"'\" | '\"' { any character but \" and line end } '\"'",
}

_HEAD = """\
# Grammar of formulas

Formulas stand in packs: derived fields, checks, populations, indicators and the rules of verdicts. They are read by
Duxue's own parser and never handed to an interpreter.

"""

_TAIL = f"""\

`letter` is any letter of any script in its half-width form, Chinese characters included; `digit` is 0 to 9. Blanks, tabs
and line ends may stand between any two pieces. The words `and or not in true false` are reserved. There are no comments,
no exponents and no escapes in texts: quote a text that holds `'` with `"`.

## Precedence

From loosest to tightest; signs of one line are read from the left.

| signs | note |
| --- | --- |
| `or` | true or unknown is true |
| `and` | false and unknown is false |
| `not` | |
| `== != < <= > >=`, `in`, `not in` | cannot be chained: write `a < b and b < c` |
| `+ -` | |
| `* /` | division by zero is not computable |
| `-` before a value | |

## Names

| where the formula stands | a bare name is | `x.y` is |
| --- | --- | --- |
| derived field, check, condition, inside an aggregate (a value per row) | a field of the row's form, else a constant | field `y` of the row's own form or of a form it points to: one whose whole key the row carries |
| indicator, outside aggregates (a value per unit) | a constant or another indicator | refused: wrap it in an aggregate |
| rule of a verdict | a constant or an indicator | refused |

A bare name compared with a category field, or listed after `in`, is first taken as one of its categories:
`stage == primary`. An aggregate is about the rows of the indicator's population or form; when every column in it is
qualified with one other form or population, it is about the rows of that one: `sum(points.pupils)`. `over: form` names
the rows where that would be wrong: `count_if(school.kind == public, over: resource_schools)`.

## Units of measure

`+`, `-`, comparisons and alternatives (`if`, `least`, `greatest`, `coalesce`) need one unit on all sides; a bare number
takes it over. `*` and `/` combine units. 万元 and yuan never mix silently: write `to(x, yuan)`. The result is converted
to the declared unit, so a formula holds no factor 100 or 10000, and one beside a measured value is refused
([decision 0003](../decisions/0003-units-convert-by-declaration.md)).

## Bounds

A formula beyond these is refused before it is read further: {MAX_LENGTH} characters, {MAX_NODES} parts, {MAX_DEPTH} levels
of nesting, {MAX_CHAIN} levels of the tree (each sign of a chain such as `a + b + c` is one), {MAX_DIGITS} digits on each
side of the point, {MAX_COST} parts after `growth`, `change`, `trend` and `share` are written out, {MAX_YEARS} years back.
"""


def write_reference() -> str:
    """Return the reference page of the grammar as Markdown."""
    width = max(map(len, PRODUCTIONS))
    rules = "\n".join(f"{name:<{width}} = {right} ;" for name, right in PRODUCTIONS.items())
    return f"{_HEAD}```ebnf\n{rules}\n```\n{_TAIL}"
