"""Indexes of the answers that need something more, by unit and by item."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0010_points_of_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("ready", False)),
                fields=["round", "unit", "item", "state"],
                name="answer_left_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("ready", False)),
                fields=["round", "item", "unit", "state"],
                name="answer_left_item",
            ),
        ),
    ]
