"""Agreement of `duxue read` with claims marked by hand: the held-out sentences, and the gold texts where they are beside.

`python -m bench reading_scores`
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from duxue.claims.extract import extract
from duxue.claims.model import as_row
from duxue.documents import from_text
from tests.corpus.marked import HELD_OUT, read_marked
from tests.corpus.scores import Row, Scores, score

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "documents"


def run() -> None:
    """Print one line for each set of texts."""
    print(f"{'texts':<28}{'marked':>7}{'found':>7}{'prec.':>8}{'recall':>8}{'F1':>8}{'whole':>8}", end="")
    print("".join(f"{name:>11}" for name in ("value", "unit", "kind", "period", "org", "suspect")))
    for path in sorted(HELD_OUT.parent.glob("held_out*.txt")):
        held = read_marked(path)
        for language in sorted({t.language for t in held}):
            texts = [t for t in held if t.language == language]
            found = [row for t in texts for row in read(t.name, t.text)]
            _print(f"{path.stem} {language}", score([c for t in texts for c in t.claims], found))
    for folder, name in ((BESIDE, "five reports"), (BESIDE / "more", "eighteen more")):
        if (folder / "gold.jsonl").is_file():
            _print(name, of_gold(folder))


def read(name: str, text: str) -> list[Row]:
    """Return the claims of a text as rows."""
    return [as_row(claim) for claim in extract(from_text(name, text))]


def of_gold(folder: Path) -> Scores:
    """Return the agreement with a folder of texts and their gold.jsonl."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines if line.strip()]
    found: list[Row] = []
    for name in sorted({row["doc"] for row in gold}):
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            found += read(name, stream.read())
    return score(gold, found)


def _print(name: str, scores: Scores) -> None:
    figures: Sequence[float] = (scores.precision, scores.recall, scores.f1, scores.whole)
    print(f"{name:<28}{scores.marked:>7}{scores.found:>7}" + "".join(f"{x:>8.3f}" for x in figures), end="")
    print(
        "".join(f"{scores.fields[f]:>11.3f}" for f in ("value", "unit", "kind", "period", "org", "suspect"))
    )
