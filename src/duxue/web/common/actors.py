"""Who acts: a person with the roles held, a token of an organisation, the public, or the site itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

ORGANISER, LEADER, MANAGER, OFFICER = "organiser", "leader", "manager", "officer"
REVIEWER, INSPECTOR, AUDITOR = "reviewer", "inspector", "auditor"
ROLES = (ORGANISER, LEADER, MANAGER, OFFICER, REVIEWER, INSPECTOR, AUDITOR)
OVERSEERS = (ORGANISER, LEADER, AUDITOR)  # see a whole authority
MEMBERS = (MANAGER, OFFICER)  # see their own unit


@dataclass(frozen=True, slots=True)
class Held:
    """One role held at an organisation, in one round or in all."""

    role: str
    organisation_id: int
    path: str  # place of the organisation in the tree, "/1/5/"
    round_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in a request, a job or a command.

    A role that is held in one round does not count where no round is named: for what belongs to the organisation itself.
    """

    user_id: int | None = None
    name: str = ""
    held: tuple[Held, ...] = ()
    token_id: int | None = None
    read_only: bool = False  # a token that may only read
    address: str = field(default="", compare=False)  # of the network, for the audit of personal data

    @property
    def public(self) -> bool:
        """Whether nobody is signed in."""
        return self.user_id is None and self.token_id is None

    @property
    def sight(self) -> str:
        """A name of who looks with which roles: what is kept of what one saw is asked for under it."""
        held = sorted((h.role, h.path, h.round_id or 0) for h in self.held)
        return hashlib.sha256(repr((self.user_id, self.token_id, held)).encode()).hexdigest()[:32]

    def roles_at(self, path: str, round_id: int | None = None) -> frozenset[str]:
        """Return the roles held at or above the organisation at `path`, in all rounds or in this one."""
        return frozenset(
            h.role for h in self.held if path.startswith(h.path) and h.round_id in (None, round_id)
        )

    def has(self, role: str, path: str, round_id: int | None = None) -> bool:
        """Return whether `role` is held at or above `path`."""
        return role in self.roles_at(path, round_id)

    def paths(self, *roles: str, round_id: int | None = None) -> tuple[str, ...]:
        """Return the places at which any of `roles` is held in all rounds or in this one."""
        return tuple(
            sorted({h.path for h in self.held if h.role in roles and h.round_id in (None, round_id)})
        )

    def places(self, *roles: str) -> tuple[str, ...]:
        """Return the places at which any of `roles`, or any role at all, is held, be it in one round only."""
        return tuple(sorted({h.path for h in self.held if not roles or h.role in roles}))

    def any(self, *roles: str) -> bool:
        """Return whether any of `roles` is held anywhere, be it in one round only."""
        return any(h.role in roles for h in self.held)


PUBLIC = Actor()
SITE = Actor(name="duxue")  # the site's own work: clocks, jobs, commands
