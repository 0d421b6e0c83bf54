"""The API of people, roles, invitations and tokens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field

from duxue.web.accounts import selectors
from duxue.web.accounts.api_access import router as access_router
from duxue.web.accounts.api_mine import router as mine_router
from duxue.web.accounts.mailing import invitation_mail_write
from duxue.web.accounts.models import Grant, Invitation, Token, User
from duxue.web.accounts.seen_people import invitations_seen, people_seen, person_seen
from duxue.web.accounts.services import grants, invitations, people, tokens
from duxue.web.accounts.views.people import keeper
from duxue.web.common.links import site_address
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Day
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Round

_BY_MAIL = "Let the site send a link by mail too, where it can send any"
router = Router(tags=["people"])
router.add_router("", mine_router)
router.add_router("", access_router)


class _Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class HeldOut(BaseModel):
    """A role that the caller holds."""

    role: str
    organisation: int
    round: int | None


class Me(BaseModel):
    """Who calls."""

    user: int | None
    token: int | None
    name: str
    read_only: bool
    roles: list[HeldOut]


class Person(_Row):
    """A person."""

    id: int
    name: str
    post: str
    home_code: str = Field(
        description="Code of the unit that the person comes from and must not judge; empty for none"
    )
    email: str
    is_active: bool


class People(BaseModel):
    """A page of people; `later` is the cursor of the next one, empty at the end."""

    items: list[Person]
    later: str


class GrantOut(_Row):
    """A role of a person."""

    id: int
    user: int = Field(validation_alias="user_id")
    role: str
    organisation: int = Field(validation_alias="organisation_id")
    round: int | None = Field(validation_alias="round_id")
    given_at: datetime
    until: date | None
    revoked_at: datetime | None


class _Role(BaseModel):
    role: str = Field(max_length=20)
    organisation: int
    round: int | None = None


class NewGrant(_Role):
    """A role to give; `until`: the first day on which it no longer holds."""

    user: int
    until: date | None = None


class Why(BaseModel):
    """Why something is done."""

    reason: str = Field("", max_length=400)


class Correction(BaseModel):
    """A person's post, and the unit that they come from; what is left out stays."""

    post: str | None = Field(None, max_length=people.MOST_POST)
    home_code: str | None = Field(
        None, max_length=40, description="Code of the unit; people say it of others, not of themselves"
    )


class LastDay(BaseModel):
    """The first day on which a role no longer holds."""

    until: Day


class NewInvitation(_Role):
    """A person to invite."""

    email: str = Field(max_length=254)
    name: str = Field("", max_length=100)
    home_code: str = Field(
        "", max_length=40, description="Code of the unit that the person comes from and must not judge"
    )
    post: str = Field("", max_length=people.MOST_POST)
    days: int = invitations.DAYS
    mail: bool = Field(False, description=_BY_MAIL)


class InvitationOut(_Row):
    """An open invitation."""

    id: int
    email: str
    name: str
    role: str
    organisation: int = Field(validation_alias="organisation_id")
    round: int | None = Field(validation_alias="round_id")
    home_code: str
    post: str
    invited_at: datetime
    expires_at: datetime


class InvitationMade(InvitationOut):
    """An invitation with its secret, which is told this once: the link is /invitations/<secret>/."""

    secret: str
    mailed: bool = Field(description="Whether the site sends a link by mail as well")


class Again(BaseModel):
    """How an invitation is sent again."""

    mail: bool = Field(False, description=_BY_MAIL)


class InviteMany(BaseModel):
    """People to invite: one a line, `name;email;role;organisation code`, then if wanted `;code of the unit they come from;post`."""

    text: str
    round: int | None = Field(None, description="Where the roles hold in one round only")
    days: int = invitations.DAYS
    mail: bool = Field(False, description=_BY_MAIL)


class InvitedMany(BaseModel):
    """Invitations with their secrets, which are told this once."""

    invited: list[InvitationMade]


class Invitations(BaseModel):
    """A page of invitations."""

    items: list[InvitationOut]
    later: str


class TokenOut(_Row):
    """A token, without its secret."""

    id: int
    title: str
    role: str
    organisation: int = Field(validation_alias="organisation_id")
    round: int | None = Field(validation_alias="round_id")
    read_only: bool
    prefix: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(TokenOut):
    """A token with its secret, which is told this once."""

    secret: str


class Tokens(BaseModel):
    """A page of tokens; `later` is the cursor of the next one, empty at the end."""

    items: list[TokenOut]
    later: str


