"""The world with one of each thing on both sides: the own authority's and the foreign one's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from duxue.web.accounts.models import Grant
from duxue.web.accounts.services.invitations import invitation_create
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.scope import acting, everything
from tests.web.worlds import World

SIDES = {
    "own": ("city_a", "manager_a", "officer_a"),
    "foreign": ("foreign_city", "foreign_manager", "foreign_manager"),
}
KEEPERS = {"own": "organiser", "foreign": "foreign_organiser"}


@dataclass
class Stage:
    """Things by kind and side."""

    world: World
    things: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __getitem__(self, key: tuple[str, str]) -> Any:
        """Return the key of a thing: stage["grant", "own"]."""
        return self.things[key]


def make_stage(world: World) -> Stage:
    """Return the world with its things."""
    stage = Stage(world)
    for side, (place, _, person) in SIDES.items():
        keeper, organisation = world.actor(KEEPERS[side]), world.org[place]
        with acting(keeper):
            invited = invitation_create(
                actor=keeper, email=f"{side}@example.org", role="officer", organisation=organisation
            )
            made = token_create(actor=keeper, title=side, organisation=organisation, role="officer")
        with everything("test"):
            grant = Grant.objects.get(user=world.user[person])
        stage.things |= {
            ("organisation", side): organisation.pk,
            ("province", side): organisation.parent_id,
            ("person", side): world.user[person].pk,
            ("grant", side): grant.pk,
            ("invitation", side): invited.invitation.pk,
            ("secret", side): invited.secret,
            ("token", side): made.token.pk,
        }
    return stage
