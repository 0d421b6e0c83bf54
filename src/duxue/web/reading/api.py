"""Checked reports for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import PageOut, paged
from duxue.web.evidence.models import File
from duxue.web.evidence.storage import on_disk
from duxue.web.jobs.api import started
from duxue.web.reading import services
from duxue.web.reading.models import Report
from duxue.web.rounds.models import RoundUnit

router = Router(tags=["reading"])


class ReportOut(Schema):
    """A report of a unit and what its check found."""

    id: int
    unit: str
    file: int
    name: str
    job: int | None  # of its check
    read_at: Any
    counts: dict[str, int]


class CheckedOut(ReportOut):
    """The same with its claims."""

    claims: list[dict[str, Any]]


class RemarkOut(Schema):
    """What the unit said of a claim."""

    key: str
    choice: str
    note: str
    decided_at: datetime


class ReportIn(Schema):
    """A report that is in the library already, by its id: upload it there first."""

    file: int


class RemarkIn(Schema):
    """What the unit says of a claim, by its `key`: `choice` mend, or explain with a note."""

    key: str
    choice: str
    note: str = ""


class ReportPage(PageOut):
    """A page of reports."""

    rows: list[ReportOut]


def _out(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk, "unit": report.unit.code, "file": report.file_id, "name": report.file.name, "job": report.job_id, "read_at": report.read_at,
        "counts": report.counts,
    }  # fmt: skip


@router.get("/units/{pk}/reports", response=ReportPage, summary="Reports of a unit")
def reports(request: HttpRequest, pk: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract
    """Return the reports of a unit, newest first."""
    unit = get_object_or_404(RoundUnit, pk=pk)
    page = page_of(Report.objects.filter(unit=unit).select_related("unit", "file"), cursor, size=size)
    return paged(page, [_out(row) for row in page.rows])


@router.post("/units/{pk}/reports", response={202: ReportOut}, summary="Have a report checked")
def check(request: HttpRequest, response: HttpResponse, pk: int, given: ReportIn) -> Any:
    """Take a report for a unit and start its check; the header Location is where the job is followed. People do, not tokens."""
    unit = get_object_or_404(RoundUnit.objects.select_related("round__authority", "organisation"), pk=pk)
    actor = actor_in(request)
    require(actor, "fill", unit)
    file = get_object_or_404(File.objects.select_related("blob"), pk=given.file)
    with on_disk(file.blob.sha256) as path:
        made = services.report_upload(actor=actor, unit=unit, path=path, name=file.name)
    return _started(response, made)


@router.post("/reports/{pk}/recheck", response={202: ReportOut}, summary="Check a report again")
def recheck(request: HttpRequest, response: HttpResponse, pk: int) -> Any:
    """Check a report again, after data have changed; the header Location is where the job is followed."""
    found = _report(pk)
    return _started(response, services.report_recheck(actor=actor_in(request), report=found))


@router.post("/reports/{pk}/remarks", response=RemarkOut, summary="Say what becomes of a claim")
def remark(request: HttpRequest, pk: int, given: RemarkIn) -> Any:
    """Keep what the unit says of one claim; the last word holds, also for the same claim in a later version."""
    return services.remark_make(actor=actor_in(request), report=_report(pk), **given.dict())


@router.get("/reports/{pk}", response=CheckedOut, summary="One report with its claims")
def report(request: HttpRequest, pk: int) -> Any:  # noqa: ARG001 - the contract
    """Return every claim with its state, the reason, and what the data say."""
    found = _report(pk)
    return {**_out(found), "claims": found.claims}


def _report(pk: int) -> Report:
    rows = Report.objects.select_related("unit__round__authority", "round__authority", "file", "job")
    return get_object_or_404(rows, pk=pk)


def _started(response: HttpResponse, report: Report) -> Status:
    if report.job is not None:
        started(response, report.job)
    return Status(202, _out(report))
