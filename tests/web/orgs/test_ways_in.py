"""Ways to the tree: the menu, the unit's own page with its tokens, the people; organisations are picked by code or name."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from duxue.web.accounts.models import Invitation
from duxue.web.common.scope import everything
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def page(world: World, who: str, address: str) -> str:
    return world.client(who, **{"accept-language": "en"}).get(address).content.decode()


def menu(world: World, who: str) -> str:
    found = re.search(r'<nav class="wide site-nav".*?</nav>', page(world, who, "/me/access/"), re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("who", "tree", "reviews", "visits"),
    [
        ("organiser", True, True, True),
        ("manager_a", True, False, True),
        ("auditor", True, True, True),
        ("leader", False, True, True),
        ("reviewer1", False, True, False),
        ("officer_a", False, False, True),
    ],
)
def test_the_menu_leads_where_one_may_go(
    world: World, who: str, tree: bool, reviews: bool, visits: bool
) -> None:
    names = {"orgs:tree": tree, "reviews:desk": reviews, "inspections:list": visits}
    shown = menu(world, who)
    assert {name: f'href="{reverse(name)}"' in shown for name in names} == names


def test_a_manager_comes_to_the_tokens_as_the_manual_says(world: World) -> None:
    """Organisations, your unit, Tokens."""
    tree, unit = reverse("orgs:tree"), reverse("orgs:show", args=[world.org["city_a"].pk])
    tokens = reverse("accounts:tokens", args=[world.org["city_a"].pk])
    assert f'href="{tree}"' in menu(world, "manager_a")
    assert f'href="{unit}"' in page(world, "manager_a", tree)
    assert f'href="{tokens}"' in page(world, "manager_a", unit)
    assert world.client("manager_a").get(tokens).status_code == 200
    assert f'href="{tree}"' in page(world, "manager_a", reverse("accounts:people")).split("<main", 1)[1]
    assert f'href="{reverse("orgs:import")}"' in page(world, "organiser", tree)


def test_the_account_menu_leads_to_the_jobs(world: World) -> None:
    assert f'href="{reverse("jobs:list")}"' in page(world, "officer_a", "/me/access/")
    assert f'href="{reverse("jobs:list")}"' not in page(world, "public", "/")


def test_overseers_come_to_the_tasks_of_each_round(world: World) -> None:
    overview = reverse("reviews:overview", args=[world.round.pk])
    for who, leads in {"leader": True, "auditor": True, "organiser": True, "reviewer1": False}.items():
        assert (f'href="{overview}"' in page(world, who, reverse("reviews:desk"))) is leads
    assert world.client("leader").get(overview).status_code == 200


def invited(world: World, typed: str) -> tuple[int, str, list[str]]:
    """Let an organiser invite a person at what was typed; return the status, the page and the codes of invitations."""
    data = {"name": "样本", "email": "new@example.org", "role": "manager", "organisation": typed, "days": "7"}
    sent = world.client("organiser", **{"accept-language": "en"}).post(reverse("accounts:invite"), data)
    with everything("test"):
        codes = list(Invitation.objects.values_list("organisation__code", flat=True))
    return sent.status_code, sent.content.decode(), codes


@pytest.mark.parametrize("typed", ["9901a0", "样本市A", "sample city a", "市A"])
def test_an_organisation_is_picked_by_code_or_name(world: World, typed: str) -> None:
    status, _, codes = invited(world, typed)
    assert (status, codes) == (302, ["9901a0"])


@pytest.mark.parametrize(
    ("typed", "told"),
    [("样本市", "Sample City B 9901b0"), ("nowhere", "“nowhere”"), ("外市", "There is no organisation")],
)
def test_what_fits_several_none_or_the_unseen_is_told(world: World, typed: str, told: str) -> None:
    status, html, codes = invited(world, typed)
    assert (status, codes) == (422, [])
    assert told in html


def test_a_form_offers_the_organisations_in_sight_without_script(world: World) -> None:
    html = page(world, "manager_a", reverse("accounts:invite"))
    field = re.search(r'<input[^>]*name="organisation"[^>]*list="([^"]+)"', html)
    assert field
    offered = re.search(rf'<datalist id="{field[1]}">(.*?)</datalist>', html, re.DOTALL)
    assert offered
    assert '<option value="9901a1">Sample County A1</option>' in offered[1]
    assert "9901b0" not in offered[1]
    assert "980100" not in offered[1]
    moving = page(world, "organiser", reverse("orgs:move", args=[world.org["county_a1"].pk]))
    assert '<option value="9901b0">' in moving
