"""An upload may be a machine's: it then belongs to the token."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds `token_id` of Upload."""

    dependencies = [("evidence", "0001_initial")]

    operations = [
        migrations.AddField("upload", "token_id", models.BigIntegerField(null=True)),
    ]
