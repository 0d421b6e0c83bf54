"""A tiny synthetic county and its evaluation, made once; a way to call the command as a user does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from duxue.cli.main import main

PACK = "cn-compulsory-balance"
COUNTY = "371002"


@dataclass(frozen=True)
class Outcome:
    """What a call of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def call(*args: object, lang: str = "en") -> Outcome:
    """Call the command with arguments; an exception that nobody caught fails the test."""
    result = CliRunner().invoke(
        main, [str(a) for a in args], env={"DUXUE_LANG": lang, "COLUMNS": "120"}, prog_name="duxue"
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return Outcome(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of one county at a tenth of its size."""
    folder = tmp_path_factory.mktemp("county") / "data"
    assert call("data", "synthesize", "--out", folder, "--place", COUNTY, "--scale", "0.1").code == 0
    return folder


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with planted faults."""
    folder = tmp_path_factory.mktemp("faulty") / "data"
    done = call("data", "synthesize", "--out", folder, "--place", "371000", "--scale", "0.3", "--faults")
    assert done.code == 0
    return folder


@pytest.fixture(scope="session")
def run(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county evaluated, without a report."""
    folder = tmp_path_factory.mktemp("run") / "out"
    done = call("evaluate", "--pack", PACK, "--data", county, "--out", folder, "--no-report")
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Return the files below a folder with their bytes, to see that nothing changed."""
    return lambda folder: {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
