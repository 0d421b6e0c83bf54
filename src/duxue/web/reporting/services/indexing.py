"""Writing the search index again once a day: what was changed in bulk passes the signals by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.web.common.lang import say
from duxue.web.jobs.registry import Running, job
from duxue.web.reporting.search import rebuild


@job("reporting.reindex", every_minutes=24 * 60)
def reindex(running: Running) -> Mapping[str, Any]:
    """Rebuild the index and say how many objects there are."""
    running.report(0, 1, say("重建搜索索引", "writing the search index"))
    return {"objects": rebuild()}
