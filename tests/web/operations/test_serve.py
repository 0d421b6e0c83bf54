"""The site served for real: it answers, a killed worker comes back, it stops whole."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from duxue.app.serving import Plan, Supervisor, check_plan, free_port
from duxue.cli import serve
from tests.web.operations.conftest import Site, site_at


def _until(ask: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come")


def _started(log: Path, child: str) -> list[int]:
    lines = (json.loads(line) for line in log.read_text("utf-8").splitlines() if '"duxue.serve"' in line)
    return [line["pid"] for line in lines if line["message"] == "child started" and line["child"] == child]


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except OSError:
        return 0


@contextmanager
def _slow(port: int) -> Iterator[None]:
    """Hold lines open that have sent half a head, and lines that have sent half a body."""
    head = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    body = b"POST /api/v1/orgs/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    with ExitStack() as open_:
        for begun in [head, body] * 12:
            line = open_.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(begun)
        time.sleep(1)  # so that the server has them all
        yield


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _runs(pid: int) -> bool:
    """Return whether a process does anything; one that has ended stays listed until somebody asks for its end."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip()[:1] not in {"", "Z"}


def _below(pid: int) -> set[int]:
    """Return a process and all that it started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(a), int(b)) for a, b in (line.split() for line in listed.splitlines())]
    found = {pid}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found


def test_it_answers_restarts_what_dies_and_stops_whole(tmp_path: Path, databases: tuple[str, str]) -> None:
    site, log = site_at(tmp_path / "home", databases[0]), tmp_path / "log"
    port = free_port("127.0.0.1", 18400)
    command = [
        sys.executable,
        "-m",
        "duxue",
        "serve",
        "--settings",
        "demo",
        "--migrate",
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=site.environ, stdout=out, stderr=out)
    try:
        _until(lambda: _status(f"http://127.0.0.1:{port}/healthz") == 200, 240)  # it makes its tables first
        assert _status(f"http://127.0.0.1:{port}/readyz") == 200
        assert _status(f"http://127.0.0.1:{port}/accounts/login/") == 200
        with _slow(port):
            begun = time.monotonic()
            assert _status(f"http://127.0.0.1:{port}/accounts/login/") == 200
            assert time.monotonic() - begun < 5
        os.kill(_started(log, "worker")[0], signal.SIGKILL)
        _until(lambda: len(_started(log, "worker")) == 2)
        family = _below(process.pid)
        assert len(family) >= 4  # itself, server, server's process, worker
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0
    assert not [pid for pid in family if _alive(pid)]
    assert _status(f"http://127.0.0.1:{port}/healthz") == 0


def test_what_a_child_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "pids"
    script = f"sleep 60 & echo $! >> {shlex.quote(str(told))}; kill -9 $$"
    monkeypatch.setattr(Plan, "children", lambda _plan: {"server": ["sh", "-c", script]})
    Supervisor(Plan(port=free_port("127.0.0.1", 18450))).run(patience=1)
    started = [int(line) for line in told.read_text("ascii").split()]
    assert started
    _until(lambda: not [pid for pid in started if _runs(pid)], 5)


def test_what_a_child_left_behind_ends_with_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "pids"
    script = f"sleep 60 & echo $! >> {shlex.quote(str(told))}; kill -9 $$"
    monkeypatch.setattr(Plan, "children", lambda _plan: {"server": ["sh", "-c", script]})
    site = Supervisor(Plan(port=free_port("127.0.0.1", 18460)))
    site._watch()
    child = site._children[0].process
    assert child is not None
    child.wait(10)  # dead before anybody looked
    site.stop()
    left = int(told.read_text("ascii"))
    _until(lambda: not _runs(left), 5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = (
        "from duxue.app.serving import Plan, Supervisor\n"
        f"Plan.children = lambda plan: {{'server': ['sh', '-c', 'echo $$ > {told}; exec sleep 60']}}\n"
        "Supervisor(Plan(port=1)).run()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    child = int(_until(lambda: told.is_file() and told.read_text("ascii").strip()))
    parent.kill()
    parent.wait(10)
    _until(lambda: not _runs(child), 5)


def test_it_says_what_stands_in_the_way() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = check_plan(Plan("prod", port=taken.getsockname()[1], environ={"DUXUE_DEMO": "1"}))
    assert [(p.code, p.place.field) for p in found] == [
        ("OPS001", "DUXUE_SECRET_KEY"), ("OPS001", "DUXUE_HOSTS"), ("OPS001", "DUXUE_DEMO"), ("OPS002", "--port"),
    ]  # fmt: skip
    assert all(p.what.zh and p.what.en for p in found)


def test_the_demonstration_listens_on_this_machine_only() -> None:
    found = check_plan(Plan("demo", host="0.0.0.0", port=free_port("127.0.0.1", 18500), environ={}))
    assert [(p.code, p.place.field) for p in found] == [("OPS001", "--host")]


def test_old_tables_are_told(tmp_path: Path) -> None:
    site: Site = site_at(tmp_path)
    done = site.run("serve", "--settings", "demo", "--port", str(free_port("127.0.0.1", 18600)))
    assert done.returncode == 1
    assert "OPS003" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DUXUE_URL", "http://duxue.example.org", "expected https://name[:port]"),
        ("DUXUE_SOURCE", "http://example.org/duxue", "expected an https address"),
        ("DUXUE_OIDC_ISSUER", "https://idp.example.org", "DUXUE_OIDC_CLIENT_ID"),
        ("DUXUE_DATABASE", "mysql://localhost/duxue", "found scheme 'mysql'"),
        ("DUXUE_PROXIES", "two", "a whole number, found 'two'"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_wrong_setting_is_told_in_its_own_words(
    tmp_path: Path, name: str, value: str, said: str, check: bool
) -> None:
    site = site_at(tmp_path / "home")
    needed = {"DUXUE_SECRET_KEY": "made up for this test " * 3, "DUXUE_HOSTS": "duxue.example.org"}
    wrong = Site(site.home, {**site.environ, **needed, name: value})
    port = str(free_port("127.0.0.1", 18650))
    done = wrong.run("serve", "--port", port, *(["--check"] if check else []))
    assert done.returncode == 1
    assert said in done.stderr
    assert "OPS001" in done.stderr
    assert "OPS003" not in done.stderr
    assert list(site.home.iterdir()) == []


def test_a_database_that_does_not_answer_is_not_an_old_one(tmp_path: Path) -> None:
    nobody = f"postgresql://localhost:{free_port('127.0.0.1', 18680)}/duxue"
    done = site_at(tmp_path, nobody).run(
        "serve", "--settings", "demo", "--port", str(free_port("127.0.0.1", 18690))
    )
    assert done.returncode == 1
    assert "OPS004" in done.stderr
    assert "connection failed" in done.stderr
    assert "OPS003" not in done.stderr


def test_check_prints_what_would_run(tmp_path: Path) -> None:
    port = str(free_port("127.0.0.1", 18700))
    done = site_at(tmp_path).run(
        "serve", "--settings", "demo", "--check", "--migrate", "--port", port, "--no-worker", "--json"
    )
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(told["children"]) == ["server"]
    assert told["url"].endswith(port)


def test_a_check_says_what_the_start_would_stop_with(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    check = ["serve", "--settings", "demo", "--check", "--port", str(free_port("127.0.0.1", 18710))]
    empty = site.run(*check)
    assert (empty.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "OPS003" in empty.stderr
    assert "http://127.0.0.1" in empty.stdout  # what would run is told all the same
    assert site.run("migrate", "-v", "0", module="duxue.web").returncode == 0
    assert site.run(*check).returncode == 0
    nobody = site_at(tmp_path, f"postgresql://localhost:{free_port('127.0.0.1', 18680)}/duxue")
    assert "OPS004" in nobody.run(*check, "--migrate").stderr


@pytest.mark.parametrize("seen", [True, False])
def test_the_address_is_told_on_a_terminal(
    seen: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: seen)
    serve._opened(Plan("demo", "127.0.0.1", 8123, 1))
    assert ("http://127.0.0.1:8123" in capsys.readouterr().out) is seen
