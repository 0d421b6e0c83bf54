"""The ledger of problems: what was found, what is done about it, by whom, until when, and who checked."""

from __future__ import annotations

from typing import Any

from django.db import models

from duxue.web.common.lang import Words
from duxue.web.common.scope import Scoped

_SEEN = ("round", "unit", "responsible", "source")  # by which the policy tells who sees a problem


class Problem(models.Model):
    """A problem on the ledger."""

    code = models.CharField(max_length=60, unique=True)  # printed number: 2024-370100-003
    round = models.ForeignKey("rounds.Round", models.PROTECT, related_name="problems")
    unit = models.ForeignKey("rounds.RoundUnit", models.PROTECT, related_name="problems")
    path = models.CharField(max_length=255, db_index=True)  # of the responsible organisation
    item = models.ForeignKey("rounds.Item", models.PROTECT, null=True, related_name="problems")
    item_code = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=20)  # SOURCES in words.py: self, online, field …
    level = models.CharField(max_length=20)  # city, county, school
    kind = models.CharField(max_length=20)  # at_once, by_date, long_term: 立行立改, 限期, 长期坚持
    text = models.TextField()  # internal
    text_en = models.TextField(null=True)  # of problems that a scoring found; people write in one language
    public_zh = models.TextField(blank=True)
    public_en = models.TextField(blank=True)
    state = models.CharField(max_length=40, default="identified")
    state_since = models.DateTimeField()
    responsible = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="problems")
    responsible_post = models.CharField(max_length=100, blank=True)  # 责任岗位
    measure = models.TextField(blank=True)
    plan_due = models.DateTimeField(null=True)
    finish_due = models.DateTimeField(null=True)
    review_due = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)  # end of the clock that runs in this state; null: none runs
    told_soon = models.DateTimeField(null=True)  # the `due` of which people were reminded
    told_late = models.DateTimeField(null=True)  # the `due` whose passing was marked
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    times_reopened = models.IntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.CharField(max_length=100, blank=True)  # a role, or a body as people name it
    repeats = models.ForeignKey("self", models.SET_NULL, null=True, related_name="repeated_by")
    found_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField()
    version = models.IntegerField(default=0)

    objects = Scoped()

    class Meta:
        ordering = ("-id",)
        indexes = (
            # What calendar, counts and statistics ask of a million problems is answered by three of these, without the rows.
            models.Index(fields=("due", "id", "state", *_SEEN), name="problem_due"),
            models.Index(fields=("round", "state", "id"), name="problem_state"),
            models.Index(fields=("state", "id", "due", *_SEEN), name="problem_state_alone"),
            models.Index(fields=("round", "due", "id"), name="problem_round_due"),
            models.Index(fields=("unit", "round", "state", "due", "times_reopened"), name="problem_unit"),
            models.Index(fields=("unit", "item_code", "id"), name="problem_repeat"),
            models.Index(fields=("source", "id"), name="problem_source"),
            models.Index(fields=("kind", "id"), name="problem_kind"),
            models.Index(fields=("item_code", "id"), name="problem_item"),
            models.Index(
                fields=("round", "state"),
                condition=models.Q(escalated_at__isnull=False),
                name="problem_escalated",
            ),
        )

    @property
    def said(self) -> Words:
        """What was found, for those inside; in the language it was written in where it was not translated."""
        return Words(self.text, self.text_en or "")

    @property
    def public(self) -> Words:
        """The text that may be published."""
        return Words(self.public_zh, self.public_en)

    def audit_path(self) -> str:
        """Return the responsible organisation's place, for the audit."""
        return self.path


class Entry(models.Model):
    """A line in a problem's history: progress, proof, a check, an extension, a reopening; a clock's own lines have no writer."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=20)  # the transition, or one of ENTRIES in words.py
    text = models.TextField(blank=True)
    data: Any = models.JSONField(default=dict)  # new dates, share done
    written_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    objects = Scoped()

    class Meta:
        ordering = ("written_at", "id")
