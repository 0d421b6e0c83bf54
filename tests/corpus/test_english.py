"""The English grammar on texts marked before it was tuned to them: it may get better, not worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.claims import as_row, extract
from duxue.documents import from_text
from tests.corpus.marked import read_marked
from tests.corpus.scores import score


@pytest.mark.parametrize(
    ("name", "whole"),
    [("held_out.txt", 0.96), ("held_out_3.txt", 0.965), ("held_out_5.txt", 0.97), ("held_out_6.txt", 0.97)],
)
def test_scores_hold(name: str, whole: float) -> None:
    texts = [text for text in read_marked(Path(__file__).with_name(name)) if text.language == "en"]
    marked = [claim for text in texts for claim in text.claims]
    found = [as_row(claim) for text in texts for claim in extract(from_text(text.name, text.text))]
    scores = score(marked, found)
    assert scores.f1 >= 0.98
    assert scores.whole >= whole
    assert scores.fields["comparator"] >= 0.97
    assert scores.fields["period"] >= 0.93
    assert scores.fields["org"] >= 0.9
