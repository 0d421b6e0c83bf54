"""Every address × everybody × things of the own and of a foreign authority: each cell is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from duxue.web.common.models import AuditEvent, AuditHead, Sent
from duxue.web.common.scope import everything
from tests.web.access.changing import BEFORE, ELSEWHERE, EVENTS, NOTHING
from tests.web.access.expected import (
    ALLAUTH_KEYED,
    ALLAUTH_PUBLIC,
    ALLAUTH_SIGNED_IN,
    ANYBODY,
    API,
    FOREIGN,
    FURTHER,
    NOT_AUDITED,
    PAGES,
    POSTED,
    Row,
)
from tests.web.access.routes import operations, pages
from tests.web.access.stage import Stage
from tests.web.worlds import PASSWORD

ROWS = PAGES | FURTHER | API
ROOT = Path(__file__).parents[3]
WRITES = re.compile(r'(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(\w+)"')
KEPT_ASIDE = {Sent._meta.db_table}  # what was answered to a key, so that it is not done twice
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def browsers(stage: Stage) -> dict[str, Client]:
    """Everybody's browser, signed in."""
    return {key: stage.world.client(key) for key in sorted(ANYBODY)}


def test_every_page_has_its_row() -> None:
    of_allauth = {*ALLAUTH_SIGNED_IN, *ALLAUTH_KEYED, *ALLAUTH_PUBLIC}
    assert sorted(set(pages()) - set(PAGES) - of_allauth) == []
    assert sorted(of_allauth - set(pages())) == []


def test_every_operation_of_the_api_has_its_row() -> None:
    assert sorted(set(operations()) - set(API)) == []


def test_no_row_without_an_address() -> None:
    assert sorted(set(PAGES) - set(pages())) == []
    assert sorted(set(API) - set(operations())) == []
    assert {row.address for row in FURTHER.values()} <= set(PAGES)


def ask(client: Client, name: str, row: Row, stage: Stage, side: str, query: str = "") -> Any:
    """Ask once, and take back whatever it did."""
    with transaction.atomic():
        sent = send(client, name, row, stage, side, query)
        transaction.set_rollback(True)
    return sent


def send(client: Client, name: str, row: Row, stage: Stage, side: str, query: str = "") -> Any:
    """Ask once."""
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
    path += f"?{query}" if query else ""
    browser = copy(client)
    browser.cookies = SimpleCookie(client.cookies)
    sent = getattr(browser, row.method.lower())(path, data, headers=headers, **options)
    if sent.streaming:
        b"".join(sent)  # lets it go; `close` would close the connection that the test stands on
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


@pytest.mark.parametrize("name", [name for name, row in PAGES.items() if row.method == "GET"])
def test_who_sends_nothing_to_a_page_gets_no_further_than_who_reads_it(
    name: str, stage: Stage, browsers: dict[str, Client]
) -> None:
    row, wrong = PAGES[name], []
    allowed = POSTED.get(name, row.allowed)
    for key, client in browsers.items():
        own = send_nothing(client, name, stage, "own")
        if own.status_code == 405 and name not in POSTED:
            return  # the page is only read
        if came_through(own) != (key in allowed) or own.status_code == 405:
            wrong.append(f"{key}: own, {own.status_code}")
        if has_foreign(row, stage) and key not in FOREIGN:
            foreign = send_nothing(client, name, stage, "foreign")
            if came_through(foreign) != row.secret:
                wrong.append(f"{key}: foreign, {foreign.status_code}")
    assert wrong == []


def send_nothing(client: Client, name: str, stage: Stage, side: str) -> Any:
    """Send a form that says only which things it is about, as its page's address does."""
    row = PAGES[name]
    query = urlencode(row.data | {field: stage[kind, side] for field, kind in row.body.items()})
    return ask(client, name, replace(row, method="POST", data={}), stage, side, query)


@contextmanager
def tables_written(into: set[str]) -> Iterator[None]:
    """Collect the tables in which rows were put, changed or taken out."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        # What an INSERT put in is counted by SQLite only when the keys that it returns were fetched.
        if (found := WRITES.match(sql)) and (sql.startswith("INSERT INTO") or context["cursor"].rowcount):
            into.add(found[1])
        return done

    with connection.execute_wrapper(note):
        yield


def test_nothing_is_changed_without_an_event(stage: Stage, browsers: dict[str, Client]) -> None:
    own = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("duxue.web.")}
    told: dict[str, str] = {}
    unchanged = set()
    for name, row in ROWS.items():
        if row.method in {"GET", "HEAD"}:
            continue
        for key in sorted(row.allowed - FOREIGN):
            written: set[str] = set()
            with transaction.atomic():
                with everything("test"):
                    before = BEFORE[name](stage, row) if name in BEFORE else row
                    last = AuditHead.objects.get().seq
                with tables_written(written):
                    answer = send(browsers[key], name, before, stage, "own")
                with everything("test"):
                    events = set(AuditEvent.objects.filter(seq__gt=last).values_list("action", flat=True))
                transaction.set_rollback(True)
            if answer.status_code < 400 and (written & own) - KEPT_ASIDE:
                told[name] = " ".join(sorted(event.removeprefix("duxue.") for event in events))
                break
        else:
            unchanged.add(name)
    assert told == EVENTS
    assert {name for name, events in told.items() if not events} <= set(NOT_AUDITED)
    assert unchanged - set(NOT_AUDITED) == ELSEWHERE.keys() | NOTHING.keys()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_changes_nothing_here_is_tried_elsewhere(name: str) -> None:
    where = ELSEWHERE[name]
    path, _, test = where.partition("::")
    if test:
        assert f"def {test}(" in (ROOT / "tests/web" / path).read_text(encoding="utf-8")
    else:
        assert where in EVENTS


@pytest.mark.parametrize("name", ALLAUTH_SIGNED_IN)
@pytest.mark.usefixtures("stage")
def test_pages_of_the_own_account_ask_to_sign_in(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("name", ALLAUTH_KEYED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_reaches_the_passkey_of_another(name: str, method: str, stage: Stage) -> None:
    told: dict[str, int] = {}
    for key in ("officer_a", "manager_a", "organiser", "foreign_organiser", "public"):
        with transaction.atomic():
            passkey = Authenticator.objects.create(
                user=stage.world.user["officer_a"], type="webauthn", data={"name": "a", "credential": {}}
            )
            client = stage.world.client(key)
            if key != "public":
                client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
            told[key] = getattr(client, method)(reverse(name, args=[passkey.pk])).status_code
            assert key == "officer_a" or Authenticator.objects.filter(pk=passkey.pk).exists()
            transaction.set_rollback(True)
    assert told.pop("officer_a") == (302 if (name, method) == ("mfa_remove_webauthn", "post") else 200)
    assert told == {"manager_a": 404, "organiser": 404, "foreign_organiser": 404, "public": 302}