class NewToken(BaseModel):
    """A token to make: what it is for, in which role it acts, and whether it only reads."""

    title: str = Field(max_length=100)
    role: str = Field(max_length=20)
    round: int | None = Field(None, description="Where it acts in one round only")
    read_only: bool = True
    days: int = Field(90, description=f"Until it expires, at most {tokens.MOST_DAYS}")


@router.get("/me", response=Me, operation_id="me")
def me(request: HttpRequest) -> Any:
    """Say who calls, and which roles hold."""
    actor = actor_in(request)
    roles = [HeldOut(role=h.role, organisation=h.organisation_id, round=h.round_id) for h in actor.held]
    return Me(
        user=actor.user_id, token=actor.token_id, name=actor.name, read_only=actor.read_only, roles=roles
    )


@router.get("/people", response=People, operation_id="people_list")
def list_people(
    request: HttpRequest,
    q: str = "",
    role: str = "",
    cursor: str = "",
    size: int = 50,
) -> Any:
    """List the people whose roles the caller keeps, by name."""
    page = page_of(selectors.people(q, role), cursor, order=("name", "pk"), size=size)
    people_seen(actor_in(request), page.rows)
    return {"items": page.rows, "later": page.later}


@router.get("/people/{int:pk}", response=Person, operation_id="person_get")
def get_person(request: HttpRequest, pk: int) -> Any:
    """Return a person in sight."""
    user = _person(request, pk)
    person_seen(actor_in(request), user)
    return user


@router.get("/people/{int:pk}/grants", response=list[GrantOut], operation_id="grants_list", by_alias=False)
def list_grants(request: HttpRequest, pk: int) -> Any:
    """Return the roles of a person that the caller sees."""
    user = _person(request, pk)
    person_seen(actor_in(request), user)
    return list(selectors.grants_of(user))


@router.post("/people/{int:pk}/correct", response=Person, operation_id="person_correct")
def correct(request: HttpRequest, pk: int, data: Correction) -> Any:
    """Correct a person's post, which they may themselves, and the unit that they come from, which who keeps them may."""
    user = _person(request, pk)
    return people.user_correct(actor=actor_in(request), user=user, post=data.post, home_code=data.home_code)


@router.post("/people/{int:pk}/deactivate", response=Person, operation_id="person_deactivate")
def deactivate(request: HttpRequest, pk: int, data: Why) -> Any:
    """Deactivate an account; a reason is needed."""
    return people.user_deactivate(actor=actor_in(request), user=_person(request, pk), reason=data.reason)


@router.post("/people/{int:pk}/activate", response=Person, operation_id="person_activate")
def activate(request: HttpRequest, pk: int, data: Why) -> Any:
    """Open a deactivated account again; its roles hold as before."""
    return people.user_activate(actor=actor_in(request), user=_person(request, pk), reason=data.reason)


@router.post("/grants", response={201: GrantOut}, operation_id="grant_give", by_alias=False)
def give(request: HttpRequest, data: NewGrant) -> Any:
    """Give a person a role."""
    organisation, round_ = _place(data)
    made = grants.grant_give(
        actor=actor_in(request), user=_person(request, data.user), role=data.role, organisation=organisation,
        round=round_, until=data.until,
    )  # fmt: skip
    return Status(201, made)


@router.post("/grants/{int:pk}/revoke", response=GrantOut, operation_id="grant_revoke", by_alias=False)
def revoke_grant(request: HttpRequest, pk: int, data: Why) -> Any:
    """Take a role back."""
    grant = get_object_or_404(Grant.objects.select_related("organisation"), pk=pk)
    return grants.grant_revoke(actor=actor_in(request), grant=grant, reason=data.reason)


@router.post("/grants/{int:pk}/end", response=GrantOut, operation_id="grant_end", by_alias=False)
def end_grant(request: HttpRequest, pk: int, data: LastDay) -> Any:
    """Let a role end: `until` is the first day on which it no longer holds."""
    grant = get_object_or_404(Grant.objects.select_related("organisation"), pk=pk)
    return grants.grant_end(actor=actor_in(request), grant=grant, until=data.until)


@router.get("/invitations", response=Invitations, operation_id="invitations_list", by_alias=False)
def list_invitations(request: HttpRequest, cursor: str = "", size: int = 50) -> Any:
    """List the invitations that nobody has taken up."""
    page = page_of(selectors.invitations_open(), cursor, order=("-invited_at", "-pk"), size=size)
    invitations_seen(actor_in(request), [row.pk for row in page])
    return {"items": page.rows, "later": page.later}


