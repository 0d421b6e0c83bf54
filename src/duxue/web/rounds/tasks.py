"""Jobs of rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.web.common.scope import everything
from duxue.web.jobs.registry import Running, job
from duxue.web.rounds.models import Round
from duxue.web.rounds.services import many, noticing, receiving
from duxue.web.rounds.services.knowing import KIND, round_know


@job(KIND)
def know(running: Running) -> Mapping[str, Any]:
    """Evaluate the accepted data of a round and keep what is known; the same data come out the same."""
    round = _round(running)  # noqa: A001 - the field's word
    if sent := running.args.get("sent"):
        return receiving.data_taken(
            actor=running.actor, round=round, sent=receiving.sent_of(sent), report=running.report
        )
    return round_know(actor=running.actor, round=round, report=running.report)


@job(receiving.KIND)
def try_data(running: Running) -> Mapping[str, Any]:
    """Check data that were sent and tell what they would change; nothing of the round changes."""
    return receiving.data_tried(
        actor=running.actor,
        round=_round(running),
        sent=receiving.sent_of(running.args),
        report=running.report,
    )


@job(many.KIND)
def act_on_many(running: Running) -> Mapping[str, Any]:
    """Do one thing with many units, with all or with none."""
    return many.done_later(running)


def _round(running: Running) -> Round:
    with everything("the job's own policy decides who may start it"):
        return Round.objects.select_related("authority").get(pk=running.args["round"])


@job(noticing.KIND, every_minutes=5)
def tell(running: Running) -> Mapping[str, Any]:  # noqa: ARG001 - every job is handed how it runs
    """Tell people what moved since the last run, and send the mails that wait."""
    return noticing.notices_tell()
