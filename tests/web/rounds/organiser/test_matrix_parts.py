"""The matrix is shown in pages of units; what is counted is counted over all of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from duxue.web.common.scope import acting
from duxue.web.rounds.selectors import matrix as selector
from duxue.web.rounds.selectors.matrix import item_matrix, matrix_of, part_of
from tests.web.worlds import World


def test_pages_follow_each_other_and_hold_every_unit_once(world: World) -> None:
    with acting(world.actor("organiser")):
        whole = matrix_of(world.round)
    codes = [row.unit.code for row in whole.rows]
    first = part_of(whole, size=1)
    second = part_of(whole, first.later, size=1)
    assert [row.unit.code for part in (first, second) for row in part.matrix.rows] == codes
    assert (first.earlier, second.earlier, second.later) == ("", codes[0], "")
    assert part_of(whole, "zzz").matrix.rows == ()


@pytest.mark.parametrize("view", ["", "items"])
def test_the_page_says_how_many_there_are_and_leads_on(
    world: World, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    monkeypatch.setattr(part_of, "__defaults__", ("", 1))
    client = world.client("organiser", **{"accept-language": "en"})
    page = reverse("rounds:matrix", args=[world.round.slug])
    html = client.get(page, {"view": view}).content.decode()
    assert "2 units in all" in html
    later = world.unit["b"].code
    assert f"from={later}" in html
    follow = reverse("rounds:unit_follow", args=[world.round.slug, later])
    table = html.split('id="matrix"')[1].split("</table>")[0]
    assert follow not in table
    assert follow in client.get(page, {"view": view, "from": later}).content.decode()


def test_the_items_of_a_page_are_those_of_its_units(world: World) -> None:
    with acting(world.actor("organiser")):
        one = item_matrix(world.round, [world.unit["a"]])
    assert [(unit.code, len(cells)) for unit, cells in one.rows] == [(world.unit["a"].code, 4)]
    assert selector.PAGE == 200