@router.post("/invitations", response={201: InvitationMade}, operation_id="invitation_create", by_alias=False)
def invite(request: HttpRequest, data: NewInvitation) -> Any:
    """Invite a person; the answer holds the secret of the link, once."""
    organisation, round_ = _place(data)
    made = invitations.invitation_create(
        actor=actor_in(request), email=data.email, name=data.name, role=data.role, organisation=organisation,
        round=round_, days=data.days, home_code=data.home_code, post=data.post,
    )  # fmt: skip
    return Status(201, _invited(request, made, data.mail))


@router.post(
    "/invitations/import", response={201: InvitedMany}, operation_id="invitations_import", by_alias=False
)
def invite_many(request: HttpRequest, data: InviteMany) -> Any:
    """Invite everybody on a list, all or nobody; what is wrong with any line is told at once. People do, not tokens."""
    actor = keeper(request)
    grants.person_of(actor)
    round_ = get_object_or_404(Round, pk=data.round) if data.round is not None else None
    made = invitations.invitations_import(actor=actor, text=data.text, round=round_, days=data.days)
    return Status(201, {"invited": [_invited(request, one, data.mail) for one in made]})


@router.post("/invitations/{int:pk}/revoke", response={204: None}, operation_id="invitation_revoke")
def revoke_invitation(request: HttpRequest, pk: int) -> Any:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), pk=pk)
    invitations.invitation_revoke(actor=actor_in(request), invitation=invitation)
    return Status(204, None)


@router.post(
    "/invitations/{int:pk}/resend", response=InvitationMade, operation_id="invitation_resend", by_alias=False
)
def resend_invitation(request: HttpRequest, pk: int, data: Again) -> Any:
    """Give an open or expired invitation a new link and time; links handed over or mailed before open nothing any more."""
    invitation = get_object_or_404(Invitation.objects.select_related("organisation", "invited_by"), pk=pk)
    made = invitations.invitation_resend(actor=actor_in(request), invitation=invitation)
    return _invited(request, made, data.mail)


@router.get("/organisations/{int:pk}/tokens", response=Tokens, operation_id="tokens_list", by_alias=False)
def list_tokens(request: HttpRequest, pk: int, cursor: str = "", size: int = 50) -> Any:
    """List the tokens of an organisation, the newest first, without their secrets; people do, not tokens."""
    organisation = get_object_or_404(Organisation, pk=pk)
    require(actor_in(request), "tokens", organisation)
    page = page_of(selectors.tokens_of(organisation), cursor, order=("-created_at", "-pk"), size=size)
    return {"items": page.rows, "later": page.later}


@router.post(
    "/organisations/{int:pk}/tokens", response={201: TokenMade}, operation_id="token_create", by_alias=False
)
def make_token(request: HttpRequest, pk: int, data: NewToken) -> Any:
    """Make a token of an organisation; the answer holds its secret, once. People do, not tokens."""
    organisation, round_ = _place(_Role(role=data.role, organisation=pk, round=data.round))
    made = tokens.token_create(
        actor=actor_in(request), organisation=organisation, title=data.title, role=data.role, round=round_,
        read_only=data.read_only, days=data.days,
    )  # fmt: skip
    return Status(201, _with_secret(TokenOut.model_validate(made.token), made.secret))


@router.post("/tokens/{int:pk}/revoke", response=TokenOut, operation_id="token_revoke", by_alias=False)
def revoke_token(request: HttpRequest, pk: int, data: Why) -> Any:
    """End a token at once; people do, not tokens."""
    token = get_object_or_404(Token.objects.select_related("organisation"), pk=pk)
    return tokens.token_revoke(actor=actor_in(request), token=token, reason=data.reason)


def _invited(request: HttpRequest, made: invitations.Invited, mail: bool) -> dict[str, Any]:
    """Return an invitation with its secret, once its mail waits for the job if that was asked for."""
    invitation = made.invitation
    mailed = mail and invitation_mail_write(invitation=invitation, site=site_address(request))
    return {**_with_secret(InvitationOut.model_validate(invitation), made.secret), "mailed": mailed}


def _with_secret(row: InvitationOut | TokenOut, secret: str) -> dict[str, Any]:
    """Return a row and its secret under the names that its schema reads."""
    out = row.model_dump()
    aliases = {"organisation_id": out.pop("organisation"), "round_id": out.pop("round")}
    return {**out, **aliases, "secret": secret}


def _person(request: HttpRequest, pk: int) -> User:
    found = selectors.person(actor_in(request), pk)
    if found is None:
        raise Http404
    return found


def _place(data: _Role) -> tuple[Organisation, Round | None]:
    organisation = get_object_or_404(Organisation, pk=data.organisation)
    return organisation, get_object_or_404(Round, pk=data.round) if data.round is not None else None
