"""The page of docs/reference with the procedures of the sample province: drawn, with terms, windows and conditions."""

from __future__ import annotations

from duxue.cases.diagram import diagram
from duxue.cases.procedure import Procedure, Transition, read_procedures, role_title
from duxue.packs.base import SourceRef
from duxue.packs.loader import load
from duxue.packs.schema import Pack
from tools.reference import write_table

PACK = "cn-duty-province-demo"
HEAD = """\
# Procedures of the sample province

How the objects of a round go from start to end in the pack `{pack}`; another pack may say otherwise. Terms marked
*confirmed* are law, all others our proposal. How days are counted: [clocks](../methods/clocks.md). The keys:
[pack elements](pack-schema.md#procedurespec).
"""


def write_procedures() -> str:
    """Return every procedure of the sample province."""
    pack = load(PACK).pack
    procedures = read_procedures(pack.procedures).values()
    return "\n".join([HEAD.format(pack=PACK), *(_section(procedure, pack) for procedure in procedures)])


def _section(procedure: Procedure, pack: Pack) -> str:
    parts = [
        f"## {procedure.title.en} {procedure.title.zh}\n\n```mermaid\n{diagram(procedure)}```\n",
        write_table(
            ["operation", "操作", "from", "to", "who", "asked for"], (_row(t) for t in procedure.transitions)
        ),
    ]
    if procedure.clocks:
        rows = (
            [f"`{c.id}`", c.title.en, c.title.zh, c.term.text.en, _source(c.source, pack)]
            for c in procedure.clocks
        )
        parts.append(write_table(["clock", "within the term", "时限", "term", "source"], rows))
    if procedure.guards:
        parts.append(
            write_table(
                ["condition", "holds when", "条件"],
                ([f"`{g.id}`", g.title.en, g.title.zh] for g in procedure.guards),
            )
        )
    if procedure.steps:
        steps = (
            [
                f"`{s.id}`",
                f"{s.title.en} {s.title.zh}",
                ", ".join(role_title(role).en for role in s.who),
                f"{s.opens.text.en} after the opening" if s.opens else "with the round",
                f"for {s.closes.text.en}" if s.closes else "to the end",
            ]
            for s in procedure.steps
        )
        parts.append(write_table(["step", "title", "who", "opens", "open"], steps))
    return "\n".join(parts)


def _row(move: Transition) -> list[str]:
    asked = [f"`{guard}`" for guard in move.guards]
    asked += ["a reason"] if move.reason == "required" else []
    asked += [f"window of `{move.window}`"] if move.window else []
    asked += [f"another person than `{move.different_person_from}`"] if move.different_person_from else []
    return [
        move.title.en,
        move.title.zh,
        ", ".join(move.from_),
        move.to or "*stays*",
        ", ".join(role_title(role).en for role in move.roles),
        ", ".join(asked),
    ]


def _source(source: SourceRef | None, pack: Pack) -> str:
    known = pack.sources.get(source) if isinstance(source, str) else source
    if known is None or known.name is None:
        return ""
    return f"{known.name.zh}, *{known.status}*"
