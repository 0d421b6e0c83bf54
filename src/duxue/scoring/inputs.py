"""From the tables of a round to what `score_round` needs; all that is wrong with all tables is told at once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from duxue.core.errors import Problem
from duxue.scoring import satisfaction
from duxue.scoring.model import Explanation, OldProblem, ReviewScore, SelfScore, VetoEvent
from duxue.scoring.problems import tell
from duxue.scoring.round_file import RoundFile
from duxue.scoring.rounds import RoundInputs
from duxue.scoring.satisfaction import Sheet
from duxue.scoring.table import Column, Row, read_table, refuse

_SHA256 = re.compile("[0-9a-fA-F]{64}")

SELF = (
    Column("unit"), Column("item"), Column("score", "number"), Column("evidence", "list", required=False),
    Column("note", required=False),
)  # fmt: skip
REVIEWS = (
    Column("layer", options=("online", "field")), Column("unit"), Column("item"), Column("reviewer"),
    Column("role", options=("review", "reconcile")), Column("score", "number"), Column("reason", required=False),
    Column("evidence", "list", required=False),
)  # fmt: skip
REVIEWERS = (Column("reviewer"), Column("home_unit", required=False))
EVIDENCE = (
    Column("id"), Column("unit"), Column("item", required=False), Column("title"), Column("sha256"),
    Column("dated", "day"),
)  # fmt: skip
VETOES = (
    Column("unit"), Column("veto"), Column("evidence", "list", required=False), Column("decided_by", required=False),
    Column("reason", required=False), Column("appeal", options=("none", "pending", "upheld", "withdrawn")),
)  # fmt: skip
LAST_ROUND = (
    Column("id"), Column("unit"), Column("item", required=False), Column("state", options=("open", "closed", "extended", "reopened")),
    Column("due", "day", required=False), Column("closed", "day", required=False),
    Column("reported_by", required=False, optional=True), Column("closed_by", required=False, optional=True),
)  # fmt: skip

EXPLANATIONS = (
    Column("unit"), Column("indicator"), Column("by", "list", required=False), Column("cause"), Column("amount", "number"),
)  # fmt: skip
SURVEY = (
    Column("unit"), Column("group", options=satisfaction.GROUPS), Column("sheet"), Column("question"),
    Column("answer", options=satisfaction.ANSWERS), Column("seconds", "number"), Column("device", required=False),
)  # fmt: skip


def read_inputs(folder: Path, round_file: RoundFile, today: date) -> RoundInputs:
    """Return what was handed in for a round.

    Args:
        folder: where the round file lies.
        round_file: the round.
        today: the day on which the round is frozen; problems due before it and still open are overdue.
    """
    files, found = round_file.files, list[Problem]()
    claims = [_claim(row) for row in read_table(folder / files.self, SELF, found)]
    reviews = [_review(row) for row in read_table(folder / files.reviews, REVIEWS, found)]
    reviewers = read_table(folder / files.reviewers, REVIEWERS, found)
    evidence = read_table(folder / files.evidence, EVIDENCE, found)
    vetoes = read_table(folder / files.vetoes, VETOES, found) if files.vetoes else []
    old = read_table(folder / files.last_round, LAST_ROUND, found, others=True) if files.last_round else []
    reasons = read_table(folder / files.explanations, EXPLANATIONS, found) if files.explanations else []
    explanations = [_explanation(row, found) for row in reasons]
    sheets = sheets_of(read_table(folder / files.survey, SURVEY, found), found) if files.survey else []
    for rows, key in ((reviewers, "reviewer"), (evidence, "id"), (old, "id")):
        _once(rows, key, found)
    for row in old:
        _closing(row, found)
    for row in evidence:
        if not _SHA256.fullmatch(row.text("sha256")):
            found.append(
                tell(
                    "SCO036",
                    replace(row.place, cell_column="sha256"),
                    row.text("sha256"),
                    wanted="0123456789abcdef × 64",
                )
            )
    refuse(found)
    return RoundInputs(
        self_scores=claims,
        reviews=reviews,
        reviewers={row.text("reviewer"): row.text("home_unit") for row in reviewers},
        evidence={row.text("id"): row.text("unit") for row in evidence},
        vetoes=[_veto(row) for row in vetoes],
        old=[_old(row, today) for row in old],
        explanations=explanations,
        sheets=sheets,
    )


def _once(rows: list[Row], key: str, found: list[Problem]) -> None:
    seen: set[str] = set()
    for row in rows:
        name = row.text(key)
        if name in seen:
            found.append(tell("SCO039", replace(row.place, cell_column=key), name))
        seen.add(name)


def _closing(row: Row, found: list[Problem]) -> None:
    """Refuse a problem that counts as closed without its day, or without a second person who says so."""
    if row.text("state") != "closed":
        return
    reported, closed = row.text("reported_by"), row.text("closed_by")
    if row.day("closed") is None:
        found.append(tell("SCO040", replace(row.place, cell_column="closed"), row.text("id")))
    if not reported or not closed or reported.casefold() == closed.casefold():
        found.append(tell("SCO041", replace(row.place, cell_column="closed_by"), row.text("id")))


def _claim(row: Row) -> SelfScore:
    return SelfScore(row.text("unit"), row.text("item"), row.number("score"), row.names("evidence"), row.text("note"), row.place)  # fmt: skip


def _review(row: Row) -> ReviewScore:
    layer: Any = row.text("layer")
    role: Any = row.text("role")
    return ReviewScore(
        layer, row.text("unit"), row.text("item"), row.text("reviewer"), row.number("score"), row.text("reason"),
        row.names("evidence"), role, row.place,
    )  # fmt: skip


def _veto(row: Row) -> VetoEvent:
    appeal: Any = row.text("appeal")
    return VetoEvent(
        row.text("unit"), row.text("veto"), row.names("evidence"), row.text("decided_by"), row.text("reason"), appeal,
        row.place,
    )  # fmt: skip


def _explanation(row: Row, found: list[Problem]) -> Explanation:
    by = []
    for part in row.names("by"):
        dimension, sign, value = part.partition("=")
        if not sign:
            found.append(
                tell("SCO036", replace(row.place, cell_column="by"), part, wanted="spending_level=primary")
            )
        by.append((dimension.strip(), value.strip()))
    return Explanation(row.text("unit"), row.text("indicator"), tuple(by), row.text("cause"), row.number("amount"), row.place)  # fmt: skip


def sheets_of(rows: list[Row], found: list[Problem]) -> list[Sheet]:
    """Return the rows of a survey as sheets: one row for each question, all of a sheet from one unit and group."""
    made: dict[str, tuple[tuple[str, ...], int, dict[str, str]]] = {}
    for row in rows:
        about = (row.text("unit"), row.text("group"), row.text("device"))
        known, _, answers = made.setdefault(row.text("sheet"), (about, int(row.number("seconds")), {}))
        if known != about or row.text("question") in answers:
            found.append(tell("SCO025", replace(row.place, cell_column="sheet"), row.text("sheet")))
        answers[row.text("question")] = row.text("answer")
    return [
        Sheet(about[0], about[1], number, answers, seconds, about[2])
        for number, (about, seconds, answers) in made.items()
    ]


def _old(row: Row, today: date) -> OldProblem:
    state: Any = row.text("state")
    due, closed = row.day("due"), row.day("closed")
    late = due is not None and ((state == "closed" and closed is not None and closed > due) or (state != "closed" and due < today))  # fmt: skip
    return OldProblem(row.text("id"), row.text("unit"), row.text("item"), state, due, closed, late, row.place)
