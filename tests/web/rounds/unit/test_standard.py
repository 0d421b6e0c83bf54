"""The standard of a round is one list from the pages of the office and of units: items, points, rules; weights as they are shown."""

from __future__ import annotations

import pytest
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Item, Round, RoundUnit
from duxue.web.rounds.rules import pack_by
from duxue.web.rounds.selectors.standard import Standard, standard_of
from duxue.web.rounds.services.making import round_create
from tests.web.worlds import World


def seen(world: World, who: str) -> Standard:
    actor = world.actor(who)
    with everything("test"):
        return standard_of(Round.objects.get(pk=world.round.pk), actor)


def test_the_office_and_units_find_the_list_and_each_item_in_it(world: World) -> None:
    address = reverse("rounds:standard", args=[world.round.slug])
    for who, door in {
        "organiser": reverse("rounds:show", args=[world.round.slug]),
        "manager_a": reverse("rounds:unit", args=[world.unit["a"].pk]),
    }.items():
        client = world.client(who, **{"accept-language": "en"})
        assert f'href="{address}"' in client.get(door).content.decode(), who
        html = client.get(address).content.decode()
        for item in world.items.values():
            assert reverse("rounds:item", args=[world.round.slug, item.code]) in html
            assert item.title_en in html
        assert "data-print" in html
        assert "In all" in html


def test_each_item_says_its_points_and_its_rule(world: World) -> None:
    made = round_create(
        actor=world.actor("organiser"), authority=world.org["province"], pack="cn-duty-province-demo@1.0.0",
        evaluated_year=2025, round_year=2026, title_zh="样本", title_en="Sample", slug="sample-2025",
    )  # fmt: skip
    pack = pack_by(made.pack)
    assert pack.scoring is not None
    with everything("test"):
        found = standard_of(made, world.actor("organiser"))
        assert [line.item.code for line in found.lines] == [
            i.code for i in Item.objects.filter(round=made).order_by("order")
        ]
    assert found.whole == 100
    assert not found.hidden
    leaves = [line for line in found.lines if line.item.kind != "branch"]
    assert sum(line.full or 0 for line in leaves) == 100
    assert all(line.rule is not None for line in leaves)
    page = world.client("organiser").get(reverse("rounds:standard", args=[made.slug])).content.decode()
    assert str(next(line for line in leaves if line.item.kind == "computed").rule.text.zh) in page  # type: ignore[union-attr]


@pytest.mark.parametrize("told", [False, True])
def test_hidden_weights_stay_hidden_until_the_unit_is_told(world: World, told: bool) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(settings={"show_weights": False})
        if told:
            RoundUnit.objects.filter(pk=world.unit["a"].pk).update(notified_at=now())
    unit, office, other = seen(world, "manager_a"), seen(world, "organiser"), seen(world, "manager_b")
    assert (office.hidden, office.whole is None) == (False, False)
    assert (unit.hidden, unit.whole is None) == (not told, not told)
    assert {line.full for line in other.lines} == {None}
    assert {line.rule for line in other.lines} == {None}
    html = world.client("manager_a").get(reverse("rounds:standard", args=[world.round.slug])).content.decode()
    assert ("未列出的分值" in html) is not told
