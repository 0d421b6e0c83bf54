"""What the rules of a round hold a figure to, for the page that explains the figure: its pack may have no standard for it."""

from __future__ import annotations

from collections import defaultdict

from duxue.core.text import Text
from duxue.web.common.templatetags.duxue import compared
from duxue.web.rounds.models import Known, RoundUnit

By = tuple[tuple[str, str], ...]


def applied_to(unit: RoundUnit, indicator: str, year: int) -> dict[By, list[Text]]:
    """Return what each item holds a figure of a unit to, by the figure's breakdown; of items that the caller may see."""
    found: dict[By, list[Text]] = defaultdict(list)
    rows = Known.objects.filter(unit=unit, indicator=indicator, year=year).select_related("item")
    for known in rows.order_by("item__order"):
        if text := known.standard.get("text"):
            found[tuple(sorted(known.by.items()))].append(_said(known, text))
    return dict(found)


def _said(known: Known, meets: str) -> Text:
    limit, each = compared(meets, known.measure), known.standard.get("each", {"zh": "", "en": ""})
    zh = f"本轮条目 {known.item.code} 的规则：{limit.zh}"
    en = f"The rule of item {known.item.code} in this round: {limit.en}"
    return Text(
        "；".join(part for part in (zh, each["zh"]) if part) + "。",
        ", ".join(part for part in (en, each["en"]) if part) + ".",
    )
