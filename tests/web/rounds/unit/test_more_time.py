"""A unit that is late is told so, asks for more time, and hears what the organiser decided."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import Todo, todos
from duxue.web.rectification.models import Problem
from duxue.web.rounds.models import MoreTime, Notice, Practice, Question, Window
from duxue.web.rounds.procedures import windows_of
from duxue.web.rounds.services.more_time import more_time_ask, more_time_decline, more_time_grant
from duxue.web.rounds.services.noticing import notices_tell
from duxue.web.rounds.services.windows import window_extend
from tests.web.rounds.unit.helpers import codes, fill_all
from tests.web.worlds import World

WHY = "教师信息系统停机三天"


def shut(world: World) -> datetime:
    """Let the self-evaluation have ended two hours ago, and return when."""
    closed = now() - timedelta(hours=2)
    with everything("test"):
        Window.objects.filter(round=world.round, step="self_evaluation").update(closes=closed)
    return closed


def ask(world: World, days: int = 3, who: str = "manager_a", reason: str = WHY) -> MoreTime:
    actor = world.actor(who)
    with acting(actor):
        return more_time_ask(
            actor=actor, unit=world.unit["a"], until=now() + timedelta(days=days), reason=reason
        )


def tasks(world: World, who: str, word: str) -> list[Todo]:
    actor = world.actor(who)
    with acting(actor):
        return [todo for todo in todos(actor) if word in todo.title.en]


def told(world: World, word: str) -> set[str]:
    with everything("test"):
        return set(Notice.objects.filter(title_en__contains=word).values_list("user__username", flat=True))


def test_a_late_unit_reads_it_first_on_its_first_page_and_on_its_workbench(world: World) -> None:
    page = reverse("rounds:unit", args=[world.unit["a"].pk])
    assert not tasks(world, "manager_a", "overdue")
    assert "起逾期" not in world.client("manager_a").get(page).content.decode()
    closed = shut(world)
    actor = world.actor("manager_a")
    with acting(actor):
        first = todos(actor)[0]
    assert "overdue since" in first.title.en
    assert (first.due, first.url) == (closed, reverse("rounds:more_time", args=[world.unit["a"].pk]))
    assert tasks(world, "officer_a", "overdue")[0].url == page
    assert not tasks(world, "manager_b", world.unit["a"].name_en)
    text = world.client("manager_a").get(page).content.decode()
    assert "起逾期" in text
    assert reverse("rounds:more_time", args=[world.unit["a"].pk]) in text
    assert reverse("rounds:submit", args=[world.unit["a"].pk]) not in text
    world.submit("a")
    assert not tasks(world, "manager_a", "overdue")
    assert "起逾期" not in world.client("manager_a").get(page).content.decode()


def test_what_is_late_stands_first_then_what_is_due_next_and_last_what_has_no_date(world: World) -> None:
    shut(world)
    moment, unit, reviewer = now(), world.unit["a"], world.user["reviewer1"]
    with everything("test"):
        Question.objects.create(
            round=world.round, answer=world.answer("a", "B1"), text="为何？", asked_by=reviewer, asked_at=moment,
            due=moment + timedelta(days=9),
        )  # fmt: skip
        for code, days in (("k-1", 3), ("k-2", -5)):
            Problem.objects.create(
                code=code, round=world.round, unit=unit, path=unit.path, item_code="A1", source="field", level="city",
                kind="by_date", text="问题", state="in_progress" if days > 0 else "returned", state_since=moment,
                responsible=unit.organisation, found_at=moment, due=moment + timedelta(days=days),
            )  # fmt: skip
        Practice.objects.create(
            round=world.round, unit=unit, title_zh="做法", text_zh="内容", returned="请补数据"
        )
    page = world.client("manager_a").get("/").content.decode()
    order = ["继续整改退回的", "起逾期", "并报告进展", "个退回条目", "个典型做法"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["unit", "answer"])
def test_why_a_window_is_shut_is_a_sentence_of_its_own(world: World, name: str) -> None:
    shut(world)
    with everything("test"):
        key = world.unit["a"].pk if name == "unit" else world.answer("a", "B1").pk
    english = {"accept-language": "en"}
    text = (
        world.client("manager_a").get(reverse(f"rounds:{name}", args=[key]), headers=english).content.decode()
    )
    assert ">It closed on " in text
    assert ">it closed on " not in text


def test_the_link_to_more_time_stays_on_one_line(world: World) -> None:
    page = world.client("manager_a").get(reverse("rounds:unit", args=[world.unit["a"].pk])).content.decode()
    link = reverse("rounds:more_time", args=[world.unit["a"].pk])
    assert f'<a class="small whole" href="{link}">申请延期</a>' in page


def test_more_time_is_asked_for_found_by_the_organiser_and_granted_to_this_unit_alone(world: World) -> None:
    closed = shut(world)
    client, unit = world.client("manager_a"), world.unit["a"]
    until = timezone.localtime(now() + timedelta(days=3)).replace(second=0, microsecond=0)
    given = {"until": f"{until:%Y-%m-%dT%H:%M}", "reason": WHY}
    assert client.post(reverse("rounds:more_time", args=[unit.pk]), given).status_code == 302
    with everything("test"):
        asked = MoreTime.objects.get(unit=unit)
    (task,) = tasks(world, "organiser", "more time")
    office = world.client("organiser")
    assert WHY in office.get(task.url).content.decode()
    assert "等待审定" in client.get(reverse("rounds:unit", args=[unit.pk])).content.decode()
    page = reverse("rounds:more_time_decide", args=[world.round.slug, asked.pk])
    assert WHY in office.get(page).content.decode()
    half = {"decision": "grant", "closes": "", "reason": "同意"}
    assert office.post(page, half).status_code == 422
    assert office.post(page, {**half, "closes": given["until"]}).status_code == 302
    assert not tasks(world, "organiser", "more time")
    end = windows_of(world.round, unit)["self_evaluation"].closes
    assert end == until.replace(second=59)
    assert windows_of(world.round, world.unit["b"])["self_evaluation"].closes == closed
    assert not tasks(world, "manager_a", "overdue")
    fill_all(world)
    with everything("test"):
        actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"duxue.more_time.asked", "duxue.more_time.granted", "duxue.round.change_window"} <= actions
    notices_tell()
    assert told(world, "Asked for more time") == {"organiser", "organiser2"}
    assert told(world, "Granted more time") == {"manager_a"}
    assert "manager_b" not in told(world, "Change a window")
    assert "同意" in client.get(reverse("rounds:more_time", args=[unit.pk])).content.decode()


def test_more_time_is_declined_with_a_reason_that_the_unit_reads(world: World) -> None:
    shut(world)
    asked, actor = ask(world), world.actor("organiser")
    with acting(actor):
        with pytest.raises(Refused) as refused:
            more_time_decline(actor=actor, asked=asked, answer=" ")
        assert codes(refused.value.problems) == ["WEB001"]
        more_time_decline(actor=actor, asked=asked, answer="期限已公告两次")
        with pytest.raises(Refused):
            more_time_grant(actor=actor, asked=asked, closes=asked.until, answer="改为同意")
    notices_tell()
    assert told(world, "Declined more time") == {"manager_a"}
    text = world.client("manager_a").get(reverse("rounds:unit", args=[world.unit["a"].pk])).content.decode()
    assert "期限已公告两次" in text
    ask(world, reason="补充理由")  # a declined unit may ask again


def test_an_end_that_is_too_early_is_told_in_the_sites_own_time(world: World) -> None:
    with everything("test"):
        ends = Window.objects.get(round=world.round, step="self_evaluation", unit=None).closes
    with pytest.raises(Refused) as asked:
        ask(world, days=-1)
    actor = world.actor("organiser")
    with acting(actor), pytest.raises(Refused) as extended:
        window_extend(actor=actor, round=world.round, step="self_evaluation", closes=ends, reason="早")
    for refused in (asked, extended):
        assert f"{timezone.localtime(ends):%Y-%m-%d %H:%M}" in refused.value.problems[0].expected.en
    assert extended.value.problems[0].found == f"{timezone.localtime(ends):%Y-%m-%d %H:%M}"


def test_only_the_manager_asks_once_for_a_later_end_with_a_reason(world: World) -> None:
    shut(world)
    with pytest.raises(Denied):
        ask(world, who="officer_a")
    with pytest.raises(Refused) as refused:
        ask(world, days=-1, reason="")
    assert codes(refused.value.problems) == ["WEB001", "WEB002"]
    asked = ask(world)
    with pytest.raises(Refused) as refused:
        ask(world)
    assert codes(refused.value.problems) == ["WEB004"]
    actor = world.actor("leader")
    with acting(actor), pytest.raises(Denied):
        more_time_grant(actor=actor, asked=asked, closes=asked.until, answer="同意")
    world.submit("b")
    foreign = world.actor("manager_b")
    with acting(foreign), pytest.raises(Refused) as refused:
        more_time_ask(actor=foreign, unit=world.unit["b"], until=now() + timedelta(days=2), reason=WHY)
    assert codes(refused.value.problems) == ["WEB004"]
