"""Our own words, days, moments, numbers and charts in templates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.utils import timezone
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from duxue.core.measure import after, amount
from duxue.core.text import Text
from duxue.scoring import comparison
from duxue.web.common import policy
from duxue.web.common.lang import Words, language, say, words
from duxue.web.common.undoing import undo_url
from duxue.web.common.written import language_of, marked, untranslated

register = template.Library()
register.filter("undo_url", undo_url)
_COMPARISON = re.compile(r"(>=|<=|==|>|<) -?[0-9]+([.][0-9]+)?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@register.simple_tag
def t(zh: str, en: str, one: str = "", **values: Any) -> SafeString:
    """Say a text in the reader's language, with its `{name}` places filled and escaped."""
    safe = {k: v if isinstance(v, int | float) else _said(v) for k, v in values.items()}
    return mark_safe(str(Words(escape(zh), escape(en), safe, one=escape(one))))  # noqa: S308 - every part is escaped


@lru_cache(maxsize=10_000)
def _plain(zh: str, en: str, reader: str) -> SafeString:
    return mark_safe(Words(escape(zh), escape(en)).say(reader))  # noqa: S308 - both are escaped


class Plain(template.Node):
    """A text without places, as most are: said without resolving anything, some hundred times on a page."""

    def __init__(self, zh: str, en: str, name: str) -> None:
        self.zh, self.en, self.name = zh, en, name

    def render(self, context: template.Context) -> SafeString:
        """Return the text, or keep it under its name."""
        text = _plain(self.zh, self.en, language())
        if not self.name:
            return text
        context[self.name] = text
        return SafeString("")


_with_places: Callable[[Parser, Token], template.Node] = register.tags["t"]
_EMPTY = re.compile(r"""((zh|en|one)=)?(["'])\s*\3""")


def _whole(token: Token) -> list[str]:
    """Return the arguments of a tag that says a text, none of whose halves is empty; decision 0040 says why."""
    bits = token.split_contents()[1:]
    if any(_EMPTY.fullmatch(bit) for bit in bits):
        raise template.TemplateSyntaxError(
            f"一种语言的文字缺失 / a text lacks one of its languages: {{% {token.contents} %}}"
        )
    return bits


@register.tag("t")
def _compile_t(parser: Parser, token: Token) -> template.Node:
    bits = _whole(token)
    name = bits[3] if len(bits) == 4 and bits[2] == "as" else ""
    said = [parser.compile_filter(bit) for bit in bits[:2]] if name or len(bits) == 2 else []
    if said and all(isinstance(one.var, str) and not one.filters for one in said):
        return Plain(said[0].var, said[1].var, name)
    return _with_places(parser, token)


def _said(value: Any) -> str:
    return str(escape(str(words(value)) if isinstance(value, Text) else str(value)))


@register.simple_tag
def words_of(zh: str, en: str, **values: Any) -> Words:
    """Return Words, to be handed to an included component: {% words_of "…" "…" as label %}."""
    return say(zh, en, **values)


_kept_words: Callable[[Parser, Token], template.Node] = register.tags["words_of"]


@register.tag("words_of")
def _compile_words_of(parser: Parser, token: Token) -> template.Node:
    _whole(token)
    return _kept_words(parser, token)


@register.filter
def said(value: Any) -> str:
    """Say a Text or a {zh, en} mapping in the reader's language."""
    if isinstance(value, dict):
        return str(Words(value.get("zh", ""), value.get("en", "")))
    return str(words(value)) if isinstance(value, Text) else str(value or "")


@register.filter
def written(value: Any, note: str = "") -> SafeString:
    """Show a text that somebody wrote, its lines kept, each in the language it is in.

    With "note" a line below it says where none of it is in the reader's language: {{ problem.said|written:"note" }}.
    """
    text, said = marked(value), untranslated(str(value or "")) if note else None
    return format_html('{}<br><small class="muted">{}</small>', text, said) if said else text


@register.filter
def language_mark(html: Any) -> SafeString:
    """Return the attribute lang of an element whose text somebody wrote, where it is not the page's language."""
    name = language_of(strip_tags(str(html or "")))
    return format_html(' lang="{}"', name) if name else SafeString("")


@register.filter
def day(value: date | datetime | None) -> str:
    """Say a day: 2026年11月22日, 22 Nov 2026."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if language().startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


@register.filter
def moment(value: datetime | None) -> str:
    """Say a moment: its day and the time in the authority's zone."""
    return "" if value is None else f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """Return a day or moment for the datetime attribute of <time>."""
    return "" if value is None else value.isoformat()


@register.filter
def figure(value: Any, places: int | None = None) -> str:
    """Show a number with thousands apart: with so many decimals, or without trailing zeros; a dash for None."""
    if value is None or value == "":
        return "–"
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is not None:
        return f"{number:,.{places}f}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def measured(text: str, measure: Mapping[str, str] | Text | Words | None) -> Words:
    """Say a printed value with its unit of measure, one alone in the singular: {{ known.text|measured:known.measure }}."""
    return words(amount(text, _title(measure)))


@register.filter
def compared(standard: str, measure: Mapping[str, str] | Text | Words | None = None) -> Words:
    """Say a comparison as packs write it (`>= 4`) in words, with the unit of its limit; any other text stays as it is."""
    if not _COMPARISON.fullmatch(standard or ""):
        return Words(standard or "", standard or "")
    limit = figure(standard.split(maxsplit=1)[1])
    unit = after(limit, _title(measure))
    said = comparison.words(standard, limit)
    return Words(said.zh + unit.zh, said.en + unit.en)


def _title(measure: Mapping[str, str] | Text | Words | None) -> Text:
    if isinstance(measure, Mapping):
        return Text(measure.get("zh", ""), measure.get("en", ""))
    return measure.text() if isinstance(measure, Words) else measure or Text("", "")


@register.simple_tag(takes_context=True)
def may(context: Any, action: str, obj: Any) -> policy.Decision:
    """Return whether the reader may do `action` with `obj`, and why: {% may "freeze" round as freeze %}."""
    return policy.decide(context["actor"], action, obj)


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """Return the address's query with some values changed; an empty value takes it out."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            values.pop(name, None)
        else:
            values[name] = value
    return f"?{values.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def page_links(context: Any, page: Any, said: Any = "", export_url: str = "") -> dict[str, Any]:
    """Link the neighbours of a page of `common.pagination`; filters in the address stay."""
    return {
        "earlier_url": query(context, cursor=page.earlier) if page.earlier else "",
        "later_url": query(context, cursor=page.later) if page.later else "",
        "said": said,
        "export_url": export_url,
    }


@register.filter
def role(value: str) -> str:
    """Say a role's title."""
    return str(policy.ROLE_TITLES.get(value, value))


@register.inclusion_tag("components/chart.html")
def chart(
    kind: str, data: dict[str, Any], sentence: Any, table: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Draw a chart with the sentence that says what it shows, and its table {head: […], rows: [[…]]}."""
    return {
        "kind": kind,
        "data": data,
        "sentence": sentence,
        "table": table,
        "key": f"c{abs(hash(json.dumps(data, default=str)))}",
    }


@register.filter
def as_json(value: Any) -> SafeString:
    """Return JSON that is safe inside <script type="application/json">."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308
