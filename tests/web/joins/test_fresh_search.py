"""What is found of a self-evaluation is what was handed in, a job later; never a draft, and by nobody who may not see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse

from duxue.web.common.actors import SITE
from duxue.web.common.clock import at, now
from duxue.web.common.scope import acting, everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.registry import Running
from duxue.web.jobs.services import run_jobs, tick
from duxue.web.reporting import search
from duxue.web.reporting.models import SearchEntry, SearchMark
from duxue.web.reporting.search import find, rebuild
from duxue.web.reporting.services import indexing
from duxue.web.rounds.models import Answer, Question, Round
from duxue.web.rounds.services.making import round_create
from duxue.web.rounds.services.questions import question_answer
from tests.web.rounds.unit.helpers import fill, fill_all, submit, withdraw
from tests.web.worlds import PEOPLE, World

pytestmark = pytest.mark.django_db

OWN = {"manager_a", "officer_a"}
SEES = OWN | {"organiser", "organiser2", "leader", "auditor", "reviewer1"}


def finders(world: World, word: str) -> set[str]:
    """Return who finds a self-evaluation by a word."""
    found = set()
    for who in (*PEOPLE, "public"):
        with acting(world.actor(who)):
            if find(word, "answer").hits:
                found.add(who)
    return found


@pytest.fixture(autouse=True)
def the_daily_job_has_run(world: World) -> None:
    """What the tests find is found without waiting for the next day."""
    later(0)


def later(hours: int = 1) -> None:
    """Let the site's clockwork go on, which starts its work once in a minute, and its jobs run."""
    with at(now() + timedelta(hours=hours)):
        tick()
        run_jobs()


def write_all(world: World, text: str) -> None:
    """Let the office of city A fill everything, one item with a text."""
    fill_all(world)
    fill(world, "B1", narrative=text)


def replied(world: World, text: str) -> None:
    """Let an item of city A have been returned, and answer with a text."""
    answer = world.answer("a", "B1")
    with everything("test"):
        Answer.objects.filter(pk=answer.pk).update(state="returned")
        question = Question.objects.create(
            round=world.round, answer=answer, text="请补充名册。", asked_by=world.user["reviewer1"], asked_at=now(),
            due=now() + timedelta(days=3),
        )  # fmt: skip
    actor = world.actor("officer_a")
    with acting(actor):
        question_answer(
            actor=actor, question=question, reply="已补充。", version=answer.version, self_score=Decimal(4), narrative=text
        )  # fmt: skip


def test_a_draft_is_found_by_nobody_even_of_its_unit(world: World) -> None:
    write_all(world, "暗号均衡")
    later()
    rebuild()
    assert finders(world, "暗号均衡") == set()
    assert finders(world, "样本市A") == set()


def test_what_was_handed_in_is_found_a_job_later_by_whoever_may_see_it(world: World) -> None:
    write_all(world, "删去的话")
    rebuild()  # the daily job
    write_all(world, "定稿均衡")
    submit(world)
    later()
    assert finders(world, "定稿均衡") == SEES
    assert finders(world, "删去的话") == set()
    page = world.client("organiser").get(reverse("reporting:search"), {"q": "删去的话"}).content.decode()
    assert reverse("rounds:answer", args=[world.answer("a", "B1").pk]) not in page


def test_a_submission_itself_writes_no_words(world: World) -> None:
    write_all(world, "定稿均衡")
    before = list(SearchEntry.objects.values_list("pk", flat=True))
    submit(world)
    assert list(SearchEntry.objects.values_list("pk", flat=True)) == before
    assert finders(world, "定稿均衡") == set()


def test_what_was_withdrawn_is_found_by_nobody_at_once(world: World) -> None:
    write_all(world, "定稿均衡")
    submit(world)
    later()
    withdraw(world)
    assert finders(world, "定稿均衡") == set()
    later(2)
    assert not SearchEntry.objects.filter(kind="answer", body__contains="定稿均衡").exists()


def test_what_is_handed_in_again_takes_the_place_of_what_was_before(world: World) -> None:
    write_all(world, "第一稿")
    submit(world)
    later()
    withdraw(world)
    fill(world, "B1", narrative="第二稿")
    later(2)
    assert finders(world, "第二稿") == set()
    submit(world, key="k2")
    later(3)
    assert (finders(world, "第一稿"), finders(world, "第二稿")) == (set(), SEES)


