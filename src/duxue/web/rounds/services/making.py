"""Making a round from a pack: procedures, items, windows, units with the names of the day, and an answer for each item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from django.conf import settings as site
from django.db import transaction
from django.utils import timezone

from duxue.cases.clock import Term, due
from duxue.cases.procedure import Window as Times
from duxue.cases.procedure import plan_windows
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.packs.loader import LoadedPack, load
from duxue.packs.schema import Pack
from duxue.web.common import audit
from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import Denied, role_at
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation, OrganisationState
from duxue.web.rounds import making, own_calendars, own_packs, procedures
from duxue.web.rounds.models import Answer, Item, Round, RoundUnit, Window
from duxue.web.rounds.settings import PROPOSED, Settings

RESERVED = frozenset(
    {"new", "units", "practices", "objections", "answers", "submissions", "disputes", "notices", "vetoes"}
)  # addresses of other pages
_TO_THE_END = Term(12, "month")  # a step without an end of its own stays open as long


def pack_of(ref: str) -> LoadedPack:
    """Return a pack with scoring, shipped or the site's own.

    Refused when it has none (WEB002), or what is wrong with its name, or with a file of the site's own.
    """
    own = own_packs.find(ref)
    loaded = load(own.folder if own else ref)
    if loaded.pack.scoring is None:
        raise Refused(
            [tell("WEB002", field="pack", found=ref,
                  expected=Text("写有计分规则的规则包", "a pack with scoring rules"))]
        )  # fmt: skip
    return loaded


def candidates(authority: Organisation, level: str) -> list[Organisation]:
    """Return the organisations of the scored level below an authority that exist today, in code order."""
    with everything("whoever makes a round of an authority sees all below it"):
        rows = Organisation.objects.filter(path__under=authority.path, level=level)
        return list(rows.filter(closed_on__isnull=True).order_by("code"))


def opening_of(day: date) -> datetime:
    """Return the moment at which a round that opens on `day` opens: the start of that day."""
    return timezone.make_aware(datetime.combine(day, time()))


def planned(pack: Pack, opens: datetime) -> dict[str, Times]:
    """Return the windows that a pack proposes for a round that opens at `opens`, each with an end."""
    draft = Round(procedures=procedures.procedures_in(pack))
    zone, calendar = procedures.zone_of(draft), own_calendars.newest(procedures.DEFAULT_CALENDAR).assuming()
    found = plan_windows(procedures.procedure_of(draft, "round"), opens, calendar, zone)
    return {
        step: w if w.closes else w._replace(closes=due(w.opens or opens, _TO_THE_END, calendar, zone))
        for step, w in found.items()
    }


@transaction.atomic
def round_create(
    *,
    actor: Actor,
    authority: Organisation,
    pack: str,
    evaluated_year: int,
    round_year: int,
    title_zh: str,
    title_en: str,
    slug: str,
    opens: date | None = None,
    units: Sequence[Organisation] | None = None,
    windows: Mapping[str, Times] | None = None,
    settings: Settings | None = None,
    before: Round | None = None,
    synthetic: bool = False,
    at: datetime | None = None,
) -> Round:
    """Make a round in the state in which its procedure begins, and return it.

    Args:
        actor: an organiser of `authority`.
        authority: whose units are evaluated.
        pack: `id@version`; its procedures, tree and digest are kept with the round, and its file where it is not shipped.
        evaluated_year: whose duties are judged.
        round_year: in which that happens.
        title_zh: printed title.
        title_en: the same in English.
        slug: short name in addresses and files, never used before.
        opens: first day; windows are proposed from it (default: today).
        units: who is evaluated; default: all of the pack's scored level below the authority.
        windows: times of steps in place of those proposed.
        settings: the organiser's choices.
        before: the round before, whose problems count.
        synthetic: whether the data are made up.
        at: the moment (now).

    Raises:
        Denied: no organiser of the authority.
        Refused: all that is wrong (WEB001, WEB002), problems of the pack or of the site's own calendar.
    """
    moment = at or now()
    allowed = role_at(actor, (ORGANISER,), authority.path)
    if not allowed or actor.read_only:
        raise Denied(allowed.why)
    loaded = pack_of(pack)
    assert loaded.pack.scoring is not None  # pack_of
    start = opening_of(opens or timezone.localtime(moment).date())
    ref = f"{loaded.pack.id}@{loaded.pack.version}"
    own_packs.keep(loaded)
    chosen_settings = settings or PROPOSED
    calendar = own_calendars.keep(chosen_settings.calendar or procedures.DEFAULT_CALENDAR)
    if calendar not in (procedures.DEFAULT_CALENDAR, chosen_settings.calendar):
        chosen_settings = replace(chosen_settings, calendar=calendar)
    times = {**planned(loaded.pack, start), **(windows or {})}
    chosen = candidates(authority, loaded.pack.scoring.level) if units is None else list(units)
    _check(
        authority,
        slug,
        title_zh,
        title_en,
        evaluated_year,
        round_year,
        chosen,
        times,
        loaded.pack.scoring.level,
    )
    with everything("an organiser of the authority makes its round"):
        made = Round.objects.create(
            authority=authority, slug=slug, title_zh=title_zh.strip(), title_en=title_en.strip(), before=before,
            evaluated_year=evaluated_year, round_year=round_year, pack=ref, pack_digest=loaded.digest,
            procedures=procedures.procedures_in(loaded.pack), settings=chosen_settings.as_json(),
            synthetic=synthetic or site.SYNTHETIC, created_at=moment, created_by_id=actor.user_id,
        )  # fmt: skip
        made.state = procedures.procedure_of(made, "round").start.id
        made.save(update_fields=["state"])
        Window.objects.bulk_create(
            [
                Window(round=made, step=step, opens=w.opens, closes=w.closes)
                for step, w in times.items()
                if w.opens and w.closes
            ]
        )
        items = _items(made, loaded)
        rows = put_units(made, chosen, items, timezone.localtime(moment).date(), moment)
    audit.record(
        actor, "duxue.round.create", made, path=authority.path, at=moment,
        data={"pack": ref, "units": len(rows), "items": len(items), "evaluated_year": evaluated_year},
    )  # fmt: skip
    return made


def _check(
    authority: Organisation, slug: str, title_zh: str, title_en: str, evaluated: int, year: int,
    units: Sequence[Organisation], times: Mapping[str, Times], level: str,
) -> None:  # fmt: skip
    found = [tell("WEB001", field=name) for name, text in (("title_zh", title_zh), ("title_en", title_en), ("slug", slug)) if not text.strip()]  # fmt: skip
    with everything("short names are unique on the whole site"):
        if slug in RESERVED or Round.objects.filter(slug=slug).exists():
            expected = Text("未用过的短名", "a short name that was never used")
            found.append(tell("WEB002", field="slug", found=slug, expected=expected))
    if not evaluated <= year <= evaluated + 3:
        expected = Text("评价年度当年至其后三年", "the evaluated year or one of the three after it")
        found.append(tell("WEB002", field="round_year", found=str(year), expected=expected))
    wrong = [u for u in units if not u.path.startswith(authority.path) or u.level != level]
    if not units or wrong:
        expected = Text(
            "本督导机构下属、规则包计分层级的单位", "units of the scored level below the authority"
        )
        found.append(
            tell("WEB002", field="units", found=", ".join(u.code for u in wrong[:5]), expected=expected)
        )
    for step, window in times.items():
        if window.opens is None or window.closes is None or window.closes <= window.opens:
            expected = Text("截止时间晚于开放时间", "an end after the start")
            found.append(tell("WEB002", field=f"window_{step}", found=step, expected=expected))
    if found:
        raise Refused(found)


def _items(made: Round, loaded: LoadedPack) -> list[Item]:
    drafts, rows = making.items_of(loaded.pack), dict[str, Item]()
    for draft in drafts:  # one by one: a child names its parent's row
        rows[draft.code] = Item.objects.create(
            round=made, code=draft.code, parent=rows.get(draft.parent), order=draft.order,
            title_zh=draft.title["zh"], title_en=draft.title["en"],
            points=Decimal(draft.points.numerator) / draft.points.denominator,
            kind=draft.kind, rule=dict(draft.rule), guidance=dict(draft.guidance),
        )  # fmt: skip
    return list(rows.values())


def put_units(
    made: Round, chosen: Sequence[Organisation], items: Iterable[Item], day: date, moment: datetime
) -> list[RoundUnit]:
    """Let organisations take part in a round, each as it is called on `day`, with an answer for each leaf."""
    rows = _units(made, chosen, day, moment)
    _answers(made, rows, items)
    return rows


def _units(made: Round, chosen: Sequence[Organisation], day: date, moment: datetime) -> list[RoundUnit]:
    names = _names(chosen, day)
    start = procedures.procedure_of(made, "unit").start.id
    return RoundUnit.objects.bulk_create(
        [
            RoundUnit(
                round=made, organisation=org, code=org.code, path=org.path, state=start, state_since=moment,
                name_zh=names[org.pk][0], name_en=names[org.pk][1],
            )
            for org in chosen
        ]
    )  # fmt: skip


def _names(chosen: Sequence[Organisation], day: date) -> dict[int, tuple[str, str]]:
    names = {org.pk: (org.name_zh, org.name_en) for org in chosen}
    for state in OrganisationState.objects.filter(organisation__in=[o.pk for o in chosen]):
        if state.holds_on(day):
            names[state.organisation_id] = (state.name_zh, state.name_en)
    return names


def _answers(made: Round, units: Iterable[RoundUnit], items: Iterable[Item]) -> None:
    # A self-score is due for every leaf, also where data decide: the figure is known, what the unit claims is not.
    start = procedures.procedure_of(made, "answer").start.id
    leaves = [item for item in items if item.kind != "branch"]
    Answer.objects.bulk_create(
        [Answer(round=made, unit=unit, item=item, state=start) for unit in units for item in leaves],
        batch_size=1000,
    )
