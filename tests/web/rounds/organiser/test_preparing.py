"""The page of a draft says in order what it still needs; opening is the thing to do only when nothing is missing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from duxue.web.accounts.models import Grant, Invitation
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Item, Known, Round, RoundUnit, Window
from duxue.web.rounds.selectors.preparing import needs_of
from tests.web.worlds import World

pytestmark = pytest.mark.django_db
AT = "/rounds/sample-2024/"


@pytest.fixture
def draft(world: World) -> Round:
    """A draft without data, whose second unit has nobody."""
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="draft", data_folder="")
        Known.objects.filter(round=world.round).delete()
        Grant.objects.filter(user=world.user["manager_b"]).delete()
    world.round.refresh_from_db()
    return world.round


def evaluate(world: World) -> None:
    with everything("test"):
        for unit in RoundUnit.objects.filter(round=world.round):
            Known.objects.create(
                round=world.round, unit=unit, item=world.items["A1"], indicator="RATE", year=2024, text="1",
                title_zh="合成", title_en="synthetic",
            )  # fmt: skip


def invite(world: World, days: int = 1) -> Invitation:
    with everything("test"):
        return Invitation.objects.create(
            email="b@example.org", role="manager", organisation=world.unit["b"].organisation, round=world.round,
            secret_hash=f"{days}", invited_by=world.user["organiser"], invited_at=now(),
            expires_at=now() + timedelta(days=days),
        )  # fmt: skip


def open_needs(world: World) -> list[str]:
    return [need.id for need in needs_of(world.round) if not need.done]


def primary(client: Client) -> list[str]:
    return re.findall(r'class="button primary" href="([^"]+)"', client.get(AT).content.decode())


def test_the_first_thing_that_is_missing_is_the_primary_button(world: World, draft: Round) -> None:
    client = world.client("organiser")
    assert [need.id for need in needs_of(draft)] == ["units", "data", "people", "windows"]
    assert open_needs(world) == ["data", "people"]
    assert primary(client) == [f"{AT}data/"]
    evaluate(world)
    assert open_needs(world) == ["people"]
    assert primary(client) == [f"{AT}invite/"]
    invite(world)
    assert open_needs(world) == []
    assert primary(client) == [f"{AT}move/open/"]


def test_what_was_chosen_and_is_not_evaluated_is_still_missing(world: World, draft: Round) -> None:
    with everything("test"):
        Round.objects.filter(pk=draft.pk).update(data_folder="data/sample")
    page = world.client("organiser").get(AT).content.decode()
    assert "已选定，尚未整理出已知数据" in page
    assert primary(world.client("organiser")) == [f"{AT}data/"]


def test_an_invitation_that_cannot_be_taken_up_any_more_does_not_count(world: World, draft: Round) -> None:
    invite(world, days=-1)
    assert "people" in open_needs(world)
    revoked = invite(world)
    with everything("test"):
        Invitation.objects.filter(pk=revoked.pk).update(revoked_at=now())
    assert "people" in open_needs(world)


def test_a_step_without_times_is_missing(world: World, draft: Round) -> None:
    with everything("test"):
        Window.objects.filter(round=draft, step="scoring").delete()
    assert "windows" in open_needs(world)


def test_rules_that_people_alone_judge_need_no_data(world: World, draft: Round) -> None:
    with everything("test"):
        Item.objects.filter(round=draft).exclude(kind="branch").update(kind="judged")
    assert [need.id for need in needs_of(draft)] == ["units", "people", "windows"]
    assert "没有已知数据" not in world.client("organiser").get(f"{AT}move/open/").content.decode()


@pytest.mark.parametrize(
    ("language", "head", "said"),
    [
        ("zh-hans", "没有已知数据", "每个单位要填全部{n}个条目，包括本应由数据计算或参与计算的{m}个"),
        ("en", "No data are evaluated", "asks every unit to fill in all {n} items, {m} of which data would decide"),
    ],
)  # fmt: skip
def test_opening_without_data_says_what_units_will_be_asked(
    world: World, draft: Round, language: str, head: str, said: str
) -> None:
    client = world.client("organiser", **{"Accept-Language": language})
    with everything("test"):
        kinds = list(Item.objects.filter(round=draft).exclude(kind="branch").values_list("kind", flat=True))
    page = client.get(f"{AT}move/open/").content.decode()
    assert head in page
    assert said.format(n=len(kinds), m=len([k for k in kinds if k != "judged"])) in page
    assert f'href="{AT}invite/"' in page
    evaluate(world)
    invite(world)
    page = client.get(f"{AT}move/open/").content.decode()
    assert head not in page
    assert f'href="{AT}invite/"' not in page
    assert client.post(f"{AT}move/open/", {"confirm": draft.slug}).status_code == 302


def test_only_the_organiser_of_a_draft_reads_what_it_needs(world: World, draft: Round) -> None:
    assert "启动前还缺什么" in world.client("organiser").get(AT).content.decode()
    assert "启动前还缺什么" not in world.client("leader").get(AT).content.decode()
    with everything("test"):
        Round.objects.filter(pk=draft.pk).update(state="open")
    assert "启动前还缺什么" not in world.client("organiser").get(AT).content.decode()
