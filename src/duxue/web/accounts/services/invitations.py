"""Inviting people: one by one or by a list; whoever brings the secret sets a password and holds the role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from duxue.core.errors import Problem, Refused
from duxue.core.text import clean
from duxue.web.accounts import problems
from duxue.web.accounts.models import Grant, Invitation, InvitationMail, User
from duxue.web.accounts.policy import may_give
from duxue.web.accounts.secret import hash_of_secret, new_secret
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.accounts.services.grants import person_of, require_giving
from duxue.web.accounts.services.people import may_place, place_problems
from duxue.web.common import audit
from duxue.web.common.actors import ROLES, SITE, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, speaking
from duxue.web.common.policy import ROLE_TITLES, Denied, require
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.orgs.selectors import by_code
from duxue.web.rounds.models import Round

DAYS, MOST_DAYS, MOST = 14, 60, 1000


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its secret, which is nowhere else."""

    invitation: Invitation
    secret: str


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a list of invitations."""

    row: int
    name: str
    email: str
    role: str
    organisation: Organisation
    home_code: str
    post: str


@dataclass(slots=True)
class Listing:
    """A list of invitations as it was read, and what is wrong with it."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@transaction.atomic
def invitation_create(
    *,
    actor: Actor,
    email: str,
    name: str = "",
    role: str,
    organisation: Organisation,
    round: Round | None = None,
    days: int = DAYS,
    home_code: str = "",
    post: str = "",
    at: datetime | None = None,
) -> Invited:
    """Invite a person to hold a role; `home_code`: the unit that they come from, and therefore must not judge.

    Raises:
        Denied: the actor may not give this role at this place.
        Refused: no address, an equal invitation is open, the time is too long, no such unit to come from.
    """
    require_giving(actor, role, organisation, round)
    at, email, home_code, post = at or now(), clean(email).casefold(), clean(home_code), clean(post)
    found = _address_problems(email) + place_problems(home_code, post)
    if not 1 <= days <= MOST_DAYS:
        found.append(problems.too_far("days", MOST_DAYS))
    if not found and _open(email, role, organisation, round, at):
        found.append(problems.open_already(email))
    if found:
        raise Refused(found)
    secret = new_secret()
    invitation = Invitation.objects.create(
        email=email, name=clean(name), role=role, organisation=organisation, round=round, home_code=home_code, post=post,
        secret_hash=hash_of_secret(secret), invited_by_id=person_of(actor), invited_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    place = {"home_code": home_code, "post": post}
    _record(actor, "duxue.invitation.made", invitation, **{k: v for k, v in place.items() if v})
    return Invited(invitation, secret)


def invitations_read(*, actor: Actor, text: str) -> Listing:
    """Read a list of `name;email;role;organisation code` lines, and say all that is wrong with it.

    A fifth part is the code of the unit that the person comes from, a sixth the post; both may be left out. The separator may be a semicolon of either width, a tab or a comma; a header line is passed over.
    """
    listing = Listing()
    seen: set[tuple[str, ...]] = set()
    rows = [(n, line) for n, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1) if line.strip()]
    if len(rows) > MOST:
        listing.problems.append(problems.too_many(len(rows), MOST))
        return listing
    for number, line in rows:
        parts = [clean(part) for part in _split(line)]
        if number == 1 and "@" not in line and "email" in line.casefold():
            continue
        if not 4 <= len(parts) <= 6:
            listing.problems.append(problems.columns(line).at(row=number))
            continue
        read = _line(actor, number, *parts)
        key = (parts[1].casefold(), parts[2], parts[3])
        wrong = read if isinstance(read, list) else []
        if key in seen:
            wrong = [*wrong, problems.twice(parts[1])]
        seen.add(key)
        listing.problems += [p.at(row=number) for p in wrong]
        if isinstance(read, Line) and not wrong:
            listing.lines.append(read)
    if not rows:
        listing.problems.append(problems.empty("text"))
    return listing


