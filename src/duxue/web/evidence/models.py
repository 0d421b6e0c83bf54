"""Evidence: bytes kept once under their hash, the files that organisations keep, and what they are attached to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from duxue.web.common.scope import Scoped


class Blob(models.Model):
    """Bytes, known by their SHA-256; the same bytes are kept once."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120)
    family = models.CharField(max_length=20)  # pdf, docx, xlsx, image …
    facts: Any = models.JSONField(default=dict)  # original date, macros, location present, pages
    preview_state = models.CharField(max_length=20, default="waiting")  # waiting, ready, none, failed
    preview: Any = models.JSONField(default=dict)  # pages and text of the preview
    stored_at = models.DateTimeField()

    objects = Scoped()


class File(models.Model):
    """A file that an organisation keeps: usable for many items and in later rounds."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files")
    organisation = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="files")
    path = models.CharField(max_length=255, db_index=True)  # of the organisation, for access
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True)
    original_date = models.DateField(null=True)
    original_date_source = models.CharField(max_length=40, blank=True)  # typed, exif, document
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)  # not offered any more; what used it keeps it

    objects = Scoped()

    class Meta:
        ordering = ("-uploaded_at", "-id")

    def audit_path(self) -> str:
        """Return its organisation's place, for the audit."""
        return self.path


class Attachment(models.Model):
    """A file used for something: an answer, a line of a sheet, a step of a rectification, an objection, a practice."""

    file = models.ForeignKey(File, models.PROTECT, related_name="attachments")
    round = models.ForeignKey("rounds.Round", models.CASCADE, null=True, related_name="attachments")
    unit = models.ForeignKey("rounds.RoundUnit", models.CASCADE, null=True, related_name="attachments")
    kind = models.CharField(max_length=20)  # answer, entry, progress, objection, practice, dispute, veto
    answer = models.ForeignKey("rounds.Answer", models.CASCADE, null=True, related_name="attachments")
    entry = models.ForeignKey("inspections.SheetEntry", models.CASCADE, null=True, related_name="attachments")
    target = models.BigIntegerField(null=True)  # key of any other kind
    late = models.BooleanField(
        default=False
    )  # its original date lies after the evaluated year, or it came after the window
    attached_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField()

    objects = Scoped()

    class Meta:
        ordering = ("attached_at", "id")
        constraints = (
            models.UniqueConstraint(
                "file",
                "kind",
                Coalesce("answer", 0),
                Coalesce("entry", 0),
                Coalesce("target", 0),
                name="attached_once",
            ),
        )

    @property
    def target_id(self) -> int:
        """The key of what the file is attached to."""
        return self.answer_id or self.entry_id or self.target or 0


class Upload(models.Model):
    """A file on its way: pieces arrive in order and may stop and go on."""

    key = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey("orgs.Organisation", models.CASCADE, related_name="+")
    path = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    attach: Any = models.JSONField(default=dict)  # what to attach it to when it has arrived
    started_by = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    token_id = models.BigIntegerField(null=True)  # of the machine that started it, where no person did
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    file = models.ForeignKey(File, models.SET_NULL, null=True, related_name="+")

    objects = Scoped()
