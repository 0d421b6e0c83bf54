"""What a round in preparation still needs before it is opened, in the order in which it is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from duxue.web.accounts.models import Invitation
from duxue.web.common.actors import MANAGER
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Item, Known, Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of, windows_of
from duxue.web.rounds.services.units import without_manager


@dataclass(frozen=True)
class Need:
    """One thing that is done before a round is opened: its verb, how far it is, where it is done, and whether it is."""

    id: str
    what: Words
    how_far: Words
    url: str
    done: bool


def needs_of(round: Round) -> list[Need]:
    """Return all that a round needs before it is opened: its units, its data where rules compute, people, and windows."""
    with everything("the organiser prepares the round of all units"):
        units = RoundUnit.objects.filter(round=round).count()
        known = Known.objects.filter(round=round).exists()
    found = [
        Need(
            "units", say("确定参评单位", "Choose the units"),
            say("{n}个单位", "{n} units", one="1 unit", n=units) if units else say("还没有单位", "No unit yet"),
            reverse("rounds:edit", args=[round.slug]), units > 0,
        )
    ]  # fmt: skip
    if any(kinds_of(round)[kind] for kind in ("computed", "mixed")):
        if known:
            how_far = say("已整理为各单位的已知数据", "Evaluated: what is known of each unit stands")
        elif round.data_folder:
            how_far = say("已选定，尚未整理出已知数据", "Chosen, but nothing is evaluated yet")
        else:
            how_far = say("尚未选定", "None chosen yet")
        found.append(
            Need(
                "data", say("选定数据", "Choose the data"), how_far,
                reverse("rounds:data", args=[round.slug]), known,
            )
        )  # fmt: skip
    alone = _without_anybody(round)
    if not units:
        how_far = say("先确定参评单位", "Choose the units first")
    elif alone:
        how_far = say(
            "{n}个单位还没有负责人，也没有发出邀请", "{n} units have no manager and no invitation",
            one="1 unit has no manager and no invitation", n=alone,
        )  # fmt: skip
    else:
        how_far = say("每个单位都有负责人或已发出邀请", "Every unit has a manager or an invitation")
    url = reverse("rounds:invite", args=[round.slug])
    found.append(
        Need("people", say("邀请单位负责人", "Invite the managers"), how_far, url, units > 0 and not alone)
    )
    held = windows_of(round)
    unset = sum(step.id not in held for step in procedure_of(round, "round").steps)
    how_far = (
        say("{n}个阶段还没有时间", "{n} steps have no times", one="1 step has no times", n=unset)
        if unset
        else say("每个阶段都有开放和截止时间", "Every step has its times")
    )
    url = reverse("rounds:windows", args=[round.slug])
    found.append(Need("windows", say("设定时间窗口", "Set the windows"), how_far, url, not unset))
    return found


def kinds_of(round: Round) -> Counter[str]:
    """Return how many items of a round are of each kind."""
    with everything("the items of a round are the same for all its units"):
        return Counter(Item.objects.filter(round=round).order_by().values_list("kind", flat=True))


def _without_anybody(round: Round) -> int:
    """Return how many units have neither a manager nor an invitation of one that can still be taken up."""
    alone = {unit.organisation_id for unit in without_manager(round)}
    with everything("the organiser sees who is invited for every unit"):
        invited = Invitation.objects.filter(
            Q(round=None) | Q(round=round), organisation_id__in=alone, role=MANAGER, accepted_at=None,
            revoked_at=None, expires_at__gt=now(),
        )  # fmt: skip
        return len(alone - set(invited.values_list("organisation_id", flat=True)))
