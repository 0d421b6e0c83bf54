"""YAML text to a tree in which every value knows its place; strict where YAML is known to surprise.

Every scalar stays the text that its author wrote (`no`, `010`, `12:30`, `2017-04-26`): the schema says what it is.
Built from parser events with a stack of our own, so that a hostile file meets our bounds and never the interpreter's.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

import yaml

from duxue.core.errors import Place, Problem, Refused
from duxue.packs.problems import MOST, not_yaml, tell

MOST_BYTES = 2_000_000
MOST_DEPTH = 32
MOST_NODES = 200_000  # counted with aliases spelled out; the largest real pack has some 5000
_CARETS = 80  # most characters marked in a message, and shown behind them

Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null", "Null", "NULL"}
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\n|.)")


@dataclass(slots=True)
class Node:
    """A mapping, a list or a text, with its span of characters in the file."""

    kind: Literal["map", "list", "text"]
    start: int
    end: int
    text: str | None = None  # None: null
    style: str = ""  # of a text: "" plain, ' or " quoted, | or > block
    items: list[Node] = field(default_factory=list)
    pairs: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Node] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def plain(self) -> Any:
        """Return the value as dict, list, str and None."""
        if self.kind == "map":
            return {key: value.plain() for key, value in self.pairs.items()}
        return [item.plain() for item in self.items] if self.kind == "list" else self.text

    def child(self, part: str | int) -> Node | None:
        """Return the value under a key or index, or None."""
        if self.kind == "map":
            return self.pairs.get(str(part))
        if self.kind == "list" and isinstance(part, int) and part < len(self.items):
            return self.items[part]
        return None

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Yield path and node of this value and every value below it."""
        yield path, self
        for key, value in self.pairs.items():
            yield from value.walk((*path, key))
        for number, value in enumerate(self.items):
            yield from value.walk((*path, number))


