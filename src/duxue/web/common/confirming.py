"""How what is done is confirmed: what the server asks of the form of `components/confirm.html`.

What no way leads back from is confirmed by naming it, by what a person would type: a unit by its name, a round and what
belongs to all of it by its short name, many units by how many they are. What can be put back is done by the button of the page
that says what happens, with a reason where the procedure asks for one.
"""

from __future__ import annotations

from django.http import HttpRequest

from duxue.web.common.lang import Words, say


def named(typed: str, name: Words) -> bool:
    """Return whether what was typed is the name, in any of its languages."""
    return typed.strip() in {name.say("zh-hans"), name.say("en"), str(name)} - {""}


def confirmed(request: HttpRequest, name: Words) -> bool:
    """Return whether the name was typed into the form of a confirmation."""
    return named(request.POST.get("confirm", ""), name)


def short_name(text: object) -> Words:
    """Return a short name or a number as what is typed in each language."""
    return say("{code}", "{code}", code=str(text))


def unconfirmed(name: Words) -> Words:
    """Return what is said when it was not."""
    return say("请输入“{name}”以确认", "type “{name}” to confirm", name=name)
