"""The problem list as a ledger: who mends what by which day, and what of it the next round still finds open.

The days come from parameters in the round file, for the sources give no clock for this evaluation; the ledger names
them so. The table that is written can be handed in as the next round's `last_round`: the office fills in `state`,
`closed`, `reported_by` and `closed_by` while it is worked on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from duxue.core.text import Text
from duxue.packs.scoring import Item, Scoring
from duxue.scoring import tree
from duxue.scoring.model import OldProblem, Problem, Scored
from duxue.scoring.problem_list import used_indicators
from duxue.scoring.round_file import Clocks

KINDS: Mapping[str, Text] = {
    "at_once": Text("立行立改", "at once"),
    "by_date": Text("限期整改", "by a date"),
    "long_term": Text("长期坚持", "long-term"),
}
SOURCES: Mapping[str, Text] = {
    "data": Text("数据", "data"),
    "self": Text("自评", "self-evaluation"),
    "online": Text("网上评审", "online review"),
    "field": Text("实地核查", "field verification"),
    "satisfaction": Text("满意度调查", "satisfaction survey"),
    "last_round": Text("上一轮问题", "last round's problems"),
}
_POST = Text("分管负责人", "official in charge")


@dataclass(frozen=True, slots=True)
class Entry:
    """One problem with what is to be done about it; the state of a new one is `open`."""

    problem: Problem
    title: Text
    indicators: tuple[str, ...]  # indicators of the rule, empty where people judge
    measure: Text
    responsible: Text
    post: Text
    plan_due: date
    due: date
    state: str = "open"


def entries_of(
    scored: Scored, scoring: Scoring, old: Sequence[OldProblem], clocks: Clocks, day: date
) -> list[Entry]:
    """Return the ledger of a round: its problem list, then those of last round that nobody closed and nobody found anew.

    `day` is the day of the report. A problem that was open and is found again keeps its state and its day: being found
    again gives no more time.
    """
    items = {leaf.item.id: leaf.item for leaf in tree.leaves(scoring)}
    names = {unit.unit: unit.name for unit in scored.units}
    used = _used(scored)
    left = {o.id: o for o in old if o.state != "closed" and o.item in items and o.unit in names}
    found = {p.id for p in scored.problems}
    carried = [_carried(o, items[o.item]) for o in left.values() if o.id not in found]
    made = []
    for problem in [*scored.problems, *carried]:
        indicators = used.get((problem.unit, problem.item), ())
        entry = _entry(problem, items[problem.item], indicators, names[problem.unit], clocks, day)
        before = left.get(problem.id)
        made.append(replace(entry, state=before.state, due=before.due or entry.due) if before else entry)
    return made


def _carried(old: OldProblem, item: Item) -> Problem:
    title = item.title.text
    said = Text(f"上一轮“{title.zh}”的问题尚未销号", f'Last round\'s problem with "{title.en}" is not closed')
    return Problem(
        id=old.id, unit=old.unit, item=old.item, window="", source="last_round", public=said, internal=said,
        lost=Fraction(0), units_hit=(), units_all=0, kind="by_date",
    )  # fmt: skip


def _used(scored: Scored) -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {(i.unit, i.item): used_indicators(i) for i in scored.items}


def _entry(problem: Problem, item: Item, used: Sequence[str], name: Text, clocks: Clocks, day: date) -> Entry:
    days = {"at_once": clocks.at_once, "by_date": clocks.by_date, "long_term": clocks.long_term}
    title = item.title.text
    measure = (
        item.advice.text if item.advice
        else Text(f"对照“{title.zh}”的要求查找原因，制定措施并整改到位。",
                  f'Find out why "{title.en}" falls short, set measures and carry them out.')
    )  # fmt: skip
    body = item.responsible.text if item.responsible else Text("人民政府", "government")
    # 济南市 and 市教育局 are one 市 together.
    own = body.zh[1:] if name.zh.endswith(body.zh[:1]) else body.zh
    responsible = Text(f"{name.zh}{own}", f"{name.say('en')}: {body.say('en')}")
    return Entry(
        problem, title, tuple(used), measure, responsible, _POST,
        day + timedelta(days=clocks.plan), day + timedelta(days=days[problem.kind]),
    )  # fmt: skip
