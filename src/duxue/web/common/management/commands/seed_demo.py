"""Fills an empty site with the demonstration: `python -m duxue.web seed_demo build/demo`."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from duxue.core.errors import Refused
from duxue.core.text import Text


class Command(BaseCommand):
    """Runs once; a site that holds the demonstration is left as it is."""

    help = "Fill an empty site with the synthetic demonstration / 写入合成演示数据"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where `duxue demo` wrote."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--scale", type=float, default=None, help="share of the schools in this round's data"
        )

    def handle(self, **options: Any) -> None:
        """Seed, and say what there is."""
        from duxue.web.demo.seed import SCALE, seed

        if not settings.DEMO:
            raise CommandError("演示数据只写入演示设置的站点 / only under the settings of the demonstration")
        begun = time.monotonic()

        def tell(text: Text) -> None:
            self.stdout.write(f"{time.monotonic() - begun:5.1f} s  {text.zh} / {text.en}")
            self.stdout.flush()  # whoever reads this through a pipe sees each part as it begins

        try:
            done = seed(options["folder"], scale=options["scale"] or SCALE, tell=tell)
        except Refused as refused:
            raise CommandError(
                "\n".join(f"{p.render('zh')}\n{p.render('en')}" for p in refused.problems)
            ) from refused
        state = "轮次已写入 / rounds written" if done.made else "已有 / there already"
        self.stdout.write(f"{time.monotonic() - begun:5.1f} s  {state}: {', '.join(done.rounds)}")
