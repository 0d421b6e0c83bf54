"""Fills an empty site with the demonstration, as `make demo` does; of the schools of the round before, a part.

Run as `python -m tests.e2e.site.demonstrated FOLDER`; FOLDER is not read. Everything in it is made up.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

SCALE: Final = 0.25  # of the schools in the round before: with fewer, an item lacks its denominator


def fill() -> None:
    """Write and score the round before, and seed the site from it."""
    from django.conf import settings

    from duxue.app.demo import DUTY, ROUND
    from duxue.app.round_sample import write_round
    from duxue.app.rounds import score
    from duxue.web.demo.seed import seed

    folder = Path(settings.HOME) / "demo"
    write_round(folder / ROUND, 2023, scale=SCALE)
    score(folder / ROUND / "round.yaml", folder / DUTY)
    seed(folder)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.demo")
    django.setup()
    fill()
