"""Requests made to harm: redirects and hosts elsewhere, fixed sessions, deep and large bodies, injected searches, leaked secrets."""

from __future__ import annotations

import base64
import logging

import pytest
from django.test import Client
from django.urls import reverse

from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.logs import JsonFormatter
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
)


def coded(key: str) -> str:
    """Return a cursor that holds `key`."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


@pytest.mark.parametrize("cursor", ['[0, "a\\u0000b"]', '[0, "\\ud800"]', '[0, ["x"]]', '[0, {"a": 1}]'])
def test_a_cursor_holds_only_what_a_database_may_be_asked_for(cursor: str, world: World) -> None:
    answer = world.client("organiser").get("/api/v1/orgs/", {"cursor": coded(cursor)})  # by code, a text
    assert answer.status_code == 400


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("name", ["language", "theme", "account_login"])
def test_nobody_is_sent_elsewhere(name: str, target: str, world: World) -> None:
    client = Client()
    data = {"next": target, "language": "en", "theme": "dark", "login": "officer_a", "password": PASSWORD}
    answer = client.post(reverse(name), data)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert not answer["Location"].startswith("javascript")


def test_another_host_is_refused(public: Client) -> None:
    assert public.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_session_given_beforehand_is_not_the_one_signed_in(world: World) -> None:
    client = Client()
    client.get(reverse("account_login"))
    client.session["planted"] = "x"
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key or ""
    client.cookies["duxue_session"] = before
    client.post(reverse("account_login"), {"login": "officer_a", "password": PASSWORD})
    assert client.cookies["duxue_session"].value not in {"", before}


@pytest.mark.parametrize(
    ("body", "status"),
    [("[" * 200_000, 400), ('{"a":' * 200_000, 400), ("\x00", 400), ('"', 400), ("null", 422), ("[]", 422), ("1e999999", 422)],
)  # fmt: skip
def test_odd_bodies_are_refused_calmly(body: str, status: int, world: World) -> None:
    client = world.client("organiser")
    answer = client.post("/api/v1/orgs/", body, content_type="application/json")
    assert answer.status_code == status
    assert "problems" in answer.json()


def test_a_body_beyond_the_limit_is_refused(world: World) -> None:
    client = world.client("organiser")
    body = '{"code": "' + "9" * (5 << 20) + '"}'
    told = client.post("/api/v1/orgs/", body, content_type="application/json")
    assert (told.status_code, "problems" in told.json()) == (413, True)  # to a machine, in its own words
    assert client.post(reverse("language"), {"next": "x" * (5 << 20)}).status_code == 400


def test_what_is_not_offered_is_not_changed(world: World) -> None:
    answer, client = world.answer("a", "B1"), world.client("officer_a")
    sent = {
        "version": 0,
        "narrative": "x",
        "state": "accepted",
        "unit": world.unit["b"].pk,
        "item": 1,
        "id": 1,
        "assignee": 1,
    }
    client.patch(f"/api/v1/rounds/answers/{answer.pk}", sent, content_type="application/json")
    after = world.answer("a", "B1")
    assert (after.state, after.unit_id, after.item_id, after.assignee_id) == (
        "drafted",
        answer.unit_id,
        answer.item_id,
        None,
    )


@pytest.mark.parametrize(
    ("q", "status"),
    [
        ("' OR 1=1 --", 200), ('" OR "" MATCH "', 200), ("%", 200), ("a*", 200), ("NEAR(", 200), ("\ud800", 200),
        ("样\x00本", 400), ("界" * 20_000, 414),
    ],
)  # fmt: skip
def test_searches_are_words(q: str, status: int, world: World) -> None:
    client, asked = world.client("officer_a"), {"q": q.encode("utf-8", "replace").decode()}
    for path in ("/dashboards/search/", "/problems/", "/evidence/", "/rounds/"):
        assert client.get(path, asked).status_code == status, path
    assert client.get("/people/", asked).status_code == (403 if status == 200 else status)


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "W10", "WzBd", "WzAsbnVsbF0", "WzAse31d", "WzAsIngiLCJ5Il0", "é", "bnVsbA",
        *map(coded, ("[0, 1e999]", "[0, NaN]", f"[0, {'9' * 5000}]", "[0, " + "9" * 400 + "]")),
    ],
)  # fmt: skip
def test_odd_cursors_are_refused_calmly(cursor: str, world: World) -> None:
    client = world.client("organiser")
    for path in (
        "/problems/",
        "/rounds/",
        "/evidence/",
        "/audit/",
        "/api/v1/rounds/",
        "/api/v1/orgs/",
        "/jobs/",
    ):
        assert client.get(path, {"cursor": cursor}).status_code == 400, path


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fsecret", "%2e%2e/%2e%2e/etc/passwd", "....//x", "C:%5Cx", "sealed.hex"]
)
def test_names_lead_nowhere(name: str, world: World) -> None:
    client = world.client("organiser")
    for place in ("/visits/draws/1/files/", "/open/sample-2024/files/", "/open/sample-2024/tables/"):
        assert client.get(place + name).status_code == 404


def test_secrets_are_not_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        secret = token_create(actor=actor, title="x", organisation=world.org["city_a"], role="officer").secret
    with caplog.at_level(logging.DEBUG):
        Client().get("/api/v1/accounts/me", headers={"Authorization": f"Bearer {secret}"})
        Client().get("/api/v1/rounds/", headers={"Authorization": f"Bearer {secret}x"})
        Client().get(reverse("accounts:accept", args=["a-secret-of-an-invitation"]))
        Client().post(reverse("account_login"), {"login": "officer_a", "password": "a wrong password"})
    told = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "/api/v1/accounts/me" in told
    assert [s for s in (secret, "a-secret-of-an-invitation", "a wrong password") if s in told] == []


def test_a_unit_does_not_read_who_judges_it(world: World) -> None:
    from tests.web.access.stage import make_stage

    stage = make_stage(world)
    b"".join(world.client("reviewer1").get(reverse("evidence:download", args=[stage["file", "own"]])))
    world.client("reviewer1").post(
        reverse("reviews:score", args=[stage["assignment", "own"], stage["answer", "own"]]),
        {"version": 0, "points": "3", "reason": "有不足。"},
    )
    world.client("reviewer1").post(
        reverse("reviews:ask", args=[stage["assignment", "own"], stage["handed", "own"]]),
        {"text": "请补充。"},
    )
    with acting(world.actor("organiser")):
        names = set(AuditEvent.objects.values_list("actor_name", flat=True))
    judge = str(world.user["reviewer1"])
    assert judge in names
    for key in ("manager_a", "officer_a"):
        with acting(world.actor(key)):
            assert judge not in set(AuditEvent.objects.values_list("actor_name", flat=True))
        page = world.client(key).get(reverse("rounds:answer", args=[stage["answer", "own"]])).content.decode()
        assert judge not in page
