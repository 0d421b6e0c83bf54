"""Online review played through: recusals, tasks, blind scores, a question, a third opinion, what a unit reads."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.actors import Actor
from duxue.web.common.clock import at, now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.reviews import selectors
from duxue.web.reviews.barring import why_barred
from duxue.web.reviews.models import Assignment, Recusal, Review
from duxue.web.reviews.services import assigning, recusing, reviewing
from duxue.web.reviews.services.returning import answer_return
from duxue.web.rounds.models import Answer, Known, Question, RoundUnit
from tests.web.evidence.conftest import upload
from tests.web.worlds import World


def codes(refused) -> set[str]:
    return {p.code for p in refused.value.problems}


def task(world: World, reviewer: str = "reviewer1", unit: str = "a", turn: str = "first") -> Assignment:
    """Return a reviewer's task on a unit; a second one is made by hand."""
    with everything("test"):
        found = Assignment.objects.filter(
            unit=world.unit[unit], reviewer=world.user[reviewer], withdrawn_at=None
        ).first()
        return found or Assignment.objects.create(
            round=world.round, unit=world.unit[unit], reviewer=world.user[reviewer], turn=turn, given_at=now()
        )


def give(
    world: World,
    who: str,
    item: str,
    points: str,
    reason: str = "材料不全。",
    turn: str = "first",
    version: int = 0,
) -> Review:
    assignment = task(world, who, turn=turn)
    actor = world.actor(who)
    with acting(actor):
        return reviewing.review_give(
            actor=actor,
            assignment=assignment,
            answer=world.answer("a", item),
            version=version,
            points=Decimal(points),
            reason=reason,
        )


def seen(actor: Actor) -> set[tuple[str, str]]:
    with acting(actor):
        return {(r.assignment.reviewer.username, r.answer.item.code) for r in Review.objects.all()}


def test_drafts_are_their_writers_own(world: World):
    world.submit("a")
    actor, assignment = world.actor("reviewer1"), task(world)
    with acting(actor):
        saved = reviewing.review_save(
            actor=actor,
            assignment=assignment,
            answer=world.answer("a", "A2"),
            version=0,
            points=Decimal(3),
            reason="看",
        )
    assert saved.version == 1
    assert seen(actor) == {("reviewer1", "A2")}
    for other in ("reviewer2", "organiser", "leader", "auditor", "manager_a", "public", "foreign_organiser"):
        assert seen(world.actor(other)) == set(), other


def test_a_second_review_is_blind_until_both_are_given(world: World):
    world.submit("a")
    give(world, "reviewer1", "A2", "3")
    give(world, "reviewer1", "B1", "3")
    second = task(world, "reviewer2", turn="second")
    assert seen(world.actor("reviewer2")) == set()
    page = world.client("reviewer2").get(
        reverse("reviews:score", args=[second.pk, world.answer("a", "A2").pk])
    )
    assert page.status_code == 200
    assert "材料不全" not in page.content.decode()
    give(world, "reviewer2", "A2", "4", "看到了制度。", turn="second")
    assert seen(world.actor("reviewer2")) == {("reviewer1", "A2"), ("reviewer2", "A2")}
    assert ("reviewer2", "A2") in seen(world.actor("reviewer1"))
    page = world.client("reviewer2").get(
        reverse("reviews:score", args=[second.pk, world.answer("a", "A2").pk])
    )
    assert "材料不全" in page.content.decode()
    assert len(seen(world.actor("organiser"))) == 3
    told = world.client("manager_a").get(reverse("reviews:told", args=[world.answer("a", "A2").pk]))
    assert "材料不全" not in told.content.decode()
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(notified_at=now())
    assert len(seen(world.actor("manager_a"))) == 3
    text = (
        world.client("manager_a")
        .get(reverse("reviews:told", args=[world.answer("a", "A2").pk]))
        .content.decode()
    )
    assert "材料不全" in text
    assert "样本人员reviewer" not in text
    assert seen(world.actor("manager_b")) == set()


