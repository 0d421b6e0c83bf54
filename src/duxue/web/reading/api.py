"""Checked reports for machines."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from duxue.web.common.pagination import page_of
from duxue.web.common.schemas import PageOut, paged
from duxue.web.reading.models import Report
from duxue.web.rounds.models import RoundUnit

router = Router(tags=["reading"])


class ReportOut(Schema):
    """A report of a unit and what its check found."""

    id: int
    unit: str
    file: int
    name: str
    read_at: Any
    counts: dict[str, int]


class CheckedOut(ReportOut):
    """The same with its claims."""

    claims: list[dict[str, Any]]


class ReportPage(PageOut):
    """A page of reports."""

    rows: list[ReportOut]


def _out(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk, "unit": report.unit.code, "file": report.file_id, "name": report.file.name, "read_at": report.read_at,
        "counts": report.counts,
    }  # fmt: skip


@router.get("/units/{pk}/reports", response=ReportPage, summary="Reports of a unit")
def reports(request: HttpRequest, pk: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract
    """Return the reports of a unit, newest first."""
    unit = get_object_or_404(RoundUnit, pk=pk)
    page = page_of(Report.objects.filter(unit=unit).select_related("unit", "file"), cursor, size=size)
    return paged(page, [_out(row) for row in page.rows])


@router.get("/reports/{pk}", response=CheckedOut, summary="One report with its claims")
def report(request: HttpRequest, pk: int) -> Any:  # noqa: ARG001 - the contract
    """Return every claim with its state, the reason, and what the data say."""
    found = get_object_or_404(Report.objects.select_related("unit", "file"), pk=pk)
    return {**_out(found), "claims": found.claims}
