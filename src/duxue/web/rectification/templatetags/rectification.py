"""The open problems of a unit beside an item, for the pages of other apps: {% open_problems answer %}."""

from __future__ import annotations

from typing import Any

from django import template

from duxue.web.rectification.selectors.ledger import open_on_item

register = template.Library()


@register.inclusion_tag("rectification/beside.html")
def open_problems(answer: Any) -> dict[str, Any]:
    """Show what is not mended yet on the item of `answer`, this round's and those before; nothing when there is none."""
    return {"problems": open_on_item(answer.unit, answer.item.code)}
