"""Every kind of record × every role held in one round only: nothing of another round is seen, and nothing may be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import models

from duxue.web.accounts.seen import _way
from duxue.web.common.actors import Actor
from duxue.web.common.policy import decide, policies
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation, OrganisationState
from duxue.web.rounds.models import Round
from tests.web.access.stage import Stage
from tests.web.worlds import PEOPLE

pytestmark = pytest.mark.django_db
# What is everybody's: the commitment of a draw, and the tree of organisations on the own branch, to look at.
TO_LOOK_AT = {"inspections.draw", Organisation._meta.label_lower, OrganisationState._meta.label_lower}
MODELS = sorted(policies(), key=lambda model: model._meta.label_lower)


def strangers(stage: Stage) -> Iterator[tuple[str, Actor]]:
    """Yield the same roles as the world's people hold, of a newcomer and in the round in preparation only."""
    with everything("test"):
        young = Round.objects.get(slug=stage["young_round", "own"]).pk
    for key in PEOPLE:
        actor = stage.world.actor(key)
        held = tuple(replace(one, round_id=young) for one in actor.held)
        yield key, replace(actor, user_id=999_999, held=held)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_a_role_of_one_round_gives_nothing_of_another(stage: Stage, model: type[models.Model]) -> None:
    policy, label, wrong = policies()[model], model._meta.label_lower, []
    with everything("test"):
        rows = [row for row in model._base_manager.all() if not _young(row)]
        for name, actor in strangers(stage):
            seen = set(policy.visible(actor, model._base_manager.all()).values_list("pk", flat=True))
            for row in rows:
                found = [
                    action
                    for action in {"view", *policy.actions}
                    if decide(actor, action, row) and not (action == "view" and label in TO_LOOK_AT)
                ]
                if found or (row.pk in seen and label not in TO_LOOK_AT):
                    wrong.append((name, row.pk, row.pk in seen, found))
    assert wrong == []


def _young(row: models.Model) -> bool:
    """Return whether a row belongs to the round in preparation."""
    found: Any = row
    for step in _way(type(row)) or ():
        found = getattr(found, step, None)
    return isinstance(found, Round) and found.state == "draft"
