"""The same step for many units, done in the background: more than a few would keep whoever asks waiting for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import require
from duxue.web.common.scope import everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.registry import Running, Stopped
from duxue.web.jobs.services import job_start
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.services import units, windows

KIND = "rounds.many"
FEW = 100  # units that are done at once, in about a second
REMIND, EXTEND = "remind", "extend"  # what is done beside the steps of the units' procedure


def act_on(
    *, actor: Actor, round: Round, act: str, chosen: Sequence[RoundUnit], given: Mapping[str, Any]
) -> int:
    """Do one thing with many units, with all or with none, and return with how many it was done.

    `act`: REMIND, EXTEND or a step of the units' procedure; `given`: its reason, for EXTEND its step and end as well.
    """
    if act == REMIND:
        return units.units_remind(actor=actor, round=round, units=chosen)
    if act == EXTEND:
        return windows.units_extend(
            actor=actor, round=round, step=given["step"], closes=given["closes"], reason=given["reason"], units=chosen
        )  # fmt: skip
    return units.units_move(actor=actor, units=chosen, transition=act, reason=given["reason"])


@transaction.atomic
def act_later(
    *,
    actor: Actor,
    round: Round,
    act: str,
    title: Words,
    chosen: Sequence[RoundUnit],
    given: Mapping[str, Any],
) -> Job:
    """Start the job that does one thing with many units, and return it; its right is asked for again when it begins."""
    require(actor, "windows" if act == EXTEND else "edit", round)
    closes = given.get("closes")
    told = dict(given) | ({"closes": closes.isoformat()} if closes else {})
    args = {"round": round.pk, "act": act, "units": [unit.pk for unit in chosen], "given": told}
    return job_start(actor=actor, kind=KIND, round=round, path=round.authority.path, args=args, title=title)


def done_later(running: Running) -> Mapping[str, Any]:
    """Do what a job was started for; what it did and that it did so are written together, so that it is done once."""
    args, given = running.args, dict(running.args["given"])
    if "closes" in given:
        given["closes"] = datetime.fromisoformat(given["closes"])
    with everything("the services ask for the right of whoever started the job"):
        round = Round.objects.select_related("authority").get(pk=args["round"])  # noqa: A001 - the field's word
        rows = RoundUnit.objects.filter(round=round, pk__in=args["units"])
        chosen = list(rows.select_related("round__authority").order_by("code"))
    running.report(0, len(chosen), say("正在办理", "under way"))
    with everything("the job's own line"):
        own = Job.objects.filter(pk=running.job_id)
        if before := own.get().result:
            return dict(before)
    with transaction.atomic():
        count = act_on(actor=running.actor, round=round, act=args["act"], chosen=chosen, given=given)
        result = {"url": reverse("rounds:matrix", args=[round.slug]), "units": count}
        with everything("the job's own line"):
            if not own.filter(state="running").update(result=result):
                raise Stopped
    return result
