"""Writes a backup of the whole site: `python -m duxue.web backup FILE`; `duxue backup` calls it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from duxue.core.errors import Refused
from duxue.web.backup.site import backup, restore


class Command(BaseCommand):
    """One file, whole or none; with --restore the way back."""

    help = "Back up the whole site into one file / 把整个网站备份为一个文件"
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--restore", action="store_true")
        parser.add_argument("--replace", default="")
        parser.add_argument("--anyway", action="store_true")

    def handle(self, **options: Any) -> None:
        """Back up or restore; the outcome goes to standard output as JSON, progress to standard error."""
        try:
            if options["restore"]:
                made = restore(
                    options["file"],
                    replace=options["replace"],
                    anyway=options["anyway"],
                    report=self._report,
                )
            else:
                made = backup(options["file"], self._report)
        except Refused as refused:
            json.dump(
                {"ok": False, "problems": [p.to_dict() for p in refused.problems]},
                self.stdout,
                ensure_ascii=False,
            )
            sys.exit(1)
        told: dict[str, Any] = {
            name: made[name] for name in ("made_at", "version", "database", "evidence", "audit", "broken")
        }
        told["missing"] = made.get("missing", [])
        members = made["members"].values()
        json.dump(
            {"ok": True, **told, "files": len(members), "bytes": sum(m["size"] for m in members)},
            self.stdout,
            ensure_ascii=False,
        )

    def _report(self, done: int, of: int) -> None:
        share = 100 * done // max(of, 1)
        if share // 10 > getattr(self, "_told", -1):
            self._told = share // 10
            self.stderr.write(f"{share} %")
