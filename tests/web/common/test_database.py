"""The database of a site from one address, and that PostgreSQL keeps the plans of queries unless it is told not to."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from duxue.web.config.database import PREPARED, database_of


def test_an_address_says_where_the_database_is(tmp_path: Path) -> None:
    assert database_of("", tmp_path)["NAME"] == tmp_path / "duxue.sqlite3"
    assert database_of("sqlite:///srv/a%20b.sqlite3", tmp_path)["NAME"] == Path("/srv/a b.sqlite3")
    found = database_of("postgresql://me:p%40ss@db.example:6432/duxue?sslmode=require", tmp_path)
    place = [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert place == ["duxue", "me", "p@ss", "db.example", "6432"]
    assert found["OPTIONS"] == {
        "sslmode": "require",
        "server_side_binding": True,
        "prepare_threshold": PREPARED,
    }
    assert database_of("postgresql://db/duxue?prepare=0", tmp_path)["OPTIONS"] == {}
    with pytest.raises(ValueError, match="prepare, found 'often'"):
        database_of("postgresql://db/duxue?prepare=often", tmp_path)
    with pytest.raises(ValueError, match="mysql"):
        database_of("mysql://db/duxue", tmp_path)


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="PostgreSQL keeps plans, SQLite has none to keep"
)
def test_postgresql_keeps_the_plan_of_a_query_that_is_asked_again() -> None:
    for n in range(PREPARED + 2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int + 1", [n])
            assert cursor.fetchone() == (n + 1,)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int + 1%%'", []
        )
        assert cursor.fetchone() == (1,)
