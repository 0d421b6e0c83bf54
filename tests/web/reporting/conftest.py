"""A small round in the database, with its organiser, and the folder of the site of each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.reporting.round_loading import load_round_folder
from duxue.web.reporting.services import round_publish
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.rounds.models import Round, RoundUnit
from tests.unit.app.small_round import CITIES, write_small_round


class Office:
    """A provincial office with two organisers, a unit's manager, and a round of four cities."""

    def __init__(self, folder: Path) -> None:
        with everything("test"):
            self.authority = Organisation.objects.create(
                code="910000",
                level="province",
                name_zh="合成省",
                name_en="Synthetic Province",
                path="",
                synthetic=True,
            )
            self.authority.path = f"/{self.authority.pk}/"
            self.authority.save()
            for code, name in CITIES.items():
                made = Organisation.objects.create(
                    code=code, level="city", name_zh=name, name_en=f"City {code[3]}", parent=self.authority, path="",
                    synthetic=True,
                )  # fmt: skip
                made.path = f"{self.authority.path}{made.pk}/"
                made.save()
            self.users = {
                "organiser": self.person("organiser", "organiser", self.authority),
                "organiser2": self.person("organiser2", "organiser", self.authority),
                "leader": self.person("leader", "leader", self.authority),
                "manager": self.person("manager", "manager", Organisation.objects.get(code="910100")),
            }
        file = write_small_round(folder)
        self.round: Round = load_round_folder(
            actor=self.actor("organiser"), file=file, authority=self.authority
        )

    def person(self, name: str, role: str, place: Organisation) -> User:
        """Return a person with a role."""
        user = User.objects.create_user(
            username=name, password="a long enough password", name=f"样本人员{name}"
        )
        Grant.objects.create(user=user, role=role, organisation=place, given_at=now())
        return user

    def actor(self, name: str) -> Actor:
        """Return a person as an actor."""
        return actor_of_user(self.users[name])

    def seal(self, *, untold: str = "") -> None:
        """Freeze the round, every unit but `untold` having been told its result."""
        with everything("test"):
            if self.round.sealed_at is None:
                units = RoundUnit.objects.filter(round=self.round).exclude(code=untold)
                units.update(notified_at=now(), state="settled")
            self.round.sealed_at, self.round.sealed_by = now(), self.users["organiser"]
            self.round.state = "frozen"
            self.round.save()

    def publish(self) -> None:
        """Seal, score and publish."""
        self.seal()
        scoring_make(self.actor("organiser"), self.round, "final")
        round_publish(actor=self.actor("organiser2"), round=self.round)
        with everything("test"):
            self.round.published_at, self.round.state = now(), "published"
            self.round.save()


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """A folder of the site for each test."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    return tmp_path / "home"


@pytest.fixture
def office(db: None, home: Path, tmp_path: Path) -> Office:
    """The office with its round, open."""
    return Office(tmp_path / "in")
