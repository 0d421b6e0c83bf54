"""Lets changes of the tree that were recorded ahead take effect: run once a day, after midnight."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from duxue.web.orgs.services import tree_refresh


class Command(BaseCommand):
    """Repeat what holds today in the columns of today."""

    help = "Bring names and places of organisations to today's / 使单位名称和隶属与今天一致"

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - the contract
        """Refresh, and say how many organisations changed."""
        self.stdout.write(str(tree_refresh()))
