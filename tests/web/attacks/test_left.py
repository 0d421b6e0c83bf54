"""People who lost their role, moved on, or hold it in one round or elsewhere only, and what they were once given."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from duxue.web.accounts.models import Grant, User
from duxue.web.common import audit
from duxue.web.common.clock import now, today
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Visit
from duxue.web.jobs.models import Job
from duxue.web.reviews.models import Assignment
from duxue.web.rounds.models import Answer, Round
from tests.web.evidence.conftest import Sender
from tests.web.worlds import World

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def home(settings: object, tmp_path: Path) -> None:
    """Keep files of each test apart."""
    settings.HOME, settings.EVIDENCE_STORE = tmp_path, ""  # type: ignore[attr-defined]


def limited(world: World, role: str, place: str) -> None:
    """Put a person into the world, "limited", who holds a role in another round only."""
    with everything("test"):
        other = Round.objects.create(
            authority=world.org["province"], slug="other-2023", title_zh="另一轮", title_en="Other", evaluated_year=2023,
            round_year=2024, pack="cn-duty-province-demo@1.0.0", state="open", synthetic=True, created_at=now(),
        )  # fmt: skip
        world.user["limited"] = User.objects.create(
            username="limited", email="limited@example.org", name="样本"
        )
        Grant.objects.create(
            user=world.user["limited"],
            role=role,
            organisation=world.org[place],
            round=other,
            given_at=now(),
        )


def leaves(world: World, key: str, to: str = "", role: str = "") -> None:
    """Take a person's role back, and give the same or another at the place `to`."""
    with everything("test"):
        old = Grant.objects.filter(user=world.user[key])
        role = role or old.get().role
        old.update(revoked_at=now())
        if to:
            Grant.objects.create(user=world.user[key], role=role, organisation=world.org[to], given_at=now())


def test_an_organiser_of_one_round_keeps_out_of_the_others(world: World) -> None:
    limited(world, "organiser", "province")
    province = world.org["province"]
    with everything("test"):
        job = Job.objects.create(
            kind="reporting.score", title_zh="计分", title_en="Scoring", state="running", round=world.round,
            path=province.path, created_at=now(),
        )  # fmt: skip
        audit.record(
            world.actor("organiser"),
            "duxue.round.edit",
            world.round,
            path=province.path,
            data={"of": "HIDDEN"},
        )
    client = world.client("limited")
    assert client.get("/api/v1/jobs/").json()["rows"] == []
    assert client.post(f"/api/v1/jobs/{job.pk}/stop").status_code == 404
    assert client.get("/api/v1/common/audit").json()["rows"] == []
    assert client.get("/api/v1/common/audit/chain.jsonl").status_code == 403
    name = {"from_day": "2025-01-01", "name_zh": "改名"}
    assert client.post(f"/api/v1/orgs/{province.pk}/rename", name, JSON).status_code == 403
    county = {
        "from_day": "2025-01-01", "parent": world.org["city_a"].pk, "code": "9901a9", "level": "county", "name_zh": "新县",
    }  # fmt: skip
    assert client.post("/api/v1/orgs/", county, JSON).status_code == 403
    made = {
        "authority": province.pk, "pack": "cn-duty-province-demo@1.0.0", "evaluated_year": 2025, "round_year": 2026,
        "title_zh": "新轮次", "title_en": "New", "slug": "new-2026",
    }  # fmt: skip
    assert client.post("/api/v1/rounds/", made, JSON).status_code == 403
    assert client.get(f"/api/v1/accounts/organisations/{province.pk}/tokens").status_code == 403


def test_a_manager_of_one_round_downloads_no_evidence_of_another(world: World) -> None:
    limited(world, "manager", "city_a")
    answer = world.answer("a", "A2")
    file = _sent(world, "officer_a", answer)
    assert _status(world.client("limited"), f"/api/v1/evidence/files/{file}/content") == 404
    assert world.client("limited").get("/api/v1/evidence/files").json()["files"] == []
    with everything("test"):
        Grant.objects.filter(user=world.user["limited"]).update(round=world.round)
    assert _status(world.client("limited"), f"/api/v1/evidence/files/{file}/content") == 200
    assert len(world.client("limited").get("/api/v1/evidence/files").json()["files"]) == 1


