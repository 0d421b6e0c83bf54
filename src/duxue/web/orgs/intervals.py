"""The dated states of one organisation: one after another without gaps, each change carried on until the next of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from duxue.web.orgs.models import Organisation, OrganisationState


def state_on(organisation: Organisation, day: date) -> OrganisationState | None:
    """Return what held on `day`; None before it began and after it closed."""
    found = organisation.states.filter(from_day__lte=day).order_by("-from_day").first()
    return found if found is not None and found.holds_on(day) else None


def begins(organisation: Organisation) -> date | None:
    """Return its first day."""
    return organisation.states.order_by("from_day").values_list("from_day", flat=True).first()


def change_from(organisation: Organisation, day: date, values: Mapping[str, Any], source: str) -> None:
    """Let `values` hold from `day` until a later change of the same values; the state of `day` is split there.

    Args:
        organisation: its state on `day` exists.
        day: first day of the change; a state that begins on it is corrected.
        values: `name_zh` with `name_en`, or `parent`.
        source: the act that made it so.
    """
    state = state_on(organisation, day)
    assert state is not None
    before = {name: getattr(state, name) for name in values}
    if state.from_day == day:
        _set(state, values, source)
    else:
        until, state.until = state.until, day
        state.save(update_fields=["until"])
        new = OrganisationState(
            organisation=organisation,
            parent=state.parent,
            name_zh=state.name_zh,
            name_en=state.name_en,
            from_day=day,
            until=until,
        )
        _set(new, values, source)
    for later in organisation.states.filter(from_day__gt=day).order_by("from_day"):
        if any(getattr(later, name) != value for name, value in before.items()):
            break
        for name, value in values.items():
            setattr(later, name, value)
        later.save()


def _set(state: OrganisationState, values: Mapping[str, Any], source: str) -> None:
    for name, value in values.items():
        setattr(state, name, value)
    state.source = source
    state.save()
