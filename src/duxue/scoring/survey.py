"""The satisfaction survey of a round: answers held against the counts that the data carry, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duxue.core.errors import Problem
from duxue.core.text import Text, same
from duxue.packs.scoring import Figure, Scoring
from duxue.packs.scoring import Survey as Rule
from duxue.scoring.figures import Figures
from duxue.scoring.model import Surveyed
from duxue.scoring.problems import listed, tell
from duxue.scoring.satisfaction import ANSWERS, GROUPS, Sheet, Survey, count, score

_PERCENT = 100


def asked(
    scoring: Scoring, sheets: Sequence[Sheet], figures: Figures
) -> tuple[list[Surveyed], list[Problem]]:
    """Return each unit's satisfaction in percent, and what is wrong with the survey.

    The item is scored by the indicator, which counts the form; the answers themselves are counted again here, so that the
    form cannot tell another story (SCO026). Nothing where the round has no survey.
    """
    if scoring.survey is None or not sheets:
        return [], []
    survey = count(sheets, scoring.survey.question)
    peers = figures.peers()
    strangers = sorted({s.unit for s in sheets} - set(figures.of_level()))
    found = [tell("SCO007", None, unit, known=listed(peers, 3)) for unit in strangers]
    for unit in peers:
        found += _differences(scoring.survey, survey, unit, figures)
    return [_said(survey, unit) for unit in peers], found


def _differences(rule: Rule, survey: Survey, unit: str, figures: Figures) -> list[Problem]:
    found = []
    for group in GROUPS:
        for answer in ANSWERS:
            counted = survey.counts.get((unit, group, answer), 0)
            cell = Figure(of=rule.answers, by={rule.group: group, rule.answer: answer})
            if (figures.find(unit, cell) or 0) != counted:
                found.append(
                    tell("SCO026", None, unit=figures.name(unit), group=_title(figures, rule.group, group),
                         answer=_title(figures, rule.answer, answer), count=counted)
                )  # fmt: skip
    return found


def _title(figures: Figures, dimension: str, value: str) -> Text:
    values = next((d.values for d in figures.pack.dimensions if d.id == dimension), ())
    return next((v.title.text for v in values if v.id == value), same(value))


def _said(survey: Survey, unit: str) -> Surveyed:
    whole, rest = score(unit, survey.counts), score(unit, survey.without_marked)
    return Surveyed(
        unit, _percent(whole.value), None if whole.low is None else whole.low * _PERCENT,
        None if whole.high is None else whole.high * _PERCENT, whole.valid, whole.unknown, survey.marked.get(unit, 0),
        {str(f): n for f, n in survey.flags.get(unit, {}).items()}, _percent(rest.value),
    )  # fmt: skip


def _percent(value: Fraction | None) -> Fraction | None:
    return None if value is None else value * _PERCENT
