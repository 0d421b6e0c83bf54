"""Starting, running, stopping and trying again: django-tasks keeps the queue, the Job is what people see."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django_tasks import task

from duxue.core.errors import Refused
from duxue.web.common import audit, policy
from duxue.web.common.actors import PUBLIC, SITE, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.problems import as_json, tell
from duxue.web.common.scope import acting, everything
from duxue.web.jobs.models import Job, Schedule
from duxue.web.jobs.registry import EVERY, JOBS, WAITS, Running, Stopped, find
from duxue.web.rounds.models import Round

log = logging.getLogger("duxue.jobs")
LOST_AFTER = timedelta(minutes=3)  # without a sign of life: its worker was killed
BACKOFF = (10, 60, 300)  # seconds before the next attempt
_QUIET = 0.5  # seconds between two writes of the progress


@transaction.atomic
def job_start(
    *,
    actor: Actor,
    kind: str,
    title: Words,
    args: Mapping[str, Any],
    round: Round | None = None,
    path: str = "",
) -> Job:
    """Queue a job of `kind` inside the caller's transaction and return it."""
    find()
    if kind not in JOBS:
        message = f"no job is called {kind}"
        raise ValueError(message)
    with everything("a job is written for whoever starts it"):
        job = Job.objects.create(
            kind=kind,
            args=dict(args),
            title_zh=title.say("zh-hans"),
            title_en=title.say("en"),
            round=round,
            path=path or (round.authority.path if round else ""),
            started_by_id=actor.user_id,
            started_by_token_id=actor.token_id,
            created_at=now(),
        )
    run_job.enqueue(job.pk)
    return job


@transaction.atomic
def job_stop(*, actor: Actor, job: Job) -> None:
    """Stop a job: a waiting one never starts, a running one ends at its next report."""
    policy.require(actor, "stop", job)
    with everything("asked by its owner"):
        changed = Job.objects.filter(pk=job.pk, state__in=("waiting", "running")).update(
            state="stopped", finished_at=now()
        )
    if changed:
        _record(actor, "duxue.job.stopped", job)


@transaction.atomic
def job_retry(*, actor: Actor, job: Job) -> None:
    """Queue a job that failed or was stopped again."""
    policy.require(actor, "retry", job)
    with everything("asked by its owner"):
        changed = Job.objects.filter(pk=job.pk, state__in=("failed", "stopped")).update(
            state="waiting", finished_at=None, attempts=0, problems=[], done=0, of=0
        )
    if changed:
        _record(actor, "duxue.job.retried", job)
        run_job.enqueue(job.pk)


def _record(actor: Actor, action: str, job: Job) -> None:
    """Tell the audit; a job without a place is told where its owner holds a role."""
    path = job.path or min(actor.places(), key=len, default="")
    audit.record(actor, action, job, path=path, data={"kind": job.kind})


@task()
def run_job(job_id: int) -> None:
    """Run one job: claimed once, tried again after a crash, what is refused or not allowed told and not tried again."""
    with everything("the queue runs everybody's jobs"):
        claimed = Job.objects.filter(pk=job_id, state="waiting").update(
            state="running", attempts=F("attempts") + 1, heartbeat=now()
        )
        if not claimed:
            return
        job = Job.objects.select_related("started_by").get(pk=job_id)
    actor = _actor(job)
    find()
    try:
        with acting(actor):
            result = JOBS[job.kind](Running(job.pk, job.args, actor, _reporter(job.pk)))
    except Stopped:
        return
    except Refused as refused:
        _end(job, state="failed", problems=[as_json(p) for p in refused.problems])
    except policy.Denied as denied:
        _end(job, state="failed", problems=[as_json(tell("WEB007", what=denied.why.text()))])
    except Exception:
        log.exception("job", extra={"job": job.pk, "kind": job.kind})
        _fail(job)
    else:
        _end(job, state="done", result=dict(result), done=F("of"))


def _actor(job: Job) -> Actor:
    from duxue.web.accounts.selectors import actor_of_token_id, actor_of_user

    if job.started_by_token_id:
        return actor_of_token_id(job.started_by_token_id)
    if job.started_by is None:
        return SITE
    return actor_of_user(job.started_by) if job.started_by.is_active else PUBLIC  # as at every request


def _reporter(job_id: int) -> Any:
    last = 0.0

    def report(done: int, of: int, doing: Words) -> None:
        nonlocal last
        moment = time.monotonic()
        if moment - last < _QUIET and done < of:
            return
        last = moment
        with everything("progress of the queue's job"):
            alive = Job.objects.filter(pk=job_id, state="running").update(
                done=done, of=of, message_zh=doing.say("zh-hans")[:400], message_en=doing.say("en")[:400], heartbeat=now()
            )  # fmt: skip
        if not alive:
            raise Stopped

    return report


def _end(job: Job, **values: Any) -> None:
    with everything("the end of the queue's job"):
        Job.objects.filter(pk=job.pk, state="running").update(finished_at=now(), **values)


def _fail(job: Job) -> None:
    if job.attempts < job.most_attempts:
        after = now() + timedelta(seconds=BACKOFF[min(job.attempts, len(BACKOFF)) - 1])
        with transaction.atomic(), everything("the queue's job is tried again"):
            Job.objects.filter(pk=job.pk, state="running").update(state="waiting", run_after=after)
            run_job.using(run_after=after).enqueue(job.pk)
        return
    what = say(
        "程序出错，已记入日志（任务编号 {n}）", "the program failed; the log has more (job {n})", n=job.pk
    ).text()
    _end(job, state="failed", problems=[{"code": "WEB011", "what": {"zh": what.zh, "en": what.en}}])


def tick() -> None:
    """Start what is due and take up what a killed worker left; called by every worker, often."""
    find()
    with everything("the site's own clockwork"), transaction.atomic():
        moment = now()
        for kind, minutes in EVERY.items():
            Schedule.objects.get_or_create(kind=kind, defaults={"every_minutes": minutes, "next_at": moment})
        for due in Schedule.objects.select_for_update().filter(next_at__lte=moment, kind__in=EVERY):
            if due.kind in WAITS and not WAITS[due.kind]():
                continue  # stays due: asked again at the next look
            due.every_minutes = EVERY[due.kind]
            due.next_at = moment + timedelta(minutes=due.every_minutes)
            due.save()
            if not Job.objects.filter(kind=due.kind, state__in=("waiting", "running")).exists():
                job_start(actor=SITE, kind=due.kind, title=say("定时任务", "scheduled work"), args={})
        lost = Job.objects.select_for_update().filter(Q(state="running", heartbeat__lt=moment - LOST_AFTER))
        for job in lost:
            if job.attempts < job.most_attempts:
                Job.objects.filter(pk=job.pk).update(state="waiting")
                run_job.enqueue(job.pk)
            else:
                _fail(job)


def run_jobs() -> int:
    """Run all that waits and is due in this process, and return how many ran; for tests and commands."""
    from django_tasks_db.models import DBTaskResult

    ran = 0
    while (waiting := DBTaskResult.objects.ready().first()) is not None:
        waiting.claim("here")
        waiting.task.call(*waiting.task_result.args, **waiting.task_result.kwargs)
        waiting.set_successful(None)
        ran += 1
    return ran
