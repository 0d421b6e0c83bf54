"""The organiser's own steps for machines: making and correcting a round, its windows, reminders and data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Schema, Status
from pydantic import Field

from duxue.cases.procedure import Window as Times
from duxue.core.errors import Refused
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Day, Moment, MoveIn
from duxue.web.jobs.api import Started, started
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.api_router import RoundOut, round_out, router
from duxue.web.rounds.models import Round, RoundUnit, Window
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.selectors.matrix import to_remind
from duxue.web.rounds.services import correcting, knowing, making, units, windows
from duxue.web.rounds.settings import PROPOSED
from duxue.web.rounds.views.organiser.access import overseen_round, round_at


class SettingsIn(Schema):
    """What a round is set to; whatever is left out stays as it is, or as a new round has it."""

    evidence_cap: int = Field(
        PROPOSED.evidence_cap, description="Most files of evidence of a unit for an item"
    )
    second_review_share: float | None = Field(
        PROPOSED.second_review_share,
        description="Judged blind by a second reviewer, as part of 1; null: as the pack asks",
    )
    publish_grades: bool = True
    show_weights: bool = Field(True, description="To units, the full points of items")
    show_points: bool = Field(
        PROPOSED.show_points, description="To units, the points that rules give, before feedback"
    )
    terms: dict[str, str] = Field({}, description="Clock to term, in place of the pack's: `10 working days`")
    calendar: str = Field("", description="Of working days; empty: the site's")
    remind_days: int = Field(PROPOSED.remind_days, description="Before the date of a problem")
    escalate_days: int = Field(PROPOSED.escalate_days, description="After it")
    escalate_to: str = Field(PROPOSED.escalate_to, pattern="^(leader|organiser)$")
    review_limit: int = Field(PROPOSED.review_limit, description="Most units of one reviewer; 0: none")
    sheet_items: int = Field(PROPOSED.sheet_items, description="On the sheet of a visit")
    visit_limit: int = Field(PROPOSED.visit_limit, description="Visits of one place in a month")


class TimesIn(Schema):
    """When a step opens and closes."""

    opens: Moment
    closes: Moment


class WindowsIn(Schema):
    """When steps open and close, by step."""

    windows: dict[str, TimesIn]


class RoundIn(Schema):
    """A new round; units and windows that are left out are those that the pack proposes."""

    authority: int = Field(description="The organisation whose units are evaluated, by its id")
    pack: str = Field(description="id@version", max_length=100)
    evaluated_year: int = Field(ge=2000, le=2100)
    round_year: int = Field(ge=2000, le=2100)
    title_zh: str = Field(max_length=200)
    title_en: str = Field(max_length=200)
    slug: str = Field(
        description="Short name in addresses and files", max_length=64, pattern="^[-a-zA-Z0-9_]+$"
    )
    opens: Day | None = None
    units: list[str] | None = Field(None, description="Codes")
    windows: dict[str, TimesIn] = Field({}, description="By step")
    settings: SettingsIn | None = None
    before: str = Field("", description="The round before, by its slug: its problems count")
    synthetic: bool = Field(False, description="Whether the data are made up")


class RoundEdit(Schema):
    """Titles and settings; whatever is left out stays as it is."""

    title_zh: str = Field("", max_length=200)
    title_en: str = Field("", max_length=200)
    settings: SettingsIn | None = None


class UnitsIn(Schema):
    """Exactly the units that take part, by their codes."""

    units: list[str]


class UnitsChanged(Schema):
    """How many units were added and removed."""

    added: int
    removed: int


class DropIn(Schema):
    """The short name or the title of the round, typed to confirm."""

    confirm: str


class CloseIn(Schema):
    """Why a step closes early; `confirm` is its title."""

    reason: str
    confirm: str


class StepOut(Schema):
    """A step with its window."""

    step: str
    opens: datetime
    closes: datetime


class RemindIn(Schema):
    """Which units, by their codes; without them all that are late or at risk."""

    units: list[str] | None = None


class MoveManyIn(MoveIn):
    """A step with many units, by their codes; the reason is told to each of them."""

    units: list[str] = Field(min_length=1)


class ExtendManyIn(Schema):
    """A later end of a step for many units, by their codes."""

    units: list[str] = Field(min_length=1)
    step: str
    closes: Moment
    reason: str


class DoneOut(Schema):
    """With how many units it was done."""

    done: int


class RemindedOut(Schema):
    """How many units were reminded; none is written to twice a day."""

    reminded: int


class DataIn(Schema):
    """A folder of accepted data."""

    folder: str


@router.post("/", response={201: RoundOut}, summary="Make a round")
def make(request: HttpRequest, given: RoundIn) -> Any:
    """Make a round in preparation from a pack, with its units, windows and settings; for organisers of the authority."""
    actor, authority = actor_in(request), get_object_or_404(Organisation, pk=given.authority)
    before = round_at(given.before) if given.before else None
    with transaction.atomic():
        made = making.round_create(
            actor=actor, authority=authority, before=before, opens=given.opens, windows=_times(given.windows),
            units=None if given.units is None else _chosen(authority, making.pack_of(given.pack).pack.scoring.level, given.units),  # type: ignore[union-attr]
            **given.dict(include={"pack", "evaluated_year", "round_year", "title_zh", "title_en", "slug", "synthetic"}),
        )  # fmt: skip
        if given.settings is not None:
            _edit(request, made, {"settings": given.settings.dict(exclude_unset=True)})
    return Status(201, round_out(round_at(made.slug)))


@router.patch("/{slug}", response=RoundOut, summary="Correct a round")
def edit(request: HttpRequest, slug: str, given: RoundEdit) -> Any:
    """Change titles and settings of a round that is not frozen; the audit keeps what they were."""
    found = round_at(slug)
    _edit(request, found, given.dict(exclude_unset=True))
    return round_out(found)


def _edit(request: HttpRequest, found: Round, sent: dict[str, Any]) -> None:
    correcting.round_edit(
        actor=actor_in(request), round=found, title_zh=sent.get("title_zh", found.title_zh),
        title_en=sent.get("title_en", found.title_en), settings=replace(found.chosen, **(sent.get("settings") or {})),
    )  # fmt: skip


@router.delete("/{slug}", response={204: None}, summary="Drop a draft")
def drop(request: HttpRequest, slug: str, given: DropIn) -> Any:
    """Drop a round in preparation with all that was prepared; `confirm` is its short name or title."""
    correcting.round_drop(actor=actor_in(request), round=round_at(slug), confirm=given.confirm)
    return Status(204, None)


@router.put("/{slug}/units", response=UnitsChanged, summary="Choose who takes part")
def choose(request: HttpRequest, slug: str, given: UnitsIn) -> Any:
    """Let exactly these units take part in a round in preparation."""
    found, actor = round_at(slug), actor_in(request)
    require(actor, "edit", found)
    scoring = making.pack_of(rules_of(found)).pack.scoring
    assert scoring is not None  # pack_of
    chosen = _chosen(found.authority, scoring.level, given.units)
    added, removed = correcting.round_units(actor=actor, round=found, units=chosen)
    return {"added": added, "removed": removed}


@router.put("/{slug}/windows", response=list[StepOut], summary="Plan the windows")
def plan(request: HttpRequest, slug: str, given: WindowsIn) -> Any:
    """Set when steps open and close, while the round is in preparation."""
    found = round_at(slug)
    windows.windows_plan(actor=actor_in(request), round=found, windows=_times(given.windows))
    return list(Window.objects.filter(round=found, unit=None).order_by("opens", "step"))


@router.post("/{slug}/windows/{step}/open", response=StepOut, summary="Open a step early")
def open_window(request: HttpRequest, slug: str, step: str, given: MoveIn) -> Any:
    """Open a step now that would open later; its end stays as it is."""
    return windows.window_open(actor=actor_in(request), round=round_at(slug), step=step, reason=given.reason)


@router.post("/{slug}/windows/{step}/close", response=StepOut, summary="Close a step early")
def close_window(request: HttpRequest, slug: str, step: str, given: CloseIn) -> Any:
    """Close a step now, for everybody, extended units included; `confirm` is the title of the step."""
    return windows.window_close(actor=actor_in(request), round=round_at(slug), step=step, **given.dict())


@router.post("/{slug}/remind", response=RemindedOut, summary="Remind units")
def remind(request: HttpRequest, slug: str, given: RemindIn) -> Any:
    """Write to the managers of units that have not submitted."""
    found = overseen_round(request, slug)
    rows = to_remind(found) if given.units is None else _named(found, given.units)
    return {"reminded": units.units_remind(actor=actor_in(request), round=found, units=rows)}


@router.post("/{slug}/units/move/{transition}", response=DoneOut, summary="Do a step with many units")
def move_many(request: HttpRequest, slug: str, transition: str, given: MoveManyIn) -> Any:
    """Do one of the organiser's steps with all these units or, where one cannot, with none; every hindrance is told, `field` is the unit."""
    rows = _named(overseen_round(request, slug), given.units)
    count = units.units_move(actor=actor_in(request), units=rows, transition=transition, reason=given.reason)
    return {"done": count}


