"""The site as it is run in earnest, on a database of its own: tables, static files, data, people, server and worker."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from duxue.app.round_sample import DATA, write_data
from duxue.app.serving import Plan, answers, free_port, prepare

YEAR: Final = 2024
SCALE: Final = 0.05  # of the schools in the sample province: with fewer, counties lack figures
# The one fall of funds in the sample that must be explained before the city is scored.
EXPLAINED: Final = (
    "unit,indicator,by,cause,amount\n370283,education_growth,,（合成）上年校舍建设项目竣工 (synthetic),1200\n"
)
START: Final = 180.0  # seconds within which the site must answer


def write_sample(folder: Path) -> Path:
    """Write the sample province and return its folder of data."""
    write_data(folder, YEAR, year=YEAR, scale=SCALE)
    return folder / DATA


@cache
def _empty() -> Path:
    """Return the home of an empty site on SQLite, made once: tables and static files take ten seconds of processor time."""
    home = Path(mkdtemp(prefix="duxue-empty-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    environ = {**os.environ, "DUXUE_HOME": str(home), "DUXUE_DATABASE": "", "PYTHONPATH": _path()}
    prepare(Plan(settings="demo", environ=environ), migrate=True)
    return home


def _path() -> str:
    return os.pathsep.join(path for path in sys.path if path)


@contextmanager
def running(
    home: Path,
    sample: Path,
    database: str = "",
    filled_by: str = "tests.e2e.site.people",
    within: float = START,
) -> Iterator[str]:
    """Run the site on `database` (empty: SQLite below `home`) and give its address; its log is `home`/log.jsonl.

    `filled_by` is the module that fills it within so many seconds, given the folder of the sample.
    """
    environ = {
        **os.environ, "DUXUE_HOME": str(home), "DUXUE_DATABASE": database, "DUXUE_SECRET_KEY": "only-for-tests",
        "PYTHONPATH": _path(),
    }  # fmt: skip
    plan = Plan(settings="demo", port=free_port("127.0.0.1", 18400 + os.getpid() % 1000), environ=environ)
    shutil.copytree(_empty(), home, dirs_exist_ok=True)
    if database:
        prepare(plan, migrate=True)
    shutil.copytree(sample, home / "data" / f"sample-{YEAR}")
    (home / "data" / f"sample-{YEAR}.explanations.csv").write_text(EXPLAINED, encoding="utf-8")
    people = [sys.executable, "-m", filled_by, str(sample)]
    subprocess.run(people, env=plan.env(), check=True, timeout=within)
    serve = [sys.executable, "-m", "duxue", "serve", "--settings", "demo", "--port", str(plan.port)]
    with (home / "log.jsonl").open("wb") as log:
        site = subprocess.Popen(serve, env=plan.env(), stdout=log, stderr=log)
        try:
            end = time.monotonic() + START
            while not answers(plan):
                if time.monotonic() > end or site.poll() is not None:
                    raise RuntimeError((home / "log.jsonl").read_text(encoding="utf-8")[-4000:])
                time.sleep(0.1)
            yield plan.url
        finally:
            site.terminate()
            site.wait(60)
