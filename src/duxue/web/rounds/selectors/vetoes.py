"""Reading vetoes: each with what its rule is called, the files that prove it, and where its appeal stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from duxue.web.common.lang import Words, say, words
from duxue.web.evidence.selectors import names_of
from duxue.web.rounds.models import Round, Veto
from duxue.web.rounds.services.vetoes import vetoes_of

APPEALS = {
    "none": say("未申诉", "no appeal"), "pending": say("申诉中", "appeal pending"), "upheld": say("维持", "upheld"),
    "withdrawn": say("已撤销", "withdrawn"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A veto as pages show it; `files` are names with addresses, `counts` says whether it still may change a grade."""

    veto: Veto
    rule: Words | str
    appeal: Words
    files: list[dict[str, Any]]
    counts: bool


def shown(round: Round, rows: Iterable[Veto]) -> list[Shown]:
    """Return the vetoes of a round that the reader sees, ready to be shown."""
    known, held = vetoes_of(round), list(rows)
    files = names_of("veto", [veto.pk for veto in held])
    return [
        Shown(
            veto, words(known[veto.rule]) if veto.rule in known else veto.rule, APPEALS[veto.appeal],
            files.get(veto.pk, []), veto.appeal != "withdrawn",
        )
        for veto in held
    ]  # fmt: skip
