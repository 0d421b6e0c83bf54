"""What a round is set to is read in one way: what is not set holds as everywhere, what is hidden is hidden everywhere."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.conf import settings as site
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.reporting.selectors import grades_shown
from duxue.web.reviews.models import Assignment
from duxue.web.rounds.models import Item, Round, RoundUnit, Submission
from duxue.web.rounds.rules import pack_by, rules_of
from duxue.web.rounds.services.submitting import check_of, content_of, digest_of
from duxue.web.rounds.settings import PROPOSED, Settings
from duxue.web.rounds.weights import full_shown
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


@pytest.fixture
def hidden(world: World) -> World:
    """A round that does not show units what its items are worth; city A has handed in."""
    with everything("test"):
        kept = {**world.round.settings, "show_weights": False}
        Round.objects.filter(pk=world.round.pk).update(settings=kept)
    world.round.refresh_from_db()
    world.submit("a")
    return world


ALL = {"officer_a", "manager_a", "reviewer1", "inspector1", "organiser", "leader", "auditor"}
SCALE = {"reviewer1", "inspector1", "organiser", "leader", "auditor"}
OVER = {"organiser", "leader", "auditor"}


def seen_by(world: World, **what: Any) -> set[str]:
    return {key for key in ALL if full_shown(world.actor(key), Round.objects.get(pk=world.round.pk), **what)}


def test_one_decision_says_who_sees_what_items_are_worth(hidden: World) -> None:
    unit, item = hidden.unit["a"], hidden.items
    with everything("test"):
        computed, branch = item["A1"], item["A1"].parent
        assert (item["B1"].kind, computed.kind, branch.kind) == ("judged", "computed", "branch")
        assert seen_by(hidden, item=item["B1"], unit=unit) == SCALE
        assert seen_by(hidden, item=computed, unit=unit) == SCALE - {"reviewer1"}  # data decide it
        assert seen_by(hidden, item=branch, unit=unit) == OVER
        assert seen_by(hidden, unit=unit) == OVER
        assert not full_shown(None, hidden.round, item=item["B1"])
        assert not full_shown(hidden.actor("foreign_organiser"), hidden.round, item=item["B1"])
        unit.notified_at = now()
        assert seen_by(hidden, item=computed, unit=unit) == ALL  # it was told its result
        assert seen_by(hidden, item=computed, unit=hidden.unit["b"]) == SCALE - {"reviewer1"}
        Round.objects.filter(pk=hidden.round.pk).update(published_at=now())
        assert seen_by(hidden, item=branch) == ALL


def test_pages_of_a_unit_show_no_full_points_before_its_result(hidden: World) -> None:
    answer, unit = hidden.answer("a", "B1"), hidden.unit["a"]
    with everything("test"):
        content = content_of(check_of(unit))
        submission = Submission.objects.create(
            round=hidden.round, unit=unit, number=1, content=content, digest=digest_of(content),
            submitted_by=hidden.user["manager_a"], submitted_at=now(),
        )  # fmt: skip
        Item.objects.filter(pk=answer.item_id).update(points="5.375", rule={"type": "judged"})
    pages = [
        reverse("rounds:answer", args=[answer.pk]), reverse("rounds:unit", args=[unit.pk]),
        reverse("rounds:receipt", args=[submission.pk]), reverse("rounds:submit", args=[unit.pk]),
    ]  # fmt: skip
    assert submission.content["full"] is None
    assert {row["full"] for row in submission.content["items"]} == {None}
    manager, organiser = hidden.client("manager_a"), hidden.client("organiser")
    for page in pages:
        assert "5.375" not in manager.get(page).content.decode()
    assert "5.375" in organiser.get(pages[0]).content.decode()
    assert "5.375" in organiser.get(pages[1]).content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(manager.get(f"/rounds/units/{unit.pk}/sheet.xlsx").getvalue()))
    assert "5.375" not in {str(c.value) for row in sheet.active.iter_rows() for c in row}
    told = f"/api/v1/rounds/answers/{answer.pk}"
    assert manager.get(told).json()["points"] is None
    assert organiser.get(told).json()["points"] == "5.375"
    items = f"/api/v1/rounds/{hidden.round.slug}/items"
    assert {(row["points"], str(row["rule"])) for row in manager.get(items).json()} == {("", "{}")}
    with everything("test"):
        RoundUnit.objects.filter(pk=unit.pk).update(notified_at=now())
    assert "5.375" in manager.get(pages[0]).content.decode()
    assert "5.375" in {row["points"] for row in manager.get(items).json()}


def test_a_self_score_beyond_the_scale_does_not_tell_it(world: World) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(settings={"show_weights": False})
    answer, client = world.answer("a", "B1"), world.client("manager_a")
    page = client.get(reverse("rounds:answer", args=[answer.pk])).content.decode()
    assert 'max="' not in page
    sent = {"version": answer.version, "self_score": "99", "narrative": "x"}
    refused = client.post(reverse("rounds:answer", args=[answer.pk]), sent)
    assert refused.status_code == 422
    assert "不超过满分" in refused.content.decode()
    assert "0到5分" not in refused.content.decode()


def test_reviewers_see_the_scale_of_what_they_judge_only(hidden: World) -> None:
    with everything("test"):
        Item.objects.filter(pk=hidden.items["B1"].pk).update(points="5.375")
        Item.objects.filter(pk=hidden.items["A1"].pk).update(points="7.125")
        given = Assignment.objects.get(unit=hidden.unit["a"], reviewer=hidden.user["reviewer1"])
    client = hidden.client("reviewer1")
    for page in (
        reverse("reviews:task", args=[given.pk]), reverse("reviews:score", args=[given.pk, hidden.answer("a", "B1").pk]),
        reverse("rounds:answer", args=[hidden.answer("a", "B1").pk]),
    ):  # fmt: skip
        assert "5.375" in client.get(page).content.decode()
    computed = client.get(reverse("rounds:answer", args=[hidden.answer("a", "A1").pk]))
    assert computed.status_code == 200
    assert "7.125" not in computed.content.decode()
    bench = client.get(reverse("rounds:unit", args=[hidden.unit["a"].pk])).content.decode()
    sums = re.findall(r'<tr class="branch">.*?</tr>', bench, re.DOTALL)
    assert [" / " in line for line in sums] == [False, False]
    items = {
        row["code"]: row["points"] for row in client.get(f"/api/v1/rounds/{hidden.round.slug}/items").json()
    }
    assert (items["B1"], items["A1"], items[hidden.items["A1"].parent.code]) == ("5.375", "", "")


def test_rules_kept_below_the_sites_folder_are_found(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(site, "HOME", tmp_path)
    (tmp_path / "rules" / "own").mkdir(parents=True)
    assert rules_of(Round(pack="rules/own")) == str(tmp_path / "rules" / "own")
    shipped = Round(pack="cn-duty-province-demo@1.0.0", created_at=now())
    assert rules_of(shipped) == "cn-duty-province-demo@1.0.0"
    assert pack_by(rules_of(shipped)).scoring is not None