@dataclass(frozen=True)
class Document:
    """One YAML file: its name for messages, its text and its tree."""

    file: str
    text: str
    root: Node
    _starts: list[int]

    def position(self, index: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a character."""
        line = bisect.bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """Return a line without its break."""
        start = self._starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end]

    def place(self, node: Node, pointer: str = "", offset: int = 0, length: int | None = None) -> Place:
        """Return the place of a value, or of the `length` characters at `offset` of its text."""
        index = locate(self.text, node, offset) if node.kind == "text" and node.text else node.start
        line, column = self.position(min(index, len(self.text)))
        snippet = self.line_text(line)
        if length is None:
            length = node.end - node.start if node.kind == "text" else 1
        length = min(length, _CARETS)
        if len(snippet) > (end := column + length + _CARETS):
            snippet = snippet[:end] + "…"
        return Place(
            file=self.file,
            line=line,
            column=column,
            field=pointer,
            snippet=snippet,
            length=max(1, min(length, len(snippet) - column + 1)),
        )


def locate(source: str, node: Node, offset: int) -> int:
    """Return the index in `source` of character `offset` of a text node, whatever its style folds or escapes."""
    value = node.text or ""
    offset = min(offset, len(value))
    spots = list(_content(source, node))
    rank = sum(1 for c in value[:offset] if not c.isspace())
    if offset < len(value) and not value[offset].isspace() and rank < len(spots):
        return spots[rank]
    return spots[rank - 1] + 1 if 0 < rank <= len(spots) else (spots[0] if spots else node.start)


def _content(source: str, node: Node) -> Iterator[int]:
    # The places of the visible characters of a text, in order: blanks are what folding changes.
    index, end = node.start, node.end
    if node.style in ("|", ">"):
        index = source.find("\n", index) + 1 or end
    elif node.style:
        index, end = index + 1, end - 1
    while index < end:
        if node.style == '"' and (escape := _ESCAPE.match(source, index)):
            if escape[0][1:] not in ("\n", "n", "t", "r", " ", "\t", "_", "N", "L", "P", "v", "f"):
                yield index
            index = escape.end()
        elif node.style == "'" and source.startswith("''", index):
            yield index
            index += 2
        else:
            if not source[index].isspace():
                yield index
            index += 1


def read(data: bytes, file: str) -> Document:
    """Return the tree of a YAML file; Refused tells all that is wrong with it as YAML."""
    if len(data) > MOST_BYTES:
        raise Refused([tell("PACK003", Place(file), f"{len(data)} B", limit=f"{MOST_BYTES} B")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        before = data[start : error.start].decode("utf-8", "replace")
        rest = data[error.start : error.start + _CARETS].split(b"\n")[0].decode("utf-8", "replace")
        place = Place(
            file,
            line=data.count(b"\n", 0, start) + 1,
            column=len(before) + 1,
            snippet=(before + rest).rstrip("\r"),
        )
        raise Refused([tell("PACK002", place)]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    empty = Node("map", 0, 0)
    document = Document(file, text, empty, starts)
    builder = _Builder(document)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise Refused([*builder.found, _syntax(document, error)]) from None
    if builder.found:
        raise Refused(builder.found)
    return Document(file, text, builder.root or empty, starts)


class _Builder:
    """Puts events together; what is wrong but does not stop the reading is collected in `found`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = []
        self.root: Node | None = None
        self.open: list[tuple[Node, str | None, Node | None, str | None]] = []  # node, anchor, key node, key
        self.anchors: dict[str, Node | None] = {}  # None while the anchored value is still open
        self.count = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        """Take one parser event."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(tell("PACK006", self._at(event), "---"))
        elif isinstance(event, yaml.ScalarEvent):
            self._tag(event)
            style = event.style if event.style in ("'", '"', "|", ">") else ""
            value: str | None = event.value
            if not style and value in _NULL:
                value = None
            elif style in ("|", ">"):
                value = event.value.rstrip("\n")
            node = Node("text", *_span(event), value, style)
            self._put(node, event.anchor)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._tag(event)
            kind: Literal["map", "list"] = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
            node = Node(kind, *_span(event))
            if event.anchor:
                self.anchors[event.anchor] = None
            self._bound_depth(node)
            self.open.append((node, event.anchor, None, None))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            node, anchor, _, _ = self.open.pop()
            node.end = _span(event)[1]
            self._put(node, anchor)
        elif isinstance(event, yaml.AliasEvent):
            target = self.anchors.get(str(event.anchor))
            if target is None:  # undefined, or inside itself
                self.refuse(tell("PACK006", self._at(event), f"*{event.anchor}"))
            self._put(target, None)

    def refuse(self, problem: Problem) -> NoReturn:
        """Stop at a problem after which reading on makes no sense."""
        raise Refused([*self.found, problem])

    def _bound_depth(self, node: Node) -> None:
        if len(self.open) + node.depth > MOST_DEPTH:
            self.refuse(tell("PACK007", self.document.place(node), limit=MOST_DEPTH))

    def _at(self, event: Any) -> Place:
        return self.document.place(Node("map", *_span(event)))

    def _tag(self, event: Any) -> None:
        if event.tag is not None and not (
            event.tag == "!" and isinstance(event, yaml.ScalarEvent) and event.style
        ):
            self.found.append(tell("PACK006", self._at(event), str(event.tag)))

    def _put(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent, parent_anchor, key_node, key = self.open[-1]
        self._bound_depth(node)
        parent.depth = max(parent.depth, node.depth + 1)
        parent.size += node.size
        if parent.size > MOST_NODES:
            self.refuse(tell("PACK003", self.document.place(node), f"> {MOST_NODES}", limit=MOST_NODES))
        if parent.kind == "list":
            parent.items.append(node)
        elif key_node is None:
            if node.kind != "text":
                self.refuse(tell("PACK006", self.document.place(node), "?"))
            written = self.document.text[node.start : node.end] if node.text is None else node.text
            self.open[-1] = (parent, parent_anchor, node, written)
        else:
            assert key is not None
            if key in parent.pairs:
                first, _ = self.document.position(parent.keys[key].start)
                self.found.append(tell("PACK005", self.document.place(key_node), key, first=first))
                if len(self.found) >= MOST:
                    raise Refused(self.found)
            else:
                parent.pairs[key] = node
                parent.keys[key] = key_node
            self.open[-1] = (parent, parent_anchor, None, None)


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _syntax(document: Document, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    index = min(mark.index, len(document.text)) if mark is not None else getattr(error, "position", 0) or 0
    said = str(getattr(error, "problem", "") or getattr(error, "reason", "") or "")
    index = index if isinstance(index, int) and 0 <= index <= len(document.text) else 0
    return not_yaml(document.place(Node("map", index, index)), said, document.text[index : index + 1])
