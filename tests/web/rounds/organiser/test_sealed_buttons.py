"""A round that is sealed offers nothing that would be refused."""

from __future__ import annotations

import pytest

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round
from tests.web.rounds.organiser.test_pages import at
from tests.web.worlds import World

REFUSED = ("提醒逾期", 'value="remind"', 'value="extend"', 'value="excuse"', 'name="unit"', "?step=")


def seal(world: World, state: str) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state=state, sealed_at=now())


@pytest.mark.parametrize("state", ["frozen", "published", "archived"])
def test_a_sealed_round_offers_no_step_with_its_units(world: World, state: str) -> None:
    client, unit = world.client("organiser"), at("unit_follow", world.unit["a"].code)
    open_ = client.get(unit).content.decode() + client.get(at("matrix")).content.decode()
    assert all(word in open_ for word in REFUSED)
    seal(world, state)
    for address in (unit, at("matrix"), at("matrix") + "?only=late"):
        page = client.get(address).content.decode()
        assert [word for word in REFUSED if word in page] == []
    told = client.get(unit, {"step": "excuse"}).content.decode()
    assert "当前状态不能办理" in told
    assert 'name="confirm"' not in told
