"""A scored round as tables: the published ones and the internal ones. Same round, same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from duxue.core.quantity import round_half_up
from duxue.core.text import Text, safe_cell
from duxue.packs.scoring import Scoring
from duxue.scoring import credibility, tree
from duxue.scoring.ledger import Entry
from duxue.scoring.model import Scored
from duxue.scoring.problem_list import Common, used_indicators

_DIGITS = 6  # places in files; print has fewer
Write = Callable[[Sequence[object]], object]


def tables(
    scored: Scored,
    scoring: Scoring,
    shared: Sequence[Common] = (),
    ledger: Sequence[Entry] = (),
    *,
    data: str,
) -> Mapping[str, str]:
    """Return file name -> csv text.

    `data` (`synthetic` or `reported`) stands in every row, so that a copied row still tells what it is made of.
    Those named in PUBLIC may be published; the others hold what only reviewers see.
    """
    return {
        "ranking.csv": _ranking(scored, data),
        "blocks.csv": _blocks(scored, scoring, data),
        "items.csv": _items(scored, scoring, data),
        "credibility.csv": _credibility(scored, data),
        "gaps.csv": _gaps(scored, data),
        "vetoes.csv": _vetoes(scored, data),
        "commendations.csv": _commendations(scored, data),
        "falls.csv": _falls(scored, data),
        "survey.csv": _survey(scored, data),
        "grades.csv": _grades(scored, scoring, data),
        "problems.csv": _common(shared, data),
        "problems-internal.csv": _problems(scored, data),
        "ledger.csv": _ledger(ledger, data),
    }


PUBLIC = ("ranking.csv", "blocks.csv", "credibility.csv", "commendations.csv", "problems.csv")
GRADES = "grades.csv"  # published too in rounds that publish grades


def number(value: Fraction | None) -> str:
    """Return a number as it stands in files: at most six places, half up; empty for none."""
    if value is None:
        return ""
    text = str(round_half_up(value, _DIGITS))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, Fraction):
        return number(value)
    if isinstance(value, int):
        return str(value)
    return "" if value is None else safe_cell(str(value))


def _ranking(scored: Scored, data: str) -> str:
    head = ("rank", "unit", "unit_name", "unit_name_en", "self", "verified", "credibility", "final", "rank_low", "rank_high",
            "data")  # fmt: skip
    return _text(head, (
        (u.rank, u.unit, u.name.zh, u.name.say("en"), u.self_total, u.verified_total, u.credibility.value, u.final,
         u.rank_low, u.rank_high, data)
        for u in scored.units
    ))  # fmt: skip


def _grades(scored: Scored, scoring: Scoring, data: str) -> str:
    titles = {grade.id: grade.title.text for grade in scoring.grades} | {"": Text("", "")}
    head = ("unit", "unit_name", "final", "score_grade", "score_grade_title", "score_grade_title_en", "grade", "grade_title",
            "grade_title_en", "vetoes", "data")  # fmt: skip
    return _text(head, (
        (u.unit, u.name.zh, u.final, u.score_grade, titles[u.score_grade].zh, titles[u.score_grade].en, u.grade,
         titles[u.grade].zh, titles[u.grade].en, ";".join(c.veto for c in u.changes if c.counts), data)
        for u in scored.units
    ))  # fmt: skip


def _common(shared: Sequence[Common], data: str) -> str:
    """The published problems: a quantifier and no names, as the published reports have them."""
    rows = ((p.item, p.window, p.public.zh, p.public.en, data) for p in shared)
    return _text(("item", "window", "problem", "problem_en", "data"), rows)


def _blocks(scored: Scored, scoring: Scoring, data: str) -> str:
    titles = {block.id: block.title.text for block in scoring.items}
    head = ("unit", "block", "title", "title_en", "final", "data")
    return _text(
        head,
        (
            (u.unit, block, titles[block].zh, titles[block].en, points, data)
            for u in scored.units
            for block, points in u.blocks.items()
        ),
    )


def _items(scored: Scored, scoring: Scoring, data: str) -> str:
    titles = {leaf.item.id: leaf.item.title.text for leaf in tree.leaves(scoring)}
    head = ("unit", "item", "title", "title_en", "state", "full", "computed", "self", "online", "field", "verified", "final",
            "gap", "indicators", "reason", "reason_en", "data")  # fmt: skip
    return _text(head, (
        (i.unit, i.item, titles[i.item].zh, titles[i.item].en, i.state, i.full, i.computed.points if i.computed else None,
         i.self_score, i.online, i.field, i.verified, i.final, i.gap, ";".join(used_indicators(i)), *_join(i.reasons), data)
        for i in scored.items
    ))  # fmt: skip


def _join(texts: Sequence[Text]) -> tuple[str, str]:
    return "；".join(t.zh for t in texts), "; ".join(t.en for t in texts)


def _credibility(scored: Scored, data: str) -> str:
    head = (
        "unit",
        "block",
        "method",
        "credibility",
        "uncapped",
        "verified_items",
        "self",
        "verified",
        "note",
        "data",
    )
    label = credibility.LABEL.en
    return _text(head, (
        (c.unit, c.block, c.method, c.value, c.uncapped, c.verified_items, c.self_sum, c.verified_sum, label, data)
        for c in scored.credibility
    ))  # fmt: skip


def _gaps(scored: Scored, data: str) -> str:
    wide = sorted((i for i in scored.items if i.gap), key=lambda i: (-abs(i.gap or 0), i.unit, i.item))
    return _text(
        ("unit", "item", "self", "verified", "gap", "data"),
        ((i.unit, i.item, i.self_score, i.verified, i.gap, data) for i in wide),
    )


def _vetoes(scored: Scored, data: str) -> str:
    head = ("unit", "veto", "before", "after", "evidence", "decided_by", "reason", "appeal", "data")
    return _text(head, (
        (u.unit, c.veto, c.before, c.after, ";".join(c.evidence), c.decided_by, c.reason.zh, c.appeal, data)
        for u in scored.units
        for c in u.changes
    ))  # fmt: skip


def _commendations(scored: Scored, data: str) -> str:
    return _text(
        ("commendation", "unit", "data"),
        ((name, unit, data) for name, units in scored.commended.items() for unit in units),
    )


def _falls(scored: Scored, data: str) -> str:
    return _text(
        ("unit", "indicator", "by", "title", "title_en", "value", "cause", "amount", "data"),
        (
            (f.unit, f.indicator, ";".join(f"{d}={v}" for d, v in f.by), f.title.zh, f.title.en, f.value,
             f.explanation.cause if f.explanation else "", f.explanation.amount if f.explanation else None, data)
            for f in scored.falls
        ),
    )  # fmt: skip


def _survey(scored: Scored, data: str) -> str:
    head = ("unit", "satisfaction", "low", "high", "valid", "unknown", "marked", "quick", "device", "straight",
            "without_marked", "data")  # fmt: skip
    return _text(head, (
        (s.unit, s.value, _double(s.low), _double(s.high), s.valid, s.unknown, s.marked,
         *(s.flags.get(flag, 0) for flag in ("quick", "device", "straight")), s.without_marked, data)
        for s in scored.surveyed
    ))  # fmt: skip


def _double(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _problems(scored: Scored, data: str) -> str:
    head = ("id", "unit", "item", "window", "source", "class", "problem", "problem_en", "data", "lost", "units_hit", "units_all",
            "internal", "internal_en")  # fmt: skip
    return _text(head, (
        (p.id, p.unit, p.item, p.window, p.source, p.kind, p.public.zh, p.public.en, data, p.lost, ";".join(p.units_hit),
         p.units_all, p.internal.zh, p.internal.en)
        for p in scored.problems
    ))  # fmt: skip


def _ledger(entries: Sequence[Entry], data: str) -> str:
    head = (
        "id", "unit", "item", "state", "due", "closed", "reported_by", "closed_by", "title", "title_en", "source", "indicators",
        "public", "public_en", "internal", "internal_en", "class", "measure", "measure_en", "responsible", "responsible_en",
        "post", "post_en", "plan_due", "data",
    )  # fmt: skip
    return _text(head, (
        (e.problem.id, e.problem.unit, e.problem.item, e.state, e.due.isoformat(), "", "", "", e.title.zh, e.title.en,
         e.problem.source, ";".join(e.indicators), e.problem.public.zh, e.problem.public.en, e.problem.internal.zh,
         e.problem.internal.en, e.problem.kind, e.measure.zh, e.measure.en, e.responsible.zh, e.responsible.en,
         e.post.zh, e.post.en, e.plan_due.isoformat(), data)
        for e in entries
    ))  # fmt: skip
