"""Reading lists of people, their pages and the invitations leaves a line in the audit; reading one's own page does not."""

from __future__ import annotations

import json

from django.urls import reverse

from duxue.web.accounts.services.invitations import invitation_create
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from tests.web.worlds import World


def read(world: World) -> list[tuple[str, str, str]]:
    with everything("test"):
        events = AuditEvent.objects.filter(action="duxue.personal_data.read").order_by("seq")
        return [(e.actor_name, e.object_type, json.loads(e.data)["what"]) for e in events]


def test_reading_people_is_logged(world: World) -> None:
    client, who = world.client("organiser"), world.actor("organiser").name
    assert client.get(reverse("accounts:people")).status_code == 200
    assert read(world) == [(who, "orgs.organisation", "people")]
    assert client.get(reverse("accounts:person", args=[world.user["manager_a"].pk])).status_code == 200
    assert read(world)[1:] == [(who, "accounts.user", "person")]
    assert client.get("/api/v1/accounts/people").status_code == 200
    assert client.get(f"/api/v1/accounts/people/{world.user['manager_a'].pk}").status_code == 200
    assert [what for _, _, what in read(world)[2:]] == ["people", "person"]
    assert client.get(f"/api/v1/accounts/people/{world.user['manager_a'].pk}/grants").status_code == 200
    assert read(world)[4:] == [(who, "accounts.user", "person")]
    with everything("test"):
        seen = json.loads(AuditEvent.objects.filter(object_type="orgs.organisation").latest("seq").data)[
            "people"
        ]
    assert world.user["manager_a"].pk in seen
    assert world.user["organiser"].pk not in seen


def test_ones_own_page_is_not_logged(world: World) -> None:
    own = reverse("accounts:person", args=[world.user["organiser"].pk])
    assert world.client("organiser").get(own).status_code == 200
    own = f"/api/v1/accounts/people/{world.user['organiser'].pk}/grants"
    assert world.client("organiser").get(own).status_code == 200
    assert read(world) == []


def test_reading_invitations_is_logged(world: World) -> None:
    client = world.client("organiser")
    client.get(reverse("accounts:invitations"))
    assert read(world) == []  # there was nobody to read of
    with acting(actor := world.actor("organiser")):
        invitation_create(
            actor=actor, email="new@example.org", role="officer", organisation=world.org["city_a"]
        )
    client.get(reverse("accounts:invitations"))
    client.get("/api/v1/accounts/invitations")
    assert [what for _, _, what in read(world)] == ["invitations", "invitations"]
