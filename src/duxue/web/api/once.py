"""Every request of the API that changes something and carries an Idempotency-Key is done once, whatever its route."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from duxue.core.errors import Refused
from duxue.web.common.idempotency import UndoneError, once, whole_request
from duxue.web.common.refusing import problems_response, too_large_response
from duxue.web.common.requests import actor_in

Handler = Callable[[HttpRequest], HttpResponse]
BARRED = (401, 403, 404)
PLACE, CHANGING = "/api/", ("POST", "PUT", "PATCH", "DELETE")
# Large bodies are not held in memory: the offset of a piece makes it harmless twice; who takes an archive or a map asks `once` itself.
STREAMED = {"application/offset+octet-stream", "application/zip", "application/geo+json"}


class _FailedError(UndoneError):
    """An answer that is not kept: whoever sent it may mend the request and send it again with its key."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


class _BarredError(_FailedError, PermissionDenied):
    """The answer to somebody who may not, who is told so even where the request was once answered."""


def _kept(response: HttpResponse) -> str:
    """Return the body as it is kept: a secret, however deep, is told once, and stands in no table."""
    body = response.content.decode()
    return json.dumps(_blank(json.loads(body))) if '"secret"' in body else body


def _blank(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: "" if name == "secret" else _blank(value) for name, value in told.items()}
    return [_blank(one) for one in told] if isinstance(told, list) else told


class Idempotency:
    """Answers a repeated request as it was answered before; the same key with another request is refused (WEB008)."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, in one transaction with the record of its key."""
        key, actor = request.headers.get("Idempotency-Key", ""), actor_in(request)
        keyed = request.path.startswith(PLACE) and request.method in CHANGING and key
        if not keyed or actor.public or request.content_type in STREAMED:
            return self.handler(request)
        done: list[tuple[dict[str, Any], HttpResponse]] = []

        def work() -> dict[str, Any]:
            with whole_request():
                response = self.handler(request)
            if response.status_code in BARRED:
                raise _BarredError(response)
            if response.status_code >= 400:
                raise _FailedError(response)
            place = response.headers.get("Location", "")
            told = {"status": response.status_code, "body": _kept(response), "place": place}
            done.append((told, response))
            return told

        try:
            asked = [request.method, request.get_full_path(), hashlib.sha256(request.body).hexdigest()]
            with transaction.atomic():
                before = once(actor, key, asked, work)
        except RequestDataTooBig:
            return too_large_response(request)
        except _FailedError as failed:
            return failed.response
        except Refused as refused:
            used = any(problem.code == "WEB008" for problem in refused.problems)
            return problems_response(refused.problems, 409 if used else 422)
        for told, response in done:
            if told is before:  # else it was only tried, to ask for the right again, and undone
                return response
        again = HttpResponse(
            before["body"], status=before["status"], content_type="application/json; charset=utf-8"
        )
        if place := before.get("place"):
            again["Location"] = place
        again["Idempotent-Replayed"] = "true"
        return again
