"""Fills an empty site with the demonstration, as `make demo` does, and checks it; of the schools of the round before, a part.

Run as `python -m tests.e2e.site.demonstrated FOLDER`; FOLDER is not read. Everything in it is made up.
"""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Final

SCALE: Final = 0.25  # of the schools in the round before: with fewer, an item lacks its denominator

WRONG: Final = "wrong.txt"  # below the site's home: what the check found


def fill() -> None:
    """Write and score the round before, seed the site from it, and write down what is wrong with it."""
    from django.conf import settings

    from duxue.app.demo import DUTY, ROUND
    from duxue.app.round_sample import write_round
    from duxue.app.rounds import score
    from duxue.core.text import Text
    from duxue.web.demo.seed import seed
    from tests.e2e.site.seeded import check_seeded

    folder = Path(settings.HOME) / "demo"
    write_round(folder / ROUND, 2023, scale=SCALE)
    score(folder / ROUND / "round.yaml", folder / DUTY)
    told: list[Text] = []
    done = seed(folder, tell=told.append)
    wrong = ""
    try:
        assert done.made
        assert len([t for t in told if t.en.startswith("self-evaluation: ")]) == 16
        assert len({t.en for t in told}) > 25  # each part is named
        assert not seed(folder).made  # a second time leaves it as it is
        check_seeded(Path(settings.HOME))
    except AssertionError:
        wrong = traceback.format_exc()
    Path(settings.HOME, WRONG).write_text(wrong, encoding="utf-8")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.demo")
    django.setup()
    fill()
