"""A machine does through the API what the office does on the pages: a round from its making to its decisions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from duxue.web.accounts.models import Grant
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.clock import at, now, today
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.inspections.models import Visit
from duxue.web.inspections.services import drawing
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_jobs
from duxue.web.reviews.models import Assignment, Recusal
from duxue.web.rounds.models import Known, Objection, Round, RoundUnit, Veto, Window
from duxue.web.rounds.services.noticing import notices_tell
from tests.web.worlds import World

ROUND = "/api/v1/rounds/sample-2024"
NEW = {
    "pack": "cn-duty-province-demo@1.0.0", "evaluated_year": 2025, "round_year": 2026, "title_zh": "样本省2025年度评价",
    "title_en": "Sample Province 2025 evaluation", "slug": "sample-2025",
}  # fmt: skip


class Caller:
    """Somebody who speaks to the API, by a token or signed in."""

    def __init__(self, client: Client, token: str = "") -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, *, want: int = 200, key: str = "") -> Any:
        """Ask, and return the JSON of an answer with the status that is wanted."""
        answer = self.raw(method, path, body, key)
        assert answer.status_code == want, answer.content.decode()
        return json.loads(answer.content) if answer.content else None

    def raw(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Ask, and return the answer as it came."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        if method == "GET":
            return self.client.get(path, body, headers=headers)
        content = json.dumps({} if body is None else body, default=str)
        return self.client.generic(method, path, content, content_type="application/json", headers=headers)

    def codes(self, method: str, path: str, body: Any = None, *, want: int = 422) -> set[str]:
        """Ask for what is refused, and return the codes of the problems."""
        return {problem["code"] for problem in self(method, path, body, want=want)["problems"]}


@pytest.fixture
def office(world: World) -> Caller:
    """The province's own system, with a token."""
    return make_token(world, "organiser", "province")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path


def make_token(world: World, role: str, place: str) -> Caller:
    keeper = world.actor("organiser")
    with acting(keeper):
        made = token_create(
            actor=keeper, title=role, organisation=world.org[place], role=role, read_only=False
        )
    return Caller(Client(), made.secret)


def signed_in(world: World, key: str) -> Caller:
    return Caller(world.client(key))


def events(action: str) -> int:
    with everything("test"):
        return AuditEvent.objects.filter(action=action).count()


# --- the round --------------------------------------------------------------------------------------------------------
def test_a_round_is_made_corrected_and_dropped(world: World, office: Caller) -> None:
    new = NEW | {"authority": world.org["province"].pk, "settings": {"evidence_cap": 5}}
    assert {"WEB010"} <= office.codes("POST", "/api/v1/rounds/", new | {"units": ["none"]})
    assert office.codes("POST", "/api/v1/rounds/", new | {"settings": {"evidence_cap": 500}}) == {"WEB002"}
    with everything("test"):
        assert not Round.objects.filter(slug="sample-2025").exists()
    made = office("POST", "/api/v1/rounds/", new, want=201, key="k")
    assert made == office("POST", "/api/v1/rounds/", new, want=201, key="k")
    assert (made["slug"], made["state"]) == ("sample-2025", "draft")
    here = "/api/v1/rounds/sample-2025"
    edited = office("PATCH", here, {"title_en": "Another title", "settings": {"visit_limit": 2}})
    assert edited["title"] == {"zh": NEW["title_zh"], "en": "Another title"}
    with everything("test"):
        chosen = Round.objects.get(slug="sample-2025").chosen
    assert (chosen.evidence_cap, chosen.visit_limit, chosen.show_points) == (5, 2, False)
    assert office("PUT", f"{here}/units", {"units": ["9901a0"]}) == {"added": 0, "removed": 1}
    start = now() + timedelta(days=3)
    times = {
        "self_evaluation": {"opens": start.isoformat(), "closes": (start + timedelta(days=9)).isoformat()}
    }
    planned = office("PUT", f"{here}/windows", {"windows": times})
    assert next(w["opens"] for w in planned if w["step"] == "self_evaluation")[:10] == start.isoformat()[:10]
    assert office.codes("DELETE", here, {"confirm": "x"}) == {"WEB002"}
    office("DELETE", here, {"confirm": "Another title"}, want=204)
    assert [events(f"duxue.round.{act}") for act in ("create", "edit", "units", "plan_windows", "drop")] == [
        1,
        2,
        1,
        1,
        1,
    ]


