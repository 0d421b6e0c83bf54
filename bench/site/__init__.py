"""The site under load: the deadline, killed processes, long lists. Each part runs alone: `python -m bench.site.lists`."""

from __future__ import annotations

from pathlib import Path


def run(full: bool = False) -> None:
    """Run every part: minutes of it, and what the full size gave last; or the full size, about an hour."""
    from bench.site import deadline, kill, lists

    lists.run(lists.SIZES[-1] if full else lists.SIZES[1])
    deadline.run(deadline.Load(deadline.FULL) if full else None)
    kill.run(deadline.Load() if full else kill.LOAD)
    if not full:
        print("what the full size gave when it was run last, kept in bench/site/full.txt:")
        print((Path(__file__).parent / "full.txt").read_text(encoding="utf-8").rstrip())
