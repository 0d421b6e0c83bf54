"""Undo: what can be put back is done at once, and the next page offers to put it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from duxue.web.common.lang import Words

_MARK = "undo "


def tell_undoable(request: HttpRequest, done: Words, url: str) -> None:
    """Say on the next page what was done, with a button that posts to `url`, where it is put back by the rights of then."""
    messages.success(request, str(done), extra_tags=f"{_MARK}{url}")


def undo_url(extra_tags: str | None) -> str:
    """Return where what a message tells is put back; "" where it cannot be."""
    return extra_tags.removeprefix(_MARK) if extra_tags and extra_tags.startswith(_MARK) else ""