def test_windows_close_and_units_are_reminded(world: World, office: Caller) -> None:
    step = f"{ROUND}/windows/self_evaluation"
    assert office.codes("POST", f"{step}/open", {"reason": "x"}) == {"WEB004"}
    assert office("POST", f"{ROUND}/remind", {"units": ["9901a0"]}) == {"reminded": 1}
    assert office("POST", f"{ROUND}/remind", {"units": ["9901a0"]}) == {"reminded": 0}  # not twice a day
    assert office.codes("POST", f"{ROUND}/remind", {"units": ["none"]}) == {"WEB010"}
    assert office.codes("POST", f"{step}/close", {"reason": "x", "confirm": "x"}) == {"WEB002"}
    title = next(w["title"] for w in office("GET", f"{ROUND}/windows") if w["step"] == "self_evaluation")
    office("POST", f"{step}/close", {"reason": "系统维护", "confirm": title["en"]})
    with everything("test"):
        assert Window.objects.get(round=world.round, step="self_evaluation", unit=None).shut_early


def test_many_units_are_moved_and_extended_together_or_not_at_all(world: World, office: Caller) -> None:
    both = [world.unit[key].code for key in ("a", "b")]
    until = (now() + timedelta(days=60)).isoformat()
    extend, excuse, review = (
        f"{ROUND}/units/{act}" for act in ("extend", "move/excuse", "move/start_review")
    )
    more = {"units": both, "step": "self_evaluation", "closes": until, "reason": "停电"}
    assert office.codes("POST", extend, more | {"units": []}) == {"WEB002"}
    assert office.codes("POST", extend, more | {"units": [both[0], "none"]}) == {"WEB010"}
    assert office.codes("POST", extend, more | {"step": "none"}) == {"WEB010"}
    assert signed_in(world, "leader").codes("POST", extend, more, want=403) == {"WEB007"}
    assert extensions(world) == []
    assert office("POST", extend, more, key="k") == {"done": 2}
    assert office("POST", extend, more, key="k") == {"done": 2}
    assert extensions(world) == both
    world.submit("a")
    refused = office("POST", review, {"units": both}, want=422)["problems"]
    assert {problem["field"] for problem in refused} == {both[1]}  # it has not submitted
    assert states(world) == ["submitted", "drafting"]
    assert office("POST", review, {"units": both[:1]}) == {"done": 1}
    assert office.codes("POST", excuse, {"units": both[1:], "reason": " "}) == {"CASE021"}
    assert office("POST", excuse, {"units": both[1:], "reason": "区划调整"}) == {"done": 1}
    assert states(world) == ["in_review", "excused"]


def extensions(world: World) -> list[str]:
    with everything("test"):
        rows = Window.objects.filter(round=world.round, unit__isnull=False)
        return list(rows.order_by("unit__code").values_list("unit__code", flat=True))


def states(world: World) -> list[str]:
    with everything("test"):
        rows = RoundUnit.objects.filter(round=world.round).order_by("code")
        return list(rows.values_list("state", flat=True))


def test_a_moment_without_its_offset_is_refused(office: Caller) -> None:
    body = {"closes": "2199-01-01T00:00:00", "reason": "x"}
    assert office.codes("POST", f"{ROUND}/windows/self_evaluation/extend", body) == {"WEB002"}


