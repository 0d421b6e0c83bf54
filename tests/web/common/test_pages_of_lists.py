"""Lists by the place of their rows, there and back: those counted and not kept, and those found among the nearest keys."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from duxue.web.common.clock import now
from duxue.web.common.pagination import Page, _write, page_of, page_of_list
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Notice
from tests.web.worlds import World

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


KEYS = [*range(1, 30), 47, 48, 90, *range(200, 260, 3)]


def walk(near: int, size: int, most: int) -> list[tuple[list[int], str, str]]:
    """Return all pages of the notices below `most`, there and back."""
    rows = Notice.objects.filter(event__lt=most)
    told = []
    for way in ("later", "earlier"):
        cursor = told[-1][2] if told else ""
        while True:
            one = page_of(rows, cursor, size=size, near=near)
            told.append(([row.pk for row in one], one.later, one.earlier))
            cursor = getattr(one, way)
            if not cursor:
                break
    return told


@pytest.mark.parametrize("near", [1, 7, 40, 1000])
@pytest.mark.parametrize("size", [1, 5, 50])
@pytest.mark.parametrize("most", [0, 30, 95, 1000])
def test_looking_near_first_gives_the_pages_of_looking_everywhere(
    world: World, near: int, size: int, most: int
) -> None:
    with everything("test"):
        about = {
            "user": world.user["officer_a"],
            "round": world.round,
            "title_zh": "样本",
            "title_en": "Sample",
            "url": "/",
        }
        Notice.objects.bulk_create(Notice(pk=pk, event=pk, at=now(), **about) for pk in KEYS)
        assert walk(near, size, most) == walk(0, size, most)


def test_a_page_of_what_is_not_rare_comes_from_the_nearest_keys_alone(world: World) -> None:
    with everything("test"):
        about = {"user": world.user["officer_a"], "round": world.round, "title_zh": "样本", "url": "/"}
        Notice.objects.bulk_create(
            Notice(pk=pk, event=pk, title_en=f"{pk % 2}", at=now(), **about) for pk in range(1, 200)
        )
        with CaptureQueriesContext(connection) as asked:
            page_of(Notice.objects.filter(title_en="1"), size=5, near=20)
        assert len(asked) == 2
        assert ">= 179" in asked[1]["sql"]
        with CaptureQueriesContext(connection) as asked:
            page_of(Notice.objects.filter(title_en="7"), size=5, near=20)
        assert len(asked) == 3  # rare: looked for everywhere


def test_a_cursor_at_the_end_of_all_keys_finds_nothing(world: World) -> None:
    with everything("test"):
        for backwards in (0, 1):
            cursor = _write(bool(backwards), [(1 << 63) - 1])
            assert list(page_of(Notice.objects.all(), cursor, near=20)) == []
