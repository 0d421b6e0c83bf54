"""A YAML tree to a checked model: what the schema refuses is told with place, wish and advice, all at once.

YAML hands over text only; here the schema's types say which text is a truth value or a date, and everything that
pydantic finds is put into our own words. Nobody sees a message of pydantic's.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, same
from duxue.packs.problems import MOST, listed, suggest, tell
from duxue.packs.procedure import TERM
from duxue.packs.schema import Bilingual, Id, PackId, Standard, Version
from duxue.packs.yamltree import Document, Node, Path

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one value of a pack stands: its file, its node and the node of its key."""

    document: Document
    node: Node
    key: Node | None = None

    def place(self, pointer: str = "", offset: int = 0, length: int | None = None) -> Place:
        """Return the place of the value, or of some characters of its text."""
        return self.document.place(self.node, pointer, offset, length)

    def key_place(self, pointer: str = "") -> Place:
        """Return the place of the key (of the value where it has none)."""
        return self.document.place(self.key or self.node, pointer)


Spots = dict[Path, Spot]


def list_spots(document: Document) -> Spots:
    """Return every value of a document by its path."""
    spots: Spots = {}

    def note(path: Path, node: Node, key: Node | None) -> None:
        spots[path] = Spot(document, node, key)
        for name, child in node.pairs.items():
            note((*path, name), child, node.keys[name])
        for number, child in enumerate(node.items):
            note((*path, number), child, None)

    note((), document.root, None)
    return spots


def nearest(spots: Mapping[Path, Spot], path: Path) -> Spot:
    """Return the spot of a path, or of the closest thing above it."""
    while path not in spots and path:
        path = path[:-1]
    return spots[path]


def point(plain: Any, path: Path) -> str:
    """Return a path as the author names it: `indicators > L1 > unit`, an item by its id or its number from 1."""
    words: list[str] = []
    for part in path:
        plain = step(plain, part)
        if isinstance(part, int):
            words.append(
                plain["id"] if isinstance(plain, dict) and isinstance(plain.get("id"), str) else str(part + 1)
            )
        else:
            words.append(part)
    return " > ".join(words)


def step(plain: Any, part: str | int) -> Any:
    """Return what a key or number leads to, or None."""
    if isinstance(plain, dict):
        return plain.get(part)
    if isinstance(plain, list) and isinstance(part, int) and part < len(plain):
        return plain[part]
    return None


def move_inline(
    plain: Any,
    spots: Spots,
    path: Path,
    model: type[BaseModel],
    dimensions: Collection[str] | None,
    found: list[Problem],
) -> None:
    """Move keys that name a dimension (`stage: primary`) of the mapping at `path` into its `by`.

    A key given both inline and in `by` is told as given twice. Unknown keys stay, for the schema to refuse; without
    `dimensions` (they cannot be known) every key that is not the model's counts as one.
    """
    entry = plain
    for part in path:
        entry = step(entry, part)
    if not isinstance(entry, dict):
        return
    own = list_keys(model)
    inline = [key for key in entry if key not in own and (dimensions is None or key in dimensions)]
    by = entry.setdefault("by", {}) if inline else None
    for key in inline:
        value = entry.pop(key)
        if not isinstance(by, dict):
            continue
        spot = spots[(*path, key)]
        if key in by:
            first = spot.document.position(spots[(*path, "by", key)].node.start)[0]
            found.append(tell("PACK005", spot.key_place(point(plain, (*path, key))), key, first=first))
        by.setdefault(key, value)
        spots.setdefault((*path, "by"), spot)
        spots.setdefault((*path, "by", key), spot)


def list_keys(model: type[BaseModel]) -> list[str]:
    """Return the keys of a model as they are written in YAML."""
    return [info.alias or name for name, info in model.model_fields.items()]


def check(
    model: type[M],
    plain: Any,
    spots: Spots,
    found: list[Problem],
    dimensions: Iterable[str] = (),
    base: Path = (),
) -> M | None:
    """Return the model made from plain values, or None; what is wrong is added to `found`.

    `dimensions` are offered as keys where `by` may be written inline. `base` is where `plain` stands in the file.
    """
    before = len(found)
    _find_repeats(plain, (), plain, spots, found)
    converted = _convert(plain, model, (), _Context(plain, spots, found, base))
    extra = tuple(dimensions)
    refused = {(p.place.line, p.place.column) for p in found[before:]}
    try:
        made = model.model_validate(converted)
    except ValidationError as error:
        for detail in error.errors(include_url=False)[:MOST]:
            for problem in _translate(model, plain, spots, dict(detail), extra):
                if (problem.place.line, problem.place.column) not in refused or problem.code == "PACK011":
                    found.append(problem)
                    refused.add((problem.place.line, problem.place.column))
        if len(found) == before:  # every detail lay in a branch that was not meant
            found.append(_wrong_kind(nearest(spots, base).place(), plain, model))
        return None
    return made if len(found) == before else None


