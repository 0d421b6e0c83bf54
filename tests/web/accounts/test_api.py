"""The API of people and places: the same services, the same sight."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from duxue.web.accounts.mailing import invitations_send
from duxue.web.accounts.models import Invitation, Token
from duxue.web.accounts.services.tokens import token_create
from duxue.web.common.models import AuditEvent, Sent
from duxue.web.common.scope import acting, everything
from duxue.web.orgs.models import Organisation
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def bearer(world: World, role: str, place: str, *, read_only: bool = True, by: str = "organiser") -> Client:
    actor = world.actor(by)
    with acting(actor):
        made = token_create(
            actor=actor, title="t", organisation=world.org[place], role=role, read_only=read_only
        )
    return Client(headers={"authorization": f"Bearer {made.secret}"})


def post(client: Client, path: str, data: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json")


def test_organisations_are_listed_by_pages_in_sight_only(world: World) -> None:
    client = bearer(world, "manager", "city_a")
    first = client.get("/api/v1/orgs/?size=3").json()
    rest = client.get(f"/api/v1/orgs/?size=200&cursor={first['later']}").json()
    codes = [item["code"] for item in first["items"] + rest["items"]]
    assert codes == sorted(["990000", "9901a0", "9901a1", "9901a1-01", "9901a2"])
    assert client.get(f"/api/v1/orgs/{world.org['city_b'].pk}").status_code == 404
    assert client.get(f"/api/v1/orgs/{world.org['city_a'].pk}").json()["parent"] == world.org["province"].pk
    assert len(client.get("/api/v1/orgs/tree/2020-01-01").json()) == 5
    assert client.get(f"/api/v1/orgs/{world.org['city_a'].pk}/history").json()[0]["from_day"] == "2000-01-01"
    assert Client().get("/api/v1/orgs/").status_code == 401


def test_a_writing_token_keeps_the_tree_and_a_reading_one_does_not(world: World) -> None:
    data = {
        "parent": world.org["province"].pk,
        "code": "9901c0",
        "level": "city",
        "name_zh": "新市",
        "from_day": "2025-01-01",
    }
    reading, writing = (
        bearer(world, "organiser", "province"),
        bearer(world, "organiser", "province", read_only=False),
    )
    assert post(reading, "orgs/", data).status_code == 403
    assert post(writing, "orgs/", data).status_code == 201
    again = post(writing, "orgs/", data)
    assert again.status_code == 422
    assert again.json()["problems"][0]["field"] == "code"
    key = world.org["county_a1"].pk
    assert (
        post(writing, f"orgs/{key}/rename", {"name_zh": "新县", "from_day": "2025-01-01"}).json()["name_zh"]
        == "新县"
    )
    moved = post(writing, f"orgs/{key}/move", {"parent": world.org["city_b"].pk, "from_day": "2025-01-01"})
    assert moved.json()["parent"] == world.org["city_b"].pk
    closed = post(
        writing,
        f"orgs/{world.org['city_b'].pk}/close",
        {"into": world.org["city_a"].pk, "from_day": "2025-06-01"},
    )
    assert closed.json()["closed_on"] == "2025-06-01"


def test_a_table_brings_the_tree_after_a_dry_run(world: World) -> None:
    table = (
        "code,name_zh,name_en,level,parent,from\n9901x1,新县,New County,county,9901x0,2024-09-01\n"
        "9901x0,新市,New City,city,990000,2024-09-01\n9901a0,样本市A,Sample City A,city,990000,2024-09-01\n"
    )
    office, codes = bearer(world, "organiser", "province", read_only=False), {"9901x0", "9901x1"}

    def there() -> set[str]:
        with everything("test"):
            return set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))

    tried = post(office, "orgs/import", {"table": table})
    assert tried.status_code == 200
    assert [(c["row"], c["code"]) for c in tried.json()["changes"]] == [(2, "9901x1"), (3, "9901x0")]
    assert tried.json()["changes"][1]["what"] == {"zh": "新建 新市", "en": "Create New City"}
    assert (tried.json()["dry_run"], tried.json()["unchanged"], there()) == (True, 1, set())
    wrong = {"table": table + "9901y0,,Y,city,990000,2024-09-01\n9901z0,某市,Z,planet,990000,yesterday\n"}
    for refused in (post(office, "orgs/import", wrong | {"dry_run": dry}) for dry in (True, False)):
        assert refused.status_code == 422
        where = [problem["where"]["en"] for problem in refused.json()["problems"]]
        assert [place.partition(",")[0] for place in where] == ["row 5", "row 6"]  # all at once
    assert there() == set()
    done = post(office, "orgs/import", {"table": table, "dry_run": False})
    assert done.json() == tried.json() | {"dry_run": False}
    assert there() == codes
    again = post(office, "orgs/import", {"table": table, "dry_run": False})
    assert (again.json()["changes"], again.json()["unchanged"]) == ([], 3)


def test_a_table_changes_only_what_its_sender_keeps(world: World) -> None:
    head = "code,name_zh,name_en,level,parent,from\n"
    table = {"table": head + "9901x1,新县,New County,county,9901a0,2024-09-01\n", "dry_run": False}
    manager = bearer(world, "manager", "city_a", read_only=False)
    assert post(manager, "orgs/import", table).status_code == 403
    foreign = post(world.client("foreign_organiser"), "orgs/import", table)
    assert foreign.status_code == 422
    assert [problem["code"] for problem in foreign.json()["problems"]] == ["WEB010"]
    reading = bearer(world, "organiser", "province")
    assert post(reading, "orgs/import", table).status_code == 403
    with everything("test"):
        assert not Organisation.objects.filter(code="9901x1").exists()


def test_people_are_read_by_tokens_and_changed_by_people_only(world: World) -> None:
    token = bearer(world, "manager", "city_a", read_only=False)
    assert token.get("/api/v1/accounts/me").json()["roles"][0]["role"] == "manager"
    assert {p["email"] for p in token.get("/api/v1/accounts/people").json()["items"]} == {
        "manager_a@example.org",
        "officer_a@example.org",
        "officer_a1@example.org",
    }
    person, place = world.user["officer_a"].pk, world.org["county_a1"].pk
    grant = {"user": person, "role": "officer", "organisation": place}
    assert post(token, "accounts/grants", grant).status_code == 403
    invitation = {"email": "n@example.org", "role": "officer", "organisation": place}
    assert post(token, "accounts/invitations", invitation).status_code == 403

    manager = world.client("manager_a")
    made = post(manager, "accounts/grants", grant)
    assert made.status_code == 201
    assert len(manager.get(f"/api/v1/accounts/people/{person}/grants").json()) == 2
    assert post(manager, f"accounts/grants/{made.json()['id']}/revoke", {}).status_code == 200
    invited = post(manager, "accounts/invitations", invitation)
    assert invited.status_code == 201
    assert Client().get(f"/invitations/{invited.json()['secret']}/").status_code == 200
    listed = manager.get("/api/v1/accounts/invitations").json()["items"]
    assert [one["email"] for one in listed] == ["n@example.org"]
    assert "secret" not in listed[0]
    assert post(manager, f"accounts/invitations/{listed[0]['id']}/revoke", {}).status_code == 204
    tokens = manager.get(f"/api/v1/accounts/organisations/{world.org['city_a'].pk}/tokens").json()["items"]
    assert [t["role"] for t in tokens] == ["manager"]
    assert post(manager, f"accounts/tokens/{tokens[0]['id']}/revoke", {}).status_code == 200
    assert token.get("/api/v1/accounts/me").status_code == 401
    assert manager.get(f"/api/v1/accounts/people/{world.user['officer_b'].pk}").status_code == 404
    assert (
        post(manager, f"accounts/people/{person}/deactivate", {"reason": "调离"}).json()["is_active"] is False
    )


def test_a_list_of_people_is_invited_at_once_and_no_link_is_kept(world: World) -> None:
    path, manager = "accounts/invitations/import", world.client("manager_a")
    lines = "张三;z@example.org;officer;9901a0\n李四;l@example.org;officer;9901a1\n"
    assert post(bearer(world, "manager", "city_a", read_only=False), path, {"text": lines}).status_code == 403
    assert post(world.client("officer_a"), path, {"text": lines}).status_code == 403
    wrong = post(manager, path, {"text": lines + "王五;w@example.org;officer;9901b0\n;no;king;9901a0\n"})
    assert wrong.status_code == 422
    assert {p["where"]["en"].partition(",")[0] for p in wrong.json()["problems"]} == {"row 3", "row 4"}
    with everything("test"):
        assert Invitation.objects.count() == 0
    sent = [
        manager.post(
            f"/api/v1/{path}",
            {"text": lines, "round": world.round.pk},
            content_type="application/json",
            headers={"Idempotency-Key": "list-1"},
        )
        for _ in range(2)
    ]
    assert [s.status_code for s in sent] == [201, 201]
    made, again = (s.json()["invited"] for s in sent)
    assert [(one["email"], one["round"]) for one in made] == [
        ("z@example.org", world.round.pk),
        ("l@example.org", world.round.pk),
    ]
    assert again == [one | {"secret": ""} for one in made]
    with everything("test"):
        kept = [str(vars(row)) for row in Sent.objects.all()]
        assert Invitation.objects.count() == 2
    assert kept
    assert not any(one["secret"] in row for one in made for row in kept)
    assert Client().get(f"/invitations/{made[1]['secret']}/").status_code == 200


@pytest.mark.parametrize("asked", [True, False])
def test_an_invitation_goes_by_mail_where_that_is_asked(world: World, settings: Any, asked: bool) -> None:
    settings.SITE_URL = "https://duxue.example.org"
    manager = world.client("manager_a")
    body = {
        "email": "n@example.org",
        "role": "officer",
        "organisation": world.org["city_a"].pk,
        "mail": asked,
    }
    many = {"text": "张三;z@example.org;officer;9901a0\n", "mail": asked}
    one = post(manager, "accounts/invitations", body).json()
    listed = post(manager, "accounts/invitations/import", many).json()["invited"]
    assert [made["mailed"] for made in (one, *listed)] == [asked, asked]
    invitations_send()
    assert [to for letter in mail.outbox for to in letter.to] == ["n@example.org", "z@example.org"] * asked
    assert all("https://duxue.example.org/invitations/" in letter.body for letter in mail.outbox)
    assert all(one["secret"] not in letter.body for letter in mail.outbox)  # each link is its own


@pytest.mark.parametrize("asked", [True, False])
def test_an_invitation_is_sent_again_with_a_new_link(world: World, settings: Any, asked: bool) -> None:
    settings.SITE_URL = "https://duxue.example.org"
    manager = world.client("manager_a")
    body = {"email": "n@example.org", "role": "officer", "organisation": world.org["city_a"].pk}
    first = post(manager, "accounts/invitations", body).json()
    path = f"accounts/invitations/{first['id']}/resend"
    again = post(manager, path, {"mail": asked})
    assert (again.status_code, again.json()["mailed"]) == (200, asked)
    assert [Client().get(f"/invitations/{one['secret']}/").status_code for one in (first, again.json())] == [
        410,
        200,
    ]
    invitations_send()
    assert [to for letter in mail.outbox for to in letter.to] == ["n@example.org"] * asked
    assert post(world.client("officer_a"), path, {}).status_code in {403, 404}
    assert post(manager, f"accounts/invitations/{first['id']}/revoke", {}).status_code == 204
    assert post(manager, path, {}).status_code == 422
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.invitation.renewed").count() == 1


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="")
def test_a_site_without_mail_says_that_none_was_sent(world: World) -> None:
    body = {"email": "n@example.org", "role": "officer", "organisation": world.org["city_a"].pk, "mail": True}
    assert post(world.client("manager_a"), "accounts/invitations", body).json()["mailed"] is False


def test_a_person_makes_a_token_whose_secret_is_told_once(world: World) -> None:
    path = f"accounts/organisations/{world.org['city_a'].pk}/tokens"
    body = {"title": "市级平台", "role": "officer", "read_only": False, "days": 30}
    manager, key = world.client("manager_a"), {"Idempotency-Key": "token-1"}
    sent = [
        manager.post(f"/api/v1/{path}", body, content_type="application/json", headers=key) for _ in range(2)
    ]
    assert [s.status_code for s in sent] == [201, 201]
    made, again = (s.json() for s in sent)
    assert again == made | {"secret": ""}
    with everything("test"):
        assert all(made["secret"] not in str(vars(row)) for row in Sent.objects.all())
        assert Token.objects.count() == 1
    listed = manager.get(f"/api/v1/{path}").json()["items"]
    assert listed == [{name: value for name, value in made.items() if name != "secret"}]

    machine = Client(headers={"authorization": f"Bearer {made['secret']}"})
    role = {"role": "officer", "organisation": world.org["city_a"].pk, "round": None}
    assert machine.get("/api/v1/accounts/me").json()["roles"] == [role]
    assert post(manager, f"accounts/tokens/{made['id']}/revoke", {"reason": "停用"}).status_code == 200
    assert machine.get("/api/v1/accounts/me").status_code == 401


def test_a_token_is_no_more_than_its_maker_may_give(world: World) -> None:
    path = f"accounts/organisations/{world.org['city_a'].pk}/tokens"
    body = {"title": "x", "role": "manager"}
    manager = world.client("manager_a")
    wrong = post(manager, path, body | {"title": " ", "days": 400})
    assert {p["field"] for p in wrong.json()["problems"]} == {"title", "days"}
    assert post(manager, path, body | {"role": "organiser"}).status_code == 403
    assert post(world.client("officer_a"), path, body).status_code == 403
    assert post(world.client("manager_b"), path, body).status_code == 404
    assert post(manager, path, body | {"round": 10**6}).status_code == 404
    inside = post(manager, path, body | {"round": world.round.pk})
    assert (inside.json()["round"], inside.json()["read_only"]) == (world.round.pk, True)


def test_a_token_keeps_no_tokens(world: World) -> None:
    machine = bearer(world, "manager", "city_a", read_only=False)
    path = f"accounts/organisations/{world.org['city_a'].pk}/tokens"
    with everything("test"):
        own = Token.objects.get()
    asked = [
        machine.get(f"/api/v1/{path}"),
        post(machine, path, {"title": "x", "role": "officer"}),
        post(machine, f"accounts/tokens/{own.pk}/revoke", {}),
    ]
    assert [a.status_code for a in asked] == [403, 403, 403]
    assert {a.json()["problems"][0]["what"]["zh"] for a in asked} == {"令牌不能管理令牌"}


def test_tokens_are_listed_page_by_page(world: World) -> None:
    for _ in range(3):
        bearer(world, "officer", "city_a", by="manager_a")
    client, path = (
        world.client("manager_a"),
        f"/api/v1/accounts/organisations/{world.org['city_a'].pk}/tokens",
    )
    first = client.get(path, {"size": 2}).json()
    rest = client.get(path, {"size": 2, "cursor": first["later"]}).json()
    keys = [t["id"] for t in first["items"] + rest["items"]]
    assert (len(keys), rest["later"]) == (3, "")
    assert keys == sorted(keys, reverse=True)


def test_access_is_told_with_its_reasons(world: World) -> None:
    def kinds(told: Any) -> dict[str, Any]:
        return {kind["kind"]: kind for kind in told["kinds"]}

    officer, manager = world.user["officer_a"].pk, world.client("manager_a")
    own = world.client("officer_a").get("/api/v1/accounts/me/access").json()
    assert [(r["role"], r["organisation"]) for r in own["roles"]] == [("officer", world.org["city_a"].pk)]
    unit = kinds(own)["rounds.roundunit"]
    allowed = {one["action"]: one["allowed"] for one in unit["actions"]}
    assert (unit["count"], allowed["fill"], allowed["submit"]) == (1, True, False)
    assert all(one["why"]["zh"] and one["why"]["en"] for one in unit["actions"])
    assert kinds(own)["reviews.review"] | {"title": ""} == {
        "kind": "reviews.review", "title": "", "count": 0, "sample": "", "sample_name": "", "round": "", "actions": [],
    }  # fmt: skip
    theirs = manager.get(f"/api/v1/accounts/people/{officer}/access").json()
    assert kinds(theirs)["rounds.roundunit"]["count"] == 1
    with everything("test"):
        seen = AuditEvent.objects.filter(actor_id=world.user["manager_a"].pk, object_id=str(officer))
        assert "access" in seen.latest("seq").data
    assert manager.get(f"/api/v1/accounts/people/{world.user['manager_b'].pk}/access").status_code == 404
    token = bearer(world, "manager", "city_a").get("/api/v1/accounts/me/access").json()
    assert [(r["role"], r["until"]) for r in token["roles"]] == [("manager", None)]
    assert kinds(token)["rounds.roundunit"]["count"] == 1
