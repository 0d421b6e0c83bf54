"""Shapes that the API of more than one app speaks."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from duxue.web.common.pagination import Page


class Both(Schema):
    """A text in both languages."""

    zh: str
    en: str


class PageOut(Schema):
    """A page of a list: `later` and `earlier` are the cursors of its neighbours, "" where there is none."""

    later: str
    earlier: str


def paged(page: Page[Any], rows: list[Any] | None = None) -> dict[str, Any]:
    """Return a page as its schema has it; `rows`: what is shown of it, when that is not the rows themselves."""
    return {"rows": page.rows if rows is None else rows, "later": page.later, "earlier": page.earlier}
