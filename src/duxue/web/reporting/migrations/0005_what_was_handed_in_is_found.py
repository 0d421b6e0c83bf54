"""The search takes up what was handed in from the audit; what it holds of self-evaluations, drafts among them, goes.

The first run of the job begins with the first event, so that all that is handed in is found again soon.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

ANSWERS = (
    "DELETE FROM reporting_search WHERE rowid IN (SELECT id FROM reporting_searchentry WHERE kind = 'answer')",
    "DELETE FROM reporting_searchentry WHERE kind = 'answer'",
)


def forwards(apps: Any, editor: Any) -> None:
    """Forget the words of self-evaluations."""
    for statement in ANSWERS:
        editor.execute(statement)


class Migration(migrations.Migration):
    """After the words of kinds."""

    dependencies = [("reporting", "0004_kinds_in_the_search")]
    operations = [
        migrations.CreateModel(
            name="SearchMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
