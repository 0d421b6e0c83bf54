"""The ledger's background work: every hour the clock reminds, marks and escalates."""

from __future__ import annotations

from duxue.web.jobs.registry import Running, job
from duxue.web.rectification.services.clockwork import clockwork


@job("rectification.clockwork", every_minutes=60)
def run_clockwork(running: Running) -> dict[str, int]:
    """Remind, mark and escalate what is due now; running twice comes out the same."""
    return clockwork(report=running.report)
