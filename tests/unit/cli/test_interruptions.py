"""What a full disk or a request to end leaves behind: a message, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.cli.conftest import PACK, call

posix = pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX")
LIMITED = """
import resource, sys
sys.dont_write_bytecode = True  # Python would keep a module's first 2000 bytes and fail on them ever after
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
from duxue.cli.main import main
main(sys.argv[1:])
"""


def start(code: str, *args: object) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    environment = {**os.environ, "DUXUE_LANG": "en", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip


@posix
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json"])
def test_a_full_disk_during_an_export_is_told(kind: str, run: Path, tmp_path: Path) -> None:
    """Exit code 4, no traceback, no file."""
    done = start(LIMITED, "export", run, "--format", kind, "--out", tmp_path / f"out.{kind}")
    _, err = done.communicate(timeout=120)
    assert done.returncode == 4, err
    assert "The system refused" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_request_to_end_leaves_nothing_behind(county: Path, tmp_path: Path) -> None:
    """SIGTERM in the middle of an evaluation removes the hidden folder."""
    code = "import sys; from duxue.cli.main import main; main(sys.argv[1:])"
    done = start(code, "evaluate", "--pack", PACK, "--data", county, "--out", tmp_path / "out")
    for _ in range(600):
        if any(tmp_path.iterdir()):
            break
        time.sleep(0.05)
    assert [p.name[:13] for p in tmp_path.iterdir()] == [".out.partial-"]
    done.send_signal(signal.SIGTERM)
    _, err = done.communicate(timeout=120)
    assert done.returncode == 130
    assert "nothing was written" in err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_into_the_folder_that_is_read(county: Path, run: Path) -> None:
    """Results among the data would be read as data the next time, and a report inside a run would break its digests."""
    before = [sorted(folder.rglob("*")) for folder in (county, run)]
    for args in (
        ("evaluate", "--pack", PACK, "--data", county, "--out", county / "out"),
        ("evaluate", "--pack", PACK, "--data", run / "snapshot", "--out", run / "snapshot" / "out"),
        ("report", run, "--out", run / "report"),
        ("export", run, "--format", "csv", "--out", run / "x.csv"),
    ):
        done = call(*args, "--json")
        assert done.code == 1
        assert [p["code"] for p in done.json["problems"]] == ["APP003"]
    assert [sorted(folder.rglob("*")) for folder in (county, run)] == before
