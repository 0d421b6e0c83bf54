"""Jobs: queued with the change that asks for them, run once, tried again, stopped, told about."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.selectors import actor_of_token_id
from duxue.web.accounts.services.tokens import Made, token_create, token_revoke
from duxue.web.common import policy
from duxue.web.common.actors import SITE
from duxue.web.common.audit_titles import title_of
from duxue.web.common.clock import at, now
from duxue.web.common.lang import say
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.problems import tell
from duxue.web.common.scope import acting, everything
from duxue.web.jobs import services
from duxue.web.jobs.models import Job
from duxue.web.jobs.registry import EVERY, JOBS, Running, job
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.services.correcting import round_drop
from tests.web.worlds import World

TITLE = say("试", "try")


@pytest.fixture
def kinds() -> Iterator[list[int]]:
    """Two jobs of the test's own, and what they did."""
    ran: list[int] = []

    @job("test.count")
    def count(running: Running) -> dict[str, int]:
        running.report(1, 2, TITLE)
        ran.append(running.args["n"])
        return {"n": running.args["n"]}

    @job("test.fail")
    def fail(running: Running) -> dict[str, int]:
        ran.append(-1)
        if running.args.get("refuse"):
            raise Refused([tell("WEB002", field="x")])
        if running.args.get("ask"):
            with everything("test"):
                unit = RoundUnit.objects.select_related("round").get(pk=running.args["ask"])
            policy.require(running.actor, "fill", unit)
        message = "broken"
        raise RuntimeError(message)

    yield ran
    del JOBS["test.count"], JOBS["test.fail"]


def start(world: World, kind: str, **args: object) -> Job:
    """Start a job as the officer of city A."""
    return services.job_start(actor=world.actor("officer_a"), kind=kind, title=TITLE, args=args)


def machine(world: World, round: Round | None = None) -> Made:  # noqa: A002 - the field's word
    """Make a token with the role of an officer in city A."""
    keeper = world.actor("organiser")
    with acting(keeper):
        return token_create(
            actor=keeper,
            title="t",
            organisation=world.org["city_a"],
            role="officer",
            read_only=False,
            round=round,
        )


def again(job: Job) -> Job:
    """Return the job as it stands now."""
    with everything("test"):
        return Job.objects.get(pk=job.pk)


def test_a_job_runs_once_and_says_what_came_out(world: World, kinds: list[int]) -> None:
    started = start(world, "test.count", n=7)
    assert services.run_jobs() == 1
    services.run_job.call(started.pk)
    done = again(started)
    assert (done.state, done.result, kinds) == ("done", {"n": 7}, [7])


def test_a_running_job_tells_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, ...]] = []

    def read(running: Running) -> dict[str, int]:
        for n in (3, 4, 8):
            running.report(n, 8, say(f"读第 {n} 份", f"reading {n}"))
            stands = Job.objects.get(pk=running.job_id)
            seen.append((stands.done, stands.of, stands.message_zh, stands.message_en))
        return {}

    monkeypatch.setattr(services, "_QUIET", 60.0)
    monkeypatch.setitem(JOBS, "test.read", read)
    start(world, "test.read")
    assert services.run_jobs() == 1
    third = (3, 8, "读第 3 份", "reading 3")
    assert seen == [third, third, (8, 8, "读第 8 份", "reading 8")]  # seldom in between, always the last


def test_a_job_of_a_change_that_fails_was_never_asked_for(world: World, kinds: list[int]) -> None:
    with transaction.atomic():
        start(world, "test.count", n=1)
        transaction.set_rollback(True)
    assert services.run_jobs() == 0
    assert kinds == []


def test_refused_input_is_told_and_not_tried_again(world: World, kinds: list[int]) -> None:
    started = start(world, "test.fail", refuse=True)
    services.run_jobs()
    job = again(started)
    assert (job.state, job.problems[0]["code"], kinds) == ("failed", "WEB002", [-1])


@pytest.mark.parametrize("who", ["person", "token"])
def test_who_may_no_longer_is_told_so_and_not_tried_again(
    world: World, kinds: list[int], who: str, caplog: pytest.LogCaptureFixture
) -> None:
    organiser, unit = world.actor("organiser"), world.unit["a"].pk
    if who == "person":
        started = start(world, "test.fail", ask=unit)
        with everything("test"):
            Grant.objects.filter(user=world.user["officer_a"]).update(revoked_at=now())
    else:
        made = machine(world)
        started = services.job_start(
            actor=actor_of_token_id(made.token.pk), kind="test.fail", title=TITLE, args={"ask": unit}
        )
        with acting(organiser):
            token_revoke(actor=organiser, token=made.token)
    assert services.run_jobs() == 1
    job = again(started)
    assert (job.state, job.attempts, kinds) == ("failed", 1, [-1])
    assert [p["code"] for p in job.problems] == ["WEB007"]
    assert "需要角色" in job.problems[0]["what"]["zh"]
    assert "needs the role" in job.problems[0]["what"]["en"]
    assert not caplog.records


def test_who_was_deactivated_asks_for_nothing_any_more(world: World, kinds: list[int]) -> None:
    started = start(world, "test.fail", ask=world.unit["a"].pk)
    with everything("test"):
        User.objects.filter(pk=world.user["officer_a"].pk).update(is_active=False)
    services.run_jobs()
    job = again(started)
    assert (job.state, kinds) == ("failed", [-1])
    assert [p["code"] for p in job.problems] == ["WEB007"]


