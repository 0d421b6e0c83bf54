"""Writing the tree of organisations: each change holds from a day on and names the act that made it so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, clean
from duxue.web.common import audit
from duxue.web.common.actors import SITE, Actor
from duxue.web.common.clock import today
from duxue.web.common.lang import say
from duxue.web.common.policy import Denied, require
from duxue.web.common.scope import everything
from duxue.web.orgs import problems
from duxue.web.orgs.intervals import begins, change_from, state_on
from duxue.web.orgs.models import LEVELS, Organisation, OrganisationState


@transaction.atomic
def organisation_create(
    *,
    actor: Actor,
    code: str,
    name_zh: str,
    name_en: str = "",
    level: str,
    parent: Organisation | None,
    from_day: date,
    source: str = "",
    synthetic: bool = False,
) -> Organisation:
    """Add an organisation below `parent`; only the site itself adds one at the top.

    Raises:
        Refused: the code is in use, the level does not lie below the parent's, the parent does not exist on that day.
    """
    _require_edit(actor, parent)
    code, name_zh = clean(code), clean(name_zh)
    with everything("codes are unique in the whole site, also where the actor sees nothing"):
        found = [problems.empty(name) for name, value in (("code", code), ("name_zh", name_zh)) if not value]
        if code and Organisation.objects.filter(code=code).exists():
            found.append(problems.taken(code))
        found += _level_problems(level, parent)
        if parent is not None and state_on(parent, from_day) is None:
            found.append(problems.absent("parent", parent.code, from_day))
        _refuse(found)
        made = Organisation.objects.create(
            code=code, level=level, name_zh=name_zh, name_en=clean(name_en), parent=parent, path="",
            synthetic=synthetic or bool(parent and parent.synthetic),
        )  # fmt: skip
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save(update_fields=["path"])
        OrganisationState.objects.create(
            organisation=made, parent=parent, name_zh=made.name_zh, name_en=made.name_en, from_day=from_day,
            source=source,
        )  # fmt: skip
        data = {"code": code, "level": level, "parent": parent.code if parent else "", "from": str(from_day), "source": source}  # fmt: skip
        audit.record(actor, "duxue.organisation.created", made, data=data)
    return made


@transaction.atomic
def organisation_begin(
    *, actor: Actor, organisation: Organisation, from_day: date, source: str = ""
) -> Organisation:
    """Let an organisation exist from an earlier day than was recorded: what held on its first day holds from `from_day` on.

    Raises:
        Refused: it existed on that day already, or its parent did not.
    """
    _require_edit(actor, organisation)
    with everything("all states of the organisation count"):
        first = organisation.states.select_related("parent").order_by("from_day")[0]
        found = [] if from_day < first.from_day else [problems.begun(organisation.code, first.from_day)]
        if first.parent is not None and state_on(first.parent, from_day) is None:
            found.append(problems.absent("parent", first.parent.code, from_day))
        _refuse(found)
        data = {"before": str(first.from_day), "from": str(from_day), "source": source}
        first.from_day, first.source = from_day, source or first.source
        first.save(update_fields=["from_day", "source"])
        audit.record(actor, "duxue.organisation.begun", organisation, data=data)
    return organisation


@transaction.atomic
def organisation_rename(
    *,
    actor: Actor,
    organisation: Organisation,
    name_zh: str,
    name_en: str = "",
    from_day: date,
    source: str = "",
) -> Organisation:
    """Let an organisation have another name from `from_day` on; rounds keep the name that they were made with."""
    _require_edit(actor, organisation)
    name_zh, name_en = clean(name_zh), clean(name_en)
    with everything("all states of the organisation count"):
        found = [] if name_zh else [problems.empty("name_zh")]
        _refuse(found + _day_problems(organisation, from_day))
        before = organisation.name_zh
        change_from(organisation, from_day, {"name_zh": name_zh, "name_en": name_en}, source)
        _refresh(organisation)
        data = {"before": before, "after": name_zh, "from": str(from_day), "source": source}
        audit.record(actor, "duxue.organisation.renamed", organisation, data=data)
    return organisation


@transaction.atomic
def organisation_move(
    *, actor: Actor, organisation: Organisation, parent: Organisation, from_day: date, source: str = ""
) -> Organisation:
    """Let an organisation, with all below it, belong to another from `from_day` on; rounds stay as they were."""
    _require_edit(actor, organisation)
    _require_edit(actor, parent)
    with everything("all states of the organisation count"):
        found = _day_problems(organisation, from_day) + _level_problems(organisation.level, parent)
        if state_on(parent, from_day) is None:
            found.append(problems.absent("parent", parent.code, from_day))
        elif organisation.pk in {organisation_id for organisation_id, _ in _upwards(parent, from_day)}:
            found.append(problems.circle(parent.code))
        _refuse(found)
        before = organisation.parent.code if organisation.parent else ""
        change_from(organisation, from_day, {"parent": parent}, source)
        _refresh(organisation)
        data = {"before": before, "after": parent.code, "from": str(from_day), "source": source}
        audit.record(actor, "duxue.organisation.moved", organisation, data=data)
    return organisation


@transaction.atomic
def organisation_close(
    *,
    actor: Actor,
    organisation: Organisation,
    from_day: date,
    source: str = "",
    into: Organisation | None = None,
) -> Organisation:
    """Close an organisation: `from_day` is the first day on which it is no more; roles held there end with it."""
    from duxue.web.accounts.services.grants import grants_end_at

    _require_edit(actor, organisation)
    with everything("all states of the organisation and all below it count"):
        found = _day_problems(organisation, from_day)
        if organisation.closed_on is None:
            found += _closing_problems(organisation, from_day)
        _refuse(found)
        state = organisation.states.get(until__isnull=True)
        state.until = from_day
        state.save(update_fields=["until"])
        organisation.closed_on = from_day
        organisation.save(update_fields=["closed_on"])
        grants_end_at(actor=actor, organisation=organisation, until=from_day)
        data = {"from": str(from_day), "source": source, "into": into.code if into else ""}
        audit.record(actor, "duxue.organisation.closed", organisation, data=data)
    return organisation


@transaction.atomic
def organisation_merge(
    *,
    actor: Actor,
    organisations: Iterable[Organisation],
    into: Organisation,
    from_day: date,
    source: str = "",
) -> Organisation:
    """Merge organisations into another: what belongs to them goes over, they close; their people are invited anew."""
    _require_edit(actor, into)
    for organisation in organisations:
        if organisation.pk == into.pk:
            raise Refused([problems.circle(into.code)])
        with everything("all that belongs to it goes over"):
            children = [s.organisation for s in _children_on(organisation, from_day)]
        for child in children:
            organisation_move(actor=actor, organisation=child, parent=into, from_day=from_day, source=source)
        organisation_close(
            actor=actor, organisation=organisation, from_day=from_day, source=source, into=into
        )
    audit.record(actor, "duxue.organisation.merged", into, data={"from": str(from_day), "source": source})
    return into


@transaction.atomic
def tree_refresh(day: date | None = None) -> int:
    """Let today's columns say what holds today: changes that were recorded ahead take effect; return how many."""
    day = day or today()
    changed = 0
    with everything("the site keeps today's names and places of all organisations"):
        due = OrganisationState.objects.filter(from_day__lte=day, until__isnull=True) | (
            OrganisationState.objects.filter(from_day__lte=day, until__gt=day)
        )
        stale = due.exclude(
            name_zh=F("organisation__name_zh"),
            name_en=F("organisation__name_en"),
            parent=F("organisation__parent"),
        ).exclude(
            parent=None,
            organisation__parent=None,
            name_zh=F("organisation__name_zh"),
            name_en=F("organisation__name_en"),
        )
        for state in stale.select_related("organisation").order_by("organisation__path"):
            state.organisation.refresh_from_db()
            changed += _refresh(state.organisation, day)
    return changed


