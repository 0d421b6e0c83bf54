"""How the API tells a problem of the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from duxue.web.rectification.models import Problem


def iso(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 has it."""
    return moment.isoformat() if moment else None


def as_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as the API tells it."""
    return {
        "id": problem.pk, "code": problem.code, "round": problem.round.slug, "unit": problem.unit.code,
        "item": problem.item_code, "source": problem.source, "level": problem.level, "kind": problem.kind,
        "text": problem.text, "public": {"zh": problem.public_zh, "en": problem.public_en}, "state": problem.state,
        "state_since": iso(problem.state_since), "responsible": problem.responsible.code,
        "responsible_post": problem.responsible_post, "measure": problem.measure, "plan_due": iso(problem.plan_due),
        "finish_due": iso(problem.finish_due), "review_due": iso(problem.review_due), "due": iso(problem.due),
        "submitted_at": iso(problem.submitted_at), "closed_at": iso(problem.closed_at),
        "times_reopened": problem.times_reopened, "escalated_to": problem.escalated_to, "repeats": problem.repeats_id,
        "found_at": iso(problem.found_at), "version": problem.version,
    }  # fmt: skip
