"""Which jobs there are: a name for each, its function, and how often it comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.module_loading import autodiscover_modules

from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words


class Stopped(Exception):  # noqa: N818 - not an error: a person asked for it
    """Somebody stopped the job."""


@dataclass(frozen=True, slots=True)
class Running:
    """A job while it runs: what was asked, for whom, and how to say how far it is."""

    job_id: int
    args: Mapping[str, Any]
    actor: Actor
    report: Callable[[int, int, Words], None]  # done, of how many, what is being done; raises Stopped


Work = Callable[[Running], Mapping[str, Any]]
JOBS: dict[str, Work] = {}
EVERY: dict[str, int] = {}  # kind -> minutes
WAITS: dict[str, Callable[[], bool]] = {}  # kind -> whether there is something to do, where that can be asked


def job(
    kind: str, *, every_minutes: int = 0, waits: Callable[[], bool] | None = None
) -> Callable[[Work], Work]:
    """Let the decorated function do jobs of `kind`: `<app>.<verb>`; it returns what came out, as JSON.

    `every_minutes`: the site itself starts one that often; with `waits` only when that says that something waits, then at
    once. A job may run twice after a crash, so it must come out the same.
    """

    def add(work: Work) -> Work:
        if kind in JOBS:
            message = f"two jobs are called {kind}"
            raise ValueError(message)
        JOBS[kind] = work
        if every_minutes:
            EVERY[kind] = every_minutes
        if waits is not None:
            WAITS[kind] = waits
        return work

    return add


@cache
def find() -> None:
    """Let the `tasks` of every app register their jobs; what these load takes longer than most commands, which ask for none."""
    autodiscover_modules("tasks")
