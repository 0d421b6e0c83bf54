"""The site under load: the deadline, killed processes, long lists. Each part runs alone: `python -m bench.site.lists`."""

from __future__ import annotations


def run(full: bool = False) -> None:
    """Run every part: minutes of it, or the full size, about an hour."""
    from bench.site import deadline, kill, lists

    lists.run(lists.SIZES[-1] if full else lists.SIZES[1])
    deadline.run(deadline.Load(deadline.FULL) if full else None)
    kill.run(deadline.Load() if full else kill.LOAD)
