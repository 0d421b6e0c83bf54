"""The app `common`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class Config(AppConfig):
    """Policy, audit, scope, words."""

    name = "duxue.web.common"
    label = "common"

    def ready(self) -> None:
        """Let the policies of this app answer."""
        pre_migrate.connect(_unguard, sender=self)
        post_migrate.connect(_guard, sender=self)
        from duxue.web.common import audit_policy  # noqa: F401 - registers itself


def _unguard(using: str, plan: list[Any], **_: Any) -> None:
    """Take the guards away when tables are about to change; a migration that fails leaves the site not ready."""
    from django.db import connections

    from duxue.web.common import sealing

    if plan:
        sealing.remove(connections[using])


def _guard(using: str, **_: Any) -> None:
    """Put the database's guards in place, and the head of the audit."""
    from django.apps import apps
    from django.db import connections

    from duxue.web.common import sealing

    connection = connections[using]
    tables = set(connection.introspection.table_names())
    head = apps.get_model("common.AuditHead")
    guarded = {table for (_name, table, *_), _message in sealing.guards()}
    if {head._meta.db_table, *guarded} <= tables:  # else a migration of one app alone
        sealing.install(connection)
        head.objects.using(using).get_or_create(pk=1)
