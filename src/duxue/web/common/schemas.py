"""Shapes that the API of more than one app speaks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from duxue.web.common.pagination import Page

D = TypeVar("D", bound=date)
_FIRST, _LAST = 1900, 2200  # years that every calendar and database here can count with


def _countable(day: D) -> D:
    if not _FIRST <= day.year <= _LAST:
        message = f"a year between {_FIRST} and {_LAST} is expected"
        raise ValueError(message)
    return day


Day = Annotated[date, AfterValidator(_countable)]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]  # of a thing, as databases number them
Moment = Annotated[AwareDatetime, AfterValidator(_countable)]  # with its offset: no zone is guessed


class MoveIn(Schema):
    """A step with its reason, where one is asked for."""

    reason: str = ""


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
