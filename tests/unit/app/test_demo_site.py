"""The demonstration's site: each part is told as it is filled, and where nobody looks its pages are checked and it ends."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from duxue.app import demo_site
from duxue.app.demo_site import fill
from duxue.app.serving import Plan
from duxue.cli import demo
from duxue.core.errors import Refused
from duxue.core.text import Text

TELLS = """
import sys, time
print("  0.1 s  建立机构 / bodies", flush=True)
time.sleep(0.6)
print(" 12.3 s  自评：甲市 / self-evaluation: A", flush=True)
print("a word of another library", flush=True)
"""
FAILS = "import sys; sys.stderr.write('x' * 200_000 + '\\nnot as it is written\\n'); sys.exit(1)"


def test_each_part_is_told_when_it_begins() -> None:
    told: list[tuple[float, Text]] = []
    fill([sys.executable, "-c", TELLS], os.environ, lambda text: told.append((time.monotonic(), text)))
    assert [(t.zh, t.en) for _, t in told] == [
        ("写入网站：建立机构", "filling the site: bodies"),
        ("写入网站：自评：甲市", "filling the site: self-evaluation: A"),
    ]
    assert told[1][0] - told[0][0] > 0.3  # not both at the end


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(Refused) as refused:
        fill([sys.executable, "-c", FAILS], os.environ, lambda _: None)
    assert [p.code for p in refused.value.problems] == ["OPS004"]
    assert "not as it is written" in refused.value.problems[0].render("en")


# Stands for the site: a page for all, one role whose menu has a list, and below it a page that may be broken.
SITE = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = 200, ""
        if self.path == "/" and "who=leader" in self.headers.get("Cookie", ""):
            body = '<nav><a href="/">home</a><a href="/list/">list</a></nav>'
        elif self.path == "/":
            body = '<nav><a href="/about/">about</a></nav><input name="key" value="leader">'
        elif self.path == "/list/":
            body = '<a href="/list/1/">one</a>'
        elif self.path == sys.argv[2]:
            status = 500
        self.answer(status, body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(302, "", ("Location", "/"), ("Set-Cookie", "who=leader; Path=/"))

    def answer(self, status, body, *headers):
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body.encode())

HTTPServer(("127.0.0.1", int(sys.argv[1])), Site).serve_forever()
"""


class Small(Plan):
    """A plan whose only child is the small site; the page at `broken` does not open."""

    broken = ""

    def children(self) -> dict[str, list[str]]:
        """Return the command of the small site."""
        return {"server": [sys.executable, "-c", SITE, str(self.port), self.broken]}


class Broken(Small):
    """With a page that does not open."""

    broken = "/list/1/"


class Silent(Small):
    """One that never answers."""

    def children(self) -> dict[str, list[str]]:
        """Return a command that only waits."""
        return {"server": [sys.executable, "-c", "import time; time.sleep(60)"]}


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was served for somebody to look at; neither variable is set."""
    looked: list[str] = []
    for name in ("CI", "DEMO_SERVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(demo, "serve_site", lambda plan, _: looked.append(plan.url))
    return looked


def small(kind: type[Small], folder: Path) -> Small:
    with socket.create_server(("127.0.0.1", 0)) as probe:  # a port of nobody else's, in whatever runs beside
        port = probe.getsockname()[1]
    return kind("demo", port=port, environ={**os.environ, "DUXUE_HOME": str(folder)})


@pytest.mark.parametrize(
    ("name", "value", "kind", "code", "told"),
    [
        ("CI", "true", Small, 0, "12 pages, 0 did not open"),
        ("DEMO_SERVE", "0", Small, 0, "12 pages, 0 did not open"),
        ("DEMO_SERVE", "0", Broken, 1, "12 pages, 2 did not open"),
        ("CI", "true", Silent, 1, "0 pages, 0 did not open"),
    ],
)
def test_where_nobody_looks_the_pages_are_checked_and_it_ends(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, value: str, kind: type[Small], code: int, told: str,
) -> None:  # fmt: skip
    if kind is Silent:
        monkeypatch.setattr(demo_site, "_PATIENCE", 0.3)
    plan = small(kind, tmp_path)
    monkeypatch.setattr(demo, "make_site", lambda *_: plan)
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("DUXUE_LANG", "en")
    assert demo.open_site(tmp_path) == code
    said = capsys.readouterr().out
    assert told in said
    assert ("500 /list/1/ (leader, en)" in said) is (kind is Broken)
    assert opened == []


@pytest.mark.parametrize("value", ["", "1"])
def test_where_somebody_looks_the_site_is_served(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    plan = small(Silent, tmp_path)
    monkeypatch.setattr(demo, "make_site", lambda *_: plan)
    monkeypatch.setenv("DEMO_SERVE", value)
    assert demo.open_site(tmp_path) == 0
    assert opened == [plan.url]
