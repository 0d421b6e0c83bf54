"""The office moves many units on from the matrix: which steps it offers, with which units, and what to-dos lead there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.inspections.models import Visit
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_job
from duxue.web.rounds.models import Answer, Objection, Round, RoundUnit, Window
from duxue.web.rounds.services import many
from duxue.web.rounds.services.windows import window_extend
from duxue.web.rounds.views.organiser import choosing
from tests.web.rounds.organiser.test_pages import more_units
from tests.web.worlds import World

MATRIX = reverse("rounds:matrix", args=["sample-2024"])
CHOSEN = reverse("rounds:chosen", args=["sample-2024"])


def named(codes: str) -> dict[str, str]:
    """Return what confirms a step with these units: the name of one alone, the number of more."""
    units = codes.split()
    with everything("test"):
        name = RoundUnit.objects.get(code=codes).name_zh if len(units) == 1 else str(len(units))
    return {"units": codes, "reason": "", "confirm": name}


def put(world: World, key: str, state: str, told_days_ago: int | None = None) -> RoundUnit:
    """Let a unit be in a state, told some days ago."""
    told = None if told_days_ago is None else now() - timedelta(days=told_days_ago)
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit[key].pk).update(state=state, notified_at=told)
        return RoundUnit.objects.get(pk=world.unit[key].pk)


def states(world: World) -> dict[str, str]:
    with everything("test"):
        return {key: RoundUnit.objects.get(pk=unit.pk).state for key, unit in world.unit.items()}


def chosen(world: World, act: str, *keys: str) -> str:
    return f"{CHOSEN}?act={act}" + "".join(f"&unit={world.unit[key].code}" for key in keys)


def offered(text: str) -> list[str]:
    form = text[text.index('id="chosen"') :]
    return [part.split('"')[0] for part in form[: form.index("</form>")].split('name="act" value="')[1:]]


def test_the_matrix_offers_the_steps_that_its_units_can_take(world: World) -> None:
    client = world.client("organiser")
    put(world, "a", "reviewed")
    put(world, "b", "verified")
    assert offered(client.get(MATRIX).content.decode()) == [
        "remind", "extend", "verify", "skip_visit", "notify",
    ]  # fmt: skip
    assert offered(client.get(f"{MATRIX}?state=verified").content.decode()) == ["remind", "extend", "notify"]
    assert 'id="chosen"' not in world.client("leader").get(MATRIX).content.decode()
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now(), state="frozen")
    assert 'id="chosen"' not in client.get(MATRIX).content.decode()
    assert client.post(chosen(world, "notify", "b"), named(world.unit["b"].code)).status_code == 403
    assert states(world)["b"] == "verified"


def test_the_page_counts_who_can_and_who_cannot_and_moves_only_the_first(world: World) -> None:
    put(world, "a", "notified", 40)
    put(world, "b", "notified", 1)
    more_units(world, 0, 1)
    with everything("test"):
        drafting = RoundUnit.objects.get(code="970000")
    client = world.client("organiser")
    asked = chosen(world, "lapse", "a", "b") + f"&unit={drafting.code}"
    page = client.get(asked).content.decode()
    for words in (
        "可以办理 1 个单位",
        "不能办理 2 个单位",
        "申请复核的期限未过",
        "状态为“填报中”",
        "结果就此定案",
    ):
        assert words in page
    assert f'action="{asked.replace("&", "&amp;")}"' in page
    assert f'name="units" value="{world.unit["a"].code} "' in page
    done = client.post(asked, named(world.unit["a"].code))
    assert (done.status_code, done["Location"]) == (302, MATRIX)
    assert states(world) == {"a": "settled", "b": "notified"}
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.unit.lapse").count() == 1
    english = world.client("organiser", **{"Accept-Language": "en"}).get(asked).content.decode()
    assert "It cannot be done with 3 units" in english
    assert 'name="units"' not in english


def test_what_a_step_leaves_open_is_told_before(world: World) -> None:
    put(world, "a", "verified")
    put(world, "b", "verified")
    page = world.client("organiser").get(chosen(world, "notify", "a", "b")).content.decode()
    assert "尚未计分，单位看不到得分（2 个）" in page
    assert "2 个单位" in page


def test_what_changed_since_the_page_was_read_stops_all(world: World) -> None:
    put(world, "a", "verified")
    put(world, "b", "verified")
    codes = " ".join(world.unit[key].code for key in "ab")
    put(world, "b", "notified", 1)
    answer = world.client("organiser").post(chosen(world, "notify", "a", "b"), named(codes))
    assert answer.status_code == 422
    assert "状态为“已告知”" in answer.content.decode()
    assert states(world) == {"a": "verified", "b": "notified"}


def test_all_that_the_filter_leaves_are_moved_some_hundreds_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_units(world, 0, 4)
    with everything("test"):
        RoundUnit.objects.filter(code__startswith="97").update(state="submitted")
    client, asked = world.client("organiser"), f"{CHOSEN}?act=start_review&all=1&state=submitted&only=&q="
    monkeypatch.setattr(choosing, "MOST", 3)
    page = client.get(asked)
    found = page.context["found"]
    assert ([unit.code for unit in found.can], found.cannot) == (["970000", "970001", "970002"], ())
    assert "其余 1 个请随后办理" in page.content.decode()
    assert 'data-confirm="3"' in page.content.decode()
    given = named(" ".join(unit.code for unit in found.can))
    wrong = client.post(asked, given | {"confirm": "2"})
    assert (wrong.status_code, "请输入“3”以确认" in wrong.content.decode()) == (422, True)
    client.post(asked, given)
    with everything("test"):
        moved = RoundUnit.objects.filter(state="in_review").values_list("code", flat=True)
        assert sorted(moved) == ["970000", "970001", "970002"]
    assert states(world) == {"a": "drafting", "b": "drafting"}


def test_a_step_that_wants_a_reason_asks_for_it(world: World) -> None:
    put(world, "a", "reviewed")
    client, asked = world.client("organiser"), chosen(world, "skip_visit", "a")
    assert client.post(asked, named(world.unit["a"].code)).status_code == 422
    sent = {"units": world.unit["a"].code, "reason": "当年已核查"}
    assert client.post(asked, sent).status_code == 422  # one alone is confirmed by its name
    assert client.post(asked, named(sent["units"]) | sent | {"confirm": "1"}).status_code == 422
    assert client.post(asked, named(sent["units"]) | sent).status_code == 302
    assert states(world)["a"] == "verified"


@pytest.mark.parametrize("who", ["leader", "auditor", "manager_a"])
def test_others_move_nothing(world: World, who: str) -> None:
    put(world, "a", "verified")
    answer = world.client(who).post(chosen(world, "notify", "a"), {"units": world.unit["a"].code})
    assert answer.status_code == 403
    assert states(world)["a"] == "verified"


def waiting(world: World) -> dict[str, int]:
    """Return the to-dos that lead to the matrix by state, with their number; the matrix must show as many units."""
    actor, client = world.actor("organiser"), world.client("organiser")
    with acting(actor):
        found = {
            todo.url: todo.count or 0
            for todo in todos(actor)
            if "?state=" in todo.url and "/matrix/" in todo.url
        }
    for url, count in found.items():
        assert len(client.get(url).context["rows"]) == count, url
    return {url.split("state=")[1].split("&")[0]: count for url, count in found.items()}


def test_units_that_wait_for_the_office_are_its_duties(world: World) -> None:
    put(world, "a", "reviewed")
    put(world, "b", "verified")
    assert waiting(world) == {"reviewed": 1, "verified": 1}
    with everything("test"):
        visit = Visit.objects.create(
            round=world.round, unit=world.unit["a"], place_code="9901a1", place_zh="样本县", place_level="county",
            state="planned",
        )  # fmt: skip
    assert waiting(world) == {"verified": 1}  # the other waits for its inspectors
    with everything("test"):
        Visit.objects.filter(pk=visit.pk).update(state="filed")
    put(world, "b", "notified", 1)
    assert waiting(world) == {"reviewed": 1}  # the other may still object
    put(world, "a", "notified", 40)
    assert waiting(world) == {"notified": 1}
    put(world, "b", "notified", 41)
    assert waiting(world) == {"notified": 2}


def test_units_whose_objections_are_closed_wait_for_the_office(world: World) -> None:
    put(world, "a", "objecting", 1)
    with everything("test"):
        filed = Objection.objects.create(
            round=world.round, unit=world.unit["a"], text="x", filed_by=world.user["manager_a"], filed_at=now(), due=now(),
        )  # fmt: skip
    assert "objecting" not in waiting(world)
    with everything("test"):
        Objection.objects.filter(pk=filed.pk).update(state="withdrawn")
    assert waiting(world)["objecting"] == 1


def in_background(monkeypatch: pytest.MonkeyPatch, *, most: int = 1) -> None:
    monkeypatch.setattr("duxue.web.rounds.services.many.FEW", most)


def worked(answer: Any) -> Job:
    """Run the job to which an answer leads and return it as it ended."""
    number = int(answer["Location"].strip("/").rpartition("/")[2])
    assert answer["Location"] == reverse("jobs:show", args=[number])
    run_job.func(number)
    with everything("test"):
        return Job.objects.get(pk=number)


def test_more_than_a_few_units_are_done_in_the_background_with_the_same_audit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_background(monkeypatch)
    for key in ("a", "b"):
        put(world, key, "notified", 40)
    asked, given = (
        chosen(world, "lapse", "a", "b"),
        named(" ".join(u.code for u in world.unit.values())),
    )
    answer = world.client("organiser").post(asked, given)
    assert states(world) == {"a": "notified", "b": "notified"}
    job = worked(answer)
    assert (job.state, job.result["units"], job.result["url"]) == ("done", 2, MATRIX)
    assert states(world) == {"a": "settled", "b": "settled"}
    with everything("test"):
        events = AuditEvent.objects.filter(action="duxue.unit.lapse")
        assert {event.actor_id for event in events} == {world.user["organiser"].pk}
        assert events.count() == 2
        Job.objects.filter(pk=job.pk).update(state="waiting")  # as after a crash: it is not done twice
    run_job.func(job.pk)
    with everything("test"):
        assert Job.objects.get(pk=job.pk).state == "done"
        assert AuditEvent.objects.filter(action="duxue.unit.lapse").count() == 2


def test_in_the_background_too_all_units_are_done_or_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_background(monkeypatch)
    put(world, "a", "notified", 40)
    put(world, "b", "notified", 40)
    given = named(" ".join(u.code for u in world.unit.values()))
    answer = world.client("organiser").post(chosen(world, "lapse", "a", "b"), given)
    put(world, "b", "settled", 40)  # another did it meanwhile
    job = worked(answer)
    assert job.state == "failed"
    assert [world.unit["b"].code in str(problem["where"]) for problem in job.problems] == [True]
    assert states(world)["a"] == "notified"
    with everything("test"):
        assert not AuditEvent.objects.filter(action="duxue.unit.lapse").exists()


def test_many_extensions_keep_their_end_in_the_background(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_background(monkeypatch)
    given = {
        "units": " ".join(u.code for u in world.unit.values()),
        "step": "self_evaluation",
        "reason": "灾害",
    }
    answer = world.client("organiser").post(
        chosen(world, "extend", "a", "b"), {**given, "closes": "2030-05-01T18:00"}
    )
    assert worked(answer).state == "done"
    with everything("test"):
        ends = set(Window.objects.filter(unit__in=world.unit.values()).values_list("closes", flat=True))
    assert [f"{localtime(end):%Y-%m-%d %H:%M:%S}" for end in ends] == ["2030-05-01 18:00:59"]


def test_who_lost_the_right_meanwhile_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    in_background(monkeypatch)
    put(world, "a", "notified", 40)
    put(world, "b", "notified", 40)
    given = named(" ".join(u.code for u in world.unit.values()))
    answer = world.client("organiser").post(chosen(world, "lapse", "a", "b"), given)
    with everything("test"):
        world.user["organiser"].grants.update(revoked_at=now())
    assert worked(answer).state == "failed"
    assert states(world) == {"a": "notified", "b": "notified"}


@pytest.mark.parametrize("act", ["lapse", "remind", "extend"])
@pytest.mark.parametrize("most", [0, 100])
def test_a_round_frozen_meanwhile_ends_all_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, act: str, most: int
) -> None:
    in_background(monkeypatch, most=most)
    for key in ("a", "b"):
        put(world, key, "notified" if act == "lapse" else "drafting", 40)
    real = many.act_on

    def frozen(**asked: Any) -> Any:
        """Freeze after the right was asked for and before the transaction reads the round."""
        with everything("test"):
            Round.objects.filter(pk=world.round.pk).update(sealed_at=now(), state="frozen")
        return real(**asked)

    monkeypatch.setattr(many, "act_on", frozen)
    given = named(" ".join(u.code for u in world.unit.values())) | {"reason": "灾害"}
    given |= {"step": "self_evaluation", "closes": "2030-05-01T18:00"} if act == "extend" else {}
    answer = world.client("organiser").post(chosen(world, act, "a", "b"), given, follow=bool(most))
    if most:
        assert answer.status_code == (200 if act == "remind" else 422)  # the first has no form to stay on
        assert "本轮已冻结" in answer.content.decode()
    else:
        job = worked(answer)
        assert (job.state, job.attempts, [p["code"] for p in job.problems]) == ("failed", 1, ["WEB006"])
    with everything("test"):
        assert not AuditEvent.objects.filter(
            action__in=["duxue.unit.lapse", "duxue.unit.remind", "duxue.round.change_window"]
        ).exists()


def test_one_extension_too_is_refused_in_a_round_frozen_meanwhile(world: World) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
    actor = world.actor("organiser")
    with acting(actor), pytest.raises(Refused) as refused:  # the round as it was read before
        window_extend(
            actor=actor, round=world.round, step="self_evaluation", closes=now() + timedelta(days=90), reason="灾害"
        )  # fmt: skip
    assert [problem.code for problem in refused.value.problems] == ["WEB006"]


@pytest.mark.parametrize("most", [1, 100])
def test_units_that_left_the_round_meanwhile_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    in_background(monkeypatch, most=most)
    more_units(world, 0, 3)
    with everything("test"):
        RoundUnit.objects.filter(code__startswith="97").update(state="submitted")
    client, codes = world.client("organiser"), "970000 970001 970002"
    asked = f"{CHOSEN}?act=start_review&unit=970000&unit=970001&unit=970002"
    if most == 100:  # gone when the confirmation is read
        leave(world, "970001")
    answer = client.post(asked, named(codes))
    if most == 1:  # gone when the job begins
        leave(world, "970001")
        job = worked(answer)
        assert (job.state, job.result["units"], job.result["gone"]) == ("done", 2, ["970001"])
        page = client.get(answer["Location"]).content.decode()
        english = world.client("organiser", **{"Accept-Language": "en"}).get(answer["Location"])
        assert "1 unit is no longer in the round and was left out: 970001" in english.content.decode()
    else:
        page = client.get(answer["Location"]).content.decode()
        assert "已办理2个单位" in page
    assert "1个单位已不在本轮，没有办理：970001" in page
    with everything("test"):
        assert RoundUnit.objects.filter(state="in_review").count() == 2


def leave(world: World, code: str) -> None:
    with everything("test"):
        Answer.objects.filter(unit__code=code).delete()
        RoundUnit.objects.filter(round=world.round, code=code).delete()
