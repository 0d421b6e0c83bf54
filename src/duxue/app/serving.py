"""Running the site: a web server and a job worker as children of one process, started again when they die, stopped together."""

from __future__ import annotations

import ctypes
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final, Literal

from duxue.app.problems import make
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same

Settings = Literal["dev", "demo", "prod"]
NEEDED: Final = ("DUXUE_SECRET_KEY", "DUXUE_HOSTS")  # of production
GRACE: Final = 30.0  # seconds in which requests and the running job may end
_BACKPRESSURE: Final = (
    900  # connections of one server process, below the usual limit of 1024 open files: browsers keep theirs
)
_THREADS: Final = (
    320  # that may wait for slow lines, more than bodies may be on their way; few work (web/config/intake.py)
)
_HEADERS: Final = 10_000  # milliseconds in which the head of a request must be here
_BACKOFF: Final = (0.5, 1, 2, 5, 10, 30)  # seconds before a child that died is started again
_STEADY: Final = 60.0  # seconds after which a child counts as well
_HERE: Final = ("127.0.0.1", "::1", "localhost")
_WEB: Final = "duxue.web"
_SETTING: Final = re.compile(r"DUXUE_[A-Z_]+")  # named first in a setting's own message
# What a command says that could not ask.
_FAILED: Final = re.compile(r"^(Traceback|CommandError|SystemCheckError)", re.MULTILINE)
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None  # before any fork
_LOG: Final = Path(__file__).resolve().parent.parent / "web" / "config" / "log.json"


