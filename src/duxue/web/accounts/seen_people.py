"""That personal data of people were read: lists of people, their pages, and the invitations on their way."""

from __future__ import annotations

from collections.abc import Iterable

from duxue.web.accounts.models import User
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation


def people_seen(actor: Actor, people: Iterable[User]) -> None:
    """Log that a list of people was read, at the first organisation where the reader holds a role."""
    keys = sorted(user.pk for user in people if user.pk != actor.user_id)
    place = _place(actor)
    if keys and place is not None:
        audit.saw(actor, place, "people", people=keys)


def person_seen(actor: Actor, user: User) -> None:
    """Log that the page of another person was read."""
    if user.pk != actor.user_id:
        audit.saw(actor, user, "person")


def invitations_seen(actor: Actor, keys: Iterable[int], what: str = "invitations") -> None:
    """Log that names and addresses of invited people, or with `what` links their links, were read."""
    seen, place = sorted(keys), _place(actor)
    if seen and place is not None:
        audit.saw(actor, place, what, invitations=seen)


def _place(actor: Actor) -> Organisation | None:
    with everything("the organisation for which the reader acts"):
        return next((Organisation.objects.get(pk=held.organisation_id) for held in actor.held), None)
