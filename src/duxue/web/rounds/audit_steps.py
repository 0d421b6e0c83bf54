"""What the steps of a round's procedures are called in the audit: by the titles that the procedures give them."""

from __future__ import annotations

from functools import lru_cache

from duxue.web.common.audit_titles import titles_from
from duxue.web.common.lang import Words
from duxue.web.rounds.procedures import DEFAULT_PACK, procedures_of_pack


@lru_cache(maxsize=1)
def step_titles() -> dict[str, Words]:
    """Return the titles of `duxue.<kind>.<step>` events, as the sample province's procedures have them."""
    return {
        f"duxue.{kind}.{step['id']}": Words(step["title"]["zh"], step["title"]["en"])
        for kind, procedure in procedures_of_pack(DEFAULT_PACK).items()
        for step in procedure["transitions"]
    }


titles_from(step_titles)
