"""Plans as target lists, and what reports say of them, as jsonl or csv."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from duxue.app.folders import fresh_file
from duxue.app.reading import Source, csv_cell, find_sources, keep_sources, read_many
from duxue.claims import Claim
from duxue.claims.plans import (
    OUTCOME_FIELDS,
    TARGET_FIELDS,
    Outcome,
    Target,
    compare_plan,
    read_targets,
)
from duxue.claims.problems import no_targets
from duxue.core.errors import Problem, Refused

TableFormat = Literal["jsonl", "csv"]


@dataclass(slots=True)
class Plan:
    """What was read of one or more plans: targets, how many documents, and what stopped others."""

    targets: list[Target] = field(default_factory=list)
    documents: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """The outcome of every target, and what stopped documents from being read."""

    outcomes: list[Outcome]
    problems: list[Problem]

    def count(self, state: str) -> int:
        """How many targets are in a state."""
        return sum(o.state == state for o in self.outcomes)


def read_plan(arguments: Sequence[str], out: Path | None = None) -> Plan:
    """Return the targets of files, folders and patterns, in the order of the texts; `out` is where they will be written.

    Raises:
        Refused: every problem, when no document could be read; DOC011 where `out` is one of them.
    """
    plan = Plan()
    sources = find_sources(arguments)
    if out is not None:
        keep_sources((s.path for s in sources), out)
    for outcome in read_many(sources, text=True):
        plan.problems += outcome.problems
        if outcome.document is not None:
            plan.documents += 1
            targets = read_targets(outcome.document, outcome.claims)
            plan.targets += targets
            if not targets:
                plan.problems.append(no_targets(outcome.name, "note"))
    if not plan.documents:
        raise Refused(plan.problems)
    return plan


def compare_reports(plan: str, reports: Sequence[str], out: Path | None = None) -> Comparison:
    """Return what reports say of each target of a plan; `out` is where that will be written.

    Raises:
        Refused: the plan cannot be read or sets no target (CLM005), none of the reports can be read, or `out` is one of
            them (DOC011).
    """
    sources: list[Source] = find_sources(reports)
    if out is not None:
        keep_sources((s.path for s in sources), out)
    planned = read_plan([plan], out)
    if not planned.targets:
        raise Refused([no_targets(plan, "error")])
    said: list[Claim] = []
    problems = list(planned.problems)
    read = 0
    for outcome in read_many(sources, text=False):
        problems += outcome.problems
        read += outcome.document is not None
        said += outcome.claims
    if not read:
        raise Refused(problems)
    return Comparison(compare_plan(planned.targets, said), problems)


def write_targets(targets: Iterable[Target], out: Path | IO[str], form: TableFormat) -> None:
    """Write a target list: one row a target, the columns of `TARGET_FIELDS`."""
    _write_rows((t.as_row() for t in targets), TARGET_FIELDS, out, form)


def write_comparison(outcomes: Iterable[Outcome], out: Path | IO[str], form: TableFormat) -> None:
    """Write what was said of the targets: one row a target, the columns of `OUTCOME_FIELDS`."""
    _write_rows((o.as_row() for o in outcomes), OUTCOME_FIELDS, out, form)


def _write_rows(
    rows: Iterable[Mapping[str, Any]], fields: Sequence[str], out: Path | IO[str], form: TableFormat
) -> None:
    if isinstance(out, Path):
        encoding = "utf-8-sig" if form == "csv" else "utf-8"  # Excel needs the mark to read Chinese
        with (
            fresh_file(out) as path,
            path.open("w", encoding=encoding, errors="replace", newline="") as stream,
        ):
            _write_stream(rows, fields, stream, form)
    else:
        _write_stream(rows, fields, out, form)


def _write_stream(
    rows: Iterable[Mapping[str, Any]], fields: Sequence[str], stream: IO[str], form: TableFormat
) -> None:
    if form == "jsonl":
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([csv_cell(row[name]) for name in fields] for row in rows)
