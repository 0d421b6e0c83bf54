"""Bilingual words: said in the reader's language when they are shown, Traditional Chinese made from Simplified.

Our own sentences stand in both languages where they are used, so none can be left untranslated; decision 0040 says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from duxue.core.text import Text

# What a page asks for some thousand times; Django looks through three layers each time.
_SPOKEN: ContextVar[str] = ContextVar("spoken", default="")


class Words(Promise):
    """A text in Chinese and English that `str` says in the language of the current request.

    Places in braces are filled by name when it is said; a value that is itself Words or Text is said in the same language.
    """

    def __init__(self, zh: str, en: str, values: dict[str, Any] | None = None, *, one: str = "") -> None:
        self.zh, self.en, self.values, self.one = zh, en, values or {}, one

    def __str__(self) -> str:
        return self.say(language())

    def __repr__(self) -> str:
        return f"Words({self.zh!r}, {self.en!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and (self.zh, self.en, self.values) == (
            other.zh,
            other.en,
            other.values,
        )

    def __hash__(self) -> int:
        return hash((self.zh, self.en))

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __html__(self) -> str:
        from django.utils.html import escape

        return escape(str(self))

    def __mod__(self, values: object) -> Words:
        """Return itself: Django fills its own messages of a field so, ours hold their values already."""
        return self

    def say(self, language: str) -> str:
        """Return the text in `language`: zh-hans, zh-hant or en."""
        english = not language.startswith("zh")
        text = (self.en or self.zh) if english else (self.zh or self.en)
        if english and self.one and str(self.values.get("n")) == "1":
            text = self.one
        if self.values:
            text = text.format(**{name: _said(value, language) for name, value in self.values.items()})
        return traditional(text) if language == "zh-hant" else text

    def text(self) -> Text:
        """Return it as the Text of the other rooms."""
        return Text(self.say("zh-hans"), self.say("en"))


def _said(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return value.say(language)
    if isinstance(value, Text):
        return value.say("en" if language == "en" else "zh")
    return value


def say(zh: str, en: str, *, one: str = "", **values: Any) -> Words:
    """Return Words with `{name}` places filled by `values`; `one`: the English when `n` is 1."""
    return Words(zh, en, values, one=one)


def words(text: Text) -> Words:
    """Return a Text of another room as Words."""
    return Words(text.zh, text.en)


def language() -> str:
    """Return the language of the current request: zh-hans, zh-hant or en."""
    return _SPOKEN.get() or translation.get_language() or "zh-hans"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let our words and Django's be said in `language` inside the block."""
    with translation.override(language):
        token = _SPOKEN.set(language)
        try:
            yield
        finally:
            _SPOKEN.reset(token)


def html_language(code: str) -> str:
    """Return a language code of Django as an HTML `lang`: zh-hans becomes zh-Hans."""
    first, _, script = code.partition("-")
    return f"{first}-{script.title()}" if script else first


@lru_cache(maxsize=20_000)
def traditional(text: str) -> str:
    """Return Simplified Chinese in Traditional characters, phrase by phrase."""
    return str(_converter("s2t").convert(text))


def simplified(text: str) -> str:
    """Return Traditional Chinese in Simplified characters, phrase by phrase; what is Simplified already stays."""
    return str(_converter("t2s").convert(text))


@lru_cache(maxsize=2)
def _converter(way: str) -> Any:
    from opencc import OpenCC

    return OpenCC(way)
