"""Read as much of a PDF as tells what it does by itself: the objects packed in streams, and the actions nobody clicks.

Nothing is guessed: what is not written as ordinary programs write it counts as something that cannot be checked.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_W = rb"[\0\t\n\f\r ]"
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
_GAP = rb"(?:" + _W + rb"|%[^\r\n]*+)*+"


def _name(text: bytes) -> bytes:
    """Return a pattern of a name, each of whose characters may be written as #41."""
    letters = b"".join(b"(?:%c|#(?i:%02x))" % (c, c) for c in text)
    return rb"/" + letters + rb"(?!" + _REGULAR + rb")"


_OBJECT_STREAM = re.compile(_name(b"ObjStm"))
_OPEN, _TRIGGERS = re.compile(_name(b"OpenAction")), re.compile(_name(b"AA"))
# The dictionary of an object stream holds names, numbers and references: no string or comment, which could hide its end.
_HEAD = re.compile(
    rb"obj" + _W + rb"*(<<(?:" + _W + rb"|<<|>>|[\[\]]|/" + _REGULAR + rb"*+|[-+.\d]++|R|null|true|false)*?>>)"
    rb"" + _W + rb"*stream(?:\r\n|\n|\r)"
)  # fmt: skip
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_DEFINED = re.compile(rb"(\d{1,10})" + _W + rb"+\d{1,5}" + _W + rb"+\Z")
_TOKEN = re.compile(
    _GAP + rb"(?:(?P<mark><<|>>|\[|\])|/(?P<name>" + _REGULAR + rb"*)|(?P<ref>\d{1,10})" + _W + rb"+\d{1,5}" + _W
    + rb"+R(?!" + _REGULAR + rb")|(?P<string>\()|<[^<>]*>|" + _REGULAR + rb"+)"
)  # fmt: skip
_PARENS = re.compile(rb"\\.|[()]", re.DOTALL)
_PLAIN = {b"FlateDecode", b"Fl"}
_HARMLESS = {b"GoTo", b"Named", b"Hide", b"SetOCGState", b"Trans", b"GoTo3DView"}
_NAMED_ELSEWHERE = {b"JavaScript", b"Launch", b"Rendition", b"Movie"}
_DEEP, _PIECE, _HEAD_BYTES = 20, 1 << 16, 1 << 14


class UnreadableError(Exception):
    """The file is written so that it cannot be told what it does."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name without its slash and escapes."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Ref:
    """The number of an object that stands elsewhere."""

    number: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A dictionary as it is written: which of two equal keys counts differs among programs."""

    rows: tuple[tuple[bytes, Any], ...]

    def every(self, key: bytes) -> list[Any]:
        return [value for name, value in self.rows if name == key]


@dataclass(frozen=True, slots=True)
class Packed:
    """An object stream unpacked, and where each of its objects begins."""

    text: bytes
    places: tuple[tuple[int, int], ...]


def object_streams(data: bytes, most: int) -> Iterator[Packed]:
    """Unpack the streams of objects, up to `most` bytes in all.

    Raises:
        UnreadableError: a filter other than none or one Flate, a predictor, damage, or more than that.
    """
    last = -1
    for match in _OBJECT_STREAM.finditer(data):
        if match.start() < last:
            continue
        begin = data.rfind(b"obj", max(0, match.start() - _HEAD_BYTES), match.start())
        head = _HEAD.match(data, begin, begin + 2 * _HEAD_BYTES) if begin >= 0 else None
        if head is None or head.end() < match.end():
            raise UnreadableError
        last = head.end()
        told, _ = parse(head[1], 0)
        text = _unpacked(data, head.end(), told, most)
        most -= len(text)
        yield Packed(text, _places(text, told))


def _unpacked(data: bytes, begin: int, told: Pairs, most: int) -> bytes:
    filters = [
        one for value in told.every(b"Filter") for one in (value if isinstance(value, list) else [value])
    ]
    if told.every(b"DecodeParms") and any(_predicts(one) for one in told.every(b"DecodeParms")):
        raise UnreadableError("/DecodeParms")
    if not filters:
        end = data.find(b"endstream", begin)
        text = data[begin : end if end > 0 else len(data)]
    elif len(filters) == 1 and isinstance(filters[0], Name) and filters[0].text in _PLAIN:
        text = _inflated(data, begin, most)
    else:
        raise UnreadableError(
            "/Filter " + " ".join(f.text.decode("latin-1") for f in filters if isinstance(f, Name))
        )
    if len(text) > most:
        raise UnreadableError(f"> {most:,} bytes")
    return text


def _predicts(parameters: Any) -> bool:
    """Tell whether the bytes are changed after unpacking; so may those of which it cannot be told."""
    if isinstance(parameters, list):
        return any(_predicts(one) for one in parameters)
    if isinstance(parameters, Pairs):
        return any(value != b"1" for value in parameters.every(b"Predictor"))
    return bool(parameters != b"null")


