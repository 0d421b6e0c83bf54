"""Background jobs as people see them: what runs for whom, how far it is, what came out. django-tasks runs them."""

from __future__ import annotations

from typing import Any

from django.db import models

from duxue.web.common.scope import Scoped


class Job(models.Model):
    """A piece of long work."""

    kind = models.CharField(max_length=60)  # name in the registry: reporting.score
    args: Any = models.JSONField(default=dict)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="waiting")  # waiting, running, done, failed, stopped
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    message_zh = models.CharField(max_length=400, blank=True)
    message_en = models.CharField(max_length=400, blank=True)
    result: Any = models.JSONField(default=dict)  # url of what came out, counts
    problems: Any = models.JSONField(default=list)
    attempts = models.IntegerField(default=0)
    most_attempts = models.IntegerField(default=3)
    run_after = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    round = models.ForeignKey("rounds.Round", models.CASCADE, null=True, related_name="jobs")
    path = models.CharField(max_length=255, blank=True)
    started_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="jobs")
    # Goes with its token, which is deleted only with a draft: left without one it would run as the site.
    started_by_token = models.ForeignKey("accounts.Token", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = Scoped()

    class Meta:
        ordering = ("-id",)


class Schedule(models.Model):
    """Work that comes back: when it is next due."""

    kind = models.CharField(max_length=60, unique=True)
    every_minutes = models.IntegerField()
    next_at = models.DateTimeField()

    objects = models.Manager()
