"""What cannot be undone is confirmed by naming it: what the server asks of the form of `components/confirm.html`."""

from __future__ import annotations

from django.http import HttpRequest

from duxue.web.common.lang import Words, say


def named(typed: str, name: Words) -> bool:
    """Return whether what was typed is the name, in any of its languages."""
    return typed.strip() in {name.zh, name.en, str(name)} - {""}


def confirmed(request: HttpRequest, name: Words) -> bool:
    """Return whether the name was typed into the form of a confirmation."""
    return named(request.POST.get("confirm", ""), name)


def unconfirmed(name: Words) -> Words:
    """Return what is said when it was not."""
    return say("请输入“{name}”以确认", "type “{name}” to confirm", name=name)
