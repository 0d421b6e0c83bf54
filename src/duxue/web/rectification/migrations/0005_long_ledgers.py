"""Indexes of the filters of long ledgers."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0001_initial"),
        ("rectification", "0004_text_en"),
        ("rounds", "0011_what_is_left"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["source", "id"], name="problem_source"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["kind", "id"], name="problem_kind"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["item_code", "id"], name="problem_item"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", False)),
                fields=["round", "state"],
                name="problem_escalated",
            ),
        ),
    ]
