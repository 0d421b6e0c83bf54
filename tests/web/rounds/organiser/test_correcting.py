"""A round that was made is corrected: titles and settings until it is sealed, units and the whole while it is a draft."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.memo import remembering
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.rounds.models import Answer, Round, RoundUnit, Submission
from duxue.web.rounds.procedures import DEFAULT_PACK, due_after, procedure_of, procedures_of_pack
from duxue.web.rounds.services.correcting import round_drop, round_edit, round_units
from duxue.web.rounds.settings import Settings
from tests.web.rounds.unit.helpers import fill_all, submit
from tests.web.worlds import World

NEW = {
    "title_zh": "更正后的名称", "title_en": "A corrected title", "evidence_cap": "7", "second_review_share": "40",
    "publish_grades": "on", "review_limit": "4", "sheet_items": "8", "visit_limit": "2", "remind_days": "5",
    "escalate_days": "20", "escalate_to": "organiser", "calendar": "cn", "term_answer_returned_0": "5",
    "term_answer_returned_1": "day",
}  # fmt: skip


def draft(world: World) -> Round:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="draft")
        return Round.objects.select_related("authority").get(pk=world.round.pk)


def event(action: str) -> dict[str, object]:
    with everything("test"):
        found: dict[str, object] = json.loads(AuditEvent.objects.get(action=action).data)
    return found


@pytest.mark.parametrize(("lang", "heading"), [("zh-hans", "更正轮次"), ("en", "Correct the round")])
def test_titles_and_settings_of_an_open_round_are_corrected(world: World, lang: str, heading: str) -> None:
    page = reverse("rounds:edit", args=[world.round.slug])
    client = world.client("organiser", **{"accept-language": lang})
    html = client.get(page).content.decode()
    assert heading in html
    assert world.round.title_zh in html
    assert 'name="units"' not in html  # the round is open
    assert client.post(page, NEW | {"title_en": " "}).status_code == 422
    assert client.post(page, NEW).status_code == 302
    with everything("test"):
        changed = Round.objects.get(pk=world.round.pk)
    assert (changed.title_zh, changed.chosen.evidence_cap) == ("更正后的名称", 7)
    assert (changed.chosen.second_review_share, changed.chosen.show_weights) == (0.4, False)
    assert event("duxue.round.edit")["evidence_cap"] == [3, 7]
    assert world.client("leader").get(page).status_code == 403


def test_clocks_calendar_reminders_and_limits_are_set(world: World) -> None:
    page, client = reverse("rounds:edit", args=[world.round.slug]), world.client("organiser")
    html = client.get(page).content.decode()
    for shown in (
        "期限：答复退回的项",
        "规则包为3个工作日",
        "工作日历",
        "中国大陆法定节假日",
        "整改到期前几天提醒",
    ):
        assert shown in html, shown
    started = now()
    assert client.post(page, NEW).status_code == 302
    with everything("test"):
        changed = Round.objects.get(pk=world.round.pk)
        assert due_after(changed, started, "answer.returned") == due_after(changed, started, "5 days")
    chosen = changed.chosen
    assert chosen.terms == {"answer_returned": "5 days"}
    assert (chosen.calendar, chosen.escalate_to, chosen.review_limit) == ("cn", "organiser", 4)
    assert (chosen.remind_days, chosen.escalate_days, chosen.visit_limit) == (5, 20, 2)
    told = event("duxue.round.edit")
    assert told["terms"] == [{}, {"answer_returned": "5 days"}]
    assert (told["remind_days"], told["escalate_to"]) == ([7, 5], ["leader", "organiser"])
    assert "sheet_items" not in told  # it stayed
    html = client.get(page).content.decode()
    assert re.search(r'name="term_answer_returned_0" value="5"', html)
    assert client.post(page, NEW | {"term_answer_returned_0": ""}).status_code == 302  # the pack's again
    with everything("test"):
        assert Round.objects.get(pk=world.round.pk).chosen.terms == {}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("remind_days", "0"), ("escalate_days", "366"), ("visit_limit", "x"), ("review_limit", "-1"), ("sheet_items", ""),
        ("calendar", "/etc/passwd"), ("escalate_to", "nobody"), ("term_answer_returned_0", "99999"),
        ("term_answer_returned_1", "years"),
    ],
)  # fmt: skip
def test_settings_out_of_bounds_change_nothing(world: World, field: str, typed: str) -> None:
    sent = world.client("organiser").post(
        reverse("rounds:edit", args=[world.round.slug]), NEW | {field: typed}
    )
    assert sent.status_code == 422
    assert set(sent.context["form"].errors) == {field.removesuffix("_0").removesuffix("_1")}
    with everything("test"):
        assert Round.objects.get(pk=world.round.pk).settings == world.round.settings


def test_the_service_refuses_all_wrong_settings_at_once(world: World) -> None:
    wrong = Settings(
        remind_days=0, visit_limit=32, calendar="/etc/passwd", terms={"no_clock": "3 days", "decide": "soon"}
    )
    with acting(actor := world.actor("organiser")), pytest.raises(Refused) as refused:
        round_edit(actor=actor, round=world.round, title_zh="改", title_en="x", settings=wrong)
    assert [(p.code, p.place.field) for p in refused.value.problems] == [
        ("WEB002", name) for name in ("remind_days", "visit_limit", "calendar", "term_no_clock", "term_decide")
    ]  # fmt: skip


def test_rounds_that_are_not_kept_are_not_taken_for_each_other(world: World) -> None:
    own = procedures_of_pack(DEFAULT_PACK)
    other = {**own, "objection": {**own["objection"], "title": {"zh": "复核", "en": "Second look"}}}
    with remembering():
        titles = [procedure_of(Round(procedures=kept), "objection").title.en for kept in (own, other)]
    assert titles[0] != titles[1] == "Second look"


def test_a_sealed_round_is_not_corrected(world: World) -> None:
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
        sealed = Round.objects.select_related("authority").get(pk=world.round.pk)
    with acting(actor := world.actor("organiser")), pytest.raises(Denied):
        round_edit(actor=actor, round=sealed, title_zh="改", title_en="x", settings=Settings())
    assert world.client("organiser").post(reverse("rounds:edit", args=[sealed.slug]), NEW).status_code == 403


def test_units_of_a_draft_are_added_with_their_answers_and_removed(world: World) -> None:
    made = draft(world)
    a, b = world.org["city_a"], world.org["city_b"]
    with acting(actor := world.actor("organiser")):
        assert round_units(actor=actor, round=made, units=[a]) == (0, 1)
        with pytest.raises(Refused) as refused:
            round_units(actor=actor, round=made, units=[a, world.org["foreign_city"]])
        assert refused.value.problems[0].found == "980100"
        assert round_units(actor=actor, round=made, units=[a, b]) == (1, 0)
        assert round_units(actor=actor, round=made, units=[a, b]) == (0, 0)
    with everything("test"):
        back = RoundUnit.objects.get(round=made, organisation=b)
        assert Answer.objects.filter(unit=back).count() == 4
        assert AuditEvent.objects.filter(action="duxue.round.units").count() == 2


def test_a_draft_is_dropped_by_naming_it_and_an_open_round_never(world: World) -> None:
    page = reverse("rounds:drop", args=[world.round.slug])
    client = world.client("organiser")
    assert client.post(page, {"confirm": world.round.title_zh}).status_code == 422  # it is open
    made = draft(world)
    assert client.post(page, {"confirm": "another"}).status_code == 422
    with acting(actor := world.actor("leader")), pytest.raises(Denied):
        round_drop(actor=actor, round=made, confirm=made.title_zh)
    assert made.slug in client.get(page).content.decode()
    assert client.post(page, {"confirm": made.slug}).status_code == 302
    with everything("test"):
        assert not Round.objects.filter(pk=made.pk).exists()
        assert not RoundUnit.objects.filter(round_id=made.pk).exists()
    assert event("duxue.round.drop")["slug"] == "sample-2024"


def test_a_receipt_that_was_given_outlives_the_draft(world: World) -> None:
    fill_all(world)
    receipt = submit(world)
    made, actor = draft(world), world.actor("organiser")
    for way in (
        lambda: round_drop(actor=actor, round=made, confirm=made.title_zh),
        lambda: round_units(actor=actor, round=made, units=[world.org["city_b"]]),
    ):
        with acting(actor), pytest.raises(Refused) as refused:
            way()
        assert [(p.code, p.found) for p in refused.value.problems] == [("WEB004", world.unit["a"].code)]
    page = reverse("rounds:drop", args=[made.slug])
    html = world.client("organiser").post(page, {"confirm": made.title_zh}).content.decode()
    assert "有单位已提交自评，回执须保留" in html
    gone = world.client("organiser").delete(
        f"/api/v1/rounds/{made.slug}", {"confirm": made.title_zh}, content_type="application/json"
    )
    assert gone.status_code == 422
    with everything("test"):
        assert Submission.objects.get(pk=receipt.pk).digest == receipt.digest
    with acting(actor):  # the other unit handed nothing in
        assert round_units(actor=actor, round=made, units=[world.org["city_a"]]) == (0, 1)
