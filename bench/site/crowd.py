"""The crowd of the deadline, a process of its own: locust's people who hand in, and people who read meanwhile.

`python -m bench.site.crowd PLAN OUT`: PLAN is what `deadline.py` wrote, OUT gets one JSON object with every request.
"""

from __future__ import annotations

import locust  # isort: skip  # first: it makes the standard library cooperative
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, task
from locust.env import Environment
from locust.exception import StopUser

SESSION, CSRF = "__Host-duxue_session", "__Host-duxue_csrf"
TRIES, WAIT = 40, 0.5  # of one submission, and seconds between them
TWICE = 10  # one clerk in so many clicks twice
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_KEY = re.compile(r'name="key" value="(\w+)"')
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
PLAN: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
DONE: dict[str, list[Any]] = {"requests": [], "acknowledged": [], "given_up": []}
CLERKS = iter(enumerate(PLAN["clerks"][: PLAN["submissions"]]))
BEGAN = time.monotonic()
# Seconds of a reader from page to page, on average.
PAUSE = PLAN["readers_count"] / max(PLAN["reads_per_second"], 0.001)


class Person(FastHttpUser):
    """Someone with a session; sends what a browser behind the proxy sends."""

    abstract = True
    host = PLAN["url"]
    network_timeout = connection_timeout = 30.0
    session = ""
    csrf = ""

    def __init__(self, environment: Environment) -> None:
        """Follow no redirect, said once: said for each request, of two at the same time one would follow."""
        super().__init__(environment)
        self.client.client.redirect_response_codes = frozenset()

    def ask(self, kind: str, method: str, path: str, **more: Any) -> Any:
        """Send one request and note how long it took."""
        headers = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
        headers["Cookie"] = f"{SESSION}={self.session}; {CSRF}={self.csrf}" if self.session else ""
        if method == "POST":
            headers["Origin"] = PLAN["url"].replace("http:", "https:")
        started = time.monotonic()
        with self.client.request(method, path, headers=headers, catch_response=True, **more) as answer:
            status = answer.status_code or 0
            text = answer.text if status == 200 else ""
            answer.success()
        now = time.monotonic()
        DONE["requests"].append([kind, round(started - BEGAN, 3), round((now - started) * 1000, 1), status])
        for cookie in answer.headers.get_all("Set-Cookie") or () if answer.headers else ():
            if cookie.startswith(CSRF):
                self.csrf = cookie.split(";")[0].split("=", 1)[1]
        return status, text, (answer.headers or {}).get("Location", "")


class Clerk(Person):
    """Opens the check page at their moment, hands in, keeps the receipt, and goes home."""

    fixed_count = PLAN["submissions"]

    @task
    def hand_in(self) -> None:
        """Submit with one key, again and again until it is acknowledged."""
        try:
            number, (self.unit, _, self.session) = next(CLERKS)
        except StopIteration as e:
            raise StopUser from e
        gevent.sleep(max(0.0, BEGAN + 2 + number / PLAN["submissions_per_second"] - time.monotonic()))
        page = self._until(200, "check page", "GET", f"/rounds/units/{self.unit}/submit/")[1]
        token, key = _TOKEN.search(page), _KEY.search(page)
        if token is None or key is None:
            DONE["given_up"].append([self.unit, "no form"])
            raise StopUser
        form = {"csrfmiddlewaretoken": token.group(1), "key": key.group(1)}
        clicks = [gevent.spawn(self._submit, form) for _ in range(2 if number % TWICE == 0 else 1)]
        for where in {click.get() for click in clicks}:
            if where:
                receipt = self._until(200, "receipt", "GET", where)[1]
                found = _DIGEST.search(receipt)
                DONE["acknowledged"].append([self.unit, where, found.group(0) if found else ""])
            else:
                DONE["given_up"].append([self.unit, "submit"])
        raise StopUser

    def _submit(self, form: dict[str, str]) -> str:
        where: str = self._until(302, "submit", "POST", f"/rounds/units/{self.unit}/submit/", data=form)[2]
        return where

    def _until(self, wanted: int, kind: str, method: str, path: str, **more: Any) -> tuple[int, str, str]:
        for _ in range(TRIES):
            status, text, where = self.ask(kind, method, path, **more)
            if status == wanted:
                return status, text, where
            gevent.sleep(WAIT)
        return 0, "", ""


