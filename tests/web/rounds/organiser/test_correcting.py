"""A round that was made is corrected: titles and settings until it is sealed, units and the whole while it is a draft."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.rounds.models import Answer, Round, RoundUnit
from duxue.web.rounds.services.correcting import round_drop, round_edit, round_units
from duxue.web.rounds.settings import Settings
from tests.web.worlds import World

NEW = {
    "title_zh": "更正后的名称", "title_en": "A corrected title", "evidence_cap": "7", "second_review_share": "40",
    "publish_grades": "on",
}  # fmt: skip


def draft(world: World) -> Round:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="draft")
        return Round.objects.select_related("authority").get(pk=world.round.pk)


def event(action: str) -> dict[str, object]:
    with everything("test"):
        found: dict[str, object] = json.loads(AuditEvent.objects.get(action=action).data)
    return found


@pytest.mark.parametrize(("lang", "heading"), [("zh-hans", "更正轮次"), ("en", "Correct the round")])
def test_titles_and_settings_of_an_open_round_are_corrected(world: World, lang: str, heading: str) -> None:
    page = reverse("rounds:edit", args=[world.round.slug])
    client = world.client("organiser", **{"accept-language": lang})
    html = client.get(page).content.decode()
    assert heading in html
    assert world.round.title_zh in html
    assert 'name="units"' not in html  # the round is open
    assert client.post(page, NEW | {"title_en": " "}).status_code == 422
    assert client.post(page, NEW).status_code == 302
    with everything("test"):
        changed = Round.objects.get(pk=world.round.pk)
    assert (changed.title_zh, changed.chosen.evidence_cap) == ("更正后的名称", 7)
    assert (changed.chosen.second_review_share, changed.chosen.show_weights) == (0.4, False)
    assert event("duxue.round.edit")["evidence_cap"] == [3, 7]
    assert world.client("leader").get(page).status_code == 403


def test_a_sealed_round_is_not_corrected(world: World) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
        sealed = Round.objects.select_related("authority").get(pk=world.round.pk)
    with acting(actor := world.actor("organiser")), pytest.raises(Denied):
        round_edit(actor=actor, round=sealed, title_zh="改", title_en="x", settings=Settings())


def test_units_of_a_draft_are_added_with_their_answers_and_removed(world: World) -> None:
    made = draft(world)
    a, b = world.org["city_a"], world.org["city_b"]
    with acting(actor := world.actor("organiser")):
        assert round_units(actor=actor, round=made, units=[a]) == (0, 1)
        with pytest.raises(Refused) as refused:
            round_units(actor=actor, round=made, units=[a, world.org["foreign_city"]])
        assert refused.value.problems[0].found == "980100"
        assert round_units(actor=actor, round=made, units=[a, b]) == (1, 0)
        assert round_units(actor=actor, round=made, units=[a, b]) == (0, 0)
    with everything("test"):
        back = RoundUnit.objects.get(round=made, organisation=b)
        assert Answer.objects.filter(unit=back).count() == 4
        assert AuditEvent.objects.filter(action="duxue.round.units").count() == 2


def test_a_draft_is_dropped_by_naming_it_and_an_open_round_never(world: World) -> None:
    page = reverse("rounds:drop", args=[world.round.slug])
    client = world.client("organiser")
    assert client.post(page, {"confirm": world.round.title_zh}).status_code == 422  # it is open
    made = draft(world)
    assert client.post(page, {"confirm": "another"}).status_code == 422
    with acting(actor := world.actor("leader")), pytest.raises(Denied):
        round_drop(actor=actor, round=made, confirm=made.title_zh)
    assert client.post(page, {"confirm": made.title_en}).status_code == 302
    with everything("test"):
        assert not Round.objects.filter(pk=made.pk).exists()
        assert not RoundUnit.objects.filter(round_id=made.pk).exists()
    assert event("duxue.round.drop")["slug"] == "sample-2024"
