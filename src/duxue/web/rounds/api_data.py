"""Data that a machine brings into a round: one archive, checked by a job, taken over once that is confirmed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status

from duxue.web.common.idempotency import once
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.jobs.api import Started, started
from duxue.web.jobs.models import Job
from duxue.web.rounds.services import receiving
from duxue.web.rounds.views.organiser.access import overseen_round, round_at
from duxue.web.rounds.views.organiser.bringing import tables_of

router = Router(tags=["rounds"])
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
_PIECE = 1 << 20


class TakeIn(Schema):
    """The job that checked the archive."""

    job: int


@router.get("/{slug}/data/tables.zip", summary="Fetch the empty tables of the data")
def tables(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the empty tables that the round's rules ask for as one zip, to be filled in and sent to `data/archive`; for organisers."""
    found = overseen_round(request, slug)
    require(actor_in(request), "edit", found)
    return tables_of(found)


@router.post(
    "/{slug}/data/archive", response={202: Started}, summary="Send the data as one zip",
    openapi_extra={"requestBody": {"required": True, "content": ZIP}},
)  # fmt: skip
def send(
    request: HttpRequest,
    response: HttpResponse,
    slug: str,
    name: str = Query("data.zip", max_length=200, description="Of the archive, for the record"),
) -> Any:
    """Take the round's data folder as a zip, sent as the body, and start the job that checks it; nothing of the round changes.

    The result of the job tells what would change; `data/take` confirms it.
    """
    found, actor = overseen_round(request, slug), actor_in(request)
    require(actor, "edit", found)
    with tempfile.NamedTemporaryFile() as copy:
        size = 0
        while size <= settings.EVIDENCE_LARGEST and (piece := request.read(_PIECE)):
            size += copy.write(piece)
        copy.flush()
        sent = receiving.data_receive(actor=actor, round=found, path=Path(copy.name), name=name)

    def work() -> int:
        return receiving.data_try(actor=actor, round=found, sent=sent).pk

    key, asked = request.headers.get("Idempotency-Key", ""), [request.get_full_path(), sent.digest]
    return started(response, Job(pk=once(actor, key, asked, work)))


@router.post("/{slug}/data/take", response={202: Started}, summary="Take the data over that were sent")
def take(request: HttpRequest, response: HttpResponse, slug: str, given: TakeIn) -> Status:
    """Confirm what the check of an archive told and start the job that changes the round; Location is where it is followed."""
    job = receiving.data_take(actor=actor_in(request), round=round_at(slug), job=given.job)
    return started(response, job)
