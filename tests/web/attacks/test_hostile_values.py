"""Every field of every form, and of every body, query and address of the API, with values made to harm: never a fault, always words."""

from __future__ import annotations

import json
import logging
import random
import re
import traceback
from collections.abc import Iterator
from copy import copy
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from duxue.web.api.api import api
from tests.web.access.expected import API, FOREIGN, FURTHER, PAGES
from tests.web.access.stage import Stage, make_stage, standing
from tests.web.attacks.hostile import DIGITS, SCRIPT, TEXTS, TYPED, Field, FormFound, Forms, encoded
from tests.web.worlds import make_world

pytestmark = pytest.mark.django_db
SHOWN = {"components"}  # forms that only show how forms look
ROLES = ("organiser", "manager_a", "officer_a", "manager_b", "officer_a1", "reviewer1", "inspector1", "auditor", "leader", "public")  # fmt: skip
GETS = {name: row for name, row in (PAGES | FURTHER).items() if row.method == "GET"}
# Pages of signing in and of the own account: addresses that need no key.
ACCOUNT = {
    "public": ("account_login", "account_reset_password"),
    "officer_a": ("account_email", "account_change_password", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn"),
}  # fmt: skip
EACH, OF_BODIES, OF_QUERIES = (
    2,
    9,
    4,
)  # values that a field is sent besides the script, chosen by a fixed seed
WHOLE = {
    "rounds:more_time",
    "orgs:create",
    "rounds:windows",
    "reviews:score",
    "rectification:create",
}  # are sent all values

# What JSON can say besides texts, as it is written: Python reads some of it though no standard knows it.
WRITTEN = {
    "null": "null", "true": "true", "NaN": "NaN", "Infinity": "Infinity", "1e999": "1e999", "1e-999": "1e-999", "digits": DIGITS,
    "many digits": "9" * 4000, "negative": "-1", "beyond 64 bits": str(2**63), "fraction": "0.1", "list": '["a\\ud800b"]',
    "list of keys": f"[-1, {2**63}]", "object": '{"a": {"a": "\\ud800"}}', "names": '{"\\ud800": 1}', "deep": "[" * 200 + "]" * 200,
}  # fmt: skip
BODIES = {name: json.dumps(text) for name, text in TEXTS.items()} | {
    f"{n} (bare)": w for n, w in WRITTEN.items()
}
HELD = "held-place"


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The world with its things, made once: whatever a request does is taken back."""
    with standing(django_db_blocker, tmp_path_factory.mktemp("home")):
        logging.disable()  # thousands of lines that nobody reads
        yield make_stage(make_world())
        logging.disable(logging.NOTSET)


@pytest.fixture
def _django_db_helper(stage: Stage) -> None:
    """Replace the plugin's transaction for each test: the stage stands in one of its own."""


def some_of(values: dict[str, str], count: int, chance: random.Random) -> list[str]:
    """Return the names of so many values, and always that of the script."""
    return ["script", *chance.sample(sorted(values.keys() - {"script"}), count)]


def browser_of(client: Client) -> Client:
    """Return the browser once more: it tells of a fault instead of raising it, and its cookies are its own."""
    browser = copy(client)
    browser.cookies = SimpleCookie(client.cookies)
    browser.raise_request_exception = False
    cache.clear()  # attempts of before do not count against these
    return browser


def page_of(answer: Any) -> str:
    """Return the text of an HTML page, "" for anything else."""
    if answer.streaming:
        b"".join(answer)  # to its end, as a browser reads it
        return ""
    html = answer.get("Content-Type", "").startswith("text/html")
    return str(answer.content.decode()) if html else ""


def forms_of(stage: Stage) -> Iterator[tuple[str, str, FormFound]]:
    """Yield who, on which path, found a form; the same form, on whichever page, only once."""
    seen = set()
    for key in ROLES:
        paths = [reverse(name) for name in ACCOUNT.get(key, ())]
        for name, row in GETS.items():
            if key in row.allowed:
                args = row.args(stage, "own") if row.args else []
                paths.append(reverse(row.address or name, args=args))
        client = stage.world.client(key)
        for path in paths:
            with transaction.atomic():
                page = page_of(browser_of(client).get(path))
                transaction.set_rollback(True)
            for form in Forms(page).found:
                action = urlsplit(urljoin(path, form.action))
                name = resolve(action.path).view_name
                what = (form.method, name, frozenset(form.fields))
                if what not in seen and form.fields and name not in SHOWN:
                    seen.add(what)
                    form.action = urljoin(path, form.action)
                    yield key, path, form
    yield from sent_by_scripts(stage, {name for method, name, _ in seen if method == "post"})


def sent_by_scripts(stage: Stage, found: set[str]) -> Iterator[tuple[str, str, FormFound]]:
    """Yield what the pages' scripts send, and what forms send that no page shows in the state of this world."""
    for row_name, row in (PAGES | FURTHER).items():
        name = row.address or row_name
        data = row.data | {field: stage[kind, "own"] for field, kind in row.body.items()}
        if row.method == "POST" and data and name not in found and row.allowed & set(ROLES):
            key = min(row.allowed & set(ROLES))
            path = reverse(name, args=row.args(stage, "own") if row.args else [])
            fields = {field: Field(field, "hidden", str(value)) for field, value in data.items()}
            yield key, path, FormFound(path, "post", fields=fields)


def send(client: Client, form: FormFound, data: dict[str, str]) -> tuple[Any, list[str], Any]:
    """Send a form and follow where it leads; return the answer, the pages seen, and the fault if there was one."""
    browser, body = browser_of(client), encoded(data)
    with transaction.atomic():
        if form.method == "post":
            answer = browser.post(form.action, body, content_type="application/x-www-form-urlencoded")
        else:
            answer = browser.get(urlsplit(form.action).path, QUERY_STRING=body.decode())
        fault, pages = answer.exc_info if answer.status_code >= 500 else None, [page_of(answer)]
        place = answer.get("Location", "")
        if fault is None and place.startswith("/"):
            then = browser.get(place)
            fault = then.exc_info if then.status_code >= 500 else None
            pages.append(page_of(then))
        transaction.set_rollback(True)
    return answer, pages, fault


def told(fault: Any) -> str:
    """Return what a fault was, and where in our own modules."""
    kind, error, trace = fault
    frames = traceback.extract_tb(trace)
    last = next((f for f in reversed(frames) if "duxue/web" in f.filename), frames[-1])
    return f"{kind.__name__}: {str(error)[:120]} at {last.filename}:{last.lineno}"


def complaints(form: FormFound, name: str, value: str, answer: Any, pages: list[str]) -> Iterator[str]:
    """Yield what is wrong with an answer that is no fault."""
    if any(SCRIPT in page for page in pages):
        yield "echoes markup"
    if any("Traceback (most recent" in page for page in pages):
        yield "shows a traceback"
    if form.method != "post" or answer.status_code in {301, 302, 303, 413}:
        return
    page = pages[0]
    if answer.status_code == 200 or form.fields[name].kind in TYPED:
        if not re.search(r'role="(alert|status)"|class="error', page):
            yield f"{answer.status_code} says nothing"
        elif form.fields[name].kind in TYPED:
            kept = [f.fields[name].value for f in Forms(page).found if name in f.fields]
            wanted = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            if kept and not any("".join(k.split()) == "".join(wanted.split()) for k in kept):
                yield f"{answer.status_code} does not keep what was typed, but {kept[0][:40]!r}"
            elif not kept:
                yield f"{answer.status_code} shows no form with what was typed"


@pytest.fixture(scope="module")
def forms(stage: Stage) -> list[tuple[str, str, FormFound]]:
    """All forms of the site."""
    return list(forms_of(stage))


def test_the_forms_are_found(forms: list[tuple[str, str, FormFound]]) -> None:
    found = {resolve(urlsplit(form.action).path).view_name for _, _, form in forms}
    sent = {
        name for name, row in PAGES.items() if row.method == "POST" and row.allowed and (row.data or row.body)
    }
    assert sorted(sent - found) == []
    count = sum(len(form.fields) for _, _, form in forms)
    assert count > 200


@pytest.mark.parametrize("key", ROLES)
def test_every_form_answers_hostile_values_in_words(
    key: str, stage: Stage, forms: list[tuple[str, str, FormFound]]
) -> None:
    chance, wrong, count = random.Random(key), [], 0
    client = stage.world.client(key)
    for path, form in ((path, form) for who, path, form in forms if who == key):
        name_of, stands = resolve(urlsplit(form.action).path).view_name, form.stands()
        for name in (name for name, field in form.fields.items() if field.kind != "file"):
            for value in TEXTS if name_of in WHOLE else some_of(TEXTS, EACH, chance):
                answer, pages, fault = send(client, form, stands | {name: TEXTS[value]})
                count += 1
                found = [told(fault)] if fault else complaints(form, name, TEXTS[value], answer, pages)
                wrong += [f"{path} -> {name_of} {name}={value}: {what}" for what in found]
    assert count or not any(who == key for who, _, _ in forms)
    assert "\n".join(wrong) == ""


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the operations of the API as the document has them."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def fields_of(operation: dict[str, Any]) -> list[str]:
    """Return the fields of a body of JSON; none of a file's bytes."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return []
    schema = content["application/json"]["schema"]
    schema = next((part for part in schema.get("anyOf", []) if "$ref" in part), schema)
    name = schema["$ref"].rpartition("/")[2]
    return list(api.get_openapi_schema()["components"]["schemas"][name]["properties"])


def place_of(name: str, values: list[Any]) -> str:
    """Return the path of an operation with its keys."""
    given = iter(values)
    return re.sub(r"\{[^}]*\}", lambda _m: quote(str(next(given)), safe=""), name.partition(" ")[2])


def ask(stage: Stage, name: str, path: str, body: str = "", query: str = "") -> str:
    """Ask once and take back what it did; return what is wrong with the answer, "" for a good one."""
    key = min(API[name].allowed - FOREIGN or {"public"})
    browser, method = browser_of(stage.world.client(key)), name.partition(" ")[0]
    with transaction.atomic():
        sent = browser.generic(
            method,
            path,
            body,
            content_type="application/json",
            QUERY_STRING=query,
            headers={"Upload-Offset": "0"},
        )
        if sent.streaming:
            b"".join(sent)
        transaction.set_rollback(True)
    if sent.status_code >= 500:
        return told(sent.exc_info)
    if sent.status_code < 400:
        return ""
    if not sent["Content-Type"].startswith("application/json"):
        return f"{sent.status_code} as {sent['Content-Type']}"
    problems = sent.json()["problems"]
    return "" if problems and all(p["code"] and p["what"]["zh"] for p in problems) else f"says {problems}"


def test_every_field_of_a_body(stage: Stage) -> None:
    chance, wrong, count = random.Random(20241122), [], 0
    for name, operation in operations():
        row = API[name]
        path = place_of(name, row.args(stage, "own") if row.args else [])
        stands = row.data | {field: stage[kind, "own"] for field, kind in row.body.items()}
        for field in fields_of(operation):
            frame = json.dumps(stands | {field: HELD})
            for value in some_of(BODIES, OF_BODIES, chance):
                found = ask(stage, name, path, frame.replace(f'"{HELD}"', BODIES[value]))
                wrong += [f"{name} {field}={value}: {found}"] if found else []
                count += 1
    assert "\n".join(wrong) == ""
    assert count > 100 * OF_BODIES


def test_every_field_of_a_query(stage: Stage) -> None:
    chance, wrong, count = random.Random(20241122), [], 0
    for name, operation in operations():
        row = API[name]
        path = place_of(name, row.args(stage, "own") if row.args else [])
        for field in (p["name"] for p in operation.get("parameters", []) if p["in"] == "query"):
            for value in some_of(TEXTS, OF_QUERIES, chance):
                found = ask(stage, name, path, query=encoded({field: TEXTS[value]}).decode())
                wrong += [f"{name} {field}={value}: {found}"] if found else []
                count += 1
    assert "\n".join(wrong) == ""
    assert count > 200


def test_every_part_of_an_address(stage: Stage) -> None:
    chance, wrong, count = random.Random(20241122), [], 0
    short = [value for value, text in TEXTS.items() if len(text) < 100 and value != "lone surrogate"]
    for name, _ in operations():
        row = API[name]
        things = row.args(stage, "own") if row.args else []
        for n in range(len(things)):
            for value in ["huge", *chance.sample(short, 3)]:
                path = place_of(name, [*things[:n], TEXTS[value], *things[n + 1 :]])
                found = ask(stage, name, path, "{}")
                wrong += [f"{name} part {n}={value}: {found}"] if found else []
                count += 1
    assert "\n".join(wrong) == ""
    assert count > 200
