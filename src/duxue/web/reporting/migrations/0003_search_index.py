"""The index of the search, beside its entries: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE reporting_search USING fts5(title, words, tokenize = 'unicode61 remove_diacritics 2')",
)
POSTGRESQL = (
    "CREATE TABLE reporting_search (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX reporting_search_words ON reporting_search USING gin (words)",
)


def forwards(apps: Any, editor: Any) -> None:
    """Make the index of the database at hand."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def backwards(apps: Any, editor: Any) -> None:
    """Take it away."""
    editor.execute("DROP TABLE reporting_search")


class Migration(migrations.Migration):
    """After the entries."""

    dependencies = [("reporting", "0002_boundaries_and_search")]
    operations = [migrations.RunPython(forwards, backwards)]
