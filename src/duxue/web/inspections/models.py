"""Field verification: the recorded draw, the visits it gave, and the signed sheets."""

from __future__ import annotations

from typing import Any

from django.db import models

from duxue.web.common.lang import Words
from duxue.web.common.scope import Scoped


class Draw(models.Model):
    """A recorded draw of the counties and schools to visit; anyone can run it again from its certificate."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="draws")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    plan: Any = models.JSONField()  # the plan as the command `duxue draw` takes it
    commitment = models.CharField(
        max_length=80, blank=True
    )  # digest of list and plan, public before the randomness
    committed_at = models.DateTimeField(null=True)
    certificate: Any = models.JSONField(default=dict)  # what `duxue draw verify` takes
    folder = models.CharField(max_length=200, blank=True)  # below HOME: list, certificate, page
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(
        null=True
    )  # of the certificate; until then its visits are unannounced
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="after"
    )  # the draw it replaces
    reason = models.CharField(max_length=400, null=True)  # why it replaces one

    objects = Scoped()

    @property
    def title(self) -> Words:
        """What was drawn."""
        return Words(self.title_zh, self.title_en)


class Visit(models.Model):
    """A visit to one place of a unit by a team."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="visits")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="visits")
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="visits")
    place_code = models.CharField(max_length=60)
    place_zh = models.CharField(max_length=200)
    place_en = models.CharField(max_length=200, blank=True)
    place_level = models.CharField(max_length=20)  # county, school
    path = models.CharField(
        max_length=255, blank=True
    )  # of the visited organisation, when it has an account here
    team = models.ManyToManyField("accounts.User", related_name="visits")
    planned_on = models.DateField(null=True)
    announced_at = models.DateTimeField(null=True)  # null: unannounced
    state = models.CharField(max_length=40, default="drawn")
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("round", "unit", "planned_on")

    @property
    def place(self) -> Words:
        """The visited place."""
        return Words(self.place_zh, self.place_en)


class SheetEntry(models.Model):
    """A line of a verification sheet: what was found on the spot for one item."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="sheet_entries")
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="entries")
    item = models.ForeignKey("rounds.Item", models.PROTECT, related_name="+")
    answer = models.ForeignKey("rounds.Answer", models.CASCADE, related_name="verified")
    found = models.CharField(max_length=20)  # confirmed, partly, refuted, not_seen
    note = models.TextField(blank=True)
    points = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    version = models.IntegerField(default=0)

    objects = Scoped()

    class Meta:
        ordering = ("visit", "item__order")
        constraints = (models.UniqueConstraint(fields=("visit", "item"), name="entry_once"),)


class RecusalRequest(models.Model):
    """A unit asks that a person does not visit it; the organiser decides. Only they and auditors read it."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="+")
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="recusal_requests")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)  # as of a recusal: home, staff, relative, other
    text = models.CharField(max_length=400)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)  # None: not decided yet
    answer = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("visit", "user"), condition=models.Q(granted__isnull=True), name="recusal_asked_once"
            ),
        )
