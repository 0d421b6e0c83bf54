"""The demonstration's site: filled from what the demonstration wrote, served, and asked whether every role's pages answer."""

from __future__ import annotations

import re
import subprocess
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from duxue.app.demo import SITE
from duxue.app.importing import Progress
from duxue.app.problems import make
from duxue.app.serving import Plan, Supervisor, free_port, prepare
from duxue.core.errors import Place, Refused
from duxue.core.text import Text

PORT: Final = 8000
_HOPS: Final = 3
_PATIENCE: Final = 120.0  # seconds until the site must answer
LANGS: Final = ("zh-hans", "en")
_FORM = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_KEY = re.compile(r'name="key" value="([^"]+)"')
_NAV = re.compile(r"<nav\b.*?</nav>", re.DOTALL)
_LINK = re.compile(r'href="(/[^"#?]*)"')
_PART = re.compile(r"\s*[\d.]+ s  (?P<zh>.+) / (?P<en>.+)$")  # as the command seed_demo writes it


@dataclass(frozen=True)
class Visit:
    """One page that was asked for: by whom, in which language, and what came."""

    key: str  # of the person; "" for the public
    lang: str
    path: str
    status: int

    @property
    def ok(self) -> bool:
        """Whether the page was there."""
        return self.status == 200


def make_site(folder: Path, environ: Mapping[str, str], progress: Progress) -> Plan:
    """Fill a site below `folder` from the demonstration in `folder` and return how to run it on a free port.

    Raises:
        Refused: the site's commands did not finish (OPS004).
    """
    plan = Plan(
        "demo",
        port=free_port("127.0.0.1", PORT),
        workers=2,
        environ={**environ, "DUXUE_HOME": str(folder / SITE)},
    )
    progress(Text("建立网站数据库", "making the site's database"))
    prepare(plan, migrate=True)
    progress(Text("写入演示轮次", "filling the site with the rounds of the demonstration"))
    fill(plan.manage("seed_demo", str(folder)), plan.env(), progress)
    return plan


def fill(command: Sequence[str], env: Mapping[str, str], progress: Progress) -> None:
    """Run the site's command that fills it, and pass on each part that it names.

    Raises:
        Refused: it did not finish (OPS004).
    """
    # What goes wrong goes into a file: a second pipe that nobody reads could fill up and stop the command.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as wrong:
        with subprocess.Popen(  # noqa: S603 - our own command
            command,
            env={**env, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=wrong,
            text=True,
            encoding="utf-8",
        ) as running:
            for line in running.stdout or ():
                if part := _PART.match(line):
                    progress(Text(f"写入网站：{part['zh']}", f"filling the site: {part['en']}"))
        if running.returncode:
            wrong.seek(0)
            found = "\n".join(wrong.read().strip().splitlines()[-3:])
            raise Refused([make("OPS004", place=Place(field="seed_demo"), found=found)])


def serve_site(plan: Plan, ready: Callable[[], None]) -> None:
    """Serve until told to stop; a browser is opened where there is a display."""

    def begin() -> None:
        ready()
        if plan.environ.get("DISPLAY") or plan.environ.get("WAYLAND_DISPLAY"):
            webbrowser.open(plan.url)

    with (plan.home / "site.log").open("a", encoding="utf-8") as log:
        Supervisor(plan, log).run(begin)


def check_site(plan: Plan) -> list[Visit]:
    """Serve the site, visit what every role sees in both languages, stop it, and return the visits."""
    visits: list[Visit] = []
    with (plan.home / "site.log").open("a", encoding="utf-8") as log:
        supervisor = Supervisor(plan, log)

        def ask() -> None:
            def go() -> None:
                try:
                    visits.extend(walk(plan))
                finally:
                    supervisor.stopping = True

            threading.Thread(target=go, daemon=True).start()

        supervisor.run(ask, _PATIENCE)
    return visits


def walk(plan: Plan) -> Iterator[Visit]:
    """Yield every visit: start page, each person's login by button and home, each entry of their menus, one page below it."""
    for lang in LANGS:
        public = _Browser(plan, lang)
        status, start = public.get("/")
        yield Visit("", lang, "/", status)
        yield from _menu(public, "", start)
        for key in _KEY.findall(start):
            person = _Browser(plan, lang)
            _, page = person.get("/")
            token = _FORM.search(page)
            status, _ = person.post(
                "/demo/login/", {"key": key, "csrfmiddlewaretoken": token[1] if token else ""}
            )
            yield Visit(key, lang, "/demo/login/", 200 if status == 302 else status)
            status, home = person.get("/")
            yield Visit(key, lang, "/", status)
            yield from _menu(person, key, home)


def _menu(browser: _Browser, key: str, page: str) -> Iterator[Visit]:
    links = {link for nav in _NAV.findall(page) for link in _LINK.findall(nav)} - {"/"}
    for link in sorted(links):
        status, text = browser.get(link)
        yield Visit(key, browser.lang, link, status)
        # A list may open where what it lists does not: the first page below it, with its charts and figures.
        below = [
            inner for inner in _LINK.findall(text) if inner.startswith(link) and inner[len(link) :].strip("/")
        ]
        for inner in below[:1]:
            yield Visit(key, browser.lang, inner, browser.get(inner)[0])


@dataclass
class _Browser:
    """Keeps cookies, sends forms, and goes on where a page sends it."""

    plan: Plan
    lang: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cookies["duxue_language"] = self.lang

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page, or of the one that it sends to."""
        for _ in range(_HOPS):
            status, text, path = self._ask("GET", path, None)
            if not path:
                return status, text
        return status, text

    def post(self, path: str, values: Mapping[str, str]) -> tuple[int, str]:
        """Send a form."""
        status, text, _ = self._ask("POST", path, urlencode(values))
        return status, text

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        """Return status, text and the address on this site that the answer sends to, if any."""
        parts = urlsplit(self.plan.url)
        line = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self.plan.url,
                "Referer": self.plan.url + "/",
            }
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.split(";", 1)[0].partition("=")
                self.cookies[name] = value
            onward = answer.headers.get("Location", "")
            return (
                answer.status,
                answer.read().decode("utf-8", "replace"),
                onward if onward.startswith("/") else "",
            )
        finally:
            line.close()
