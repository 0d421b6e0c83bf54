"""Correcting a round that was made: its titles and settings until it is sealed, its units and itself while it is a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from duxue.cases.calendar_file import list_calendars
from duxue.cases.clock import Term
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.confirming import named, short_name
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rounds import own_calendars
from duxue.web.rounds.clocks import clocks_of
from duxue.web.rounds.models import Item, Round, RoundUnit, Submission
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.services.making import candidates, pack_of, put_units
from duxue.web.rounds.settings import BOUNDS, Settings


def is_draft(round: Round) -> bool:
    """Return whether a round is still being prepared."""
    return round.state == procedure_of(round, "round").start.id


@transaction.atomic
def round_edit(
    *,
    actor: Actor,
    round: Round,
    title_zh: str,
    title_en: str,
    settings: Settings,
    at: datetime | None = None,
) -> Round:
    """Change the titles and the organiser's settings of a round that is not sealed; the audit keeps what they were.

    Raises:
        Denied: not an organiser, or the round is sealed.
        Refused: WEB001 without a title, WEB002 for a number out of bounds, a term or a calendar that is none, all at once.
    """
    require(actor, "edit", round)
    titles = {"title_zh": title_zh.strip(), "title_en": title_en.strip()}
    found = [tell("WEB001", field=name) for name, text in titles.items() if not text]
    for name, (least, most) in BOUNDS.items():
        if not least <= (value := getattr(settings, name)) <= most:
            expected = Text(f"{least}至{most}", f"{least} to {most}")
            found.append(tell("WEB002", field=name, found=str(value), expected=expected))
    share = settings.second_review_share
    if share is not None and not 0 <= share <= 1:
        expected = Text("0至100%", "0 to 100%")
        found.append(tell("WEB002", field="second_review_share", found=str(share), expected=expected))
    found += [*_unknown_calendar(round, settings), *_no_terms(round, settings)]
    if found:
        raise Refused(found)
    with everything("the row is locked and read again after the policy was asked"):
        kept = Round.objects.select_for_update().get(pk=round.pk)
    if kept.sealed_at:
        raise Refused([tell("WEB006", found=str(kept))])
    if "@" in settings.calendar and settings.calendar != kept.chosen.calendar:
        settings = replace(settings, calendar=own_calendars.keep(settings.calendar))
    chosen = settings.as_json()
    before = {name: getattr(kept, name) for name in titles} | kept.chosen.as_json()
    after = {**titles, **chosen}
    changed = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if changed:
        round.title_zh, round.title_en = titles["title_zh"], titles["title_en"]
        round.settings = {**kept.settings, **chosen}
        with everything("the locked row is written"):
            round.save(update_fields=["title_zh", "title_en", "settings"])
        audit.record(actor, "duxue.round.edit", round, path=round.authority.path, data=changed, at=at)
    return round


@transaction.atomic
def round_units(
    *, actor: Actor, round: Round, units: Sequence[Organisation], at: datetime | None = None
) -> tuple[int, int]:
    """Let exactly `units` take part in a round that is a draft; return how many were added and removed.

    Raises:
        Denied: not an organiser, or the round is sealed.
        Refused: WEB002 for no unit or one that is not below the authority at the scored level, WEB004 when it is open or a unit
            that would leave handed something in.
    """
    require(actor, "edit", round)
    moment = at or now()
    scoring = pack_of(rules_of(round)).pack.scoring
    assert scoring is not None  # pack_of
    allowed = {organisation.pk for organisation in candidates(round.authority, scoring.level)}
    wanted = {organisation.pk: organisation for organisation in units}
    kept = _handed_in(round, Q(unit__organisation_id__in=wanted))
    _refuse([*_not_draft(round), *_not_below(wanted, allowed), *kept])
    with everything("an organiser of the authority sets its round"):
        held = dict(RoundUnit.objects.filter(round=round).values_list("organisation_id", "pk"))
        gone = [pk for organisation, pk in held.items() if organisation not in wanted]
        added = [one for pk, one in wanted.items() if pk not in held]
        names = list(RoundUnit.objects.filter(pk__in=gone).order_by("code").values_list("code", flat=True))
        RoundUnit.objects.filter(pk__in=gone).delete()
        put_units(round, added, Item.objects.filter(round=round), timezone.localtime(moment).date(), moment)
    if added or gone:
        data = {"added": sorted(one.code for one in added), "removed": names}
        audit.record(actor, "duxue.round.units", round, path=round.authority.path, data=data, at=moment)
    return len(added), len(gone)


@transaction.atomic
def round_drop(*, actor: Actor, round: Round, confirm: str, at: datetime | None = None) -> None:
    """Drop a draft with all that was prepared for it; `confirm` names it by its short name or title.

    Raises:
        Denied: not an organiser.
        Refused: WEB002 where another was typed, WEB004 when the round was opened or a unit handed something in: a receipt
            that was given stays.
    """
    require(actor, "edit", round)
    found = [*_not_draft(round), *_handed_in(round)]
    if not (named(confirm, short_name(round.slug)) or named(confirm, round.title)):
        expected = Text("本轮的短名", "the short name of the round")
        found.append(tell("WEB002", field="confirm", found=confirm[:100], expected=expected))
    _refuse(found)
    data = {
        "slug": round.slug,
        "title": round.title_zh,
        "units": RoundUnit.objects.filter(round=round).count(),
    }
    audit.record(actor, "duxue.round.drop", round, path=round.authority.path, data=data, at=at)
    with everything("all that was prepared goes with the draft"):
        Round.objects.get(pk=round.pk).delete()


def _unknown_calendar(round: Round, settings: Settings) -> list[Problem]:
    """Tell of a calendar that neither comes with the program nor is the one that the round has."""
    known = ["", *list_calendars(), *(ref for ref, _ in own_calendars.choices())]
    if settings.calendar in {*known, round.chosen.calendar}:
        return []
    return [
        tell("WEB002", field="calendar", found=settings.calendar[:100], expected=same(", ".join(known[1:])))
    ]


def _no_terms(round: Round, settings: Settings) -> list[Problem]:
    """Tell of terms that cannot be read, or for clocks that the round does not have."""
    clocks, found = clocks_of(round), []
    expected = Text(
        "如 10 working days、15 days、1 month", "10 working days, 15 days or 1 month, for instance"
    )
    for clock, text in settings.terms.items():
        try:
            fit = clock in clocks and bool(Term.parse(text))
        except Refused:
            fit = False
        if not fit:
            found.append(tell("WEB002", field=f"term_{clock}", found=text[:100], expected=expected))
    return found


def _not_draft(round: Round) -> list[Problem]:
    with everything("the row is locked and read again, whoever acts"):
        kept = Round.objects.select_for_update().get(pk=round.pk)
    if is_draft(kept):
        return []
    what = Text("只有准备中的轮次可以这样更正", "only a round in preparation can be corrected like this")
    return [tell("WEB004", what=what, found=kept.state)]


def _handed_in(round: Round, spared: Q | None = None) -> list[Problem]:
    """Tell of units of a round that handed something in, withdrawn or not; without those that are `spared`."""
    with everything("a receipt is somebody's, whoever acts"):
        rows = Submission.objects.filter(round=round)
        rows = rows if spared is None else rows.exclude(spared)
        codes = list(rows.order_by("unit__code").values_list("unit__code", flat=True).distinct())
    if not codes:
        return []
    what = Text(
        "有单位已提交自评，回执须保留", "a unit handed in its self-evaluation, and its receipt is kept"
    )
    advice = Text(
        "保留本轮和这些单位；如需评价，请启动本轮。",
        "Keep the round with these units; open it when it is to be evaluated.",
    )
    return [tell("WEB004", what=what, found=", ".join(codes[:5]), advice=advice)]


def _not_below(wanted: dict[int, Organisation], allowed: set[int]) -> list[Problem]:
    wrong = sorted(organisation.code for pk, organisation in wanted.items() if pk not in allowed)
    if wanted and not wrong:
        return []
    expected = Text("本督导机构下属、规则包计分层级的单位", "units of the scored level below the authority")
    return [tell("WEB002", field="units", found=", ".join(wrong[:5]), expected=expected)]


def _refuse(found: list[Problem]) -> None:
    if found:
        raise Refused(found)
