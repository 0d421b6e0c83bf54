"""Submitting as a whole: once however often it is asked, in time, never lost, never doubled, and taken back with a reason."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from duxue.core.digest import of_json
from duxue.core.errors import Refused
from duxue.web.common import clock
from duxue.web.common.audit import breaks
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.rounds.models import Answer, AnswerVersion, Item, Known, Submission, Window
from duxue.web.rounds.selectors.unit import check_of
from duxue.web.rounds.services.submitting import receipt_of, unit_submit
from tests.web.rounds.unit.helpers import ASKED, codes, fill, fill_all, reload, submit, withdraw
from tests.web.worlds import World, make_world


def test_a_submission_is_numbered_digested_and_in_the_audit(world: World) -> None:
    fill_all(world)
    done = submit(world)
    reload(world)
    assert (done.number, world.unit["a"].state) == (1, "submitted")
    assert done.digest == f"sha256:{of_json(done.content)}"
    assert done.content["points"] == "17"  # three times 4, and 5 that the data give
    assert [i["self_score"] for i in done.content["items"]] == ["5", "4", "4", "4"]
    with everything("test"):
        assert set(Answer.objects.filter(unit=world.unit["a"]).values_list("state", flat=True)) == {
            "submitted"
        }
        assert Answer.objects.filter(unit=world.unit["a"], self_score__isnull=True).count() == 0
        assert AnswerVersion.objects.filter(handed_in=True).count() == 3
        events = list(AuditEvent.objects.order_by("seq"))
    assert events[-1].action == "duxue.unit.submit"
    assert json.loads(events[-1].data)["digest"] == done.digest
    assert not list(breaks(iter(events)))


def test_the_receipt_lets_anyone_compute_the_digest_again(world: World) -> None:
    fill_all(world)
    receipt = json.loads(json.dumps(receipt_of(submit(world))))
    assert receipt["digest"] == f"sha256:{of_json(receipt['content'])}"
    assert receipt["submitted_by"] == "样本人员manager_a"


def test_everything_that_is_missing_is_told_at_once(world: World) -> None:
    fill(world, "B1")
    with pytest.raises(Refused) as refused:
        submit(world)
    assert [(p.code, p.place.field) for p in refused.value.problems] == [("WEB001", "A2"), ("WEB001", "B2")]
    reload(world)
    assert world.unit["a"].state == "drafting"


def test_what_is_odd_is_told_but_does_not_stop(world: World) -> None:
    with everything("test"):
        Item.objects.filter(pk=world.items["B1"].pk).update(kind="mixed")
        Known.objects.create(
            round=world.round, unit=world.unit["a"], item=world.items["B1"], indicator="M1", title_zh="数", title_en="n",
            year=2024, text="1", points=Decimal(2),
        )  # fmt: skip
    fill(world, "A2", ready=False)
    fill(world, "B1", self_score=Decimal(5))
    fill(world, "B2", narrative="")
    with everything("test"):
        check = check_of(world.unit["a"])
    odd = {(p.place.field, p.what.en) for p in check.warnings}
    assert ("A2", "whoever fills it has not marked it ready") in odd
    assert ("B1", "the self-score is far above what the data give") in odd
    assert ("B2", "it has no narrative") in odd
    assert not check.problems
    assert submit(world).number == 1


@pytest.mark.parametrize(("language", "several"), [("zh-hans", "（3 个条目）"), ("en", "(3 items)")])
def test_what_is_odd_names_its_items_where_it_is_true_of_several(
    world: World, language: str, several: str
) -> None:
    fill_all(world)
    with everything("test"):
        Answer.objects.filter(unit=world.unit["a"]).update(ready=False)
        answers = list(
            Answer.objects.filter(unit=world.unit["a"], item__code__in=ASKED).select_related("item")
        )
    client = world.client("manager_a")
    client.cookies["duxue_language"] = language
    page = client.get(reverse("rounds:submit", args=[world.unit["a"].pk])).content.decode()
    assert several in page
    assert len(answers) == len(ASKED) == 3
    for answer in answers:
        door = reverse("rounds:answer", args=[answer.pk])
        assert f'<a href="{door}">{answer.item.code} {answer.item.title}</a>' in page


def test_the_same_key_again_is_the_same_submission(world: World) -> None:
    fill_all(world)
    first = submit(world, "key")
    assert submit(world, "key").pk == first.pk
    assert submit(world, "another browser").pk == first.pk
    with everything("test"):
        assert Submission.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(world: World) -> None:
    fill_all(world)
    submit(world, "key")
    withdraw(world)
    fill(world, "A2", narrative="改过了。")
    with pytest.raises(Refused) as refused:
        submit(world, "key")
    assert codes(refused.value.problems) == ["WEB008"]


def test_the_key_of_a_withdrawn_submission_does_not_revive_it(world: World) -> None:
    fill_all(world)
    submit(world, "key")
    withdraw(world)
    with pytest.raises(Refused) as refused:
        submit(world, "key")
    assert codes(refused.value.problems) == ["WEB008"]


@pytest.mark.parametrize("key", ["", "   ", "k" * 65])
def test_a_key_must_be_there_and_fit(world: World, key: str) -> None:
    with pytest.raises(Refused) as refused:
        submit(world, key)
    assert [p.place.field for p in refused.value.problems] == ["key"]


def test_withdrawn_and_submitted_again_both_are_kept(world: World) -> None:
    fill_all(world)
    first = submit(world, "one")
    gone = withdraw(world, "材料有误")
    assert gone.pk == first.pk
    reload(world)
    assert (world.unit["a"].state, world.unit["a"].submitted_at) == ("drafting", None)
    assert {world.answer("a", code).state for code in ASKED} == {"drafted"}
    assert world.answer("a", "A1").self_score is None
    second = submit(world, "two")
    assert second.number == 2
    with everything("test"):
        rows = Submission.objects.order_by("number").values_list("number", "withdrawn_at")
        assert [(n, w is None) for n, w in rows] == [(1, False), (2, True)]
        assert AuditEvent.objects.get(action="duxue.unit.withdraw").reason == "材料有误"


def test_a_withdrawal_needs_a_reason_a_submission_and_no_judgement(world: World) -> None:
    with pytest.raises(Refused) as refused:
        withdraw(world)
    assert codes(refused.value.problems) == ["WEB004"]
    fill_all(world)
    submit(world)
    with pytest.raises(Refused) as refused:
        withdraw(world, "")
    assert codes(refused.value.problems) == ["CASE021"]
    with everything("test"):
        Answer.objects.filter(pk=world.answer("a", "B1").pk).update(state="accepted")
    with pytest.raises(Refused) as refused:
        withdraw(world)
    assert codes(refused.value.problems) == ["WEB004"]


def test_a_request_that_arrived_in_time_counts_however_long_it_waits(world: World) -> None:
    fill_all(world)
    with everything("test"):
        closes = Window.objects.get(round=world.round, step="self_evaluation").closes
    with clock.at(closes + timedelta(minutes=3)):
        with pytest.raises(Refused) as refused:
            submit(world)
        assert codes(refused.value.problems) == ["WEB005"]
        assert submit(world, at=closes).submitted_at == closes


def test_only_the_units_manager_submits_and_withdraws(world: World) -> None:
    fill_all(world)
    for who in ("officer_a", "manager_b", "organiser", "foreign_manager", "reviewer1", "public"):
        with pytest.raises(Denied):
            submit(world, who=who)


def test_one_submission_costs_few_queries_and_little_time(world: World) -> None:
    with everything("test"):
        leaves = [
            Item.objects.create(
                round=world.round, code=f"C{n}", parent=world.items["B"], order=100 + n, title_zh="条目", title_en="Item",
                points=5, kind="judged",
            )
            for n in range(36)
        ]  # fmt: skip
        Answer.objects.bulk_create(
            [
                Answer(round=world.round, unit=world.unit["a"], item=leaf, state="drafted", self_score=4,
                       narrative="已完成。" * 100, ready=True, version=1)
                for leaf in leaves
            ]
        )  # fmt: skip
    fill_all(world)
    submit(world, "warm")
    withdraw(world)
    actor, spent = world.actor("manager_a"), []
    for n in range(5):
        with acting(actor), CaptureQueriesContext(connection) as queries:
            started = time.process_time()
            unit_submit(actor=actor, unit=world.unit["a"], key=f"k{n}")
            spent.append(time.process_time() - started)
        withdraw(world)
    print(f"submission of 40 items: {min(spent) * 1000:.1f} ms, {len(queries)} queries")  # noqa: T201 - told with -s
    assert len(queries) <= 22
    assert min(spent) < 0.1  # of the processor; 18 ms on the clock of a free machine


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("fill"), st.sampled_from(ASKED), st.integers(0, 5)),
        st.tuples(st.just("clear"), st.sampled_from(ASKED)),
        st.tuples(st.just("submit"), st.sampled_from(["k1", "k2", "k3", "k4"])),
        st.tuples(st.just("withdraw")),
        st.tuples(st.just("fill all")),
    ),
    max_size=12,
)


class AnySequence(TestCase):
    """Whatever a unit does in whatever order, what it handed in is there, once, and adds up."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTIONS)
    def test_keeps_the_invariants(self, actions: list[tuple]) -> None:
        world = make_world()
        for action in actions:
            try:
                _act(world, action)
            except Refused:
                continue
            _invariants(world)


