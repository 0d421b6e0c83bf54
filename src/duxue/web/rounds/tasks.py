"""Jobs of rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.web.common.scope import everything
from duxue.web.jobs.registry import Running, job
from duxue.web.rounds.models import Round
from duxue.web.rounds.services import noticing
from duxue.web.rounds.services.knowing import KIND, round_know


@job(KIND)
def know(running: Running) -> Mapping[str, Any]:
    """Evaluate the accepted data of a round and keep what is known; the same data come out the same."""
    with everything("the job's own policy decides who may start it"):
        round = Round.objects.select_related("authority").get(pk=running.args["round"])  # noqa: A001 - the field's word
    return round_know(actor=running.actor, round=round, report=running.report)


@job(noticing.KIND, every_minutes=5)
def tell(running: Running) -> Mapping[str, Any]:  # noqa: ARG001 - every job is handed how it runs
    """Tell people what moved since the last run, and send the mails that wait."""
    return noticing.notices_tell()