# --- asked for and decided --------------------------------------------------------------------------------------------
def test_more_time_is_asked_for_and_granted(world: World, office: Caller) -> None:
    unit, until = world.unit["a"].pk, now() + timedelta(days=60)
    body = {"until": until.isoformat(), "reason": "停电"}
    asked = signed_in(world, "manager_a")("POST", f"/api/v1/rounds/units/{unit}/more-time", body, want=201)
    assert [row["id"] for row in office("GET", f"{ROUND}/more-time", {"outcome": "waiting"})["rows"]] == [
        asked["id"]
    ]
    done = signed_in(world, "organiser")(
        "POST", f"/api/v1/rounds/more-time/{asked['id']}/decide", {"decision": "grant", "answer": "同意"}
    )
    assert done["outcome"] == "granted"
    with everything("test"):
        assert Window.objects.get(unit=unit, step="self_evaluation").closes == until
    assert office("GET", f"{ROUND}/more-time", {"outcome": "waiting"})["rows"] == []


def test_a_unit_reads_what_became_of_its_requests_for_more_time(world: World, office: Caller) -> None:
    path = f"/api/v1/rounds/units/{world.unit['a'].pk}/more-time"
    body = {"until": (now() + timedelta(days=60)).isoformat(), "reason": "停电"}
    manager, token = signed_in(world, "manager_a"), make_token(world, "manager", "city_a")
    assert token.codes("POST", path, body) == {"WEB007"}  # a person asks
    made = manager("POST", path, body, want=201)
    assert manager.codes("POST", path, body) == {"WEB004"}  # one waits already
    decide = f"/api/v1/rounds/more-time/{made['id']}/decide"
    refused = {"decision": "decline", "answer": "期限已公告两次"}
    assert manager.codes("POST", decide, refused, want=403) == {"WEB007"}
    assert office.codes("POST", decide, refused | {"closes": body["until"]}) == {"WEB002"}
    office("POST", decide, refused)
    assert office.codes("POST", decide, refused) == {"WEB004"}
    (told,) = token("GET", path)["rows"]
    assert (told["id"], told["outcome"], told["answer"]) == (made["id"], "declined", "期限已公告两次")
    again = manager("POST", path, body, want=201)
    first = token("GET", path, {"size": 1})
    rest = token("GET", path, {"size": 1, "cursor": first["later"]})
    assert [row["id"] for row in first["rows"] + rest["rows"]] == [again["id"], made["id"]]
    assert signed_in(world, "reviewer1")("GET", path)["rows"] == []  # not who judges
    assert signed_in(world, "manager_b").codes("GET", path, want=404) == {"WEB010"}


def test_a_veto_is_recorded_by_a_person_and_appealed(world: World, office: Caller) -> None:
    from duxue.web.rounds.services.vetoes import vetoes_of

    rule = next(iter(vetoes_of(world.round)))
    path, body = (
        f"/api/v1/rounds/units/{world.unit['a'].pk}/vetoes",
        {"rule": rule, "reason": "查实", "evidence": "通报〔1〕"},
    )
    assert office.codes("POST", path, body, want=403) == {"WEB007"}
    veto = signed_in(world, "organiser")("POST", path, body, want=201)
    appeal = f"/api/v1/rounds/vetoes/{veto['id']}/appeal"
    signed_in(world, "manager_a")("POST", appeal, {"appeal": "pending", "reason": "不实"})
    assert [v["appeal"] for v in office("GET", f"{ROUND}/vetoes")["rows"]] == ["pending"]
    office("POST", appeal, {"appeal": "withdrawn", "reason": "查无实据"})
    with everything("test"):
        assert Veto.objects.get().appeal == "withdrawn"
    assert [v["appeal"] for v in signed_in(world, "manager_a")("GET", path)["rows"]] == ["withdrawn"]


