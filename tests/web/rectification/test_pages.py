"""The pages: what each person sees, what is filled in and kept, files that go out, and the API beside them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.evidence.targets import target_of
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.mending import progress_add
from duxue.web.rounds.models import Round
from tests.web.rectification.ledger import again, day, go, make
from tests.web.worlds import World

READING = ("list", "overdue", "statistics", "calendar")


def late(problem: Problem, days: int = 2) -> None:
    with everything("test"):
        Problem.objects.filter(pk=problem.pk).update(due=now() - timedelta(days=days))


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("key", ["organiser", "leader", "manager_a", "auditor"])
def test_every_page_opens(world: World, key: str, language: str) -> None:
    first = go(world, make(world), "reopened")
    late(go(world, make(world, unit="b"), "notified"))
    client = world.client(key, **{"accept-language": language})
    for name in READING:
        assert client.get(reverse(f"rectification:{name}")).status_code == 200, name
    page = client.get(reverse("rectification:show", args=[first.pk]))
    assert page.status_code == 200
    assert first.code in page.content.decode()


def test_the_list_narrows_by_its_address(world: World) -> None:
    one = go(world, make(world), "notified")
    other = go(world, make(world, unit="b", source="audit", kind="long_term"), "notified")
    late(other)
    client = world.client("organiser")
    for query, expected in {
        "unit=9901a0": {one.code}, "source=audit": {other.code}, "kind=long_term": {other.code},
        "clock=overdue": {other.code}, "state=notified": {one.code, other.code}, "state=closed": set(),
        "round=sample-2024": {one.code, other.code}, "round=none": set(), "mine=1": set(), "item=B1": {one.code, other.code}, "again=1": set(),
        f"q={one.code}": {one.code},
    }.items():  # fmt: skip
        text = client.get(f"/problems/?{query}").content.decode()
        assert {c for c in (one.code, other.code) if f">{c}<" in text} == expected, query


def test_the_overdue_list_names_what_is_overdue_and_nothing_else(world: World) -> None:
    in_time, over = go(world, make(world), "notified"), go(world, make(world, unit="b"), "notified")
    late(over)
    client = world.client("organiser")
    page = client.get(reverse("rectification:overdue")).content.decode()
    assert {c for c in (in_time.code, over.code) if f">{c}<" in page} == {over.code}
    told = client.get("/api/v1/rectification/problems?clock=overdue").json()["problems"]
    assert [problem["code"] for problem in told] == [over.code]


def test_what_is_foreign_is_not_there(world: World) -> None:
    problem = go(world, make(world), "notified")
    for key in ("manager_b", "foreign_organiser", "foreign_manager", "reviewer1"):
        client = world.client(key)
        assert client.get(reverse("rectification:show", args=[problem.pk])).status_code == 404
        assert client.post(reverse("rectification:act", args=[problem.pk, "plan"])).status_code == 404
        assert problem.code not in client.get("/problems/ledger.csv").getvalue().decode()
    assert world.client("public").get("/problems/").status_code == 302


def test_a_plan_is_sent_on_its_page_and_kept_when_wrong(world: World) -> None:
    problem = go(world, make(world), "notified")
    client = world.client("manager_a")
    address = reverse("rectification:act", args=[problem.pk, "plan"])
    wrong = client.post(
        address,
        {"measure": "补充学位", "post": "", "finish": day(900).isoformat(), "version": problem.version},
    )
    assert wrong.status_code == 422
    assert "补充学位" in wrong.content.decode()
    right = client.post(
        address,
        {"measure": "补充学位", "post": "局长", "finish": day(30).isoformat(), "version": problem.version},
    )
    assert right.status_code == 302
    assert again(problem).state == "planned"
    stale = client.post(
        reverse("rectification:act", args=[problem.pk, "ask_extension"]),
        {"day": day(99), "reason": "x", "version": 0},
    )
    assert stale.status_code == 422


def test_why_not_stands_beside_the_button(world: World) -> None:
    problem = go(world, make(world), "submitted")
    text = world.client("manager_a").get(reverse("rectification:show", args=[problem.pk])).content.decode()
    assert "责任单位不能复查自己的整改" in text


def test_a_unit_enters_what_it_found(world: World) -> None:
    client = world.client("manager_a")
    page = client.get("/problems/new/").content.decode()
    assert "9901b0" not in page
    sent = client.post(
        "/problems/new/",
        {
            "unit": "9901a0",
            "item": "B2",
            "source": "self",
            "kind": "at_once",
            "level": "school",
            "text": "消防通道堵塞",
        },
    )
    assert sent.status_code == 302
    with everything("test"):
        assert Problem.objects.get().source == "self"


def test_many_are_handed_over_and_what_fails_is_told(world: World) -> None:
    rows = [make(world), make(world, item="B2")]
    client = world.client("organiser")
    go(world, rows[1], "notified")
    told = client.post("/problems/bulk/", {"act": "notify", "problem": [str(p.pk) for p in rows]})
    assert told.status_code == 422
    assert rows[1].code in told.content.decode()
    assert again(rows[0]).state == "notified"
    assert client.post("/problems/bulk/", {"act": "drop", "problem": ["1"]}).status_code == 302


def test_the_ledger_goes_out_disarmed(world: World) -> None:
    make(world, text='=HYPERLINK("http://example.org")')
    client = world.client("organiser")
    rows = list(csv.reader(io.StringIO(client.get("/problems/ledger.csv").getvalue().decode("utf-8-sig"))))
    assert rows[1][6].startswith("'=HYPERLINK")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/problems/ledger.xlsx").getvalue()))
    cells = [c for row in book.active.iter_rows() for c in row]
    assert all(c.data_type != "f" for c in cells)
    assert book.active["A2"].value == "编号"
    assert book.active["G3"].value.startswith("'=HYPERLINK")


def test_the_calendar_leads_from_a_day_to_what_is_due(world: World) -> None:
    soon, over = go(world, make(world), "notified"), go(world, make(world), "notified")
    late(over)
    client = world.client("organiser")
    page = client.get("/problems/calendar/")
    days = page.context["chart"]["data"]["days"]
    assert [(d["count"], d["overdue"]) for d in days] == [(1, 1), (1, 0)]
    assert [row["problem"].pk for row in page.context["rows"]] == [soon.pk]
    address, _, anchor = days[0]["href"].partition("#")
    past = client.get(address)
    assert [row["problem"].pk for row in past.context["rows"]] == [over.pk]
    assert f'id="{anchor}"' in past.content.decode()


def test_the_calendar_counts_what_is_late_in_its_days_only_and_says_so(world: World) -> None:
    for days in (90, 10):
        late(go(world, make(world), "notified"), days)
    sentence = world.client("organiser").get("/problems/calendar/").context["chart"]["sentence"]
    assert sentence.say("zh-hans") == "今后 120 天内没有到期的问题；此前 60 天内到期未办结的有 1 个。"
    assert (
        sentence.say("en")
        == "Nothing is due in the next 120 days; 1 still open of what was due in the last 60 days."
    )


def test_the_calendar_file(world: World) -> None:
    problem = go(world, make(world), "notified")
    answer = world.client("manager_a").get("/problems/calendar.ics")
    lines = answer.content.decode().split("\r\n")
    assert problem.due is not None
    assert f"UID:problem-{problem.pk}@duxue" in lines
    assert sum(line.startswith("DTSTART;VALUE=DATE:") for line in lines) == 1
    assert all(len(line.encode()) <= 75 for line in lines)


def test_standing_by_unit(world: World) -> None:
    go(world, make(world), "reopened")
    go(world, make(world), "closed")
    late(go(world, make(world, unit="b"), "notified"), 90)
    page = world.client("organiser").get("/problems/statistics/")
    rows, sentence = page.context["rows"], page.context["chart"]["sentence"]
    assert sentence.say("zh-hans") == "3 个问题中已销号 1 个，逾期 1 个。"
    assert sentence.say("en") == "Of 3 problems 1 are closed and 1 overdue."
    found = {r.code: (r.found, r.closed, r.overdue, r.reopened, r.open) for r in rows}
    assert found == {"9901b0": (1, 0, 1, 0, 1), "9901a0": (2, 1, 0, 1, 1)}
    only = world.client("manager_a").get("/problems/statistics/").context["rows"]
    assert [r.code for r in only] == ["9901a0"]


def test_the_api_lists_enters_and_steps(world: World) -> None:
    client = world.client("organiser")
    client.cookies["duxue_session"] = client.session.session_key or ""
    base = "/api/v1/rectification/problems"
    body = {
        "round": "sample-2024",
        "unit": "9901a0",
        "item": "B1",
        "source": "field",
        "kind": "by_date",
        "text": "大班额",
    }
    made = [
        client.post(base, body, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [m.status_code for m in made] == [200, 200]
    assert made[0].json() == made[1].json()
    pk = made[0].json()["id"]
    assert (
        client.post(f"{base}/{pk}/notify", {"version": 0}, content_type="application/json").json()["state"]
        == "notified"
    )
    old = client.post(f"{base}/{pk}/drop", {"version": 0, "reason": "x"}, content_type="application/json")
    assert (old.status_code, old.json()["problems"][0]["code"]) == (409, "WEB003")
    assert [p["id"] for p in client.get(f"{base}?state=notified").json()["problems"]] == [pk]
    assert [e["kind"] for e in client.get(f"{base}/{pk}/entries").json()["entries"]] == ["notify", "create"]
    steps = {s["step"]: s["allowed"] for s in client.get(f"{base}/{pk}").json()["steps"]}
    assert steps["drop"]
    assert not steps["plan"]
    assert world.client("foreign_organiser").get(f"{base}/{pk}").status_code == 404
    assert (
        world.client("manager_a").post(f"{base}/{pk}/notify", {}, content_type="application/json").status_code
        == 403
    )
    assert world.client("public").get(base).status_code == 401


def test_the_api_steps_with_many(world: World) -> None:
    first, second = make(world), make(world, item="B2")
    go(world, second, "notified")
    base = f"/api/v1/rectification/rounds/{world.round.slug}/problems/move"

    def sent(who: str, step: str, *codes: str) -> tuple[int, Any]:
        client = world.client(who)
        client.cookies["duxue_session"] = client.session.session_key or ""
        told = client.post(f"{base}/{step}", {"problems": codes}, content_type="application/json")
        return told.status_code, told.json()

    assert sent("manager_a", "notify", first.code)[0] == 403
    assert sent("leader", "notify", first.code)[0] == 403
    assert sent("foreign_organiser", "notify", first.code)[0] == 404
    status, told = sent("organiser", "notify", first.code, "2024-none-001")
    assert (status, [(p["code"], p["found"]) for p in told["problems"]]) == (
        422,
        [("WEB010", "2024-none-001")],
    )
    for step, codes in (("drop", [first.code]), ("notify", [])):
        status, told = sent("organiser", step, *codes)
        assert (status, [p["code"] for p in told["problems"]]) == (422, ["WEB002"])
    assert again(first).state == "identified"
    status, told = sent("organiser", "notify", first.code, second.code)
    assert (status, told["done"]) == (200, [first.code])
    assert [(f["code"], [p["code"] for p in f["problems"]]) for f in told["failed"]] == [
        (second.code, ["CASE012"])
    ]
    assert again(first).state == "notified"


def test_proof_is_attached_after_the_round_is_sealed(world: World) -> None:
    problem = go(world, make(world), "in_progress")
    entry = progress_add(actor=world.actor("manager_a"), problem=problem, text="完成招标。", share=40)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
    assert list(target_of("progress", entry.pk).closed(now())) == []
    assert target_of("progress", entry.pk).may(world.actor("officer_a"))
    assert not target_of("progress", entry.pk).may(world.actor("organiser"))
