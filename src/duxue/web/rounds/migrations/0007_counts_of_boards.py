from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0006_practice_decisions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["round", "state", "unit"], name="answer_state"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["round", "item", "state", "unit"], name="answer_item_state"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("due__isnull", False), ("ready", False)),
                fields=["round", "due", "unit", "state"],
                name="answer_due",
            ),
        ),
        migrations.AddIndex(
            model_name="roundunit",
            index=models.Index(fields=["round", "code", "id"], name="unit_code"),
        ),
    ]
