"""Reading requests for more time: where a unit's own stand, and those that wait for the organiser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from duxue.web.common.lang import Words, say
from duxue.web.rounds.models import MoreTime, Round, RoundUnit
from duxue.web.rounds.services.more_time import UNSUBMITTED

OUTCOMES: dict[str, tuple[str, Words]] = {  # outcome -> mark and word
    "": ("active", say("等待审定", "Waits for its decision")),
    "granted": ("met", say("已同意", "Granted")),
    "declined": ("not_met", say("未同意", "Declined")),
}


@dataclass(frozen=True)
class Late:
    """A unit whose window is over and that has not submitted: since when, and its last request for more time."""

    since: datetime
    asked: MoreTime | None

    @property
    def waits(self) -> bool:
        """Whether a request waits for its decision."""
        return self.asked is not None and not self.asked.outcome


def late_of(unit: RoundUnit, closes: datetime | None, moment: datetime) -> Late | None:
    """Return since when `unit` is late with its self-evaluation, which ended at `closes`; None when it is not.

    Asks the database only for a unit that is late.
    """
    if unit.state not in UNSUBMITTED or closes is None or moment.replace(microsecond=0) <= closes:
        return None
    return Late(closes, MoreTime.objects.filter(unit=unit).order_by("-asked_at", "-pk").first())


def asked_by(unit: RoundUnit) -> list[tuple[MoreTime, str, Words]]:
    """Return the visible requests of a unit with mark and word of their outcome, the newest first."""
    rows = MoreTime.objects.filter(unit=unit).order_by("-asked_at", "-pk")
    return [(row, *OUTCOMES[row.outcome]) for row in rows]


def asked_in(round: Round, state: str = "") -> QuerySet[MoreTime]:
    """Return the visible requests of a round: all, or with `open` those that wait."""
    rows = MoreTime.objects.filter(round=round).select_related("unit")
    return rows.filter(outcome="") if state == "open" else rows
