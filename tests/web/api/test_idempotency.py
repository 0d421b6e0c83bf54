"""The same request twice with one key: one answer, done once; another request with the key is refused; a failure may be mended."""

from __future__ import annotations

from typing import Any

from django.test import Client

from duxue.web.accounts.models import Grant, Token
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.clock import now
from duxue.web.common.models import Sent
from duxue.web.common.scope import acting, everything
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Problem
from duxue.web.reviews.models import Assignment
from tests.web.worlds import World

KEY = {"Idempotency-Key": "a key"}
CITY = {"code": "9901zz", "level": "county", "name_zh": "新县", "from_day": "2025-01-01"}


def make(client: Client, world: World, **changed: str) -> tuple[int, bytes]:
    body = {"parent": world.org["city_a"].pk, **CITY, **changed}
    answer = client.post("/api/v1/orgs/", body, content_type="application/json", headers=KEY)
    return answer.status_code, answer.content


def count() -> int:
    with everything("test"):
        return Organisation.objects.filter(code__startswith="9901z").count()


def test_a_repeated_request_is_answered_as_before_and_done_once(world: World) -> None:
    client = world.client("organiser")
    first, again = make(client, world), make(client, world)
    assert first[0] < 300
    assert again == first
    assert count() == 1


def test_the_key_with_another_request_is_refused(world: World) -> None:
    client = world.client("organiser")
    make(client, world)
    status, content = make(client, world, code="9901zy")
    assert status == 409
    assert b"WEB008" in content
    assert count() == 1


def test_a_key_is_refused_where_it_would_have_been_cut(world: World) -> None:
    """By what stands before all routes, and by a route that asks by itself."""
    client, body = world.client("organiser"), {"parent": world.org["city_a"].pk, **CITY}
    long = {"Idempotency-Key": "k" * 101}
    for answer in (
        client.post("/api/v1/orgs/", body, content_type="application/json", headers=long),
        client.put(
            f"/api/v1/reporting/rounds/{world.round.slug}/boundary", b"{}",
            content_type="application/geo+json", headers=long,
        ),
    ):  # fmt: skip
        (problem,) = answer.json()["problems"]
        assert (answer.status_code, problem["code"], problem["field"]) == (422, "WEB002", "Idempotency-Key")
        assert "100" in problem["expected"]["zh"]
    assert count() == 0
    whole = {"Idempotency-Key": "k" * 100}
    assert (
        client.post("/api/v1/orgs/", body, content_type="application/json", headers=whole).status_code < 300
    )


def test_a_refused_request_may_be_mended_and_sent_again(world: World) -> None:
    client = world.client("organiser")
    assert make(client, world, name_zh="")[0] == 422
    assert make(client, world)[0] < 300


def test_a_key_belongs_to_its_sender(world: World) -> None:
    assert make(world.client("organiser"), world)[0] < 300
    assert make(world.client("manager_a"), world)[0] == 403


def test_a_saved_answer_is_saved_once(world: World) -> None:
    client, answer = world.client("officer_a"), world.answer("a", "B1")
    path = f"/api/v1/rounds/answers/{answer.pk}"
    body = {"version": 0, "narrative": "已完成。"}
    sent = [client.patch(path, body, content_type="application/json", headers=KEY) for _ in range(2)]
    assert [s.status_code for s in sent] == [200, 200]
    assert sent[0].content == sent[1].content
    assert sent[1]["Idempotent-Replayed"] == "true"


def test_a_secret_is_told_once_and_kept_nowhere(world: World) -> None:
    client = world.client("organiser")
    body = {"email": "new@example.org", "role": "officer", "organisation": world.org["city_a"].pk}
    sent = [
        client.post("/api/v1/accounts/invitations", body, content_type="application/json", headers=KEY)
        for _ in range(2)
    ]
    assert [s.status_code for s in sent] == [201, 201]
    first, again = (s.json() for s in sent)
    assert first["secret"]
    assert again == {**first, "secret": ""}
    with everything("test"):
        assert all(first["secret"] not in str(vars(row)) for row in Sent.objects.all())


def revoke(world: World, who: str) -> None:
    with everything("test"):
        Grant.objects.filter(user=world.user[who]).update(revoked_at=now())


def test_who_lost_the_right_reads_no_earlier_answer(world: World) -> None:
    client = world.client("organiser")
    assert make(client, world)[0] < 300
    revoke(world, "organiser")
    status, content = make(client, world)
    assert status in (403, 404)
    assert b"9901zz" not in content
    assert count() == 1


def test_who_lost_another_right_reads_the_earlier_answer(world: World) -> None:
    with everything("test"):
        Grant.objects.create(
            user=world.user["organiser"], role="leader", organisation=world.org["foreign"], given_at=now()
        )
    client = world.client("organiser")
    first = make(client, world)
    with everything("test"):
        Grant.objects.filter(user=world.user["organiser"], role="leader").update(revoked_at=now())
    assert make(client, world) == first
    assert count() == 1


def test_what_was_only_tried_to_ask_for_the_right_again_is_never_the_answer(world: World) -> None:
    """A problem may be entered twice, so the second try succeeds before it is undone: its number exists nowhere."""
    with everything("test"):
        Grant.objects.create(
            user=world.user["organiser"], role="leader", organisation=world.org["foreign"], given_at=now()
        )
    body = {"round": world.round.slug, "unit": world.unit["a"].code, "text": "问题", "kind": "by_date", "source": "data"}  # fmt: skip

    def enter() -> Any:
        return world.client("organiser").post(
            "/api/v1/rectification/problems", body, content_type="application/json", headers=KEY
        )

    first = enter()
    assert first.status_code < 300, first.content
    with everything("test"):
        Grant.objects.filter(user=world.user["organiser"], role="leader").update(revoked_at=now())
    second = enter()
    assert (second.content, second["Idempotent-Replayed"]) == (first.content, "true")
    with everything("test"):
        assert Problem.objects.count() == 1


def test_who_was_relieved_of_a_task_reads_no_earlier_answer_of_it(world: World) -> None:
    world.submit("a")
    client = world.client("reviewer1")
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"])
    path = f"/api/v1/reviews/tasks/{task.pk}/items/A2"
    body = {"version": 0, "points": "3", "reason": "缺记录"}
    sent = [client.post(path, body, content_type="application/json", headers=KEY) for _ in range(2)]
    assert [s.status_code for s in sent] == [200, 200], sent[0].content
    with everything("test"):
        Assignment.objects.filter(pk=task.pk).update(withdrawn_at=now())
    assert client.post(path, body, content_type="application/json", headers=KEY).status_code in (403, 404)


def test_a_token_that_may_only_read_reads_no_earlier_answer(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser):
        made = token_create(
            actor=organiser,
            organisation=world.org["province"],
            title="系统",
            role="organiser",
            read_only=False,
        )
    client = Client(headers={"Authorization": f"Bearer {made.secret}"})
    assert [make(client, world)[0] for _ in range(2)] == [201, 201]
    with everything("test"):
        Token.objects.filter(pk=made.token.pk).update(read_only=True)
    assert make(client, world)[0] == 403
    with everything("test"):
        Token.objects.filter(pk=made.token.pk).update(revoked_at=now())
    assert make(client, world)[0] == 401
