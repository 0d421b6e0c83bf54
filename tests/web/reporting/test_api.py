"""Scores and published data for machines: what is seen is what the pages show."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from duxue.web.common.scope import everything
from duxue.web.jobs.models import Job
from duxue.web.reporting.models import Boundary
from duxue.web.reporting.services.scoring import scoring_make
from tests.web.reporting.conftest import Office

SCORES = "/api/v1/reporting/rounds/small-2023/scores"
SCORINGS = "/api/v1/reporting/rounds/small-2023/scorings"


def browser(office: Office, who: str) -> Client:
    client = Client()
    client.force_login(office.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_scores_are_seen_as_on_the_pages(office: Office) -> None:
    scoring_make(office.actor("organiser"), office.round, "trial")
    leader = browser(office, "leader")
    first = leader.get(SCORES, {"size": 3}).json()
    rest = leader.get(SCORES, {"size": 3, "cursor": first["later"]}).json()
    codes = [row["unit"] for row in (*first["rows"], *rest["rows"])]
    assert (len(first["rows"]), codes, rest["later"]) == (3, sorted(set(codes)), "")
    assert len(codes) == 4
    assert len(browser(office, "leader").get(SCORINGS).json()["rows"]) == 1
    assert browser(office, "manager").get(SCORES).json()["rows"] == []
    assert Client().get(SCORES).status_code == 401
    assert browser(office, "leader").get("/api/v1/reporting/rounds/none/scores").status_code == 404


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [("organiser", "trial", 202), ("organiser", "final", 422), ("leader", "trial", 403)],
)
def test_a_scoring_is_started_by_an_organiser(office: Office, who: str, kind: str, status: int) -> None:
    answer = browser(office, who).post(SCORINGS, {"kind": kind}, content_type="application/json")
    assert answer.status_code == status
    with everything("test"):
        assert Job.objects.filter(kind="reporting.score").exists() == (status == 202)


def test_search_gives_plain_titles(office: Office) -> None:
    found = browser(office, "organiser").get("/api/v1/reporting/search", {"q": "甲市", "kind": "unit"}).json()
    assert found["counts"]["unit"] == 2  # in this round and in the one before
    assert found["hits"][0]["title"] == "甲市 910100"


def test_what_is_published_needs_no_token(office: Office) -> None:
    public = Client()
    assert public.get("/api/v1/public/rounds").json()["rows"] == []
    assert public.get("/api/v1/public/rounds/small-2023").status_code == 404
    office.publish()
    assert [r["slug"] for r in public.get("/api/v1/public/rounds").json()["rows"]] == ["small-2023"]
    about = public.get("/api/v1/public/rounds/small-2023").json()
    assert about["tables"][0] == "ranking.csv"
    assert len(public.get("/api/v1/public/rounds/small-2023/tables/ranking").json()) == 4
    assert public.get("/api/v1/public/rounds/small-2023/tables/items").status_code == 404
    assert public.get("/api/v1/public/rounds/small-2023/datapackage").json()["name"] == "small-2023"


def test_boundaries_are_set_by_an_organiser_with_their_approval(office: Office) -> None:
    path = "/api/v1/reporting/rounds/small-2023/boundary"
    ring = [[117, 36], [118, 36], [118, 37], [117, 36]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": "910100"}, "geometry": shape}
    body = {
        "geojson": {"type": "FeatureCollection", "features": [feature]},
        "key": "code",
        "approval": "审图号（测试）",
    }

    def sent(who: str, **changes: object) -> tuple[int, dict[str, object]]:
        answer = browser(office, who).post(path, {**body, **changes}, content_type="application/json")
        return answer.status_code, answer.json()

    assert sent("leader")[0] == 403
    status, told = sent("organiser", approval="", geojson={"type": "Point"})
    assert (status, [p["code"] for p in told["problems"]]) == (422, ["WEB001", "WEB063"])  # type: ignore[attr-defined]
    with everything("test"):
        assert not Boundary.objects.exists()
    status, told = sent("organiser")
    assert (status, told["features"], told["approval"]) == (200, 1, "审图号（测试）")
    with everything("test"):
        assert Boundary.objects.get().authority_id == office.authority.pk


def a_map(points: int, code: str = "910100") -> dict[str, object]:
    ring = [[117 + n / points, 36 + n / points / 2] for n in range(points)]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"code": code}, "geometry": shape}],
    }


def test_a_map_of_more_than_four_megabytes_is_sent_as_it_is(office: Office) -> None:
    path = "/api/v1/reporting/rounds/small-2023/boundary?key=code&approval=x"

    def sent(content: bytes, who: str = "organiser", key: str = "") -> tuple[int, dict[str, Any]]:
        headers = {"Idempotency-Key": key} if key else {}
        kind = "application/geo+json"
        answer = browser(office, who).put(path, content, content_type=kind, headers=headers)
        return answer.status_code, answer.json()

    large = json.dumps(a_map(110_000)).encode()
    assert 4 << 20 < len(large) < 5 << 20, len(large)
    assert sent(large, "leader")[0] == 403
    status, told = first = sent(large, key="a map")
    assert (status, told["features"]) == (200, 1)
    assert sent(large, key="a map")[1]["features"] == first[1]["features"]
    assert sent(b"{}", key="a map")[0] == 409
    for content in (b" " * ((5 << 20) + 1), b"\xff", json.dumps(a_map(4, "9\0")).encode()):
        status, told = sent(content)
        assert (status, [p["code"] for p in told["problems"]]) == (422, ["WEB063"])
    long = browser(office, "organiser").put(
        path + "y" * 80, json.dumps(a_map(4)), content_type="application/geo+json"
    )
    assert [p["code"] for p in long.json()["problems"]] == ["WEB002"]
    with everything("test"):
        assert len(Boundary.objects.get().geojson["features"][0]["geometry"]["coordinates"][0]) == 110_001


def test_a_map_is_sent_under_its_own_type(office: Office) -> None:
    path = "/api/v1/reporting/rounds/small-2023/boundary?key=code&approval=x"

    def sent(kind: str, who: str = "organiser", **headers: str) -> tuple[int, dict[str, Any]]:
        answer = browser(office, who).put(path, json.dumps(a_map(4)), content_type=kind, headers=headers)
        return answer.status_code, answer.json()

    for kind in (
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/zip",
        "",
    ):
        for headers in ({}, {"Idempotency-Key": "a map"}):
            status, told = sent(kind, **headers)
            (problem,) = told["problems"]
            assert (status, problem["code"], problem["field"]) == (422, "WEB002", "Content-Type")
            assert (problem["found"], problem["expected"]["en"]) == (kind, "application/geo+json")
    assert sent("text/plain", "leader")[0] == 403
    assert sent("application/geo+json; charset=utf-8")[0] == 200
