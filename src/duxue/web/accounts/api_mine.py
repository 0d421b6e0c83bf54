"""What concerns the caller: what must be done, and what moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both, PageOut, paged
from duxue.web.common.tasks_list import Todo, todos
from duxue.web.rounds.models import Notice
from duxue.web.rounds.services.noticing import mail_switch, notices_seen

router = Router(tags=["mine"])


class TodoOut(Schema):
    """One thing to do: its title begins with the verb, `url` is the page on which it is done, `count` how many it stands for."""

    title: Both
    url: str
    due: datetime | None
    count: int | None
    hint: Both | None


class NoticeOut(Schema):
    """Something that moved; `url` is its page."""

    id: int
    round: str
    title: Both
    url: str
    at: datetime
    seen_at: datetime | None


class NoticePage(PageOut):
    """A page of notices."""

    rows: list[NoticeOut]


class MailIn(Schema):
    """Whether notices come by mail too."""

    on: bool


@router.get("/me/todos", response=list[TodoOut], summary="What must I do")
def list_todos(request: HttpRequest) -> Any:
    """Return all that the caller must do: what has a date first, the earliest on top."""
    return [_todo(one) for one in todos(actor_in(request))]


@router.get("/me/notices", response=NoticePage, summary="What moved")
def list_notices(request: HttpRequest, new: bool = False, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract
    """Return the caller's notices, the newest first; `new`: those not seen yet. A token has none: people are told."""
    rows = Notice.objects.select_related("round")
    page = page_of(rows.filter(seen_at=None) if new else rows, cursor, order=("-event", "-pk"), size=size)
    return paged(page, [_notice(row) for row in page])


@router.post("/me/notices/seen", response={204: None}, summary="Mark all notices as seen")
def seen(request: HttpRequest) -> Any:
    """Mark all notices of the caller as seen."""
    notices_seen(actor=actor_in(request))
    return Status(204, None)


@router.post("/me/mail", response={204: None}, summary="Turn mail on or off")
def mail(request: HttpRequest, given: MailIn) -> Any:
    """Let notices come by mail too, or not."""
    mail_switch(actor=actor_in(request), on=given.on)
    return Status(204, None)


def _todo(one: Todo) -> dict[str, Any]:
    hint = Both.of(one.hint) if one.hint else None
    return {"title": Both.of(one.title), "url": one.url, "due": one.due, "count": one.count, "hint": hint}


def _notice(row: Notice) -> dict[str, Any]:
    return {
        "id": row.pk, "round": row.round.slug, "title": Both.of(row.title), "url": row.url, "at": row.at, "seen_at": row.seen_at
    }  # fmt: skip
