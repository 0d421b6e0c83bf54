"""A self-evaluation report whose numbers are checked against data before it is submitted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from duxue.web.common.scope import Scoped


class Report(models.Model):
    """An uploaded report and what reading it found."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="reports")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="reports")
    file = models.ForeignKey("evidence.File", models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    folder = models.CharField(max_length=200, blank=True)  # below HOME: what `duxue read` wrote
    counts: Any = models.JSONField(default=dict)  # verdict -> number of claims
    claims: Any = models.JSONField(
        default=list
    )  # those that need a look: text, place, claimed, data, verdict
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("-id",)
