"""How far a job is, and what came out."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from duxue.web.jobs.models import Job
from duxue.web.jobs.services import job_retry, job_stop


@require_GET
@login_required
def list_jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs that the reader may see, newest first."""
    from duxue.web.common.pagination import page_of

    page = page_of(Job.objects.select_related("started_by"), request.GET.get("cursor", ""))
    return render(request, "jobs/list.html", {"page": page})


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job; htmx asks for the part that changes."""
    job = get_object_or_404(Job, pk=pk)
    part = getattr(request, "htmx", None)
    return render(request, "components/job.html" if part else "jobs/show.html", {"job": job})


@require_POST
@login_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a job."""
    job_stop(actor=request.actor, job=get_object_or_404(Job, pk=pk))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("jobs:show", args=[pk]))


@require_POST
@login_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a job again."""
    job_retry(actor=request.actor, job=get_object_or_404(Job, pk=pk))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("jobs:show", args=[pk]))
