"""The pages of docs/reference, each a function that reads one part of the program and returns Markdown."""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import pkgutil
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import duxue


class AbsentError(Exception):
    """The part of the program that a page describes does not exist."""


def load(module: str, name: str) -> Any:
    """Return `name` of `module`; AbsentError when there is no such module or name."""
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise AbsentError(f"no module {module}") from error
    except AttributeError as error:
        raise AbsentError(f"{module} has no {name}") from error


def write_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table; bars and line breaks in cells are made safe."""
    cells = [list(head), *(list(row) for row in rows)]
    lines = [
        "| " + " | ".join(c.strip().replace("|", "\\|").replace("\n", "<br>") for c in row) + " |"
        for row in cells
    ]
    return "\n".join([lines[0], "|" + " --- |" * len(cells[0]), *lines[1:]]) + "\n"


# The command line


def write_cli() -> str:
    """Return the reference of every command of `duxue`."""
    main: click.Command = load("duxue.cli.main", "main")
    head = "# Command line\n\nHelp is shown in Chinese or English by your locale; this page is in English.\n"
    return "\n".join([head, *map(write_command, walk_commands(main, click.Context(main, info_name="duxue")))])


def walk_commands(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """Yield the context of `command` and of every visible command below it."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from walk_commands(child, click.Context(child, info_name=name, parent=context))


def write_command(context: click.Context) -> str:
    """Return the section of one command: usage, help, options."""
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    help_text = inspect.cleandoc(command.help or "").replace("\b\n", "").split("\f")[0].strip()
    text = f"## {context.command_path}\n\n```\n{usage}\n```\n\n{help_text}\n"
    records = [record for p in command.get_params(context) if (record := p.get_help_record(context))]
    if records:
        text += "\n" + write_table(
            ["option", "meaning"], ([f"`{option}`", meaning] for option, meaning in records)
        )
    return text


# Error codes

ERRORS_HEAD = """\
# Error codes

A code never changes its meaning and is never used again for something else. Every message says where the
problem is, what was found, what was expected and how to mend it. Words in braces are filled in.
"""


def read_codes() -> dict[str, dict[str, Any]]:
    """Return the error codes of every room: room -> code -> Text in zh and en."""
    codes = {}
    root = Path(next(iter(duxue.__path__)))
    rooms = {m.name for m in pkgutil.iter_modules(duxue.__path__) if m.ispkg}
    rooms |= {".".join(p.parent.relative_to(root).parts) for p in root.glob("web/**/problems.py")}
    for room in sorted(rooms):
        try:
            codes[room] = dict(load(f"duxue.{room}.problems", "CODES"))
        except AbsentError:
            continue
    return codes


def write_errors() -> str:
    """Return every error code with its meaning in both languages, by room."""
    rooms = read_codes()
    if not rooms:
        raise AbsentError("no room has error codes")
    parts = [ERRORS_HEAD]
    for room, codes in rooms.items():
        rows = (
            [f'<a id="{code.lower()}"></a>`{code}`', text.zh, text.en] for code, text in sorted(codes.items())
        )
        parts.append(f"## {room}\n\n{write_table(['code', '中文', 'English'], rows)}")
    return "\n".join(parts)


# The formula language


def write_grammar() -> str:
    """Return the grammar of the formula language."""
    page: str = load("duxue.formula.grammar", "write_reference")()
    return page


FUNCTIONS_HEAD = """\
# Functions of the formula language

A formula stands in one of three modes, and each function says in which it may be used:

{modes}
Keyword arguments (`where:`, `over:` ...) follow the others and may be left out unless the function says otherwise.
What happens to missing cells is told in [what formulas mean](semantics.md).

## The data of the examples

Each example is a test. The rows are invented; the examples are for the year {year}. An example per row gives the value of
school {school} (of its first class where the rows are classes), every other one that of county {county}.

{tables}
The indicators L1, `sum(books) / sum(pupils)`, and L2, `sum(area) / sum(pupils)`, have the standards `>= 16` book / pupil
and `>= 15` m2 / pupil; the verdict school_books is `all_met(L1)` for each school.

"""


