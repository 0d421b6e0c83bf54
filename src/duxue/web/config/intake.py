"""Between the server and the site: a request is worked on once it is here in whole, and what is slow holds nobody up.

The server gives each request a thread. A few others, the hands, do the work; those of the server cost next to nothing and
may wait: for a body that dribbles in, or for a reader who takes a long answer slowly. Only the hands keep connections to
the database.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import IO, Any, Final, Self

from django.db import connections
from django.http.response import HttpResponseBase

from duxue.core.text import Text
from duxue.web.common.clock import now
from duxue.web.common.numbers import number_in
from duxue.web.common.refusing import refusal_response

Environ = dict[str, Any]
Start = Callable[..., Any]
Site = Callable[[Environ, Start], HttpResponseBase]

HANDS: Final = 2  # requests that one process works on at once, the others wait in order; three hold each other up in Python
BODIES: Final = 256  # bodies that may be on their way to one process at once
LARGEST: Final = 256 << 20  # bytes of a body: the largest file of evidence and what goes with it
# What web servers ask of slow lines: so many seconds to begin with, and so many bytes a second on average after them.
GRACE: Final = 20.0
PACE: Final = 500.0
PIECE: Final = "application/offset+octet-stream"  # of an upload: when the line breaks, what came is kept
_MEMORY: Final = 1 << 20  # bytes of a body, and of a file that is sent, which are held in memory
# Bytes asked for at once: a line is waited for until they are here, so few of a slow one.
_LEAST, _MOST = 8, 4096
_REFUSED: Final = {
    HTTPStatus.REQUEST_TIMEOUT: Text("内容到达过慢或中断", "the content came too slowly or broke off"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text("内容过大", "the content is too large"),
    HTTPStatus.SERVICE_UNAVAILABLE: Text(
        "正在接收的内容过多，请稍后再试", "too much is being received; try again later"
    ),
    HTTPStatus.INSUFFICIENT_STORAGE: Text(
        "服务器没有空间接收内容", "there is no room to receive the content"
    ),
}


class Intake:
    """The site as a server calls it (PEP 3333)."""

    def __init__(self, site: Site, *, hands: int = HANDS, bodies: int = BODIES, grace: float = GRACE) -> None:
        """Take the site, the requests it works on at once, the bodies on their way at once, and their first seconds."""
        self._site, self._grace = site, grace
        self._hands = ThreadPoolExecutor(hands, thread_name_prefix="hand")
        self._places = BoundedSemaphore(bodies)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request."""
        told = number_in(environ.get("CONTENT_LENGTH") or "0")
        size = LARGEST + 1 if told is None else told
        with tempfile.SpooledTemporaryFile(_MEMORY) as body:
            if size and (status := self._receive(environ, body, size)) is not None:
                return _refuse(environ, start, status)
            environ["wsgi.input"], environ["duxue.arrived"] = body, now()
            environ.pop("wsgi.file_wrapper", None)  # else Django hands out the file and not its answer
            return self._hands.submit(_work, self._site, environ, start).result()

    def _receive(self, environ: Environ, body: IO[bytes], size: int) -> HTTPStatus | None:
        """Put the whole body, as long as it keeps its pace, where it need not be waited for; return why it is refused."""
        if size > LARGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if not self._places.acquire(blocking=False):
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            came = self._read(environ["wsgi.input"], body, size)
        except OSError:
            return HTTPStatus.INSUFFICIENT_STORAGE
        finally:
            self._places.release()
        body.seek(0)
        return None if came == size or environ.get("CONTENT_TYPE") == PIECE else HTTPStatus.REQUEST_TIMEOUT

    def _read(self, line: IO[bytes], body: IO[bytes], size: int) -> int:
        """Return how many bytes came before the end, or before the pace was lost."""
        begun = moment = time.monotonic()
        came, step = 0, _LEAST
        while came < size and moment - begun <= self._grace + came / PACE:
            part = line.read(min(step, size - came))
            if not part:
                break
            body.write(part)
            came, before, moment = came + len(part), moment, time.monotonic()
            step = min(2 * step, _MOST) if moment - before < 1 else _LEAST
        return came


def _work(site: Site, environ: Environ, start: Start) -> Iterable[bytes]:
    """Return the whole answer; of one that is made or read while it is sent, what makes it."""
    answer = site(environ, start)
    if answer.streaming and not 0 < int(answer.headers.get("Content-Length", 0)) <= _MEMORY:
        return _Rest(answer)
    try:
        return list(answer)
    finally:
        answer.close()


class _Rest:
    """An answer that is made while it is sent, by the thread that sends it, in the context of its request."""

    def __init__(self, answer: HttpResponseBase) -> None:
        self._answer, self._context = answer, copy_context()
        self._parts: Iterator[bytes] = iter(answer)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        return self._context.run(next, self._parts)

    def close(self) -> None:
        """End the request; this thread keeps no connection."""
        self._context.run(self._answer.close)
        connections.close_all()


def _refuse(environ: Environ, start: Start, status: HTTPStatus) -> Iterable[bytes]:
    answer = refusal_response(environ["PATH_INFO"], _REFUSED[status], status)
    answer["Connection"] = "close"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["Retry-After"] = "5"
    start(f"{status.value} {status.phrase}", list(answer.items()))
    return [answer.content]
