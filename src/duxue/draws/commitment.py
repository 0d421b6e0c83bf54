"""Act one: everything that decides the draw except chance is fixed and published before chance has spoken."""

from __future__ import annotations

from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.draws.documents import Document, sign
from duxue.draws.methods import METHODS, Method, Params
from duxue.draws.methods.base import Reader
from duxue.draws.plan import Plan
from duxue.draws.problems import make
from duxue.draws.seed import declare_parts
from duxue.draws.tickets import Tickets

KIND = "duxue-commitment/1"


def check_plan(plan: Plan, time: str) -> list[Problem]:
    """Return what is wrong with a plan whatever the list: its seed parts and its method."""
    problems: list[Problem] = []
    try:
        declare_parts(plan.seed, time, plan.file)
    except Refused as refused:
        problems += refused.problems
    if plan.method not in METHODS:
        place = Place(file=plan.file, field="method")
        problems.append(make("DRAW021", place=place, found=plan.method, expected=same(", ".join(METHODS))))
    return problems


def make_commitment(
    plan: Plan, tickets: Tickets, time: str, previous: str, *, clock: str = "typed"
) -> Document:
    """Return the commitment to a plan over a canonical list, made at `time` after the document `previous` of the chain.

    Every parameter is written out and proved feasible on this list, so that the second act cannot fail for want of
    tickets. `clock` says where the time came from: `machine` or `typed`.
    """
    problems = check_plan(plan, time)
    ids = [e["id"] for e in plan.exclusions]
    if ids:
        listed = {i for i in tickets.ids() if i in {*ids}}
        problems += [
            make(
                "DRAW026",
                place=Place(file=plan.file, field="exclude"),
                found=i,
                expected=Text("名单上的编号", "an id of the list"),
            )
            for i in ids
            if i not in listed
        ]
    if problems:
        raise Refused(problems)
    parts, method = declare_parts(plan.seed, time, plan.file), METHODS[plan.method]
    taking_part = tickets.without(ids)
    if not taking_part.eligible:
        raise Refused([make("DRAW010", place=Place(file=plan.file, field="exclude"))])
    return sign(
        {
            "format": KIND,
            "title": plan.title,
            "list": {"digest": tickets.digest, "tickets": tickets.listed, "fields": list(tickets.fields)},
            "exclusions": plan.exclusions,
            "method": plan.method,
            "params": prepare(method, plan.params, taking_part, parts, plan.file),
            "seed": parts,
            "time": time,
            "clock": clock,
            "previous": previous,
        }
    )


def prepare(method: Method, raw: Any, tickets: Tickets, parts: list[dict[str, Any]], file: str) -> Params:
    """Return parameters in normal form, or refuse what cannot be drawn."""
    reader = Reader(raw, tickets, parts, file)
    method.prepare(reader, tickets)
    return reader.finish()