@transaction.atomic
def invitations_import(
    *, actor: Actor, text: str, round: Round | None = None, days: int = DAYS
) -> list[Invited]:
    """Invite everybody on a list; all or nobody.

    Raises:
        Refused: with the problems of all lines.
    """
    listing = invitations_read(actor=actor, text=text)
    if listing.problems:
        raise Refused(listing.problems)
    made: list[Invited] = []
    found: list[Problem] = []
    for line in listing.lines:
        try:
            one = invitation_create(
                actor=actor, email=line.email, name=line.name, role=line.role, organisation=line.organisation,
                round=round, days=days, home_code=line.home_code, post=line.post,
            )  # fmt: skip
            made.append(one)
        except Refused as refused:
            found += [p.at(row=line.row) for p in refused.problems]
    if found:
        raise Refused(found)
    return made


@transaction.atomic
def invitation_revoke(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Withdraw an invitation: its secret does not open anything any more."""
    require(actor, "revoke", invitation)
    _require_open(invitation)
    invitation.revoked_at = now()
    invitation.save(update_fields=["revoked_at"])
    _record(actor, "duxue.invitation.revoked", invitation)
    return invitation


@transaction.atomic
def invitation_resend(*, actor: Actor, invitation: Invitation, days: int = DAYS) -> Invited:
    """Give an open or expired invitation a new secret and time; the old secrets, handed over or mailed, end."""
    require(actor, "revoke", invitation)
    _require_open(invitation)
    secret, at = new_secret(), now()
    invitation.secret_hash, invitation.expires_at = hash_of_secret(secret), at + timedelta(days=days)
    invitation.save(update_fields=["secret_hash", "expires_at"])
    with everything("the site's own box: a link that was mailed ends with the old secret"):
        InvitationMail.objects.filter(invitation=invitation).delete()
    _record(actor, "duxue.invitation.renewed", invitation)
    return Invited(invitation, secret)


def invitation_of(secret: str) -> Invitation:
    """Return the invitation that `secret` opens.

    Raises:
        Refused: it has expired, was revoked, was used, or never was: all are told alike.
    """
    secret_hash = hash_of_secret(secret)
    with everything("whoever brings the secret is not signed in yet"):
        found = (
            Invitation.objects.select_related("organisation", "round", "invited_by")
            .filter(
                Q(secret_hash=secret_hash) | Q(mail__secret_hash=secret_hash),
                accepted_at=None,
                revoked_at=None,
                expires_at__gt=now(),
            )
            .first()
        )
    if found is None or not _inviter_still_may(found):
        raise Refused([problems.spent()])
    return found


def _inviter_still_may(invitation: Invitation) -> bool:
    inviter = invitation.invited_by
    if not inviter.is_active:
        return False
    return bool(
        may_give(actor_of_user(inviter), invitation.role, invitation.organisation.path, invitation.round_id)
    )


def account_of(invitation: Invitation) -> User | None:
    """Return the person who has an account with the invitation's address."""
    address = (
        EmailAddress.objects.filter(email__iexact=invitation.email, verified=True)
        .select_related("user")
        .first()
    )
    return address.user if address else User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def invitation_accept(
    *, secret: str, name: str = "", password: str = "", post: str | None = None, user: User | None = None
) -> User:
    """Take up an invitation: a new person with a password, or the one signed in, holds its role.

    The unit that the person comes from is the inviter's to say: the new person does not change it, and what stands at an
    account is replaced only by who keeps all its roles.

    Args:
        secret: what the link holds.
        name: of a new person.
        password: of a new person.
        post: of a new person, where it is not as the invitation says.
        user: the person signed in, who has the invitation's address.

    Raises:
        Refused: the invitation does not hold; name or password are not as they should be.
        Denied: the address belongs to somebody else than who is signed in.
    """
    invitation = invitation_of(secret)
    with everything("the invitation itself is the permission"):
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if locked.accepted_at is not None or locked.revoked_at is not None:
            raise Refused([problems.spent()])
        known = account_of(invitation)
        if known is not None and (user is None or user.pk != known.pk):
            raise Denied(
                Words(
                    "请先用此邮箱的账号登录，再接受邀请",
                    "sign in with the account of this address, then accept the invitation",
                )
            )
        if known is None:
            wanted = invitation.post if post is None else clean(post)
            person, placed = (
                _new_person(invitation, clean(name), password, wanted),
                _place(invitation, wanted),
            )
        else:
            person, placed = known, _placed(invitation, known)
        at = now()
        actor = Actor(person.pk, str(person))
        grant, made = Grant.objects.get_or_create(
            user=person, role=invitation.role, organisation=invitation.organisation, round=invitation.round,
            revoked_at=None, defaults={"given_by": invitation.invited_by, "given_at": at},
        )  # fmt: skip
        if not made:
            grant.until = None
            grant.save(update_fields=["until"])
        locked.accepted_at, locked.accepted_by = at, person
        locked.save(update_fields=["accepted_at", "accepted_by"])
        _record(actor, "duxue.invitation.accepted", invitation, user=person.pk, **placed)
    return person


def _placed(invitation: Invitation, person: User) -> dict[str, str]:
    """Write to an account what its holder's invitation says of home and post, where that may be; return what changed."""
    keeps = may_place(actor_of_user(invitation.invited_by), person)
    said = _place(invitation, invitation.post)
    changed = {k: v for k, v in said.items() if v != getattr(person, k) and (keeps or not getattr(person, k))}
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        person.save(update_fields=list(changed))
    return changed


def _place(invitation: Invitation, post: str) -> dict[str, str]:
    return {name: value for name, value in (("home_code", invitation.home_code), ("post", post)) if value}


def _new_person(invitation: Invitation, name: str, password: str, post: str) -> User:
    person = User(
        username=invitation.email[:150], email=invitation.email, name=name, home_code=invitation.home_code, post=post
    )  # fmt: skip
    found = [] if name else [problems.empty("name")]
    found += place_problems(post=post) + password_problems(password, person)
    if found:
        raise Refused(found)
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=invitation.email, verified=True, primary=True)
    return person


