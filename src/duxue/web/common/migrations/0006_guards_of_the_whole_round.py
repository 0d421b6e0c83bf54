"""More tables are guarded: a site that was not migrated since is told so. The guards: duxue.web.common.sealing."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("common", "0005_audit_by_kind"),)
    operations = ()
