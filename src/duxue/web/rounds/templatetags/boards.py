"""Cells of the status matrix: those that look and say the same are drawn once, as thousands stand on a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from duxue.web.common.lang import Words, language, say
from duxue.web.common.templatetags.duxue import moment
from duxue.web.rounds.selectors.looks import LOOKS
from duxue.web.rounds.selectors.matrix import Cell

register = template.Library()
_URL = "@url@"  # stands in drawn cells for where they lead, which differs from unit to unit


@register.simple_tag
def step_cells(cells: Iterable[Cell], url: str) -> SafeString:
    """Return the cells of a unit by steps: the look with its count, and until when for whoever listens; each leads to `url`."""
    spoken = language()
    drawn = "".join([_step(spoken, c.look, c.text, c.closes) for c in cells])
    return mark_safe(drawn.replace(_URL, escape(url)))  # noqa: S308 - made by templates


@register.simple_tag
def item_cells(cells: Iterable[tuple[str, Words]], url: str) -> SafeString:
    """Return the cells of a unit by items: the look of each answer, and its state for whoever listens; each leads to `url`."""
    spoken = language()
    drawn = "".join([_item(spoken, look, word) for look, word in cells])
    return mark_safe(drawn.replace(_URL, escape(url)))  # noqa: S308 - made by templates


@lru_cache(maxsize=10_000)
def _step(spoken: str, look: str, text: str, closes: datetime | None) -> SafeString:  # noqa: ARG001 - kept for each language
    word = LOOKS[look]
    if look == "excused":
        return _drawn("rounds/organiser_excused_cell.html", word=word)
    name = (
        say("{word}，截止 {when}", "{word}, until {when}", word=word, when=moment(closes)) if closes else word
    )
    return _drawn("components/matrix_cell.html", state=look, text=text, name=name, url=_URL)


@lru_cache(maxsize=1_000)
def _item(spoken: str, look: str, word: Words) -> SafeString:  # noqa: ARG001 - kept for each language
    return _drawn("components/matrix_cell.html", state=look, name=word, url=_URL)


def _drawn(template_name: str, **values: object) -> SafeString:
    return mark_safe(f"<td>{render_to_string(template_name, values).strip()}</td>")  # noqa: S308 - made by a template