def _act(world: World, action: tuple) -> None:
    match action:
        case ("fill", code, points):
            fill(world, code, self_score=Decimal(points), narrative=f"{points}")
        case ("clear", code):
            fill(world, code, self_score=None, narrative="", ready=False)
        case ("submit", key):
            submit(world, key)
        case ("withdraw",):
            withdraw(world)
        case ("fill all",):
            fill_all(world)


def _invariants(world: World) -> None:
    reload(world)
    unit = world.unit["a"]
    with everything("test"):
        submissions = list(Submission.objects.filter(unit=unit).order_by("number"))
        answers = {a.item.code: a for a in Answer.objects.filter(unit=unit).select_related("item")}
    in_force = [s for s in submissions if s.withdrawn_at is None]
    assert [s.number for s in submissions] == list(range(1, len(submissions) + 1))
    assert (unit.state == "submitted") == (unit.submitted_at is not None) == (len(in_force) == 1)
    for submission in submissions:
        rows = submission.content["items"]
        assert sum(Decimal(row["self_score"]) for row in rows) == Decimal(submission.content["points"])
        assert submission.digest == f"sha256:{of_json(submission.content)}"
    for submission in in_force:
        for row in submission.content["items"]:
            assert Decimal(row["self_score"]) == answers[row["code"]].self_score
            assert answers[row["code"]].state == "submitted"