def test_the_desk_says_how_an_item_is_scored_as_its_unit_reads_it(world: World):
    world.submit("a")
    with everything("test"):
        parts = [{"weight": "0.4", "rule": {"type": "gate", "of": "retention", "meets": ">= 95"}}]
        parts += [{"weight": "0.6", "rule": {"type": "judged", "step": "0.5"}}]
        world.items["A2"].rule = {"type": "composite", "parts": parts}
        world.items["A2"].save()
        assignment = task(world)
    answer = world.answer("a", "A2")
    desk = world.client("reviewer1").get(reverse("reviews:score", args=[assignment.pk, answer.pk]))
    item = world.client("officer_a").get(reverse("rounds:item", args=[world.round.slug, "A2"]))
    for part in (
        "占 40%（先按满分 5 分计）：“初中三年巩固率”不低于 95%",
        "占 60%（先按满分 5 分计）：由评审员在 0 至 5 分之间评定，以 0.5 分为一级",
    ):
        assert part in item.content.decode()
        assert part in desk.content.decode()


def test_the_desk_shows_side_by_side_what_speaks_on_an_item(world: World, settings: Any, tmp_path: Path):
    settings.HOME, settings.EVIDENCE_STORE = tmp_path, ""
    answer = world.answer("a", "A2")
    upload(world.client("officer_a"), "名册.txt", b"roll of pupils", f"answer:{answer.pk}")
    world.submit("a")
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(narrative="全市新建学校两所。", self_score=Decimal("3.5"))
        Known.objects.filter(unit=world.unit["a"]).update(item=world.items["A2"])
        world.items["A2"].guidance = {"criteria": [{"zh": "制度健全", "en": "Rules are whole"}]}
        world.items["A2"].save()
    page = world.client("reviewer1").get(reverse("reviews:score", args=[task(world).pk, answer.pk]))
    panels = dict(
        re.findall(r'aria-labelledby="desk-(\w+)">(.*?)</section>', page.content.decode(), re.DOTALL)
    )
    assert "制度健全" in panels["standard"]
    assert "4.37" in panels["data"]
    for said in ("自评 3.5 分", "全市新建学校两所。", "名册.txt"):
        assert said in panels["self"]


def test_points_are_held_to_the_item_and_need_reasons(world: World):
    world.submit("a")
    with pytest.raises(Refused) as refused:
        give(world, "reviewer1", "A2", "5.5", "")
    assert codes(refused) == {"WEB001", "WEB002"}
    with pytest.raises(Refused) as refused:
        give(world, "reviewer1", "A2", "4.5", " ")
    assert codes(refused) == {"WEB001"}
    with everything("test"):
        world.items["A2"].rule = {"type": "judged", "step": "0.5"}
        world.items["A2"].save()
    with pytest.raises(Refused) as refused:
        give(world, "reviewer1", "A2", "4.3")
    assert codes(refused) == {"WEB002"}
    with pytest.raises(Refused) as refused:  # full points, but the self-score is 4
        give(world, "reviewer1", "A2", "5", "")
    assert codes(refused) == {"WEB001"}
    assert give(world, "reviewer1", "A2", "5", "全部达到").given
    with pytest.raises(Refused) as refused:  # data decide A1
        give(world, "reviewer1", "A1", "5")
    assert codes(refused) == {"WEB010"}


def test_only_the_reviewer_scores_only_in_the_window_only_what_was_submitted(world: World):
    with pytest.raises(Denied):
        give(world, "reviewer1", "A2", "3")
    world.submit("a")
    actor = world.actor("organiser")
    with acting(actor), pytest.raises(Denied):
        reviewing.review_give(
            actor=actor,
            assignment=task(world),
            answer=world.answer("a", "A2"),
            version=0,
            points=Decimal(3),
            reason="x",
        )
    with at(now() + timedelta(days=60)), pytest.raises(Refused) as refused:
        give(world, "reviewer1", "A2", "3")
    assert codes(refused) == {"WEB005"}


def test_two_windows_do_not_overwrite_each_other(world: World):
    world.submit("a")
    give(world, "reviewer1", "A2", "3")
    with pytest.raises(reviewing.Conflict) as conflict:
        give(world, "reviewer1", "A2", "2", "另一窗口")
    assert conflict.value.theirs.points == Decimal(3)
    url = reverse("reviews:score", args=[task(world).pk, world.answer("a", "A2").pk])
    answer = world.client("reviewer1").post(
        url, {"version": 0, "points": "2", "reason": "另一窗口", "act": "give"}
    )
    assert answer.status_code == 409
    assert "data-conflict" in answer.content.decode()


