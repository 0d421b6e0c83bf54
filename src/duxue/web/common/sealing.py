"""Tables that the database itself guards: append-only ones, and those of a round that is sealed.

Written once for both databases and run by migrations, so that no code of the site can go round it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations

APPEND_ONLY, SEALED = "duxue: append-only", "duxue: the round is sealed"


def append_only(table: str) -> migrations.RunPython:
    """Return the migration step after which rows of `table` can neither be changed nor deleted."""

    def forwards(apps: Any, editor: Any) -> None:
        _install(editor, table, "always", {"UPDATE": "", "DELETE": ""}, APPEND_ONLY)

    return migrations.RunPython(forwards, _backwards(table, "always"))


def sealed(table: str, column: str = "round_id") -> migrations.RunPython:
    """Return the migration step after which rows of `table` cannot change once their round has `sealed_at`."""

    def forwards(apps: Any, editor: Any) -> None:
        def of(row: str) -> str:
            return f"(SELECT sealed_at FROM rounds_round WHERE id = {row}.{column}) IS NOT NULL"

        conditions = {"INSERT": of("NEW"), "UPDATE": f"{of('OLD')} OR {of('NEW')}", "DELETE": of("OLD")}
        _install(editor, table, "sealed", conditions, SEALED)

    return migrations.RunPython(forwards, _backwards(table, "sealed"))


def _install(editor: Any, table: str, name: str, conditions: dict[str, str], message: str) -> None:
    for event, condition in conditions.items():
        trigger = f"{table}_{name}_{event.lower()}"
        if editor.connection.vendor == "sqlite":
            when = f"WHEN {condition}" if condition else ""
            editor.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        test = f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;" if condition else ""
        body = test or f"RAISE EXCEPTION '{message}';"
        back = "OLD" if event == "DELETE" else "NEW"
        editor.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$duxue$ BEGIN {body} RETURN {back}; END $duxue$"
        )
        editor.execute(
            f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
        )


def _backwards(table: str, name: str) -> Callable[[Any, Any], None]:
    def remove(apps: Any, editor: Any) -> None:
        for event in ("insert", "update", "delete"):
            trigger = f"{table}_{name}_{event}"
            if editor.connection.vendor == "sqlite":
                editor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            else:
                editor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
                editor.execute(f"DROP FUNCTION IF EXISTS {trigger}()")

    return remove
