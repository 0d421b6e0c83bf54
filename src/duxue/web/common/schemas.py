"""Shapes that the API of more than one app speaks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from duxue.web.common.clock import YEARS
from duxue.web.common.lang import Words
from duxue.web.common.pagination import Page

D = TypeVar("D", bound=date)


def _countable(day: D) -> D:
    if day.year not in YEARS:
        message = f"a year between {YEARS[0]} and {YEARS[-1]} is expected"
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

    @classmethod
    def of(cls, words: Words) -> Both:
        """Return words of the site in both."""
        return cls(zh=words.say("zh-hans"), en=words.say("en"))


class PageOut(Schema):
    """A page of a list: `later` and `earlier` are the cursors of its neighbours, "" where there is none."""

    later: str
    earlier: str


def paged(page: Page[Any], rows: list[Any] | None = None) -> dict[str, Any]:
    """Return a page as its schema has it; `rows`: what is shown of it, when that is not the rows themselves."""
    return {"rows": page.rows if rows is None else rows, "later": page.later, "earlier": page.earlier}
