"""A published round, every text in it hostile: the public pages are open to everybody, figures are explained to whom they belong, all else stays shut."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from duxue.app.rounds import EVALUATION
from duxue.web.common import sealing
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Draw, Visit
from duxue.web.orgs.models import Organisation
from duxue.web.reporting.models import Scoring
from duxue.web.reviews.models import Assignment
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.services.knowing import evaluation_folder
from tests.web.access.expected import PAGES
from tests.web.access.routes import operations
from tests.web.access.stage import standing
from tests.web.access.walking import closed_doors, opened
from tests.web.attacks.spoiling import markup, spoil
from tests.web.reporting.conftest import Office

pytestmark = pytest.mark.django_db
SLUG, CITY, OTHER = "small-2023", "910100", "910200"
API = "/api/v1/public/rounds"
FIGURE = f"{API}/{SLUG}/units/{CITY}/figures/RATE"
# What everybody reads; a picture is tried in tests/web/joins, which has a practice with one.
OPEN: dict[str, list[Any]] = {
    "public:rounds": [], "public:round": [SLUG], "public:unit": [SLUG, CITY], "public:check": [SLUG],
    "public:standard": [SLUG],
    "public:explain": [SLUG, CITY, "RATE"], "public:table": [SLUG, "ranking"], "public:file": [SLUG, "ranking.csv"],
    "public:datapackage": [SLUG], "public:whole": [SLUG], "public:draw": [SLUG], "public:draw_check": [SLUG],
}  # fmt: skip
DRAWS = "/api/v1/public/draws"
OPEN_API = (API, DRAWS, f"{API}/{SLUG}", f"{API}/{SLUG}/datapackage", f"{API}/{SLUG}/tables/ranking", FIGURE)
# What stays inside, by what each is answered.
INSIDE: dict[str, tuple[list[Any], dict[str, int]]] = {
    "rounds:explain": ([SLUG, CITY, "RATE", 2023], {"organiser": 200, "leader": 200, "manager": 200, "reviewer": 200, "inspector": 200, "foreign": 404, "public": 302}),
    "reporting:explain": ([SLUG, CITY, "RATE"], {"organiser": 200, "leader": 200, "manager": 200, "reviewer": 403, "inspector": 403, "foreign": 404, "public": 302}),
    "reporting:explain (another's)": ([SLUG, OTHER, "RATE"], {"organiser": 200, "leader": 200, "manager": 403, "reviewer": 403, "inspector": 403, "foreign": 404, "public": 302}),
    "reporting:unit": ([SLUG, CITY], {"organiser": 200, "leader": 200, "manager": 200, "reviewer": 200, "inspector": 200, "foreign": 404, "public": 302}),
    "reporting:unit (another's)": ([SLUG, OTHER], {"organiser": 200, "leader": 200, "manager": 404, "reviewer": 404, "inspector": 404, "foreign": 404, "public": 302}),
}  # fmt: skip
# The same inside by the API, with the page of which it is the twin.
INSIDE_API = {
    f"/api/v1/rounds/{SLUG}/units/{CITY}/figures/RATE": "rounds:explain",
    f"/api/v1/reporting/rounds/{SLUG}/units/{CITY}/figures/RATE": "reporting:explain",
    f"/api/v1/reporting/rounds/{SLUG}/units/{OTHER}/figures/RATE": "reporting:explain (another's)",
}


@pytest.fixture(scope="module")
def office(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A published round with a recorded draw, made once, and a foreign authority."""
    home = Path(tmp_path_factory.mktemp("home"))
    with standing(django_db_blocker, home) as patch:
        made = Office(tmp_path_factory.mktemp("in"))
        with everything("test"):
            foreign = Organisation.objects.create(
                code="920000", level="province", name_zh="外省", name_en="Foreign", path="", synthetic=True
            )
            Organisation.objects.filter(pk=foreign.pk).update(path=f"/{foreign.pk}/")
            draw = Draw.objects.create(
                round=made.round, title_zh="抽取", title_en="Draw", plan={}, certificate={"a": 1}, folder="draws/1",
                committed_at=now(), drawn_at=now(), drawn_by=made.users["organiser"],
            )  # fmt: skip
            foreign.refresh_from_db()
            unit = RoundUnit.objects.get(round=made.round, code=CITY)
            for role in ("reviewer", "inspector"):
                made.users[role] = made.person(role, role, made.authority)
            Assignment.objects.create(
                round=made.round, unit=unit, reviewer=made.users["reviewer"], given_at=now()
            )
            visit = Visit.objects.create(
                round=made.round, unit=unit, place_code="91010001", place_zh="合成县", place_level="county", state="filed"
            )  # fmt: skip
            visit.team.add(made.users["inspector"])
        (home / "draws/1").mkdir(parents=True)
        (home / "draws/1/verify.html").write_text("<script>1</script>", "utf-8")
        for name in ("list.tsv", "commitment.json", "certificate-1.json"):
            (home / "draws/1" / name).write_text("{}", "utf-8")
        made.users["foreign"] = made.person("foreign", "organiser", foreign)
        connection.check_constraints()  # PostgreSQL takes no trigger away while it has something to check
        sealing.remove(connection)  # the round came sealed; here alone its texts are changed all the same
        with everything("test"):
            spoil(made.actor("organiser"), but={"excused"})  # who is excused is not scored
        sealing.install(connection)
        made.round.refresh_from_db()
        made.publish()
        with everything("test"):
            scoring = Scoring.objects.exclude(public_folder="").get()
        # What the scoring read is what was known of the units: the page inside explains it from there.
        shutil.copytree(home / scoring.folder / EVALUATION, evaluation_folder(made.round))
        for name in ("public:draw", "public:draw_check"):
            patch.setitem(OPEN, name, [SLUG, draw.pk])
        yield made


