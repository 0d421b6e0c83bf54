"""A small world: an authority with two cities, a foreign one with one, their people, and a round in which answers are open.

Everything in it is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.test import Client

from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.common.actors import PUBLIC, Actor
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation, OrganisationState
from duxue.web.reviews.models import Assignment
from duxue.web.rounds.models import Answer, Item, Known, Round, RoundUnit, Window

PASSWORD = "a long enough password"
# person -> role, place
PEOPLE = {
    "organiser": ("organiser", "province"), "organiser2": ("organiser", "province"), "leader": ("leader", "province"),
    "auditor": ("auditor", "province"), "manager_a": ("manager", "city_a"), "officer_a": ("officer", "city_a"),
    "officer_a1": ("officer", "county_a1"), "manager_b": ("manager", "city_b"), "officer_b": ("officer", "city_b"),
    "reviewer1": ("reviewer", "province"), "reviewer2": ("reviewer", "province"),
    "inspector1": ("inspector", "province"), "foreign_organiser": ("organiser", "foreign"),
    "foreign_manager": ("manager", "foreign_city"),
}  # fmt: skip
STEPS = ("self_evaluation", "online_review", "field_verification", "feedback", "objection", "scoring")


@dataclass
class World:
    """Handles on everything; queries of tests run inside `everything` or `acting`."""

    org: dict[str, Organisation] = field(default_factory=dict)
    user: dict[str, User] = field(default_factory=dict)
    round: Round = None  # type: ignore[assignment]
    unit: dict[str, RoundUnit] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """Return a person as an actor."""
        return PUBLIC if key == "public" else actor_of_user(self.user[key])

    def client(self, key: str, **headers: str) -> Client:
        """Return a browser in which the person is signed in."""
        client = Client(headers=headers or None)
        if key != "public":
            client.force_login(self.user[key], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def answer(self, unit: str, item: str) -> Answer:
        """Return a unit's answer to an item."""
        with everything("test"):
            return Answer.objects.select_related("unit", "item", "round").get(
                unit=self.unit[unit], item=self.items[item]
            )

    def submit(self, unit: str) -> None:
        """Let a unit have handed in everything, without going through the service."""
        with everything("test"):
            moment = now()
            Answer.objects.filter(unit=self.unit[unit]).update(
                state="submitted",
                self_score=Decimal(4),
                narrative="已完成。",
                ready=True,
                updated_at=moment,
                version=1,
            )
            RoundUnit.objects.filter(pk=self.unit[unit].pk).update(
                state="submitted", submitted_at=moment, state_since=moment
            )
            self.unit[unit].refresh_from_db()


def make_world() -> World:
    """Return the small world, written to the database."""
    world = World()
    with everything("test"):
        province = _org(world, "province", "990000", "province", "样本省", "Sample Province", None)
        for key in ("a", "b"):
            city = _org(
                world,
                f"city_{key}",
                f"9901{key}0",
                "city",
                f"样本市{key.upper()}",
                f"Sample City {key.upper()}",
                province,
            )
            for n in (1, 2):
                _org(
                    world,
                    f"county_{key}{n}",
                    f"9901{key}{n}",
                    "county",
                    f"样本县{key.upper()}{n}",
                    f"Sample County {key.upper()}{n}",
                    city,
                )
        _org(
            world,
            "school",
            "9901a1-01",
            "school",
            "样本小学",
            "Sample Primary School",
            world.org["county_a1"],
        )
        foreign = _org(world, "foreign", "980000", "province", "外省", "Other Province", None)
        _org(world, "foreign_city", "980100", "city", "外市", "Other City", foreign)
        password = make_password(PASSWORD)
        made = User.objects.bulk_create(
            User(username=key, password=password, email=f"{key}@example.org", name=f"样本人员{key}") for key in PEOPLE
        )  # fmt: skip
        world.user.update({user.username: user for user in made})
        Grant.objects.bulk_create(
            Grant(user=world.user[key], role=role, organisation=world.org[place], given_at=now())
            for key, (role, place) in PEOPLE.items()
        )
        OrganisationState.objects.bulk_create(
            OrganisationState(
                organisation=org, parent=org.parent, name_zh=org.name_zh, name_en=org.name_en, from_day="2000-01-01", source="样本"
            )
            for org in world.org.values()
        )  # fmt: skip
        _round(world, province)
    return world


def _org(
    world: World, key: str, code: str, level: str, zh: str, en: str, parent: Organisation | None
) -> Organisation:
    org = Organisation.objects.create(
        code=code, level=level, name_zh=zh, name_en=en, parent=parent, path="", synthetic=True
    )
    org.path = (parent.path if parent else "/") + f"{org.pk}/"
    org.save()
    world.org[key] = org
    return org


def _round(world: World, province: Organisation) -> None:
    moment = now()
    world.round = Round.objects.create(
        authority=province, slug="sample-2024", title_zh="样本省2024年度评价", title_en="Sample Province 2024 evaluation",
        evaluated_year=2024, round_year=2025, pack="cn-duty-province-demo@1.0.0", state="open", synthetic=True,
        created_at=moment, created_by=world.user["organiser"], settings={"evidence_cap": 3},
    )  # fmt: skip
    Window.objects.bulk_create(
        Window(
            round=world.round, step=step, opens=moment - timedelta(days=5), closes=moment + timedelta(days=30)
        )
        for step in STEPS
    )
    for key in ("a", "b"):
        city = world.org[f"city_{key}"]
        world.unit[key] = RoundUnit.objects.create(
            round=world.round, organisation=city, code=city.code, name_zh=city.name_zh, name_en=city.name_en,
            path=city.path, state="drafting", state_since=moment,
        )  # fmt: skip
    order = 0
    for branch, leaves in {"A": ("A1", "A2"), "B": ("B1", "B2")}.items():
        parent = _item(world, branch, None, order := order + 1, "branch", 10)
        for leaf in leaves:
            _item(world, leaf, parent, order := order + 1, "computed" if leaf == "A1" else "judged", 5)
    for unit in world.unit.values():
        Known.objects.create(
            round=world.round, unit=unit, item=world.items["A1"], indicator="L1", title_zh="每百名学生拥有高于规定学历教师数",
            title_en="Teachers above the required degree per 100 pupils", year=2024, by={"stage": "primary"},
            value=Decimal("4.37"), text="4.37", measure={"zh": "人", "en": "persons"},
            standard={"text": ">= 4.2", "met": True}, points=Decimal(5),
        )  # fmt: skip
        Answer.objects.bulk_create(
            Answer(round=world.round, unit=unit, item=world.items[code]) for code in ("A1", "A2", "B1", "B2")
        )
    for n, key in ((1, "a"), (2, "b")):
        Assignment.objects.create(
            round=world.round, unit=world.unit[key], reviewer=world.user[f"reviewer{n}"], given_at=moment,
            given_by=world.user["organiser"],
        )  # fmt: skip


def _item(world: World, code: str, parent: Item | None, order: int, kind: str, points: int) -> Item:
    world.items[code] = Item.objects.create(
        round=world.round, code=code, parent=parent, order=order, title_zh=f"条目{code}", title_en=f"Item {code}",
        points=points, kind=kind, guidance={"zh": "看制度和落实。", "en": "Look at rules and practice."},
    )  # fmt: skip
    return world.items[code]
