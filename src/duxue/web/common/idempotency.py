"""The same request sent twice does its work once: a key that the sender chose, what it asked for, and what was answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common.actors import Actor
from duxue.web.common.asked import Asked, noting
from duxue.web.common.clock import now
from duxue.web.common.models import Sent
from duxue.web.common.policy import decide
from duxue.web.common.problems import tell

KEPT = timedelta(days=7)
KEY_LENGTH = 100
_whole: ContextVar[bool] = ContextVar("whole request", default=False)


class UndoneError(Exception):
    """Takes back what the work did; whoever only tried it is told no more."""


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

    Whoever lost a right since is asked for it again before the answer is given: PermissionDenied, Http404.

    Args:
        actor: who sends; the key is theirs alone.
        key: chosen by the sender, at most 100 characters, or it is refused (WEB002): cut, two keys would be one;
            "" does the work without a record.
        request: what is asked for, as JSON: the same key with other content is refused (WEB008).
        work: does it and returns JSON.
    """
    if not key or _whole.get():
        return work()
    if len(key) > KEY_LENGTH:
        expected = Text(f"至多{KEY_LENGTH}个字符", f"at most {KEY_LENGTH} characters")
        raise Refused([tell("WEB002", field="Idempotency-Key", found=str(len(key)), expected=expected)])
    whose = f"t{actor.token_id}" if actor.token_id else f"u{actor.user_id}"
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic(), noting() as asked:
            sent = Sent.objects.create(whose=whose, key=key, digest=digest, at=now())
            answer = work()
            told = json.loads(json.dumps(answer, default=str))
            Sent.objects.filter(pk=sent.pk).update(answer=told, rights=_rights(actor, asked))
            return answer
    except IntegrityError:
        before = Sent.objects.filter(whose=whose, key=key).first()
        if before is None:  # another constraint than the key's
            raise
    if before.digest != digest:
        raise Refused([tell("WEB008", field="Idempotency-Key", found=key)])
    if not _holds(actor, before.rights):
        _try(work)
    return before.answer


def _rights(actor: Actor, asked: list[Asked]) -> dict[str, Any]:
    """Return the roles held and, of the rights asked for, those that the work itself did not end."""
    roles = [[held.role, held.path, held.round_id] for held in actor.held]
    return {"roles": roles, "asked": [one for one in asked if _may(actor, *one)]}


def _holds(actor: Actor, rights: dict[str, Any]) -> bool:
    if not rights or actor.read_only:
        return False
    roles = all(actor.has(role, path, round_id) for role, path, round_id in rights["roles"])
    return roles and all(_may(actor, *one) for one in rights["asked"])


def _may(actor: Actor, action: str, label: str, key: str) -> bool:
    found = apps.get_model(label)._base_manager.filter(pk=key).first()
    return found is not None and bool(decide(actor, action, found))


def _try(work: Callable[[], Any]) -> None:
    """Let the work ask for its rights as it would now, and undo it: PermissionDenied and Http404 are told, no more."""
    try:
        with transaction.atomic():
            work()
            raise UndoneError
    except (PermissionDenied, Http404):
        raise
    except (UndoneError, Refused, IntegrityError):
        return
