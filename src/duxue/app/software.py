"""The name of this program; apart, since the command tells it without loading anything else."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def software() -> str:
    """Return the name and version of this program, as a result names it."""
    try:
        return f"duxue {version('duxue')}"
    except PackageNotFoundError:  # run from its source without being installed
        return "duxue source"
