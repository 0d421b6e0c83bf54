"""The engines by name."""

from __future__ import annotations

from duxue.engines.data import Engine

NAMES = ("duckdb", "reference")


def engine_named(name: str) -> Engine:
    """Return an engine; libraries are loaded only when theirs is asked for."""
    if name == "reference":
        from duxue.engines.reference import Reference

        return Reference()
    if name == "duckdb":
        from duxue.engines.duckdb import Duck

        return Duck()
    raise ValueError(f"no engine is called {name}; there are {', '.join(NAMES)}")
