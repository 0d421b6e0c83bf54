from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_audit_by_action"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["object_type", "seq"], name="audit_kind"),
        ),
    ]
