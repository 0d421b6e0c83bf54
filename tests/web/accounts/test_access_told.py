"""What somebody may do is told of the round under way, and says of which; only without one of a frozen round."""

from __future__ import annotations

from typing import Any

import pytest

from duxue.web.accounts.seen import Seeing, seen
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Item, Round, RoundUnit
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def told(actor: Actor) -> dict[str, Seeing]:
    return {kind.label: kind for kind in seen(actor, actor)}


def allowed(kind: Seeing) -> dict[str, bool]:
    return {one.action: one.decision.allowed for one in kind.doings}


def freeze(world: World) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="frozen", sealed_at=now())


def another(world: World, slug: str, year: int) -> Round:
    """Return a round under way with an answer of unit A."""
    city: Any = world.org["city_a"]
    with everything("test"):
        made = Round.objects.create(
            authority=world.org["province"], slug=slug, title_zh=f"{year}年度评价", title_en=f"Evaluation of {year}",
            evaluated_year=year, round_year=year + 1, pack=world.round.pack, state="open", synthetic=True, created_at=now(),
        )  # fmt: skip
        unit = RoundUnit.objects.create(
            round=made, organisation=city, code=city.code, name_zh=city.name_zh, name_en=city.name_en, path=city.path,
            state="drafting", state_since=now(),
        )  # fmt: skip
        item = Item.objects.create(
            round=made, code="A", order=1, title_zh="条", title_en="Item", points=5, kind="judged"
        )
        Answer.objects.create(round=made, unit=unit, item=item)
    return made


def test_the_sample_is_of_the_newest_round_under_way(world: World) -> None:
    newest = another(world, "sample-2026", 2026)
    another(world, "sample-2025", 2025)
    freeze(world)
    kinds = told(world.actor("manager_a"))
    for label in ("rounds.answer", "rounds.roundunit", "rounds.item"):
        assert kinds[label].round == newest, label
    assert allowed(kinds["rounds.answer"])["fill"]
    assert kinds["rounds.round"].sample == newest.title_zh
    assert kinds["rounds.round"].round is None  # it is itself the sample


def test_without_a_round_under_way_the_sample_is_frozen_and_says_so(world: World) -> None:
    freeze(world)
    answer = told(world.actor("manager_a"))["rounds.answer"]
    assert (answer.round, allowed(answer)["fill"]) == (world.round, False)
    page = world.client("manager_a").get("/me/access/").content.decode()
    assert f"{world.round.title_zh}（已冻结）" in page


def test_page_and_api_name_the_round(world: World) -> None:
    client = world.client("manager_a")
    page = client.get("/me/access/").content.decode()
    assert f"</a> · {world.round.title_zh}</p>" in page
    kinds = {kind["kind"]: kind for kind in client.get("/api/v1/accounts/me/access").json()["kinds"]}
    assert kinds["rounds.answer"]["round"] == world.round.slug
    assert kinds["orgs.organisation"]["round"] == ""


def test_a_token_that_only_reads_is_told_that_it_changes_nothing(world: World) -> None:
    held = world.actor("manager_a").held
    unit = told(Actor(None, "t", held, token_id=1, read_only=True))["rounds.roundunit"]
    assert [action for action, may in allowed(unit).items() if may] == ["view"]


@pytest.mark.parametrize("key", ["leader", "officer_a1", "reviewer1", "inspector1"])
def test_everybody_may_view_the_own_role_and_what_they_did_themselves(world: World, key: str) -> None:
    actor = world.actor(key)
    audit.record(actor, "duxue.account.signed_in", world.user[key], path=world.org["province"].path)
    kinds = told(actor)
    for label in ("accounts.grant", "common.auditevent"):
        assert (kinds[label].count, allowed(kinds[label])["view"]) == (1, True), label
