"""Two connections at once, in a process and a database of its own: each step of one meets the other where it hurts most.

The search is written anew while somebody saves or deletes what it holds; a round is sealed while a job goes through its units.
Prints what came of it as JSON.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import django

if TYPE_CHECKING:
    from tests.web.worlds import World

UNITS = 120  # more than are done at once
WAIT = 0.5  # seconds in which whoever need not wait for the other is through


class Beside(threading.Thread):
    """Does a step over a connection of its own, and keeps what went wrong."""

    def __init__(self, step: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.step, self.wrong = step, ""
        self.start()

    def run(self) -> None:
        """Do it."""
        from django.db import connections

        from duxue.web.common.scope import everything

        try:
            with everything("test"):
                self.step()
        except Exception as error:  # noqa: BLE001 - told to whoever runs this
            self.wrong = repr(error)
        finally:
            connections.close_all()


@contextmanager
def meeting(
    owner: Any, name: str, when: Callable[..., bool], meet: Callable[[], None], *, after: bool
) -> Iterator[None]:
    """Let `meet` happen once, before or after this thread calls owner.name in the way that `when` tells."""
    real, own, met = getattr(owner, name), threading.current_thread(), list[bool]()

    def call(*args: Any, **options: Any) -> Any:
        here = not met and threading.current_thread() is own and when(*args, **options)
        if here:
            met.append(True)
        if here and not after:
            meet()
        result = real(*args, **options)
        if here and after:
            meet()
        return result

    with patch.object(owner, name, call):
        yield
    assert met, f"{name} was never met"


# --- the search -------------------------------------------------------------------------------------------------------
def searched(world: World) -> dict[str, Any]:
    """Do what changes the search at each moment of its being written, and return what is wrong afterwards, by the case."""
    return {
        f"{act}, {moment}, {'known' if known else 'new'}": race(world, n, act, moment, known=known)
        for n, (act, moment, known) in enumerate(
            (act, moment, known)
            for act in ("save", "delete", "withdraw")
            for moment in ("read", "written")
            for known in (True, False)
            if known or act != "withdraw"  # it is the jobs that find it, one after the other
        )
    }


def race(world: World, n: int, act: str, moment: str, *, known: bool) -> list[str]:
    """Write the search anew; when it has read, or has written but not ended, do something with what it holds beside it."""
    from django.db import connection

    from duxue.web.common.clock import now
    from duxue.web.common.scope import everything
    from duxue.web.reporting import search
    from duxue.web.rounds.models import Answer, Item, RoundUnit

    unit = world.unit["b"].pk
    with everything("test"):
        RoundUnit.objects.filter(pk=unit).update(submitted_at=now())
        thing = world.answer("b", "B1") if act == "withdraw" else Item.objects.create(
            round=world.round, code=f"Z{n}", order=90 + n, title_zh=f"旧词{n}", title_en=f"before{n}", points=1, kind="judged"
        )  # fmt: skip
    kind = "answer" if act == "withdraw" else "item"
    with everything("test"):
        answers = list(Answer.objects.filter(unit=unit).values_list("pk", flat=True))
    search.write(kind, answers if act == "withdraw" else [thing.pk])
    if not known:
        search.forget(thing)

    def step() -> None:
        if act == "withdraw":
            RoundUnit.objects.filter(pk=unit).update(submitted_at=None)
            search.write(kind, answers)
        elif act == "delete":
            Item.objects.get(pk=thing.pk).delete()
        else:
            changed = Item.objects.get(pk=thing.pk)
            changed.title_zh, changed.title_en = f"新词{n}", f"after{n}"
            changed.save()

    beside: list[Beside] = []

    def meet() -> None:
        beside.append(Beside(step))
        beside[0].join(WAIT if moment == "written" else None)

    def read(entry: Any) -> bool:
        return bool((entry.kind, entry.object_id) == (kind, thing.pk))

    def written(of: str, wanted: Any) -> bool:
        return of == kind and thing.pk in wanted and connection.in_atomic_block

    at = ("_words", read, False) if moment == "read" else ("_present", written, True)
    with meeting(search, at[0], at[1], meet, after=at[2]):
        search.rebuild()
    beside[0].join()
    return [*filter(None, [beside[0].wrong]), *unsound()]


def unsound() -> list[str]:
    """Return what the search holds wrongly: texts that are not the present ones, words of nothing."""
    from django.db import connection

    from duxue.web.common.scope import everything
    from duxue.web.reporting import search
    from duxue.web.reporting.models import SearchEntry

    wrong = []
    with everything("test"):
        for kind, source in search.SOURCES.items():
            present = search._present(kind, source.model._base_manager.values_list("pk", flat=True))
            held = {entry.object_id: entry for entry in SearchEntry.objects.filter(kind=kind)}
            wrong += [
                f"{kind} {key}" for key in sorted(present.keys() | held.keys())
                if search._text(present.get(key)) != search._text(held.get(key))
            ]  # fmt: skip
        rows, entries = {}, {entry.pk: search._words(entry) for entry in SearchEntry.objects.all()}
        columns = "title, words" if connection.vendor == "sqlite" else "words::text"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT rowid, {columns} FROM reporting_search")
            rows = {row[0]: row[1:] for row in cursor.fetchall()}
            for key, words in entries.items():
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT %s::tsvector::text", words)
                    entries[key] = cursor.fetchone()
    return wrong + [
        f"words {key}" for key in sorted(rows.keys() | entries.keys()) if rows.get(key) != entries.get(key)
    ]


# --- many units -------------------------------------------------------------------------------------------------------
def crowded(world: World) -> list[str]:
    """Let the round have many units that were told their result long ago, and return their codes."""
    from duxue.web.common.clock import now
    from duxue.web.common.scope import everything
    from duxue.web.orgs.models import Organisation
    from duxue.web.rounds.models import RoundUnit

    told = now() - timedelta(days=40)
    province = world.org["province"]
    with everything("test"):
        RoundUnit.objects.filter(round=world.round).delete()
        codes = [f"9903{n:03}" for n in range(UNITS)]
        places = Organisation.objects.bulk_create(
            Organisation(code=code, level="city", name_zh=f"样本市{code}", name_en=f"City {code}", parent=province, path=f"{province.path}{code}/", synthetic=True)
            for code in codes
        )  # fmt: skip
        RoundUnit.objects.bulk_create(
            RoundUnit(
                round=world.round, organisation=place, code=place.code, name_zh=place.name_zh, name_en=place.name_en,
                path=place.path, state="notified", state_since=told, notified_at=told,
            )
            for place in places
        )  # fmt: skip
    return codes


def job_of(world: World, codes: list[str]) -> int:
    """Return the job that settles all units, waiting."""
    from duxue.web.common.lang import say
    from duxue.web.common.scope import acting
    from duxue.web.rounds.services import many

    with acting(world.actor("organiser")):
        return many.act_later(
            actor=world.actor("organiser"), round=world.round, act="lapse", title=say("定案", "Settling"), codes=codes, given={"reason": ""}
        ).pk  # fmt: skip


def told_of(world: World, job_pk: int, beside: Beside) -> dict[str, Any]:
    """Return what came of the job, the units and the seal."""
    from duxue.web.common.models import AuditEvent
    from duxue.web.common.scope import everything
    from duxue.web.jobs.models import Job
    from duxue.web.rounds.models import Round, RoundUnit

    with everything("test"):
        job = Job.objects.get(pk=job_pk)
        events = AuditEvent.objects.filter(action="duxue.unit.lapse").order_by("-seq")
        seal = AuditEvent.objects.filter(action="duxue.round.freeze").first()
        return {
            "wrong": beside.wrong,
            "job": job.state,
            "problems": [[one["code"], one["what"]["en"]] for one in job.problems],
            "settled": RoundUnit.objects.filter(round=world.round, state="settled").count(),
            "events": events.count(),
            "sealed": Round.objects.get(pk=world.round.pk).sealed_at is not None,
            "after the seal": events.filter(seq__gt=seal.seq).count() if seal else None,
        }


def sealed_first(world: World, codes: list[str]) -> dict[str, Any]:
    """Seal the round, and let the job begin before that is committed."""
    from django.db import transaction

    from duxue.web.common.clock import now
    from duxue.web.jobs.services import run_job
    from duxue.web.rounds.models import Round

    sealing, pk = threading.Event(), world.round.pk

    def seal() -> None:
        with transaction.atomic():
            held = Round.objects.select_for_update().get(pk=pk)
            held.sealed_at, held.state = now(), "frozen"
            held.save()
            sealing.set()
            time.sleep(WAIT)

    job = job_of(world, codes)
    beside = Beside(seal)
    sealing.wait()
    run_job.func(job)
    beside.join()
    return told_of(world, job, beside)


def job_first(world: World, codes: list[str]) -> dict[str, Any]:
    """Let an organiser freeze the round when the job is half through."""
    from duxue.web.common.scope import acting
    from duxue.web.jobs.services import run_job
    from duxue.web.rounds.models import Round
    from duxue.web.rounds.services import units
    from duxue.web.rounds.services.moving import round_move

    actor, beside = world.actor("organiser2"), list[Beside]()

    def freeze() -> None:
        held = Round._base_manager.select_related("authority").get(pk=world.round.pk)
        with acting(actor):
            round_move(actor=actor, round=held, transition="freeze")

    def meet() -> None:
        beside.append(Beside(freeze))
        beside[0].join(WAIT)

    def half(*, unit: Any, **_: Any) -> bool:
        return bool(unit.code == codes[UNITS // 2])

    job = job_of(world, codes)
    with meeting(units, "unit_move", half, meet, after=False):
        run_job.func(job)
    beside[0].join()
    return told_of(world, job, beside[0])


def main() -> None:
    """Make a world, let the two meet, tell what came of it."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from duxue.web.common.scope import everything
    from duxue.web.rounds.models import Round
    from tests.web.worlds import make_world

    world = make_world()
    told: dict[str, Any] = {"search": searched(world)}
    codes = crowded(world)
    told["sealed first"] = sealed_first(world, codes)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=None)
        Round.objects.filter(pk=world.round.pk).update(state="open")
    told["job first"] = job_first(world, codes)
    print(json.dumps(told))  # noqa: T201 - this is its answer


if __name__ == "__main__":
    main()
