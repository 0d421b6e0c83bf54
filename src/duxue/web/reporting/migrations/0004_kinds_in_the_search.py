"""Each entry of the search index gets the word of its kind, by which it is asked for."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = """UPDATE reporting_search SET words = words || ' ' || char(57344) ||
 (SELECT kind FROM reporting_searchentry e WHERE e.id = reporting_search.rowid)
 WHERE rowid IN (SELECT id FROM reporting_searchentry)"""
POSTGRESQL = """UPDATE reporting_search s SET words = s.words || array_to_tsvector(ARRAY[chr(57344) || e.kind])
 FROM reporting_searchentry e WHERE e.id = s.rowid"""


def forwards(apps: Any, editor: Any) -> None:
    """Add the words of the kinds."""
    editor.execute(SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL)


class Migration(migrations.Migration):
    """After the index; going back leaves the words, which nobody can ask for."""

    dependencies = [("reporting", "0003_search_index")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
