"""Reading people and what they hold."""

from __future__ import annotations

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from duxue.web.accounts.models import Grant, Invitation, Token, User
from duxue.web.accounts.secret import hash_of_secret
from duxue.web.common.actors import PUBLIC, Actor, Held
from duxue.web.common.clock import now, today
from duxue.web.common.lang import Words
from duxue.web.common.numbers import number_in
from duxue.web.common.scope import current, everything
from duxue.web.orgs.models import Organisation

# What a person may see is worked out from their grants that hold on a day.
_HELD = (
    "SELECT g.role, g.organisation_id, o.path, g.round_id FROM accounts_grant g "
    "JOIN orgs_organisation o ON o.id = g.organisation_id "
    "WHERE g.user_id = %s AND g.revoked_at IS NULL AND (g.until IS NULL OR g.until > %s)"
)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in a request: its token, else the person signed in, else the public."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return actor_of_token(header.removeprefix("Bearer ").strip())
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_active:
        return PUBLIC
    return actor_of_user(user, address=request.META.get("REMOTE_ADDR", ""))


def actor_of_user(user: User, *, address: str = "") -> Actor:
    """Return a person as an actor, with the roles that hold today."""
    with connection.cursor() as cursor:  # on every page: nothing is built anew
        cursor.execute(_HELD, [user.pk, connection.ops.adapt_datefield_value(today())])
        held = tuple(Held(*row) for row in cursor.fetchall())
    return Actor(user.pk, str(user), held, address=address)


def actor_of_token(secret: str) -> Actor:
    """Return the organisation's machine that holds `secret`; the public when it is unknown, expired or revoked."""
    with everything("a token is found by its hash"):
        token = _valid_tokens().filter(secret_hash=hash_of_secret(secret)).first()
        if token is None:
            return PUBLIC
        if token.last_used_at is None or (now() - token.last_used_at).total_seconds() > 60:
            Token.objects.filter(pk=token.pk).update(last_used_at=now())
    return _machine(token)


def actor_of_token_id(pk: int) -> Actor:
    """Return the organisation's machine whose request goes on in the background; the public when its token holds no longer."""
    with everything("a token is found by its number"):
        token = _valid_tokens().filter(pk=pk).first()
    return PUBLIC if token is None else _machine(token)


def _valid_tokens() -> QuerySet[Token]:
    return Token.objects.filter(revoked_at__isnull=True, expires_at__gt=now()).select_related("organisation")


def _machine(token: Token) -> Actor:
    held = (Held(token.role, token.organisation_id, token.organisation.path, token.round_id),)
    return Actor(None, f"{token.title} ({token.prefix}…)", held, token.pk, token.read_only)


def holding() -> Q:
    """Return the condition that a role holds today."""
    return Q(until__isnull=True) | Q(until__gt=today())


def people(
    q: str = "", role: str = "", organisation: Organisation | None = None, past: bool = False
) -> QuerySet[User]:
    """Return the people whose roles the actor sees.

    Args:
        q: part of name, user name or address.
        role: only who holds it.
        organisation: only who holds a role at it or below.
        past: also people none of whose roles holds any more.
    """
    grants = Grant.objects.filter(user=OuterRef("pk"))
    if not past:
        grants = grants.filter(holding(), revoked_at__isnull=True)
    if role:
        grants = grants.filter(role=role)
    if organisation is not None:
        grants = grants.filter(organisation__path__under=organisation.path)
    rows = User.objects.filter(Exists(grants))
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(username__icontains=q) | Q(email__icontains=q))
    return rows


def person(actor: Actor, pk: int) -> User | None:
    """Return a person whom the actor may know of: themselves, or somebody who holds or held a role in sight."""
    if actor.user_id == pk:
        return User.objects.filter(pk=pk).first()
    return people(past=True).filter(pk=pk).first()


def home_of(one: User | Invitation) -> Words | str:
    """Return the name of the unit that a person comes from, its code where the tree does not have it; "" for none."""
    with everything("the name of an organisation is no secret to who reads its code"):
        found = Organisation.objects.filter(code=one.home_code).first() if one.home_code else None
    return found.name if found else one.home_code


def names_of_people(keys: list[str]) -> dict[str, str]:
    """Return the names of people by their keys, as the audit has them, of those whom the actor of the scope may know of."""
    numbers, me = [number for key in keys if (number := number_in(key)) is not None], current()
    found = {user.pk: user for user in people(past=True).filter(pk__in=numbers)}
    if me is not None and me.user_id in numbers:
        found |= {user.pk: user for user in User.objects.filter(pk=me.user_id)}
    return {str(pk): str(user) for pk, user in found.items()}


def grants_of(user: User) -> QuerySet[Grant]:
    """Return the roles of a person that the actor sees, those that hold first."""
    rows = Grant.objects.filter(user=user).select_related("organisation", "round", "given_by")
    return rows.order_by("-revoked_at", "role", "organisation__code")


def grants_held(user: User) -> list[Grant]:
    """Return the roles of a person that hold today, of those that the actor sees."""
    return [g for g in grants_of(user) if g.revoked_at is None and (g.until is None or g.until > today())]


def invitations_open() -> QuerySet[Invitation]:
    """Return the invitations in sight that were neither taken up nor revoked, also expired ones."""
    rows = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    return rows.select_related("organisation", "round", "invited_by", "mail")


def tokens_of(organisation: Organisation) -> QuerySet[Token]:
    """Return the tokens of an organisation that the actor sees, the newest first."""
    return Token.objects.filter(organisation=organisation).select_related("created_by", "round")


def has_second_factor(user_id: int) -> bool:
    """Return whether a person signs in with more than a password: an authenticator app or a passkey."""
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=kinds).exists())
