"""Template tags of the site's look: a component with a body, icons, clocks, shares of a bar, the language of the page."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.db.models import Model
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from duxue.web.common import clock as time
from duxue.web.common.actors import MEMBERS, OVERSEERS
from duxue.web.common.addresses import address
from duxue.web.common.announced import unannounced
from duxue.web.common.context import site as site_context
from duxue.web.common.lang import Words, html_language, language, say
from duxue.web.common.scope import current
from duxue.web.common.terms import METHODS, TERMS, credibility_by

register = template.Library()

_NUMBER = re.compile(r"[+\-−]?[\d,\s]+(\.\d+)?\s*%?|[–—-]")
SOON = 3  # days before a due date from which a clock says 'at risk'


class Component(template.Node):
    """Renders templates/components/<name>.html with the arguments, and the text between the tags as `body`."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], body: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, body

    def render(self, context: template.Context) -> SafeString:
        """Render the body with the page's variables, then the component with its own arguments only."""
        values: dict[str, Any] = {name: value.resolve(context) for name, value in self.values.items()}
        values["body"] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered with escaping
        for shared in ("csrf_token", "request"):
            if shared in context:
                values[shared] = context[shared]
        assert context.template is not None
        part = context.template.engine.get_template(f"components/{self.name.resolve(context)}.html")
        return part.render(context.new(values))


@register.tag
def component(parser: Parser, token: Token) -> Component:
    """`{% component "dialog" id="x" title=words %}…{% endcomponent %}`: a component around a body."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("component: the name of a component is expected first")
    name, rest = parser.compile_filter(bits[0]), bits[1:]
    values = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"component: name=value expected, found {' '.join(rest)}")
    body = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return Component(name, values, body)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Return the drawing of icons.svg by that name; it says nothing to a screen reader, a word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("duxue/icons.svg"),
        name,
    )


@register.simple_tag
def status(state: str, word: Any = "") -> SafeString:
    """Return components/status.html, made once for each state and word: a long table says the same few over and over."""
    return _status(state, str(word or ""), language())


# `typed`: a text that is safe already is another key than the same text that is not.
@lru_cache(maxsize=4096, typed=True)
def _status(state: str, word: str, reader: str) -> SafeString:  # noqa: ARG001 - the template says it in that language
    return mark_safe(render_to_string("components/status.html", {"state": state, "word": word}))  # noqa: S308 - rendered with escaping


@register.inclusion_tag("components/term.html")
def term(key: str, url: str = "", method: str = "") -> dict[str, Any]:
    """Explain a hard word beside it, on demand: {% term "credibility" %}, one of common/terms.py.

    `url`: its computation; `method`: of credibility, the one by which the round on the page was scored.
    """
    found = TERMS[key]
    formula = credibility_by(method) if key == "credibility" and method in METHODS else found.formula
    shown = {"name": found.name, "text": found.text, "formula": formula, "clause": found.clause}
    return {**shown, "url": url}


CHARTS = "duxue/build/charts.js"  # made by `make charts`; a site without it shows tables


@register.simple_tag
def charts_built() -> bool:
    """Return whether this site can draw charts; a script made after the site gathered its files serves from its next start."""
    if finders.find(CHARTS) is None:
        return False
    try:
        static(CHARTS)
    except ValueError:  # not in the manifest of what was gathered
        return False
    return True


@register.simple_tag
def charts_script() -> SafeString:
    """Return the script that draws the charts of a page, nothing where it was not built."""
    return (
        format_html('<script src="{}" defer></script>', static(CHARTS)) if charts_built() else SafeString("")
    )


register.filter("html_language", html_language)


@register.simple_tag
def page_language() -> str:
    """Return the language of the page as an HTML `lang`: zh-Hans, zh-Hant or en."""
    return html_language(language())


@register.filter
def share(value: Any, whole: Any = 100) -> str:
    """Return `value` as hundredths of `whole`, between 0 and 100, with a decimal point in every language: widths in SVG."""
    if value in {None, ""} or not whole:
        return "0"
    return f"{min(100.0, max(0.0, 100 * float(value) / float(whole))):.2f}"


@register.simple_tag(takes_context=True)
def own_site(context: template.Context) -> dict[str, Any]:
    """Return what every page knows of the site; pages of allauth carry another thing by the name `site`."""
    known = context.get("site")
    if isinstance(known, dict):
        return known
    found: dict[str, Any] = site_context(context["request"])["site"]
    return found


@register.filter
def bare(field: BoundField) -> SafeString:
    """Return the input of a field without a placeholder: what it would say stands in label and hint."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def widget_kind(field: BoundField) -> str:
    """Return how a form row shows a field: `tick` (one box), `group` (several) or `line`."""
    if field.widget_type == "checkbox":
        return "tick"
    return "group" if field.use_fieldset else "line"


