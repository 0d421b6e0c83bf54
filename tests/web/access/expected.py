"""Who gets through where: written by hand, one row for each address. Whoever adds an address adds its row.

A row says who may with a thing of the own authority. With a thing of the other authority nobody of the own one gets through,
and nobody of the other one with a thing of this one: that needs no row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.web.access.stage import Stage

Args = Callable[[Stage, str], list[Any]]
ORGANISERS = frozenset({"organiser", "organiser2"})
PROVINCE = ORGANISERS | {"leader", "auditor", "reviewer1", "reviewer2", "inspector1"}
CITY_A = frozenset({"manager_a", "officer_a", "officer_a1"})
CITY_B = frozenset({"manager_b", "officer_b"})
FOREIGN = frozenset({"foreign_organiser", "foreign_manager"})
SIGNED_IN = PROVINCE | CITY_A | CITY_B | FOREIGN
ANYBODY = SIGNED_IN | {"public"}
NOBODY: frozenset[str] = frozenset()
KEEPERS = ORGANISERS | {"manager_a", "manager_b"} | FOREIGN
KEEPERS_OF_A = ORGANISERS | {"manager_a"}
READERS = ORGANISERS | {"auditor", "foreign_organiser"}


@dataclass(frozen=True)
class Row:
    """Who gets through, how it is asked, and with which things."""

    allowed: frozenset[str]
    method: str = "GET"
    args: Args | None = None
    data: dict[str, Any] = field(default_factory=dict)
    secret: bool = False  # the address holds a secret: whoever has it gets through, on either side


def one(kind: str) -> Args:
    """Return the arguments of an address with the key of one thing."""
    return lambda stage, side: [stage[kind, side]]


def _of(kind: str, allowed: frozenset[str], method: str = "GET", **data: Any) -> Row:
    return Row(allowed, method, one(kind), data)


PAGES: dict[str, Row] = {
    "home": Row(ANYBODY),
    "healthz": Row(ANYBODY),
    "readyz": Row(ANYBODY),
    "language": Row(ANYBODY, "POST"),
    "theme": Row(ANYBODY, "POST"),
    "components": Row(ANYBODY),
    "common:audit": Row(READERS),
    "common:audit_csv": Row(READERS),
    "common:audit_chain": Row(READERS),
    "common:audit_object": Row(
        ORGANISERS | {"auditor", "manager_a", "officer_a"},
        args=lambda stage, side: ["accounts.grant", stage["grant", side]],
    ),
    "accounts:demo_login": Row(NOBODY, "POST", data={"key": "organiser"}),
    "accounts:access": Row(SIGNED_IN),
    "accounts:people": Row(KEEPERS | {"auditor"}),
    "accounts:invite": Row(KEEPERS),
    "accounts:invite_list": Row(KEEPERS),
    "accounts:links": Row(KEEPERS),
    "accounts:invitations": Row(KEEPERS),
    "accounts:revoke_invitation": _of("invitation", KEEPERS_OF_A, "POST"),
    "accounts:resend_invitation": _of("invitation", KEEPERS_OF_A, "POST"),
    "accounts:person": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "accounts:person_access": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "accounts:give": _of("person", KEEPERS_OF_A),
    "accounts:deactivate": _of("person", KEEPERS_OF_A),
    "accounts:activate": _of("person", KEEPERS_OF_A, "POST"),
    "accounts:end": _of("grant", KEEPERS_OF_A),
    "accounts:revoke": _of("grant", KEEPERS_OF_A, "POST"),
    "accounts:accept": Row(ANYBODY, args=one("secret"), secret=True),
    "accounts:tokens": _of("organisation", KEEPERS_OF_A),
    "accounts:revoke_token": _of("token", KEEPERS_OF_A, "POST"),
    "orgs:tree": Row(SIGNED_IN),
    "orgs:import": Row(ORGANISERS | {"foreign_organiser"}),
    "orgs:show": _of("organisation", PROVINCE | CITY_A),
    "orgs:create": _of("organisation", ORGANISERS),
    "orgs:rename": _of("organisation", ORGANISERS),
    "orgs:move": _of("organisation", ORGANISERS),
    "orgs:close": _of("organisation", ORGANISERS),
}

_DAY = {"from_day": "2025-01-01"}
API: dict[str, Row] = {
    "GET /api/v1/orgs/": Row(SIGNED_IN),
    "POST /api/v1/orgs/": Row(
        ORGANISERS, "POST", one("organisation"),
        {"code": "9901zz", "level": "county", "name_zh": "县", **_DAY},
    ),
    "GET /api/v1/orgs/tree/{day}": Row(SIGNED_IN, args=lambda _stage, _side: ["2024-01-01"]),
    "GET /api/v1/orgs/{pk}": _of("organisation", PROVINCE | CITY_A),
    "GET /api/v1/orgs/{pk}/history": _of("organisation", PROVINCE | CITY_A),
    "POST /api/v1/orgs/{pk}/rename": _of("organisation", ORGANISERS, "POST", name_zh="市", **_DAY),
    "POST /api/v1/orgs/{pk}/move": _of("organisation", ORGANISERS, "POST", **_DAY),
    "POST /api/v1/orgs/{pk}/close": _of("organisation", ORGANISERS, "POST", **_DAY),
    "GET /api/v1/accounts/me": Row(SIGNED_IN),
    "GET /api/v1/accounts/people": Row(SIGNED_IN),  # everyone finds themselves there, keepers those they keep
    "GET /api/v1/accounts/people/{pk}": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "GET /api/v1/accounts/people/{pk}/grants": _of("person", KEEPERS_OF_A | {"auditor", "officer_a"}),
    "POST /api/v1/accounts/people/{pk}/deactivate": _of("person", KEEPERS_OF_A, "POST", reason="x"),
    "POST /api/v1/accounts/grants": Row(KEEPERS_OF_A, "POST", one("organisation"), {"role": "officer"}),
    "POST /api/v1/accounts/grants/{pk}/revoke": _of("grant", KEEPERS_OF_A, "POST"),
    "GET /api/v1/accounts/invitations": Row(SIGNED_IN),
    "POST /api/v1/accounts/invitations": Row(
        KEEPERS_OF_A, "POST", one("organisation"), {"role": "officer", "email": "x@example.org"}
    ),
    "POST /api/v1/accounts/invitations/{pk}/revoke": _of("invitation", KEEPERS_OF_A, "POST"),
    "GET /api/v1/accounts/organisations/{pk}/tokens": _of("organisation", PROVINCE | CITY_A),
    "POST /api/v1/accounts/tokens/{pk}/revoke": _of("token", KEEPERS_OF_A, "POST"),
}  # fmt: skip

# Where the thing stands in what is sent, not in the address: operation -> field -> kind of thing.
IN_BODY: dict[str, dict[str, str]] = {
    "POST /api/v1/orgs/": {"parent": "organisation"},
    "POST /api/v1/orgs/{pk}/move": {"parent": "province"},
    "POST /api/v1/accounts/grants": {"organisation": "organisation", "user": "person"},
    "POST /api/v1/accounts/invitations": {"organisation": "organisation"},
}

# Pages of signing in and of the own account, kept by allauth: they hold nobody's things but the reader's own.
OF_ALLAUTH = ("account_", "mfa_", "socialaccount_", "openid_connect_", "/accounts/social/")
ALLAUTH_SIGNED_IN = (
    "account_email", "account_change_password", "account_set_password", "account_reauthenticate", "mfa_index", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "socialaccount_connections",
)  # fmt: skip
