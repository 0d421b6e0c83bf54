"""The audit of accounts: who signed in or tried to, who signed out, what was changed of how somebody signs in.

No secret is kept. Network addresses are shortened to their network, and a name that was typed in vain is kept as a keyed hash:
tries of one name can be told from tries of many, but whoever types a password in the place of the name gives nothing away.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.common import audit
from duxue.web.common.actors import PUBLIC, Actor
from duxue.web.common.audit_policy import EVERYWHERE
from duxue.web.common.scope import everything

_NETWORKS = {4: 24, 6: 48}  # bits of an address that are kept
_UNKNOWN = User(pk=0)  # stands for whoever has no account


def network_of(request: HttpRequest | None) -> str:
    """Return the network from which a request comes, `192.0.2.0/24`; "" where it cannot be told."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "") if request else "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, _NETWORKS[address.version]), strict=False))


def hash_of_name(typed: str) -> str:
    """Return a short keyed hash of a name that was typed: the same for the same name, on this site only."""
    return salted_hmac("duxue.sign-in", typed.strip().casefold()).hexdigest()[:12]


def signed_in(request: HttpRequest, user: User, *by: str) -> None:
    """Record that somebody signed in; `by` names how."""
    _record(request, user, "duxue.account.signed_in", by=list(by))


def _record(
    request: HttpRequest | None, user: User, action: str, actor: Actor | None = None, **more: Any
) -> None:
    who = actor_of_user(user)
    places = [held.path for held in who.held] or _places_before(user)
    path = min(places, key=len, default=EVERYWHERE)
    data = {"network": network_of(request), **more}
    with transaction.atomic():
        audit.record(actor or who, action, user, path=path, data=data)


def _places_before(user: User) -> list[str]:
    """Return where somebody without a role had one: a former colleague is no stranger, whom every authority reads of."""
    with everything("at which place an event is kept says nothing to whoever signs in"):
        return list(Grant.objects.filter(user=user).order_by().values_list("organisation__path", flat=True))


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    used = get_authentication_records(request, user)
    # A second step is told by its type (totp, recovery_codes), where the method is "mfa" for each.
    signed_in(request, user, *dict.fromkeys(str(one.get("type") or one.get("method", "")) for one in used))


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    typed = str(credentials.get("username") or credentials.get("email") or "")
    known = Q(username__iexact=typed) | Q(email__iexact=typed)
    user = User.objects.filter(known).first() if typed else None
    _record(request, user or _UNKNOWN, "duxue.account.sign_in_failed", PUBLIC, typed=hash_of_name(typed))


@receiver(mfa.authentication_failed)
def _failed_second(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    _record(request, user, "duxue.account.sign_in_failed", PUBLIC, by=[authenticator.type])


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        _record(request, user, "duxue.account.signed_out")


@receiver(account.password_changed)
@receiver(account.password_set)
def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _record(request, user, "duxue.account.password_changed")


@receiver(account.password_reset)
def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    _record(request, user, "duxue.account.password_reset")


@receiver(mfa.authenticator_added)
def _protection_added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    _record(request, user, "duxue.account.protection_added", by=[authenticator.type])


@receiver(mfa.authenticator_removed)
def _protection_removed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    _record(request, user, "duxue.account.protection_removed", by=[authenticator.type])


@receiver(mfa.authenticator_reset)
def _protection_renewed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    _record(request, user, "duxue.account.protection_renewed", by=[authenticator.type])
