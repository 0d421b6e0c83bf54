"""The site's own upkeep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from duxue.web.common.lang import say
from duxue.web.jobs.registry import Running, job


@job("jobs.analyse", every_minutes=24 * 60)
def analyse(running: Running) -> Mapping[str, Any]:
    """Let SQLite count what its tables hold, so that it takes the right index of a long one; PostgreSQL does so by itself.

    One table after another: who writes waits for one of them at most, two seconds for a million problems. Connections read
    the counts when they open, a minute later at most.
    """
    if connection.vendor != "sqlite":
        return {"tables": 0}
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for done, table in enumerate(tables):
            running.report(done, len(tables), say("正在统计数据表", "counting what tables hold"))
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
    return {"tables": len(tables)}
