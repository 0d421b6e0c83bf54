"""Every kind of record × every role: what a policy lists as seen is what it lets be viewed, row by row, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from duxue.web.common import audit
from duxue.web.common.actors import PUBLIC, SITE, Actor, Held
from duxue.web.common.clock import now
from duxue.web.common.policy import decide, policies
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Draw
from duxue.web.reading.models import Remark
from duxue.web.rectification.models import Entry, Problem
from duxue.web.reporting.models import Boundary, ItemScore, Scoring, UnitScore
from duxue.web.rounds.models import Answer, AnswerVersion, Notice, RoundUnit
from tests.web.access.stage import SIDES, Stage, make_stage, standing
from tests.web.worlds import PEOPLE, make_world

pytestmark = pytest.mark.django_db
MODELS = sorted(policies(), key=lambda model: model._meta.label_lower)


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The world with its things on both sides and a row of each further kind, made once."""
    with standing(django_db_blocker, tmp_path_factory.mktemp("home")):
        made = make_stage(make_world())
        with everything("test"):
            for side in SIDES:
                _more(made, side)
        yield made


def _more(stage: Stage, side: str) -> None:
    """Put what the stage has no need of: scores, remarks, versions, lines of a ledger, notices, a map, a draw in secret."""
    world, moment = stage.world, now()
    unit, user = RoundUnit.objects.get(pk=stage["unit", side]), world.user[SIDES[side][1]]
    made, answer = unit.round, Answer.objects.get(pk=stage["answer", side])
    scoring = Scoring.objects.get(round=made)
    UnitScore.objects.create(scoring=scoring, unit=unit, points=Decimal(1))
    ItemScore.objects.create(scoring=scoring, unit=unit, item=answer.item)
    Remark.objects.create(round=made, unit=unit, key="a", choice="mend", decided_at=moment)
    for number, handed_in in ((1, False), (2, True)):
        AnswerVersion.objects.create(
            round=made, answer=answer, number=number, source="saved", handed_in=handed_in, began_at=moment, at=moment
        )  # fmt: skip
    for problem in Problem.objects.filter(round=made):
        Entry.objects.create(problem=problem, kind="progress", written_at=moment)
    Notice.objects.create(user=user, round=made, event=1, title_zh="x", title_en="x", url="/", at=moment)
    Boundary.objects.create(
        authority=made.authority, key="code", approval="x", geojson={}, uploaded_at=moment
    )
    Draw.objects.create(round=made, title_zh="备", title_en="In secret", plan={}, commitment="")
    for key in set(SIDES[side]) & set(PEOPLE):
        actor = world.actor(key)
        audit.record(actor, "duxue.account.signed_in", world.user[key], path=world.org[PEOPLE[key][1]].path)
    audit.record(PUBLIC, "duxue.account.refused", world.user[SIDES[side][1]], path="/")


def actors(stage: Stage) -> Iterator[tuple[str, Actor]]:
    """Yield everybody of the world, each also in this round only, and each as a token of the same role."""
    yield from {"public": PUBLIC, "site": SITE}.items()
    for key in PEOPLE:
        actor = stage.world.actor(key)
        yield key, actor
        held = tuple(replace(one, round_id=stage["round", "own"]) for one in actor.held)
        yield f"{key} in one round", replace(actor, held=held)
        yield f"token of {key}", Actor(None, key, actor.held, token_id=stage["token", "own"])
    school = stage.world.org["school"]
    yield "officer of a school", Actor(None, "x", (Held("officer", school.pk, school.path),), token_id=1)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_what_is_seen_may_be_viewed_and_nothing_else(stage: Stage, model: type[models.Model]) -> None:
    policy, wrong = policies()[model], []
    with everything("test"):
        rows = list(model._base_manager.all())
        for name, actor in actors(stage):
            seen = set(policy.visible(actor, model._base_manager.all()).values_list("pk", flat=True))
            for row in rows:
                decision = decide(actor, "view", row)
                if decision.allowed != (row.pk in seen):
                    wrong.append((name, row.pk, row.pk in seen, decision.why.say("en")))
    assert rows, "a kind without a row proves nothing"
    assert wrong == []