def test_objections_are_decided_and_withdrawn(world: World, office: Caller) -> None:
    with everything("test"):
        made = [
            Objection.objects.create(
                round=world.round, unit=world.unit["a"], text="不同意", filed_by=world.user["manager_a"], filed_at=now(),
                due=now() + timedelta(days=9), item=item,
            )
            for item in (world.items["B1"], None)
        ]  # fmt: skip
    assert len(office("GET", f"{ROUND}/objections")["rows"]) == 2
    here = f"/api/v1/rounds/objections/{made[0].pk}"
    assert office.codes("POST", f"{here}/move/uphold", {"reason": "", "new_points": "999"}) == {"WEB002"}
    office("POST", f"{here}/move/admit", {})
    office("POST", f"{here}/move/uphold", {"reason": "有据", "new_points": "2"})
    signed_in(world, "manager_a")("POST", f"/api/v1/rounds/objections/{made[1].pk}/withdraw", {})
    outcomes = {
        row["item"]: (row["outcome"], row["new_points"], row["unit"])
        for row in office("GET", f"{ROUND}/objections")["rows"]
    }
    assert outcomes["B1"][0] == "upheld"
    assert float(outcomes["B1"][1]) == 2


def test_disputed_figures_of_all_units_wait_for_their_answer(world: World, office: Caller) -> None:
    with everything("test"):
        known = Known.objects.filter(unit=world.unit["a"]).latest("pk")
    path = f"/api/v1/rounds/units/{world.unit['a'].pk}/disputes"
    made = signed_in(world, "officer_a")("POST", path, {"known": known.pk, "text": "不符"}, want=201)
    assert [row["id"] for row in office("GET", f"{ROUND}/disputes", {"waiting": True})["rows"]] == [
        made["id"]
    ]
    signed_in(world, "organiser")(
        "POST", f"/api/v1/rounds/disputes/{made['id']}/answer", {"answer": "已核对"}
    )
    assert office("GET", f"{ROUND}/disputes", {"waiting": True})["rows"] == []
    assert [row["answer"] for row in office("GET", f"{ROUND}/disputes")["rows"]] == ["已核对"]


def test_findings_wait_for_the_final_scoring(office: Caller) -> None:
    assert office.codes("POST", "/api/v1/rectification/rounds/sample-2024/findings") == {"WEB064"}


# --- reviewers and visits ---------------------------------------------------------------------------------------------
def test_reviewers_are_proposed_given_changed_and_recused(world: World, office: Caller) -> None:
    with everything("test"):
        Assignment.objects.all().delete()
    base = "/api/v1/reviews/rounds/sample-2024"
    asked = {"seed": "2024", "share": 0}
    seen = office("POST", f"{base}/proposal", asked)
    assert [t["turn"] for t in seen["tasks"]] == ["first", "first"]
    with everything("test"):
        assert not Assignment.objects.exists()
    assert office.codes("POST", f"{base}/assignments", asked | {"digest": "other"}, want=409) == {"WEB003"}
    given = office("POST", f"{base}/assignments", asked | {"digest": seen["digest"]})["tasks"]
    assert {(t["unit"], t["reviewer"]) for t in given} == {(t["unit"], t["reviewer"]) for t in seen["tasks"]}
    judge, task = world.user["reviewer1"].pk, given[0]
    other = next(
        u.pk for k, u in world.user.items() if k in {"reviewer1", "reviewer2"} and u.pk != task["reviewer"]
    )
    moved = office(
        "POST", f"/api/v1/reviews/tasks/{task['id']}/reassign", {"reviewer": other, "reason": "生病"}
    )
    assert moved["reviewer"] == other
    office("POST", f"/api/v1/reviews/tasks/{moved['id']}/withdraw", {"reason": "重新分派"})
    again = office("POST", f"{base}/tasks", {"unit": task["unit"], "reviewer": judge}, want=201)
    person = signed_in(world, "reviewer1")
    declared = person("POST", f"{base}/recusals", {"unit": task["unit"], "kind": "relative"}, want=201)
    with everything("test"):
        assert Assignment.objects.get(pk=again["id"]).withdrawn_at is not None
    assert [row["id"] for row in office("GET", f"{base}/recusals")["rows"]] == [declared["id"]]
    person("POST", f"/api/v1/reviews/recusals/{declared['id']}/withdraw", {"reason": "填错"}, want=204)
    with everything("test"):
        assert not Recusal.objects.exists()


