"""A round goes from its making to its publication; each guard is refused with its words; two people at once: one wins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from duxue.core.errors import Refused
from duxue.web.accounts.mail import mails_send
from duxue.web.common import audit
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Item, Objection, Question, Round, RoundUnit, Window
from duxue.web.rounds.services import making, moving, units
from tests.web.worlds import World

PACK = "cn-duty-province-demo@1.0.0"
MAKE = {
    "pack": PACK, "evaluated_year": 2025, "round_year": 2026, "title_zh": "样本省2025年度评价",
    "title_en": "Sample Province 2025 evaluation", "slug": "sample-2025",
}  # fmt: skip


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def events(action: str) -> int:
    with everything("test"):
        return AuditEvent.objects.filter(action=action).count()


def settle(world: World) -> None:
    with everything("test"):
        RoundUnit.objects.filter(round=world.round).update(state="settled")


def test_a_round_is_made_from_its_pack(world: World) -> None:
    made = making.round_create(actor=world.actor("organiser"), authority=world.org["province"], **MAKE)
    with everything("test"):
        assert (made.state, made.pack, made.settings["evidence_cap"]) == ("draft", PACK, 10)
        assert set(made.procedures) == {"round", "unit", "answer", "objection", "problem", "inspection"}
        assert [u.name_zh for u in made.units.all()] == ["样本市A", "样本市B"]
        items = {i.code: i for i in Item.objects.filter(round=made)}
        assert items["A1"].parent == items["policy"]
        assert items["policy"].kind == "branch"
        assert {items[c].kind for c in ("A2", "B1")} == {"computed"}
        assert items["A1"].kind == "mixed"
        assert items["A1"].guidance["evidence"]["zh"]
        assert items["A1"].guidance["source"]["zh"]
        leaves = [i for i in items.values() if i.kind != "branch"]
        assert sum(i.points for i in leaves) == 100
        assert Answer.objects.filter(round=made).count() == 2 * len(leaves)
        windows = {w.step: w for w in Window.objects.filter(round=made)}
    assert set(windows) == {
        "self_evaluation",
        "online_review",
        "field_verification",
        "feedback",
        "objection",
        "scoring",
    }
    assert windows["online_review"].opens == windows["self_evaluation"].closes + timedelta(seconds=1)
    assert events("duxue.round.create") == 1


def test_all_that_is_wrong_with_a_new_round_is_told_at_once(world: World) -> None:
    wrong = {**MAKE, "title_zh": " ", "slug": "sample-2024", "round_year": 2024}
    with pytest.raises(Refused) as refused:
        making.round_create(
            actor=world.actor("organiser"),
            authority=world.org["province"],
            units=[world.org["foreign_city"]],
            **wrong,
        )
    assert {p.place.field for p in refused.value.problems} == {"title_zh", "slug", "round_year", "units"}
    with everything("test"):
        assert Round.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["leader", "manager_a", "officer_a", "reviewer1", "auditor", "foreign_organiser", "public"]
)
def test_only_an_organiser_of_the_authority_makes_a_round(world: World, who: str) -> None:
    with pytest.raises(Denied):
        making.round_create(actor=world.actor(who), authority=world.org["province"], **MAKE)


def test_from_open_to_published(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[Round] = []
    monkeypatch.setattr(moving, "_publish", lambda actor, **about: published.append(about["round"]))
    made = making.round_create(actor=world.actor("organiser"), authority=world.org["province"], **MAKE)
    moving.round_move(actor=world.actor("organiser"), round=made, transition="open")
    with everything("test"):
        for unit in RoundUnit.objects.filter(round=made):
            units.unit_move(
                actor=world.actor("organiser"), unit=unit, transition="excuse", reason="行政区划调整"
            )
    moving.round_move(actor=world.actor("organiser"), round=made, transition="freeze")
    assert made.state == "frozen"
    assert made.sealed_at
    assert made.sealed_by_id == world.user["organiser"].pk
    with pytest.raises(Denied, match="不同的人"):
        moving.round_move(actor=world.actor("organiser"), round=made, transition="publish")
    moving.round_move(actor=world.actor("organiser2"), round=made, transition="publish")
    assert made.state == "published"
    assert made.published_at
    assert published == [made]
    with pytest.raises(Denied, match="已公开"):
        moving.round_move(actor=world.actor("organiser2"), round=made, transition="unfreeze", reason="改")
    moving.round_move(actor=world.actor("organiser"), round=made, transition="archive")
    assert made.state == "archived"
    assert [events(f"duxue.round.{name}") for name in ("open", "freeze", "publish", "archive")] == [
        1,
        1,
        1,
        1,
    ]


def test_freezing_names_every_unit_objection_and_question_that_is_left(world: World) -> None:
    with everything("test"):
        Objection.objects.create(
            round=world.round,
            unit=world.unit["a"],
            text="x",
            filed_by=world.user["manager_a"],
            filed_at=now(),
            due=now(),
        )
        Question.objects.create(
            round=world.round, answer=world.answer("b", "B1"), text="?", asked_by=world.user["reviewer2"], asked_at=now(),
            due=now(),
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        moving.round_move(actor=world.actor("organiser"), round=world.round, transition="freeze")
    assert codes(refused) == {"CASE014"}
    said = "\n".join(problem.what.zh for problem in refused.value.problems)
    for words in ("1件异议未办结", "2个单位未定案：样本市A、样本市B", "1个退回问题未答复"):
        assert words in said
    world.round.refresh_from_db()
    assert world.round.state == "open"
    assert world.round.sealed_at is None
    assert not events("duxue.round.freeze")


def test_unfreezing_needs_a_reason_and_lets_the_tables_go(world: World) -> None:
    settle(world)
    moving.round_move(actor=world.actor("organiser"), round=world.round, transition="freeze")
    with pytest.raises(Refused) as refused:
        moving.round_move(actor=world.actor("organiser"), round=world.round, transition="unfreeze")
    assert codes(refused) == {"CASE021"}
    moving.round_move(
        actor=world.actor("organiser"), round=world.round, transition="unfreeze", reason="更正一项数据"
    )
    with everything("test"):
        assert RoundUnit.objects.filter(pk=world.unit["a"].pk).update(code="x") == 1
    assert world.round.sealed_at is None


def test_of_two_who_freeze_at_once_one_wins(world: World) -> None:
    settle(world)
    with everything("test"):
        first, second = Round.objects.get(pk=world.round.pk), Round.objects.get(pk=world.round.pk)
    moving.round_move(actor=world.actor("organiser"), round=first, transition="freeze")
    with pytest.raises((Refused, Denied)), transaction.atomic():
        moving.round_move(actor=world.actor("organiser2"), round=second, transition="freeze")
    assert events("duxue.round.freeze") == 1
    world.round.refresh_from_db()
    assert world.round.sealed_by_id == world.user["organiser"].pk


@pytest.mark.parametrize(
    "who",
    ["leader", "manager_a", "officer_a", "reviewer1", "inspector1", "auditor", "foreign_organiser", "public"],
)
@pytest.mark.parametrize("transition", moving.WAYS)
def test_only_organisers_move_a_round(world: World, who: str, transition: str) -> None:
    with pytest.raises(Denied):
        moving.round_move(actor=world.actor(who), round=world.round, transition=transition, reason="x")


def test_what_is_offered_says_why_not(world: World) -> None:
    found = {o.transition.id: o for o in moving.round_offers(world.actor("organiser"), world.round)}
    assert not found["freeze"].allowed
    assert "未定案" in found["freeze"].why_not[0].zh


def test_many_units_move_together_or_not_at_all(world: World) -> None:
    world.submit("a")
    with everything("test"):
        chosen = list(RoundUnit.objects.filter(round=world.round))
    with pytest.raises(Refused) as refused:
        units.units_move(actor=world.actor("organiser"), units=chosen, transition="start_review")
    assert {p.place.field for p in refused.value.problems} == {world.unit["b"].code}
    world.unit["a"].refresh_from_db()
    assert world.unit["a"].state == "submitted"
    assert units.units_move(actor=world.actor("organiser"), units=chosen[:1], transition="start_review") == 1


def test_a_unit_that_another_reminded_while_this_one_waited_is_not_reminded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the second organiser waits for the lock; when it comes, the first has written."""
    actor, unit = world.actor("organiser2"), world.unit["b"]

    def lock(model: type, *keys: int) -> None:
        assert (model, keys) == (RoundUnit, (unit.pk,))
        audit.record(actor, "duxue.unit.remind", unit, path=unit.path)

    monkeypatch.setattr(units, "lock", lock)
    assert units.units_remind(actor=world.actor("organiser"), round=world.round, units=[unit]) == 0


def test_late_units_are_reminded_once_a_day(world: World, mailoutbox: list[object]) -> None:
    with everything("test"):
        late = list(RoundUnit.objects.filter(round=world.round))
    assert units.units_remind(actor=world.actor("organiser"), round=world.round, units=late) == 2
    assert units.units_remind(actor=world.actor("organiser"), round=world.round, units=late) == 0
    assert mailoutbox == []  # nothing is sent while the organiser waits
    assert mails_send() == {"mailed": 2, "failed": 0}
    assert len(mailoutbox) == 2
