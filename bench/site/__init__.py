"""The site under load: the deadline, killed processes, long lists. Each part runs alone: `python -m bench.site.lists`."""

from __future__ import annotations


def run() -> None:
    """Run the short form of every part."""
    from bench.site import deadline, kill, lists

    lists.run()
    deadline.run()
    kill.run()
