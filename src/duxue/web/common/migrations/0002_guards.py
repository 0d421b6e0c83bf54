"""The guards of the database are put in place after every migration: duxue.web.common.sealing."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("common", "0001_initial"),)
    operations = ()
