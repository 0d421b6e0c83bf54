"""Two people changed the same: both versions side by side, as the component `conflict` shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from duxue.web.common.lang import Words


def side_by_side(
    sides: Iterable[tuple[Words, Any, Any]],
    mine: Mapping[str, Any],
    *,
    version: int,
    when: datetime | None,
    who: Any = "",
) -> dict[str, Any]:
    """Return what the component takes: for each field its label, mine and theirs; `mine` by the names of the form's fields."""
    return {
        "fields": [{"label": label, "mine": own, "theirs": other} for label, own, other in sides],
        "inputs": [{"name": name, "value": "" if value is None else value} for name, value in mine.items()],
        "who": who, "when": when, "version": version,
    }  # fmt: skip
