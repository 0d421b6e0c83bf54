"""What teams and reviewers find goes on the ledger in one tap; the organiser confirms it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.clock import now, today
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.inspections.models import SheetEntry, Visit
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.entering import problem_create
from duxue.web.rectification.services.finding import problem_found
from duxue.web.rectification.services.mending import problem_notify
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.models import Round
from tests.web.worlds import World

OTHERS = ("manager_a", "officer_a", "manager_b", "reviewer1", "leader", "foreign_organiser")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def entry(world: World) -> SheetEntry:
    """A line of a sheet of county A1 in which something was found."""
    world.submit("a")
    county, answer = world.org["county_a1"], world.answer("a", "B1")
    with everything("test"):
        visit = Visit.objects.create(
            round=world.round, unit=world.unit["a"], place_code=county.code, place_zh=county.name_zh, place_en=county.name_en,
            place_level="county", path=county.path, state="under_way", planned_on=today(),
        )  # fmt: skip
        visit.team.add(world.user["inspector1"])
        return SheetEntry.objects.create(
            round=world.round, visit=visit, item=answer.item, answer=answer, found="partly", note="三个班超过 56 人。",
            points=Decimal(3), written_by=world.user["inspector1"], written_at=now(),
        )  # fmt: skip


@pytest.fixture
def review(world: World) -> Review:
    """A review of unit A with a reason."""
    world.submit("a")
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"])
        return Review.objects.create(
            round=world.round, assignment=task, answer=world.answer("a", "B2"), points=Decimal(2), reason="未见落实记录。",
            given=True, given_at=now(), updated_at=now(),
        )  # fmt: skip


def ledger() -> list[Problem]:
    with everything("test"):
        return list(Problem.objects.select_related("responsible", "unit", "round__authority").order_by("pk"))


def test_an_inspector_reports_a_line_once_and_the_organiser_hands_it_over(
    world: World, entry: SheetEntry
) -> None:
    client, address = world.client("inspector1"), reverse("inspections:report", args=[entry.pk])
    sheet = reverse("inspections:sheet", args=[entry.visit_id])
    assert address in client.get(sheet).content.decode()
    for _ in range(2):
        assert client.post(address).status_code == 302
    (made,) = ledger()
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.entry.reported", object_id=str(entry.pk)).count() == 1
    assert (made.state, made.source, made.level, made.item_code) == ("identified", "field", "county", "B1")
    assert (made.responsible, made.found_by_id) == (world.org["county_a1"], world.user["inspector1"].pk)
    assert made.text == "样本县A1：三个班超过 56 人。"
    page = client.get(sheet).content.decode()
    assert address not in page
    assert made.code in page
    with acting(world.actor("organiser")):
        assert any("交办" in str(todo.title) for todo in todos(world.actor("organiser")))
    shown = reverse("rectification:show", args=[made.pk])
    assert world.client("manager_a").get(shown).status_code == 404  # the organiser confirms it first
    with acting(world.actor("organiser")):
        problem_notify(actor=world.actor("organiser"), problem=made)
    assert world.client("manager_a").get(shown).status_code == 200


def test_only_the_team_reports_what_was_found_and_written(world: World, entry: SheetEntry) -> None:
    address = reverse("inspections:report", args=[entry.pk])
    told = {who: world.client(who).post(address).status_code for who in (*OTHERS, "organiser", "public")}
    assert told == dict.fromkeys(OTHERS, 404) | {"leader": 403, "organiser": 403, "public": 302}
    assert ledger() == []
    client = world.client("inspector1")
    for found, note in (("confirmed", "属实"), ("", "说明"), ("refuted", " ")):
        with everything("test"):
            SheetEntry.objects.filter(pk=entry.pk).update(found=found, note=note)
        assert client.post(address).status_code == 403
    with everything("test"):
        SheetEntry.objects.filter(pk=entry.pk).update(found="refuted", note="没有。")
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now(), sealed_by=world.user["organiser"])
    assert client.post(address).status_code == 403
    assert ledger() == []


def test_a_reviewer_reports_the_reason_of_a_review(world: World, review: Review) -> None:
    client, args = world.client("reviewer1"), [review.assignment_id, review.answer_id]
    address, page = reverse("reviews:report", args=args), reverse("reviews:score", args=args)
    assert address in client.get(page).content.decode()
    others = ("reviewer2", "manager_a", "inspector1", "organiser", "public")
    told = {who: world.client(who).post(address).status_code for who in others}
    assert told == {"reviewer2": 404, "manager_a": 404, "inspector1": 404, "organiser": 403, "public": 302}
    assert ledger() == []
    for _ in range(2):
        assert client.post(address).status_code == 302
    (made,) = ledger()
    assert (made.state, made.source, made.text, made.unit) == (
        "identified",
        "online",
        "未见落实记录。",
        world.unit["a"],
    )
    assert made.code in client.get(page).content.decode()
    with everything("test"):
        task = Assignment.objects.create(
            round=world.round, unit=world.unit["a"], reviewer=world.user["reviewer2"], turn="second", given_at=now(),
            given_by=world.user["organiser"],
        )  # fmt: skip
    blind = world.client("reviewer2").get(reverse("reviews:score", args=[task.pk, review.answer_id]))
    assert blind.status_code == 200
    assert made.code not in blind.content.decode()
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.review.reported").count() == 1


def test_nobody_reports_from_a_source_that_is_not_theirs(
    world: World, entry: SheetEntry, review: Review
) -> None:
    def enter(who: str, unit: str, source: str) -> None:
        problem_create(
            actor=world.actor(who),
            unit=world.unit[unit],
            item=entry.item,
            text="问题",
            source=source,
            kind="by_date",
        )

    denied = (
        ("inspector1", "b", "field"), ("reviewer1", "b", "online"), ("leader", "a", "field"), ("inspector1", "a", "online"),
        ("reviewer1", "a", "field"), ("reviewer1", "a", "audit"), ("manager_b", "a", "self"),
    )  # fmt: skip
    for who, unit, source in denied:
        with pytest.raises(Denied):
            enter(who, unit, source)
    with pytest.raises(Refused):
        enter("manager_a", "a", "field")
    with pytest.raises(Refused):
        problem_found(
            actor=world.actor("inspector1"), unit=world.unit["a"], item=entry.item, source="field", text=" "
        )
    assert ledger() == []


def test_a_unit_enters_what_it_found_itself(world: World) -> None:
    client, address = world.client("officer_a"), reverse("rectification:create")
    page = client.get(address).content.decode()
    assert re.findall(r'<option value="(self|online|field|data)"', page) == ["self"]
    unit = world.unit["a"].code
    form = {
        "unit": unit,
        "item": "B1",
        "source": "self",
        "level": "city",
        "kind": "at_once",
        "text": "台账缺页。",
    }
    assert client.post(address, {**form, "source": "field"}).status_code == 422
    assert client.post(address, {**form, "unit": world.unit["b"].code}).status_code == 422
    assert client.post(address, form).status_code == 302
    (made,) = ledger()
    assert (made.source, made.state, made.found_by_id) == ("self", "identified", world.user["officer_a"].pk)
    assert world.client("manager_a").get(reverse("rectification:show", args=[made.pk])).status_code == 200