class Often(Person):
    """Asks again and again at moments of their own, however long the last answer took: the rate asked for is kept."""

    abstract = True
    fixed_count = PLAN["readers_count"]
    moment = 0.0

    def on_start(self) -> None:
        """Begin at a moment of one's own."""
        self.moment = time.monotonic() + random.uniform(0, PAUSE)  # noqa: S311
        gevent.sleep(self.moment - time.monotonic())

    def wait_time(self) -> float:
        """Return the seconds to the next moment; not locust's pacing, by which all who began apart ask together."""
        self.moment += random.uniform(0.5, 1.5) * PAUSE  # noqa: S311
        return max(0.0, self.moment - time.monotonic())


class Reader(Often):
    """Looks at a page every few seconds: people of counties most, then the public, reviewers, leaders, the office."""

    def on_start(self) -> None:
        """Choose who this is, and begin at a moment of their own."""
        self.unit, self.first, county = random.choice(PLAN["clerks"])  # noqa: S311
        role = random.choices(("county", "public", "reviewer", "leader", "organiser"), (80, 10, 6, 3, 1))[0]  # noqa: S311
        self.session = {"county": county, "public": ""}.get(role) or PLAN["readers"].get(role, "")
        self.pages = [(f"{role}: {name}", path) for name, path in self._pages(role)]
        super().on_start()

    def _pages(self, role: str) -> list[tuple[str, str]]:
        if role == "county":
            workbench = ("workbench", f"/rounds/units/{self.unit}/")
            item = ("item", f"/rounds/answers/{self.first}/")
            return [("home", "/"), workbench, workbench, item, item, item]
        if role == "public":
            return [("results", "/open/"), ("sign-in", "/accounts/login/")]
        if role == "reviewer":
            return [("home", "/"), ("desk", "/review/")]
        if role == "leader":
            return [("where we stand", f"/rounds/{PLAN['round']}/leader/"), ("ledger", "/problems/")]
        return [("round", f"/rounds/{PLAN['round']}/"), ("matrix", f"/rounds/{PLAN['round']}/matrix/")]

    @task
    def read(self) -> None:
        """Open one of the pages."""
        kind, path = random.choice(self.pages)  # noqa: S311
        self.ask(kind, "GET", path)


class Bare(Often):
    """Sends rows to the rival."""

    @task
    def send(self) -> None:
        """Send a row of the size of a form."""
        self.ask("insert", "POST", "/insert", data="x" * 120)


def main() -> None:
    """Run the crowd for its time, then until the last clerk is home, and write what happened."""
    locust.log.setup_logging("ERROR")
    kinds: list[Any] = [Bare] if PLAN["bare"] else [Clerk, Reader]
    runner = Environment(user_classes=[k for k in kinds if k.fixed_count]).create_local_runner()
    total = sum(kind.fixed_count for kind in kinds)
    runner.start(total, spawn_rate=total)
    time.sleep(max(0.0, BEGAN + PLAN["seconds"] - time.monotonic()))
    while len(DONE["acknowledged"]) + len(DONE["given_up"]) < PLAN["submissions"]:
        if time.monotonic() > BEGAN + PLAN["seconds"] + 60:
            break
        time.sleep(0.2)
    DONE["seconds"] = [time.monotonic() - BEGAN]
    runner.quit()
    Path(sys.argv[2]).write_text(json.dumps(DONE), encoding="utf-8")


if __name__ == "__main__":
    main()
