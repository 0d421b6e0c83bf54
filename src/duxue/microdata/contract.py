"""The data contract: what a pack asks of every cell, as one digest that an accepted snapshot carries."""

from __future__ import annotations

from duxue.core import digest
from duxue.packs.schema import Pack

# Raised whenever the checks that every form gets from its description change, so that older snapshots are checked again.
BUILT_IN = 1
_PARTS = {"levels", "units_of_measure", "dimensions", "forms", "checks", "constants"}


def contract_of(pack: Pack) -> str:
    """Return the digest of all that decides whether data are accepted: fields, types, ranges, categories, checks.

    Indicators, standards and verdicts are no part of it: they read data and refuse none.
    """
    return digest.of_json({"built_in": BUILT_IN, "pack": pack.model_dump(mode="json", include=_PARTS)})
