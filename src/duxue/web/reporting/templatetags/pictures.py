"""The script that draws charts, where it was built; pages are whole without it."""

from __future__ import annotations

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_SCRIPT = "duxue/build/charts.js"


@register.simple_tag
def charts_script() -> SafeString:
    """Return the script element of the charts; nothing where it was not built: the tables then stand in the page."""
    if finders.find(_SCRIPT) is None:
        return mark_safe("")
    return format_html('<script src="{}" defer></script>', static(_SCRIPT))
