"""The evening of the deadline: counties hand in, five a second, while 500 people read; 100 requests a second in all.

`python -m bench.site.deadline` runs a minute of it on PostgreSQL and on SQLite; `--full` the ten minutes with 3,000 counties;
`--database`, `--seconds`, `--rate` choose. The site runs as `duxue serve` with production settings on the same cores as the
crowd and the database. The rival runs in the same run: a bare Django view on the same server that inserts one row.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import psutil

from bench.site import serving

SUBMISSIONS: Final = 5.0  # a second: 3,000 in ten minutes
READERS: Final = 500
RATE: Final = 100.0  # requests a second, of which three for each submission
LIMIT: Final = 1000.0  # ms, of the 95th percentile
SHORT, FULL, RIVAL = 60, 600, 20  # seconds
_SETTLE: Final = 10  # seconds at the start that are left out: people arrive, processes load their code
_MUST_BE_NONE: Final = (
    "given up",
    "lost",
    "doubled",
    "other than the receipt",
    "half done",
    "breaks of the audit",
    "faults of the site",
)


@dataclass(frozen=True)
class Load:
    """How much is asked of the site, and for how long."""

    seconds: int = SHORT
    rate: float = RATE
    readers: int = READERS

    @property
    def submissions(self) -> int:
        """Counties that hand in; those who read at the end hand in no more."""
        return int(SUBMISSIONS * self.share * (self.seconds if self.seconds >= FULL else self.seconds - 5))

    @property
    def share(self) -> float:
        """How much of the full rate it is."""
        return self.rate / RATE

    def plan(self, world: dict[str, Any], url: str, bare: bool = False) -> dict[str, Any]:
        """Return what the crowd is to do."""
        handed = 0.0 if bare else SUBMISSIONS * self.share
        return world | {
            "url": url, "bare": bare, "seconds": RIVAL if bare else self.seconds, "readers_count": self.readers,
            "submissions": 0 if bare else self.submissions, "submissions_per_second": handed,
            "reads_per_second": self.rate - 3 * handed,
        }  # fmt: skip


def run(load: Load | None = None, databases: tuple[str, ...] = serving.DATABASES) -> None:
    """Print the figures of the evening for each database; RuntimeError when something acknowledged was lost or doubled."""
    load = load or Load()
    for kind in databases:
        print(
            f"deadline on {kind}: {load.submissions} counties hand in within {load.seconds} s, {load.readers} people read; "
            f"{serving.machine()}"
        )
        with serving.scratch() as folder, serving.database(kind, folder) as (address, served):
            evening(folder, address, served, load)


def evening(
    folder: Path,
    address: str,
    served: list[int],
    load: Load,
    meanwhile: Callable[[psutil.Process], None] | None = None,
) -> None:
    """Fill a site, let the crowd in, print what it met and what the database holds; then the rival."""
    env = serving.environ(folder, address)
    world = filled(folder, env, load)
    groups = {"database": [psutil.Process(pid) for pid in served]}
    with serving.site(env, folder) as (url, top):
        crowd, meter = let_in(folder, env, load.plan(world, url), groups | {"site": [top]}, meanwhile, top)
    asked = tell(crowd, meter)
    held = standing(folder, env) | {"faults of the site": _faults(crowd)}
    print("  " + ", ".join(f"{name} {n}" for name, n in held.items()))
    if meanwhile is None:
        with serving.bare(env, folder) as (url, top):
            rival, metered = let_in(folder, env, load.plan(world, url, bare=True), groups | {"site": [top]})
        ratio = _per_request(meter, asked) / _per_request(metered, tell(rival, metered))
        print(f"  the site takes {ratio:.1f} times the processor time of a bare view that inserts a row")
    if any(held[name] for name in _MUST_BE_NONE):
        message = f"the deadline lost or doubled something: {held}"
        raise RuntimeError(message)


def filled(folder: Path, env: dict[str, str], load: Load) -> dict[str, Any]:
    """Fill the site of `env` with as many counties as hand in, at least 300, and return them."""
    place = folder / "world.json"
    if serving.python("bench.site.filling", max(300, load.submissions), place, env=env).wait():
        message = "the site could not be filled"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


def let_in(
    folder: Path, env: dict[str, str], plan: dict[str, Any], groups: dict[str, list[psutil.Process]],
    meanwhile: Callable[[psutil.Process], None] | None = None, top: psutil.Process | None = None,
) -> tuple[dict[str, Any], serving.Meter]:  # fmt: skip
    """Run the crowd and return what it met, with what all the processes took."""
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    process = serving.python("bench.site.crowd", folder / "plan.json", folder / "crowd.json", env=env)
    try:
        with serving.Meter(groups | {"crowd": [psutil.Process(process.pid)]}) as meter:
            if meanwhile is not None and top is not None:
                meanwhile(top)
            code = process.wait(plan["seconds"] + 180)
    finally:
        process.kill()
    if code:
        message = f"the crowd ended with {code}"
        raise RuntimeError(message)
    return json.loads((folder / "crowd.json").read_text(encoding="utf-8")), meter


def standing(folder: Path, env: dict[str, str]) -> dict[str, int]:
    """Return what the database holds beside what was acknowledged."""
    out = folder / "standing.json"
    if serving.python("bench.site.ledger", folder / "crowd.json", out, env=env).wait():
        message = "what was handed in could not be compared"
        raise RuntimeError(message)
    found: dict[str, int] = json.loads(out.read_text(encoding="utf-8"))
    return found


def tell(crowd: dict[str, Any], meter: serving.Meter) -> int:
    """Print a line for each kind of request and one for the processes; return how many requests were answered."""
    kinds: dict[str, list[float]] = defaultdict(list)
    bad: dict[str, int] = defaultdict(int)
    last = crowd["seconds"][0]
    for kind, at, ms, status in crowd["requests"]:
        if status in {0, 429} or status >= 500:
            bad[kind] += 1
        if at >= _SETTLE or last < 3 * _SETTLE:
            kinds[kind].append(ms)
            kinds["all"].append(ms)
    print(f"  {'request':<26}{'n':>7}{'p50 ms':>9}{'p95':>8}{'p99':>8}{'most':>8}  failed")
    for kind in sorted(kinds, key=lambda k: (k == "all", k)):
        took = sorted(kinds[kind])
        at = quantiles(took, n=100, method="inclusive") if len(took) > 1 else took * 99
        mark = "  above the limit" if kind == "all" and at[94] > LIMIT else ""
        print(
            f"  {kind:<26}{len(took):>7}{at[49]:>9.0f}{at[94]:>8.0f}{at[98]:>8.0f}{took[-1]:>8.0f}"
            f"  {bad[kind] if kind != 'all' else sum(bad.values())}{mark}"
        )
    asked = len(crowd["requests"])
    parts = ", ".join(
        f"{group} {meter.share(group):.0%} of a core and {meter.memory[group] / 2**20:.0f} MB"
        for group in meter.groups if meter.groups[group]
    )  # fmt: skip
    print(f"  {asked / meter.seconds:.0f} requests/s over {meter.seconds:.0f} s; {parts}")
    return asked


def _faults(crowd: dict[str, Any]) -> int:
    """Return how many requests met a fault; 503 says in time that too many came at once."""
    return sum(status >= 500 and status != 503 for *_, status in crowd["requests"])


def _per_request(meter: serving.Meter, asked: int) -> float:
    return (meter.cpu("site") + meter.cpu("database")) / max(asked, 1)


def main(words: list[str]) -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--full", action="store_true", help="ten minutes, 3,000 counties")
    options.add_argument("--seconds", type=int, default=SHORT)
    options.add_argument("--rate", type=float, default=RATE)
    options.add_argument("--database", choices=serving.DATABASES, action="append")
    given = options.parse_args(words)
    run(Load(FULL if given.full else given.seconds, given.rate), tuple(given.database or serving.DATABASES))


if __name__ == "__main__":
    main(sys.argv[1:])
