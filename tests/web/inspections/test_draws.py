"""Draws: chance speaks once and late, anybody checks it, and nobody is told of a visit that comes unannounced."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from duxue.app.drawing import verify_draw
from duxue.core.errors import Refused
from duxue.web.common.clock import now, today
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.inspections import policy, selectors
from duxue.web.inspections.models import Draw, Visit
from duxue.web.inspections.services import drawing, visiting
from duxue.web.rounds.models import Round
from tests.web.inspections.field import drawn, plan, ready
from tests.web.worlds import World


def test_the_command_verifies_what_the_site_drew(world: World):
    draw, visits = drawn(world)
    folder, chain = drawing.home(draw), drawing.chain_of(world.round)
    checked = verify_draw(
        certificate=folder / "certificate-1.json",
        published=folder / "list.tsv",
        chain=chain,
        commitment=folder / "commitment.json",
    )
    assert checked.ok
    assert {v.place_code for v in visits} == set(draw.certificate["result"]["selected"])
    assert {v.unit.code for v in visits} == {"9901a0", "9901b0"}
    assert all(v.state == "drawn" for v in visits)
    text = (folder / "list.tsv").read_text("utf-8").replace("样本县A1", "样本县X1")
    (folder / "list.tsv").write_text(text, "utf-8")
    changed = verify_draw(
        certificate=folder / "certificate-1.json", published=folder / "list.tsv", chain=chain
    )
    assert not changed.ok


def test_counties_and_schools_are_drawn_in_stages(world: World):
    draw, visits = drawn(world, schools=1)
    assert {v.place_level for v in visits} == {"county", "school"}
    assert [v.place_code for v in visits if v.place_level == "school"] == ["9901a1-01"]
    assert draw.certificate["commitment"]["method"] == "multistage/1"


def test_chance_speaks_once_and_late(world: World):
    actor = world.actor("organiser")
    with acting(actor):
        with pytest.raises(Refused) as refused:
            drawing.draw_commit(
                actor=actor,
                round=world.round,
                title_zh="",
                title_en="x",
                plan=plan(digits=0, moment=now() - timedelta(days=1)),
            )
        assert {p.place.field for p in refused.value.problems} == {"title_zh", "digits", "moment"}
        start = now()
        draw = drawing.draw_commit(
            actor=actor, round=world.round, title_zh="抽", title_en="Draw", plan=plan(), at=start
        )
        with pytest.raises(Refused):  # before the moment
            drawing.draw_run(actor=actor, draw=draw, digits="123456", at=start + timedelta(minutes=1))
        with pytest.raises(Refused):  # not six digits
            drawing.draw_run(actor=actor, draw=draw, digits="12", at=start + timedelta(minutes=10))
        assert not Visit.objects.exists()
        drawing.draw_run(actor=actor, draw=draw, digits="123456", at=start + timedelta(minutes=10))
        with pytest.raises(Refused):
            drawing.draw_run(actor=actor, draw=draw, digits="654321", at=start + timedelta(minutes=11))
        with pytest.raises(Refused) as refused:
            drawing.draw_commit(actor=actor, round=world.round, title_zh="抽", title_en="Draw", plan=plan())
        assert [p.place.field for p in refused.value.problems] == ["reason"]


def test_a_second_draw_says_why_and_cancels_what_has_not_begun(world: World):
    _, first = drawn(world)
    second, visits = drawn(world, digits="999999", reason="名单有误")
    assert second.before is not None
    with everything("test"):
        assert set(Visit.objects.filter(pk__in=[v.pk for v in first]).values_list("state", flat=True)) == {
            "cancelled"
        }
        assert AuditEvent.objects.filter(action="duxue.draw.committed", reason="名单有误").exists()
    assert len(drawing.chain_of(world.round).read_text().splitlines()) == 4
    assert visits


def test_a_certificate_left_by_a_stopped_run_counts(world: World):
    draw, visits = drawn(world)
    with everything("test"):
        Visit.objects.all().delete()
        Draw.objects.filter(pk=draw.pk).update(drawn_at=None)
    actor = world.actor("organiser")
    with acting(actor):
        again = drawing.draw_run(actor=actor, draw=draw, digits="000000")
    assert [v.place_code for v in again] == [v.place_code for v in visits]


def test_a_visit_is_filed_by_naming_its_place(world: World):
    visit = ready(world)
    with everything("test"):
        Visit.objects.filter(pk=visit.pk).update(state="sheet_signed")
    client, page = world.client("organiser"), reverse("inspections:show", args=[visit.pk])
    act = reverse("inspections:act", args=[visit.pk, "file"])
    assert "不能再退回补充" in client.get(page).content.decode()
    assert client.post(act).status_code == 302
    assert f"请输入“{visit.place_zh}”以确认" in client.get(page).content.decode()
    visit.refresh_from_db()
    assert visit.state == "sheet_signed"
    assert world.client("leader").post(act, {"confirm": visit.place_zh}).status_code == 403
    client.post(act, {"confirm": visit.place_zh})
    visit.refresh_from_db()
    assert visit.state == "filed"


def test_anybody_checks_a_published_draw_and_nobody_sees_a_hidden_one(world: World):
    draw, _ = drawn(world, hidden=True)
    public = world.client("public")
    show, certificate = (
        reverse("inspections:draw", args=[draw.pk]),
        reverse("inspections:file", args=[draw.pk, "certificate-1.json"]),
    )
    for name in drawing.FILES:
        answer = public.get(reverse("inspections:file", args=[draw.pk, name]))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert b"".join(answer.streaming_content)
    for name in ("sealed.hex", "certificate-1.json", "..%2Fchain.jsonl", "verify.html"):
        assert public.get(f"/visits/draws/{draw.pk}/files/{name}").status_code == 404
    chosen = draw.certificate["result"]["selected"][0]
    assert public.get(show).status_code == 200
    assert chosen not in public.get(show).content.decode()
    assert world.client("manager_a").get(certificate).status_code == 404
    office, publish = world.client("organiser"), reverse("inspections:publish", args=[draw.pk])
    assert "次核查不预先通知而尚未开始" in office.get(show).content.decode()
    assert (
        office.post(publish, {"confirm": draw.round.slug}).status_code == 302
    )  # refused: they are still to come
    assert "次核查不预先通知而尚未开始" in office.get(show).content.decode()
    assert public.get(certificate).status_code == 404
    come_to_an_end(draw)
    assert office.post(publish).status_code == 302
    assert "请输入“" in office.get(show).content.decode()  # one click publishes nothing
    assert public.get(certificate).status_code == 404
    assert office.post(publish, {"confirm": draw.round.slug}).status_code == 302
    assert b"".join(public.get(certificate).streaming_content)
    shown = public.get(show)
    assert chosen in shown.content.decode()
    assert all(
        str(p["name"]).startswith("样本县") and str(p["city"]).startswith("样本市")
        for p in shown.context["places"]
    )
    checked = verify_draw(
        certificate=drawing.home(draw) / "certificate-1.json", published=drawing.home(draw) / "list.tsv"
    )
    assert checked.ok


def come_to_an_end(draw: Draw, *, but: Visit | None = None) -> None:
    """Let the visits of a draw have begun, but one."""
    with everything("test"):
        rows = Visit.objects.filter(draw=draw)
        (rows.exclude(pk=but.pk) if but else rows).update(state="under_way")


def told_of(world: World, who: str, draw: Draw) -> set[str]:
    """Return by which ways a person reads what a draw gave: the pages, the files, the API."""
    client, chosen = world.client(who), draw.certificate["result"]["selected"]
    ways = set()
    if any(
        code in client.get(reverse("inspections:draw", args=[draw.pk])).content.decode() for code in chosen
    ):
        ways.add("page")
    if "证书已公开" in client.get(reverse("public:rounds")).content.decode():
        ways.add("list")
    for name in drawing.RESULTS:
        given = client.get(reverse("inspections:file", args=[draw.pk, name]))
        if given.status_code == 200 and b"".join(given.streaming_content):
            ways.add(name)
    answer = client.get(f"/api/v1/inspections/draws/{draw.pk}").json()
    if answer["certificate"]:
        ways.add("certificate")
    if answer["published_at"]:
        ways.add("published")
    if set(answer["files"]) & set(drawing.RESULTS):
        ways.add("files")
    if any(
        row["certificate"] or row["published_at"] for row in client.get("/api/v1/public/draws").json()["rows"]
    ):
        ways.add("draws")
    return ways


def test_nobody_outside_is_told_the_places_while_a_visit_is_to_come_unannounced(world: World):
    draw, visits = drawn(world)  # its certificate waits for nobody to publish it
    last = next(v for v in visits if v.unit_id == world.unit["a"].pk)
    organiser = world.actor("organiser")
    with acting(organiser):
        for visit in visits:
            visiting.visit_plan(actor=organiser, visit=visit, day=today(), team=[world.user["inspector1"].pk])
    for _ in range(2):
        for who in ("public", "manager_a", "manager_b", "officer_a1", "reviewer1"):
            assert told_of(world, who, draw) == set(), who
        page = world.client("public").get(reverse("inspections:draw", args=[draw.pk])).content.decode()
        assert "结果暂不公开" in page
        assert draw.commitment in page
        assert all(f"files/{name}" in page for name in drawing.FILES)
        for who in ("organiser", "leader", "auditor", "inspector1"):
            assert {"page", "certificate", *drawing.RESULTS} <= told_of(world, who, draw), who
        with everything("test"):
            assert selectors.withheld(world.round) == [draw]  # the round cannot be frozen over it
        come_to_an_end(draw, but=last)
    with acting(organiser):
        visiting.visit_notify(actor=organiser, visit=last)
    for who in ("public", "manager_a", "manager_b"):
        everything_told = {"page", "list", "certificate", "published", "files", "draws", *drawing.RESULTS}
        assert told_of(world, who, draw) == everything_told, who
    with everything("test"):
        assert selectors.withheld(world.round) == []


@pytest.mark.parametrize("known", ["cancelled", "announced", "frozen"])
def test_a_visit_that_is_cancelled_announced_or_never_made_keeps_nothing_back(world: World, known: str):
    draw, _ = drawn(world)
    with everything("test"):
        assert not policy.told(draw)
        match known:
            case "cancelled":
                Visit.objects.filter(draw=draw).update(state="cancelled")
            case "announced":
                Visit.objects.filter(draw=draw).update(announced_at=now(), state="notified")
            case _:
                Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
        assert policy.told(draw)


def test_only_organisers_draw(world: World):
    for who in ("manager_a", "inspector1", "reviewer1", "leader"):
        with pytest.raises(Denied):
            drawing.draw_commit(
                actor=world.actor(who), round=world.round, title_zh="抽", title_en="Draw", plan=plan()
            )
    assert (
        world.client("foreign_organiser")
        .get(reverse("inspections:commit", args=[world.round.pk]))
        .status_code
        == 404
    )


def test_anybody_finds_a_committed_draw_before_chance_speaks(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        made = drawing.draw_commit(
            actor=actor, round=world.round, title_zh="核查抽签", title_en="Visits", plan=plan(hidden=True)
        )
    public = world.client("public")
    page = public.get(reverse("public:rounds")).content.decode()
    assert reverse("inspections:draw", args=[made.pk]) in page
    assert made.commitment in page
    assert "尚未抽取" in page
    own = public.get(reverse("inspections:draw", args=[made.pk])).content.decode()
    address = reverse("inspections:file", args=[made.pk, "list.tsv"])
    assert address in own
    assert b"".join(public.get(address).streaming_content).startswith(b"#duxue-list/1")  # type: ignore[attr-defined]
    with acting(actor):
        drawing.draw_run(actor=actor, draw=made, digits="123456", at=now() + timedelta(minutes=10))
    page = public.get(reverse("public:rounds")).content.decode()
    assert "结果暂不公开" in page
    with everything("test"):
        places = list(Visit.objects.filter(draw=made).values_list("place_code", flat=True))
    assert places
    assert not [code for code in places if code in page]


def test_anybody_reads_the_committed_draws_page_by_page(world: World) -> None:
    kept, reason = drawn(world, hidden=True), "名单有误"
    again, _ = drawn(world, reason=reason)
    public, path = world.client("public"), "/api/v1/public/draws"
    first = public.get(path, {"size": 1}).json()
    rest = public.get(path, {"size": 1, "cursor": first["later"]}).json()
    assert [row["id"] for page in (first, rest) for row in page["rows"]] == [again.pk, kept[0].pk]
    assert (first["rows"][0]["reason"], first["rows"][0]["before"]) == (reason, kept[0].pk)
    assert rest["later"] == ""
    assert rest["rows"][0]["commitment"] == kept[0].commitment
    assert rest["rows"][0]["certificate"] == {}  # kept back, as on the page
    assert first["rows"][0]["certificate"] == {}  # its visits are still to come unannounced
    come_to_an_end(again)
    first = public.get(path, {"size": 1}).json()
    assert first["rows"][0]["certificate"]["result"]["selected"]


def test_who_never_committed_is_not_listed(world: World) -> None:
    with everything("test"):
        Draw.objects.create(round=world.round, title_zh="未承诺的", title_en="Never committed", plan={})
    assert "未承诺的" not in world.client("public").get(reverse("public:rounds")).content.decode()
