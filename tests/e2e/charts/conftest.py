"""A loopback server with the site's strict policy: what every test of a chart stands on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.charts.samples import BOUNDARIES, SITE_CSS, chart, page

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "src/duxue/web/static/duxue/build/charts.js"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"


class _Site(BaseHTTPRequestHandler):
    """Serves /charts.js, /site.css, /boundaries.json, /chart?kind=&lang=&theme=, /held and /opened/..."""

    held: str = ""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {k: v[0] for k, v in parse_qs(address.query).items()}
        if address.path == "/charts.js":
            self._send(_built(), "text/javascript")
        elif address.path == "/site.css":
            self._send(SITE_CSS.encode(), "text/css")
        elif address.path == "/boundaries.json":
            self._send(json.dumps(BOUNDARIES).encode(), "application/json")
        elif address.path == "/held":
            self._send(type(self).held.encode(), "text/html")
        elif address.path.startswith("/opened/"):
            self._send(b"<!doctype html><title>opened</title>", "text/html")
        else:
            kind, lang = asked["kind"], asked.get("lang", "zh-Hans")
            text = page(kind, chart(kind, lang), lang, asked.get("theme", "light"))
            self._send(text.encode(), "text/html")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: the tests look at the page."""


@cache
def _built() -> bytes:
    return BUILT.read_bytes()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the loopback server."""
    if not BUILT.is_file():
        pytest.skip("the charts are not built: install Node.js 20.19 or newer and run make charts")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(site: str, browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of one chart and waits for it; a console error, a blocked resource or a foreign request fails the test."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def open_page(
        kind: str = "", width: int = 1440, lang: str = "zh-Hans", theme: str = "light", held: str = ""
    ) -> Any:
        _Site.held = held
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda e: wrong.append(str(e)))
        tab.on("request", lambda r: None if r.url.startswith((site, "data:")) else wrong.append(r.url))
        tab.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('blocked', e.violatedDirective))"
        )
        tab.goto(f"{site}/held" if held else f"{site}/chart?kind={kind}&lang={lang}&theme={theme}")
        tab.wait_for_selector("figure[data-chart-state]", timeout=10_000)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
