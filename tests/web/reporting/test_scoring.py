"""Scores of a round: who may compute them, that they are the program's own, who sees them, and letting them out."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from duxue.app.round_checks import open_stored, verify_round
from duxue.app.rounds import check_round
from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant
from duxue.web.common import policy
from duxue.web.common.actors import PUBLIC, Actor
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_jobs
from duxue.web.reporting.models import ItemScore, Scoring, UnitScore
from duxue.web.reporting.services import round_publish, scores_compute
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.reporting.todo import todos
from duxue.web.rounds.models import Answer
from tests.web.reporting.conftest import Office

WITHIN = [
    "台账不全",
    "材料较全",
    "内部说明",
    "内部材料",
    "督导办",
    "事故调查报告",
    "张一",
    "李二",
    "R001",
    "R004",
]


def seen(actor: Actor) -> tuple[int, int, int]:
    with acting(actor):
        return Scoring.objects.count(), UnitScore.objects.count(), ItemScore.objects.count()


def test_a_trial_runs_as_a_job_and_keeps_the_programs_own_figures(office: Office, tmp_path: Path) -> None:
    started = scores_compute(actor=office.actor("organiser"), round=office.round, kind="trial")
    run_jobs()
    with everything("test"):
        job = Job.objects.get(pk=started.pk)
        made = Scoring.objects.get()
        kept = {u.unit.code: u for u in UnitScore.objects.select_related("unit")}
        items = ItemScore.objects.count()
    assert (job.state, job.result["digest"], job.problems) == ("done", made.digest, [])
    scored = {u.unit: u for u in check_round(tmp_path / "in" / "round.yaml").scored.units}
    assert {c: (u.rank, u.rank_from, u.rank_to) for c, u in kept.items()} == {
        c: (u.rank, u.rank_low, u.rank_high) for c, u in scored.items()
    }
    assert all(abs(float(scored[c].final) - float(u.points)) <= 0.0005 for c, u in kept.items())
    assert kept["910400"].grade == "pass"
    assert kept["910400"].final_grade == "fail"
    assert items == 16


def test_what_is_missing_is_told_by_the_job(office: Office) -> None:
    with everything("test"):
        Answer.objects.filter(unit__code="910200", item__code="G2").update(self_score=None)
    started = scores_compute(actor=office.actor("organiser"), round=office.round, kind="trial")
    run_jobs()
    with everything("test"):
        job = Job.objects.get(pk=started.pk)
        assert Scoring.objects.count() == 0
    assert (job.state, [p["code"] for p in job.problems]) == ("failed", ["SCO002"])


@pytest.mark.parametrize("who", ["leader", "manager", "public"])
def test_only_organisers_score(office: Office, who: str) -> None:
    actor = PUBLIC if who == "public" else office.actor(who)
    with pytest.raises(Denied):
        scores_compute(actor=actor, round=office.round, kind="trial")
    office.seal()
    with pytest.raises(Denied):
        scores_compute(actor=actor, round=office.round, kind="final")


def test_the_final_scoring_waits_for_the_seal_and_trials_end_with_it(office: Office) -> None:
    organiser = office.actor("organiser")
    with pytest.raises(Refused):
        scores_compute(actor=organiser, round=office.round, kind="final")
    office.seal()
    with pytest.raises(Denied):
        scores_compute(actor=organiser, round=office.round, kind="trial")
    assert scores_compute(actor=organiser, round=office.round, kind="final").kind == "reporting.score"


@pytest.mark.parametrize("gone", ["role", "open"])
def test_the_right_is_asked_again_when_the_scoring_begins(office: Office, gone: str) -> None:
    started = scores_compute(actor=office.actor("organiser"), round=office.round, kind="trial")
    if gone == "role":
        with everything("test"):
            Grant.objects.filter(user=office.users["organiser"]).update(revoked_at=now())
    else:
        office.seal()
    run_jobs()
    with everything("test"):
        started.refresh_from_db()
        assert (started.state, [p["code"] for p in started.problems]) == ("failed", ["WEB007"])
        assert not Scoring.objects.exists()


def test_each_scoring_has_its_folder_and_the_same_database_the_same_digest(
    office: Office, home: Path
) -> None:
    organiser = office.actor("organiser")
    first, second = (scoring_make(organiser, office.round, "trial") for _ in range(2))
    assert first.folder != second.folder
    assert first.digest == second.digest
    assert verify_round(open_stored(home / first.folder)).differences == ()


def test_a_unit_sees_its_own_scores_once_it_was_told_the_final_ones(office: Office) -> None:
    organiser, manager = office.actor("organiser"), office.actor("manager")
    scoring_make(organiser, office.round, "trial")
    assert seen(manager) == (0, 0, 0)
    assert seen(PUBLIC) == (0, 0, 0)
    assert seen(organiser) == seen(office.actor("leader")) == (1, 4, 16)
    office.seal()
    scoring_make(organiser, office.round, "final")
    assert seen(manager) == (1, 1, 4)
    assert seen(PUBLIC) == (0, 0, 0)


def test_publishing_takes_a_second_person_and_shows_results_to_all_and_points_on_items_to_nobody_outside(
    office: Office, home: Path
) -> None:
    office.seal()
    made = scoring_make(office.actor("organiser"), office.round, "final")
    with pytest.raises(Denied):
        round_publish(actor=office.actor("organiser"), round=office.round)
    assert seen(PUBLIC) == (0, 0, 0)
    office.publish()
    with everything("test"):
        last = Scoring.objects.first()
    assert last is not None
    assert last.pk != made.pk
    assert seen(PUBLIC) == (1, 4, 0)
    assert verify_round(open_stored(home / last.public_folder)).differences == ()
    reports = {p.name for p in (home / last.public_folder / "report" / "public").iterdir()}
    assert reports == {f"report.{lang}.{kind}" for lang in ("zh", "en") for kind in ("docx", "html", "pdf")}


def test_the_public_edition_holds_no_internal_word(office: Office, home: Path) -> None:
    office.publish()
    with everything("test"):
        folder = home / Scoring.objects.get().public_folder
    texts = {
        p: p.read_bytes().decode("utf-8", "replace")
        for p in folder.rglob("*")
        if p.is_file() and p.suffix in {".csv", ".yaml", ".json", ".html"}
    }
    assert len(texts) > 10
    assert [(p.name, word) for p, text in texts.items() for word in WITHIN if word in text] == []


def test_without_a_final_scoring_nothing_is_published(office: Office) -> None:
    scoring_make(office.actor("organiser"), office.round, "trial")
    office.seal()
    with pytest.raises(Refused) as refused:
        round_publish(actor=office.actor("organiser2"), round=office.round)
    assert [p.code for p in refused.value.problems] == ["WEB064"]


def test_units_that_were_not_told_keep_a_round_from_being_published(office: Office) -> None:
    office.seal(untold="910200")
    scoring_make(office.actor("organiser"), office.round, "final")
    with pytest.raises(Refused) as refused:
        round_publish(actor=office.actor("organiser2"), round=office.round)
    assert [(p.code, p.found) for p in refused.value.problems] == [("WEB004", "乙市")]


def test_scoring_and_publishing_are_in_the_audit(office: Office) -> None:
    office.publish()
    with everything("test"):
        events = list(
            AuditEvent.objects.filter(action__startswith="duxue.scoring").values_list("action", "data")
        )
    assert [action for action, _ in events] == ["duxue.scoring.made", "duxue.scoring.published"]
    assert len(json.loads(events[0][1])["digest"]) == 64


def test_the_folder_is_for_organisers(office: Office) -> None:
    made = scoring_make(office.actor("organiser"), office.round, "trial")
    assert policy.decide(office.actor("organiser"), "download", made)
    assert not policy.decide(office.actor("leader"), "download", made)
    assert not policy.decide(PUBLIC, "view", made)


def test_points_keep_their_exact_text(office: Office) -> None:
    scoring_make(office.actor("organiser"), office.round, "trial")
    with everything("test"):
        unit = UnitScore.objects.order_by("rank")[0]
    assert unit.points == Decimal(unit.detail["final"]).quantize(Decimal("0.001"))


def test_an_organiser_is_told_to_make_the_final_scoring(office: Office) -> None:
    def told(who: str) -> list[str]:
        with acting(office.actor(who)):
            return [t.url for t in todos(office.actor(who)) if "/dashboards/" in t.url]

    assert told("organiser") == []
    office.seal()
    assert told("organiser") == ["/dashboards/small-2023/"]
    assert told("manager") == told("leader") == []
    scoring_make(office.actor("organiser"), office.round, "final")
    assert told("organiser") == []