@dataclass(frozen=True)
class Plan:
    """What is to run: where, how many server processes, under which settings, with or without a worker."""

    settings: Settings = "prod"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    worker: bool = True
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def home(self) -> Path:
        """Where the site keeps everything that a backup must hold."""
        return Path(self.environ.get("DUXUE_HOME", "duxue-data")).resolve()

    @property
    def url(self) -> str:
        """The address at which the site answers on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def env(self) -> dict[str, str]:
        """Return the environment of the children; processes of one demonstration share a secret that dies with it."""
        made = {
            **self.environ,
            "DUXUE_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": f"{_WEB}.config.settings.{self.settings}",
        }
        if self.settings == "demo":
            made.setdefault("DUXUE_SECRET_KEY", os.urandom(36).hex())
        return made

    def manage(self, *words: str) -> list[str]:
        """Return a management command as it is run."""
        return [sys.executable, "-m", _WEB, *words]

    def children(self) -> dict[str, list[str]]:
        """Return the commands that run as long as the site."""
        server = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port),
            "--workers", str(self.workers), "--backpressure", str(_BACKPRESSURE), "--blocking-threads", str(_THREADS),
            "--http1-header-read-timeout", str(_HEADERS),
            "--respawn-failed-workers", "--workers-kill-timeout", str(int(GRACE - 5)), "--log-config", str(_LOG),
            f"{_WEB}.config.wsgi:application",
        ]  # fmt: skip
        return {"server": server, **({"worker": self.manage("work")} if self.worker else {})}


def check_plan(plan: Plan) -> list[Problem]:
    """Return what stands in the way of running: settings that production needs or that are wrong, a port in use."""
    found = []
    if plan.settings == "prod":
        advice = Text(
            "设置该环境变量后再启动；见 docs/howto/operate.md。",
            "Set the variable and start again: docs/howto/operate.md.",
        )
        found += [
            make("OPS001", place=Place(field=name), advice=advice)
            for name in NEEDED
            if not plan.environ.get(name)
        ]
        if plan.environ.get("DUXUE_DEMO"):
            found.append(make("OPS001", place=Place(field="DUXUE_DEMO"), found="1", expected=same("-")))
    if plan.settings == "demo" and plan.host not in _HERE:
        advice = Text(
            "演示无须密码即可登录，只能在本机打开。",
            "The demonstration lets anyone in without a password: this machine only.",
        )
        found.append(
            make(
                "OPS001",
                place=Place(field="--host"),
                found=plan.host,
                expected=same("127.0.0.1"),
                advice=advice,
            )
        )
    if not found:
        found += _settings_refused(plan)
    if not is_free(plan.host, plan.port):
        advice = Text(
            "换一个 --port，或先停下占用它的程序。",
            "Choose another --port, or stop the program that uses it.",
        )
        found.append(
            make("OPS002", place=Place(field="--port"), found=f"{plan.host}:{plan.port}", advice=advice)
        )
    return found


def _settings_refused(plan: Plan) -> list[Problem]:
    """Return what the settings themselves say against the environment, read in a process of its own as the site's are."""
    with TemporaryDirectory() as elsewhere:  # reading them makes the folder of the database
        env = {**plan.env(), "DUXUE_HOME": elsewhere}
        read = [sys.executable, "-c", f"import {env['DJANGO_SETTINGS_MODULE']}"]
        done = subprocess.run(read, env=env, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    if not done.returncode:
        return []
    said = done.stderr.strip()
    message = said.rpartition("\n")[2].partition(": ")[2]  # after the name of the exception
    named = _SETTING.match(message)
    return [
        make(
            "OPS001",
            what=Text("网站的设置有误", "a setting of the site is wrong"),
            place=Place(field=named.group() if named else "DJANGO_SETTINGS_MODULE"),
            found=message if named else _last(said),
            advice=Text(
                "改正该环境变量后再启动；见 docs/howto/operate.md。",
                "Mend the variable and start again: docs/howto/operate.md.",
            ),
        )
    ]


def is_free(host: str, port: int) -> bool:
    """Return whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str, first: int) -> int:
    """Return the first free port from `first` on."""
    return next(port for port in range(first, 65536) if is_free(host, port))


def check_tables(plan: Plan) -> list[Problem]:
    """Return OPS003 when the tables are not those of this version, OPS004 when the database does not answer; nothing is made."""
    if plan.environ.get("DUXUE_DATABASE") or (plan.home / "duxue.sqlite3").is_file():
        checked = _manage(plan, "migrate", "--check", "-v", "0")
        if not checked.returncode:
            return []
        if _FAILED.search(checked.stderr):
            return [make("OPS004", place=Place(field="migrate --check"), found=_last(checked.stderr))]
    advice = Text("备份后加 --migrate 启动一次。", "Back up, then start once with --migrate.")
    return [make("OPS003", advice=advice)]


def prepare(plan: Plan, *, migrate: bool) -> None:
    """Make tables and static files ready.

    Raises:
        Refused: OPS003 when tables are old and `migrate` was not asked, OPS004 when a command fails, as without a database.
    """
    plan.home.mkdir(parents=True, exist_ok=True)
    if migrate:
        _run(plan, "migrate", "--noinput", "-v", "0")
        if plan.settings == "prod":
            _run(plan, "createcachetable")
    elif found := check_tables(plan):
        raise Refused(found)
    if plan.settings != "dev":
        _collect(plan)


def _collect(plan: Plan) -> None:
    """Gather the static files when those of the program are newer than what was gathered."""
    web = Path(__file__).resolve().parent.parent / "web"
    newest = max((p.stat().st_mtime for p in web.glob("**/static/**/*") if p.is_file()), default=0.0)
    stamp, state = plan.home / "static" / ".gathered", f"{newest:.3f}"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == state:
        return
    _run(plan, "collectstatic", "--noinput", "-v", "0")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(state, encoding="ascii")


def _run(plan: Plan, *words: str) -> None:
    done = _manage(plan, *words)
    if done.returncode:
        raise Refused([make("OPS004", place=Place(field=words[0]), found=_last(done.stderr or done.stdout))])


def _manage(plan: Plan, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(plan.manage(*words), env=plan.env(), check=False, capture_output=True, text=True)  # noqa: S603 - our own command


def _last(text: str) -> str:
    """Return the last lines of what a command said."""
    return "\n".join(text.strip().splitlines()[-3:])


# --- the children -----------------------------------------------------------------------------------------------------
@dataclass
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    again: float = 0.0  # when it is started again


class Supervisor:
    """Keeps the children of a plan running until it is told to stop; each of its own lines is one JSON object."""

    def __init__(self, plan: Plan, log: IO[str] | None = None) -> None:
        """Take the plan; lines go to `log` (standard error)."""
        self.plan, self.stopping = plan, False
        self._env = plan.env()  # once: all children share the secret
        self._log = log or sys.stderr
        self._children = [_Child(name, command) for name, command in plan.children().items()]

    def run(self, ready: Callable[[], None] = lambda: None, patience: float = math.inf) -> None:
        """Run until SIGTERM or SIGINT; `ready` is called once when the site answers for the first time.

        When it does not answer within `patience` seconds, everything is stopped.
        """
        begun = time.monotonic()
        before = {s: signal.signal(s, self._stop) for s in (signal.SIGTERM, signal.SIGINT)}
        told = False
        try:
            while not self.stopping:
                self._watch()
                if not told and answers(self.plan):
                    told = True
                    self.say("info", "site answers", url=self.plan.url)
                    ready()
                if not told and time.monotonic() - begun > patience:
                    self.say("error", "site does not answer", seconds=patience)
                    break
                time.sleep(0.2)
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask all children to end, wait for what they are doing, and end by force what does not."""
        started = [c.process for c in self._children if c.process is not None]
        for process in started:
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + GRACE
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            _kill(process)  # with what it started and did not take along
        self.say("info", "stopped")

    def say(self, level: str, message: str, **more: object) -> None:
        """Write one line of the log."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": level, "logger": "duxue.serve", "message": message, **more}
        print(json.dumps(line, ensure_ascii=False), file=self._log, flush=True)

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _watch(self) -> None:
        moment = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                _kill(child.process)  # what it started would go on beside the next one, and outlive the site
                code, child.process = child.process.returncode, None
                child.deaths = 0 if moment - child.started > _STEADY else child.deaths
                wait = _BACKOFF[min(child.deaths, len(_BACKOFF) - 1)]
                child.deaths, child.again = child.deaths + 1, moment + wait
                self.say("error", "child ended", child=child.name, code=code, again_in_seconds=wait)
            if child.process is None and moment >= child.again:
                # A session of its own: Ctrl-C reaches this process only, which then stops the children in order.
                child.process = subprocess.Popen(  # noqa: S603 - our own command
                    child.command, env=self._env, stdout=self._log, stderr=self._log, start_new_session=True,
                    preexec_fn=_end_with_parent if _LIBC else None,  # noqa: PLW1509 - one thread
                )  # fmt: skip
                child.started = moment
                self.say("info", "child started", child=child.name, pid=child.process.pid)


def _end_with_parent() -> None:
    """Ask Linux, in a child before it begins, to end it when its parent dies without a word: else it would keep the port."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child with all that it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):  # none is left
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def answers(plan: Plan) -> bool:
    """Return whether the site's own check answers."""
    host, port = plan.url.removeprefix("http://").rsplit(":", 1)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=1) as line:
            line.sendall(
                f"GET /healthz HTTP/1.0\r\nHost: {_name(plan)}\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
            )
            return b" 200 " in line.recv(64)
    except OSError:
        return False


def _name(plan: Plan) -> str:
    """Return a host name that the site accepts."""
    hosts = plan.environ.get("DUXUE_HOSTS", "")
    return hosts.split(",")[0].strip() if plan.settings == "prod" and hosts else "localhost"
