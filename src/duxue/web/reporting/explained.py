"""A figure's explanation as the program's own page, sent with the style that the page names and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import HttpResponse

from duxue.app.explanation_page import write_page
from duxue.app.stored import open_run
from duxue.app.tracing import trace
from duxue.core.errors import Refused
from duxue.core.text import Lang

MOST_ROWS = 50
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


def explanation(
    evaluation: Path, unit: str, indicator: str, year: int | None, language: str
) -> HttpResponse | None:
    """Return the page that explains an indicator of a unit; None where there is no such figure."""
    if not (evaluation / "run.json").is_file():
        return None
    run = open_run(evaluation)
    try:
        pack = run.pack()
        found = trace(
            pack,
            run.snapshot(),
            unit,
            indicator,
            year=year,
            most_rows=MOST_ROWS,
            run_id=run.id,
            synthetic=run.about.synthetic,
        )
    except Refused:
        return None
    langs: tuple[Lang, ...] = ("zh", "en") if language.startswith("zh") else ("en", "zh")
    page = write_page(found, pack.pack, langs=langs)
    response = HttpResponse(page)
    named = _POLICY.search(page)
    if named:
        response["Content-Security-Policy"] = f"{named[1]}; frame-ancestors 'none'"
    return response