def test_a_crash_is_tried_again_later_and_three_times_at_most(world: World, kinds: list[int]) -> None:
    started = start(world, "test.fail")
    assert services.run_jobs() == 1
    assert (again(started).state, kinds) == ("waiting", [-1])
    for _ in range(2):
        services.run_job.call(started.pk)
    assert (again(started).state, again(started).problems[0]["code"]) == ("failed", "WEB011")
    assert kinds == [-1, -1, -1]


def test_a_job_of_a_killed_worker_is_taken_up(world: World, kinds: list[int]) -> None:
    started = start(world, "test.count", n=3)
    with everything("test"):
        from django_tasks_db.models import DBTaskResult

        DBTaskResult.objects.all().delete()
        Job.objects.filter(pk=started.pk).update(state="running", attempts=1, heartbeat=now())
    services.tick()
    assert again(started).state == "running"
    with at(now() + timedelta(minutes=10)):
        services.tick()
    services.run_jobs()
    assert (again(started).state, kinds) == ("done", [3])


def test_a_stopped_job_does_not_start(world: World, kinds: list[int]) -> None:
    started = start(world, "test.count", n=1)
    with acting(world.actor("officer_a")):
        services.job_stop(actor=world.actor("officer_a"), job=started)
    services.run_jobs()
    assert (again(started).state, kinds) == ("stopped", [])


def test_only_its_owner_sees_and_stops_a_job(world: World, kinds: list[int]) -> None:
    started = start(world, "test.count", n=1)
    for key in ("officer_b", "manager_a", "foreign_organiser"):
        with acting(world.actor(key)):
            assert not Job.objects.filter(pk=started.pk).exists()
            with pytest.raises(Denied):
                services.job_stop(actor=world.actor(key), job=started)


def test_a_token_follows_its_own_job_and_no_other(world: World, kinds: list[int]) -> None:
    own, other = machine(world), machine(world)
    started = services.job_start(
        actor=actor_of_token_id(own.token.pk), kind="test.count", title=TITLE, args={"n": 4}
    )
    services.run_jobs()
    assert (again(started).state, again(started).args, kinds) == ("done", {"n": 4}, [4])
    persons = start(world, "test.count", n=5)

    def asked(secret: str, path: str) -> Any:
        return Client().get(path, headers={"Authorization": f"Bearer {secret}"})

    address = reverse("api:job", args=[started.pk])
    assert asked(own.secret, address).json()["state"] == "done"
    assert [row["id"] for row in asked(own.secret, "/api/v1/jobs/").json()["rows"]] == [started.pk]
    assert asked(other.secret, address).status_code == 404
    assert asked(own.secret, reverse("api:job", args=[persons.pk])).status_code == 404


def test_a_draft_is_dropped_with_the_jobs_of_its_tokens(world: World, kinds: list[int]) -> None:
    organiser = world.actor("organiser")
    with acting(organiser):
        made = machine(world, round=world.round)
        services.job_start(
            actor=actor_of_token_id(made.token.pk), kind="test.count", title=TITLE, args={"n": 1}
        )
        with everything("test"):
            Round.objects.filter(pk=world.round.pk).update(state="draft")
        draft = Round.objects.get(pk=world.round.pk)
        round_drop(actor=organiser, round=draft, confirm=draft.title_zh)
    with everything("test"):
        assert not Round.objects.filter(pk=world.round.pk).exists()
        assert not Job.objects.exists()  # none is left that would run as the site itself


def test_who_stopped_a_job_or_tried_it_again_is_on_record(world: World, kinds: list[int]) -> None:
    actor, started = world.actor("officer_a"), start(world, "test.count", n=1)
    with acting(actor):
        for _ in range(2):  # the second time nothing changes any more
            services.job_stop(actor=actor, job=started)
        for _ in range(2):
            services.job_retry(actor=actor, job=started)
    with acting(world.actor("auditor")):
        events = list(AuditEvent.objects.filter(object_type="jobs.job", object_id=str(started.pk)))
    assert [e.action for e in events] == ["duxue.job.stopped", "duxue.job.retried"]
    assert {(e.actor_id, e.data) for e in events} == {(actor.user_id, '{"kind": "test.count"}')}
    assert [title_of(e.action).say("en") for e in events] == ["Stopped a job", "Tried a job again"]
    assert [title_of(e.action).say("zh-hans") for e in events] == ["停止后台任务", "重试后台任务"]


def test_a_job_is_not_stopped_without_its_event(
    world: World, kinds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    actor, started = world.actor("officer_a"), start(world, "test.count", n=1)
    monkeypatch.setattr(services.audit, "record", fails)
    with acting(actor), pytest.raises(RuntimeError):
        services.job_stop(actor=actor, job=started)
    assert again(started).state == "waiting"


def test_the_site_lets_sqlite_count_its_tables_each_day(world: World) -> None:
    assert EVERY["jobs.analyse"] == 24 * 60
    result = JOBS["jobs.analyse"](Running(0, {}, SITE, lambda *_: None))
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            assert result == {"tables": 0}
            return
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'orgs_organisation'")
        assert cursor.fetchone()[0] > 0


@pytest.mark.parametrize(
    ("ask", "kinds"),
    [("", False), ("from duxue.web.jobs.registry import find; find()", True)],
)
def test_the_site_begins_without_what_only_jobs_load(ask: str, kinds: bool) -> None:
    code = (
        f"import sys, django; django.setup(); {ask}\n"
        "from duxue.web.jobs.registry import JOBS\n"
        "print({'reading.check', 'rounds.know', 'reporting.index'} <= set(JOBS))\n"
        "print(bool({'duxue.claims', 'duxue.engines', 'duxue.microdata', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(kinds)] * 2
