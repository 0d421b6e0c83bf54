"""The pages of the audit: filters, pages of a list, the history of one thing, and who sees which event."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import transaction

from duxue.web.accounts.services.grants import grant_give
from duxue.web.common import audit
from duxue.web.common.audit_reading import Filters, events
from duxue.web.common.audit_titles import known, title_of
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.words import ENTRIES
from duxue.web.rounds.procedures import DEFAULT_PACK, procedures_of_pack
from tests.web.worlds import World

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[3] / "src" / "duxue" / "web"
ACTION = re.compile(r'"(duxue\.([a-z_]+)\.[a-z_]+)"')
BUILT = re.compile(r'f"(duxue\.[a-z_.{}]+)"')
MODULES = {"web"}  # names of the apps, in quotes like actions
STEPS = [f"duxue.{kind}.{step['id']}" for kind, spec in procedures_of_pack(DEFAULT_PACK).items() for step in spec["transitions"]]  # fmt: skip
# Actions that the source builds: what it writes -> all that it may become.
BUILDS = {
    "duxue.{kind}.{transition}": STEPS,
    "duxue.problem.{kind}": [f"duxue.problem.{kind}" for kind in ENTRIES],
    "duxue.veto.{appeal}": [f"duxue.veto.{appeal}" for appeal in ("pending", "upheld", "withdrawn")],
    "duxue.more_time.{outcome}": ["duxue.more_time.granted", "duxue.more_time.declined"],
    "duxue.practice.{verb}": ["duxue.practice.changed", "duxue.practice.handed_in"],
    "duxue.practice.{stored.state}": ["duxue.practice.accepted", "duxue.practice.returned"],
    "duxue.{kind}.": [],  # the beginning of those above
    "duxue.sheet.{unit.pk}.{actor.user_id}": [],  # salt of a signature
}


def test_every_action_in_the_source_has_a_title_in_both_languages() -> None:
    used = {
        found[1]
        for path in SOURCE.rglob("*.py")
        for found in ACTION.finditer(path.read_text("utf-8"))
        if found[2] not in MODULES
    }
    assert {"duxue.grant.given", "duxue.scoring.published"} <= used
    assert sorted(used - set(known())) == []
    assert all(title.zh and title.en for title in known().values())
    assert title_of("duxue.unknown.done").en == "duxue.unknown.done"


def test_every_action_that_is_built_has_a_title() -> None:
    written = {found for path in SOURCE.rglob("*.py") for found in BUILT.findall(path.read_text("utf-8"))}
    built = {one for one in written if "{step[" not in one}
    assert sorted(built - set(BUILDS)) == []
    assert sorted(set(BUILDS) - built) == []
    assert sorted({action for actions in BUILDS.values() for action in actions} - set(known())) == []


def give(world: World, number: int) -> None:
    organiser = world.actor("organiser")
    with acting(organiser), transaction.atomic():
        for n in range(number):
            audit.record(organiser, "duxue.grant.given", world.unit["a"], reason=f"第{n}次")


def test_the_list_filters_and_pages(world: World) -> None:
    give(world, 60)
    client = world.client("organiser")
    first = client.get("/audit/").content.decode()
    assert first.count("data-row") == 50
    cursor = re.search(r'rel="next" href="\?cursor=([^"&]+)', first)
    assert cursor is not None
    second = client.get(f"/audit/?cursor={cursor[1]}").content.decode()
    assert second.count("data-row") == 10
    assert client.get("/audit/?action=duxue.token").content.decode().count("data-row") == 0
    with acting(world.actor("organiser")):
        assert events(Filters(round_id=world.round.pk)).count() == 60
        assert events(Filters(round_id=world.round.pk + 1)).count() == 0
        assert events(Filters(actor_id=world.user["leader"].pk)).count() == 0
    assert client.get("/audit/?person=x&round=99999999999999999999&day=never").status_code == 200
    assert client.get("/audit/?cursor=nonsense").status_code == 400


def test_the_moment_of_an_event_stays_on_one_line(world: World) -> None:
    give(world, 1)
    page = world.client("organiser").get("/audit/").content.decode()
    assert re.findall(r'<td( class="whole")? data-label="时间">', page) == [' class="whole"']


def test_the_history_of_a_thing_is_seen_with_it(world: World) -> None:
    give(world, 1)
    label, key = "rounds.roundunit", world.unit["a"].pk
    for who, status in {
        "organiser": 200,
        "manager_a": 200,
        "officer_b": 404,
        "foreign_organiser": 404,
        "public": 302,
    }.items():
        assert world.client(who).get(f"/audit/{label}/{key}/").status_code == status, who
    assert "第0次" in world.client("manager_a").get(f"/audit/{label}/{key}/").content.decode()
    for wrong in ("nothing.here", "auth.permission", "accounts.user", "sessions.session", "x"):
        assert world.client("organiser").get(f"/audit/{wrong}/1/").status_code == 404, wrong
    assert world.client("organiser").get(f"/audit/{label}/abc/").status_code == 404


def test_reading_another_persons_access_is_logged_and_reveals_no_more(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser):  # the officer also works elsewhere, where the manager sees nothing
        grant_give(
            actor=organiser, user=world.user["officer_a"], role="officer", organisation=world.org["city_b"]
        )
    page = world.client("manager_a").get(f"/people/{world.user['officer_a'].pk}/access/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "样本市A" in text
    assert "样本市B" not in text
    with everything("test"):
        event = AuditEvent.objects.get(action="duxue.personal_data.read")
    assert (event.actor_id, event.object_id) == (world.user["manager_a"].pk, str(world.user["officer_a"].pk))
    assert world.client("officer_b").get(f"/people/{world.user['manager_a'].pk}/access/").status_code == 404
    assert world.client("manager_a").get("/me/access/").status_code == 200
    with everything("test"):  # the own page is no reading of somebody
        assert AuditEvent.objects.filter(action="duxue.personal_data.read").count() == 1
