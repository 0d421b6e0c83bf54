"""A problem goes from its entry to its closing and back; each role may do its own part, and the same person never both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant
from duxue.web.common.clock import at, now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied, decide
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.acts import ACTS
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.services import mending
from duxue.web.rectification.services.bulk import problems_step
from tests.web.rectification.ledger import again, day, go, make
from tests.web.worlds import World


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def kinds(problem: Problem) -> list[str]:
    with everything("test"):
        return list(Entry.objects.filter(problem=problem).order_by("pk").values_list("kind", flat=True))


def test_a_whole_life_with_a_reopening(world: World) -> None:
    problem = make(world)
    assert problem.code == "2024-9901a0-001"
    assert (problem.state, problem.due) == ("identified", None)
    go(world, problem, "plan_approved")
    promised = problem.finish_due
    assert promised is not None
    assert problem.due == promised
    mending.problem_start(actor=world.actor("officer_a"), problem=problem)
    entry = mending.progress_add(actor=world.actor("officer_a"), problem=problem, text="完成招标。", share=40)
    assert entry.data["share"] == 40
    mending.problem_submit(actor=world.actor("manager_a"), problem=problem, text="完成。")
    assert problem.due == problem.review_due
    mending.problem_close(actor=world.actor("organiser"), problem=problem)
    assert problem.closed_by_id == world.user["organiser"].pk
    assert problem.due is None
    mending.problem_reopen(actor=world.actor("organiser"), problem=problem, reason="回头看发现反弹。")
    stored = again(problem)
    assert (stored.state, stored.times_reopened, stored.closed_at, stored.closed_by_id) == (
        "reopened",
        1,
        None,
        None,
    )
    assert stored.finish_due is not None
    assert stored.finish_due > promised
    assert kinds(problem) == [
        "create", "notify", "plan", "approve_plan", "start", "report", "submit", "close", "reopen",
    ]  # fmt: skip
    with everything("test"):
        events = AuditEvent.objects.filter(object_type="rectification.problem", object_id=str(problem.pk))
        assert [e.action.removeprefix("duxue.problem.") for e in events] == kinds(problem)


def test_whoever_submits_does_not_close(world: World) -> None:
    problem = go(world, make(world), "in_progress")
    with everything("test"):
        Grant.objects.create(
            user=world.user["officer_a"], role="organiser", organisation=world.org["province"], given_at=now()
        )
    mending.problem_submit(actor=world.actor("officer_a"), problem=problem, text="完成。")
    with pytest.raises(Denied, match="责任单位"):
        mending.problem_close(actor=world.actor("officer_a"), problem=problem)
    with everything("test"):
        Grant.objects.filter(user=world.user["officer_a"], role="officer").update(revoked_at=now())
    with pytest.raises(Refused) as refused:  # no member of the unit any more, but the same person
        mending.problem_close(actor=world.actor("officer_a"), problem=problem)
    assert codes(refused) == {"WEB007"}
    assert again(problem).state == "submitted"


def test_the_responsible_unit_never_checks(world: World) -> None:
    problem = go(world, make(world), "submitted")
    for key in ("manager_a", "officer_a"):
        with pytest.raises(Denied):
            mending.problem_close(actor=world.actor(key), problem=problem)
        with pytest.raises(Denied):
            mending.problem_return(actor=world.actor(key), problem=problem, reason="不行")


def test_an_inspector_checks_what_the_own_visit_found(world: World) -> None:
    problem = go(world, make(world), "submitted")
    with pytest.raises(Denied):
        mending.problem_close(actor=world.actor("inspector1"), problem=problem)
    with everything("test"):
        Problem.objects.filter(pk=problem.pk).update(found_by=world.user["inspector1"])
    problem = again(problem)
    mending.problem_close(actor=world.actor("inspector1"), problem=problem)
    assert again(problem).closed_by_id == world.user["inspector1"].pk


def test_the_time_of_a_check_is_given_back(world: World) -> None:
    problem = go(world, make(world), "submitted")
    before, later = problem.finish_due, now() + timedelta(days=10)
    assert before is not None
    with at(later):
        mending.problem_return(actor=world.actor("organiser2"), problem=problem, reason="照片不符。")
    assert problem.finish_due == before + timedelta(days=10)
    assert problem.due == problem.finish_due


def test_a_date_only_moves_to_a_later_day(world: World) -> None:
    problem = go(world, make(world), "in_progress")
    organiser = world.actor("organiser")
    for wrong in (day(5), day(30), None):
        with pytest.raises(Refused):
            mending.problem_extend(actor=organiser, problem=problem, day=wrong, reason="审批慢")
    with pytest.raises(Refused) as refused:
        mending.problem_extend(actor=organiser, problem=problem, day=day(5), reason="")
    assert codes(refused) == {"WEB001", "WEB002"}
    mending.extension_ask(actor=world.actor("manager_a"), problem=problem, day=day(60), reason="审批慢")
    mending.problem_extend(actor=organiser, problem=problem, day=day(60), reason="同意")
    assert again(problem).due is not None
    assert problem.due is not None
    assert problem.due.astimezone().date() >= day(59)


def test_an_older_page_is_refused(world: World) -> None:
    problem = make(world)
    mending.problem_notify(actor=world.actor("organiser"), problem=problem, version=0)
    with pytest.raises(Refused) as refused:
        mending.problem_drop(actor=world.actor("organiser2"), problem=problem, reason="重复", version=0)
    assert codes(refused) == {"WEB003"}
    assert again(problem).state == "notified"


def test_a_plan_keeps_to_its_term_and_its_unit(world: World) -> None:
    problem = go(world, make(world), "notified")
    with pytest.raises(Refused) as refused:
        mending.plan_submit(
            actor=world.actor("manager_a"),
            problem=problem,
            measure="",
            post="",
            finish=day(400),
            responsible="9901b0",
        )
    assert {p.place.field for p in refused.value.problems} == {"measure", "post", "finish", "responsible"}
    mending.plan_submit(
        actor=world.actor("manager_a"), problem=problem, measure="办", post="局长", finish=day(20), responsible="9901a1"
    )  # fmt: skip
    assert problem.path == world.org["county_a1"].path
    mending.plan_return(actor=world.actor("organiser"), problem=problem, reason="太空")
    mending.plan_submit(
        actor=world.actor("officer_a1"), problem=problem, measure="细", post="股长", finish=day(20)
    )
    assert problem.state == "planned"


def test_a_unit_enters_only_what_it_found_itself(world: World) -> None:
    own = make(world, actor="officer_a", source="self")
    assert own.source == "self"
    with pytest.raises(Refused):
        make(world, actor="officer_a", source="audit")
    for key in ("manager_b", "foreign_organiser", "reviewer1", "leader"):
        with pytest.raises(Denied):
            make(world, actor=key)


def test_the_same_item_again_is_linked(world: World) -> None:
    first = make(world)
    assert make(world).repeats_id == first.pk
    assert make(world, item="B2").repeats_id is None
    assert make(world, unit="b").repeats_id is None


def test_many_at_once_tells_what_fails(world: World) -> None:
    rows = [make(world), make(world, item="B2")]
    mending.problem_notify(actor=world.actor("organiser"), problem=again(rows[0]))
    outcome = problems_step(actor=world.actor("organiser"), problems=[again(p) for p in rows], act="notify")
    assert [p.pk for p in outcome.done] == [rows[1].pk]
    assert [f.problem.pk for f in outcome.failed] == [rows[0].pk]
    assert {x.code for x in outcome.failed[0].faults} == {"CASE012"}


# Whom the policy lets take part: one row for each action.
PARTS = {
    "decide": {"organiser", "organiser2"},
    "work": {"manager_a", "officer_a"},
    "check": {"organiser", "organiser2"},
    "view": {"organiser", "organiser2", "leader", "auditor", "manager_a", "officer_a"},
}


@pytest.mark.parametrize("action", sorted(PARTS))
def test_each_part_belongs_to_its_roles(world: World, action: str) -> None:
    problem = go(world, make(world), "notified")
    allowed = {key for key in [*world.user, "public"] if decide(world.actor(key), action, problem)}
    assert allowed == PARTS[action]
    if action == "view":
        for key in world.user:
            with acting(world.actor(key)):
                assert Problem.objects.filter(pk=problem.pk).exists() == (key in allowed)


def test_every_step_asks_the_policy(world: World) -> None:
    problem = go(world, make(world), "notified")
    asked = {
        "text": "x", "reason": "x", "day": day(90), "to": "x", "measure": "x", "post": "x", "finish": day(3), "share": 1,
    }  # fmt: skip
    for name, act in ACTS.items():
        given = {k: v for k, v in asked.items() if k in act.form.base_fields}
        for key in (
            "manager_b",
            "foreign_organiser",
            "leader",
            "auditor",
            "reviewer1",
            "inspector1",
            "public",
        ):
            with pytest.raises(Denied):
                act.service(actor=world.actor(key), problem=problem, **given)
        assert again(problem).state == "notified", name


def test_an_identified_problem_is_not_yet_the_units(world: World) -> None:
    problem = make(world)
    with acting(world.actor("manager_a")):
        assert not Problem.objects.exists()
    go(world, problem, "notified")
    with acting(world.actor("manager_a")):
        assert Problem.objects.get().pk == problem.pk
