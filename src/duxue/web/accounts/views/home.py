"""The first page: what must be done now, then where things stand; to the public, what the site is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from duxue.web.accounts.demo import PREFIX, demo_people
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.accounts.signing import signed_in
from duxue.web.common.lang import Words, say
from duxue.web.common.navigation import entries
from duxue.web.common.policy import ROLE_TITLES
from duxue.web.common.requests import actor_in
from duxue.web.common.tasks_list import Todo, standings, todos
from duxue.web.common.templatetags.components import clock_state
from duxue.web.public.selectors import editions

_STATE_WORDS: dict[str, Words] = {
    "neutral": say("待办", "To do"),
    "at_risk": say("即将到期", "Due soon"),
    "overdue": say("已逾期", "Overdue"),
}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what is to be done now; to the public, what the site is."""
    actor = actor_in(request)
    if actor.public:
        published = [edition.round for edition in editions()[:10]]
        return render(request, "home.html", {"published": published, "demo_people": _demo_buttons()})
    context = {
        "tasks": [_task(todo) for todo in todos(actor)],
        "standings": standings(actor),
        "places": entries(actor),
    }
    return render(request, "home.html", context)


def _task(todo: Todo) -> dict[str, Any]:
    state = clock_state(todo.due)
    return {"title": todo.title, "hint": todo.hint, "url": todo.url, "due": todo.due, "state": state, "word": _STATE_WORDS[state]}  # fmt: skip


def _demo_buttons() -> list[dict[str, Any]]:
    buttons = []
    for user in demo_people():
        held = actor_of_user(user).held
        roles = [ROLE_TITLES[role] for role in dict.fromkeys(h.role for h in held)]
        buttons.append(
            {
                "key": user.username.removeprefix(PREFIX),
                "name": str(user),
                "post": _post(user.post),
                "roles": roles,
            }
        )
    return buttons


def _post(text: str) -> Words:
    """Return a post of the demonstration, which is written in both languages, in the reader's."""
    zh, _, en = text.partition(" / ")
    return Words(zh, en or zh)


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demonstration; there is no such address elsewhere."""
    if not settings.DEMO:
        raise Http404
    user = demo_people().filter(username=f"{PREFIX}{request.POST.get('key', '')}").first()
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    signed_in(request, user, "demo")
    return redirect("home")