@router.post("/{slug}/units/extend", response=DoneOut, summary="Extend a step for many units")
def extend_many(request: HttpRequest, slug: str, given: ExtendManyIn) -> Any:
    """Let a step end later for all these units or, where one cannot, for none."""
    found = overseen_round(request, slug)
    count = windows.units_extend(
        actor=actor_in(request), round=found, step=given.step, closes=given.closes, reason=given.reason,
        units=_named(found, given.units),
    )  # fmt: skip
    return {"done": count}


@router.post("/{slug}/data", response={202: Started}, summary="Name the accepted data")
def attach_data(request: HttpRequest, response: HttpResponse, slug: str, given: DataIn) -> Any:
    """Name the folder of accepted data and start the job that works out what is known; Location is where it is followed."""
    job = knowing.data_attach(actor=actor_in(request), round=round_at(slug), folder=given.folder)
    return started(response, job)


def _named(found: Round, codes: list[str]) -> list[RoundUnit]:
    """Return the units of a round with these codes, by code; Refused (WEB010) names those that are none."""
    rows = RoundUnit.objects.filter(round=found, code__in=codes).select_related("round__authority")
    named = list(rows.order_by("code", "pk"))
    _all_known(codes, [row.code for row in named])
    return named


def _times(given: dict[str, TimesIn]) -> dict[str, Times]:
    return {step: Times(opens=times.opens, closes=times.closes) for step, times in given.items()}


def _chosen(authority: Organisation, level: str, codes: list[str]) -> list[Organisation]:
    """Return the organisations below the authority with these codes; Refused (WEB010) names those that are none."""
    found = [one for one in making.candidates(authority, level) if one.code in set(codes)]
    _all_known(codes, [one.code for one in found])
    return found


def _all_known(asked: list[str], found: list[str]) -> None:
    if missing := sorted(set(asked) - set(found)):
        raise Refused([tell("WEB010", field="units", found=code) for code in missing[:20]])