def test_an_officer_of_one_round_reads_nothing_handed_down_in_another(world: World) -> None:
    limited(world, "officer", "county_a1")
    answer = world.answer("a", "A2")
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(assignee_path=world.org["county_a1"].path)
    address = f"/api/v1/rounds/answers/{answer.pk}"
    assert world.client("officer_a1").get(address).status_code == 200
    assert world.client("limited").get(address).status_code == 404


@pytest.mark.parametrize("to", ["", "city_b"])
def test_whoever_left_neither_reads_nor_writes_what_was_handed_over(world: World, to: str) -> None:
    answer = world.answer("a", "A2")
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(assignee=world.user["officer_a1"])
    client = world.client("officer_a1")
    page, api = reverse("rounds:answer", args=[answer.pk]), f"/api/v1/rounds/answers/{answer.pk}"
    typed = {"version": "0", "self_score": "3", "narrative": "初稿", "ready": ""}
    assert client.post(page, typed, headers={"X-Autosave": "1"}).status_code == 200
    leaves(world, "officer_a1", to)
    typed |= {"version": "1", "narrative": "离任之后"}
    assert client.post(page, typed, headers={"X-Autosave": "1"}).status_code == 404
    assert (
        client.patch(api, json.dumps({"version": 1, "narrative": "离任之后"}), content_type=JSON).status_code
        == 404
    )
    assert client.get(api).status_code == client.get(page).status_code == 404
    kept = world.answer("a", "A2")
    assert (kept.narrative, kept.self_score) == ("初稿", Decimal(3))


def test_a_role_that_ran_out_opens_nothing(world: World) -> None:
    answer = world.answer("a", "A2")
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(assignee=world.user["officer_a1"])
        Grant.objects.filter(user=world.user["officer_a1"]).update(until=today())
    assert world.client("officer_a1").get(f"/api/v1/rounds/answers/{answer.pk}").status_code == 404


def test_whoever_left_has_no_longer_what_they_uploaded(world: World) -> None:
    file = _sent(world, "officer_a", world.answer("a", "A2"))
    address = f"/api/v1/evidence/files/{file}"
    assert _status(world.client("officer_a"), f"{address}/content") == 200
    leaves(world, "officer_a")
    client = world.client("officer_a")
    assert _status(client, f"{address}/content") == 404
    assert client.put(address, json.dumps({"name": "x.txt"}), content_type=JSON).status_code == 404
    assert client.delete(address).status_code == 404


def test_a_reviewer_elsewhere_reads_nothing_here(world: World) -> None:
    world.submit("a")
    answer = world.answer("a", "A2")
    with everything("test"):
        task = Assignment.objects.get(reviewer=world.user["reviewer1"]).pk
    assert world.client("reviewer1").get(f"/api/v1/rounds/answers/{answer.pk}").status_code == 200
    leaves(world, "reviewer1", "foreign")
    client, at = world.client("reviewer1"), f"/api/v1/reviews/tasks/{task}/items/{answer.pk}"
    assert client.get(f"/api/v1/rounds/answers/{answer.pk}").status_code == 404
    assert client.get(reverse("reviews:task", args=[task])).status_code == 404
    assert client.post(f"{at}/questions", {"text": "？"}, JSON).status_code == 404


def test_an_inspector_elsewhere_sees_no_visit_here(world: World) -> None:
    with everything("test"):
        visit = Visit.objects.create(
            round=world.round, unit=world.unit["a"], state="under_way", place_code="9901a1", path=""
        )
        visit.team.add(world.user["inspector1"])
    assert len(world.client("inspector1").get("/api/v1/inspections/visits").json()["rows"]) == 1
    leaves(world, "inspector1", "foreign")
    client = world.client("inspector1")
    assert client.get("/api/v1/inspections/visits").json()["rows"] == []
    assert client.post(f"/api/v1/inspections/visits/{visit.pk}/sign").status_code == 404


def _sent(world: World, key: str, answer: Answer) -> int:
    """Upload a file to an answer and return its key."""
    sent = Sender(world.client(key), "证明.txt", "文字材料。\n".encode() * 20, f"answer:{answer.pk}").all()
    return int(sent.json()["file"])


def _status(client: Client, address: str) -> int:
    """Fetch what an address gives to the end, and return the status."""
    response = client.get(address)
    response.getvalue()
    response.close()
    return response.status_code
