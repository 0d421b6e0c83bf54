"""Why a unit's grade is not that of its points: the vetoes that changed it, in words of the rules."""

from __future__ import annotations

from collections.abc import Mapping

from duxue.web.common.lang import Words, say, words
from duxue.web.reporting.figures import Figures


def grade_reason(row: Mapping[str, str] | None, titles: Mapping[str, Words]) -> Words | str:
    """Return why a unit's grade is not that of its points; empty where it is.

    `row` is the unit's line of grades.csv, `titles`: veto -> what happened.
    """
    if row is None or not row["vetoes"] or row["grade"] == row["score_grade"]:
        return ""
    named = [titles.get(veto, Words(veto, veto)) for veto in row["vetoes"].split(";")]
    return say(
        "按得分为{grade}；否决项：{vetoes}", "{grade} by points; veto: {vetoes}",
        grade=Words(row["score_grade_title"], row["score_grade_title_en"]),
        vetoes=say("、".join(v.say("zh-hans") for v in named), "; ".join(v.say("en") for v in named)),
    )  # fmt: skip


def veto_titles(figures: Figures) -> Mapping[str, Words]:
    """Return veto -> what happened, as the kept rules have it."""
    rules = figures.rules()
    return {veto.id: words(veto.title.text) for veto in rules.vetoes} if rules else {}
