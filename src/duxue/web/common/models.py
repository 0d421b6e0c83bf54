"""The audit's tables: events in one chain, and the chain's head. Both are guarded by the database itself."""

from __future__ import annotations

from django.db import models

from duxue.web.common.scope import Scoped


class AuditHead(models.Model):
    """The one row that holds the last event's number and hash; locked while an event is appended."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    objects = models.Manager()


class AuditEvent(models.Model):
    """What someone did, with what, why, and the hash that ties it to all before."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)  # no foreign key: events outlive accounts
    actor_name = models.CharField(max_length=200, blank=True)
    token_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=100)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    round_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)
    data = models.TextField(default="{}")  # JSON as it was hashed, byte for byte
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = Scoped()

    class Meta:
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("object_type", "object_id", "seq"), name="audit_object"),
            models.Index(fields=("round_id", "seq"), name="audit_round"),
            models.Index(fields=("actor_id", "seq"), name="audit_actor"),
            models.Index(fields=("action", "seq"), name="audit_action"),
            models.Index(fields=("object_type", "seq"), name="audit_kind"),
        )


class Sent(models.Model):
    """A request that was answered, under the key that its sender chose."""

    whose = models.CharField(max_length=30)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    rights = models.JSONField(default=dict)  # that its sender held: who lost one is asked for it again
    at = models.DateTimeField(db_index=True)

    objects = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("whose", "key"), name="sent_once"),)
