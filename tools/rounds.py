"""The reference page of a round's files: round.yaml, its tables, and the sentences of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from duxue.packs.base import Model
from duxue.reports.duty_words import SENTENCES, places
from duxue.scoring import inputs
from duxue.scoring.round_file import RoundFile
from duxue.scoring.round_text import EditedText, Practices
from duxue.scoring.table import Column
from tools.reference import write_models, write_table

HEAD = "# A round's files\n\n`round.yaml` names the rules, the data and the tables of a round.\n"
_TABLES: Mapping[str, Sequence[Column]] = {
    "self": inputs.SELF,
    "reviews": inputs.REVIEWS,
    "reviewers": inputs.REVIEWERS,
    "evidence": inputs.EVIDENCE,
    "vetoes": inputs.VETOES,
    "last_round": inputs.LAST_ROUND,
    "explanations": inputs.EXPLANATIONS,
}
_KINDS = {"text": "text", "number": "number", "day": "day, `2024-04-24`", "list": "list, with `;`"}


class Documents(Model):
    """The YAML files of a round."""

    round: RoundFile = Field(description="round.yaml.")
    text: EditedText = Field(description="The file named under `files: text:`.")
    practices: Practices = Field(description="The file named under `files: practices:`.")


def write_rounds() -> str:
    """Return the page."""
    parts = [
        write_models(Documents, HEAD),
        "\n## Tables\n\nUTF-8 csv with a header. `last_round` may have further columns, so that a ledger.csv will do.\n",
    ]
    for name, columns in _TABLES.items():
        rows = [_row(column) for column in columns]
        parts.append(f"\n### {name}\n\n{write_table(('column', 'holds', ''), rows)}")
    sentences = [
        (f"`{name}`", " ".join(f"`{{{place}}}`" for place in places(name)), text.zh, text.en)
        for name, text in SENTENCES.items()
    ]
    head = ("sentence", "places", "中文", "English")
    parts.append(f"\n## Sentences of the report\n\n{write_table(head, sentences)}")
    return "".join(parts)


def _row(column: Column) -> tuple[str, str, str]:
    holds = " or ".join(f"`{option}`" for option in column.options) if column.options else _KINDS[column.kind]
    needed = "may be absent" if column.optional else "" if column.required else "may be empty"
    return f"`{column.name}`", holds, needed
