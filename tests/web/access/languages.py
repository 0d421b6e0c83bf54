"""What a page says to its reader, and which of its words stand in another language than the page's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

HAN: Final = re.compile(
    r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)  # with the marks that only Chinese has
# A word, not a part of a code, an address or the name of a file.
WORD: Final = re.compile(r"(?<![\w@./:=&%#?,(-])[A-Za-z][a-z]+(?![\w@/:=&%(-]|[.,]\w)")
VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
SILENT: Final = frozenset({"script", "style", "code", "kbd", "pre", "textarea"})
SAID: Final = frozenset(["alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "label", "abbr", "summary"])  # fmt: skip
BUTTONS: Final = frozenset(
    {"submit", "button", "reset"}
)  # whose value is a word of ours; other inputs hold what was filled in


class Said(HTMLParser):
    """The texts of a page that stand in its own language: what is marked as of another is left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.texts: list[str] = []
        self.charts: list[str] = []  # what scripts are handed as data, to show it
        self._open: list[tuple[str, str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note in which language what follows is, and take what its attributes say."""
        kinds = dict(attrs)
        own = kinds.get("lang") or (self._open[-1][1] if self._open else "")
        self.language = self.language or own
        if own == self.language:
            for name, value in attrs:
                read = name in SAID or name.startswith("data-say")
                read = read or (name == "value" and tag == "input" and kinds.get("type") in BUTTONS)
                read = read or (name == "content" and kinds.get("name") == "description")
                if read and value:
                    self.texts.append(value)
        if tag not in VOID:
            data = tag == "script" and kinds.get("type") == "application/json"
            self._open.append((tag, own, data))

    def handle_endtag(self, tag: str) -> None:
        """Go back to the language before."""
        while any(tag == one for one, *_ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take a text."""
        _tag, own, given = self._open[-1] if self._open else ("", self.language, False)
        if own != self.language:
            return
        if given:
            self.charts.extend(_strings(json.loads(data)))
        elif not any(one in SILENT for one, *_ in self._open):
            self.texts.append(data)


def _strings(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _strings(one)


def simplified_only(text: str) -> str:
    """Return the characters that only Simplified Chinese has: the mainland's first set of characters has them, Taiwan's not."""
    return "".join(c for c in text if HAN.match(c) and _in(c, "gb2312") and not _in(c, "big5hkscs"))


def _in(character: str, encoding: str) -> bool:
    return bool(character.encode(encoding, "ignore"))