def password_problems(password: str, person: User) -> list[Problem]:
    """Return what is wrong with a password, in both languages."""
    if not password:
        return [problems.empty("password")]
    found = []
    for validator in get_default_password_validators():
        try:
            validator.validate(password, person)
        except ValidationError as error:
            said = []
            for language in ("zh-hans", "en"):
                with speaking(language):
                    said.append(" ".join(error.messages))
            found.append(problems.password(said[0], said[1]))
    return found


def _line(
    actor: Actor, row: int, name: str, email: str, role: str, code: str, home_code: str = "", post: str = ""
) -> Line | list[Problem]:
    role = role_named(role)
    found = [] if name else [problems.empty("name")]
    found += _address_problems(email) + place_problems(home_code, post)
    if role not in ROLES:
        found.append(problems.not_a_role(role))
    organisation = by_code(code)
    if organisation is None:
        found.append(problems.no_such_unit(code))
    elif role in ROLES and actor is not SITE:
        decision = may_give(actor, role, organisation.path)
        if not decision:
            found.append(problems.not_yours(decision.why.text(), role))
    if found or organisation is None:
        return found
    return Line(row, name, email.casefold(), role, organisation, home_code, post)


def role_named(text: str) -> str:
    """Return the role that a list names by its id or by its title in any language; what names none is returned as it came."""
    wanted = text.strip().casefold()
    for role in ROLES:
        title = ROLE_TITLES[role]
        if wanted in {role, *(title.say(spoken).casefold() for spoken in ("zh-hans", "zh-hant", "en"))}:
            return role
    return text


def _split(line: str) -> Iterable[str]:
    for separator in (";", "；", "\t"):
        if separator in line:
            return line.split(separator)
    return line.replace("，", ",").split(",")


def _address_problems(email: str) -> list[Problem]:
    """Return what is wrong with an address; letters beyond ASCII look like others, so they make none."""
    try:
        validate_email(email)
    except ValidationError:
        return [problems.not_an_address(email)]
    return [] if email.isascii() else [problems.not_an_address(email)]


def _open(email: str, role: str, organisation: Organisation, round: Round | None, at: datetime) -> bool:
    return Invitation.objects.filter(
        email=email, role=role, organisation=organisation, round=round, accepted_at=None, revoked_at=None,
        expires_at__gt=at,
    ).exists()  # fmt: skip


def _require_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise Refused([problems.not_open()])


def _record(actor: Actor, action: str, invitation: Invitation, **data: object) -> None:
    values = {"role": invitation.role, "organisation": invitation.organisation.code, **data}
    path = invitation.organisation.path
    audit.record(actor, action, invitation, round_id=invitation.round_id, path=path, data=values)
