"""Who gets mail, and that what fails is sent later: once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from duxue.web.accounts import mail
from duxue.web.accounts.models import Grant, Mail, User
from duxue.web.common.clock import now, today
from duxue.web.common.lang import say
from duxue.web.common.scope import everything
from duxue.web.rounds.models import MailOff, Round
from duxue.web.rounds.services.units import units_remind, without_manager
from tests.web.worlds import World

ROLES = ("manager", "officer")


def reached(world: World, round_id: int | None = None) -> list[int]:
    place = world.org["city_a"].pk
    return mail.people_of([place], ROLES, round_id).get(place, [])


def grants(world: World, who: str) -> Any:
    return Grant.objects.filter(user=world.user[who])


def test_mail_reaches_those_who_hold_a_role_today_and_want_it(world: World) -> None:
    manager, officer = world.user["manager_a"].pk, world.user["officer_a"].pk
    assert reached(world) == sorted([manager, officer])
    with everything("test"):
        grants(world, "officer_a").update(until=today())
        assert reached(world) == [manager]
        grants(world, "officer_a").update(until=today() + timedelta(days=1))
        assert officer in reached(world)
        grants(world, "officer_a").update(revoked_at=now())
        assert reached(world) == [manager]
        MailOff.objects.create(user_id=manager, at=now())
        assert reached(world) == []
        MailOff.objects.all().delete()
        User.objects.filter(pk=manager).update(is_active=False)
        assert reached(world) == []


def test_a_role_for_another_round_does_not_count(world: World) -> None:
    with everything("test"):
        other = Round.objects.create(
            authority=world.org["province"], slug="other", title_zh="另一轮", title_en="Other", evaluated_year=2023,
            round_year=2024, pack=world.round.pack, created_at=now(),
        )  # fmt: skip
        Grant.objects.filter(organisation=world.org["city_a"]).update(round=other)
    assert reached(world, world.round.pk) == []
    assert len(reached(world, other.pk)) == 2
    assert [u.code for u in without_manager(world.round)] == [world.unit["a"].code]


@pytest.mark.parametrize("how", ["until", "inactive"])
def test_a_unit_whose_manager_left_is_without_one(world: World, how: str) -> None:
    assert without_manager(world.round) == []
    with everything("test"):
        if how == "until":
            grants(world, "manager_b").update(until=today())
        else:
            User.objects.filter(pk=world.user["manager_b"].pk).update(is_active=False)
    assert [u.code for u in without_manager(world.round)] == [world.unit["b"].code]
    assert units_remind(actor=world.actor("organiser"), round=world.round, units=[world.unit["b"]]) == 1
    with everything("test"):
        assert Mail.objects.count() == 0  # reminded, and nobody to write to


def test_a_mail_that_fails_is_sent_later_and_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    subject, text = say("请提交", "please submit"), say("截止明天。", "Due tomorrow.")
    assert mail.mail_write(users=[world.user["manager_a"].pk], subject=subject, text=text) == 1

    def fails(*_: Any, **__: Any) -> int:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(mail, "send_mail", fails)
        assert mail.mails_send() == {"mailed": 0, "failed": 1}
    assert mail.mails_send() == {"mailed": 1, "failed": 0}
    assert mail.mails_send() == {"mailed": 0, "failed": 0}
    (letter,) = outbox.outbox
    assert letter.subject == "请提交 / please submit"
    assert "截止明天。" in letter.body
    assert "Due tomorrow." in letter.body


def test_whoever_turns_mail_off_before_it_is_sent_gets_none(world: World) -> None:
    mail.mail_write(users=[world.user["manager_a"].pk], subject=say("甲", "a"), text=say("乙", "b"))
    MailOff.objects.create(user=world.user["manager_a"], at=now())
    assert mail.mails_send()["mailed"] == 0
    assert mail.mails_send(at=now() + timedelta(days=3))["mailed"] == 0
