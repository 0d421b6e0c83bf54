"""A body that is too large is refused as everything else is: as JSON, with the limit and how what is larger is sent."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.web.worlds import World

MAP = "/api/v1/reporting/rounds/sample-2024/boundary"
LARGE = b'{"geojson": {}, "key": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "a key"}])
@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", MAP, "application/json"),
        ("POST", MAP, "application/geo+json"),
        ("POST", "/api/v1/orgs/", "application/json"),
        ("POST", "/api/v1/orgs/", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_too_large_is_told_as_json(
    world: World, method: str, path: str, kind: str, key: dict[str, str]
) -> None:
    answer = world.client("organiser").generic(method, path, LARGE, content_type=kind, headers=key)
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (413, "application/json")
    (problem,) = answer.json()["problems"]
    assert (problem["code"], problem["field"]) == ("WEB002", "body")
    assert f"{len(LARGE)} B" in problem["found"]
    for told in (problem["expected"], problem["advice"]):
        assert all(told.values())
    assert "4 MB" in problem["expected"]["en"]
    assert "PUT" in problem["advice"]["zh"]
    assert "application/geo+json" in problem["advice"]["en"]


def test_a_large_map_of_another_type_is_told_as_json(world: World) -> None:
    client = world.client("organiser")
    content = b" " * (5 << 20)
    plain = client.put(MAP, content, content_type="application/json")
    keyed = client.put(MAP, content, content_type="application/json", headers={"Idempotency-Key": "a key"})
    assert [a["Content-Type"].split(";")[0] for a in (plain, keyed)] == ["application/json"] * 2
    assert "PUT" in keyed.json()["problems"][0]["advice"]["en"]
