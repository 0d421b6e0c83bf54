"""The audit is append-only; what belongs to a round cannot change once the round is sealed. The database sees to both."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from duxue.web.common.sealing import append_only, sealed

SEALED = (
    "rounds_roundunit", "rounds_item", "rounds_known", "rounds_answer", "rounds_submission", "rounds_question",
    "rounds_veto", "reviews_assignment", "reviews_review", "inspections_sheetentry", "evidence_attachment",
)  # fmt: skip


def _head(apps: Any, editor: Any) -> None:
    apps.get_model("common", "AuditHead")._base_manager.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = (
        ("common", "0001_initial"), ("rounds", "0001_initial"), ("reviews", "0001_initial"),
        ("inspections", "0001_initial"), ("evidence", "0001_initial"),
    )  # fmt: skip
    operations = (
        migrations.RunPython(_head, migrations.RunPython.noop),
        append_only("common_auditevent"),
        *(sealed(table) for table in SEALED),
    )
