"""Filling a site with made-up rows: one row written by Django, the others copied from it inside the database.

`python -m bench.site.filling 300 world.json` fills the site of the environment for the deadline.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

LEAVES: Final = 40  # items of a unit; a third of them computed from known figures
READERS: Final = ("organiser", "leader", "reviewer")
BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_SERIES: Final = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n + 1 < {end})",
    "postgresql": "WITH series AS (SELECT n FROM generate_series({first}, {end} - 1) AS n)",
}


def set_up(home: str, database: str = "", settings: str = "test") -> None:
    """Point Django at a new site in `home` and make its tables; `database` as in DUXUE_DATABASE."""
    os.environ |= {
        "DUXUE_HOME": home,
        "DUXUE_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": f"duxue.web.config.settings.{settings}",
        "DUXUE_LOG_LEVEL": "WARNING",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if settings == "prod":
        call_command("createcachetable", verbosity=0)


def copies(row: Any, first: int, end: int, joined: str = "", **varied: str) -> None:
    """Insert a copy of `row` for each n of first … end - 1, with columns as SQL expressions over n.

    Args:
        row: an instance that is stored.
        first: first n.
        end: the n after the last.
        joined: a JOIN whose columns the expressions may name.
        varied: column -> expression; every other column is as in `row`, the key is given by the database.
    """
    from django.db import connection

    fields = [f for f in row._meta.concrete_fields if not f.primary_key or f.column in varied]
    quoted = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    taken = ", ".join(varied.get(f.column) or f"t.{connection.ops.quote_name(f.column)}" for f in fields)
    key, table = row._meta.pk.column, connection.ops.quote_name(row._meta.db_table)
    series = _SERIES[connection.vendor].format(first=first, end=end)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) {series} SELECT {taken} "  # the series stands before SELECT on both
            f"FROM series JOIN {table} t ON t.{key} = {row.pk} {joined} ORDER BY n"
        )  # without parameters: % in an expression is the remainder


def padded(expression: str, width: int) -> str:
    """Return SQL for a number with leading zeros."""
    return f"substr(CAST(1{'0' * width} + {expression} AS TEXT), 2)"


def analyse() -> None:
    """Let the database count what it holds: PostgreSQL does so by itself, SQLite when it is told."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def reader(user: Any) -> Callable[[str], None]:
    """Return what opens a page in the browser of `user` and reads it to its end; RuntimeError where it does not open."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend=BACKEND)

    def get(path: str) -> None:
        response = client.get(path)
        if response.status_code != 200:
            message = f"{path} answered {response.status_code}"
            raise RuntimeError(message)
        response.getvalue()

    return get


def organisation(code: str, level: str, parent: Any = None) -> Any:
    """Return a new made-up organisation."""
    from duxue.web.orgs.models import Organisation

    made = Organisation.objects.create(
        code=code,
        level=level,
        name_zh=f"样本{code}",
        name_en=f"Sample {code}",
        parent=parent,
        path="",
        synthetic=True,
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


def new_round(authority: Any, at: Any) -> Any:
    """Return a new open round of the sample pack, every window open."""
    from duxue.web.rounds.models import Round, Window

    made = Round.objects.create(
        authority=authority, slug="bench", title_zh="样本", title_en="Sample", evaluated_year=2024, round_year=2025,
        pack="cn-duty-province-demo@1.0.0", state="open", synthetic=True, created_at=at,
    )  # fmt: skip
    for step in (
        "self_evaluation",
        "online_review",
        "field_verification",
        "feedback",
        "objection",
        "scoring",
    ):
        Window.objects.create(
            round=made, step=step, opens=at - timedelta(days=5), closes=at + timedelta(days=30)
        )
    return made


def unit_of(made: Any, place: Any, at: Any, state: str = "drafting") -> Any:
    """Return an organisation as a unit of a round."""
    from duxue.web.rounds.models import RoundUnit

    return RoundUnit.objects.create(
        round=made, organisation=place, code=place.code, name_zh=place.name_zh, name_en=place.name_en, path=place.path,
        state=state, state_since=at,
    )  # fmt: skip


def fill_deadline(counties: int) -> dict[str, Any]:
    """Fill a province on the evening of its deadline and return what the crowd needs to know.

    Every county has answered its items and has not submitted; each has a manager. Sessions are made here, so that the
    load is of the deadline and not of hashing passwords.
    """
    from django.db import connection, transaction

    from duxue.web.common.clock import now
    from duxue.web.common.scope import everything
    from duxue.web.rounds.models import Answer, Item, Known, RoundUnit

    at, people, keys = now(), {}, []
    with everything("made-up rows"), transaction.atomic():
        province = organisation("990000", "province")
        made = new_round(province, at)
        items = _items(made)
        for key in READERS:
            people[key] = _person(key, key, province, at)
        city = None
        for n in range(counties):
            if n % 100 == 0:
                city = organisation(f"99{n // 100 + 1:02d}00", "city", province)
            county = organisation(f"{city.code[:4]}{n % 100 + 1:02d}", "county", city)
            unit = unit_of(made, county, at)
            keys.append((unit.pk, _person(f"county{n}", "manager", county, at).pk))
        first = RoundUnit.objects.get(pk=keys[0][0])
        join = "JOIN rounds_roundunit u ON u.round_id = t.round_id"
        several = f"{join} AND u.id <> t.unit_id"
        for item in items:
            answer = Answer.objects.create(
                round=made, unit=first, item=item, state="drafted", self_score=Decimal("4.5"), ready=True, version=3,
                narrative="（合成）对照标准逐项自查，制度健全，经费落实到位，存在的问题已列入整改台账。" * 4, updated_at=at,
            )  # fmt: skip
            copies(answer, 0, 1, several, unit_id="u.id")
            if item.kind == "computed":
                known = Known.objects.create(
                    round=made, unit=first, item=item, indicator=f"L{item.pk}", title_zh="样本指标", title_en="Sample indicator",
                    year=2024, value=Decimal("4.37"), text="4.37", measure={"zh": "人", "en": "persons"},
                    standard={"text": ">= 4.2", "met": True}, points=Decimal(4),
                )  # fmt: skip
                copies(known, 0, 1, several, unit_id="u.id")
        answers = dict(Answer.objects.filter(item=items[0]).order_by("-pk").values_list("unit_id", "pk"))
        assert Item.objects.count() == len(items) + 4
    connection.close()
    with everything("sessions of made-up people"), transaction.atomic():
        sessions = {key: _session(person.pk) for key, person in people.items()}
        clerks = [[unit, answers[unit], _session(person)] for unit, person in keys]
    analyse()
    return {"round": made.slug, "readers": sessions, "clerks": clerks}


def _items(made: Any) -> list[Any]:
    from duxue.web.rounds.models import Item

    order, leaves = 0, []
    for branch in range(4):
        order += 1
        parent = Item.objects.create(
            round=made, code=f"{branch + 1}", order=order, title_zh=f"样本类别{branch}", title_en=f"Branch {branch}",
            points=LEAVES // 4 * 5, kind="branch",
        )  # fmt: skip
        for n in range(LEAVES // 4):
            order += 1
            leaves.append(
                Item.objects.create(
                    round=made, code=f"{branch + 1}.{n + 1}", parent=parent, order=order, title_zh=f"样本条目{order}",
                    title_en=f"Item {order}", points=5, kind="computed" if n % 3 == 0 else "judged",
                    guidance={"zh": "看制度和落实。", "en": "Look at rules and practice."},
                )
            )  # fmt: skip
    return leaves


def _person(name: str, role: str, place: Any, at: Any) -> Any:
    from allauth.mfa.models import Authenticator

    from duxue.web.accounts.models import Grant, User

    user = User.objects.create(username=name, name=f"样本{name}", email=f"{name}@example.org", password="!")
    Grant.objects.create(user=user, role=role, organisation=place, given_at=at)
    if role == "organiser":
        Authenticator.objects.create(user=user, type="totp", data={"secret": "-"})
    return user


def _session(person: int) -> str:
    from django.contrib.sessions.backends.db import SessionStore

    from duxue.web.accounts.models import User

    store = SessionStore()
    user = User.objects.get(pk=person)
    store.update(
        {
            "_auth_user_id": str(person),
            "_auth_user_backend": BACKEND,
            "_auth_user_hash": user.get_session_auth_hash(),
        }
    )
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    set_up(os.environ["DUXUE_HOME"], os.environ["DUXUE_DATABASE"], "prod")
    Path(sys.argv[2]).write_text(json.dumps(fill_deadline(int(sys.argv[1]))), encoding="utf-8")