def test_a_task_is_finished_when_every_item_is_given(world: World):
    world.submit("a")
    actor, assignment = world.actor("reviewer1"), task(world)
    give(world, "reviewer1", "A2", "3")
    with acting(actor), pytest.raises(Refused) as refused:
        reviewing.assignment_finish(actor=actor, assignment=assignment)
    assert {p.found for p in refused.value.problems} == {"B1", "B2"}
    for item in ("B1", "B2"):
        give(world, "reviewer1", item, "4")
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="in_review")
    with acting(actor):
        assert any(
            "reviews" not in str(t.title) and t.url == reverse("reviews:task", args=[assignment.pk])
            for t in todos(actor)
        )
        reviewing.assignment_finish(actor=actor, assignment=assignment)
    assert world.answer("a", "A2").state == "accepted"
    assert world.answer("a", "A2").unit.state == "reviewed"
    with pytest.raises(Denied):
        give(world, "reviewer1", "A2", "2", version=1)
    with everything("test"):
        events = AuditEvent.objects.filter(action__startswith="duxue.review.given")
        assert events.count() == 3
        assert not AuditEvent.objects.filter(actor_id=actor.user_id, path=world.unit["a"].path).exists()


def test_far_apart_scores_wait_for_a_third_person(world: World):
    world.submit("a")
    for item in ("A2", "B1", "B2"):
        give(world, "reviewer1", item, "2")
        give(world, "reviewer2", item, "4" if item == "A2" else "2.5", turn="second")
    with everything("test"):
        assert [p.answer.item.code for p in selectors.apart_in(world.round)] == ["A2"]
    organiser = world.actor("organiser")
    with acting(organiser):
        assert any(t.url.endswith("#apart") for t in todos(organiser))
        for who in ("reviewer1", "reviewer2"):
            with pytest.raises(Refused):  # who has judged it does not reconcile it
                assigning.assignment_give(
                    actor=organiser, unit=world.unit["a"], reviewer=world.user[who], turn="reconcile"
                )
    for who in ("reviewer1", "reviewer2"):
        with acting(world.actor(who)):
            reviewing.assignment_finish(actor=world.actor(who), assignment=task(world, who))
    assert world.answer("a", "A2").state == "submitted"
    assert world.answer("a", "B1").state == "accepted"
    page = world.client("organiser").get(reverse("reviews:agreement", args=[world.round.pk]))
    assert page.status_code == 200
    assert "给分全部相同" not in page.content.decode()  # A2 lies apart
    address = f"/api/v1/reviews/rounds/{world.round.slug}/agreement"
    told = world.client("leader").get(address).json()
    assert [told[name] for name in ("count", "same", "apart")] == [3, 0, 1]
    assert {name: told["widest"][0][name] for name in ("unit", "item", "distance")} == {
        "unit": "9901a0", "item": "A2", "distance": "-2.000",
    }  # fmt: skip
    habits = {h["reviewer"]: (h["items"], h["pairs"], h["apart"]) for h in told["reviewers"]}
    assert habits == {world.user[who].pk: (3, 3, 1) for who in ("reviewer1", "reviewer2")}
    first = world.client("leader").get(address, {"size": 1}).json()
    rest = world.client("leader").get(address, {"size": 1, "cursor": first["later"]}).json()
    assert [*first["reviewers"], *rest["reviewers"]] == told["reviewers"]
    assert (rest["later"], rest["widest"]) == ("", told["widest"])
    assert world.client("reviewer1").get(address).status_code == 403
    with everything("test"):
        Review.objects.filter(round=world.round).update(points=3)
    page = world.client("organiser").get(reverse("reviews:agreement", args=[world.round.pk]))
    assert "给分全部相同" in page.content.decode()
    assert (
        world.client("manager_a").get(reverse("reviews:agreement", args=[world.round.pk])).status_code == 403
    )


def test_an_item_goes_back_with_a_question(world: World):
    world.submit("a")
    actor, answer = world.actor("reviewer1"), world.answer("a", "A2")
    url = reverse("reviews:ask", args=[task(world).pk, answer.pk])
    assert world.client("reviewer2").get(url).status_code == 404
    assert world.client("reviewer1").post(url, {"text": " "}).status_code == 422
    assert world.client("reviewer1").post(url, {"text": "名册在哪里？"}).status_code == 302
    answer.refresh_from_db()
    assert answer.state == "returned"
    with everything("test"):
        question = Question.objects.get()
        assert question.due > now()
    with pytest.raises(Refused) as refused:
        give(world, "reviewer1", "A2", "3")
    assert codes(refused) == {"WEB004"}
    with acting(actor), pytest.raises(Refused):
        answer_return(actor=actor, answer=answer, text="再问")
    with pytest.raises(Denied):
        answer_return(actor=world.actor("reviewer2"), answer=answer, text="问")


