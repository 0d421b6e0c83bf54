"""That the content of files left: every download, and the reading of a preview once an hour."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from duxue.web.common import audit
from duxue.web.common.actors import MEMBERS, Actor
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from duxue.web.evidence.models import File

DOWNLOADED, READ = "duxue.file.downloaded", "duxue.file.read"
ONE_READING = timedelta(hours=1)  # in which turning the pages of a preview is one event


@transaction.atomic
def file_taken(actor: Actor, file: File) -> None:
    """Log that a file was downloaded."""
    _record(actor, DOWNLOADED, file)


def file_seen(actor: Actor, file: File) -> None:
    """Log that a file's preview was read, unless the same person began to read it within the hour."""
    with everything("whether this reading is on record already"):
        known = AuditEvent.objects.filter(
            object_type=File._meta.label_lower, object_id=str(file.pk), action=READ,
            actor_id=actor.user_id, token_id=actor.token_id, at__gt=now() - ONE_READING,
        )  # fmt: skip
        if known.exists():
            return
    with transaction.atomic():
        _record(actor, READ, file)


def _record(actor: Actor, action: str, file: File) -> None:
    """Tell the audit who read a file: where its own people read it only of themselves, for they do not learn who judges them."""
    own = file.path.startswith(actor.places(*MEMBERS))
    path = file.path if own else min(actor.places(), key=len, default=file.path)
    audit.record(actor, action, file, path=path, data={"sha256": file.blob.sha256})
