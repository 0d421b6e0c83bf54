"""A step with a unit that cannot be taken back is confirmed on a page that says what is still open."""

from __future__ import annotations

import pytest

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.reviews.models import Assignment
from duxue.web.rounds.models import Objection, RoundUnit
from tests.web.rounds.organiser.test_pages import at
from tests.web.rounds.organiser.test_unit_guards import judge, stand
from tests.web.worlds import World


def test_one_click_does_nothing_and_the_page_says_what_is_still_open(world: World) -> None:
    unit = stand(world, "in_review")
    judge(world, "A2", "B1", "B2")
    with everything("test"):
        Objection.objects.create(
            round=world.round,
            unit=unit,
            text="x",
            filed_by=world.user["manager_a"],
            filed_at=now(),
            due=now(),
        )
    client, address = world.client("organiser"), at("unit_follow", unit.code)
    assert 'href="?step=finish_review"' in client.get(address).content.decode()
    page = client.get(address, {"step": "finish_review"}).content.decode()
    assert "样本市A：完成评审" in page
    assert "1件异议未办结" in page
    assert "不能再回到评审" in page
    answer = client.post(address, {"transition": "finish_review"})
    assert answer.status_code == 422
    assert "请输入“样本市A”以确认" in answer.content.decode()
    unit.refresh_from_db()
    assert unit.state == "in_review"
    assert client.post(address, {"transition": "finish_review", "confirm": "样本市A"}).status_code == 302
    unit.refresh_from_db()
    assert unit.state == "reviewed"


def test_the_page_says_that_nobody_judges_the_unit(world: World) -> None:
    unit = stand(world, "in_review")
    with everything("test"):
        Assignment.objects.filter(unit=unit).delete()
    page = world.client("organiser").get(at("unit_follow", unit.code), {"step": "finish_review"})
    assert "没有专家评审该单位" in page.content.decode()


def test_a_unit_is_told_with_its_name_and_the_office_knows_that_nothing_is_scored(world: World) -> None:
    unit = stand(world, "verified")
    client, address = world.client("organiser", **{"Accept-Language": "en"}), at("unit_follow", unit.code)
    page = client.get(address, {"step": "notify"}).content.decode()
    assert "it is not scored yet: the unit sees no points" in page
    assert "this cannot be taken back" in page
    assert client.post(address, {"transition": "notify", "confirm": "Sample City B"}).status_code == 422
    assert client.post(address, {"transition": "notify", "confirm": "Sample City A"}).status_code == 302
    unit.refresh_from_db()
    assert unit.state == "notified"


@pytest.mark.parametrize(("step", "state"), [("finish_review", "in_review"), ("verify", "reviewed")])
def test_a_step_that_is_refused_says_why_on_both_pages(world: World, step: str, state: str) -> None:
    unit = stand(world, state)
    client, address = world.client("organiser"), at("unit_follow", unit.code)
    why = {"finish_review": "3项尚未给分：A2、B1、B2", "verify": "没有到过现场"}[step]
    page = client.get(address).content.decode()
    assert why in page
    assert f"?step={step}" not in page
    assert why in client.get(address, {"step": step}).content.decode()
    answer = client.post(address, {"transition": step, "confirm": "样本市A"})
    assert answer.status_code == 422
    with everything("test"):
        assert RoundUnit.objects.get(pk=unit.pk).state == state


def test_who_follows_a_unit_does_not_step_it_and_no_other_step_is_there(world: World) -> None:
    unit = stand(world, "in_review")
    address = at("unit_follow", unit.code)
    assert world.client("leader").get(address, {"step": "finish_review"}).status_code == 403
    assert world.client("organiser").get(address, {"step": "accept"}).status_code == 404
    assert world.client("organiser").post(address, {"transition": "none"}).status_code == 404
