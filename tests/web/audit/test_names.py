"""The audit speaks of people and things by their names, narrows by choices, and is reached from the things themselves."""

from __future__ import annotations

import re

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from duxue.web.common import audit
from duxue.web.common.audit_names import kinds, names_of, places_of
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.inspections.models import Draw, Visit
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.models import Objection, RoundUnit
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def told(world: World, who: str, *things: models.Model) -> None:
    """Record an event of each thing."""
    with everything("test"), transaction.atomic():
        for thing in things:
            audit.record(world.actor(who), "duxue.grant.given", thing, path=world.org["province"].path)


def rows(world: World, query: str = "", who: str = "organiser") -> list[str]:
    page = world.client(who, **{"accept-language": "en"}).get(f"/audit/{query}").content.decode()
    found = re.findall(r"<tr data-row>.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_things_and_people_are_named(world: World) -> None:
    with everything("test"):
        grant = world.user["officer_a"].grants.get()
    world.submit("a")
    told(world, "leader", world.answer("a", "A2"), world.user["manager_a"], world.unit["b"], grant)
    names = dict(zip(("grant", "unit", "person", "answer"), rows(world), strict=True))
    assert "Sample City A · A2 Item A2 answer" in names["answer"]
    assert "样本人员manager_a account" in names["person"]
    assert "Sample City B" in names["unit"]
    assert "Sample City A · 样本人员officer_a" in names["grant"]
    assert all("样本人员leader" in row for row in names.values())
    assert not any("rounds." in row or "accounts." in row for row in names.values())


def test_a_name_is_said_only_to_who_sees_the_thing(world: World) -> None:
    told(world, "organiser", world.answer("b", "A2"), world.user["foreign_manager"])
    with everything("test"):
        events = list(AuditEvent.objects.all())
    with acting(world.actor("officer_a")):
        assert names_of(events) == {}
    with acting(world.actor("officer_b")), translation.override("zh-hans"):
        assert list(names_of(events).values()) == ["样本市B · A2 条目A2"]


def test_what_is_not_in_sight_is_told_by_its_number_and_whose_it_is(world: World) -> None:
    answer = world.answer("a", "A2")  # a draft, which an organiser does not read
    with everything("test"), transaction.atomic():
        audit.record(world.actor("officer_a"), "duxue.answer.draft", answer, path=world.unit["a"].path)
    [row] = rows(world, "?kind=rounds.answer")
    assert f"{answer.pk} answer · Sample City A" in row
    assert "A2" not in row
    [row] = rows(world, "?kind=rounds.answer", "auditor")
    assert "Sample City A" in row
    with everything("test"):
        events = list(AuditEvent.objects.all())
    with acting(world.actor("officer_b")), CaptureQueriesContext(connection) as asked:
        assert "样本市A" not in places_of(events).values()
    assert len(asked) == 1


def test_a_unit_does_not_read_who_reviewed_it(world: World) -> None:
    world.submit("a")
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"])
        review = Review.objects.create(
            round=world.round, assignment=task, answer=world.answer("a", "B1"), points=3, given=True
        )
        RoundUnit.objects.filter(pk=task.unit_id).update(notified_at=now())
    for who in ("manager_a", "organiser"):
        client = world.client(who, **{"accept-language": "en"})
        page = client.get(reverse("common:audit_object", args=["reviews.review", review.pk])).content.decode()
        assert "Sample City A · B1 Item B1" in page
        assert str(task.reviewer) not in page


def test_names_of_a_page_cost_a_query_for_each_kind(world: World) -> None:
    told(
        world, "organiser", *(world.answer(unit, item) for unit in "ab" for item in ("A1", "A2", "B1", "B2"))
    )
    with everything("test"):
        events = list(AuditEvent.objects.all())
        with CaptureQueriesContext(connection) as asked:
            assert len(names_of(events)) == 8
    assert len(asked) == 1


def test_every_kind_has_a_title_in_both_languages(world: World) -> None:
    assert all(title.zh and title.en for title in kinds().values())
    assert {"rounds.answer", "evidence.file", "accounts.user"} <= set(kinds())


def test_filters_are_choices_and_names(world: World) -> None:
    told(world, "leader", world.answer("a", "A2"), world.unit["a"])
    told(world, "auditor", world.unit["b"])
    page = world.client("organiser", **{"accept-language": "en"}).get("/audit/").content.decode()
    assert f'<option value="{world.round.pk}">Sample Province 2024 evaluation</option>' in page
    assert '<option value="rounds.answer">answer</option>' in page
    assert len(rows(world, "?person=员lead")) == 2
    assert len(rows(world, f"?person={world.user['auditor'].pk}")) == 1
    assert rows(world, "?person=nobody") == []
    assert len(rows(world, "?kind=rounds.roundunit")) == 2
    assert len(rows(world, f"?kind=rounds.roundunit&person=样本人员leader&round={world.round.pk}")) == 1
    assert 'value="员lead"' in world.client("organiser").get("/audit/?person=员lead").content.decode()


def test_things_lead_to_their_history(world: World) -> None:
    world.submit("a")
    with everything("test"):
        unit, moment = world.unit["a"], world.unit["a"].submitted_at
        draw = Draw.objects.create(
            round=world.round, title_zh="抽签", title_en="Draw", plan={}, published_at=moment
        )
        visit = Visit.objects.create(
            round=world.round,
            unit=unit,
            place_code="x",
            place_zh="样本小学",
            place_level="school",
            announced_at=moment,
        )
        objection = Objection.objects.create(
            round=world.round,
            unit=unit,
            text="样本",
            filed_at=moment,
            due=moment,
            filed_by=world.user["manager_a"],
        )
    answer = world.answer("a", "A2")
    pages = {
        reverse("rounds:show", args=[world.round.slug]): world.round,
        reverse("rounds:unit", args=[unit.pk]): unit,
        reverse("rounds:answer", args=[answer.pk]): answer,
        reverse("rounds:objection", args=[world.round.slug, objection.pk]): objection,
        reverse("inspections:show", args=[visit.pk]): visit,
        reverse("inspections:draw", args=[draw.pk]): draw,
    }
    for address, thing in pages.items():
        history = reverse("common:audit_object", args=[thing._meta.label_lower, thing.pk])
        sent = world.client("organiser").get(address)
        assert (sent.status_code, f'href="{history}"' in sent.content.decode()) == (200, True), address
        assert world.client("organiser").get(history).status_code == 200
    told_unit = world.client("reviewer1").get(reverse("rounds:answer", args=[answer.pk])).content.decode()
    assert "/audit/" not in told_unit  # the audit tells reviewers nothing