def test_a_draw_is_committed_and_run_and_its_visit_planned(
    world: World, office: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.submit("a")
    soon = now() + timedelta(minutes=5)
    plan = {"title_zh": "抽取", "title_en": "Draw", "counties": 1, "moment": soon.isoformat()}
    draws = "/api/v1/inspections/rounds/sample-2024/draws"
    assert office.codes("POST", draws, plan | {"moment": "2020-01-01T00:00:00Z"}) == {"WEB002"}
    draw = office("POST", draws, plan, want=201)
    assert draw["commitment"]
    run = f"/api/v1/inspections/draws/{draw['id']}/run"
    assert office.codes("POST", run, {"digits": "123456"}) == {"DRAW034"}  # too early
    monkeypatch.setattr(drawing, "_time", lambda _: f"{soon + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}")
    visits = office("POST", run, {"digits": "123456"})
    assert office.codes("POST", run, {"digits": "123456"}) == {"WEB004"}
    visit = next(v for v in visits if v["unit"] == world.unit["a"].code)
    assert office("GET", draws)["rows"][0]["certificate"]["digest"]
    with everything("test"):
        Grant.objects.filter(user=world.user["inspector1"]).update(until=None)
    here = f"/api/v1/inspections/visits/{visit['id']}"
    assert office.codes("POST", f"{here}/notify") == {"WEB001"}
    assert office.codes("POST", f"{here}/plan", {"team": [2**70]}) == {"WEB002"}
    planned = office(
        "POST", f"{here}/plan", {"day": today().isoformat(), "team": [world.user["inspector1"].pk]}
    )
    assert len(planned["burdens"]) >= 1  # a team of one
    office("POST", f"{here}/notify")
    team = signed_in(world, "inspector1")
    team("POST", f"{here}/start")
    office.codes("POST", f"{here}/cancel", {"reason": "x"})
    with everything("test"):
        assert Visit.objects.get(pk=visit["id"]).state == "under_way"
    assert team("POST", f"{here}/items/B1")["item"] == "B1"
    left = next(v for v in visits if v["id"] != visit["id"])
    office("POST", f"/api/v1/inspections/visits/{left['id']}/cancel", {"reason": "暴雨"})


def test_a_draw_kept_back_is_checked_by_everybody_once_it_is_published(
    world: World, office: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.submit("a")
    soon = now() + timedelta(minutes=5)
    plan = {"counties": 1, "schools": 0, "digits": 3, "who": "公证员", "hidden": True}
    given = plan | {"title_zh": "抽取", "title_en": "Draw", "moment": soon.isoformat()}
    draws = "/api/v1/inspections/rounds/sample-2024/draws"
    first = office("POST", draws, given, want=201)
    here = f"/api/v1/inspections/draws/{first['id']}"
    public = Caller(Client())

    def got(name: str) -> int:
        answer = public.raw("GET", f"{here}/files/{name}")
        body = b"".join(answer.streaming_content) if answer.streaming else b""
        assert (answer.status_code == 200) == bool(body)
        return int(answer.status_code)

    shown = public("GET", here)
    assert {name: shown["plan"][name] for name in plan} == plan
    assert (shown["plan"]["places"] > 1, shown["plan"]["beacon_round"], shown["before"]) == (True, None, None)
    assert "toml" not in shown["plan"]
    assert shown["files"] == list(drawing.FILES)
    assert {got(name) for name in shown["files"]} == {200}
    monkeypatch.setattr(drawing, "_time", lambda _: f"{soon + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}")
    office("POST", f"{here}/run", {"digits": "402"})
    assert (public("GET", here)["certificate"], got("certificate-1.json"), got("sealed.hex")) == (
        {},
        404,
        404,
    )
    office.codes("POST", f"{here}/publish")  # a visit is still to come unannounced
    with everything("test"):
        Visit.objects.filter(draw=first["id"]).update(state="under_way")
    office("POST", f"{here}/publish")
    shown = public("GET", here)
    assert shown["certificate"]["result"]["selected"]
    assert shown["files"] == [*drawing.FILES, *drawing.RESULTS]
    assert {got(name) for name in shown["files"]} == {200}
    assert got("sealed.hex") == 404
    given |= {"moment": (soon + timedelta(hours=1)).isoformat(), "hidden": False, "beacon": True}
    assert office.codes("POST", draws, given) == {"WEB001"}  # a second draw needs its reason
    second = office("POST", draws, given | {"reason": "名单有误"}, want=201)
    assert (second["before"], second["reason"]) == (first["id"], "名单有误")
    assert second["plan"]["beacon_round"] > 0


# --- long work, the audit, what must be done --------------------------------------------------------------------------
def test_long_work_is_followed_at_its_address(world: World, office: Caller) -> None:
    path, key = "/api/v1/reporting/rounds/sample-2024/scorings", "score-1"
    started = office.raw("POST", path, {"kind": "trial"}, key)
    assert started.status_code == 202
    place = started["Location"]
    assert office.raw("POST", path, {"kind": "trial"}, key)["Location"] == place
    assert office("GET", place)["state"] == "waiting"
    assert office("POST", f"{place}/stop")["state"] == "stopped"
    run_jobs()
    assert office("POST", f"{place}/retry")["state"] == "waiting"
    run_jobs()
    ended = office("GET", place)
    assert ended["state"] in {"done", "failed"}
    assert ended["finished_at"]
    assert [job["id"] for job in office("GET", "/api/v1/jobs/", {"state": ended["state"]})["rows"]] == [
        ended["id"]
    ]
    assert signed_in(world, "manager_a").raw("GET", place).status_code == 404
    with everything("test"):
        assert Job.objects.count() == 1


def test_the_audit_is_read_by_period_and_by_thing(world: World, office: Caller) -> None:
    office("POST", f"{ROUND}/remind", {"units": ["9901a0"]})
    start = now() + timedelta(minutes=1)
    with at(start + timedelta(minutes=1)):
        office("POST", f"{ROUND}/remind", {"units": ["9901b0"]})

    def found(**asked: str) -> list[str]:
        asked |= {"action": "duxue.unit.remind"}
        return [row["object_id"] for row in office("GET", "/api/v1/common/audit", asked)["rows"]]

    a, b = (str(world.unit[key].pk) for key in ("a", "b"))
    assert (found(), found(since=start.isoformat()), found(until=start.isoformat())) == ([b, a], [b], [a])
    line = office("GET", f"/api/v1/common/audit/rounds.roundunit/{a}")["rows"][0]
    assert (line["action"], line["title"]["en"] != line["action"]) == ("duxue.unit.remind", True)
    assert signed_in(world, "manager_a").codes("GET", "/api/v1/common/audit", want=403) == {"WEB007"}


def test_a_person_reads_what_must_be_done_and_what_moved(world: World) -> None:
    manager = signed_in(world, "manager_a")
    titles = [one["title"]["zh"] for one in manager("GET", "/api/v1/accounts/me/todos")]
    assert titles
    signed_in(world, "organiser")("POST", f"{ROUND}/windows/self_evaluation/extend",
        {"closes": (now() + timedelta(days=60)).isoformat(), "reason": "停电", "unit": "9901a0"})  # fmt: skip
    notices_tell()
    new = manager("GET", "/api/v1/accounts/me/notices", {"new": True})["rows"]
    assert new
    manager("POST", "/api/v1/accounts/me/notices/seen", want=204)
    assert manager("GET", "/api/v1/accounts/me/notices", {"new": True})["rows"] == []
    assert len(manager("GET", "/api/v1/accounts/me/notices")["rows"]) == len(new)


def test_a_role_ends_on_a_day(world: World) -> None:
    with everything("test"):
        grant = Grant.objects.get(user=world.user["officer_a"])
    done = signed_in(world, "manager_a")(
        "POST", f"/api/v1/accounts/grants/{grant.pk}/end", {"until": "2199-01-01"}
    )
    assert done["until"] == "2199-01-01"
