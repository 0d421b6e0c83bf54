"""Who is told what moved: those whom the procedure names, once, on the site and by mail that they can turn off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from duxue.web.accounts import mail as accounts_mail
from duxue.web.accounts.models import User
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import standings
from duxue.web.inspections.services.visiting import visit_notify
from duxue.web.reviews.services.returning import answer_return
from duxue.web.rounds.models import Notice
from duxue.web.rounds.services import noticing, windows
from duxue.web.rounds.services.units import unit_move
from tests.web.inspections.field import ready
from tests.web.rounds.unit.helpers import fill_all, submit
from tests.web.worlds import World

PAGE = "rounds:notices"


def told(world: World, text: str) -> set[str]:
    with everything("test"):
        return set(Notice.objects.filter(title_en__contains=text).values_list("user__username", flat=True))


def test_a_submission_is_told_to_the_organisers_alone_and_once(world: World) -> None:
    fill_all(world)
    submit(world)
    first = noticing.notices_tell()
    assert told(world, "Submit") == {"organiser", "organiser2"}
    assert first["told"] > 0
    assert noticing.notices_tell()["told"] == 0
    with everything("test"):
        notice = Notice.objects.filter(user=world.user["organiser2"]).first()
    assert notice is not None
    assert notice.url == reverse("rounds:unit_follow", args=[world.round.slug, world.unit["a"].code])
    assert world.client("organiser2").get(notice.url).status_code == 200


def test_an_excuse_is_told_to_its_unit_and_a_window_to_all(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        unit_move(actor=actor, unit=world.unit["a"], transition="excuse", reason="撤并")
        later = now() + timedelta(days=60)
        windows.window_extend(
            actor=actor, round=world.round, step="self_evaluation", closes=later, reason="洪灾"
        )
    noticing.notices_tell()
    assert told(world, "Excuse") == {"manager_a", "auditor"}
    everybody = told(world, "Change a window")
    assert {"manager_a", "officer_a", "manager_b", "officer_b", "reviewer1", "reviewer2"} <= everybody
    assert not {"foreign_manager", "leader", "organiser"} & everybody
    with everything("test"):
        for notice in Notice.objects.filter(user__username__in=("manager_a", "reviewer1")).select_related(
            "user"
        ):
            assert world.client(notice.user.username).get(notice.url).status_code == 200


def test_what_concerns_one_unit_is_told_to_no_other(world: World, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    visit = ready(world)  # in city A
    reviewer, organiser = world.actor("reviewer1"), world.actor("organiser")
    with acting(reviewer):
        answer_return(actor=reviewer, answer=world.answer("a", "B1"), text="何时开的会？")
    with acting(organiser):
        visit_notify(actor=organiser, visit=visit)
    noticing.notices_tell()
    others = {"manager_b", "officer_b", "reviewer2"}
    for what in ("Notify in writing", "Return with a question"):
        assert "manager_a" in told(world, what)
        assert not others & told(world, what)
    with everything("test"):
        for notice in Notice.objects.filter(user=world.user["manager_a"]):
            assert notice.title_en.startswith(world.unit["a"].name_en)
            assert world.client("manager_a").get(notice.url).status_code == 200


def test_the_first_page_counts_what_is_new_until_it_was_seen(world: World) -> None:
    fill_all(world)
    submit(world)
    noticing.notices_tell()
    actor, client = world.actor("organiser"), world.client("organiser")
    with acting(actor):
        assert [s.state for s in standings(actor) if s.url == reverse(PAGE)] == [""]  # news have no state
    assert str(world.unit["a"].name) in client.get(reverse(PAGE)).content.decode()
    with acting(actor):
        assert not [s.url for s in standings(actor) if s.url == reverse(PAGE)]
    assert str(world.unit["a"].name) not in world.client("manager_b").get(reverse(PAGE)).content.decode()


def test_mail_holds_name_and_link_is_tried_again_and_can_be_turned_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.client("organiser2").post(reverse(PAGE), {"mail": "off"})
    fill_all(world)
    submit(world)

    def fails(*_: Any, **__: Any) -> int:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(accounts_mail, "send_mail", fails)
        assert noticing.notices_tell()["failed"] == 1
    assert noticing.notices_tell() == {"told": 0, "mailed": 1, "failed": 0}
    assert noticing.notices_tell()["mailed"] == 0
    (letter,) = mail.outbox
    assert letter.to == ["organiser@example.org"]
    assert "/follow/" in letter.body
    with everything("test"):
        people = [name for name in User.objects.values_list("name", flat=True) if name]
    assert not [name for name in people if name in letter.body]
    world.client("organiser2").post(reverse(PAGE), {"mail": "on"})
    assert noticing.notices_tell()["mailed"] == 1
