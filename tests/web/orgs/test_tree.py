"""The dated tree: names and places from a day on, without gaps, the past kept; rounds untouched."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from duxue.core.errors import Refused
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.orgs import selectors, services
from duxue.web.orgs.importing import tree_import, tree_preview
from duxue.web.orgs.models import Organisation, OrganisationState
from tests.web.worlds import World

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 1)


def states(organisation: Organisation) -> list[tuple[str, str, date, date | None]]:
    with everything("test"):
        rows = (
            OrganisationState.objects.filter(organisation=organisation)
            .select_related("parent")
            .order_by("from_day")
        )
        return [(s.name_zh, s.parent.code if s.parent else "", s.from_day, s.until) for s in rows]


def fresh(organisation: Organisation) -> Organisation:
    with everything("test"):
        return Organisation.objects.get(pk=organisation.pk)


def without_gaps(organisation: Organisation) -> bool:
    found = states(organisation)
    return all(a[3] == b[2] for a, b in pairwise(found))


def test_a_new_name_holds_from_its_day_and_rounds_keep_the_old_one(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        services.organisation_rename(
            actor=actor,
            organisation=world.org["city_a"],
            name_zh="新名市",
            from_day=DAY,
            source="国函〔2024〕1号",
        )
    city = fresh(world.org["city_a"])
    assert city.name_zh == "新名市"
    assert [(s[0], s[2], s[3]) for s in states(city)] == [
        ("样本市A", date(2000, 1, 1), DAY),
        ("新名市", DAY, None),
    ]
    with everything("test"):
        world.unit["a"].refresh_from_db()
    assert world.unit["a"].name_zh == "样本市A"


def test_a_move_takes_the_whole_branch_and_keeps_names(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        services.organisation_move(
            actor=actor, organisation=world.org["county_a1"], parent=world.org["city_b"], from_day=DAY
        )
    county, school = fresh(world.org["county_a1"]), fresh(world.org["school"])
    assert county.path == f"{world.org['city_b'].path}{county.pk}/"
    assert school.path == f"{county.path}{school.pk}/"
    assert [(s[1], s[2]) for s in states(county)] == [
        (world.org["city_a"].code, date(2000, 1, 1)),
        (world.org["city_b"].code, DAY),
    ]


def test_an_earlier_rename_is_carried_over_a_later_move(world: World) -> None:
    actor, county = world.actor("organiser"), world.org["county_a1"]
    with acting(actor):
        services.organisation_move(actor=actor, organisation=county, parent=world.org["city_b"], from_day=DAY)
        services.organisation_rename(
            actor=actor, organisation=county, name_zh="改名县", from_day=date(2023, 1, 1)
        )
    assert [(s[0], s[1]) for s in states(county)] == [
        ("样本县A1", world.org["city_a"].code),
        ("改名县", world.org["city_a"].code),
        ("改名县", world.org["city_b"].code),
    ]
    assert without_gaps(county)
    assert fresh(county).name_zh == "改名县"


def test_a_change_in_the_future_takes_effect_on_its_day(world: World) -> None:
    actor, city = world.actor("organiser"), world.org["city_a"]
    ahead = date(2999, 1, 1)
    with acting(actor):
        services.organisation_rename(actor=actor, organisation=city, name_zh="将来市", from_day=ahead)
    assert fresh(city).name_zh == "样本市A"
    assert services.tree_refresh(ahead) == 1
    assert fresh(city).name_zh == "将来市"
    assert services.tree_refresh(ahead) == 0


def test_the_tree_of_a_past_day_is_what_it_was(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        services.organisation_merge(
            actor=actor, organisations=[world.org["city_b"]], into=world.org["city_a"], from_day=DAY
        )
        before = {p.code: p for p in selectors.tree_on(date(2024, 8, 31))}
        after = {p.code: p for p in selectors.tree_on(DAY)}
        outside = {p.code for p in selectors.tree_on(DAY)}
    county = world.org["county_b1"].code
    assert before[county].parent_id == world.org["city_b"].pk
    assert after[county].parent_id == world.org["city_a"].pk
    assert world.org["city_b"].code in before
    assert world.org["city_b"].code not in after
    assert world.org["foreign"].code not in outside
    assert fresh(world.org["city_b"]).closed_on == DAY


def test_what_cannot_be_is_refused_and_changes_nothing(world: World) -> None:
    actor, city, county = world.actor("organiser"), world.org["city_a"], world.org["county_a1"]
    before = states(city)
    with acting(actor):
        with pytest.raises(Refused) as circle:
            services.organisation_move(actor=actor, organisation=city, parent=county, from_day=DAY)
        with pytest.raises(Refused) as children:
            services.organisation_close(actor=actor, organisation=city, from_day=DAY)
        with pytest.raises(Refused) as early:
            services.organisation_rename(
                actor=actor, organisation=city, name_zh="", from_day=date(1999, 1, 1)
            )
        with pytest.raises(Refused) as code:
            services.organisation_create(
                actor=actor,
                code=world.org["foreign"].code,
                name_zh="x",
                level="province",
                parent=city,
                from_day=DAY,
            )
    assert {p.place.field for p in circle.value.problems} == {"level", "parent"}
    assert "2" in children.value.problems[0].what.zh
    assert [p.code for p in early.value.problems] == ["WEB001", "WEB002"]  # both at once
    assert {p.place.field for p in code.value.problems} == {"code", "level"}
    assert states(city) == before


def test_only_organisers_of_the_branch_keep_the_tree(world: World) -> None:
    for key in ("manager_a", "officer_a", "leader", "auditor", "foreign_organiser", "reviewer1"):
        actor = world.actor(key)
        with acting(actor), pytest.raises(Denied):
            services.organisation_rename(
                actor=actor, organisation=world.org["city_a"], name_zh="x", from_day=DAY
            )
    organiser = world.actor("organiser")
    with acting(organiser), pytest.raises(Denied):  # nothing at the top, nothing below a foreign place
        services.organisation_create(
            actor=organiser, code="1", name_zh="x", level="nation", parent=None, from_day=DAY
        )
    with acting(organiser), pytest.raises(Denied):
        services.organisation_move(
            actor=organiser,
            organisation=world.org["county_a1"],
            parent=world.org["foreign_city"],
            from_day=DAY,
        )


TABLE = """code,name_zh,name_en,level,parent,from
9901x1,新县,New County,county,9901x0,2024-09-01
9901x0,新市,New City,city,990000,2024-09-01
9901a0,样本市A,Sample City A,city,990000,2024-09-01
9901a1,样本县A1,Sample County A1,county,9901b0,2024-09-01
"""


def test_an_import_shows_first_and_writes_all(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        plan = tree_preview(actor=actor, text=TABLE)
        assert not Organisation.objects.filter(code="9901x0").exists()
        assert plan.problems == []
        assert [(c.row, c.code) for c in plan.changes] == [(2, "9901x1"), (3, "9901x0"), (5, "9901a1")]
        assert plan.unchanged == 1
        tree_import(actor=actor, text=TABLE)
        assert Organisation.objects.get(code="9901x1").parent.code == "9901x0"
        assert tree_import(actor=actor, text=TABLE).changes == []  # a second time: nothing


def test_an_import_tells_all_problems_and_writes_nothing(world: World) -> None:
    actor = world.actor("organiser")
    text = TABLE + (
        "9901y0,,City,city,990000,2024-09-01\n9901z0,某市,Z,planet,990000,yesterday\n"
        "9901w0,某市,W,city,980000,2024-09-01\n9901x0,又一次,Again,city,990000,2024-09-01\n"
    )
    with acting(actor):
        with pytest.raises(Refused) as refused:
            tree_import(actor=actor, text=text)
        assert not Organisation.objects.filter(code="9901x0").exists()
        assert [p.place.row for p in refused.value.problems] == [6, 7, 8, 9]
        foreign = refused.value.problems[2]
        assert foreign.code == "WEB010"  # a foreign place is not found: nothing is said of it
        with pytest.raises(Refused, match="lacks columns"):
            tree_import(actor=actor, text="a,b\n")


@pytest.mark.parametrize("name", ["tree", "show", "create", "rename", "move", "close", "import"])
def test_pages_open_for_an_organiser_in_every_language(world: World, name: str) -> None:
    from django.urls import reverse

    args = [] if name in {"tree", "import"} else [world.org["city_a"].pk]
    for language in ("zh-hans", "zh-hant", "en"):
        client = world.client("organiser", **{"accept-language": language})
        response = client.get(reverse(f"orgs:{name}", args=args))
        assert response.status_code == 200, response.content


def test_pages_change_the_tree_and_tell_what_is_wrong(world: World) -> None:
    client, city = world.client("organiser"), world.org["city_a"]
    url = f"/organisations/{city.pk}"
    wrong = client.post(f"{url}/rename/", {"name_zh": "", "from_day": "2024-09-01"})
    assert wrong.status_code == 422
    assert "error-summary" in wrong.content.decode()
    assert client.post(f"{url}/rename/", {"name_zh": "新名", "from_day": "2024-09-01"}).status_code == 302
    assert "新名" in client.get(f"{url}/").content.decode()
    past = client.get("/organisations/?day=2020-01-01").content.decode()
    assert "样本市A" in past
    assert "外省" not in past
    assert client.post(f"{url}/close/", {"from_day": "2025-01-01", "confirm": "wrong"}).status_code == 422
    preview = client.post("/organisations/import/", {"text": TABLE, "act": "preview"})
    assert "新县" in preview.content.decode()
    assert client.post("/organisations/import/", {"text": TABLE, "act": "import"}).status_code == 302
    assert client.get(f"/organisations/{world.org['foreign'].pk}/").status_code == 404
