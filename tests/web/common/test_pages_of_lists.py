"""Lists that are counted and not kept: paged by the place of their rows, there and back, also where rows come and go."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest

from duxue.web.common.pagination import Page, page_of_list

Row = tuple[int, str]
ROWS: list[Row] = sorted((-(n % 7), f"{n:04}") for n in range(2500))


def page(rows: list[Row], cursor: str = "", size: int = 200) -> Page[Row]:
    return page_of_list(rows, cursor, key=lambda row: row, size=size)


def test_all_rows_are_met_once_there_and_back() -> None:
    pages = [page(ROWS)]
    while pages[-1].later:
        pages.append(page(ROWS, pages[-1].later))
    assert [row for one in pages for row in one] == ROWS
    assert (len(pages), pages[0].earlier) == (13, "")
    back = [pages[-1]]
    while back[-1].earlier:
        back.append(page(ROWS, back[-1].earlier))
    assert [row for one in reversed(back) for row in one] == ROWS


def test_rows_that_came_or_went_skip_none_of_the_others() -> None:
    first = page(ROWS, size=10)
    changed = [row for row in ROWS if row != ROWS[9]]
    changed.insert(0, (-9, "new"))
    assert list(page(changed, first.later, size=10)) == ROWS[10:20]
    assert list(page([], first.later)) == []


@pytest.mark.parametrize("cursor", ["x", "WzAsMV0", "WzAsImEiLCJiIl0"])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequest):
        page(ROWS, cursor)
