"""What calendar, counts and statistics of long ledgers ask is answered by three indexes alone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0001_initial"),
        ("rectification", "0005_long_ledgers"),
        ("rounds", "0011_what_is_left"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_unit",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_due",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_state_alone",
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                fields=["due", "id", "state", "round", "unit", "responsible", "source"], name="problem_due"
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                fields=["state", "id", "due", "round", "unit", "responsible", "source"],
                name="problem_state_alone",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                fields=["unit", "round", "state", "due", "times_reopened"], name="problem_unit"
            ),
        ),
    ]
