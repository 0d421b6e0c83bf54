"""Online review: who judges which unit, who may not, and what each one gave with which reason."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce

from duxue.web.common.scope import Scoped


class Recusal(models.Model):
    """A reason why a person does not judge a unit: from there, works there, a relative there, asked for."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="recusals")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="recusals")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="recusals")
    kind = models.CharField(max_length=20)  # home, staff, relative, other
    text = models.CharField(max_length=400, blank=True)
    declared_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    objects = Scoped()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "unit"), name="recusal_once"),)


class Assignment(models.Model):
    """A reviewer's task: one unit, all judged items or those of one branch, first or blind second review."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="assignments")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="assignments")
    branch = models.ForeignKey("rounds.Item", models.CASCADE, null=True, related_name="+")
    reviewer = models.ForeignKey("accounts.User", models.PROTECT, related_name="assignments")
    turn = models.CharField(max_length=10, default="first")  # first, second, reconcile
    due = models.DateTimeField(null=True)
    given_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("round", "unit", "turn")
        constraints = (
            models.UniqueConstraint(
                "unit",
                Coalesce("branch", 0),
                "reviewer",
                condition=models.Q(withdrawn_at__isnull=True),
                name="assignment_once",
            ),
        )


class Review(models.Model):
    """The points that one reviewer gives to one answer, with the reason."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="reviews")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reviews")
    answer = models.ForeignKey("rounds.Answer", models.CASCADE, related_name="reviews")
    points = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    reason = models.TextField(blank=True)
    given = models.BooleanField(default=False)  # False: a draft that only its reviewer sees
    given_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)
    updated_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("answer__item__order",)
        constraints = (models.UniqueConstraint(fields=("assignment", "answer"), name="review_once"),)