def write_functions() -> str:
    """Return every function of the formula language: modes, arguments, what it gives, and an example with its result."""
    functions, modes = (load("duxue.formula.functions", name) for name in ("FUNCTIONS", "MODES"))
    gives = load("duxue.formula.functions", "GIVES")
    spec: Any = importlib.import_module("tests.spec.functions")
    tables = []
    for name, text in spec.TABLES.items():
        rows = load("tests.spec.semantics", "read_table")(text)
        tables.append(f"`{name}`\n\n{write_table(rows[0], (row.values() for row in rows))}")
    head = FUNCTIONS_HEAD.format(
        modes="".join(f"- `{mode}`: {text.en}（{text.zh}）\n" for mode, text in modes.items()),
        year=spec.YEAR,
        school=spec.SCHOOL,
        county=spec.COUNTY,
        tables="\n".join(tables),
    )
    sections = []
    for entry in sorted(functions.values(), key=lambda entry: entry.name):
        example = spec.EXAMPLES[entry.name]
        where = {"county": "", "rule": ""}.get(example.place, f" (in a row of {example.place})")
        value = f"{example.value} {example.unit}" if example.unit not in ("", "1") else example.value
        result = gives[entry.gives]
        sections.append(
            f"## {entry.name}\n\n```\n{entry.signature}\n```\n\n{entry.doc.en}\n\n{entry.doc.zh}\n\n"
            f"Modes: {', '.join(f'`{mode}`' for mode in entry.modes)}. Gives {result.en}（{result.zh}）.\n\n"
            + write_table(
                ["argument", "takes", "取值"],
                ([f"`{name}`", text.en, text.zh] for name, text in entry.arguments.items()),
            )
            + f"\nExample{where}: `{example.formula}` gives {value}.\n"
        )
    return head + "\n".join(sections)


# Units of measure


def write_measures() -> str:
    """Return the built-in units of measure: names, other spellings, dimension, scale, and how they are printed."""
    built_in = load("duxue.core.measure", "Measures").built_in()
    title = load("duxue.core.measure", "title")
    spellings: dict[str, list[str]] = {}
    for spelling, unit in built_in.by_name.items():
        spellings.setdefault(unit.name, []).append(spelling)
    rows = []
    for name, others in spellings.items():
        unit, printed = built_in.by_name[name], title(name)
        dimension = " ".join(d for d, _ in unit.dims) or "number"
        rest = ", ".join(f"`{o}`" for o in others if o != name)
        rows.append([f"`{name}`", rest, dimension, str(unit.scale), printed.zh, printed.en])
    table = write_table(
        ["unit", "other spellings", "dimension", "scale", "printed 中文", "printed English"], rows
    )
    return (
        "## Built-in units of measure\n\nUnits of one dimension convert into each other by their scales; quotients such as "
        f"`yuan / pupil` are made of them.\n\n{table}"
    )


# Packs

PACKS_HEAD = """\
# Pack elements

A pack is a folder; its `pack.yaml` holds one [Pack](#pack). Each table below lists the keys of one element;
a key that is not listed is refused, and a *required* key has no default. The
[last section](#kinds-of-values) tells the kinds of text and number that many keys share.
"""


def write_packs() -> str:
    """Return every element and key of the pack schema, the pack itself first, then the kinds of values."""
    return write_models(load("duxue.packs.schema", "Pack"), PACKS_HEAD) + "\n" + write_measures()


CASES_HEAD = """\
# Worked cases

A file `cases.yaml` beside `pack.yaml` holds data and what a published table says must come out of them.
`duxue pack test` recomputes every case with the reference engine and exits with 3 when one does not come out.
A published figure that does not follow from its own data is listed under `published_wrong`: the case then holds only
when the recomputed value is the one stated, and the report prints the figure as wrong.

```yaml
cases:
  - id: five_schools
    title: {zh: 五所学校的算例, en: Five schools}
    source: handout                      # a short name from the pack's `sources`
    data:
      units: cases/units.csv             # a file beside the pack, or rows written here
      enrolment:
        - {unit_code: '111', year: 2023, stage: primary, pupils: 302, teachers: 18}
    expect:
      - {indicator: pupil_teacher_ratio, unit: '111', year: 2023, stage: primary, value: 16.78, decimals: 2}
```
"""


