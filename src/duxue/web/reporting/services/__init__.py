"""Scores, publication, boundaries: what is written in this app."""

from __future__ import annotations

from duxue.web.reporting.services.indexing import reindex
from duxue.web.reporting.services.publishing import round_publish
from duxue.web.reporting.services.scoring import scores_compute

__all__ = ["reindex", "round_publish", "scores_compute"]