def test_recusals_keep_people_away_and_take_tasks_back(world: World):
    actor = world.actor("reviewer1")
    assignment = task(world)
    with acting(actor):
        recusal = recusing.recusal_declare(
            actor=actor,
            round=world.round,
            user=world.user["reviewer1"],
            unit=world.unit["a"],
            kind="relative",
        )
    assignment.refresh_from_db()
    assert assignment.withdrawn_at is not None
    organiser = world.actor("organiser")
    with acting(organiser):
        with pytest.raises(Refused) as refused:
            assigning.assignment_give(actor=organiser, unit=world.unit["a"], reviewer=world.user["reviewer1"])
        assert codes(refused) == {"WEB002"}
        proposal = assigning.assignments_propose(actor=organiser, round=world.round, seed="s", share=0)
        assert all(
            (g.unit.pk, g.reviewer.pk) != (world.unit["a"].pk, world.user["reviewer1"].pk)
            for g in proposal.tasks
        )
    with everything("test"):
        world.user["reviewer2"].home_code = world.org["county_a1"].code
        world.user["reviewer2"].save()
    assert why_barred(world.round, world.user["reviewer2"].pk, world.unit["a"])
    with acting(organiser):
        proposal = assigning.assignments_propose(actor=organiser, round=world.round, seed="s", share=0)
        assert proposal.problems
        assert "样本市A" in proposal.problems[0].found
    for other in ("reviewer2", "manager_a", "leader"):
        with acting(world.actor(other)):
            assert not Recusal.objects.exists()
    world.client("organiser").get(reverse("reviews:recusals", args=[world.round.pk]))
    world.client("organiser").get(f"/api/v1/reviews/rounds/{world.round.slug}/recusals")
    with acting(world.actor("auditor")):  # who read them is on record where auditors look
        read = AuditEvent.objects.filter(action="duxue.personal_data.read")
        assert [json.loads(event.data)["people"] for event in read] == [[world.user["reviewer1"].pk]] * 2
    with acting(actor):
        recusing.recusal_withdraw(actor=actor, recusal=recusal, reason="情形已消失")
    with everything("test"):
        assert not Recusal.objects.exists()


def test_a_proposal_is_given_as_it_was_seen(world: World):
    client = world.client("organiser")
    url = reverse("reviews:propose", args=[world.round.pk])
    shown = client.get(url, {"share": 100, "limit": 0, "seed": "摇号"})
    proposal = shown.context["proposal"]
    assert [(g.unit.code, g.turn) for g in proposal.tasks] == [("9901a0", "second"), ("9901b0", "second")]
    wrong = client.post(url, {"share": 100, "limit": 0, "seed": "摇号", "digest": "x"})
    assert wrong.status_code == 422
    done = client.post(url, {"share": 100, "limit": 0, "seed": "摇号", "digest": proposal.digest})
    assert done.status_code == 302
    with everything("test"):
        assert Assignment.objects.filter(withdrawn_at=None).count() == 4
    assert (
        client.post(url, {"share": 100, "limit": 0, "seed": "摇号", "digest": proposal.digest}).status_code
        == 422
    )
    assert world.client("manager_a").get(url).status_code == 403
    assert world.client("foreign_organiser").get(url).status_code == 404


def test_a_withdrawn_task_no_longer_counts(world: World):
    world.submit("a")
    give(world, "reviewer1", "A2", "3")
    organiser = world.actor("organiser")
    with acting(organiser):
        assigning.assignment_reassign(
            actor=organiser, assignment=task(world), reviewer=world.user["reviewer2"], reason="生病"
        )
        assert not Review.objects.exists()
    assert world.client("reviewer1").get(reverse("reviews:task", args=[1])).status_code == 404
    with everything("test"):
        assert not Review.objects.filter(given=True).exists()
        assert AuditEvent.objects.filter(action="duxue.assignment.withdrawn", reason="生病").exists()


