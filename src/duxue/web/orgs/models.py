"""Organisations on the dated tree: what a body is stays; its name and its place may change from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from duxue.web.common.lang import Words
from duxue.web.common.scope import Scoped

if TYPE_CHECKING:
    from datetime import date

LEVELS = ("nation", "province", "city", "county", "school")


class Organisation(models.Model):
    """A body that acts: a province's supervision office, a city or county, a school.

    Names and parents of past days are in OrganisationState; the columns here repeat today's, for lists and access.
    """

    code = models.CharField(max_length=40, unique=True)  # the official code of the unit: 370100
    level = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=255, db_index=True)  # "/1/5/9/": ids from the root down to itself
    closed_on = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)

    objects = Scoped()

    class Meta:
        ordering = ("code",)

    @property
    def name(self) -> Words:
        """Today's name."""
        return Words(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return str(self.name)

    def audit_path(self) -> str:
        """Return its place, for the audit."""
        return self.path


class OrganisationState(models.Model):
    """What an organisation was called and where it belonged, from one day until another."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="states")
    parent = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    from_day = models.DateField()
    until = models.DateField(null=True)  # first day on which it no longer holds
    source = models.CharField(max_length=200, blank=True)  # the act that made it so

    objects = Scoped()

    class Meta:
        ordering = ("organisation", "from_day")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("from_day")), name="state_has_days"
            ),
            models.UniqueConstraint(fields=("organisation", "from_day"), name="state_once_a_day"),
        )

    def holds_on(self, day: date) -> bool:
        """Return whether it holds on `day`."""
        return self.from_day <= day and (self.until is None or day < self.until)
