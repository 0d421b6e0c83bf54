"""What a scoring found is entered once, and the next round reads how the ledger stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors.last_round import last_round_rows
from duxue.web.rectification.selectors.ledger import open_on_item
from duxue.web.rectification.services.entering import problems_from_scoring
from duxue.web.rectification.services.mending import problem_extend
from duxue.web.reporting.models import Scoring
from tests.web.rectification.ledger import day, go, make
from tests.web.worlds import World

HEAD = "id,unit,item,state,due,source,public,public_en,internal,internal_en,class,measure,post,plan_due"
NEW = "9901a0-B1,9901a0,B1,open,2026-12-31,field,部分县未达标,Some counties fall short,样本县A1未达标,Sample County A1 falls short,by_date,补齐,分管负责人,2026-10-31"
CARRIED = "9901b0-A2,9901b0,A2,open,2026-12-31,last_round,尚未销号,not closed,尚未销号,not closed,by_date,补齐,分管负责人,2026-10-31"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> str:
    """A scoring's folder with one problem found and one carried over."""
    settings.HOME = tmp_path
    (tmp_path / "s").mkdir()
    (tmp_path / "s/ledger.csv").write_text(f"{HEAD}\n{NEW}\n{CARRIED}\n", encoding="utf-8")
    (tmp_path / "s/problems-internal.csv").write_text("id,unit\n9901a0-B1,9901a0\n", encoding="utf-8")
    return "s"


def test_a_scoring_is_entered_once(world: World, folder: str) -> None:
    earlier = make(world)
    made = problems_from_scoring(actor=world.actor("organiser"), round=world.round, folder=folder)
    assert [(p.code, p.state, p.source, p.kind) for p in made] == [
        ("2024-9901a0-B1", "identified", "field", "by_date")
    ]
    assert made[0].repeats_id == earlier.pk
    assert made[0].finish_due is not None
    with everything("test"):
        event = AuditEvent.objects.get(action="duxue.problem.create", object_id=str(made[0].pk))
    assert event.actor_id == world.user["organiser"].pk
    assert problems_from_scoring(actor=world.actor("organiser"), round=world.round, folder=folder) == []
    with everything("test"):
        assert Problem.objects.count() == 2
    with pytest.raises(Denied):
        problems_from_scoring(actor=world.actor("manager_a"), round=world.round, folder=folder)


def test_a_unit_that_is_not_in_the_round_is_told(world: World, folder: str, settings: Any) -> None:
    (settings.HOME / "s/ledger.csv").write_text(
        f"{HEAD}\n{NEW.replace(',9901a0,B1', ',1234,Z9')}\n", encoding="utf-8"
    )
    with pytest.raises(Refused) as refused:
        problems_from_scoring(actor=world.actor("organiser"), round=world.round, folder=folder)
    assert [p.found for p in refused.value.problems] == ["1234", "Z9"]
    with pytest.raises(Refused):
        problems_from_scoring(actor=world.actor("organiser"), round=world.round, folder="nowhere")


def test_the_next_round_reads_how_it_stands(world: World, folder: str) -> None:
    scored = problems_from_scoring(actor=world.actor("organiser"), round=world.round, folder=folder)[0]
    go(world, scored, "closed")
    again_open = go(world, make(world, item="B2"), "reopened")
    more_time = go(world, make(world, item="A1"), "in_progress")
    problem_extend(actor=world.actor("organiser"), problem=more_time, day=day(200), reason="同意")
    go(world, make(world, item="A2"), "notified")
    make(world, item="A2")  # never handed over
    rows = {row.id: row for row in last_round_rows(world.round)}
    assert rows["9901a0-B1"].state == "closed"
    assert (rows["9901a0-B1"].reported_by, rows["9901a0-B1"].closed_by) == ("manager_a", "organiser")
    assert sorted(r.state for r in rows.values()) == ["closed", "extended", "open", "reopened"]
    assert all(r.closed is None and not r.closed_by for r in rows.values() if r.state != "closed")
    with acting(world.actor("manager_a")):
        beside = {item: [p.pk for p in open_on_item(world.unit["a"], item)] for item in ("B1", "B2", "A1")}
    assert beside == {"B1": [], "B2": [again_open.pk], "A1": [more_time.pk]}
    page = world.client("manager_a").get(f"/rounds/answers/{world.answer('a', 'B2').pk}/")
    assert page.status_code == 200
    assert again_open.code in page.content.decode()


def test_the_organiser_enters_what_the_final_scoring_found(world: World, folder: str) -> None:
    client = world.client("organiser")
    address = f"/problems/scored/{world.round.slug}/"
    assert client.post(address).status_code == 302  # no final scoring yet: told on the list
    assert "WEB064" not in client.get("/problems/").content.decode()
    with everything("test"):
        assert not Problem.objects.exists()
        Scoring.objects.create(round=world.round, kind="final", folder=folder, digest="x", made_at=now())
    assert client.post(address).status_code == 302
    with everything("test"):
        assert [p.code for p in Problem.objects.all()] == ["2024-9901a0-B1"]
    assert world.client("manager_a").post(address).status_code == 403
