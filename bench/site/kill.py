"""Killed in the middle of the deadline: `kill -9` of web workers and of the job worker while counties hand in.

`python -m bench.site.kill` runs on both databases. Clerks whose answer was lost ask again with the key of their form. Nothing
that was acknowledged may be missing and nothing may be there twice.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Final

import psutil

from bench.site import serving
from bench.site.deadline import Load, evening

LOAD: Final = Load(seconds=45, rate=40.0, readers=100)
_AT: Final = (
    (12.0, "granian"),
    (18.0, "work"),
    (25.0, "granian"),
)  # seconds after the crowd came, and what is killed


def run(load: Load = LOAD, databases: tuple[str, ...] = serving.DATABASES) -> None:
    """Print what was killed and what the database holds afterwards; RuntimeError when something was lost or doubled."""
    for kind in databases:
        print(
            f"kill -9 on {kind}: {load.submissions} counties hand in within {load.seconds} s; {serving.machine()}"
        )
        with serving.scratch() as folder, serving.database(kind, folder) as (address, served):
            evening(folder, address, served, load, _kill)


def _kill(top: psutil.Process) -> None:
    """Kill processes below `top`, which the benchmark started, each at its moment."""
    began = time.monotonic()
    for at, what in _AT:
        time.sleep(max(0.0, began + at - time.monotonic()))
        victims = [p for p in top.children(recursive=True) if what in p.cmdline() and not _has_below(p)]
        if not victims:
            message = f"no process of {what} was there to be killed"
            raise RuntimeError(message)
        victims[0].kill()
        print(f"  after {at:.0f} s: kill -9 of {what}, done", flush=True)


def _has_below(process: psutil.Process) -> bool:
    return bool(process.children())


def main(words: list[str]) -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--database", choices=serving.DATABASES, action="append")
    run(databases=tuple(options.parse_args(words).database or serving.DATABASES))


if __name__ == "__main__":
    main(sys.argv[1:])
