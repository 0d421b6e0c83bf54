"""Run background jobs until told to stop: `python -m duxue.web work`."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from duxue.web.jobs.services import tick

_EVERY = 15.0  # seconds between two looks at the schedules


class Command(BaseCommand):
    """Takes jobs one after another; several workers share the queue."""

    help = "Run background jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--once", action="store_true", help="end when nothing waits")
        parser.add_argument("--name", default="worker")

    def handle(self, **options: Any) -> None:
        """Run until SIGTERM; the job that runs is finished first."""
        going = True

        def stop(_signal: int, _frame: FrameType | None) -> None:
            nonlocal going
            going = False

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        ticked = 0.0
        while going:
            close_old_connections()
            if time.monotonic() - ticked > _EVERY:
                ticked = time.monotonic()
                try:
                    tick()
                except OperationalError as locked:
                    self.stderr.write(str(locked))
            Worker(
                queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False,
                max_tasks=1, worker_id=str(options["name"]), excluded_queue_names=[],
            ).run()  # fmt: skip
            if options["once"]:
                from django_tasks_db.models import DBTaskResult

                going = DBTaskResult.objects.ready().exists()
            else:
                time.sleep(0.5)
