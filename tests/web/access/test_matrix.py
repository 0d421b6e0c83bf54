"""Every address × everybody × things of the own and of a foreign authority: each cell is tried."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.web.access.expected import (
    ALLAUTH_SIGNED_IN,
    ANYBODY,
    API,
    FOREIGN,
    IN_BODY,
    OF_ALLAUTH,
    PAGES,
    Row,
)
from tests.web.access.routes import operations, pages
from tests.web.access.stage import Stage, make_stage
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(world: World) -> Stage:
    return make_stage(world)


def test_every_page_has_its_row() -> None:
    found = [name for name in pages() if not name.startswith(OF_ALLAUTH)]
    assert sorted(set(found) - set(PAGES)) == []


def test_every_operation_of_the_api_has_its_row() -> None:
    assert sorted(set(operations()) - set(API)) == []


def test_no_row_without_an_address() -> None:
    assert sorted(set(PAGES) - set(pages())) == []
    assert sorted(set(API) - set(operations())) == []


def ask(client: Client, name: str, row: Row, stage: Stage, side: str) -> Any:
    """Ask once, and take back whatever it did."""
    args = row.args(stage, side) if row.args else []
    data = dict(row.data)
    if name in PAGES:
        path, options = reverse(name, args=args), {}
    else:
        values = iter(args)
        data |= {field: stage[kind, side] for field, kind in IN_BODY.get(name, {}).items()}
        path = re.sub(r"\{[^}]*\}", lambda _m: str(next(values)), name.partition(" ")[2])
        options = {"content_type": "application/json"}
    with transaction.atomic():
        sent = (
            client.get(path)
            if row.method == "GET"
            else getattr(client, row.method.lower())(path, data, **options)
        )
        transaction.set_rollback(True)
    return sent


def came_through(response: Any) -> bool:
    """Return whether somebody was let in: neither refused, nor not found, nor sent to sign in."""
    if response.status_code == 302:
        return not response["Location"].startswith("/accounts/login/")
    assert response.status_code < 500
    return response.status_code not in {401, 403, 404}


@pytest.mark.parametrize("name", [*PAGES, *API])
def test_each_gets_where_they_may_and_nowhere_else(name: str, stage: Stage) -> None:
    row = PAGES.get(name) or API[name]
    has_thing = name in IN_BODY or (row.args is not None and "tree/{day}" not in name)
    wrong = []
    for key in sorted(ANYBODY):
        client = stage.world.client(key)
        if came_through(ask(client, name, row, stage, "own")) != (key in row.allowed):
            wrong.append(f"{key}: own")
        if has_thing and key not in FOREIGN:
            through = came_through(ask(stage.world.client(key), name, row, stage, "foreign"))
            if through != row.secret:
                wrong.append(f"{key}: foreign")
    assert wrong == []


@pytest.mark.parametrize("name", [n for n, row in (PAGES | API).items() if row.method != "GET"])
def test_nothing_is_changed_without_the_token_of_the_form(name: str, stage: Stage) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        stage.world.user["organiser"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    row = PAGES.get(name) or API[name]
    assert ask(client, name, row, stage, "own").status_code == 403


@pytest.mark.parametrize("name", ALLAUTH_SIGNED_IN)
def test_pages_of_the_own_account_ask_to_sign_in(name: str, world: World) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
