"""Hard words of the pages are explained as the glossary explains them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import Context, Template

from duxue.web.common.lang import speaking
from duxue.web.common.terms import TERMS

GLOSSARY = Path(__file__).resolve().parents[3] / "docs" / "glossary.md"
ROWS = [[cell.strip() for cell in line.split("|")[1:5]] for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")]  # fmt: skip


@pytest.mark.parametrize("key", TERMS)
def test_a_term_says_what_the_glossary_says(key: str) -> None:
    term = TERMS[key]
    assert [term.name.zh, term.name.en, term.text.zh, term.text.en] in ROWS


def test_a_term_opens_beside_its_word_in_the_reader_s_language() -> None:
    page = Template('{% load components %}{% term "credibility" %}')
    for language, said in (
        ("en", "How far the self-evaluation agrees"),
        ("zh-hans", "自评与核查结果的一致程度"),
    ):
        with speaking(language):
            shown = page.render(Context())
        assert "<details" in shown
        assert said in shown