@register.inclusion_tag("components/clock.html")
def clock(due: datetime | None, done: datetime | None = None, round: Any = None) -> dict[str, object]:
    """Show when something is due and how many days are left; `done`: when it was finished, the clock then stands.

    `round`: by whose calendar (the site's) it is told that the holidays of the year are not announced.
    """
    due, done = due or None, done or None  # a variable that is missing in a template comes as ""
    rests = None if done else unannounced(due, round or None)
    soon = done is None and due is not None and _days(due) != 0  # "due today" says it by itself
    state, left = clock_state(due, done), clock_words(due, done)
    return {"due": due, "state": state, "left": left, "rests": rests, "soon": soon}


@register.simple_tag
def rests_on(due: datetime | None, round: Any = None) -> Words | str:
    """Return what a date beyond the calendar of a round rests on, empty where its holidays are known."""
    return unannounced(due or None, round or None) or ""


def clock_state(due: datetime | None, done: datetime | None = None) -> str:
    """Return `met`, `overdue`, `at_risk` or `neutral`."""
    if done is not None:
        return "met"
    if due is None:
        return "neutral"
    if time.now() > due:
        return "overdue"
    return "at_risk" if _days(due) <= SOON else "neutral"


def clock_words(due: datetime | None, done: datetime | None = None) -> Words:
    """Return the time left in words: whole days of the calendar, hours on the last day."""
    if done is not None:
        late = due is not None and done > due
        return say("已完成（逾期）", "Done, late") if late else say("已完成", "Done")
    if due is None:
        return say("无截止日期", "No due date")
    days, left = _days(due), due - time.now()
    if left.total_seconds() < 0:
        if days == 0:
            return say("今天已逾期", "Overdue since today")
        return say("已逾期 {n} 天", "Overdue by {n} days", one="Overdue by 1 day", n=-days)
    if days == 0:
        hours = int(left.total_seconds() // 3600)
        if hours == 0:
            return say("不到 1 小时", "Less than 1 hour left")
        return say(
            "今天截止，剩 {n} 小时", "Due today, {n} hours left", one="Due today, 1 hour left", n=hours
        )
    return say("剩 {n} 天", "{n} days left", one="1 day left", n=days)


def _days(due: datetime) -> int:
    return (timezone.localtime(due).date() - time.today()).days


@register.filter
def numeric(cell: Any) -> bool:
    """Return whether a cell of a table, a value or {text, url}, reads as a number: it is then set to the right."""
    text = str(cell["text"] if isinstance(cell, dict) else cell).strip()
    return bool(_NUMBER.fullmatch(text))


@register.filter
def numeric_column(rows: list[list[Any]], place: int) -> bool:
    """Return whether the column at `place` holds numbers, going by its first row."""
    return bool(rows) and place < len(rows[0]) and numeric(rows[0][place])


_HISTORY = say("审计经过：谁在何时做了什么", "History: who did what, and when")


@register.simple_tag
def history_of(obj: Model) -> SafeString:
    """Lead to what happened to a thing; say nothing to those to whom the audit tells nothing of it."""
    actor = current()
    if actor is None or not actor.any(*OVERSEERS, *MEMBERS):
        return mark_safe("")
    page = address("common:audit_object", obj._meta.label_lower, obj.pk)
    return format_html('<p class="small"><a href="{}">{}</a></p>', page, _HISTORY)
