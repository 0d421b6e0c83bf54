"""Locking rows until the transaction ends, the same way everywhere."""

from __future__ import annotations

from typing import Any

from django.db import connection, models


def lock(model: type[models.Model], *keys: Any) -> None:
    """Lock the rows of `model` with these keys, in their order, and no row that they name; whoever only refers to one does not wait.

    Whoever changes a unit or a thing of one locks the unit first, then the thing, and the audit's head last: in another order
    two people could wait for each other. SQLite writes one transaction after another and locks no rows.
    """
    if connection.features.has_select_for_update:
        rows = model._base_manager.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        list(rows.values_list("pk"))
