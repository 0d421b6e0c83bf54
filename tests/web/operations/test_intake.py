"""Slow bodies and slow readers hold up nobody; what comes too slowly, too much or broken is refused with words."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.util import FileWrapper

from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from duxue.app.serving import Plan
from duxue.web.config.intake import BODIES, LARGEST, PIECE, Intake

LONG = 2 << 20


class Line(io.RawIOBase):
    """A body of which the rest comes when it is let."""

    def __init__(self, came: bytes, *, held: bool = True) -> None:
        self.came, self.let, self.waiting = came, threading.Event(), threading.Event()
        if not held:
            self.let.set()

    def read(self, size: int = -1) -> bytes:
        part, self.came = self.came[:size], self.came[size:]
        if not part:
            self.waiting.set()
            self.let.wait(20)
        return part


def site(environ: dict[str, Any], start: Any) -> HttpResponseBase:
    """Answer with what came, or with a long answer that is made while it is sent."""
    answer: HttpResponseBase
    if environ["PATH_INFO"] == "/long":
        answer = StreamingHttpResponse(b"x" * 1024 for _ in range(LONG >> 10))
    else:
        answer = HttpResponse(environ["wsgi.input"].read())
    start(f"{answer.status_code} OK", list(answer.items()))
    return answer


class Asked:
    """One request and its answer."""

    def __init__(
        self, intake: Intake, path: str = "/", line: Any = None, size: int = 0, kind: str = ""
    ) -> None:
        environ = {"PATH_INFO": path, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind, "wsgi.input": line}
        self.status = ""
        self.headers: dict[str, str] = {}
        self.answer: Any = intake(environ, self._start)

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status[:3], dict(headers)

    @property
    def body(self) -> bytes:
        return b"".join(self.answer)


def test_a_body_that_is_on_its_way_holds_nobody_up() -> None:
    intake, lines = Intake(site, hands=1), [Line(b"ab") for _ in range(8)]
    with ThreadPoolExecutor(8) as senders:
        slow = [senders.submit(Asked, intake, "/", line, 3) for line in lines]
        assert all(line.waiting.wait(5) for line in lines)
        assert Asked(intake).status == "200"
        assert Asked(intake, "/", io.BytesIO(b"quick"), 5).body == b"quick"
        for line in lines:
            line.let.set()
    assert {one.result().status for one in slow} == {"408"}  # their lines ended before they were whole


def test_a_body_is_handed_on_whole() -> None:
    sent = bytes(range(256)) * 9000  # more than is held in memory
    assert Asked(Intake(site), "/", io.BytesIO(sent), len(sent)).body == sent


def test_a_body_that_loses_its_pace_is_refused_in_words() -> None:
    page, api = (
        Asked(Intake(site, grace=-1), path, io.BytesIO(b"x" * 100), 100) for path in ("/", "/api/v1/orgs/")
    )
    assert (page.status, api.status, page.headers["Connection"]) == ("408", "408", "close")
    assert "too slowly" in page.body.decode()
    assert json.loads(api.body)["problems"][0]["code"] == "WEB002"


def test_too_large_and_too_many_bodies_are_refused() -> None:
    assert Asked(Intake(site), "/", io.BytesIO(b""), LARGEST + 1).status == "413"
    intake, line = Intake(site, bodies=1), Line(b"a")
    with ThreadPoolExecutor(1) as sender:
        first = sender.submit(Asked, intake, "/", line, 1000)
        assert line.waiting.wait(5)
        second = Asked(intake, "/", io.BytesIO(b"b"), 1)
        assert (second.status, second.headers["Retry-After"]) == ("503", "5")
        assert Asked(intake).status == "200"
        line.let.set()
    assert first.result().status == "408"
    assert Asked(intake, "/", io.BytesIO(b"b"), 1).status == "200"  # its place is free again


def test_of_a_broken_piece_of_an_upload_what_came_is_kept() -> None:
    assert Asked(Intake(site), "/", io.BytesIO(b"abc"), 9, PIECE).body == b"abc"
    assert Asked(Intake(site), "/", io.BytesIO(b"abc"), 9, "application/json").status == "408"


def test_a_full_disk_is_told() -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    assert Asked(Intake(site), "/", Full(), 9).status == "507"


def test_a_long_answer_that_nobody_reads_holds_nobody_up() -> None:
    intake = Intake(site, hands=1)
    with ThreadPoolExecutor(1) as reader:  # as the server does, in a thread of its own

        def read() -> Iterator[int]:
            asked = Asked(intake, "/long")
            yield len(next(asked.answer))
            yield sum(map(len, asked.answer))
            asked.answer.close()

        reading = read()
        assert reader.submit(next, reading).result() == 1024
        assert Asked(intake).status == "200"
        assert reader.submit(next, reading).result() == LONG - 1024
        assert reader.submit(next, reading, None).result() is None


def test_when_a_request_arrived_is_when_it_was_here_in_whole() -> None:
    from duxue.web.common.clock import now
    from duxue.web.common.middleware import RequestId

    request = HttpRequest()
    request.META["duxue.arrived"] = moment = now()
    RequestId(lambda _: HttpResponse())(request)
    assert request.arrived == moment  # type: ignore[attr-defined]


def test_the_server_has_threads_beyond_all_bodies() -> None:
    command = Plan(environ={}).children()["server"]
    assert int(command[command.index("--blocking-threads") + 1]) > BODIES
    assert int(command[command.index("--http1-header-read-timeout") + 1]) <= 10_000


def test_a_file_is_an_answer_also_where_the_server_would_send_it_itself(rf: Any) -> None:
    class Handler(WSGIHandler):
        def get_response(self, request: HttpRequest) -> HttpResponseBase:
            return FileResponse(io.BytesIO(b"synthetic"), filename="a.txt")

    handler = Handler()
    environ = {**rf.get("/").environ, "wsgi.file_wrapper": FileWrapper}
    parts = Intake(handler)(environ, lambda *_: None)
    assert b"".join(parts) == b"synthetic"
