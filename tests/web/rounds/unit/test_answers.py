"""Answers: saved, versioned, in conflict, handed over, out of time."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common import clock
from duxue.web.common.audit import breaks
from duxue.web.common.audit_titles import title_of
from duxue.web.common.lang import say
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.common.templatetags.duxue import day
from duxue.web.rounds.models import Answer, AnswerVersion, RoundUnit, Window
from duxue.web.rounds.services.answers import Conflict, answer_save, answers_hand
from tests.web.rounds.unit.helpers import codes, fill
from tests.web.worlds import World


def test_an_answer_is_saved_with_its_version_state_and_event(world: World) -> None:
    saved = fill(world, "A2")
    assert (saved.state, saved.version, saved.self_score) == ("drafted", 1, Decimal(4))
    with everything("test"):
        events = list(AuditEvent.objects.order_by("seq"))
        version = AnswerVersion.objects.get(answer=saved)
    assert [e.action for e in events] == ["duxue.answer.draft"]
    assert not list(breaks(iter(events)))
    assert (version.number, version.source, version.handed_in) == (1, "saved", False)


def test_the_first_answer_of_an_invited_unit_begins_its_work(world: World) -> None:
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="invited")
    fill(world, "A2")
    world.unit["a"].refresh_from_db()
    assert world.unit["a"].state == "drafting"


def test_an_emptied_answer_is_open_again(world: World) -> None:
    fill(world, "A2")
    saved = fill(world, "A2", self_score=None, narrative="", ready=False)
    assert (saved.state, saved.version) == ("open", 2)


def test_what_is_equal_is_not_written_again(world: World) -> None:
    fill(world, "A2")
    again = fill(world, "A2", version=0)  # the first request came twice: its answer was lost on the way
    assert again.version == 1
    with everything("test"):
        assert AuditEvent.objects.count() == 1


def test_someone_elses_text_is_never_overwritten(world: World) -> None:
    fill(world, "A2", narrative="同事写的。")
    with pytest.raises(Conflict) as conflict:
        fill(world, "A2", who="manager_a", narrative="我写的。", version=0)
    assert codes(conflict.value.problems) == ["WEB003"]
    assert conflict.value.theirs.narrative == "同事写的。"
    assert conflict.value.mine["narrative"] == "我写的。"
    assert world.answer("a", "A2").narrative == "同事写的。"


def test_drafts_without_a_pause_are_one_version_and_each_save_an_event(world: World) -> None:
    start = clock.now()
    for n in range(5):
        fill(
            world,
            "A2",
            narrative="字" * (n + 1),
            ready=False,
            autosave=True,
            at=start + timedelta(seconds=2 * n),
        )
    fill(world, "A2", narrative="字" * 9, ready=False, autosave=True, at=start + timedelta(minutes=20))
    with everything("test"):
        versions = list(AnswerVersion.objects.order_by("number").values_list("number", "narrative"))
        events = list(AuditEvent.objects.order_by("seq"))
    assert versions == [(5, "字" * 5), (6, "字" * 9)]
    # One event opens a version, the others tell each what changed while it was written, without the text.
    assert [e.action.removeprefix("duxue.") for e in events] == [
        "answer.draft",
        *["draft.saved"] * 4,
        "answer.redraft",
    ]
    told = [json.loads(e.data) for e in events]
    assert [t["version"] for t in told] == [1, 2, 3, 4, 5, 6]
    assert all(t["changed"] == ["narrative"] for t in told[1:5])
    assert not any("字" in e.data for e in events)
    assert not list(breaks(iter(events)))
    assert title_of("duxue.draft.saved") == say("继续填写条目", "Went on filling in an item")


def test_an_empty_line_in_an_open_item_is_on_record_too(world: World) -> None:
    saved = fill(world, "A2", self_score=None, narrative="\n", ready=False)
    assert saved.state == "open"
    with everything("test"):
        assert [e.action for e in AuditEvent.objects.all()] == ["duxue.draft.saved"]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"self_score": Decimal("5.5")}, "WEB002", "self_score"),
        ({"self_score": Decimal(-1)}, "WEB002", "self_score"),
        ({"self_score": Decimal("NaN")}, "WEB002", "self_score"),
        ({"self_score": Decimal("3.333")}, "WEB002", "self_score"),
        ({"narrative": "字" * 4001}, "WEB002", "narrative"),
        ({"self_score": None}, "WEB001", "self_score"),
    ],
)
def test_wrong_values_are_refused_with_their_field(world: World, values: dict, code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        fill(world, "A2", **values)
    assert [(p.code, p.place.field) for p in refused.value.problems] == [(code, field)]
    assert world.answer("a", "A2").version == 0


def test_all_problems_are_told_at_once(world: World) -> None:
    with pytest.raises(Refused) as refused:
        fill(world, "A2", self_score=Decimal(9), narrative="字" * 5000)
    assert codes(refused.value.problems) == ["WEB002", "WEB002"]


def test_a_computed_item_takes_a_note_but_no_score(world: World) -> None:
    with pytest.raises(Refused) as refused:
        fill(world, "A1")
    assert codes(refused.value.problems) == ["WEB002"]
    assert fill(world, "A1", self_score=None, ready=False).narrative == "A1已完成。"


def test_a_computed_item_whose_points_are_told_later_is_asked(world: World) -> None:
    world.round.settings = {**world.round.settings, "show_points": False}
    world.round.save()
    assert fill(world, "A1").self_score == Decimal(4)


def test_texts_are_kept_as_every_database_can(world: World) -> None:
    saved = fill(world, "A2", narrative="a\x00b\r\nc\ud800")
    assert saved.narrative == "ab\nc?"


def test_nothing_is_written_after_the_window_but_what_arrived_in_time_counts(world: World) -> None:
    with everything("test"):
        window = Window.objects.get(round=world.round, step="self_evaluation")
    with clock.at(window.closes + timedelta(minutes=5)):
        with pytest.raises(Refused) as refused:
            fill(world, "A2")
        assert codes(refused.value.problems) == ["WEB005"]
        assert fill(world, "A2", at=window.closes).version == 1


def test_a_submitted_answer_is_not_changed(world: World) -> None:
    world.submit("a")
    with pytest.raises(Refused) as refused:
        fill(world, "A2", narrative="改", version=1)
    assert codes(refused.value.problems) == ["WEB004"]


def test_other_units_and_the_public_cannot_fill(world: World) -> None:
    for who in ("officer_b", "reviewer1", "organiser", "leader", "auditor", "foreign_manager", "public"):
        with pytest.raises(Denied):
            fill(world, "A2", who=who)


# --- handing out ------------------------------------------------------------------------------------------------------
def hand(world: World, *items: str, who: str = "manager_a", **options: object) -> int:
    actor = world.actor(who)
    answers = [world.answer("a", code).pk for code in items]
    with acting(actor):
        return answers_hand(actor=actor, unit=world.unit["a"], answers=answers, **options)  # type: ignore[arg-type]


def test_an_organisation_below_sees_and_fills_only_what_was_handed_to_it(world: World) -> None:
    county = world.actor("officer_a1")
    with acting(county):
        assert not Answer.objects.exists()
    assert hand(world, "A2", "B1", organisation=world.org["county_a1"].pk) == 2
    with acting(county):
        assert set(Answer.objects.values_list("item__code", flat=True)) == {"A2", "B1"}
    assert fill(world, "A2", who="officer_a1").updated_by_id == world.user["officer_a1"].pk
    with pytest.raises(Denied):
        fill(world, "B2", who="officer_a1")


def test_the_day_inside_the_unit_is_kept_and_shown(world: World) -> None:
    due = clock.today() + timedelta(days=3)
    hand(world, "A2", assignee=world.user["officer_a"].pk, due=due)
    assert world.answer("a", "A2").due == due
    bench = world.client("manager_a").get(reverse("rounds:unit", args=[world.unit["a"].pk])).content.decode()
    assert re.findall(r'data-label="单位内截止">([^<]+)<', bench) == [day(due)]


def test_a_colleague_below_may_be_named(world: World) -> None:
    hand(world, "A2", assignee=world.user["officer_a1"].pk, due=clock.today() + timedelta(days=3))
    assert fill(world, "A2", who="officer_a1").state == "drafted"
    hand(world, "A2")
    with pytest.raises(Denied):
        fill(world, "A2", who="officer_a1", narrative="再改")


def test_handing_out_tells_all_that_does_not_fit(world: World) -> None:
    with pytest.raises(Refused) as refused:
        hand(
            world, assignee=world.user["officer_b"].pk, organisation=world.org["city_b"].pk,
            due=clock.today() - timedelta(days=1),
        )  # fmt: skip
    fields = [p.place.field for p in refused.value.problems]
    assert fields == ["answers", "assignee", "organisation", "organisation", "due"]


def test_a_day_after_the_window_is_refused(world: World) -> None:
    with pytest.raises(Refused) as refused:
        hand(world, "A2", due=clock.today() + timedelta(days=300))
    assert [p.place.field for p in refused.value.problems] == ["due"]


def test_only_the_manager_hands_out(world: World) -> None:
    for who in ("officer_a", "manager_b", "organiser"):
        with pytest.raises(Denied):
            hand(world, "A2", who=who)


def test_handing_out_does_not_disturb_whoever_writes(world: World) -> None:
    saved = fill(world, "A2")
    hand(world, "A2", assignee=world.user["officer_a"].pk)
    assert fill(world, "A2", narrative="继续写。", version=saved.version).version == 2


def test_a_foreign_answer_cannot_be_named(world: World) -> None:
    actor = world.actor("manager_a")
    foreign = world.answer("b", "A2").pk
    with acting(actor), pytest.raises(Refused) as refused:
        answers_hand(
            actor=actor, unit=world.unit["a"], answers=[foreign], assignee=world.user["officer_a"].pk
        )
    assert codes(refused.value.problems) == ["WEB001"]


def test_a_read_only_token_cannot_fill(world: World) -> None:
    from dataclasses import replace

    actor = replace(world.actor("officer_a"), read_only=True)
    with acting(actor), pytest.raises(Denied):
        answer_save(actor=actor, answer=world.answer("a", "A2"), version=0, self_score=None, narrative="x")
