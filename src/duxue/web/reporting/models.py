"""Scores of a round, as `duxue round score` computed them from the round's folder; trial ones and the final one."""

from __future__ import annotations

from typing import Any

from django.db import models

from duxue.web.common.scope import Scoped


class Scoring(models.Model):
    """One computation of a round's scores."""

    round = models.ForeignKey("rounds.Round", models.CASCADE, related_name="scorings")
    kind = models.CharField(max_length=10)  # trial, final
    folder = models.CharField(max_length=200)  # below HOME: what anyone can compute again
    digest = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    facts: Any = models.JSONField(default=dict)  # counts, software, files
    public_folder = models.CharField(max_length=200, blank=True)  # what `duxue round publish` wrote

    objects = Scoped()

    class Meta:
        ordering = ("-id",)


class UnitScore(models.Model):
    """A unit's result in one scoring."""

    scoring = models.ForeignKey(Scoring, models.CASCADE, related_name="units")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="scores")
    points = models.DecimalField(max_digits=8, decimal_places=3)
    self_points = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    credibility = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    rank = models.IntegerField(null=True)
    rank_from = models.IntegerField(null=True)
    rank_to = models.IntegerField(null=True)
    grade = models.CharField(max_length=40, blank=True)  # by points
    final_grade = models.CharField(max_length=40, blank=True)  # after vetoes
    detail: Any = models.JSONField(default=dict)

    objects = Scoped()

    class Meta:
        ordering = ("scoring", "rank")
        constraints = (models.UniqueConstraint(fields=("scoring", "unit"), name="unit_score_once"),)


class ItemScore(models.Model):
    """A unit's points on one item in one scoring, by layer."""

    scoring = models.ForeignKey(Scoring, models.CASCADE, related_name="items")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, related_name="item_scores")
    item = models.ForeignKey("rounds.Item", models.CASCADE, related_name="scores")
    points = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    layers: Any = models.JSONField(default=dict)  # self, computed, online, field: text of each
    why: Any = models.JSONField(default=dict)  # the rule, the figure, the distance {zh,en}

    objects = Scoped()

    class Meta:
        ordering = ("scoring", "unit", "item__order")


class Boundary(models.Model):
    """An authority's own map: boundaries as GeoJSON, and the number under which they may be shown."""

    authority = models.OneToOneField("orgs.Organisation", models.CASCADE, related_name="boundary")
    key = models.CharField(max_length=60)  # the property that holds the code of a unit
    approval = models.CharField(max_length=80)  # 审图号
    geojson: Any = models.JSONField()
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = Scoped()


class SearchEntry(models.Model):
    """What can be found of one object: its words, and whose policy decides who may find it. Bigrams stand in an index beside it."""

    kind = models.CharField(max_length=20)  # unit, item, problem, evidence, answer
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=400)
    body = models.TextField(blank=True)

    objects = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "object_id"), name="search_once"),)


class SearchMark(models.Model):
    """Up to which event of the audit the search has taken up what changed; one row."""

    event = models.BigIntegerField(default=0)

    objects = models.Manager()
