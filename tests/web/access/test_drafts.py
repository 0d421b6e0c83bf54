"""A round in preparation is its overseers' alone: nobody else finds anything of it, by page, API, to-do or search, or acts on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from duxue.web.accounts.models import Grant, Invitation
from duxue.web.common.memo import remembering
from duxue.web.common.policy import Denied, decide, policies
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import standings, todos
from duxue.web.evidence.models import Attachment
from duxue.web.inspections.models import Draw
from duxue.web.jobs.models import Job
from duxue.web.public.selectors import committed_draws
from duxue.web.rectification.policy import may_report
from duxue.web.reporting.search import rebuild
from duxue.web.reviews.models import Recusal
from duxue.web.rounds.models import Answer, Notice, Round, RoundUnit
from duxue.web.rounds.services.answers import answer_save, answers_hand
from duxue.web.rounds.services.noticing import notices_tell
from duxue.web.rounds.services.submitting import unit_submit
from tests.web.access.stage import Stage, make_stage, standing
from tests.web.worlds import make_world

pytestmark = pytest.mark.django_db
OUTSIDE = (
    "manager_a", "officer_a", "officer_a1", "manager_b", "officer_b", "reviewer1", "reviewer2", "inspector1",
    "foreign_organiser", "foreign_manager", "public",
)  # fmt: skip
# What is a person's own or a role's, whatever becomes of the round.
OWN = {Notice, Job, Grant, Invitation, Recusal}


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[Stage]:
    """One of each thing, in a round that is a draft still."""
    with standing(django_db_blocker, tmp_path_factory.mktemp("drafts")):
        found = make_stage(make_world())
        with everything("test"):
            Round.objects.filter(pk=found.world.round.pk).update(state="draft", published_at=None)
            found.world.round.refresh_from_db()
        rebuild()
        yield found


def of_rounds() -> list[type[models.Model]]:
    """Return the models whose rows belong to a round."""
    return [
        model for model in policies()
        if model not in OWN and any(field.name == "round" for field in model._meta.get_fields())
    ]  # fmt: skip


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize("looking", [False, True])
def test_nobody_else_sees_a_row_of_it(stage: Stage, who: str, looking: bool) -> None:
    actor, draft = stage.world.actor(who), stage.world.round
    with remembering(looking):
        for model in of_rounds():
            rows: Any = model._base_manager.filter(round=draft)  # type: ignore[attr-defined]
            seen = policies()[model].visible(actor, rows)
            assert not seen.exists(), (who, model, list(seen))


def test_what_one_page_remembers_of_drafts_ends_with_it(stage: Stage) -> None:
    actor, draft = stage.world.actor("manager_a"), stage.world.round

    def seen() -> bool:
        with remembering():
            return policies()[Answer].visible(actor, Answer._base_manager.filter(round=draft)).exists()

    found = [seen()]
    for state in ("open", "draft"):
        with everything("test"):
            Round.objects.filter(pk=draft.pk).update(state=state)
        found.append(seen())
    assert found == [False, True, False]


def test_there_is_something_of_it_to_see(stage: Stage) -> None:
    draft, actor = stage.world.round, stage.world.actor("organiser")
    held = {m for m in of_rounds() if m._base_manager.filter(round=draft).exists()}  # type: ignore[attr-defined]
    assert len(held) > 15
    assert {Answer, Attachment, RoundUnit} <= held
    for model in held:
        if model.__name__ not in {
            "Report",
            "Remark",
            "Review",
        }:  # the unit's, or its writer's, until they are handed in
            rows: Any = model._base_manager.filter(round=draft)  # type: ignore[attr-defined]
            assert policies()[model].visible(actor, rows).exists(), model


@pytest.mark.parametrize("who", OUTSIDE[:-1])
def test_nobody_else_opens_a_page_of_it(stage: Stage, who: str) -> None:
    client, unit, answer = stage.world.client(who), stage.world.unit["a"], stage.world.answer("a", "A2")
    for name in (
        "unit", "hand", "submit", "withdraw", "result", "accept", "object", "public_reply", "practices", "sheet_file",
        "more_time",
    ):  # fmt: skip
        assert client.get(reverse(f"rounds:{name}", args=[unit.pk])).status_code == 404, name
    for name in ("answer", "answer_history"):
        assert client.get(reverse(f"rounds:{name}", args=[answer.pk])).status_code == 404, name
    assert client.get(reverse("reading:unit", args=[unit.pk])).status_code == 404
    assert client.get(reverse("rounds:show", args=[stage.world.round.slug])).status_code == 404


@pytest.mark.parametrize("who", OUTSIDE[:-1])
def test_nobody_else_reads_or_changes_it_by_the_api(stage: Stage, who: str) -> None:
    client, world = stage.world.client(who), stage.world
    unit, slug, answer = world.unit["a"].pk, world.round.slug, world.answer("a", "A2")
    for path in (f"units/{unit}/answers", f"units/{unit}/submissions", f"units/{unit}/questions", f"answers/{answer.pk}",
                 f"units/{unit}/disputes", f"{slug}", f"{slug}/units", f"{slug}/items", f"{slug}/known", f"{slug}/windows",
                 f"{slug}/standing"):  # fmt: skip
        assert client.get(f"/api/v1/rounds/{path}").status_code == 404, path
    assert slug not in client.get("/api/v1/rounds/").content.decode()
    saved = client.patch(
        f"/api/v1/rounds/answers/{answer.pk}",
        {"version": answer.version, "narrative": "x"},
        content_type="application/json",
    )
    sent = client.post(
        f"/api/v1/rounds/units/{unit}/submission",
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert (saved.status_code, sent.status_code) == (404, 404)


@pytest.mark.parametrize("who", OUTSIDE[:-1])
def test_nobody_else_has_a_task_in_it_or_finds_it(stage: Stage, who: str) -> None:
    actor, draft = stage.world.actor(who), stage.world.round
    with everything("test"):
        keys = set(RoundUnit.objects.filter(round=draft).values_list("pk", flat=True))
    with acting(actor):
        urls = [todo.url for todo in todos(actor)] + [one.url for one in standings(actor)]
    assert not [url for url in urls if any(url.startswith(f"/rounds/units/{pk}/") for pk in keys)]
    assert not [url for url in urls if draft.slug in url]
    html = (
        stage.world.client(who).get(reverse("reporting:search"), {"q": "样本省2024年度评价"}).content.decode()
    )
    assert f"/rounds/{draft.slug}/" not in html


def test_its_people_learn_why_they_cannot_act_yet(stage: Stage) -> None:
    world = stage.world
    unit, answer = world.unit["a"], world.answer("a", "A2")
    with everything("test"):
        unit, handed = RoundUnit.objects.select_related("round__authority").get(pk=unit.pk), answer
        handed.assignee = world.user["officer_a1"]
    for verb in ("fill", "hand_out", "submit", "withdraw", "more_time", "accept", "object", "reply"):
        told = decide(world.actor("manager_a"), verb, unit)
        assert (bool(told), told.why.en) == (False, "the round is not open yet"), verb
    for who, verb in (
        ("officer_a", "fill"),
        ("officer_a1", "fill"),
        ("reviewer1", "review"),
        ("reviewer1", "return"),
    ):
        assert decide(world.actor(who), verb, handed).why.en == "the round is not open yet", (who, verb)
    assert may_report(world.actor("manager_a"), unit).why.en == "the round is not open yet"
    actor = world.actor("manager_a")
    with acting(actor):
        with pytest.raises(Denied, match="尚未启动"):
            unit_submit(actor=actor, unit=unit, key="k")
        with pytest.raises(Denied, match="尚未启动"):
            answer_save(actor=actor, answer=answer, version=answer.version, self_score=None, narrative="x")
        with pytest.raises(Denied, match="尚未启动"):
            answers_hand(actor=actor, unit=unit, answers=[answer.pk], assignee=world.user["officer_a"].pk)


def test_what_is_prepared_is_told_to_nobody(stage: Stage) -> None:
    notices_tell()
    with everything("test"):
        assert not Notice.objects.filter(round=stage.world.round).exists()


def test_chance_is_not_promised_for_a_round_in_preparation(stage: Stage) -> None:
    """From the commitment on list and plan of a draw are public."""
    draft, organiser = stage.world.round, stage.world.actor("organiser")
    assert not decide(organiser, "draw", draft)
    with everything("test"):
        draws = Draw.objects.filter(round=draft, committed_at__isnull=False).count()
    assert draws
    assert not [draw for draw in committed_draws("") if draw.round_id == draft.pk]
