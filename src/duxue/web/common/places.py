"""Places in the tree of organisations as queries: `path__under="/1/5/"` is the place /1/5/ and all below it.

A path is made of keys, "/1/5/9/", so what lies below is a range of an index. SQLite takes no index for LIKE, PostgreSQL takes
none of another order than its locale's for a range: each gets the form that its index serves.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Lookup


class Under(Lookup[str]):
    """Whether a path lies at or below a place."""

    lookup_name = "under"

    def get_prep_lookup(self) -> str:
        """Return the place; ValueError for what is no path of a place."""
        place = str(self.rhs)
        if not place.endswith("/"):
            message = f"a place is a path that ends with /, found {place!r}"
            raise ValueError(message)
        return place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the range of what begins with the place."""
        column, params = self.process_lhs(compiler, connection)
        end = f"{self.rhs[:-1]}0"  # 0 follows the / that every path ends with
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, end)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return a LIKE, which the index of patterns serves."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, f"{self.rhs}%")


CharField.register_lookup(Under)
