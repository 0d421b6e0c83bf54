"""What cannot be undone is confirmed by naming it: what the server asks of the form of `components/confirm.html`."""

from __future__ import annotations

from django.http import HttpRequest

from duxue.web.common.lang import Words, say


def confirmed(request: HttpRequest, name: Words) -> bool:
    """Return whether the name was typed, in any of its languages."""
    return request.POST.get("confirm", "").strip() in {name.zh, name.en, str(name)} - {""}


def unconfirmed(name: Words) -> Words:
    """Return what is said when it was not."""
    return say("请输入“{name}”以确认", "type “{name}” to confirm", name=name)
