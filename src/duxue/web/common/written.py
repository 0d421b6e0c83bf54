"""In which language a text that somebody wrote is, so that screen readers pronounce it and browsers choose its letters."""

from __future__ import annotations

import re
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from duxue.web.common.lang import Words, html_language, language, say, traditional

_IN_CHINESE = say("原文为中文，没有译文。", "Written in Chinese; there is no translation.")
_IN_ENGLISH = say("原文为英文，没有译文。", "Written in English; there is no translation.")
_BREAK = mark_safe("<br>")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORDS = re.compile(
    r"[A-Za-z]{2,}\W+[A-Za-z]{2,}"
)  # two words: a code or an abbreviation is read in any language


def language_of(text: str) -> str:
    """Return the HTML language of a line that was not translated; "" where it is the page's, or no words are in it.

    What people write in Chinese is taken for Simplified, which is what the site's forms are filled in; a page in Traditional
    characters takes for its own what holds no others.
    """
    page = html_language(language())
    if _HAN.search(text):
        own = page == "zh-Hans" or (page == "zh-Hant" and traditional(text) == text)
        return "" if own else "zh-Hans"
    return "en" if _WORDS.search(text) and page != "en" else ""


def untranslated(text: str) -> Words | None:
    """Return what is said beside a text of which no line is in the reader's language; None where some is, or no words are."""
    if not (_HAN.search(text) or _WORDS.search(text)):
        return None
    if language() == "en":
        lines = text.splitlines()
        own = any(_WORDS.search(line) and not _HAN.search(line) for line in lines)
        return None if own or not _HAN.search(text) else _IN_CHINESE
    return None if _HAN.search(text) else _IN_ENGLISH


def marked(text: object) -> SafeString:
    """Return a written text with its lines kept; lines of another language than the page's carry theirs."""
    lines = str(text if text is not None else "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    parts = []
    for name, group in groupby(lines, language_of):
        said = format_html_join(_BREAK, "{}", ((line,) for line in group))
        parts.append(format_html('<span lang="{}">{}</span>', name, said) if name else said)
    return format_html_join(_BREAK, "{}", ((part,) for part in parts))
