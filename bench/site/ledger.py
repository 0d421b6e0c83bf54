"""What the database holds after the crowd went home, beside what was acknowledged: `python -m bench.site.ledger CROWD OUT`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def compare(crowd: dict[str, Any]) -> dict[str, Any]:
    """Return how many submissions were acknowledged, lost, doubled, or differ from their receipt, and audit breaks."""
    import django

    os.environ["DUXUE_LOG_LEVEL"] = "WARNING"
    django.setup()
    from duxue.web.common.audit import breaks
    from duxue.web.common.models import AuditEvent
    from duxue.web.common.scope import everything
    from duxue.web.rounds.models import RoundUnit, Submission
    from duxue.web.rounds.services.submitting import digest_of

    with everything("the benchmark counts everything"):
        rows = {f"/rounds/submissions/{s.pk}/": s for s in Submission.objects.all()}
        states = dict(RoundUnit.objects.values_list("pk", "state"))
        events = list(AuditEvent.objects.order_by("seq"))
    acknowledged = {where: digest for _, where, digest in crowd["acknowledged"]}
    units = Counter(row.unit_id for row in rows.values())
    told = Counter(event.object_id for event in events if event.action == "duxue.unit.submit")
    return {
        "acknowledged": len(acknowledged),
        "given up": len(crowd["given_up"]),
        "in the database": len(rows),
        "lost": sum(where not in rows for where in acknowledged),
        "doubled": sum(n > 1 for n in units.values()) + sum(n > 1 for n in told.values()),
        "other than the receipt": sum(
            where in rows and not digest == rows[where].digest == digest_of(rows[where].content)
            for where, digest in acknowledged.items()
        ),
        "half done": sum(states[u] != "submitted" or told[str(u)] != 1 for u in units),
        "breaks of the audit": len(breaks(iter(events))),
    }


if __name__ == "__main__":
    found = compare(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")
