"""Jobs for machines: how far a piece of long work is, what came out, and stopping it or trying it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema, Status

from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both, PageOut, paged
from duxue.web.jobs import services
from duxue.web.jobs.models import Job

router = Router(tags=["jobs"])


class JobOut(Schema):
    """A job: `state` is waiting, running, done, failed or stopped; the last three are the end.

    `done` of `of` steps are done and `message` says which one it is at; `result` is what came out, `problems` why it failed.
    """

    id: int
    kind: str
    title: Both
    state: str
    done: int
    of: int
    message: Both
    result: dict[str, Any]
    problems: list[dict[str, Any]]
    attempts: int
    created_at: datetime
    finished_at: datetime | None


class JobPage(PageOut):
    """A page of jobs."""

    rows: list[JobOut]


class Started(Schema):
    """A job that was started; the header Location is its address."""

    job: int


def started(response: HttpResponse, job: Job) -> Status:
    """Return the answer of a route that started a job, with the address at which it is followed."""
    response["Location"] = reverse("api:job", args=[job.pk])
    return Status(202, {"job": job.pk})


@router.get("/", response=JobPage, summary="List the jobs in sight")
def jobs(request: HttpRequest, state: str = "", cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract
    """Return the own jobs and, to organisers, those of their rounds, the newest first."""
    rows = Job.objects.filter(state=state) if state else Job.objects.all()
    page = page_of(rows, cursor, size=size)
    return paged(page, [_job(row) for row in page])


@router.get("/{int:pk}", response=JobOut, url_name="job", summary="How far a job is")
def job(request: HttpRequest, pk: int) -> Any:  # noqa: ARG001 - the contract
    """Return a job; ask again every few seconds until its state is done, failed or stopped."""
    return _job(get_object_or_404(Job, pk=pk))


@router.post("/{int:pk}/stop", response=JobOut, summary="Stop a job")
def stop(request: HttpRequest, pk: int) -> Any:
    """Stop a job: a waiting one never starts, a running one ends at its next step."""
    services.job_stop(actor=actor_in(request), job=get_object_or_404(Job, pk=pk))
    return _job(get_object_or_404(Job, pk=pk))


@router.post("/{int:pk}/retry", response=JobOut, summary="Try a job again")
def retry(request: HttpRequest, pk: int) -> Any:
    """Queue a job that failed or was stopped again."""
    services.job_retry(actor=actor_in(request), job=get_object_or_404(Job, pk=pk))
    return _job(get_object_or_404(Job, pk=pk))


def _job(row: Job) -> dict[str, Any]:
    names = ("kind", "state", "done", "of", "result", "problems", "attempts", "created_at", "finished_at")
    return {
        "id": row.pk, **{name: getattr(row, name) for name in names},
        "title": {"zh": row.title_zh, "en": row.title_en}, "message": {"zh": row.message_zh, "en": row.message_en},
    }  # fmt: skip