def _refresh(organisation: Organisation, day: date | None = None) -> bool:
    """Repeat what holds today in the organisation's own columns, and its place in those of all below it."""
    state = state_on(organisation, day or today())
    if state is None:
        return False
    organisation.name_zh, organisation.name_en = state.name_zh, state.name_en
    organisation.parent = state.parent
    old = organisation.path
    above = Organisation.objects.get(pk=state.parent_id).path if state.parent_id else "/"
    organisation.path = f"{above}{organisation.pk}/"
    organisation.save(update_fields=["name_zh", "name_en", "parent", "path"])
    if organisation.path != old:
        below = Organisation.objects.filter(path__under=old).exclude(pk=organisation.pk)
        below.update(path=Concat(Value(organisation.path), Substr("path", len(old) + 1)))
    return True


def _require_edit(actor: Actor, organisation: Organisation | None) -> None:
    if actor is SITE:
        return
    if organisation is None:
        raise Denied(
            say(
                "最上级单位由系统管理员用命令建立",
                "an organisation at the top is made by the operator's command",
            )
        )
    require(actor, "edit", organisation)


def _level_problems(level: str, parent: Organisation | None) -> list[Problem]:
    if level not in LEVELS:
        return [problems.level(level, ", ".join(LEVELS))]
    if parent is not None and LEVELS.index(level) <= LEVELS.index(parent.level):
        below = ", ".join(LEVELS[LEVELS.index(parent.level) + 1 :])
        return [
            problems.level(level, below, Text("层级应低于上级单位", "the level must lie below the parent's"))
        ]
    return []


def _day_problems(organisation: Organisation, day: date) -> list[Problem]:
    first = begins(organisation)
    if first is None or day < first:
        return [problems.too_early(day, first or day)]
    if organisation.closed_on is not None:
        return [problems.closed(organisation.code, organisation.closed_on)]
    return []


def _closing_problems(organisation: Organisation, day: date) -> list[Problem]:
    found: list[Problem] = []
    last = organisation.states.order_by("-from_day").first()
    if last is not None and last.from_day >= day:
        found.append(problems.later_change(last.from_day))
    children = _children_on(organisation, day)
    if children:
        found.append(problems.has_children([s.organisation.code for s in children], day))
    return found


def _children_on(organisation: Organisation, day: date) -> list[OrganisationState]:
    states = OrganisationState.objects.filter(parent=organisation).select_related("organisation")
    return [s for s in states.order_by("organisation__code", "from_day") if s.until is None or day < s.until]


def _upwards(organisation: Organisation, day: date) -> list[tuple[int, str]]:
    """Return the organisation and all above it on `day` and, where a later change is known, on its last day."""
    seen: dict[int, str] = {}
    waiting: list[Organisation] = [organisation]
    while waiting:
        place = waiting.pop()
        if place.pk in seen:
            continue
        seen[place.pk] = place.code
        states = place.states.filter(parent__isnull=False).select_related("parent")
        waiting += [s.parent for s in states if s.parent is not None and (s.until is None or s.until > day)]
    return list(seen.items())


def _refuse(found: list[Problem]) -> None:
    if found:
        raise Refused(found)
