"""Finds text in templates that does not come through {% t "中文" "English" %}, and such tags that miss a half."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.utils.text import smart_split

from tests.web.design.both_languages import wrong_pair

ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "label", "abbr", "summary"}  # fmt: skip
NO_VALUE = {"hidden", "radio", "checkbox"}  # inputs whose value nobody reads
NO_TEXT = {"script", "style", "code", "kbd"}  # programs, identifiers and names of keys
ARGUMENTS = {"title", "text", "label", "hint", "caption", "note", "word", "submit", "unit", "said", "result", "what", "sub", "sentence", "action_label"}  # fmt: skip
_TAG = re.compile(
    r"\{#.*?#\}|\{%\s*block page_class\s*%\}.*?\{%\s*endblock[^%]*%\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_ARGUMENT = re.compile(r"""\b(\w+)=("[^"]*"|'[^']*')""")
_LITERAL = re.compile(r""""[^"]*"|'[^']*'""")
_OWN = re.compile(r"\{%\s*(t|words_of)\s")
_GETTEXT = re.compile(r"""\{%\s*(trans|translate|blocktrans|blocktranslate|plural)\b|[\s=|:]_\(["']""")


def bare_texts(source: str, *, html: bool = True) -> list[tuple[int, str]]:
    """Return (line, what was found) of each text that one language only would read."""
    found: list[tuple[int, str]] = []

    def blank(match: re.Match[str]) -> str:
        tag, line = match.group(), source.count("\n", 0, match.start()) + 1
        if not tag.startswith("{#") and not re.match(r"\{%\s*comment\b", tag):
            found.extend((line, what) for what in _in_tag(tag))
        return re.sub(r"[^\n]", " ", tag)

    plain = _TAG.sub(blank, source)
    if html:
        reader = _Reader()
        reader.feed(plain)
        reader.close()
        found.extend(reader.found)
    else:
        found.extend((n, line.strip()) for n, line in enumerate(plain.splitlines(), 1) if _says(line))
    return sorted(found)


def _in_tag(tag: str) -> list[str]:
    if _GETTEXT.search(tag):
        return [f"gettext: {tag}"]
    if _OWN.match(tag):
        return [f"{wrong}: {tag}" for wrong in _wrong_halves(list(smart_split(tag[2:-2].strip()))[1:])]
    if _CJK.search(tag):
        return [tag]
    if re.match(r"\{%\s*(include|component|chart)\s", tag):
        return [
            f"{k}={v}" for k, v in _ARGUMENT.findall(tag) if k in ARGUMENTS and v[1:-1] != "no" and _says(v)
        ]
    return []


def _wrong_halves(bits: list[str]) -> list[str]:
    """Return what is wrong with the arguments of {% t %} or {% words_of %}: its two halves, `one=` and what fills its places."""
    halves, rest = bits[:2], bits[2:]
    if [half.endswith(end) for half, end in zip(halves, ("_zh", "_en"), strict=False)] == [True, True]:
        return []  # both halves of a text that is kept
    if len(halves) < 2 or not all(_LITERAL.fullmatch(half) for half in halves):
        return ["a half is missing"]
    zh, en = (half[1:-1] for half in halves)
    found = [wrong_pair(zh, en)]
    for bit in rest:
        if bit.startswith("one="):
            found.append(wrong_pair(zh, bit[5:-1]) if _LITERAL.fullmatch(bit[4:]) else "a half is missing")
        elif _CJK.search(bit) or (_LITERAL.fullmatch(bit.partition("=")[2]) and _says(bit.partition("=")[2])):
            found.append("a text of one language in its place")
    return [wrong for wrong in found if wrong]


def _says(text: str | None) -> bool:
    return any(letter.isalpha() for letter in text or "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, kinds = self.getpos()[0], dict(attrs)
        if tag in NO_TEXT:
            self.silent.append(tag)
        for name, value in attrs:
            read = name in ATTRIBUTES or name.startswith("data-say")
            read = read or (name == "value" and tag == "input" and kinds.get("type", "text") not in NO_VALUE)
            read = read or (name == "content" and tag == "meta" and kinds.get("name") == "description")
            if read and _says(value):
                self.found.append((line, f'<{tag} {name}="{" ".join((value or "").split())}">'))

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        for n, line in enumerate(data.split("\n")):
            if _says(line):
                self.found.append((self.getpos()[0] + n, " ".join(line.split())))
