"""The worked examples of docs/howto/use-the-api.md, run against the site as they are printed."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.clock import now
from duxue.web.common.scope import acting
from duxue.web.inspections.services import drawing
from duxue.web.jobs.services import run_jobs
from tests.web.joins.told import judged, score, tell
from tests.web.worlds import World

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "use-the-api.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def token(world: World) -> str:
    return make(world, read_only=False)


def make(world: World, *, read_only: bool, key: str = "manager_a", place: str = "city_a") -> str:
    actor = world.actor(key)
    with acting(actor):
        return token_create(
            actor=actor,
            title="city",
            organisation=world.org[place],
            role=key.partition("_")[0],
            read_only=read_only,
        ).secret


def send(token: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    more = {} if method == "GET" else {"content_type": "application/json"}
    return getattr(Client(), method.lower())(path, body, headers=headers, **more)


def curl(command: str, token: str, unit: int) -> Any:
    """Do what a curl line says."""
    line = command.replace("\\\n", " ").replace("$TOKEN", token).replace("$SITE", "").replace("units/12/", f"units/{unit}/")  # fmt: skip
    words = shlex.split(line)
    method, headers, path = "GET", {}, words[-1]
    for before, word in pairwise(words):
        if before == "-X":
            method = word
        if before == "-H":
            name, _, value = word.partition(": ")
            headers[name] = value
    return getattr(Client(), method.lower())(path, headers=headers)


def test_the_examples_run_as_they_are_printed(
    world: World, token: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    spoken = now() + timedelta(hours=3)  # the draw is committed now and run then
    times = iter([None, f"{spoken:%Y-%m-%dT%H:%M:%SZ}"])
    monkeypatch.setattr(drawing, "_time", lambda _: next(times))
    unit = world.unit["a"].pk
    lines = [block[block.index("curl") :] for block in blocks("sh")]
    assert len(lines) == 2
    assert curl(lines[0], token, unit).status_code == 200
    changed = []

    def get(path: str, asked: dict[str, Any]) -> Any:
        answer = send(token, "GET", path, asked)
        assert answer.status_code == 200
        return answer.json()

    def change(method: str, path: str, body: Any, key: str) -> None:
        answer = send(token, method, path, body, key)
        assert answer.status_code == 200, answer.content.decode()
        changed.append(answer.json())

    whole = make(world, read_only=False, key="organiser", place="province")

    def office(method: str, path: str, body: Any = None, key: str = "") -> Any:
        answer = send(whole, method, path, body, key)
        assert answer.status_code in {200, 201, 202}, answer.content.decode()
        return answer

    names: dict[str, Any] = {"get": get, "send": change, "unit": unit, "office": office, "wait": run_jobs}
    refused = curl(lines[1], token, unit)
    assert refused.status_code == 422
    told = json.loads(blocks("json")[0])["problems"][0]
    assert set(told) <= set(refused.json()["problems"][0])
    for block in blocks("python"):
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["units"] == [world.unit["a"].code]
    assert names["known"] == [("A1", "4.37")]
    assert [a["item"] for a in changed] == ["A2", "B1", "B2"]
    assert (names["job"]["state"], names["missing"]) == ("failed", ["WEB062"])  # the sample has no data
    assert len(names["places"]) == len(names["visits"]) > 0
    assert names["done"]["changes"] == names["tried"]["changes"]
    assert [change["code"] for change in names["done"]["changes"]] == ["9901a3"]
    assert names["extended"] == len(names["units"])
    assert (names["told"]["told_at"], names["lost"]) == (None, {})
    assert all(a["narrative"] == "制度健全，已落实。" for a in changed)


def test_the_example_of_a_result_reads_points_and_reasons_once_it_is_told(world: World, token: str) -> None:
    score(world, "12")
    judged(world)
    tell(world)
    names: dict[str, Any] = {
        "get": lambda path, asked: send(token, "GET", path, asked).json(),
        "here": "/api/v1/rounds/sample-2024",
        "units": ["9901a0"],
    }
    (example,) = [block for block in blocks("python") if "/result" in block]
    exec(compile(example, str(PAGE), "exec"), names)
    full = float(world.items["B1"].points)
    assert names["lost"]["B1"] == (full - 3, ["制度未落实到校。", "两所学校没有记录。"])


def test_a_token_that_may_only_read_changes_nothing(world: World) -> None:
    token, answer = make(world, read_only=True), world.answer("a", "B1")
    assert send(token, "GET", f"/api/v1/rounds/answers/{answer.pk}").status_code == 200
    sent = send(token, "PATCH", f"/api/v1/rounds/answers/{answer.pk}", {"version": 0, "narrative": "x"}, "k")
    assert sent.status_code == 403
    assert world.answer("a", "B1").narrative == ""


def test_the_same_submission_twice_is_one(world: World, token: str) -> None:
    unit = world.unit["a"].pk
    for code in ("A2", "B1", "B2"):
        body = {"version": 0, "self_score": "4", "narrative": "已完成。", "ready": True}
        send(token, "PATCH", f"/api/v1/rounds/answers/{world.answer('a', code).pk}", body)
    path = f"/api/v1/rounds/units/{unit}/submission"
    first, again = (send(token, "POST", path, None, "one") for _ in range(2))
    assert first.status_code == 200, first.content.decode()
    assert again.content == first.content
    listed = send(token, "GET", f"/api/v1/rounds/units/{unit}/submissions").json()["rows"]
    assert len(listed) == 1


def test_many_wrong_tokens_must_wait(world: World) -> None:
    from django.core.cache import cache

    cache.clear()
    answers = [send("dx_wrong", "GET", "/api/v1/accounts/me").status_code for _ in range(12)]
    cache.clear()
    assert answers[:10] == [401] * 10
    assert answers[10:] == [429, 429]
