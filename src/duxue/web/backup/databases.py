"""The database in a backup: SQLite as a copy made while it runs, PostgreSQL as its tables of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from duxue.app.audit_chain import GENESIS, Head, verify_chain
from duxue.core.errors import Problem
from duxue.web.common.audit import exported
from duxue.web.common.models import AuditEvent, AuditHead
from duxue.web.common.scope import everything

SQLITE_FILE: Final = "database.sqlite3"
_LAST: Final = "rounds_round"  # once a sealed round is there, nothing of it can be written
Facts = dict[str, Any]


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all that is read inside be of one moment; SQLite is read from its copy, which is of one."""
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def opened(copy: Path) -> Iterator[str]:
    """Let a copy of SQLite be read inside, and only read, by the alias that is yielded."""
    alias = "copy"
    connections.databases[alias] = {
        **connection.settings_dict, "NAME": f"{copy.as_uri()}?mode=ro", "OPTIONS": {"uri": True}
    }  # fmt: skip
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]


def copy_out(folder: Path) -> list[Path]:
    """Write the database of this moment to `folder` and return the files; people go on working meanwhile."""
    if connection.vendor == "sqlite":
        target = folder / SQLITE_FILE
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return [target]
    return [_copy_table(table, folder) for table in tables()]


def _copy_table(table: str, folder: Path) -> Path:
    path = folder / f"{table}.copy"
    with connection.cursor() as cursor, path.open("wb") as stream:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
        stream.write(",".join(columns).encode() + b"\n")
        with cursor.copy(
            sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _names(columns))
        ) as rows:
            for block in rows:
                stream.write(block)
    return path


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def copy_in(folder: Path) -> None:
    """Fill the tables of PostgreSQL, as the migrations made them, from `folder`, inside the caller's transaction."""
    held = {p.stem for p in folder.glob("*.copy")} - {settings.CACHE_TABLE}  # which older backups hold
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(_names(tables())))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in sorted(held, key=lambda name: (name == _LAST, name)):
            with (folder / f"{table}.copy").open("rb") as stream:
                columns = stream.readline().decode().strip().split(",")
                with cursor.copy(
                    sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
                ) as rows:
                    while block := stream.read(1 << 20):
                        rows.write(block)
        for statement in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what refers to nothing is told here, not at the end


def migrations_to_be() -> list[str]:
    """Return the migrations that the database will have once it is brought to this version."""
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in {*loader.applied_migrations, *loader.disk_migrations})


def tables() -> list[str]:
    """Return all tables of the site, the one of its migrations among them, but not its cache."""
    return sorted({*connection.introspection.table_names()} - {settings.CACHE_TABLE})


def is_empty() -> bool:
    """Return whether the database holds no person and no organisation yet."""
    held = set(tables())
    with connection.cursor() as cursor:
        for table in {"accounts_user", "orgs_organisation"} & held:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - one of two names above
            if cursor.fetchone():
                return False
    return True


def facts() -> Facts:
    """Return what tells one state of the database from another: migrations, rows of each table, the audit's head."""
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    counts = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name from the catalogue
            counts[table] = cursor.fetchone()[0]
    head = AuditHead.objects.get(pk=1)
    return {"migrations": applied, "rows": counts, "audit": {"seq": head.seq, "hash": head.hash}}


def facts_of_file(path: Path) -> Facts:
    """Return the same of a copy of SQLite."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
        names = [
            name
            for (name,) in copy.execute(
                "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        counts = {name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608 - from the catalogue
        applied = sorted(
            f"{app}.{name}" for app, name in copy.execute("SELECT app, name FROM django_migrations")
        )
        seq, last = copy.execute("SELECT seq, hash FROM common_audithead WHERE id = 1").fetchone()
    return {"migrations": applied, "rows": counts, "audit": {"seq": seq, "hash": last}}


def broken_audit(alias: str = DEFAULT_DB_ALIAS) -> list[Problem]:
    """Return where the chain of the audit is broken, its head among it."""
    with everything("the audit of a backup is checked as a whole"):
        head = AuditHead.objects.using(alias).get(pk=1)
        events = AuditEvent.objects.using(alias).order_by("seq").iterator(chunk_size=1000)
        checked = verify_chain(exported(events), Head(head.seq, head.hash))
    return [] if not checked.events and (head.seq, head.hash) == (0, GENESIS) else checked.problems
