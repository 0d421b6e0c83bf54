"""Why a unit's grade is not that of its points: the vetoes that changed it, in words of the rules."""

from __future__ import annotations

from collections.abc import Mapping

from duxue.scoring.tables import GRADES
from duxue.web.common.lang import Words, say, words
from duxue.web.reporting.figures import Figures, figures_of
from duxue.web.reporting.models import Scoring
from duxue.web.reporting.services.scoring import table_of


def grade_reason(row: Mapping[str, str] | None, titles: Mapping[str, Words]) -> Words | str:
    """Return why a unit's grade is not that of its points; empty where it is.

    `row` is the unit's line of grades.csv, `titles`: veto -> what happened. Of a veto that they do not name, as when the
    kept rules cannot be read, it is said only that it lowered the grade: its id tells a reader nothing.
    """
    if row is None or not row["vetoes"] or row["grade"] == row["score_grade"]:
        return ""
    grade = Words(row["score_grade_title"], row["score_grade_title_en"])
    ids = row["vetoes"].split(";")
    named = [titles[veto] for veto in ids if veto in titles]
    if len(named) < len(ids):
        return say("按得分为{grade}；因否决项下调", "{grade} by points; lowered by a veto", grade=grade)
    return say(
        "按得分为{grade}；否决项：{vetoes}", "{grade} by points; veto: {vetoes}", grade=grade,
        vetoes=say("、".join(v.say("zh-hans") for v in named), "; ".join(v.say("en") for v in named)),
    )  # fmt: skip


def veto_titles(figures: Figures) -> Mapping[str, Words]:
    """Return veto -> what happened, as the kept rules have it."""
    rules = figures.rules()
    return {veto.id: words(veto.title.text) for veto in rules.vetoes} if rules else {}


def grade_reasons(scoring: Scoring, *codes: str) -> Mapping[str, Words | str]:
    """Return unit code -> why its grade in a scoring is not that of its points, for these units or for all; empty where it is."""
    titles, rows = veto_titles(figures_of(scoring)), table_of(scoring, GRADES)
    return {row["unit"]: grade_reason(row, titles) for row in rows if not codes or row["unit"] in codes}