def write_cases() -> str:
    """Return every element of cases.yaml."""
    return write_models(load("duxue.packs.cases", "CasesDocument"), CASES_HEAD)


def write_models(root: type[BaseModel], head: str) -> str:
    """Return a head and one section for each model that `root` reaches, with a table of its keys."""
    kinds = find_kinds(importlib.import_module("duxue.packs.schema"))
    parts = [head]
    for model in collect_models(root):
        hints = typing.get_type_hints(model, include_extras=True)
        rows = (write_field(name, hints[name], field, kinds) for name, field in model.model_fields.items())
        table = write_table(["key", "value", "default", "meaning"], rows)
        parts.append(f"## {model.__name__}\n\n{inspect.cleandoc(model.__doc__ or '')}\n\n{table}")
    shapes = ([f'<a id="{name.lower()}"></a>{name}', write_type(kind, {})] for name, kind in kinds.items())
    parts.append(f"## Kinds of values\n\n{write_table(['kind', 'written as'], shapes)}")
    return "\n".join(parts)


def find_kinds(schema: ModuleType) -> dict[str, Any]:
    """Return the named annotations of the schema module, such as Id or Version."""
    return {name: kind for name, kind in vars(schema).items() if typing.get_origin(kind) is typing.Annotated}


def collect_models(root: type[BaseModel]) -> list[type[BaseModel]]:
    """Return `root` and every model its fields reach, in the order in which a reader meets them."""
    found = [root]
    for model in found:  # grows while it is read
        for field in model.model_fields.values():
            for part in walk_type(field.annotation):
                if inspect.isclass(part) and issubclass(part, BaseModel) and part not in found:
                    found.append(part)
    return found


def walk_type(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and all its parts."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from walk_type(part)


def write_field(name: str, hint: Any, field: FieldInfo, kinds: dict[str, Any]) -> list[str]:
    """Return the table row of one field."""
    shape = write_type(hint, kinds)
    if typing.get_origin(hint) is not typing.Annotated:  # an annotated hint has told its limits itself
        shape += write_limits(field.metadata)
    default = (
        "*required*" if field.is_required() else write_default(field.get_default(call_default_factory=True))
    )
    return [f"`{field.alias or name}`", shape, default, field.description or ""]


def write_default(value: Any) -> str:
    """Return a default as it would stand in YAML; nothing for an absent value."""
    if value is None:
        return ""
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, tuple | set | frozenset):
        value = list(value)
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`"


LIMITS = {
    "ge": "at least {}",
    "gt": "more than {}",
    "le": "at most {}",
    "lt": "less than {}",
    "multiple_of": "a multiple of {}",
    "min_length": "length at least {}",
    "max_length": "length at most {}",
    "pattern": "matches `{}`",
}


def write_limits(items: Iterable[Any]) -> str:
    """Return the limits that annotations set, in brackets."""
    found = (
        phrase.format(limit)
        for item in items
        for name, phrase in LIMITS.items()
        if (limit := getattr(item, name, None)) is not None
    )
    text = "; ".join(found)
    return f" ({text})" if text else ""


PLAIN = {
    str: "text",
    int: "whole number",
    float: "number",
    Fraction: "exact decimal number",
    bool: "`true` or `false`",
}


def write_type(annotation: Any, kinds: dict[str, Any]) -> str:
    """Return an annotation in words, with links to the elements and kinds it names."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    for name, kind in kinds.items():
        if annotation == kind:
            return f"[{name}](#{name.lower()})"
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if inspect.isclass(annotation) and issubclass(annotation, enum.Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in annotation)
    if origin is typing.Annotated:
        return write_type(args[0], kinds) + write_limits(args[1:])
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{value}`" for value in args)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(write_type(part, kinds) for part in args if part is not types.NoneType)
    if inspect.isclass(origin) and issubclass(origin, Mapping):
        return f"map of {write_type(args[0], kinds)} to {write_type(args[1], kinds)}"
    if origin in (list, tuple, set, frozenset):
        return "list of " + " or ".join(write_type(part, kinds) for part in args if part is not Ellipsis)
    return PLAIN.get(annotation) or str(getattr(annotation, "__name__", annotation))
