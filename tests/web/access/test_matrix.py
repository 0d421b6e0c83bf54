"""Every address × everybody × things of the own and of a foreign authority: each cell is tried."""

from __future__ import annotations

import re
from copy import copy
from http.cookies import SimpleCookie
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
    FURTHER,
    OF_ALLAUTH,
    PAGES,
    Row,
)
from tests.web.access.routes import operations, pages
from tests.web.access.stage import Stage

ROWS = PAGES | FURTHER | API
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def browsers(stage: Stage) -> dict[str, Client]:
    """Everybody's browser, signed in."""
    return {key: stage.world.client(key) for key in sorted(ANYBODY)}


def test_every_page_has_its_row() -> None:
    found = [name for name in pages() if not name.startswith(OF_ALLAUTH)]
    assert sorted(set(found) - set(PAGES)) == []


def test_every_operation_of_the_api_has_its_row() -> None:
    assert sorted(set(operations()) - set(API)) == []


def test_no_row_without_an_address() -> None:
    assert sorted(set(PAGES) - set(pages())) == []
    assert sorted(set(API) - set(operations())) == []
    assert {row.address for row in FURTHER.values()} <= set(PAGES)


def ask(client: Client, name: str, row: Row, stage: Stage, side: str) -> Any:
    """Ask once, and take back whatever it did."""
    args = row.args(stage, side) if row.args else []
    data = row.data | {field: stage[kind, side] for field, kind in row.body.items()}
    headers = {}
    if name in API:
        values = iter(args)
        path = re.sub(r"\{[^}]*\}", lambda _m: str(next(values)), name.partition(" ")[2])
        headers = {"Idempotency-Key": "matrix", "Upload-Offset": "0"}
    else:
        path = reverse(row.address or name, args=args)
    options = {"content_type": "application/json"} if name in API and row.method != "GET" else {}
    browser = copy(client)
    browser.cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        sent = getattr(browser, row.method.lower())(path, data, headers=headers, **options)
        if sent.streaming:
            b"".join(sent)  # lets it go; `close` would close the connection that the test stands on
        transaction.set_rollback(True)
    return sent


def came_through(response: Any) -> bool:
    """Return whether somebody was let in: neither refused, nor not found, nor sent to sign in."""
    if response.status_code == 302:
        return not response["Location"].startswith("/accounts/login/")
    assert response.status_code < 500
    return response.status_code not in {401, 403, 404}


@pytest.mark.parametrize("name", ROWS)
def test_each_gets_where_they_may_and_nowhere_else(
    name: str, stage: Stage, browsers: dict[str, Client]
) -> None:
    row, wrong = ROWS[name], []
    for key, client in browsers.items():
        answer = ask(client, name, row, stage, "own")
        if came_through(answer) != (key in row.allowed):
            wrong.append(f"{key}: own, {answer.status_code}")
        if key == "public" and key not in row.allowed and answer.status_code not in {302, 401, 404}:
            wrong.append(f"public: is told {answer.status_code}, not asked to sign in")
        if has_foreign(row, stage) and key not in FOREIGN:
            answer = ask(client, name, row, stage, "foreign")
            if came_through(answer) != row.secret:
                wrong.append(f"{key}: foreign, {answer.status_code}")
    assert wrong == []


def has_foreign(row: Row, stage: Stage) -> bool:
    """Return whether the row names a thing of which the foreign authority has one too."""
    try:
        own, foreign = (
            [*(row.args(stage, side) if row.args else []), *(stage[k, side] for k in row.body.values())]
            for side in ("own", "foreign")
        )
    except KeyError:
        return False
    return own != foreign


@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.method not in {"GET", "HEAD"}])
def test_nothing_is_changed_without_the_token_of_the_form(
    name: str, stage: Stage, browsers: dict[str, Client]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = SimpleCookie(browsers["organiser"].cookies)
    assert ask(client, name, ROWS[name], stage, "own").status_code == 403


@pytest.mark.parametrize("name", ALLAUTH_SIGNED_IN)
@pytest.mark.usefixtures("stage")
def test_pages_of_the_own_account_ask_to_sign_in(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
