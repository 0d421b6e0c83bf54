"""Lists of the site at size: pages of the ledger by keyset beside hand-written SQL on the same SQLite file.

`python -m bench.site_lists 1000000` takes another number of made-up rows than 200,000.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

ROWS, TURNS = 200_000, 5
LIMIT = 300.0  # ms, of a page at a million rows
_BATCH = 5000
_JOINS = """JOIN rounds_roundunit u ON u.id = p.unit_id JOIN rounds_round r ON r.id = p.round_id
 JOIN orgs_organisation o ON o.id = p.responsible_id LEFT JOIN rounds_item i ON i.id = p.item_id"""
_CITIES, _STATES = 16, ("identified", "notified", "planned", "in_progress", "submitted", "closed")


def run(rows: int = ROWS) -> None:
    """Fill a site of made-up problems and print what opening its lists takes."""
    with tempfile.TemporaryDirectory(prefix="duxue-lists-") as home:
        os.environ |= {"DUXUE_HOME": home, "DJANGO_SETTINGS_MODULE": "duxue.web.config.settings.test"}
        os.environ.pop("DUXUE_DATABASE", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        _measure(rows, _fill(rows))


def _fill(rows: int) -> dict[str, Any]:
    from django.db import connection

    from duxue.web.accounts.models import Grant, User
    from duxue.web.common.clock import now
    from duxue.web.common.scope import everything
    from duxue.web.orgs.models import Organisation
    from duxue.web.rectification.models import Problem
    from duxue.web.rounds.models import Round, RoundUnit

    at = now()
    with everything("made-up rows"):
        people = {key: User.objects.create(username=key) for key in ("organiser", "officer")}
        province = _organisation(Organisation, "990000", "province", None)
        made = Round.objects.create(
            authority=province, slug="bench", title_zh="样本", title_en="Sample", evaluated_year=2024, round_year=2025,
            pack="cn-duty-province-demo@1.0.0", state="open", synthetic=True, created_at=at,
        )  # fmt: skip
        units = []
        for n in range(_CITIES):
            city = _organisation(Organisation, f"9901{n:02d}", "city", province)
            units.append(
                RoundUnit.objects.create(
                    round=made,
                    organisation=city,
                    code=city.code,
                    name_zh=f"样本市{n}",
                    path=city.path,
                    state_since=at,
                )
            )
        for key, place in (("organiser", province), ("officer", units[3].organisation)):
            Grant.objects.create(user=people[key], role=key, organisation=place, given_at=at)
        for first in range(0, rows, _BATCH):
            Problem.objects.bulk_create(
                _problem(Problem, n, made, units[n % _CITIES], at)
                for n in range(first, min(first + _BATCH, rows))
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return people


def _organisation(model: Any, code: str, level: str, parent: Any) -> Any:
    made = model.objects.create(
        code=code, level=level, name_zh=f"样本{code}", parent=parent, path="", synthetic=True
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


def _problem(model: Any, n: int, made: Any, unit: Any, at: Any) -> Any:
    state = _STATES[n // _CITIES % len(_STATES)]
    runs = state not in ("identified", "closed")
    return model(
        code=f"2024-{n:07d}", round=made, unit=unit, path=unit.path, item_code=f"A{n % 40}", source="online", level="city",
        kind="by_date", text="样本问题。", state=state, state_since=at, responsible_id=unit.organisation_id, found_at=at,
        due=at + timedelta(hours=n % 2400 - 240) if runs else None,
    )  # fmt: skip


def _measure(rows: int, people: dict[str, Any]) -> None:
    from django.db import connection
    from django.test import Client

    from duxue.web.accounts.selectors import actor_of_user
    from duxue.web.common.pagination import page_of
    from duxue.web.common.scope import acting
    from duxue.web.rectification.selectors import ledger

    def by_hand(where: str = "") -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT * FROM rectification_problem p {_JOINS} {where} ORDER BY p.id DESC LIMIT 51"
            )
            cursor.fetchall()

    def query(key: str, deep: bool, **asked: str) -> Callable[[], None]:
        actor = actor_of_user(people[key])
        narrowed = ledger.Filter.of(asked)

        def listed(cursor: str = "") -> Any:
            with acting(actor):
                found = ledger.problems(narrowed, actor).select_related(*ledger.SHOWN)
                return page_of(found, cursor, order=narrowed.order)

        middle = _cursor(rows // 2) if deep else ""
        return lambda: listed(middle)

    cases = {
        "organiser, first page": query("organiser", False),
        "organiser, from the middle": query("organiser", True),
        "organiser, one state": query("organiser", False, state="submitted"),
        "organiser, overdue": query("organiser", False, clock="overdue"),
        "organiser, one unit": query("organiser", False, round="bench", unit="990105"),
        "officer of a city, first page": query("officer", False),
        "officer of a city, overdue": query("officer", False, clock="overdue"),
        "by hand: first page": by_hand,
        "by hand: one state": lambda: by_hand("WHERE p.round_id = 1 AND p.state = 'submitted'"),
    }
    print(f"site lists: {rows:,} made-up problems on SQLite, median of {TURNS} (ms)")
    for name, work in cases.items():
        print(f"  {name:<34}{_ms(work):>9.1f}")
    for key, person in people.items():
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        for path in ("/problems/", "/problems/overdue/"):
            first = _ms(lambda path=path, client=client: _get(client, path), turns=1)
            again = _ms(lambda path=path, client=client: _get(client, path))
            word = "" if again <= LIMIT else f"  above {LIMIT:.0f}"
            print(
                f"  page {path} for the {key:<12}{again:>9.1f}  (first time, with its counts: {first:.1f}){word}"
            )


def _get(client: Any, path: str) -> None:
    status = client.get(path).status_code
    if status != 200:
        message = f"{path} answered {status}"
        raise RuntimeError(message)


def _cursor(pk: int) -> str:
    from duxue.web.common.pagination import _write

    return _write(False, [pk])


def _ms(work: Callable[[], Any], turns: int = TURNS) -> float:
    took = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return median(took)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
