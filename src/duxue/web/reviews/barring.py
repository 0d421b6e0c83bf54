"""Who must not judge which unit: what was declared, where a person comes from, where they hold a role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.timezone import localdate

from duxue.web.accounts.models import Grant, User
from duxue.web.common.actors import MEMBERS
from duxue.web.common.clock import today
from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.reviews.models import Recusal
from duxue.web.rounds.models import Round, RoundUnit

KINDS: dict[str, Words] = {
    "home": say("来自该单位", "comes from the unit"),
    "staff": say("在该单位任职，或离职不满三年", "works there, or left within three years"),
    "relative": say("近亲属在该单位任职或就学", "a near relative works or studies there"),
    "other": say("其他可能影响公正的情形", "another reason that may touch fairness"),
}
LEFT = say("三年内曾在该单位任职", "held a role there less than three years ago")
YEARS = 3  # for which whoever left a unit does not judge it
Barred = Mapping[int, Mapping[int, Words]]  # person -> unit -> why


def people_of(round: Round, role: str) -> list[User]:
    """Return the people who hold `role` for the round, by name."""
    with everything("who may be asked is the organiser's to know"):
        holds = Q(grants__until__isnull=True) | Q(grants__until__gt=today())
        here = Q(grants__round__isnull=True) | Q(grants__round=round)
        above = [round.authority.path[: n + 1] for n, c in enumerate(round.authority.path) if c == "/"]
        place = Q(grants__organisation__path__in=above)
        rows = get_user_model()._default_manager.filter(
            holds, here, place, is_active=True, grants__revoked_at__isnull=True, grants__role=role
        )
        return list(rows.distinct().order_by("name", "username"))


def units_of(round: Round) -> list[RoundUnit]:
    """Return all units of a round by code: a recusal may be declared for each, before anything is assigned."""
    with everything("which units take part is no secret to those who judge"):
        return list(RoundUnit.objects.filter(round=round).order_by("code"))


def barred(round: Round, people: Collection[int]) -> Barred:
    """Return for each of `people` the units that they must not judge, with the reason in words."""
    found: dict[int, dict[int, Words]] = defaultdict(dict)
    with everything("recusals hold whoever asks"):
        units = list(RoundUnit.objects.filter(round=round).select_related("organisation"))
        homes = dict(User.objects.filter(pk__in=people).exclude(home_code="").values_list("pk", "home_code"))
        codes = set(homes.values())
        paths = dict(Organisation.objects.filter(code__in=codes).values_list("code", "path"))
        for user, code in homes.items():
            path = paths.get(code)
            for unit in units:
                if code == unit.code or (path and path.startswith(unit.path)):
                    found[user][unit.pk] = KINDS["home"]
        day = today()
        since = _years_before(day)
        grants = Grant.objects.filter(
            Q(until__isnull=True) | Q(until__gt=since),
            Q(revoked_at__isnull=True) | Q(revoked_at__date__gt=since),
            user_id__in=people,
            role__in=MEMBERS,
        ).values_list("user_id", "organisation__path", "until", "given_at", "revoked_at")
        roles = sorted(
            (revoked is None and (until is None or until > day), user, path)
            for user, path, until, given, revoked in grants
            if revoked is None or localdate(given) != localdate(revoked)  # else it was given by mistake
        )  # ended ones first: a role that holds says more
        for holds, user, path in roles:
            for unit in units:
                if path.startswith(unit.path):
                    found[user][unit.pk] = KINDS["staff"] if holds else LEFT
        rows = Recusal.objects.filter(round=round, user_id__in=people).values_list(
            "user_id", "unit_id", "kind"
        )
        for user, unit_id, kind in rows:
            found[user][unit_id] = KINDS.get(kind, KINDS["other"])
    return found


def _years_before(day: date) -> date:
    """Return the same day YEARS ago, 28 February where that year has no 29th."""
    year = day.year - YEARS
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def why_barred(round: Round, user: int, unit: RoundUnit) -> Words | None:
    """Return why a person must not judge a unit; None when nothing stands against it."""
    return barred(round, [user]).get(user, {}).get(unit.pk)
