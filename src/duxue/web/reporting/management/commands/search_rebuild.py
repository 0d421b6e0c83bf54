"""`search_rebuild`: write the search index again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from duxue.web.reporting.search import rebuild


class Command(BaseCommand):
    """Write the words of everything into the search index again."""

    help = "重建搜索索引 / Write the search index again."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the contract
        """Rebuild and say how many objects there are."""
        self.stdout.write(f"{rebuild()}")
