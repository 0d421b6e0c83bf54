"""Columns that nobody filled in, and the figures that can then not be computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.app.evaluating import rules_of
from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.formula import nodes as n
from duxue.microdata import problems as say
from duxue.packs.schema import Form, Pack
from duxue.plan.build import build_plan
from duxue.plan.lineage import columns_needed


def tell_absent(pack: Pack, tables: Mapping[str, Any]) -> list[Problem]:
    """Return, by form, which optional columns hold nothing at all and which indicators and verdicts that stops.

    A form without rows counts whole. Required columns and forms are told elsewhere.
    """
    plan = build_plan(pack)
    needed = {i.id: columns_needed(plan, i.id) for i in plan.indicators}
    resting = {v: _named(rule) for v, rule in rules_of(pack).items()}
    found: list[Problem] = []
    for form in pack.forms:
        table = tables.get(form.id)
        if table is None or not table.num_rows:
            if form.required:
                continue
            columns = {form.id: (form.title.text, [f.id for f in form.fields])}
        else:
            columns = {
                f.id: (f.title.text, [f.id])
                for f in form.fields
                if not f.required and table.column(f.id).null_count == table.num_rows
            }
        found += _of_form(pack, form, columns, needed, resting)
    return found


def _of_form(
    pack: Pack,
    form: Form,
    absent: Mapping[str, tuple[Text, list[str]]],
    needed: Mapping[str, frozenset[tuple[str, str]]],
    resting: Mapping[str, frozenset[str]],
) -> list[Problem]:
    # Columns that stop the same figures are told together.
    together: dict[tuple[str, ...], list[tuple[str, Text]]] = {}
    for name, (title, fields) in absent.items():
        stopped = tuple(i.id for i in pack.indicators if any((form.id, f) in needed[i.id] for f in fields))
        if stopped:
            together.setdefault(stopped, []).append((name, title))
    problems: list[Problem] = []
    for stopped, parts in together.items():
        verdicts = _resting_on(frozenset(stopped), resting)
        zh = "、".join(t.zh for _, t in parts)
        en = ", ".join(t.en for _, t in parts)
        is_are = "is" if len(parts) == 1 else "are"
        list_zh, list_en = "、".join(stopped), ", ".join(stopped)
        also_zh = f"；以其为据的判定：{'、'.join(verdicts)}" if verdicts else ""
        also_en = f"; verdicts that rest on them: {', '.join(verdicts)}" if verdicts else ""
        problems.append(
            say.absent_stops(
                form.id,
                ", ".join(name for name, _ in parts),
                Text(
                    f"没有“{zh}”，无法计算 {list_zh}{also_zh}",
                    f"{en} {is_are} absent: {list_en} cannot be computed{also_en}",
                ),
                "warning" if verdicts else "note",
            )
        )
    return problems


def _named(rule: n.Typed) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    if isinstance(rule, n.Met | n.AllMet | n.LowestAttainment):
        found |= set(rule.indicators)
    if isinstance(rule, n.Indicator | n.OverVerdicts):
        found |= {rule.id}
    for part in n.children(rule):
        found |= _named(part)
    return found


def _resting_on(stopped: frozenset[str], resting: Mapping[str, frozenset[str]]) -> list[str]:
    known = set(stopped)
    found: list[str] = []
    while fresh := [v for v, names in resting.items() if v not in found and names & known]:
        found += fresh
        known |= set(fresh)
    return found
