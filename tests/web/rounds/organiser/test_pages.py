"""The organiser's pages open, do what their buttons say, and refuse with words; others are kept out."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.common.templatetags.duxue import moment
from duxue.web.evidence.models import Attachment
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors import home as problems_home
from duxue.web.rectification.selectors.todo import todo
from duxue.web.reviews.models import Assignment, Review
from duxue.web.rounds.models import Answer, Item, Objection, Round, RoundUnit, Veto, Window
from duxue.web.rounds.selectors.unit import check_of
from tests.web.evidence.conftest import upload
from tests.web.worlds import World

PAGES = ("show", "matrix", "leader", "windows", "objections", "vetoes")
OWN = ("data", "invite")


def at(name: str, *args: object) -> str:
    return reverse(f"rounds:{name}", args=["sample-2024", *args])


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("page", [*PAGES, *OWN])
def test_pages_open_for_the_organiser(world: World, page: str, language: str) -> None:
    client = world.client("organiser", **{"Accept-Language": language})
    response = client.get(at(page))
    assert response.status_code == 200, response.content.decode()
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("who", ["leader", "auditor"])
@pytest.mark.parametrize("page", PAGES)
def test_overseers_look(world: World, who: str, page: str) -> None:
    assert world.client(who).get(at(page)).status_code == 200
    assert world.client(who).get(at("unit_follow", world.unit["a"].code)).status_code == 200


@pytest.mark.parametrize("page", [*PAGES[1:], *OWN])
def test_a_unit_sees_the_round_but_not_the_others(world: World, page: str) -> None:
    assert world.client("manager_a").get(at("show")).status_code == 200
    assert world.client("manager_a").get(at(page)).status_code == 403
    assert world.client("foreign_organiser").get(at(page)).status_code == 404
    assert world.client("public").get(at(page)).status_code == 302


def test_the_list_is_filtered_in_the_address(world: World) -> None:
    client = world.client("organiser")
    assert "样本省2024年度评价" in client.get(reverse("rounds:list")).content.decode()
    assert "样本省2024年度评价" not in client.get(reverse("rounds:list") + "?year=2020").content.decode()


def test_a_round_is_made_on_four_pages_without_script(world: World) -> None:
    client, address = world.client("organiser"), reverse("rounds:create")
    page = client.get(address)
    form = page.context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data |= {
        "authority": world.org["province"].pk,
        "slug": "made-2025",
        "step": "1",
        "pack": "cn-duty-province-demo@1.0.0",
    }
    page = client.post(address, {**data, "title_zh": ""})
    assert page.context["step"] == 1
    assert page.context["form"].errors["title_zh"]
    for step in (1, 2, 3):
        page = client.post(address, {**data, "step": str(step)})
        assert page.context["step"] == step + 1, page.context["form"].errors
        assert ("是建议，可以修改" in page.content.decode()) == (step == 2)  # on the page of the windows
        form = page.context["form"]
        if form is not None:
            for name, field in form.fields.items():
                value = form.get_initial_for_field(field, name)
                data[name] = f"{value:%Y-%m-%dT%H:%M}" if hasattr(value, "hour") else value
            data = {k: v for k, v in data.items() if v is not False}
    assert "样本市A" in page.content.decode()
    with everything("test"):
        assert not Round.objects.filter(slug="made-2025").exists()
    response = client.post(address, {**data, "step": "4"})
    assert response.headers["Location"] == reverse("rounds:show", args=["made-2025"])
    with everything("test"):
        made = Round.objects.get(slug="made-2025")
        assert (made.state, made.units.count(), made.windows.count()) == ("draft", 2, 6)
    assert world.client("manager_a").get(reverse("rounds:show", args=["made-2025"])).status_code == 404


def test_a_transition_that_nothing_leads_back_from_is_confirmed_by_naming_the_round(world: World) -> None:
    client = world.client("organiser")
    with everything("test"):
        RoundUnit.objects.filter(round=world.round).update(state="settled")
    assert "data-confirm" not in client.get(at("move", "freeze")).content.decode()  # it can be lifted
    assert client.post(at("move", "freeze"), {"reason": ""}).status_code == 302
    world.round.refresh_from_db()
    assert world.round.state == "frozen"
    assert client.post(at("move", "publish"), {"confirm": "别的"}).status_code == 422
    page = client.post(at("move", "publish"), {"confirm": world.round.slug})
    assert page.status_code == 403
    assert "不同的人" in page.content.decode()


def test_a_page_says_why_a_transition_waits(world: World) -> None:
    assert "2个单位未定案" in world.client("organiser").get(at("move", "freeze")).content.decode()


def test_windows_are_extended_opened_and_closed(world: World) -> None:
    client, later = world.client("organiser"), now() + timedelta(days=40)
    typed = f"{later:%Y-%m-%dT%H:%M}"
    address = at("window", "self_evaluation", "extend")
    assert client.post(address, {"closes": typed, "reason": ""}).status_code == 422
    assert (
        client.post(
            address, {"closes": typed, "reason": "台风停工", "unit": world.unit["a"].code}
        ).status_code
        == 302
    )
    assert "台风停工" in world.client("manager_a").get(at("show")).content.decode()
    assert "台风停工" not in world.client("manager_b").get(at("show")).content.decode()
    close = at("window", "self_evaluation", "close")
    assert client.post(close, {"reason": "全部已提交", "confirm": ""}).status_code == 422
    assert client.post(close, {"reason": "全部已提交", "confirm": "自查自评"}).status_code == 302
    with everything("test"):
        assert all(
            w.closes <= now() for w in Window.objects.filter(round=world.round, step="self_evaluation")
        )


def test_an_objection_is_decided(world: World) -> None:
    with everything("test"):
        filed = Objection.objects.create(
            round=world.round, unit=world.unit["a"], item=world.items["B1"], text="应得满分", filed_by=world.user["manager_a"],
            filed_at=now(), due=now() + timedelta(days=20),
        )  # fmt: skip
    client, address = world.client("organiser"), at("objection", filed.pk)
    upload(world.client("manager_a"), "proof.txt", b"roll of pupils", f"objection:{filed.pk}")
    shown = client.get(address).content.decode()
    assert "proof.txt" in shown
    assert (
        reverse("rounds:answer", args=[world.answer("a", "B1").pk]) not in shown
    )  # not submitted: still the unit's own
    world.submit("a")
    assert reverse("rounds:answer", args=[world.answer("a", "B1").pk]) in client.get(address).content.decode()
    unnamed = client.post(address, {"transition": "admit"})
    assert unnamed.status_code == 422
    assert "请输入“样本市A”以确认" in unnamed.content.decode()
    named, uphold = {"confirm": "样本市A"}, {"transition": "uphold", "new_points": "5", "reason": "查实"}
    assert client.post(address, named | {"transition": "admit"}).status_code == 302
    assert client.post(address, named | uphold | {"new_points": "9"}).status_code == 422
    assert client.post(address, named | uphold | {"reason": ""}).status_code == 422
    assert client.post(address, uphold).status_code == 422  # one click decides nothing
    assert client.post(address, named | uphold).status_code == 302
    assert client.post(address, named | {"transition": "reply"}).status_code == 302
    with everything("test"):
        filed.refresh_from_db()
    assert (filed.state, filed.outcome, filed.new_points, filed.decided_by) == (
        "replied",
        "upheld",
        5,
        world.user["organiser"],
    )


def test_a_veto_is_recorded_appealed_and_withdrawn(world: World) -> None:
    client = world.client("organiser")
    page = client.get(at("vetoes"))
    rule = page.context["form"].fields["rule"].choices[0][0]
    entry = {"unit": world.unit["a"].code, "rule": rule, "reason": "经查属实", "evidence": ""}
    assert client.post(at("vetoes"), entry).status_code == 422
    assert client.post(at("vetoes"), {**entry, "evidence": "调查结论第3号"}).status_code == 302
    with everything("test"):
        veto = Veto.objects.get()
    assert "经查属实" in world.client("manager_a").get(at("show")).content.decode()
    assert "经查属实" not in world.client("manager_b").get(at("show")).content.decode()
    assert (
        world.client("manager_b")
        .post(at("veto_appeal", veto.pk), {"appeal": "pending", "reason": "x"})
        .status_code
        == 404
    )
    world.client("manager_a").post(at("veto_appeal", veto.pk), {"appeal": "pending", "reason": "已改正"})
    assert (
        world.client("manager_a")
        .post(at("veto_appeal", veto.pk), {"appeal": "withdrawn", "reason": "x"})
        .status_code
        == 403
    )
    answer = client.post(at("veto_appeal", veto.pk), {"appeal": "withdrawn", "reason": "申诉成立"})
    assert answer.headers["Location"] == reverse("rounds:veto", args=[veto.pk])
    with everything("test"):
        veto.refresh_from_db()
    assert veto.appeal == "withdrawn"


def test_a_veto_has_files_that_its_unit_sees(world: World, settings: Any, tmp_path: Path) -> None:
    settings.HOME, settings.EVIDENCE_STORE = tmp_path, ""
    client = world.client("organiser")
    rule = client.get(at("vetoes")).context["form"].fields["rule"].choices[0][0]
    entry = {"unit": world.unit["a"].code, "rule": rule, "reason": "经查属实", "evidence": "调查结论第3号"}
    page = client.post(at("vetoes"), entry).headers["Location"]
    with everything("test"):
        veto = Veto.objects.get()
    assert page == reverse("rounds:veto", args=[veto.pk])
    assert "没有文件的否决事项不能计分" in client.get(page).content.decode()
    assert "缺依据文件" in client.get(at("vetoes")).content.decode()
    data = "调查结论第3号：经查属实。".encode()
    sent = {"files": SimpleUploadedFile("结论.txt", data), "attach": f"veto:{veto.pk}", "next": page}
    assert client.post(reverse("evidence:add"), sent).headers["Location"].startswith(page)
    with everything("test"):
        held = Attachment.objects.get(kind="veto", target=veto.pk)
    link, digest = reverse("evidence:file", args=[held.file_id]), sha256(data).hexdigest()
    for address in (page, at("vetoes"), at("unit_follow", world.unit["a"].code)):
        text = client.get(address).content.decode()
        assert link in text
        assert digest[:12] in text
        assert "缺依据文件" not in text
    manager = world.client("manager_a")
    assert link in manager.get(page).content.decode()
    assert manager.get(link).status_code == 200
    assert page in manager.get(at("show")).content.decode()
    more = {"files": SimpleUploadedFile("另.txt", b"mine"), "attach": f"veto:{veto.pk}", "next": page}
    assert manager.post(reverse("evidence:add"), more).status_code == 403
    stranger = world.client("manager_b")
    assert (stranger.get(page).status_code, stranger.get(link).status_code) == (404, 404)

    client.post(at("veto_appeal", veto.pk), {"appeal": "withdrawn", "reason": "有误"})
    late = {"files": SimpleUploadedFile("晚.txt", b"late"), "attach": f"veto:{veto.pk}", "next": page}
    client.post(reverse("evidence:add"), late)
    with everything("test"):
        assert Attachment.objects.filter(kind="veto").count() == 1  # it is decided: nothing is added


def test_a_unit_is_excused_with_a_reason(world: World) -> None:
    client, address = world.client("organiser"), at("unit_follow", world.unit["b"].code)
    named = {"transition": "excuse", "confirm": "样本市B"}
    assert client.post(address, named | {"reason": ""}).status_code == 422
    assert client.post(address, named | {"reason": "当年新设"}).status_code == 302
    world.unit["b"].refresh_from_db()
    assert (world.unit["b"].state, world.unit["b"].excused) == ("excused", "当年新设")
    assert "当年新设" in client.get(address).content.decode()


# --- the matrix -------------------------------------------------------------------------------------------------------
def more_units(world: World, first: int, last: int) -> None:
    with everything("test"):
        province = world.org["province"]
        for n in range(first, last):
            org = Organisation.objects.create(
                code=f"97{n:04}", level="city", name_zh=f"样本市{n}", name_en=f"Sample City {n}", parent=province,
                path=f"{province.path}9{n:05}/",
            )  # fmt: skip
            unit = RoundUnit.objects.create(
                round=world.round, organisation=org, code=org.code, name_zh=org.name_zh, name_en=org.name_en, path=org.path,
                state="drafting", state_since=now(),
            )  # fmt: skip
            Answer.objects.bulk_create(
                [
                    Answer(round=world.round, unit=unit, item=item)
                    for item in world.items.values()
                    if item.kind != "branch"
                ]
            )


@pytest.mark.parametrize("view", ["", "?view=items"])
def test_the_matrix_asks_as_often_for_160_units_as_for_16(world: World, view: str) -> None:
    client = world.client("organiser")
    more_units(world, 0, 14)
    client.get(at("matrix") + view)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(at("matrix") + view)
    more_units(world, 14, 158)
    with CaptureQueriesContext(connection) as many:
        page = client.get(at("matrix") + view)
    assert len(page.context["page"]) == 100
    assert len(many) == len(few), [q["sql"] for q in many.captured_queries]


def test_the_matrix_counts_and_filters(world: World) -> None:
    world.submit("a")
    with everything("test"):
        Window.objects.filter(round=world.round, step="self_evaluation").update(
            opens=now() - timedelta(days=30), closes=now() - timedelta(days=1)
        )
    client = world.client("organiser")
    rows = {row.unit.code: row for row in client.get(at("matrix")).context["rows"]}
    a, b = rows[world.unit["a"].code], rows[world.unit["b"].code]
    assert (a.cells[0].look, a.cells[0].text, b.cells[0].look, b.cells[0].text) == (
        "met",
        "4/4",
        "overdue",
        "1/4",  # data decide one of its items
    )
    late = client.get(at("matrix") + "?only=late").context["rows"]
    assert [row.unit.code for row in late] == [world.unit["b"].code]
    table = client.get(at("matrix"), headers={"HX-Request": "true"}).content.decode()
    assert "<table" in table
    assert "<html" not in table


def test_a_step_to_come_closes_when_its_window_does(world: World) -> None:
    with everything("test"):
        window = Window.objects.get(round=world.round, step="objection", unit=None)
        window.opens, window.closes = now() + timedelta(days=50), now() + timedelta(days=60)
        window.save()
    table = world.client("organiser").get(at("show")).content.decode().partition("<tbody>")[2]
    for moment_ in (window.opens, window.closes):
        assert table.count(moment(moment_)) == 1


def test_review_is_counted_in_the_items_that_reviewers_judge(world: World) -> None:
    world.submit("a")
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"], reviewer=world.user["reviewer1"])
        for code, given in (("A2", True), ("B1", True), ("B2", False)):
            answer = Answer.objects.get(unit=world.unit["a"], item=world.items[code])
            Review.objects.create(round=world.round, assignment=task, answer=answer, points=3, given=given)
    rows = {row.unit.code: row for row in world.client("organiser").get(at("matrix")).context["rows"]}
    assert rows[world.unit["a"].code].cells[1].text == "2/3"  # data decide the fourth; a draft is not given


def test_leaders_read_which_units_are_late(world: World) -> None:
    world.submit("a")
    with everything("test"):
        Window.objects.filter(round=world.round, step="self_evaluation").update(
            closes=now() - timedelta(days=1)
        )
    page = world.client("leader").get(at("leader")).content.decode()
    names = page.partition("<h2>逾期</h2>")[2].partition("</ul>")[0]
    assert f'href="{at("unit_follow", world.unit["b"].code)}">样本市B<' in names
    assert "样本市A" not in names


def test_the_leaders_tiles_say_how_much_is_filled(world: World) -> None:
    world.submit("a")
    client = world.client("organiser", **{"Accept-Language": "en"})
    tiles = client.get(at("leader")).context["charts"][1]
    assert not any("state" in tile for tile in tiles["data"]["tiles"])  # filling in is no standard to be met
    assert tiles["data"]["legend"] == "all filled 1, some filled 1"


@pytest.mark.parametrize("view", ["", "&view=items"])
def test_an_export_gives_what_the_screen_shows_and_runs_nothing(world: World, view: str) -> None:
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(name_zh="=HYPERLINK(1)")
    client, query = world.client("organiser"), f"?state=drafting{view}"
    text = b"".join(client.get(at("matrix_csv") + query).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 3
    assert rows[1][1] == "'=HYPERLINK(1)"
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(at("matrix_xlsx") + query).streaming_content))
    )
    assert [["" if c.value is None else str(c.value) for c in row] for row in book.active.rows] == rows
    assert len(b"".join(client.get(at("matrix_csv") + "?state=settled").streaming_content).splitlines()) == 1


def test_duties_of_the_organiser(world: World) -> None:
    world.submit("a")
    actor = world.actor("organiser")
    with acting(actor):
        found = {str(todo.title): todo for todo in todos(actor)}
    assert {"将1个单位转入评审", "跟进1个未提交的单位"} <= set(found)
    foreign = world.actor("foreign_organiser")
    with acting(foreign):
        assert not [todo for todo in todos(foreign) if todo.url.startswith("/rounds/")]


def chosen(world: World, act: str, *units: str) -> str:
    return at("chosen") + f"?act={act}" + "".join(f"&unit={world.unit[key].code}" for key in units)


def test_chosen_units_are_named_before_anything_is_done(world: World) -> None:
    client = world.client("organiser")
    table = client.get(at("matrix")).content.decode()
    assert f'value="{world.unit["a"].code}" form="chosen"' in table
    for act in ("remind", "extend", "excuse"):
        page = client.get(chosen(world, act, "a", "b"))
        assert page.status_code == 200
        assert all(str(world.unit[key].name) in page.content.decode() for key in "ab")
    assert client.get(at("chosen") + "?act=remind").status_code == 302
    assert client.get(at("chosen") + "?act=delete&unit=x").status_code == 404
    assert world.client("leader").get(chosen(world, "excuse", "a")).status_code == 403


def test_chosen_units_are_extended_and_excused_together(world: World) -> None:
    client = world.client("organiser")
    later = (now() + timedelta(days=60)).strftime("%Y-%m-%dT%H:%M")
    sent = {"step": "self_evaluation", "closes": later, "reason": "洪灾"}
    assert client.post(chosen(world, "extend", "a", "b"), sent | {"reason": ""}).status_code == 422
    past = client.post(chosen(world, "extend", "a", "b"), sent | {"closes": "2020-01-01T00:00"})
    assert [len(told) for told in past.context["form"].errors.values()] == [
        1
    ]  # for both units, with its bound
    assert past.content.decode().count(past.context["form"].errors["closes"][0]) == 2
    assert client.post(chosen(world, "extend", "a", "b"), sent).status_code == 302
    with everything("test"):
        assert Window.objects.filter(round=world.round, unit__isnull=False).count() == 2
    shown = world.client("officer_a").get(reverse("rounds:unit", args=[world.unit["a"].pk])).content.decode()
    assert "洪灾" in shown
    world.submit("b")
    sent = {"reason": "撤并", "confirm": "样本市A"}
    assert (
        client.post(chosen(world, "excuse", "a", "b"), sent | {"confirm": "2"}).status_code == 422
    )  # all or none
    assert client.post(chosen(world, "excuse", "a"), sent).status_code == 302
    with everything("test"):
        found = RoundUnit.objects.get(pk=world.unit["a"].pk)
    assert (found.state, found.excused) == ("excused", "撤并")


def _problem(world: World, n: int, **more: Any) -> None:
    unit = world.unit["a"]
    values: dict[str, Any] = {
        "code": f"k-{n}", "round": world.round, "unit": unit, "path": unit.path, "item_code": "A1", "source": "field",
        "level": "city", "kind": "by_date", "text": "问题", "state": "in_progress", "state_since": now(),
        "responsible": unit.organisation, "found_at": now(), **more,
    }  # fmt: skip
    with everything("test"):
        Problem.objects.create(**values)


def test_leaders_see_what_is_left_to_mend_and_every_count_is_a_door(world: World) -> None:
    client, ledger = world.client("leader"), reverse("rectification:list")
    assert f"{ledger}?round=sample-2024" not in client.get(at("leader")).content.decode()
    past = now() - timedelta(days=3)
    _problem(world, 1)
    _problem(world, 2, due=past)
    _problem(world, 3, due=past, escalated_at=past)
    _problem(world, 4, due=past, escalated_at=past, state="closed")
    page = client.get(at("leader"), headers={"accept-language": "en"}).content.decode()
    for words, address, shown in (
        ("3 problems open", "&amp;state=open", ["k-1", "k-2", "k-3"]),
        ("2 overdue", "&amp;state=open&amp;clock=overdue", ["k-2", "k-3"]),
        ("1 put before leaders", "&amp;escalated=1", ["k-3"]),
    ):
        door = f"{ledger}?round=sample-2024{address}"
        assert f'<a href="{door}">{words}</a>' in page
        rows = client.get(door.replace("&amp;", "&")).context["page"].rows
        assert sorted(row.code for row in rows) == shown
    for door in (
        at("matrix") + "?only=submitted",
        at("matrix") + "?only=bare",
        at("objections") + "?state=open",
    ):
        assert f'<a href="{door}">' in page
        assert client.get(door).status_code == 200


def test_leaders_read_why_fewer_units_are_filled_than_submitted(world: World) -> None:
    world.submit("a")
    with everything("test"):
        Answer.objects.filter(unit=world.unit["a"], item=world.items["A2"]).update(state="returned")
    page = world.client("leader").get(at("leader"), headers={"accept-language": "en"}).content.decode()
    assert "1 of 2 units have submitted" in page
    assert "0 of 2 units have every item filled in. An item returned and not yet answered is not" in page


def test_leaders_see_the_open_problems_of_every_round_before(world: World) -> None:
    """The page and the home page count the same, and the task leads to as many as it says."""
    past, leader = now() - timedelta(days=3), world.client("leader")
    with everything("test"):
        older = [
            Round.objects.create(
                authority=world.round.authority, slug=f"sample-{year}", title_zh=f"{year}", title_en=f"{year}", state="published",
                evaluated_year=year, round_year=year + 1, pack=world.round.pack, created_at=now(), created_by=world.user["organiser"],
            ) for year in (2019, 2020, 2021)
        ]  # fmt: skip
        Round.objects.filter(pk=world.round.pk).update(before=older[2])
    _problem(world, 1)
    _problem(world, 2, due=past)
    _problem(world, 3, due=past, escalated_at=past, round=older[0])
    _problem(world, 4, round=older[0])
    _problem(world, 5, round=older[1], state="closed")
    _problem(world, 6, round=older[2], state="dropped")
    left = leader.get(at("leader")).context["rectification"]
    assert [(one.round.slug, one.open, one.overdue, one.escalated) for one in left] == [
        ("sample-2019", 2, 1, 1), ("sample-2021", 0, 0, 0), ("sample-2024", 2, 1, 0),
    ]  # fmt: skip
    actor = world.actor("leader")
    with acting(actor):
        home = {one.name.en: one.value for one in problems_home.standings(actor)}
        task = next(todo(actor))
    assert home["Open problems"] == str(sum(one.open for one in left))
    assert home["Problems overdue"] == str(sum(one.overdue for one in left))
    assert task.count == 1
    _problem(world, 7, due=past, escalated_at=past)
    with acting(actor):
        task = next(todo(actor))
    rows = leader.get(task.url).context["page"].rows
    assert (task.count, sorted(row.code for row in rows)) == (2, ["k-3", "k-7"])
    assert "已提级报领导的逾期问题" in leader.get(task.url).content.decode()


def test_items_without_evidence_open_the_units_that_have_them(world: World) -> None:
    with everything("test"):
        item = world.items["A2"]  # people judge it; data decide A1
        item.guidance = {"evidence": {"zh": "文件", "en": "documents"}}
        item.save()
        Answer.objects.filter(item=item, unit=world.unit["b"]).delete()
    client = world.client("organiser")
    assert f'href="{at("matrix")}?only=bare"' in client.get(at("show")).content.decode()
    page = client.get(at("matrix"), {"only": "bare"})
    assert [row.unit for row in page.context["rows"]] == [world.unit["a"]]
    assert page.context["rows"][0].counts.bare == 1
    assert not client.get(at("matrix"), {"only": "submitted"}).context["rows"]
    world.submit("a")
    page = client.get(at("matrix"), {"only": "submitted"})
    assert [row.unit for row in page.context["rows"]] == [world.unit["a"]]
    bench = reverse("rounds:unit", args=[world.unit["a"].pk])
    assert f'href="{bench}?show=no_evidence"' in page.content.decode()
    assert client.get(f"{bench}?show=no_evidence").status_code == 200


def test_what_data_decide_wants_no_evidence_unless_it_must_be_there(world: World) -> None:
    """A1 is computed, the others are judged; B2 names no evidence. Every page that counts says the same."""

    def counted() -> tuple[int, ...]:
        matrix = client.get(at("matrix"), {"only": "bare"}).context["rows"]
        follow = client.get(at("unit_follow", unit.code)).context["row"]
        leader = client.get(at("leader")).context["totals"]
        rows = client.get("/api/v1/rounds/sample-2024/matrix").json()["rows"]
        bench = client.get(f"{reverse('rounds:unit', args=[unit.pk])}?show=no_evidence").context["bench"]
        assert bench.counts["no_evidence"] == sum(node.line is not None for node in bench.nodes)
        assert leader.bare == sum(row["without_evidence"] for row in rows)
        told = next(row["without_evidence"] for row in rows if row["unit"] == unit.code)
        assert (follow.counts.bare, told) == (bench.counts["no_evidence"],) * 2
        with everything("test"):
            check = check_of(RoundUnit.objects.get(pk=unit.pk))
        wanted = [p for p in (*check.problems, *check.warnings) if "wanted and missing" in p.what.en]
        assert len(wanted) == bench.counts["no_evidence"]
        return (bench.counts["no_evidence"], *(row.counts.bare for row in matrix if row.unit == unit))

    client, unit = world.client("organiser"), world.unit["a"]
    world.submit("a")
    with everything("test"):
        Item.objects.filter(code__in=("A1", "A2", "B1")).update(
            guidance={"evidence": {"zh": "表", "en": "a form"}}
        )
    assert counted() == (2, 2)
    with everything("test"):
        Item.objects.filter(code="A1").update(guidance={"evidence_required": True})
    assert counted() == (3, 3)
    for page in ("show", "leader", "matrix"):
        assert "缺应附佐证" in client.get(at(page)).content.decode()
    with everything("test"):  # while it is prepared nobody could have attached any
        Round.objects.filter(pk=world.round.pk).update(state="draft")
    assert counted() == (0,)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="open")
    with everything("test"):
        Item.objects.exclude(code="A1").update(guidance={})
        Item.objects.filter(code="A1").update(guidance={"evidence": {"zh": "表", "en": "a form"}})
    assert counted() == (0,)


def test_every_cell_of_the_matrix_leads_to_its_unit(world: World) -> None:
    client = world.client("leader")
    steps = client.get(at("matrix")).content.decode()
    for unit in world.unit.values():
        assert steps.count(f'href="{at("unit_follow", unit.code)}"') > 2
    items = client.get(at("matrix"), {"view": "items"}).content.decode()
    assert f'href="{reverse("rounds:unit", args=[world.unit["a"].pk])}"' in items
    assert "@url@" not in steps + items
    follow = client.get(at("unit_follow", world.unit["a"].code)).content.decode()
    assert f'href="{reverse("rounds:unit", args=[world.unit["a"].pk])}?show=returned"' in follow