def convert(plain: Any, model: type[BaseModel], spots: Spots) -> Any:
    """Return plain values with truth values and dates read; what cannot be read is false or absent, and not told."""
    return _convert(plain, model, (), _Context(plain, spots, [], ()))


@dataclass(frozen=True)
class _Context:
    plain: Any
    spots: Spots
    found: list[Problem]
    base: Path

    def place(self, path: Path) -> Place:
        return nearest(self.spots, path).place(point(self.plain, path))


def members(annotation: Any) -> list[Any]:
    """Return the members of a union without None, each without its annotations."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [o for a in typing.get_args(annotation) if a is not type(None) for o in members(a)]
    return [annotation]


def _tagged(options: list[Any], value: Any) -> list[Any]:
    """Return the members of a union that a map may mean: the one that its `type` names, where members have one."""
    tags = {tag: option for option in options for tag in _tags(option)}
    if not tags or not isinstance(value, dict):
        return options
    named = tags.get(str(value.get("type")))
    return [] if named is None else [named]


def _tags(option: Any) -> tuple[str, ...]:
    field = option.model_fields.get("type") if _is_model(option) else None
    literal = (
        field is not None and field.is_required() and typing.get_origin(field.annotation) is typing.Literal
    )
    return typing.get_args(field.annotation) if field is not None and literal else ()


def _is_model(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, BaseModel)


def _convert(value: Any, annotation: Any, path: Path, context: _Context) -> Any:
    # Text to truth values and dates, which pydantic would read too generously ("on" as true, 2017 as seconds).
    for option in _tagged(members(annotation), value):
        origin, arguments = typing.get_origin(option), typing.get_args(option)
        if isinstance(value, dict) and _is_model(option):
            fields = {info.alias or name: info.annotation for name, info in option.model_fields.items()}
            return {
                k: _convert(v, fields[k], (*path, k), context) if k in fields else v for k, v in value.items()
            }
        if isinstance(value, dict) and origin in (dict, Mapping):
            return {k: _convert(v, arguments[1], (*path, k), context) for k, v in value.items()}
        if isinstance(value, list) and origin is tuple:
            return [_convert(v, arguments[0], (*path, number), context) for number, v in enumerate(value)]
        if isinstance(value, str) and option is bool:
            if value not in ("true", "false"):
                context.found.append(tell("PACK016", context.place(path), value, key=path[-1]))
            return value == "true"
        if isinstance(value, str) and option is date:
            try:
                if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
                    return date.fromisoformat(value)
            except ValueError:
                pass
            context.found.append(tell("PACK015", context.place(path), value, key=path[-1]))
            return None
    return value


_NAMES = frozenset({"by", "key", "levels", "uses", "accepts", "aliases"})  # lists that say each thing once


def _find_repeats(plain: Any, path: Path, top: Any, spots: Spots, found: list[Problem]) -> None:
    # Two elements with the same id in one list, or a name twice: the second one is told, with the line of the first.
    if isinstance(plain, dict):
        for key, value in plain.items():
            _find_repeats(value, (*path, key), top, spots, found)
    elif isinstance(plain, list):
        seen: dict[str, int] = {}
        names = bool(path) and path[-1] in _NAMES
        for number, value in enumerate(plain):
            name = value.get("id") if isinstance(value, dict) else value if names else None
            spot_path: Path = (*path, number, "id") if isinstance(value, dict) else (*path, number)
            if isinstance(name, str) and spot_path in spots:
                spot = spots[spot_path]
                line = spot.document.position(spot.node.start)[0]
                if name in seen:
                    first = Text(f"第{seen[name]}行", f"line {seen[name]}")
                    found.append(tell("PACK017", spot.place(point(top, spot_path)), name, first=first))
                seen.setdefault(name, line)
            _find_repeats(value, (*path, number), top, spots, found)


# What a value should have been, by its type and pattern, in the words of the field.
_PATTERNS: dict[str, Text] = {
    str(typing.get_args(Id)[1].pattern): Text(
        "编号：以英文字母开头，只含字母、数字和下划线，最多64个字符",
        "an id: a letter first, then letters, digits and _, at most 64 characters",
    ),
    str(typing.get_args(PackId)[1].pattern): Text(
        "规则包编号：以小写字母开头，只含小写字母、数字和连字符",
        "a pack id: a small letter first, then small letters, digits and -",
    ),
    str(typing.get_args(Version)[1].pattern): Text(
        "版本号：三个数，例如 1.0.0", "a version of three numbers, for instance 1.0.0"
    ),
    TERM: Text(
        "期限：整数和单位，例如 15 days、10 working days、1 month",
        "a term: a whole number and a unit, for instance 15 days, 10 working days, 1 month",
    ),
    r"^[0-9]{2}-[0-9]{2}$": Text("月-日，例如 09-01", "month-day, for instance 09-01"),
}
for _field in (Standard.model_fields["meets"],):
    for _meta in _field.metadata:
        if getattr(_meta, "pattern", None):
            _PATTERNS[str(_meta.pattern)] = Text(
                "比较符号（>=、<=、>、<、==）和一个小数，小数点前后各不超过30位，单位即指标的单位，不写出，例如 \">= 4.2\"",
                'a sign (>=, <=, >, <, ==) and a plain decimal, at most 30 digits on each side of the point, '
                'in the unit of the indicator and without it, for instance ">= 4.2"',
            )  # fmt: skip


def wanted(annotation: Any, metadata: Iterable[Any] = ()) -> Text:
    """Return what a value of this type looks like."""
    for meta in metadata:
        if getattr(meta, "pattern", None) in _PATTERNS:
            return _PATTERNS[str(meta.pattern)]
    if typing.get_origin(annotation) is typing.Annotated:
        base, *metas = typing.get_args(annotation)
        return wanted(base, metas)
    is_union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    members = typing.get_args(annotation) if is_union else ()
    texts = [wanted(member) for member in members if member is not type(None)]
    if texts:
        return Text("，或".join(t.zh for t in texts), " or ".join(t.en for t in texts))
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        names = listed(map(str, typing.get_args(annotation)))
        return Text(f"{names.zh} 之一", f"one of {names.en}")
    if origin is tuple:
        return Text("列表", "a list")
    if origin is dict:
        return Text("若干 名称: 值", "entries of the form name: value")
    if annotation in (int, Fraction):
        return Text("数", "a number")
    if annotation is date:
        return Text("日期", "a date")
    if annotation is bool:
        return Text("true 或 false", "true or false")
    if annotation is Bilingual:
        return Text("中英文 {zh: …, en: …}", "a text in both languages {zh: ..., en: ...}")
    if _is_model(annotation):
        needed = [info.alias or n for n, info in annotation.model_fields.items() if info.is_required()]
        names = listed(needed or list_keys(annotation), 5)
        return Text(f"若干项（{names.zh}）", f"entries ({names.en})")
    return Text("文字", "text")


_EXAMPLES = {
    "list": Text(
        "写成 [甲, 乙]，或每项一行并以 - 开头。", "Write [a, b], or one item a line beginning with -."
    ),
    "map": Text(
        "写成 {键: 值}，或下一行缩进写 键: 值。", "Write {key: value}, or key: value on indented lines below."
    ),
    "text": Text(
        "直接写文字；含特殊符号时加引号。", "Write plain text; quote it when it holds special signs."
    ),
    "empty": Text("补写内容，或删去这一项。", "Fill it in, or remove the entry."),
}


def _wrong_kind(place: Place, value: Any, annotation: Any, metadata: Iterable[Any] = ()) -> Problem:
    text = wanted(annotation, metadata)
    options = members(annotation)
    shape = "text"
    if any(typing.get_origin(o) is tuple for o in options):
        shape = "list"
    elif any(typing.get_origin(o) is dict or (_is_model(o)) for o in options):
        shape = "map"
    if value is None:
        shape = "empty"
    shown = (
        value if isinstance(value, str) else "[...]" if isinstance(value, list) else "{...}" if value else ""
    )
    return tell("PACK012", place, shown, wanted=text, example=_EXAMPLES[shape])


def follow(
    model: type[BaseModel], plain: Any, loc: tuple[int | str, ...]
) -> tuple[Path, Any, Any, FieldInfo | None] | None:
    """Follow pydantic's location: path in the file, value there, type there, and its field.

    None when the location lies in a member of a union that the author did not mean.
    """
    path: list[str | int] = []
    value: Any = plain
    annotation: Any = model
    info: FieldInfo | None = None
    for part in loc:
        options = members(annotation)
        if (
            len(options) > 1
            and isinstance(part, str)
            and part in {getattr(o, "__name__", "") for o in options}
        ):
            annotation = next(o for o in options if getattr(o, "__name__", "") == part)
            is_model = _is_model(annotation)
            if is_model != isinstance(value, dict) and isinstance(value, dict | str):
                return None
            continue
        tagged = [o for o in options if part in _tags(o)]
        if (
            tagged and isinstance(value, dict) and value.get("type") == part
        ):  # pydantic names the member by its tag
            annotation = tagged[0]
            continue
        path.append(part)
        value = step(value, part)
        annotation, info = _descend(options, part, info)
    return tuple(path), value, annotation, info


def _descend(options: list[Any], part: int | str, info: FieldInfo | None) -> tuple[Any, FieldInfo | None]:
    for option in options:
        if _is_model(option):
            for name, field in option.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation, field
        arguments = typing.get_args(option)
        if typing.get_origin(option) in (tuple, dict) and arguments:
            return arguments[0 if typing.get_origin(option) is tuple else 1], None
    return Any, info


def _translate(
    model: type[BaseModel], plain: Any, spots: Spots, detail: dict[str, Any], dimensions: tuple[str, ...]
) -> list[Problem]:
    followed = follow(model, plain, detail["loc"])
    if followed is None:
        return []
    path, value, annotation, info = followed
    kind: str = detail["type"]
    pointer = point(plain, path)
    metadata = info.metadata if info else ()
    key = str(path[-1]) if path else ""
    spot = nearest(spots, path)
    place = spot.place(pointer)
    if kind == "missing":
        return [tell("PACK011", nearest(spots, path[:-1]).place(point(plain, path[:-1]), length=1), "", key=key,
                     meaning=wanted(annotation, metadata))]  # fmt: skip
    if kind == "extra_forbidden":
        if value is None and spot.node.start == spot.node.end:
            return [tell("PACK008", spot.key_place(point(plain, path[:-1])), key)]
        owner = follow(model, plain, detail["loc"][:-1])
        owners = [o for o in members(owner[2]) if _is_model(o)] if owner else []
        known = list_keys(owners[0]) if owners else []
        if "by" in known and ("value" in known or "meets" in known):
            known += dimensions
        where = point(plain, path[:-1])
        return [tell("PACK010", spot.key_place(pointer), key, where=Text(f"{where} 下", where) if where else
                     Text("规则文件", "the rule file"), known=listed(known, 30), near=suggest(key, known))]  # fmt: skip
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        known = sorted(tag for option in members(annotation) for tag in _tags(option))
        names = listed(known, 30)
        if kind == "union_tag_not_found":
            meaning = Text(f"{names.zh} 之一", f"one of {names.en}")
            return [tell("PACK011", place, "", key="type", meaning=meaning)]
        given = str(step(value, "type"))
        at = nearest(spots, (*path, "type")).place(point(plain, (*path, "type")))
        return [tell("PACK013", at, given, key="type", wanted=Text(f"{names.zh} 之一", f"one of {names.en}"),
                     near=suggest(given, known))]  # fmt: skip
    context = detail.get("ctx", {})
    if kind in ("string_pattern_mismatch", "literal_error"):
        text = _PATTERNS.get(str(context.get("pattern"))) or wanted(annotation, metadata)
        literals = [o for o in members(annotation) if typing.get_origin(o) is typing.Literal]
        near = suggest(str(value), [str(a) for a in typing.get_args(literals[0])]) if literals else same("")
        return [tell("PACK013", place, value, key=key, wanted=text, near=near)]
    if kind == "too_short" and value:
        return []  # its items are wrong, which is told for each
    if kind in ("string_too_short", "string_too_long", "too_short", "too_long"):
        limit = context.get("min_length", context.get("max_length", 0))
        short = kind.endswith("short")
        text = Text(f"{'至少' if short else '最多'}{limit}{'项' if kind.startswith('too') else '个字符'}",
                    f"at {'least' if short else 'most'} {limit} {'item(s)' if kind.startswith('too') else 'character(s)'}")  # fmt: skip
        return [tell("PACK013", place, value if isinstance(value, str) else "[]", key=key, wanted=text)]
    if kind in (
        "int_parsing",
        "int_parsing_size",
        "int_type",
        "int_from_float",
        "greater_than_equal",
        "less_than_equal",
    ):
        return [tell("PACK014", place, value, key=key, wanted=_bounds(metadata))]
    if kind == "value_error" and isinstance(value, str | None) and "number" in detail["msg"]:
        return [
            tell(
                "PACK014",
                place,
                value or "",
                key=key,
                wanted=_DECIMAL,
            )
        ]
    if kind == "value_error" and "forms" in detail["msg"]:
        return [tell("PACK019", place)]
    if kind == "value_error" and "each level" in detail["msg"]:
        return []  # already told as a repeated id
    return [_wrong_kind(place, value, annotation, metadata)]


_DECIMAL = Text(
    "普通小数，小数点前后各不超过30位，例如 0.85",
    "a plain decimal, at most 30 digits on each side of the point, for instance 0.85",
)


def _bounds(metadata: Iterable[Any]) -> Text:
    low = next((m.ge for m in metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in metadata if hasattr(m, "le")), None)
    if low is not None and high is not None:
        return Text(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")
    return Text("整数", "a whole number")


def canonical(model: BaseModel) -> Any:
    """Return a model as JSON values that do not depend on how its YAML was written; defaults are left out."""
    return TypeAdapter(type(model)).dump_python(model, mode="json", by_alias=True, exclude_defaults=True)
