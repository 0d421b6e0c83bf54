"""The same step for many units, done in the background: more than a few would keep whoever asks waiting for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.core.text import Text, count_of
from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.locking import lock
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.registry import Running, Stopped
from duxue.web.jobs.services import job_start
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.services import units, windows

KIND = "rounds.many"
FEW = 100  # units that are done at once, in about a second
NAMED = 8  # units left out that are named
REMIND, EXTEND = "remind", "extend"  # what is done beside the steps of the units' procedure


class Done(NamedTuple):
    """With how many units something was done, and the codes of those that are no more in the round."""

    units: int
    gone: tuple[str, ...] = ()

    @property
    def left_out(self) -> Words | None:
        """Say which units were left out, the first of them by code; None where all are still in the round."""
        if not self.gone:
            return None
        more = say("等", " and others") if len(self.gone) > NAMED else ""
        return say(
            "{n}个单位已不在本轮，没有办理：{codes}{more}",
            "{n} units are no longer in the round and were left out: {codes}{more}",
            one="1 unit is no longer in the round and was left out: {codes}{more}",
            n=len(self.gone),
            codes=", ".join(self.gone[:NAMED]),
            more=more,
        )


@transaction.atomic
def act_on(*, actor: Actor, round: Round, act: str, codes: Sequence[str], given: Mapping[str, Any]) -> Done:
    """Do one thing with many units, with all that are in the round or with none, and return with how many it was done.

    The round and its units are read anew and locked; WEB006 where it was frozen since they were chosen.

    `act`: REMIND, EXTEND or a step of the units' procedure; `given`: its reason, for EXTEND its step and end as well.
    """
    lock(Round, round.pk)
    with everything("the services ask for the right of whoever acts"):
        round = Round.objects.select_related("authority").get(pk=round.pk)  # noqa: A001 - the field's word
        rows = RoundUnit.objects.filter(round=round, code__in=codes)
        lock(RoundUnit, *rows.values_list("pk", flat=True))
        chosen = list(rows.select_related("round__authority").order_by("code"))
    if round.sealed_at:
        what = Text(
            f"本轮已冻结，{len(codes)}个单位都没有办理",
            f"the round is frozen, and nothing was done with the {count_of(len(codes), 'unit')}",
        )
        raise Refused([tell("WEB006", what=what, found=str(round))])
    gone = tuple(sorted(set(codes) - {unit.code for unit in chosen}))
    if act == REMIND:
        return Done(units.units_remind(actor=actor, round=round, units=chosen), gone)
    if act == EXTEND:
        count = windows.units_extend(
            actor=actor, round=round, step=given["step"], closes=given["closes"], reason=given["reason"], units=chosen
        )  # fmt: skip
        return Done(count, gone)
    return Done(units.units_move(actor=actor, units=chosen, transition=act, reason=given["reason"]), gone)


@transaction.atomic
def act_later(
    *,
    actor: Actor,
    round: Round,
    act: str,
    title: Words,
    codes: Sequence[str],
    given: Mapping[str, Any],
) -> Job:
    """Start the job that does one thing with many units, and return it; its right is asked for again when it begins."""
    require(actor, "windows" if act == EXTEND else "edit", round)
    closes = given.get("closes")
    told = dict(given) | ({"closes": closes.isoformat()} if closes else {})
    args = {"round": round.pk, "act": act, "units": list(codes), "given": told}
    return job_start(actor=actor, kind=KIND, round=round, path=round.authority.path, args=args, title=title)


def done_later(running: Running) -> Mapping[str, Any]:
    """Do what a job was started for; what it did and that it did so are written together, so that it is done once."""
    args, given = running.args, dict(running.args["given"])
    if "closes" in given:
        given["closes"] = datetime.fromisoformat(given["closes"])
    running.report(0, len(args["units"]), say("正在办理", "under way"))
    with everything("the job's own line"):
        own = Job.objects.select_related("round").filter(pk=running.job_id)
        job = own.get()
    if job.result:
        return dict(job.result)
    assert job.round is not None  # as it was started
    with transaction.atomic():
        done = act_on(actor=running.actor, round=job.round, act=args["act"], codes=args["units"], given=given)
        result = {"url": reverse("rounds:matrix", args=[job.round.slug]), "units": done.units}
        if said := done.left_out:
            result |= {"gone": list(done.gone), "note": {"zh": said.say("zh-hans"), "en": said.say("en")}}
        with everything("the job's own line"):
            if not own.filter(state="running").update(result=result):
                raise Stopped
    return result