def _inflated(data: bytes, begin: int, most: int) -> bytes:
    """Unpack to where the packed bytes themselves end; the word endstream may stand among them."""
    unpacking, pieces, size = zlib.decompressobj(), [], 0
    while not unpacking.eof and size <= most:
        packed = unpacking.unconsumed_tail
        if not packed:
            packed, begin = data[begin : begin + _PIECE], begin + _PIECE
        if not packed:
            raise UnreadableError("/FlateDecode")
        try:
            pieces.append(unpacking.decompress(packed, most + 1 - size))
        except zlib.error:
            raise UnreadableError("/FlateDecode") from None
        size += len(pieces[-1])
    return b"".join(pieces)


def _places(text: bytes, told: Pairs) -> tuple[tuple[int, int], ...]:
    try:
        (count,), (first,) = (map(int, told.every(key)) for key in (b"N", b"First"))
        numbers = [int(one) for one in text[:first].split()[: 2 * count]]
    except (ValueError, TypeError):
        raise UnreadableError("/First") from None
    return tuple((number, first + at) for number, at in zip(numbers[::2], numbers[1::2], strict=False))


def automatic(data: bytes, outside: bytes, packed: list[Packed]) -> str:
    """Return the action, done on opening a document or page or in passing over a field, that connects or opens; or ""."""
    actions = _Actions(data, packed)
    texts = [stream.text for stream in packed]
    for key, places in ((_OPEN, [data, *texts]), (_TRIGGERS, [outside, *texts])):
        for text in places:
            for match in key.finditer(text):
                if told := actions.told(text, match.end(), triggers=key is _TRIGGERS):
                    return f"{'/AA' if key is _TRIGGERS else '/OpenAction'} {told}"
    return ""


class _Actions:
    """Follows an action and those after it, through every object that has its number."""

    def __init__(self, data: bytes, packed: list[Packed]) -> None:
        self.data, self.packed = data, packed

    @cached_property
    def defined(self) -> dict[int, list[tuple[bytes, int]]]:
        found: dict[int, list[tuple[bytes, int]]] = {}
        for match in re.finditer(rb"(?<!end)obj", self.data):
            if number := _DEFINED.search(self.data, max(0, match.start() - 40), match.start()):
                found.setdefault(int(number[1]), []).append((self.data, match.end()))
        for stream in self.packed:
            for number_, at in stream.places:
                found.setdefault(number_, []).append((stream.text, at))
        return found

    def told(self, text: bytes, at: int, *, triggers: bool) -> str:
        try:
            value, _ = parse(text, at)
            seen: set[int] = set()
            for one in self.resolved(value, seen):
                acts = [v for _, v in one.rows] if triggers and isinstance(one, Pairs) else [one]
                for act in acts:
                    if told := self.action(act, set()):
                        return told
        except UnreadableError:
            return "?"
        return ""

    def resolved(self, value: Any, seen: set[int]) -> Iterator[Any]:
        if not isinstance(value, Ref):
            yield value
        elif value.number not in seen:
            seen.add(value.number)
            if value.number not in self.defined:
                raise UnreadableError
            for text, at in self.defined[value.number]:
                yield from self.resolved(parse(text, at)[0], seen)

    def action(self, value: Any, seen: set[int]) -> str:
        """Return what an action does that it may not; a destination, a list or a name, does nothing more."""
        todo = [value]
        while todo:
            for one in self.resolved(todo.pop(), seen):
                if not isinstance(one, Pairs):
                    continue
                for kind in one.every(b"S"):
                    if not isinstance(kind, Name):
                        return "?"
                    if kind.text not in _HARMLESS | _NAMED_ELSEWHERE:
                        return "/" + kind.text.decode("latin-1")
                for after in one.every(b"Next"):
                    for more in self.resolved(after, seen):
                        todo += more if isinstance(more, list) else [more]
        return ""


def parse(text: bytes, at: int, deep: int = 0) -> tuple[Any, int]:
    """Return the value that begins at a place, and where it ends; None where a bracket closes instead.

    Raises:
        UnreadableError: it is not one, or lies too deep.
    """
    token = _TOKEN.match(text, at)
    if token is None or deep > _DEEP:
        raise UnreadableError
    at = token.end()
    if token["name"] is not None:
        return Name(_ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), token["name"])), at
    if token["ref"]:
        return Ref(int(token["ref"])), at
    if token["string"]:
        return b"", _end_of_string(text, at)
    if token["mark"] not in (b"<<", b"["):
        return (None if token["mark"] else token[0].strip()), at
    held = []
    while True:
        one, at = parse(text, at, deep + 1)
        if one is None:
            break
        held.append(one)
    if token["mark"] == b"[":
        return held, at
    if len(held) % 2 or not all(isinstance(key, Name) for key in held[::2]):
        raise UnreadableError
    return Pairs(tuple((key.text, value) for key, value in zip(held[::2], held[1::2], strict=True))), at


def _end_of_string(text: bytes, at: int) -> int:
    deep = 1
    for match in _PARENS.finditer(text, at):
        deep += {b"(": 1, b")": -1}.get(match[0], 0)
        if not deep:
            return match.end()
    raise UnreadableError
