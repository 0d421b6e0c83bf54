"""The database from one address: empty or sqlite:///path for SQLite, postgresql://user:password@host/name for PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

KEPT = 60  # seconds that a thread keeps its connection: opening SQLite's reads the whole schema, 2 ms of every page
# PostgreSQL plans a query anew each time it is asked, a third of its work here, unless a connection prepared it after so
# many times. `?prepare=0` turns it off: for a pooler that gives one connection to several sessions.
PREPARED = 3
SQLITE = {
    # IMMEDIATE takes the write lock when a transaction begins, so two writers queue instead of failing half way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def database_of(address: str, home: Path) -> dict[str, Any]:
    """Return Django's settings of the database at `address`; an empty one is a file below `home`."""
    parts = urlsplit(address)
    if not address or parts.scheme == "sqlite":
        place = Path(unquote(parts.path)) if address else home / "duxue.sqlite3"
        place.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": place,
            "CONN_MAX_AGE": KEPT,
            "OPTIONS": SQLITE,
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        message = f"DUXUE_DATABASE: expected sqlite:///path or postgresql://…, found scheme {parts.scheme!r}"
        raise ValueError(message)
    options = dict(parse_qsl(parts.query))
    asked = options.pop("prepare", str(PREPARED))
    if not (asked.isascii() and asked.isdecimal()):
        message = f"DUXUE_DATABASE: expected a whole number for prepare, found {asked!r}"
        raise ValueError(message)
    prepare = int(asked)
    plans = {"server_side_binding": True, "prepare_threshold": prepare} if prepare else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": KEPT,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, **plans},
    }
