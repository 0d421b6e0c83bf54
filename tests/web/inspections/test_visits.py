"""Visits: who goes, what the sheet holds, who may know of them, and who may not go."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as site
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant
from duxue.web.common.actors import MANAGER, Actor, Held
from duxue.web.common.clock import at, begin_of, now, today
from duxue.web.common.links import returning
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.evidence.models import Attachment
from duxue.web.evidence.services.files import file_store
from duxue.web.inspections import selectors
from duxue.web.inspections.models import Draw, RecusalRequest, SheetEntry, Visit
from duxue.web.inspections.services import sheets, visiting
from duxue.web.inspections.services.asking import recusal_ask
from duxue.web.reviews.barring import why_barred
from duxue.web.reviews.services import recusing
from duxue.web.rounds.models import Item, Known, RoundUnit, Window
from tests.web.inspections.field import drawn, fill, ready, under_way
from tests.web.worlds import World


def test_what_forms_tell_is_counted_only_where_they_are_shown(world: World, monkeypatch: pytest.MonkeyPatch):
    counted: list[str] = []
    for name in ("ahead", "going_on"):
        monkeypatch.setattr(selectors, name, lambda _, name=name: counted.append(name) or 0)
    visit = ready(world, hidden=True)
    show, draw = (
        reverse("inspections:show", args=[visit.pk]),
        reverse("inspections:draw", args=[visit.draw_id]),
    )

    def told(key: str) -> list[str]:
        counted.clear()
        assert [world.client(key).get(page).status_code for page in (show, draw)] == [200, 200]
        return list(counted)

    assert told("organiser") == ["ahead"]  # its certificate is kept back, no sheet is signed
    assert told("leader") == []
    with everything("test"):
        Visit.objects.filter(pk=visit.pk).update(state="sheet_signed")
        Draw.objects.filter(pk=visit.draw_id).update(published_at=now())
    assert told("organiser") == ["going_on"]
    assert told("leader") == []


def test_an_unannounced_visit_is_hidden_from_the_visited(world: World):
    visit = ready(world)
    url = reverse("inspections:show", args=[visit.pk])
    for who, status in (
        ("organiser", 200),
        ("inspector1", 200),
        ("leader", 200),
        ("manager_a", 404),
        ("officer_a1", 404),
        ("reviewer1", 404),
        ("foreign_organiser", 404),
    ):
        assert world.client(who).get(url).status_code == status, who
    actor = world.actor("organiser")
    with acting(actor):
        visiting.visit_notify(actor=actor, visit=visit)
    assert world.client("manager_a").get(url).status_code == 200
    assert world.client("manager_b").get(url).status_code == 404


def test_days_of_the_window_are_those_of_the_authority(world: World):
    visit, actor = ready(world), world.actor("organiser")
    first = today() + timedelta(days=10)
    with everything("test"):
        window = Window.objects.get(round=world.round, step="field_verification", unit=None)
        window.opens, window.closes = begin_of(first), begin_of(first + timedelta(days=5))
        window.save()
    for day, fits in ((-1, False), (0, True), (5, True), (6, False)):
        with acting(actor), nullcontext() if fits else pytest.raises(Refused):
            visiting.visit_plan(
                actor=actor,
                visit=visit,
                day=first + timedelta(days=day),
                team=[world.user["inspector1"].pk],
            )


def test_recused_people_are_not_in_the_team_and_small_teams_are_told(world: World):
    visit, actor = ready(world), world.actor("organiser")
    with acting(actor):
        assert any("不少于 3 人" in w.zh for w in visiting.burdens(visit))
        recusing.recusal_declare(
            actor=actor, round=world.round, user=world.user["inspector1"], unit=world.unit["a"], kind="staff"
        )
        assert not visit.team.exists()  # of a visit planned before as well
        with pytest.raises(Refused) as refused:
            visiting.visit_plan(
                actor=actor,
                visit=visit,
                day=today() - timedelta(days=1),
                team=[world.user["inspector1"].pk, world.user["officer_b"].pk],
            )
    assert [p.place.field for p in refused.value.problems] == ["team", "team", "day"]


def test_the_calendar_shows_visits_on_their_days_to_those_who_may_know(world: World):
    visit, at = ready(world), today()
    with everything("test"):
        other = Visit.objects.exclude(pk=visit.pk).first()
        Visit.objects.filter(pk=other.pk).update(planned_on=at - timedelta(days=3))
    url, day = reverse("inspections:calendar"), at.isoformat()
    organiser = world.client("organiser", **{"accept-language": "en"})
    page = organiser.get(url)
    data = page.context["chart"]["data"]
    assert [(d["date"], d["count"], d["overdue"]) for d in data["days"]] == [
        ((at - timedelta(days=3)).isoformat(), 1, 1),
        (day, 1, 0),
    ]
    assert [d["told"] for d in data["days"]] == ["1 visit, 1 not signed", "1 visit"]
    assert data["days"][1]["href"] == f"{url}?day={day}#day"
    assert data["counted"] == "Visits"
    assert [row[0].pk for row in page.context["rows"]] == [visit.pk]  # the next weeks
    past = organiser.get(f"{url}?day={(at - timedelta(days=3)).isoformat()}")
    assert [row[0].pk for row in past.context["rows"]] == [other.pk]
    assert 'id="day"' in past.content.decode()
    assert organiser.get(f"{url}?day=9999-99-99").context["asked_days"].day is None
    for key in (
        "inspector1",
        "manager_a",
    ):  # the team sees its own, the visited nothing before it is announced
        seen = world.client(key).get(url)
        assert [row[0].pk for row in seen.context["rows"]] == ([visit.pk] if key == "inspector1" else [])
        assert (seen.context["chart"] is not None) == (key == "inspector1")
    with everything("test"):
        Visit.objects.update(planned_on=None)
    assert "2 more visits have no day yet" in organiser.get(url).content.decode()


def test_the_sheet_is_sampled_by_the_certificate(world: World):
    world.round.settings = {**world.round.settings, "sheet_items": 2}
    with everything("test"):
        world.round.save()
    visit = under_way(world)
    with everything("test"):
        codes = [e.item.code for e in SheetEntry.objects.filter(visit=visit).select_related("item")]
        assert len(codes) == 2
        assert "A1" not in codes
        assert codes == [
            a.item.code
            for a in sheets.sampled(Visit.objects.select_related("draw", "round").get(pk=visit.pk))
        ]


def test_a_signed_sheet_does_not_change(world: World):
    visit, actor = under_way(world), world.actor("inspector1")
    with acting(actor):
        assert any(t.url == reverse("inspections:sheet", args=[visit.pk]) for t in todos(actor))
        with pytest.raises(Refused) as refused:
            sheets.sheet_sign(actor=actor, visit=visit)
        assert {p.found for p in refused.value.problems} == {"A2", "B1", "B2"}
    fill(world, visit)
    with acting(actor):
        sheets.sheet_sign(actor=actor, visit=visit)
        entry = SheetEntry.objects.filter(visit=visit).first()
        with pytest.raises(Denied):
            sheets.entry_save(
                actor=actor, entry=entry, version=entry.version, found="confirmed", note="", points=None
            )
    saved = world.client("inspector1").post(
        reverse("inspections:entry", args=[entry.pk]), {"version": 1, "found": "confirmed"}
    )
    assert saved.status_code == 403
    organiser = world.actor("organiser")
    with acting(organiser):
        with pytest.raises(Refused):
            sheets.sheet_reopen(actor=organiser, visit=visit, reason="")
        sheets.sheet_reopen(actor=organiser, visit=visit, reason="缺照片")
    with acting(actor):
        sheets.entry_save(
            actor=actor, entry=entry, version=1, found="confirmed", note="补齐", points=Decimal(5)
        )
        sheets.sheet_sign(actor=actor, visit=visit)
    with acting(organiser):
        sheets.sheet_file(actor=organiser, visit=visit)
        assert Visit.objects.get(pk=visit.pk).state == "filed"


@pytest.mark.parametrize(
    ("language", "title", "finding", "note"),
    [
        ("zh-hans", "没有签字：还有 3 处须补全", "还没有填写核查结果。", "不是“属实”的须写情况。"),
        ("en", "Not signed: 3 things are missing", "No finding is entered yet.", "Unless it is confirmed, say what was seen."),
    ],
)  # fmt: skip
def test_signing_too_early_lists_what_is_missing_with_the_way_to_each_item(
    world: World, language: str, title: str, finding: str, note: str
):
    visit, actor, client = under_way(world), world.actor("inspector1"), world.client("inspector1")
    client.cookies["duxue_language"] = language
    with acting(actor):
        entries = list(SheetEntry.objects.filter(visit=visit).select_related("item").order_by("item__order"))
        sheets.entry_save(actor=actor, entry=entries[0], version=0, found="partly", note="", points=None)
    answered = client.post(reverse("inspections:act", args=[visit.pk, "sign"]), follow=True)
    html = answered.content.decode()
    colon = "：" if language == "zh-hans" else ": "
    links = [
        f'<li><a href="#entry-{e.pk}">{e.item.code} {e.item.title}{colon}{what}</a></li>'
        for e, what in zip(entries, [note, finding, finding], strict=True)
    ]
    summary = html[html.index('class="error-summary"') :].split("</div>")[0]
    assert title in summary
    assert all(link in summary for link in links)
    assert all(f'id="entry-{e.pk}"' in html for e in entries)
    assert "messages" not in answered.context or not list(answered.context["messages"])
    plain = client.get(reverse("inspections:sheet", args=[visit.pk])).content.decode()
    assert "error-summary" not in plain
    assert all(link in plain for link in links)  # beside the button, too
    fill(world, visit)
    assert "error-summary" not in client.get(answered.request["PATH_INFO"] + "?unsigned=1").content.decode()


def test_two_phones_do_not_overwrite_each_other(world: World):
    visit, actor = under_way(world), world.actor("inspector1")
    with acting(actor):
        entry = SheetEntry.objects.filter(visit=visit).first()
        sheets.entry_save(actor=actor, entry=entry, version=0, found="confirmed", note="一", points=None)
        with pytest.raises(sheets.Conflict):
            sheets.entry_save(actor=actor, entry=entry, version=0, found="refuted", note="二", points=None)
        with pytest.raises(Refused) as refused:
            sheets.entry_save(
                actor=actor, entry=entry, version=1, found="perhaps", note="x" * 2001, points=Decimal(9)
            )
    assert [p.place.field for p in refused.value.problems] == ["found", "points", "note"]
    url = reverse("inspections:entry", args=[entry.pk])
    client = world.client("inspector1")
    late = client.post(url, {"version": 0, "found": "refuted", "note": "二"}, headers={"X-Autosave": "1"})
    assert late.status_code == 409
    assert "data-conflict" in late.content.decode()
    good = client.post(url, {"version": 1, "found": "partly", "note": "三"}, headers={"X-Autosave": "1"})
    assert good.json() == {"version": 2}
    assert world.client("organiser").post(url, {"version": 2, "found": "partly"}).status_code == 403
    assert world.client("manager_a").post(url, {"version": 2, "found": "partly"}).status_code == 404


def test_the_unit_reads_the_sheet_once_it_was_told_its_result(world: World):
    visit, actor = under_way(world), world.actor("inspector1")
    fill(world, visit)
    with acting(actor):
        sheets.sheet_sign(actor=actor, visit=visit)
    client, url = world.client("manager_a"), reverse("inspections:sheet", args=[visit.pk])
    assert "缺两项记录" not in client.get(url).content.decode()
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(notified_at=now())
    assert "缺两项记录" in client.get(url).content.decode()


def test_a_visit_begins_in_its_window_only(world: World):
    visit, actor = ready(world), world.actor("inspector1")
    with at(now() + timedelta(days=60)), acting(actor), pytest.raises(Refused):
        visiting.visit_start(actor=actor, visit=visit)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(world: World, language: str):
    visit = under_way(world)
    organiser, inspector = world.client("organiser"), world.client("inspector1")
    with everything("test"):
        draw = Draw.objects.get()
    pages = [
        (organiser, "inspections:list", []), (inspector, "inspections:list", []), (organiser, "inspections:show", [visit.pk]),
        (inspector, "inspections:show", [visit.pk]), (inspector, "inspections:sheet", [visit.pk]), (organiser, "inspections:sheet", [visit.pk]),
        (organiser, "inspections:commit", [world.round.pk]), (organiser, "inspections:draw", [draw.pk]), (organiser, "inspections:run", [draw.pk]),
        (world.client("public"), "inspections:draw", [draw.pk]),
    ]  # fmt: skip
    for client, name, args in pages:
        client.cookies["django_language"] = language
        assert client.get(reverse(name, args=args)).status_code == 200, name
    assert Path(site.HOME).exists()


def test_the_pages_draw_and_plan(world: World):
    client = world.client("organiser")
    form = {
        "title_zh": "抽取",
        "title_en": "Draw",
        "counties": 1,
        "schools": 0,
        "digits": 4,
        "moment": "2000-01-01T10:00",
    }
    url = reverse("inspections:commit", args=[world.round.pk])
    assert client.post(url, form).status_code == 422
    assert (
        client.post(
            url, {**form, "moment": (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
        ).status_code
        == 302
    )
    with everything("test"):
        draw = Draw.objects.get()
    early = client.post(reverse("inspections:run", args=[draw.pk]), {"digits": "1234"})
    assert early.status_code == 422
    assert client.post(reverse("inspections:act", args=[1, "notify"])).status_code == 404


def test_the_visits_ahead_are_one_task_that_leads_to_the_next(world: World):
    world.submit("a")
    _, visits = drawn(world, counties=2)
    organiser, team = world.actor("organiser"), [world.user["inspector1"].pk]
    with acting(organiser):
        for number, visit in enumerate(reversed(visits)):
            visiting.visit_plan(
                actor=organiser, visit=visit, day=today() + timedelta(days=1 + number), team=team
            )
    with acting(world.actor("inspector1")):
        found = todos(world.actor("inspector1"))
    (todo,) = [t for t in found if t.url == reverse("inspections:show", args=[visits[-1].pk])]
    assert todo.count == len(visits) > 1
    assert str(len(visits)) in str(todo.title)
    assert str(visits[-1].place) in str(todo.title)
    assert not any(t.url == reverse("inspections:show", args=[visits[0].pk]) for t in found)


def test_the_sheet_shows_standard_evidence_and_doors(world: World):
    visit = under_way(world)
    answer, client = world.answer("a", "B1"), world.client("inspector1")
    rule = {"type": "shortfall", "of": "kg_gross", "meets": ">= 95", "deduct": "0.5", "step": "1"}
    with everything("test"):
        Item.objects.filter(pk=answer.item_id).update(
            rule=rule, guidance={"zh": "看巡查记录。", "en": "Look at the log."}
        )
        Known.objects.filter(unit=visit.unit_id).update(item=answer.item_id)
        entry, _ = SheetEntry.objects.get_or_create(
            round=visit.round, visit=visit, item=answer.item, answer=answer
        )
        place = world.org["city_a"]
        source = Path(site.HOME) / "proof.txt"
        source.write_text("巡查记录", encoding="utf-8")
        manager = world.actor("manager_a")
    with acting(manager):
        file = file_store(actor=manager, organisation=place, path=source, name="巡查记录.txt").file
    with everything("test"):
        Attachment.objects.create(
            file=file, round=visit.round, unit=visit.unit, kind="answer", answer=answer, attached_at=now()
        )
    sheet = reverse("inspections:sheet", args=[visit.pk])
    html = client.get(sheet).content.decode()
    door = reverse("rounds:explain", args=[world.round.slug, world.unit["a"].code, "L1", 2024])
    pages = [
        reverse("rounds:answer", args=[answer.pk]),
        returning(reverse("evidence:file", args=[file.pk]), f"{sheet}#entry-{entry.pk}"),
    ]
    assert "看巡查记录。" in html
    assert "每差 1 个百分点扣 0.5 分" in html
    assert f'href="{door}?by=stage%3Aprimary"' in html
    for page in pages:
        assert f'href="{page}"' in html
        assert client.get(page).status_code == 200


def test_inspectors_find_where_to_declare_a_recusal(world: World):
    visit, client = ready(world), world.client("inspector1")
    declare = reverse("reviews:recusals", args=[world.round.pk])
    pages = [reverse("inspections:list"), reverse("inspections:show", args=[visit.pk])]
    for page in pages:
        assert f'href="{declare}"' in client.get(page).content.decode()
        assert declare not in world.client("leader").get(page).content.decode()
    assert client.get(declare).status_code == 200


def test_a_unit_asks_for_a_recusal_and_the_organiser_decides(world: World):
    visit = under_way(world)
    head, office = world.client("manager_a"), world.client("organiser")
    ask = reverse("inspections:ask_recusal", args=[visit.pk])
    page = reverse("inspections:show", args=[visit.pk])
    data = {"user": world.user["inspector1"].pk, "kind": "relative", "text": "其子在该校就读。"}
    assert f'href="{ask}"' in head.get(page).content.decode()
    for key in ("officer_a", "inspector1", "leader", "organiser", "manager_b"):
        assert world.client(key).post(ask, data).status_code in {403, 404}, key
    assert head.post(ask, {**data, "text": " "}).status_code == 422
    assert head.post(ask, {**data, "user": world.user["reviewer1"].pk}).status_code == 422
    assert head.post(ask, data).status_code == 302
    assert head.post(ask, data).status_code == 422  # it waits already
    with everything("test"):
        asked = RecusalRequest.objects.get()
    decide = reverse("inspections:decide_recusal", args=[asked.pk])
    with acting(world.actor("organiser")):
        assert decide in {t.url for t in todos(world.actor("organiser"))}
    assert "其子在该校就读" in office.get(page).content.decode()
    with acting(world.actor("auditor")):  # who read it is on record where auditors look
        read = AuditEvent.objects.filter(
            action="duxue.personal_data.read", actor_id=world.user["organiser"].pk
        )
        assert [json.loads(event.data)["people"] for event in read] == [[world.user["inspector1"].pk]]
    place = world.org["city_a"]
    for of_round, seen in ((world.round.pk, True), (world.round.pk + 1, False)):
        with acting(Actor(user_id=0, held=(Held(MANAGER, place.pk, place.path, of_round),))):
            assert RecusalRequest.objects.exists() is seen
    for key in ("inspector1", "officer_a", "leader"):
        assert "其子在该校就读" not in world.client(key).get(page).content.decode(), key
    assert head.post(decide, {"granted": "yes"}).status_code == 403
    assert office.post(decide, {"granted": "no"}).status_code == 422  # a refusal says why
    assert office.post(decide, {"granted": "yes"}).status_code == 302
    assert office.post(decide, {"granted": "yes"}).status_code == 422  # once
    with everything("test"):
        assert not visit.team.exists()
        assert why_barred(world.round, world.user["inspector1"].pk, world.unit["a"])
        Grant.objects.create(
            user=world.user["reviewer2"], role="inspector", organisation=world.org["province"], given_at=now()
        )
    # The visit goes on with somebody else, not with nobody and not with whom it was taken from.
    assert office.post(page, {"csrfmiddlewaretoken": "x"}).status_code == 422
    assert office.post(page, {"team": [world.user["inspector1"].pk]}).status_code == 422
    assert office.post(page, {"team": [world.user["reviewer2"].pk]}).status_code == 302
    with everything("test"):
        assert [p.username for p in visit.team.all()] == ["reviewer2"]
        assert Visit.objects.get(pk=visit.pk).planned_on == visit.planned_on
        actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"duxue.recusal.asked", "duxue.recusal.granted", "duxue.recusal.declared"} <= actions


def test_a_declined_recusal_leaves_the_team_and_tells_the_unit_why(world: World):
    visit, head = under_way(world), world.client("manager_a")
    with acting(world.actor("manager_a")):
        asked = recusal_ask(
            actor=world.actor("manager_a"), visit=visit, user=world.user["inspector1"].pk, kind="other", text="曾有争执"
        )  # fmt: skip
    decide = reverse("inspections:decide_recusal", args=[asked.pk])
    world.client("organiser").post(decide, {"granted": "no", "answer": "不影响公正"})
    assert "不影响公正" in head.get(reverse("inspections:show", args=[visit.pk])).content.decode()
    with everything("test"):
        assert visit.team.exists()
        assert not why_barred(world.round, world.user["inspector1"].pk, world.unit["a"])