@pytest.fixture
def _django_db_helper(office: Office) -> None:
    """Replace the plugin's transaction for each test: the office stands in one of its own."""


@pytest.fixture(scope="module")
def browsers(office: Office) -> dict[str, Client]:
    """Everybody's browser, signed in."""
    found = {"public": Client()}
    for key in ("organiser", "leader", "manager", "reviewer", "inspector", "foreign"):
        found[key] = Client()
        found[key].force_login(
            office.users[key], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return found


def status(client: Client, path: str) -> int:
    """Return what a page answers."""
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer)  # lets it go; `close` would close the connection that the test stands on
    return int(answer.status_code)


def test_no_public_address_is_left_out() -> None:
    assert set(OPEN) | {"public:picture"} == {name for name in PAGES if name.startswith("public:")}
    kinds = {SLUG: "{slug}", "ranking": "{name}", CITY: "{code}", "RATE": "{indicator}"}
    asked = {"GET " + "/".join(kinds.get(part, part) for part in path.split("/")) for path in OPEN_API}
    assert asked == {name for name in operations() if "/public/" in name}


@pytest.mark.parametrize("name", OPEN)
def test_what_is_published_is_open_to_everybody(name: str, browsers: dict[str, Client]) -> None:
    told = {key: status(client, reverse(name, args=OPEN[name])) for key, client in browsers.items()}
    assert told == dict.fromkeys(browsers, 200)


@pytest.mark.parametrize("key", ["public", "organiser"])
def test_hostile_text_is_text_on_what_is_published(key: str, browsers: dict[str, Client]) -> None:
    addresses = OPEN | ({name: args for name, (args, _) in INSIDE.items()} if key == "organiser" else {})
    paths = {name: reverse(name.partition(" ")[0], args=args) for name, args in addresses.items()}
    pages = [(name, text) for name, path in paths.items() if (text := opened(browsers[key], path)[1])]
    assert markup(pages) == []
    assert sum("&lt;b id=x1&gt;" in page for _, page in pages) > len(pages) / 2


@pytest.mark.parametrize("path", OPEN_API)
def test_the_published_api_asks_for_no_token(path: str, browsers: dict[str, Client]) -> None:
    assert {key: status(client, path) for key, client in browsers.items()} == dict.fromkeys(browsers, 200)


@pytest.mark.parametrize("name", INSIDE)
def test_publication_opens_nothing_else(name: str, browsers: dict[str, Client]) -> None:
    args, wanted = INSIDE[name]
    path = reverse(name.partition(" ")[0], args=args)
    assert {key: status(client, path) for key, client in browsers.items()} == wanted


@pytest.mark.parametrize("path", INSIDE_API)
def test_the_api_opens_what_the_page_opens(path: str, browsers: dict[str, Client]) -> None:
    wanted = INSIDE[INSIDE_API[path]][1] | {"public": 401}
    assert {key: status(client, path) for key, client in browsers.items()} == wanted


@pytest.mark.parametrize("path", [FIGURE, *list(INSIDE_API)[:2]])
def test_a_figure_is_explained_by_the_api(path: str, browsers: dict[str, Client]) -> None:
    who = browsers["organiser" if path in INSIDE_API else "public"]
    told = who.get(path, {"year": 2023}).json()
    (one,) = told["explanations"]
    assert told["label"] == {"zh": "示例，非官方", "en": "sample, not official"}
    assert (one["unit"], one["indicator"], one["year"], one["status"]) == (CITY, "RATE", 2023, "computed")
    assert one["value"] == pytest.approx(one["numerator"] / one["denominator"])
    assert one["formula"]
    assert one["parts"]
    assert one["rows"][0]["cells"][0]["value"]
    assert who.get(path).json() == told
    unknown = {"year": 1900}
    assert who.get(path, unknown).status_code == (422 if path.startswith("/api/v1/rounds/") else 404)


@pytest.mark.parametrize("year", ["²", "9" * 5000, "12345"])
@pytest.mark.parametrize("name", ["public:explain", "reporting:explain"])
def test_what_is_no_year_is_not_found(name: str, year: str, browsers: dict[str, Client]) -> None:
    path = reverse(name, args=[SLUG, CITY, "RATE"])
    assert browsers["organiser"].get(path, {"year": year}).status_code == 404


@pytest.mark.parametrize("key", ["organiser", "leader", "manager", "reviewer", "inspector", "public"])
def test_no_link_leads_to_a_closed_door(key: str, browsers: dict[str, Client]) -> None:
    but = frozenset({"inspections:draw"})  # its list is made up; test_links opens one
    assert "\n".join(closed_doors(browsers[key], but)[0]) == ""
