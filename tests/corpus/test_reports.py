"""The invented reports that the reading benchmark measures: the same each time, as long and as dense as asked for."""

from __future__ import annotations

import pytest

from bench.parts.reports import DENSE, LANGUAGES, ORDINARY, make_reports
from duxue.claims.extract import extract
from duxue.documents import from_text

SIZE = 20_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_reports_come_again_and_each_has_a_territory_of_its_own(language: str) -> None:
    first = list(make_reports(language, 3, SIZE))
    assert first == list(make_reports(language, 3, SIZE))
    assert len({text.splitlines()[0] for text in first}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_are_as_long_and_as_dense_as_asked_for(language: str) -> None:
    (text,) = make_reports(language, 1, SIZE)
    assert SIZE <= len(text.encode()) < SIZE * 1.1
    spacing = len(text.encode()) / len(extract(from_text("report", text)))
    assert ORDINARY * 0.8 < spacing < ORDINARY * 1.25
    (dense,) = make_reports(language, 1, SIZE, DENSE)
    assert len(extract(from_text("dense", dense))) > 3 * SIZE / ORDINARY


def test_prose_in_traditional_characters_is_the_same_prose() -> None:
    (text,) = make_reports("zh-Hant", 1, 10 * SIZE)
    assert "義務教育學校辦學行為更加規範" in text
    assert "义务教育学校" not in text
