"""Attaching: the cap, the window, returned items, late originals, sealed rounds, reuse, and who may."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.clock import at, now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.models import Attachment, File
from duxue.web.evidence.services import attach, detach, file_change, file_remove
from duxue.web.evidence.targets import Target, target_of
from duxue.web.rounds.models import Answer, Round, RoundUnit
from tests.unit.web.evidence import kit
from tests.web.evidence.conftest import Sender, plain, upload
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def files(world: World, n: int, key: str = "officer_a") -> list[File]:
    client = world.client(key)
    return [upload(client, f"{i}.txt", f"第{i}份通知，共{i}页。".encode()) for i in range(1, n + 1)]


def answer(world: World, item: str = "A2", unit: str = "a") -> Target:
    return target_of("answer", world.answer(unit, item).pk)


def refused(world: World, key: str, work: Any) -> set[str]:
    with acting(world.actor(key)), pytest.raises(Refused) as caught:
        work(world.actor(key))
    return {p.code for p in caught.value.problems}


def test_the_cap_of_an_item_holds_also_for_the_last(world: World) -> None:
    made = files(world, 4)
    actor, target = world.actor("officer_a"), answer(world)
    attach(actor=actor, target=target, files=made[:2])
    attach(actor=actor, target=target, files=made[:2])  # what is there already does not count again
    assert refused(world, "officer_a", lambda a: attach(actor=a, target=target, files=made[2:])) == {"WEB002"}
    attach(actor=actor, target=target, files=made[2:3])
    assert refused(world, "officer_a", lambda a: attach(actor=a, target=target, files=made[3:])) == {"WEB002"}
    sender = Sender(world.client("officer_a"), "x.pdf", kit.pdf_bytes(), target.key)
    assert sender.start().status_code == 422  # refused before it is sent
    with everything("test"):
        assert Attachment.objects.count() == 3


def test_a_file_is_used_for_many_items_and_by_a_later_round(world: World) -> None:
    (file,) = files(world, 1)
    for item in ("A2", "B1", "B2"):
        attach(actor=world.actor("officer_a"), target=answer(world, item), files=[file])
    page = world.client("officer_a").get(reverse("evidence:file", args=[file.pk])).content.decode()
    assert all(f"条目{item}" in page for item in ("A2", "B1", "B2"))


def test_a_closed_window_refuses_and_a_returned_item_takes(world: World) -> None:
    (file,) = files(world, 1)
    with at(now() + timedelta(days=40)):
        target = answer(world)
        assert refused(world, "officer_a", lambda a: attach(actor=a, target=target, files=[file])) == {
            "WEB005"
        }
        world.submit("a")
        target = answer(world)
        assert refused(world, "officer_a", lambda a: attach(actor=a, target=target, files=[file])) == {
            "WEB004"
        }
        with everything("test"):
            Answer.objects.filter(pk=target.obj.pk).update(state="returned")
        (row,) = attach(actor=world.actor("officer_a"), target=answer(world), files=[file])
        assert row.late  # it came after the window


def test_a_later_original_is_late_and_mending_its_day_mends_that(world: World) -> None:
    (file,) = files(world, 1)
    actor = world.actor("officer_a")
    file = file_change(actor=actor, file=file, name=file.name, title="", original_date=date(2025, 3, 1))
    (row,) = attach(actor=actor, target=answer(world), files=[file])
    assert row.late  # the evaluated year is 2024
    assert "迟于评价年度" in world.client("officer_a").get("/evidence/?use=late").content.decode()
    file_change(actor=actor, file=file, name=file.name, title="", original_date=date(2024, 3, 1))
    with everything("test"):
        assert not Attachment.objects.get().late
    assert refused(
        world,
        "officer_a",
        lambda a: file_change(actor=a, file=file, name="", title="x" * 201, original_date=date(1600, 1, 1)),
    ) == {"WEB001", "WEB002"}


def test_a_sealed_round_is_closed(world: World) -> None:
    (file,) = files(world, 1)
    actor = world.actor("officer_a")
    (row,) = attach(actor=actor, target=answer(world), files=[file])
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
    with acting(actor):
        with pytest.raises((Denied, Refused)):
            attach(actor=actor, target=answer(world, "B1"), files=[file])
        with pytest.raises((Denied, Refused)):
            detach(actor=actor, attachment=row)
    assert refused(
        world,
        "officer_a",
        lambda a: file_change(actor=a, file=file, name="n", title="", original_date=date(2024, 1, 1)),
    ) == {"WEB004"}
    for name, title in (("n.txt", file.title), (file.name, "t")):
        assert refused(
            world,
            "officer_a",
            lambda a, name=name, title=title: file_change(
                actor=a, file=file, name=name, title=title, original_date=file.original_date
            ),
        ) == {"WEB004"}


@pytest.mark.parametrize(
    ("key", "status"),
    [("officer_b", 404), ("foreign_manager", 404), ("organiser", 403), ("reviewer1", 403), ("auditor", 403)],
)
def test_only_its_people_attach_and_take_off(world: World, key: str, status: int) -> None:
    (file,) = files(world, 1)
    (row,) = attach(actor=world.actor("officer_a"), target=answer(world), files=[file])
    world.submit("a")
    client, to = world.client(key), f"answer:{row.answer_id}"
    got = [
        client.post(reverse("evidence:detach", args=[row.pk])).status_code,
        client.get(reverse("evidence:choose"), {"attach": to}).status_code,
        Sender(client, "x.pdf", kit.pdf_bytes(), to).start().status_code,
        plain(client, "x.pdf", kit.pdf_bytes(), attach=to).status_code,
    ]
    assert got == [status] * 4


def test_others_read_that_evidence_is_the_units(world: World) -> None:
    (file,) = files(world, 1)
    (row,) = attach(actor=world.actor("officer_a"), target=answer(world), files=[file])
    world.submit("a")
    with everything("test"):
        page = reverse("rounds:answer", args=[row.answer_id])
    others = world.client("organiser").get(page).content.decode()
    assert "佐证材料由单位自行增减" in others
    assert "需要角色" not in others
    own = world.client("manager_a").get(page).content.decode()
    assert "佐证材料由单位自行增减" not in own
    assert "现在不能增减佐证材料" in own


def test_somebody_elses_file_cannot_be_used(world: World) -> None:
    (file,) = files(world, 1, "officer_b")
    with acting(world.actor("officer_a")), pytest.raises(Denied):
        attach(actor=world.actor("officer_a"), target=answer(world), files=[file])
    client = world.client("officer_a")
    response = client.post(reverse("evidence:choose"), {"attach": answer(world).key, "file": [str(file.pk)]})
    assert response.status_code == 302  # not seen, so not taken
    with everything("test"):
        assert not Attachment.objects.exists()


def test_choosing_from_the_library_and_taking_off_by_pages(world: World) -> None:
    one, two = files(world, 2)
    client, target = world.client("officer_a"), answer(world)
    page = client.get(reverse("evidence:choose"), {"attach": target.key, "next": "/evidence/"})
    assert page.status_code == 200
    assert one.name in page.content.decode()
    chosen = {"attach": target.key, "file": [one.pk, two.pk], "next": "/evidence/"}
    assert client.post(reverse("evidence:choose"), chosen)["Location"] == "/evidence/"
    cards = client.get(reverse("evidence:attached", args=["answer", target.obj.pk])).content.decode()
    assert "2.txt" in cards
    assert "上限 3 件" in cards
    with everything("test"):
        row = Attachment.objects.get(file=one)
    assert client.post(reverse("evidence:detach", args=[row.pk])).status_code == 302
    assert (
        "1.txt"
        not in client.get(reverse("evidence:attached", args=["answer", target.obj.pk])).content.decode()
    )
    assert client.get(reverse("evidence:file", args=[one.pk])).status_code == 200


def test_what_was_taken_out_of_the_library_is_not_offered_and_stays_where_it_is_used(world: World) -> None:
    one, two = files(world, 2)
    actor = world.actor("officer_a")
    attach(actor=actor, target=answer(world), files=[one])
    for file in (one, two):
        file_remove(actor=actor, file=file)
        file.refresh_from_db()
    client = world.client("officer_a")
    assert "1.txt" not in client.get("/evidence/").content.decode()
    assert (
        "1.txt"
        in client.get(reverse("evidence:attached", args=["answer", answer(world).obj.pk])).content.decode()
    )
    assert refused(
        world, "officer_a", lambda a: attach(actor=a, target=answer(world, "B1"), files=[two])
    ) == {"WEB010"}


@pytest.mark.parametrize(
    "key",
    [
        "",
        "answer",
        "answer:",
        "answer:x",
        "answer:-1",
        "user:1",
        "answer:99999999999999999999",
        "answer:1;drop",
    ],
)
def test_a_target_that_is_none_is_not_found(world: World, key: str) -> None:
    client = world.client("officer_a")
    assert client.get(reverse("evidence:choose"), {"attach": key}).status_code == 404


def test_what_was_taken_off_is_put_back_by_one_button(world: World) -> None:
    client, answer = world.client("officer_a"), world.answer("a", "B1")
    file = upload(client, "证明.txt", b"x", f"answer:{answer.pk}")
    page = reverse("rounds:answer", args=[answer.pk])
    with everything("test"):
        row = Attachment.objects.get(file=file)
    told = client.post(
        reverse("evidence:detach", args=[row.pk]), {"next": page}, follow=True
    ).content.decode()
    undo = reverse("evidence:put_back", args=["answer", answer.pk, file.pk])
    assert f'action="{undo}"' in told
    assert f'name="next" value="{page}"' in told
    assert client.get(page).content.decode().count(undo) == 0  # it is offered once
    assert world.client("officer_b").post(undo).status_code == 404
    assert world.client("leader").post(undo).status_code in {403, 404}
    assert client.post(undo, {"next": page}).url == page
    with everything("test"):
        assert Attachment.objects.get(file=file).answer_id == answer.pk
        events = AuditEvent.objects.filter(action__startswith="duxue.evidence.").order_by("pk")
        assert [e.action.rpartition(".")[2] for e in events] == ["attached", "detached", "attached"]
        RoundUnit.objects.filter(pk=answer.unit_id).update(submitted_at=now(), state="submitted")
        Answer.objects.filter(pk=answer.pk).update(state="submitted")
        Attachment.objects.filter(file=file).delete()
    client.post(undo)
    with everything("test"):
        assert not Attachment.objects.filter(
            file=file
        ).exists()  # handed in meanwhile: nothing changes any more


def test_a_file_that_was_taken_out_of_the_library_comes_back(world: World) -> None:
    client = world.client("officer_a")
    file = upload(client, "证明.txt", b"x")
    told = client.post(reverse("evidence:remove", args=[file.pk]), follow=True).content.decode()
    undo = reverse("evidence:restore", args=[file.pk])
    assert f'action="{undo}"' in told
    assert undo in client.get(reverse("evidence:file", args=[file.pk])).content.decode()
    assert world.client("officer_b").post(undo).status_code == 404
    client.post(undo)
    with everything("test"):
        assert File.objects.get(pk=file.pk).removed_at is None
        assert AuditEvent.objects.filter(action="duxue.file.restored").count() == 1


def test_a_file_opened_from_a_card_leads_back_to_where_it_was_opened(world: World) -> None:
    [file] = files(world, 1)
    client, page = world.client("officer_a"), reverse("rounds:answer", args=[world.answer("a", "A2").pk])
    with acting(world.actor("officer_a")):
        attach(actor=world.actor("officer_a"), target=answer(world), files=[file])
    cards = client.get(page).content.decode()
    [link] = set(re.findall(rf'href="(/evidence/files/{file.pk}[^"]*)"', cards))
    spot = f"{page}#attached-answer-{world.answer('a', 'A2').pk}"
    assert f'<a href="{spot}">' in client.get(link).content.decode()
    preview = client.get(
        f"{reverse('evidence:preview', args=[file.pk])}?{link.partition('?')[2]}"
    ).content.decode()
    assert f'<a href="{spot}">' in preview
    assert f'href="{link}"' in preview


@pytest.mark.parametrize(
    "back",
    ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere.example"],
)
def test_a_file_leads_back_to_no_other_site(world: World, back: str) -> None:
    [file] = files(world, 1)
    page = (
        world.client("officer_a")
        .get(reverse("evidence:file", args=[file.pk]), {"back": back})
        .content.decode()
    )
    assert 'class="breadcrumb"' not in page
    assert f'href="{back}' not in page
