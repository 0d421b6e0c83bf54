"""Dashboards and profiles: pictures with words, tables and doors; filters in the address; exports; who sees them."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.policy import Denied
from duxue.web.common.scope import everything
from duxue.web.common.templatetags import components
from duxue.web.orgs.models import Organisation
from duxue.web.reporting.figures import Figures
from duxue.web.reporting.models import Boundary
from duxue.web.reporting.services import round_publish
from duxue.web.reporting.services.boundaries import MOST_BYTES, boundary_set
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.reporting.tiles import places_of
from duxue.web.rounds.models import RoundUnit
from tests.web.reporting.conftest import Office

BOARD = "/dashboards/small-2023/"
KINDS = ["tiles", "trend", "spread", "distance", "distance", "stacked"]


@pytest.fixture(autouse=True)
def charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages hold the data of their charts, whether or not the script was built on this machine."""
    monkeypatch.setattr(components.finders, "find", lambda path: path)


@pytest.fixture
def scored(office: Office) -> Office:
    """The office with a trial scoring."""
    scoring_make(office.actor("organiser"), office.round, "trial")
    return office


def browser(office: Office, who: str) -> Client:
    client = Client()
    client.force_login(office.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(office: Office, who: str, address: str, language: str = "zh-hans") -> str:
    response = browser(office, who).get(address, headers={"accept-language": language})
    assert response.status_code == 200, address
    return response.content.decode()


def test_each_picture_has_a_sentence_a_table_and_doors(scored: Office) -> None:
    text = page(scored, "leader", BOARD)
    figures = re.findall(r'<figure class="chart" data-chart="(\w+)".*?</figure>', text, re.DOTALL)
    assert figures == KINDS
    for figure in re.findall(r'<figure class="chart".*?</figure>', text, re.DOTALL):
        assert len(re.search(r"<figcaption[^>]*>(.+?)</figcaption>", figure)[1]) > 8  # type: ignore[index]
        assert figure.count("<tr>") > 2
        data = json.loads(re.search(r'class="chart-data">(.+?)</script>', figure, re.DOTALL)[1])  # type: ignore[index]
        assert re.search(r'"href": \[?"/', json.dumps(data))
        rows = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", figure, re.DOTALL)
        assert rows
        assert all('<a href="/' in row for row in rows)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sentence_says_what_the_picture_shows(scored: Office, language: str) -> None:
    text = page(scored, "leader", BOARD, language)
    assert ("4 个单位得分在" if language == "zh-hans" else "4 units score between") in text


def test_a_door_opens_on_the_explanation(scored: Office) -> None:
    text = page(scored, "leader", f"{BOARD}910100/RATE/?year=2023")
    assert "sum(spending)" in text
    assert f'href="{BOARD}910100/"' in text


def test_filters_stand_in_the_address_and_wrong_ones_are_refused(scored: Office) -> None:
    assert "2022" in page(scored, "leader", f"{BOARD}?indicator=RATE&year=2022")
    client = browser(scored, "leader")
    for wrong in ("?indicator=NO", "?year=1999", "?year=x", "?table=map&export=pdf", "?table=no&export=csv"):
        assert client.get(BOARD + wrong).status_code == 404


def test_exports_give_what_the_screen_shows(scored: Office) -> None:
    client = browser(scored, "leader")
    csv = b"".join(client.get(f"{BOARD}?table=map&export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert csv.splitlines()[0] == "代码,单位,得分"
    assert len(csv.splitlines()) == 5
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{BOARD}?table=map&export=xlsx").streaming_content)))  # type: ignore[attr-defined]
    assert [c.value for c in next(book.active.iter_rows())] == ["代码", "单位", "得分"]  # type: ignore[union-attr]


def test_a_cell_is_never_run_as_a_formula(office: Office) -> None:
    with everything("test"):
        office.round.units.filter(code="910100").update(name_zh="=1+1")
    scoring_make(office.actor("organiser"), office.round, "trial")
    csv = b"".join(browser(office, "leader").get(f"{BOARD}?table=map&export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert ",'=1+1," in csv


@pytest.mark.parametrize(
    ("who", "status", "unit"),
    [("organiser", 200, 200), ("leader", 200, 200), ("manager", 403, 404), ("public", 302, 302)],
)
def test_who_sees_the_board(scored: Office, who: str, status: int, unit: int) -> None:
    client = Client() if who == "public" else browser(scored, who)
    assert client.get(BOARD).status_code == status
    assert client.get(f"{BOARD}910200/").status_code == unit


def test_a_profile_leads_from_points_by_data_to_the_scoring_shown_and_reads_no_more(scored: Office) -> None:
    with CaptureQueriesContext(connection) as read:
        profile = page(scored, "leader", f"{BOARD}910100/")
    assert f'data-label="数据"><a href="{BOARD}910100/RATE/"' in profile
    # Known figures may be of newer data than the scoring; reasons are told on the page of the result.
    assert [q["sql"] for q in read if '"rounds_known"' in q["sql"] or '"reviews_review"' in q["sql"]] == []


def test_reasons_of_points_stand_below_their_label_on_a_phone(scored: Office) -> None:
    profile = page(scored, "leader", f"{BOARD}910100/")
    assert set(re.findall(r'<td[^>]*data-label="依据">', profile)) == {'<td class="long" data-label="依据">'}


def test_a_unit_sees_its_own_profile_only_when_told(scored: Office) -> None:
    assert "还没有可以查看的得分" in page(scored, "manager", f"{BOARD}910100/")
    scored.seal()
    scoring_make(scored.actor("organiser"), scored.round, "final")
    own = page(scored, "manager", f"{BOARD}910100/")
    assert 'id="item-A1"' in own
    assert "台账不全" not in own  # reasons name reviewers: the unit is told through its feedback
    assert 'id="radar"' not in own  # nobody to compare with before the results are published
    assert "结果公布后" in own


def test_a_unit_finds_its_profile_with_its_trend_and_opens_its_figures_alone(scored: Office) -> None:
    with everything("test"):
        unit = RoundUnit.objects.get(round=scored.round, code="910100")
    pages = [reverse(f"rounds:{name}", args=[unit.pk]) for name in ("unit", "result")]
    door, figure = f'href="{BOARD}910100/"', f"{BOARD}910100/RATE/"
    assert browser(scored, "manager").get(figure).status_code == 403
    assert not any(door in page(scored, "manager", address) for address in pages)
    scored.seal()
    scoring_make(scored.actor("organiser"), scored.round, "final")
    assert all(door in page(scored, "manager", address) for address in pages)
    profile = page(scored, "manager", f"{BOARD}910100/?indicator=RATE&year=2023")
    assert "历年变化" in profile
    assert figure in profile
    assert all(address not in profile for address in (f"{BOARD}910200/", f'href="{BOARD}"'))
    assert browser(scored, "manager").get(figure).status_code == 200
    assert browser(scored, "manager").get(f"{BOARD}910200/RATE/").status_code == 403
    round_publish(actor=scored.actor("organiser2"), round=scored.round)
    with everything("test"):
        scored.round.published_at, scored.round.state = now(), "published"
        scored.round.save()
    profile = page(scored, "manager", f"{BOARD}910100/")
    assert "各板块得分分布" in profile
    assert "结果公布后" not in profile
    assert f"{BOARD}910200/" not in profile  # a door that would not open
    assert (
        browser(scored, "manager").get(reverse("public:unit", args=["small-2023", "910200"])).status_code
        == 200
    )
    assert reverse("public:unit", args=["small-2023", "910200"]) in profile


@pytest.mark.parametrize("address", [BOARD, f"{BOARD}910400/"])
def test_a_grade_that_a_veto_lowered_says_why(scored: Office, address: str) -> None:
    assert "按得分为合格；否决项：重大安全事故" in page(scored, "leader", address)
    assert "pass by points; veto: serious accident" in page(scored, "leader", address, "en")
    assert page(scored, "leader", BOARD).count("否决项：") == 1
    assert "否决项" not in page(scored, "leader", f"{BOARD}910100/")


@pytest.mark.parametrize("published", [True, False])
def test_a_unit_reads_the_reason_of_its_grade_where_it_reads_its_grade(
    office: Office, published: bool
) -> None:
    with everything("test"):
        place = Organisation.objects.get(code="910400")
        office.users["other"] = office.person("other", "manager", place)
        office.round.settings |= {"publish_grades": published}
        office.round.save()
    office.seal()
    scoring_make(office.actor("organiser"), office.round, "final")
    with everything("test"):
        told = reverse("rounds:result", args=[RoundUnit.objects.get(round=office.round, code="910400").pk])
    for address in (f"{BOARD}910400/", told):
        assert ("否决项：重大安全事故" in page(office, "other", address)) == published, address
        assert ("veto: serious accident" in page(office, "other", address, "en")) == published, address


def test_a_veto_that_the_kept_rules_do_not_name_is_not_shown_by_its_id(
    scored: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Figures, "rules", lambda _: None)  # of a version of the program that cannot be read
    assert "按得分为合格；因否决项下调" in page(scored, "leader", f"{BOARD}910400/")
    assert "pass by points; lowered by a veto" in page(scored, "leader", f"{BOARD}910400/", "en")
    assert "veto:" not in page(scored, "leader", BOARD, "en")


def test_an_empty_round_says_what_to_do(office: Office) -> None:
    assert "试算得分" in page(office, "organiser", BOARD)
    assert browser(office, "organiser").get("/dashboards/").url == BOARD  # type: ignore[attr-defined]


def test_the_button_starts_a_job(office: Office) -> None:
    assert browser(office, "organiser").post(f"{BOARD}score/").status_code == 302
    assert browser(office, "leader").post(f"{BOARD}score/").status_code == 403


# --- maps -------------------------------------------------------------------------------------------------------------
SHANDONG = ["370100", "370200", "370300", "370400", "370500", "370600", "370700", "370800", "370900", "371000", "371100",
            "371300", "371400", "371500", "371600", "371700"]  # fmt: skip


def test_every_city_of_shandong_has_its_own_tile() -> None:
    places = places_of(SHANDONG)
    assert len(set(places.values())) == 16
    assert places["371000"][0] > places["370100"][0] > places["371500"][0]  # east of, east of
    assert places["370400"][1] > places["370100"][1] > places["370500"][1]  # south of, south of


def test_other_units_stand_in_rows() -> None:
    assert len(set(places_of([f"9{n:05d}" for n in range(23)]).values())) == 23


def geojson(**changes: object) -> bytes:
    ring = [[117, 36], [118, 36], [118, 37], [117, 36]]
    feature = {
        "type": "Feature",
        "properties": {"code": "910100", "note": "left out"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [{**feature, **changes}]}).encode()


def test_own_boundaries_take_the_place_of_tiles(scored: Office) -> None:
    boundary_set(
        actor=scored.actor("organiser"),
        authority=scored.authority,
        content=geojson(),
        key="code",
        approval="审图号（测试）",
    )
    text = page(scored, "leader", BOARD)
    assert 'data-chart="geo"' in text
    assert "审图号（测试）" in text
    assert "left out" not in text


WRONG = {
    "no json": b"{",
    "NaN": b'{"type": "FeatureCollection", "features": [NaN]}',
    "no collection": b"[]",
    "nothing in it": b'{"type": "FeatureCollection", "features": []}',
    "a point": geojson(geometry={"type": "Point", "coordinates": [1, 2]}),
    "no code": geojson(properties={}),
    "no properties": geojson(properties=None),
    "metres": geojson(geometry={"type": "Polygon", "coordinates": [[[500000, 4000000]]]}),
    "no coordinates": geojson(geometry={"type": "Polygon", "coordinates": [[None]]}),
    "deep": b"[" * 100_000,
    "too large": b" " * (MOST_BYTES + 1),
    "not utf-8": b"\xff\xfe{",
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_boundaries_are_refused(office: Office, name: str) -> None:
    with pytest.raises(Refused) as refused:
        boundary_set(
            actor=office.actor("organiser"),
            authority=office.authority,
            content=WRONG[name],
            key="code",
            approval="x",
        )
    assert {p.code for p in refused.value.problems} == {"WEB063"}
    with everything("test"):
        assert not Boundary.objects.exists()


RING = [[117, 36], [118, 36], [118, 37], [117, 36]]
AT = "features[0].geometry.coordinates"
MALFORMED = {
    "a number as text": ({"coordinates": [[["117", 36], *RING[1:]]]}, f"{AT}[0][0]"),
    "true as number": ({"coordinates": [[*RING[:2], [True, 36], RING[0]]]}, f"{AT}[0][2]"),
    "one number": ({"coordinates": [[*RING[:2], [118], RING[0]]]}, f"{AT}[0][2]"),
    "no height": ({"coordinates": [[*RING[:2], [118, 37, "1"], RING[0]]]}, f"{AT}[0][2]"),
    "outside": ({"coordinates": [[*RING[:2], [181, 37], RING[0]]]}, f"{AT}[0][2]"),
    "not closed": ({"coordinates": [RING, [*RING[:3], [117, 36.5]]]}, f"{AT}[1]"),
    "too few": ({"coordinates": [[RING[0], RING[1], RING[0]]]}, f"{AT}[0]"),
    "no ring": ({"coordinates": []}, AT),
    "an empty ring": ({"coordinates": [[]]}, f"{AT}[0]"),
    "an object": ({"coordinates": {"0": RING}}, AT),
    "too shallow": ({"type": "MultiPolygon", "coordinates": [RING]}, f"{AT}[0][0][0]"),
    "of the second polygon": (
        {"type": "MultiPolygon", "coordinates": [[RING], [[*RING[:3], [117, 36.1]]]]},
        f"{AT}[1][0]",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_in_a_shape_is_told_with_its_place(office: Office, name: str) -> None:
    changes, place = MALFORMED[name]
    with pytest.raises(Refused) as refused:
        keep(office, geojson(geometry={"type": "Polygon", **changes}))
    first = refused.value.problems[0]
    assert (first.code, first.place.field) == ("WEB063", place)
    assert first.found
    assert first.expected.zh
    with everything("test"):
        assert not Boundary.objects.exists()


def test_all_that_is_wrong_with_shapes_is_told_at_once_twenty_at_most(office: Office) -> None:
    shape = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [RING]}}
    features = [{**shape, "properties": {"code": code}} for code in ("910100", 910100, "910200", True, 1.5)]
    with pytest.raises(Refused) as refused:
        keep(office, json.dumps({"type": "FeatureCollection", "features": [*features, None]}).encode())
    assert [(p.place.field, p.found) for p in refused.value.problems] == [
        ("features[1]", "910100"),
        ("features[3].properties.code", "true"),
        ("features[4].properties.code", "1.5"),
        ("features[5]", "null"),
    ]
    assert "features[0]" in refused.value.problems[0].expected.en
    with pytest.raises(Refused) as refused:
        keep(office, geojson(geometry={"type": "Polygon", "coordinates": [[["1", 2]] * 100_000]}))
    assert len(refused.value.problems) == 20


def test_islands_holes_and_heights_are_kept(office: Office) -> None:
    hole = [[117.6, 36.2, 5], [117.8, 36.2, 5.5], [117.8, 36.4, 5], [117.6, 36.2, 5]]
    coordinates = [[RING, hole], [[[120, 35], [121, 35], [121, 36], [120, 35]]]]
    kept = keep(office, geojson(geometry={"type": "MultiPolygon", "coordinates": coordinates}))
    assert kept.geojson["features"][0]["geometry"]["coordinates"] == coordinates


def test_the_page_says_where_a_map_is_wrong(office: Office) -> None:
    wrong = geojson(geometry={"type": "Polygon", "coordinates": [[["117", 36], *RING[1:]]]})
    given = {"file": SimpleUploadedFile("map.geojson", wrong), "key": "code", "approval": "x"}
    client = Client()
    client.force_login(
        office.users["organiser"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.post(reverse("reporting:boundary", args=["small-2023"]), given, follow=True)
    assert f"{AT}[0][0]" in page.content.decode()


def keep(office: Office, content: bytes) -> Boundary:
    return boundary_set(
        actor=office.actor("organiser"), authority=office.authority, content=content, key="code", approval="x"
    )


def test_a_map_needs_its_approval_and_an_organiser(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        boundary_set(
            actor=office.actor("organiser"),
            authority=office.authority,
            content=geojson(),
            key="code",
            approval=" ",
        )
    assert [(p.code, p.place.field) for p in refused.value.problems] == [("WEB001", "approval")]
    with pytest.raises(Denied):
        boundary_set(
            actor=office.actor("leader"),
            authority=office.authority,
            content=geojson(),
            key="code",
            approval="x",
        )
