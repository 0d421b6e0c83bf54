"""The API of organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field

from duxue.core.errors import Refused
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import Denied
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both
from duxue.web.orgs import importing, selectors, services
from duxue.web.orgs.models import Organisation
from duxue.web.orgs.policy import may_import

router = Router(tags=["organisations"])


class Out(BaseModel):
    """An organisation as it is today."""

    id: int
    code: str
    level: str
    name_zh: str
    name_en: str
    parent: int | None = Field(validation_alias="parent_id")
    closed_on: date | None
    synthetic: bool

    model_config = ConfigDict(from_attributes=True)


class Outs(BaseModel):
    """A page of organisations; `later` is the cursor of the next one, empty at the end."""

    items: list[Out]
    later: str


class State(BaseModel):
    """A name and place that held from one day until before another."""

    name_zh: str
    name_en: str
    parent: int | None = Field(validation_alias="parent_id")
    from_day: date
    until: date | None
    source: str

    model_config = ConfigDict(from_attributes=True)


class PlacedOut(BaseModel):
    """An organisation as it was on a day."""

    id: int
    code: str
    level: str
    name_zh: str
    name_en: str
    parent: int | None
    depth: int


class _Dated(BaseModel):
    from_day: date
    source: str = Field("", max_length=200)


class NewOrganisation(_Dated):
    """An organisation to add below `parent`."""

    parent: int
    code: str = Field(max_length=40)
    level: str = Field(max_length=20)
    name_zh: str = Field(max_length=200)
    name_en: str = Field("", max_length=200)


class NewName(_Dated):
    """Another name from a day on."""

    name_zh: str = Field(max_length=200)
    name_en: str = Field("", max_length=200)


class NewPlace(_Dated):
    """Another parent from a day on."""

    parent: int


class End(_Dated):
    """The day from which it is no more; `into`: the organisation that it is merged into."""

    into: int | None = None


class Table(BaseModel):
    """A table of organisations as csv text; with `dry_run` nothing is changed."""

    table: str = Field(
        description=f"The columns {', '.join(importing.COLUMNS)}, and optionally source; at most {importing.MOST} rows"
    )
    dry_run: bool = True


class ChangeOut(BaseModel):
    """What a row of the table changes."""

    row: int = Field(description="As a spreadsheet counts them: the header is row 1")
    code: str
    what: Both


class Imported(BaseModel):
    """What an import changed or, tried only, would change, and how many rows are as the tree has them already."""

    dry_run: bool
    changes: list[ChangeOut]
    unchanged: int


@router.get("/", response=Outs, operation_id="organisations_list", by_alias=False)
def organisations(
    request: HttpRequest,  # noqa: ARG001 - the contract
    q: str = "",
    level: str = "",
    closed: bool = False,
    cursor: str = "",
    size: int = 50,
) -> Any:
    """List the organisations in sight, by code."""
    page = page_of(selectors.organisations(q, level, closed=closed), cursor, order=("code",), size=size)
    return {"items": page.rows, "later": page.later}


@router.get("/tree/{day}", response=list[PlacedOut], operation_id="organisations_tree")
def tree(request: HttpRequest, day: date) -> Any:  # noqa: ARG001 - the contract
    """Return the tree as it was on a day, each organisation before those below it."""
    return [
        {
            "id": p.organisation_id,
            "code": p.code,
            "level": p.level,
            "name_zh": p.name.zh,
            "name_en": p.name.en,
            "parent": p.parent_id,
            "depth": p.depth,
        }
        for p in selectors.tree_on(day)
    ]


@router.get("/{int:pk}", response=Out, operation_id="organisation_get", by_alias=False)
def organisation(request: HttpRequest, pk: int) -> Any:  # noqa: ARG001 - the contract
    """Return an organisation."""
    return get_object_or_404(Organisation, pk=pk)


@router.get("/{int:pk}/history", response=list[State], operation_id="organisation_history", by_alias=False)
def history(request: HttpRequest, pk: int) -> Any:  # noqa: ARG001 - the contract
    """Return its names and places, the latest first."""
    return list(selectors.history(get_object_or_404(Organisation, pk=pk)))


@router.post("/", response={201: Out}, operation_id="organisation_create", by_alias=False)
def create(request: HttpRequest, data: NewOrganisation) -> Any:
    """Add an organisation."""
    values = data.model_dump()
    values["parent"] = get_object_or_404(Organisation, pk=data.parent)
    return Status(201, services.organisation_create(actor=actor_in(request), **values))


@router.post("/import", response=Imported, operation_id="organisations_import")
def bring(request: HttpRequest, data: Table) -> Any:
    """Bring the tree to what a table says, all of it or nothing: new organisations, names, places and earlier first days; others stay as they are.

    Whatever is wrong in any row is told at once. `dry_run`, which is set unless you say otherwise, answers the same and
    changes nothing.
    """
    actor = actor_in(request)
    if not (may := may_import(actor)):
        raise Denied(may.why)
    work = importing.tree_preview if data.dry_run else importing.tree_import
    plan = work(actor=actor, text=data.table)
    if plan.problems:
        raise Refused(plan.problems)
    changes = [ChangeOut(row=c.row, code=c.code, what=Both.of(c.what)) for c in plan.changes]
    return Imported(dry_run=data.dry_run, changes=changes, unchanged=plan.unchanged)


@router.post("/{int:pk}/rename", response=Out, operation_id="organisation_rename", by_alias=False)
def rename(request: HttpRequest, pk: int, data: NewName) -> Any:
    """Give it another name from a day on."""
    it = get_object_or_404(Organisation, pk=pk)
    return services.organisation_rename(actor=actor_in(request), organisation=it, **data.model_dump())


@router.post("/{int:pk}/move", response=Out, operation_id="organisation_move", by_alias=False)
def move(request: HttpRequest, pk: int, data: NewPlace) -> Any:
    """Let it belong to another organisation from a day on."""
    it, parent = get_object_or_404(Organisation, pk=pk), get_object_or_404(Organisation, pk=data.parent)
    return services.organisation_move(
        actor=actor_in(request), organisation=it, parent=parent, from_day=data.from_day, source=data.source
    )


@router.post("/{int:pk}/close", response=Out, operation_id="organisation_close", by_alias=False)
def close(request: HttpRequest, pk: int, data: End) -> Any:
    """Close it, or merge it into another, from a day on."""
    actor, it = actor_in(request), get_object_or_404(Organisation, pk=pk)
    if data.into is None:
        return services.organisation_close(
            actor=actor, organisation=it, from_day=data.from_day, source=data.source
        )
    into = get_object_or_404(Organisation, pk=data.into)
    services.organisation_merge(
        actor=actor, organisations=[it], into=into, from_day=data.from_day, source=data.source
    )
    it.refresh_from_db()
    return it