def test_what_is_handed_in_again_while_the_index_is_rebuilt_takes_the_place_of_what_was_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(world, "第一稿")
    submit(world)
    later()
    real = search._words

    def meanwhile(entry: SearchEntry) -> tuple[str, ...]:
        """Hand in again, and let the job run, when the rebuilding has read the answers and not yet written them."""
        if entry.kind == "answer":
            monkeypatch.setattr(search, "_words", real)
            withdraw(world)
            fill(world, "B1", narrative="第二稿")
            submit(world, key="k2")
            later(2)
            assert finders(world, "第二稿") == SEES
        return real(entry)

    monkeypatch.setattr(search, "_words", meanwhile)
    rebuild()
    assert search._words is real
    assert (finders(world, "第一稿"), finders(world, "第二稿")) == (set(), SEES)


@pytest.mark.parametrize("ends", ["withdrawn", "handed in"])
def test_what_is_withdrawn_or_handed_in_while_the_index_is_written_reads_as_it_ends(
    world: World, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    write_all(world, "第一稿")
    submit(world)
    later()
    if ends == "handed in":
        withdraw(world)
    real = search._forget

    def meanwhile(kind: str, gone: Iterable[int]) -> None:
        """Withdraw or hand in when it was read which answers are found."""
        if kind == "answer":
            monkeypatch.setattr(search, "_forget", real)
            submit(world, key="k2") if ends == "handed in" else withdraw(world)
        real(kind, gone)

    monkeypatch.setattr(search, "_forget", meanwhile)
    rebuild()
    assert search._forget is real
    assert SearchEntry.objects.filter(kind="answer", body="第一稿").exists() == (ends == "handed in")


def test_what_is_answered_after_a_return_takes_the_place_of_what_was_before(world: World) -> None:
    write_all(world, "第一稿")
    submit(world)
    later()
    replied(world, "补充名册后的说明")
    later(2)
    assert (finders(world, "第一稿"), finders(world, "补充名册")) == (set(), SEES)


def test_what_was_handed_in_is_found_where_the_round_was_frozen_meanwhile(world: World) -> None:
    write_all(world, "定稿均衡")
    submit(world)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
    later()
    assert finders(world, "定稿均衡") == SEES


def test_a_run_that_broke_off_is_made_up_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write_all(world, "定稿均衡")
    submit(world)
    with monkeypatch.context() as broken:
        broken.setattr(indexing, "write", None)
        with pytest.raises(TypeError):
            indexing.freshen(Running(0, {}, SITE, lambda *_: None))
    assert finders(world, "定稿均衡") == set()
    later()
    assert finders(world, "定稿均衡") == SEES


def test_drafts_that_were_in_the_index_go_with_the_migration_and_what_was_handed_in_comes_again(
    world: World,
) -> None:
    write_all(world, "定稿均衡")
    submit(world)
    later()
    SearchEntry.objects.create(kind="answer", object_id=world.answer("b", "B1").pk, title="", body="草稿")
    SearchMark.objects.all().delete()  # as it stood before
    forwards = import_module("duxue.web.reporting.migrations.0005_what_was_handed_in_is_found").forwards
    forwards(None, SimpleNamespace(execute=connection.cursor().execute))
    assert not SearchEntry.objects.filter(kind="answer").exists()
    later(2)
    assert finders(world, "定稿均衡") == SEES
    assert not SearchEntry.objects.filter(kind="answer", body="草稿").exists()


def test_units_of_a_new_round_are_found_a_job_later(world: World) -> None:
    round_create(
        actor=world.actor("organiser"), authority=world.org["province"], pack="cn-duty-province-demo@1.0.0", slug="next",
        evaluated_year=2025, round_year=2026, title_zh="样本", title_en="Sample",
    )  # fmt: skip
    with acting(world.actor("organiser")):
        assert find("样本市A", "unit").counts == {"unit": 1}
    later()
    with acting(world.actor("organiser")):
        assert find("样本市A", "unit").counts == {"unit": 2}


def test_where_nothing_was_handed_in_no_job_runs(world: World) -> None:
    later(1)
    with everything("test"):
        runs = Job.objects.filter(kind="reporting.index")
        assert not runs.exists()
        write_all(world, "定稿均衡")
        submit(world)
        later(2)
        later(3)
        assert [job.result for job in runs] == [{"objects": 4}]
