"""Tables that the database itself guards: append-only ones, and those of a round that is sealed.

Triggers, written once for both databases and put in place after every migration, so that no code of the site can go round
them and none is lost when SQLite makes a table anew to change a column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps

APPEND_ONLY, SEALED = "duxue: append-only", "duxue: the round is sealed"
APPENDED = ("common.AuditEvent",)
# What cannot be added, changed or removed once its round has `sealed_at`.
IN_ROUND = (
    "rounds.RoundUnit", "rounds.Item", "rounds.Known", "rounds.Answer", "rounds.AnswerVersion", "rounds.Submission",
    "rounds.Question", "rounds.Veto", "rounds.Window", "rounds.MoreTime", "rounds.Dispute", "rounds.Objection",
    "rounds.Practice", "reviews.Recusal", "reviews.Assignment", "reviews.Review", "inspections.Draw", "inspections.Visit",
    "inspections.RecusalRequest", "inspections.SheetEntry", "evidence.Attachment", "reading.Remark",
)  # fmt: skip
# Rows that are in a round by the one that they belong to.
BELOW = {"inspections.Visit_team": ("inspections.Visit", "visit_id")}
# The row of the round itself: its state moves on, and until it is published it may be unfrozen; all else stands.
ROUND, MOVING, UNTIL_PUBLISHED = "rounds.Round", "state", ("sealed_at", "sealed_by_id", "published_at")
Guard = tuple[str, str, str, str]  # name of the trigger, table, event, condition ("" for always)


def guards() -> list[tuple[Guard, str]]:
    """Return every guard with what it says when it refuses."""
    found: list[tuple[Guard, str]] = []
    for label in APPENDED:
        table = _table(label)
        found += [((f"{table}_always_{e}", table, e, ""), APPEND_ONLY) for e in ("update", "delete")]
    for label in (*IN_ROUND, *BELOW, ROUND):
        table = _table(label)
        conditions = _of_round() if label == ROUND else _of_rows(label)
        found += [((f"{table}_sealed_{e}", table, e, c), SEALED) for e, c in conditions.items()]
    return found


def _table(label: str) -> str:
    return str(apps.get_model(label)._meta.db_table)


def _of_rows(label: str) -> dict[str, str]:
    """Return when an event on a table of a round is refused: the row is, or would be, in a sealed round."""

    def sealed(row: str) -> str:
        of = f"{row}.round_id"
        if label in BELOW:
            owner, column = BELOW[label]
            of = f"(SELECT round_id FROM {_table(owner)} WHERE id = {row}.{column})"
        return f"(SELECT sealed_at FROM rounds_round WHERE id = {of}) IS NOT NULL"

    return {"insert": sealed("NEW"), "update": f"{sealed('OLD')} OR {sealed('NEW')}", "delete": sealed("OLD")}


def _of_round() -> dict[str, str]:
    """Return when an event on the row of a round is refused; a column that is added later is fixed as well."""
    columns = [field.column for field in apps.get_model(ROUND)._meta.concrete_fields]
    fixed = _differs(name for name in columns if name not in {MOVING, *UNTIL_PUBLISHED})
    published = f"OLD.published_at IS NOT NULL AND ({_differs(UNTIL_PUBLISHED)})"
    sealed = "OLD.sealed_at IS NOT NULL"
    return {"update": f"{sealed} AND ({fixed} OR {published})", "delete": sealed}


def _differs(columns: Iterable[str]) -> str:
    # In words that both databases know: IS DISTINCT FROM is too new for SQLite.
    same = "COALESCE(OLD.{0} = NEW.{0}, OLD.{0} IS NULL AND NEW.{0} IS NULL)"
    return " OR ".join("NOT " + same.format(name) for name in columns)


def install(connection: Any) -> None:
    """Put every guard in place that is not there yet."""
    there = set(present(connection))
    with connection.cursor() as cursor:
        for (name, table, event, condition), message in guards():
            if name in there:
                continue
            write = _sqlite if connection.vendor == "sqlite" else _postgresql
            for statement in write(name, table, event, condition, message):
                cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take every guard away, for the time of a migration: SQLite makes tables anew, and guards name each other's tables."""
    there = set(present(connection))
    with connection.cursor() as cursor:
        for (name, table, _event, _condition), _message in guards():
            if name in there:
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER {name}{on}")


def present(connection: Any) -> list[str]:
    """Return the names of the triggers that the database has."""
    from_where = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(from_where)
        return [str(name) for (name,) in cursor.fetchall()]


def missing(connection: Any) -> list[str]:
    """Return the names of guards that should be there and are not."""
    there = set(present(connection))
    return [name for (name, *_), _ in guards() if name not in there]


def _sqlite(name: str, table: str, event: str, condition: str, message: str) -> list[str]:
    when = f"WHEN {condition}" if condition else ""
    return [
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    ]


def _postgresql(name: str, table: str, event: str, condition: str, message: str) -> list[str]:
    refuse = f"RAISE EXCEPTION '{message}';"
    body = f"IF {condition} THEN {refuse} END IF;" if condition else refuse
    row = "OLD" if event == "delete" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $duxue$ BEGIN {body} RETURN {row}; END $duxue$",
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