@pytest.mark.parametrize("way", ["given", "given instead"])
def test_a_turn_that_another_gave_while_this_one_waited_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch, way: str
):
    """On PostgreSQL the second organiser waits for the lock; when it comes, the first has given the turn."""
    world.submit("a")
    held, actor = task(world), world.actor("organiser")
    if way == "given":
        with everything("test"):
            Assignment.objects.filter(pk=held.pk).update(withdrawn_at=now())

    def lock(model: type, *keys: int) -> None:
        if model is RoundUnit and keys == (world.unit["a"].pk,):
            Assignment.objects.filter(pk=held.pk).update(withdrawn_at=now())
            task(world, "reviewer2")

    monkeypatch.setattr(assigning, "lock", lock)
    ask = {
        "given": lambda: assigning.assignment_give(
            actor=actor, unit=world.unit["a"], reviewer=world.user["reviewer1"]
        ),
        "given instead": lambda: assigning.assignment_reassign(
            actor=actor, assignment=held, reviewer=world.user["reviewer2"], reason="生病"
        ),
    }
    with acting(actor), pytest.raises(Refused) as refused:
        ask[way]()
    assert "WEB004" in codes(refused)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(world: World, language: str):
    world.submit("a")
    give(world, "reviewer1", "A2", "3")
    reviewer, organiser = world.client("reviewer1"), world.client("organiser")
    assignment, answer = task(world), world.answer("a", "A2")
    pages = [
        (reviewer, "reviews:desk", []), (reviewer, "reviews:task", [assignment.pk]), (reviewer, "reviews:score", [assignment.pk, answer.pk]),
        (reviewer, "reviews:score", [assignment.pk, world.answer("a", "B1").pk]), (reviewer, "reviews:ask", [assignment.pk, answer.pk]),
        (reviewer, "reviews:recusals", [world.round.pk]), (organiser, "reviews:overview", [world.round.pk]),
        (organiser, "reviews:propose", [world.round.pk]), (organiser, "reviews:give", [world.round.pk]),
        (organiser, "reviews:recusals", [world.round.pk]), (organiser, "reviews:agreement", [world.round.pk]),
        (organiser, "reviews:reassign", [assignment.pk]), (organiser, "reviews:told", [answer.pk]), (organiser, "reviews:task", [assignment.pk]),
    ]  # fmt: skip
    for client, name, args in pages:
        client.cookies["django_language"] = language
        assert client.get(reverse(name, args=args)).status_code == 200, name


def test_typing_is_saved_as_a_draft(world: World):
    world.submit("a")
    url = reverse("reviews:score", args=[task(world).pk, world.answer("a", "A2").pk])
    client = world.client("reviewer1")
    saved = client.post(url, {"version": 0, "points": "3", "reason": "正在写"}, headers={"X-Autosave": "1"})
    assert saved.json() == {"version": 1}
    wrong = client.post(url, {"version": 1, "points": "9", "reason": ""}, headers={"X-Autosave": "1"})
    assert wrong.status_code == 422
    given = client.post(url, {"version": 1, "points": "3", "reason": "写完", "act": "give"})
    assert given.status_code == 302
    assert given.url == reverse("reviews:score", args=[task(world).pk, world.answer("a", "B1").pk])


def test_a_task_is_finished_by_naming_its_unit(world: World):
    world.submit("a")
    for code in ("A2", "B1", "B2"):
        give(world, "reviewer1", code, "3")
    client, assignment = world.client("reviewer1"), task(world)
    url, name = reverse("reviews:task", args=[assignment.pk]), world.unit["a"].name_zh
    assert f'data-confirm="{name}"' in client.get(url).content.decode()
    for wrong in ({}, {"confirm": world.unit["b"].name_zh}):
        told = client.post(reverse("reviews:finish", args=[assignment.pk]), wrong, follow=True)
        assert name in str(next(iter(told.context["messages"])))
        assert task(world).finished_at is None
    client.post(reverse("reviews:finish", args=[assignment.pk]), {"confirm": name})
    assert task(world).finished_at is not None


def test_figures_on_the_scoring_page_are_doors(world: World):
    world.submit("a")
    with everything("test"):
        Known.objects.filter(unit=world.unit["a"]).update(item=world.items["A2"])
    page = reverse("reviews:score", args=[task(world).pk, world.answer("a", "A2").pk])
    door = reverse("rounds:explain", args=[world.round.slug, world.unit["a"].code, "L1", 2024])
    assert f'href="{door}?by=stage%3Aprimary"' in world.client("reviewer1").get(page).content.decode()
