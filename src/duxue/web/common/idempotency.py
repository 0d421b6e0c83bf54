"""The same request sent twice does its work once: a key that the sender chose, what it asked for, and what was answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from duxue.core.errors import Refused
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.models import Sent
from duxue.web.common.problems import tell

KEPT = timedelta(days=7)
_whole: ContextVar[bool] = ContextVar("whole request", default=False)


@contextmanager
def whole_request() -> Iterator[None]:
    """Let `once` inside rest: the request as a whole is done once already."""
    before = _whole.set(True)
    try:
        yield
    finally:
        _whole.reset(before)


def once(actor: Actor, key: str, request: Any, work: Callable[[], Any]) -> Any:
    """Return what `work` answers, done once for this actor and key, in one transaction with its record.

    Args:
        actor: who sends; the key is theirs alone.
        key: chosen by the sender, at most 100 characters; "" does the work without a record.
        request: what is asked for, as JSON: the same key with other content is refused (WEB008).
        work: does it and returns JSON.
    """
    if not key or _whole.get():
        return work()
    whose = f"t{actor.token_id}" if actor.token_id else f"u{actor.user_id}"
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            sent = Sent.objects.create(whose=whose, key=key[:100], digest=digest, at=now())
            answer = work()
            Sent.objects.filter(pk=sent.pk).update(answer=json.loads(json.dumps(answer, default=str)))
            return answer
    except IntegrityError:
        before = Sent.objects.filter(whose=whose, key=key[:100]).first()
        if before is None:  # another constraint than the key's
            raise
    if before.digest != digest:
        raise Refused([tell("WEB008", field="Idempotency-Key", found=key[:100])])
    return before.answer
