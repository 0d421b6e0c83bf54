"""Results of national monitoring in a county: a level and a difference between schools for each stage and subject."""

from __future__ import annotations

from random import Random
from typing import Final

from duxue.microdata.synthetic.columns import STAGE_TITLES, SUBJECT_TITLES
from duxue.microdata.synthetic.places import County

_STAGES: Final = ("primary", "junior")
_MISSING: Final = 0.08  # chance that an ordinary county misses the mark in one subject


def state_monitoring(county: County, year: int, seed: int) -> list[list[object]]:
    """Return the rows of monitoring in the order of its columns; they have random numbers of their own."""
    rng = Random(f"{seed}/monitoring/{county.code}/{year}")  # noqa: S311 - a sample, not a secret
    rows: list[list[object]] = [
        [
            year,
            county.code,
            STAGE_TITLES[stage],
            title,
            3 + (rng.random() < 0.2),
            round(rng.uniform(0.04, 0.14), 4),
        ]
        for stage in _STAGES
        for title in SUBJECT_TITLES.values()
    ]
    if not county.leading and rng.random() < _MISSING:
        row = rng.choice(rows)
        if rng.random() < 0.5:
            row[-2] = 2
        else:
            row[-1] = round(rng.uniform(0.155, 0.22), 4)
    return rows
