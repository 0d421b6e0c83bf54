"""Writes the whole chain of the audit: `python -m duxue.web audit_export > chain.jsonl`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from duxue.app.audit_chain import enclosed
from duxue.web.common.audit import exported
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything


class Command(BaseCommand):
    """One JSON line for each event, the first one on top, and a closing one; `duxue audit verify` checks the file anywhere."""

    help = "Write the chain of the audit as JSON lines / 写出审计链"

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - the contract
        """Write the chain."""
        with everything("the operator writes out the whole audit"):
            events = AuditEvent.objects.order_by("seq").iterator(chunk_size=1000)
            for line in enclosed(exported(events)):
                self.stdout.write(line)
