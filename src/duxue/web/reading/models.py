"""A self-evaluation report whose numbers are checked against data before it is submitted."""

from __future__ import annotations

from typing import Any

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

    def audit_path(self) -> str:
        """Return its unit's place, for the audit."""
        return self.unit.path


class Remark(models.Model):
    """What a unit says of a claim that the data do not bear out; it holds for the same claim in a later version too."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="+")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)  # of the finding
    choice = models.CharField(
        max_length=20
    )  # mend: the report will be mended; explain: it stands, for this reason
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    objects = Scoped()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "key"), name="remark_once"),)

    def audit_path(self) -> str:
        """Return its unit's place, for the audit."""
        return self.unit.path
