"""The same for machines: answers, submission by key, questions, objections."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from duxue.web.common import clock
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Question, RoundUnit, Submission
from tests.web.rounds.unit.helpers import fill_all, submit
from tests.web.worlds import World

ROOT = "/api/v1/rounds"


def send(client: Client, method: str, address: str, body: object = None, **headers: str) -> tuple[int, dict]:
    answer = client.generic(
        method, f"{ROOT}{address}", json.dumps(body) if body is not None else "", content_type="application/json",
        headers=headers,
    )  # fmt: skip
    return answer.status_code, answer.json()


def test_answers_are_listed_page_by_page_and_saved_with_their_version(world: World) -> None:
    client, unit = world.client("officer_a"), world.unit["a"].pk
    status, page = send(client, "GET", f"/units/{unit}/answers?size=3")
    assert (status, [a["item"] for a in page["answers"]]) == (200, ["A1", "A2", "B1"])
    _, rest = send(client, "GET", f"/units/{unit}/answers?size=3&cursor={page['next']}")
    assert [a["item"] for a in rest["answers"]] == ["B2"]
    answer = page["answers"][1]["id"]
    status, saved = send(
        client, "PATCH", f"/answers/{answer}", {"version": 0, "self_score": "4", "narrative": "甲"}
    )
    assert (status, saved["version"], saved["state"]) == (200, 1, "drafted")
    status, saved = send(client, "PATCH", f"/answers/{answer}", {"version": 1, "ready": True})
    assert (saved["narrative"], saved["ready"], saved["version"]) == ("甲", True, 2)
    status, told = send(client, "PATCH", f"/answers/{answer}", {"version": 0, "narrative": "乙"})
    assert (status, told["problems"][0]["code"]) == (409, "WEB003")
    status, told = send(client, "PATCH", f"/answers/{answer}", {"version": 2, "self_score": "50"})
    assert (status, told["problems"][0]["field"]) == (422, "self_score")


def test_a_submission_needs_a_key_and_is_made_once(world: World) -> None:
    client, unit = world.client("manager_a"), world.unit["a"].pk
    fill_all(world)
    status, told = send(client, "POST", f"/units/{unit}/submission")
    assert (status, told["problems"][0]["field"]) == (422, "Idempotency-Key")
    first = send(client, "POST", f"/units/{unit}/submission", **{"Idempotency-Key": "k"})
    assert first == send(client, "POST", f"/units/{unit}/submission", **{"Idempotency-Key": "k"})
    assert first[0] == 200
    with everything("test"):
        assert Submission.objects.get().digest == first[1]["digest"]
    status, done = send(client, "DELETE", f"/units/{unit}/submission", {"reason": "补充"})
    assert (status, done["number"]) == (200, 1)
    _, listed = send(client, "GET", f"/units/{unit}/submissions")
    assert [s["number"] for s in listed["rows"]] == [1]


def test_a_question_is_answered(world: World) -> None:
    fill_all(world)
    submit(world)
    answer = world.answer("a", "B1")
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(state="returned")
        Question.objects.create(
            round=world.round, answer=answer, text="为何？", asked_by=world.user["reviewer1"], asked_at=clock.now(),
            due=clock.now() + timedelta(days=3),
        )  # fmt: skip
    client = world.client("officer_a")
    _, page = send(client, "GET", f"/units/{world.unit['a'].pk}/questions")
    status, done = send(
        client, "POST", f"/questions/{page['rows'][0]['id']}/reply", {"reply": "因为。", "version": 1}
    )  # type: ignore[index]
    assert (status, done["reply"]) == (200, "因为。")
    assert (world.answer("a", "B1").state, world.answer("a", "B1").narrative) == ("answered", "B1已完成。")


def test_an_objection_is_filed(world: World) -> None:
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="notified", notified_at=clock.now())
    client, unit = world.client("manager_a"), world.unit["a"].pk
    status, made = send(client, "POST", f"/units/{unit}/objections", {"text": "口径有误。", "item": "B1"})
    assert (status, made["item"], made["state"]) == (201, "B1", "filed")
    _, page = send(client, "GET", f"/units/{unit}/objections")
    assert [row["id"] for row in page["rows"]] == [made["id"]]


def test_foreign_units_are_not_there_and_the_public_is_nobody(world: World) -> None:
    unit, answer = world.unit["a"].pk, world.answer("a", "A2").pk
    for path in (
        f"/units/{unit}/answers",
        f"/answers/{answer}",
        f"/units/{unit}/questions",
        f"/units/{unit}/submissions",
    ):
        assert send(world.client("manager_b"), "GET", path)[0] == 404
        assert send(world.client("public"), "GET", path)[0] == 401


def test_items_are_handed_out_by_code(world: World) -> None:
    unit, person = world.unit["a"].pk, world.user["officer_a"].pk
    sent = {"items": ["B1", "B2"], "assignee": person}
    assert send(world.client("officer_a"), "POST", f"/units/{unit}/hand", sent)[0] == 403
    client = world.client("manager_a")
    assert send(client, "POST", f"/units/{unit}/hand", sent) == (200, {"handed": 2})
    assert world.answer("a", "B1").assignee_id == person
    assert send(client, "POST", f"/units/{unit}/hand", {"items": ["ZZ"], "assignee": person})[0] == 422


def test_a_figure_is_disputed_and_answered(world: World) -> None:
    client, unit = world.client("officer_a"), world.unit["a"].pk
    _, listed = send(client, "GET", f"/{world.round.slug}/known?unit={world.unit['a'].code}")
    sent = {"known": listed["rows"][0]["id"], "text": "少计一所。"}
    first = send(client, "POST", f"/units/{unit}/disputes", sent, **{"Idempotency-Key": "d"})
    assert first == send(client, "POST", f"/units/{unit}/disputes", sent, **{"Idempotency-Key": "d"})
    assert (first[0], first[1]["item"], first[1]["answer"]) == (201, "A1", "")
    address = f"/disputes/{first[1]['id']}/answer"
    assert send(client, "POST", address, {"answer": "无误。"})[0] == 403
    status, done = send(world.client("organiser"), "POST", address, {"answer": "无误。"})
    assert (status, done["answer"]) == (200, "无误。")
    assert [row["answer"] for row in send(client, "GET", f"/units/{unit}/disputes")[1]["rows"]] == ["无误。"]


def test_a_list_of_answers_asks_as_often_for_many_as_for_few(world: World) -> None:
    client, asked = world.client("manager_a"), []
    for size in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            status, page = send(client, "GET", f"/units/{world.unit['a'].pk}/answers?size={size}")
        assert (status, len(page["answers"])) == (200, size)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_unit_replies_in_public_and_takes_it_back(world: World) -> None:
    client, unit = world.client("manager_a"), world.unit["a"].pk
    assert send(client, "POST", f"/units/{unit}/replies", {"text_zh": "说明。"})[0] == 422
    with everything("test"):
        RoundUnit.objects.filter(pk=unit).update(state="notified", notified_at=clock.now())
    status, made = send(client, "POST", f"/units/{unit}/replies", {"text_zh": "说明。"})
    assert (status, made["text_zh"], made["withdrawn_at"]) == (201, "说明。", None)
    assert send(client, "DELETE", f"/replies/{made['id']}")[1]["withdrawn_at"] is not None
    assert len(send(client, "GET", f"/units/{unit}/replies")[1]["rows"]) == 1


def test_practices_are_handed_in_changed_and_taken_back(world: World) -> None:
    client, unit = world.client("officer_a"), world.unit["a"].pk
    sent = {"title_zh": "联盟办学", "text_zh": "做法。", "data": ["L1"]}
    status, made = send(client, "POST", f"/units/{unit}/practices", sent)
    assert (status, made["data"], made["accepted"]) == (201, ["L1"], False)
    address = f"/practices/{made['id']}"
    assert send(client, "PUT", address, {**sent, "text_zh": "新做法。"})[1]["text_zh"] == "新做法。"
    assert send(world.client("officer_b"), "PUT", address, sent)[0] == 404
    assert send(client, "DELETE", address) == (200, {"id": made["id"]})
    assert send(client, "GET", f"/units/{unit}/practices") == (200, [])


def test_the_versions_of_an_answer_say_who_wrote_what(world: World) -> None:
    answer = world.answer("a", "A2").pk
    officer, manager = world.client("officer_a"), world.client("manager_a")
    send(officer, "PATCH", f"/answers/{answer}", {"version": 0, "narrative": "甲"})
    send(manager, "PATCH", f"/answers/{answer}", {"version": 1, "narrative": "乙", "self_score": "4"})
    status, first = send(officer, "GET", f"/answers/{answer}/versions?size=1")
    _, rest = send(officer, "GET", f"/answers/{answer}/versions?size=1&cursor={first['later']}")
    rows = [*first["rows"], *rest["rows"]]
    assert status == 200
    assert [(r["number"], r["narrative"], r["by"]) for r in rows] == [
        (2, "乙", world.user["manager_a"].name), (1, "甲", world.user["officer_a"].name),
    ]  # fmt: skip
    assert [(r["self_score"], r["source"], r["handed_in"]) for r in rows] == [
        ("4.000", "saved", False),
        (None, "saved", False),
    ]
    assert (
        send(world.client("organiser"), "GET", f"/answers/{answer}/versions")[0] == 404
    )  # a draft is the unit's
    assert send(world.client("manager_b"), "GET", f"/answers/{answer}/versions")[0] == 404
