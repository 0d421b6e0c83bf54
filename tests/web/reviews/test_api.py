"""The API of online review and field verification keeps to what the pages allow."""

from __future__ import annotations

from decimal import Decimal

from duxue.web.common.scope import everything
from duxue.web.reviews.models import Assignment, Review
from tests.web.worlds import World


def test_points_are_given_once_for_a_key(world: World):
    world.submit("a")
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"])
    client = world.client("reviewer1")
    url = f"/api/v1/reviews/tasks/{task.pk}/items/A2"
    body = {"version": 0, "points": "3", "reason": "缺记录"}
    for _ in range(2):
        answer = client.post(url, body, content_type="application/json", headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 200
        assert Decimal(answer.json()["points"]) == 3
    stale = client.post(url, {**body, "points": "2"}, content_type="application/json")
    assert stale.status_code == 409
    bad = client.post(url, {**body, "version": 1, "points": "9"}, content_type="application/json")
    assert bad.status_code == 422
    assert bad.json()["problems"][0]["code"] == "WEB002"
    with everything("test"):
        assert Review.objects.count() == 1
    assert world.client("reviewer2").post(url, body, content_type="application/json").status_code == 404
    assert world.client("organiser").post(url, body, content_type="application/json").status_code == 403


def test_lists_show_what_is_in_sight(world: World):
    def rows(who: str, path: str) -> int:
        answer = world.client(who).get(f"/api/v1/{path}")
        assert answer.status_code == 200
        return len(answer.json()["rows"])

    assert [
        rows(w, "reviews/tasks") for w in ("organiser", "reviewer1", "manager_a", "foreign_organiser")
    ] == [2, 1, 0, 0]
    assert [rows(w, "reviews/reviews") for w in ("organiser", "manager_a")] == [0, 0]
    assert rows("inspector1", "inspections/visits") == 0
    assert world.client("public").get("/api/v1/reviews/tasks").status_code == 401
    assert world.client("public").get("/api/v1/inspections/draws/1").status_code == 404
