"""What a round is set to is read in one way: what is not set holds as everywhere, what is hidden is hidden everywhere."""

from __future__ import annotations

import pytest
from django.conf import settings as site
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.reporting.selectors import grades_shown
from duxue.web.rounds.models import Round
from duxue.web.rounds.rules import pack_by, rules_of
from duxue.web.rounds.settings import PROPOSED, Settings
from tests.web.worlds import World


def test_what_is_not_set_has_a_default_and_what_is_chosen_comes_back() -> None:
    empty = Settings.of({})
    assert (empty.evidence_cap, empty.publish_grades, empty.second_review_share) == (10, True, None)
    assert Settings.of(PROPOSED.as_json()) == PROPOSED
    odd = Settings.of({"evidence_cap": "3", "score_step": 0.5, "somebody_elses": 1, "licence": None})
    assert (odd.evidence_cap, str(odd.step), odd.licence) == (3, "0.5", "CC-BY-4.0")


@pytest.mark.parametrize(("kept", "shown"), [({}, True), ({"publish_grades": False}, False), ({"publish_grades": True}, True)])  # fmt: skip
def test_grades_are_shown_by_one_rule(kept: dict[str, bool], shown: bool) -> None:
    made = Round(settings=kept)
    assert (made.chosen.publish_grades, grades_shown(made, insider=False)) == (shown, shown)


@pytest.mark.parametrize(("lang", "full"), [("zh-hans", "满分 5 分"), ("en", "5 points")])
def test_points_are_hidden_from_units_where_the_round_says_so(world: World, lang: str, full: str) -> None:
    client = world.client("manager_a", **{"accept-language": lang})
    answer = world.answer("a", "B1")
    pages = [reverse("rounds:answer", args=[answer.pk]), reverse("rounds:unit", args=[world.unit["a"].pk])]
    assert full in client.get(pages[0]).content.decode()
    items = f"/api/v1/rounds/{world.round.slug}/items"
    assert "5" in {row["points"] for row in client.get(items).json()}
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(settings={"show_weights": False})
    assert full not in client.get(pages[0]).content.decode()
    assert " / 5" not in client.get(pages[1]).content.decode()
    assert {row["points"] for row in client.get(items).json()} == {""}
    assert "5" in {row["points"] for row in world.client("organiser").get(items).json()}


def test_rules_kept_below_the_sites_folder_are_found(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(site, "HOME", tmp_path)
    (tmp_path / "rules" / "own").mkdir(parents=True)
    assert rules_of(Round(pack="rules/own")) == str(tmp_path / "rules" / "own")
    shipped = Round(pack="cn-duty-province-demo@1.0.0", created_at=now())
    assert rules_of(shipped) == "cn-duty-province-demo@1.0.0"
    assert pack_by(rules_of(shipped)).scoring is not None
