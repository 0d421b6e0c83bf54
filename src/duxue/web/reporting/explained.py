"""A figure's explanation, on a page of the site and as the program's own page to keep: one text, shown twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from duxue.app.explaining import Explanation
from duxue.app.explanation_page import SYNTHETIC, write_page, write_sections
from duxue.app.stored import open_run
from duxue.app.tracing import trace
from duxue.core.errors import Refused
from duxue.core.text import Lang
from duxue.packs.schema import Pack
from duxue.web.common.lang import Words, language, traditional, words
from duxue.web.rounds.models import Round

MOST_ROWS = 50
YEAR = re.compile(r"[0-9]{4}")  # as an address asks for it
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


@dataclass(frozen=True)
class Explained:
    """One indicator of one unit, traced through an evaluation; one explanation for each breakdown."""

    found: Sequence[Explanation]
    pack: Pack

    @property
    def unit(self) -> Words:
        """The unit's name."""
        return words(self.found[0].result.unit_name)

    @property
    def label(self) -> Words | None:
        """What must be said with the figure: that it is made up, or a sample."""
        label = self.pack.label.text if self.pack.label else None
        return words(label or SYNTHETIC) if label or self.found[0].made_of["synthetic"] else None

    @property
    def sections(self) -> str:
        """The explanation as sections of a page, in the reader's language."""
        text = write_sections(self.found, self.pack, _lang())
        return mark_safe(traditional(text) if language() == "zh-hant" else text)  # noqa: S308 - written with every text escaped


def explained(evaluation: Path, unit: str, indicator: str, year: int | None) -> Explained | None:
    """Trace an indicator of a unit; None where there is no such figure."""
    if not (evaluation / "run.json").is_file():
        return None
    run = open_run(evaluation)
    try:
        pack = run.pack()
        found = trace(
            pack, run.snapshot(), unit, indicator, year=year, most_rows=MOST_ROWS, run_id=run.id,
            synthetic=run.about.synthetic,
        )  # fmt: skip
    except Refused:
        return None
    return Explained(found, pack.pack)


def explained_page(request: HttpRequest, shown: Explained, round: Round, back: str) -> HttpResponse:
    """Show an explanation in the site's frame with a way back to the unit; `as=file` gives it as a page of its own."""
    if request.GET.get("as") == "file":
        return _file(shown)
    keep = request.GET.copy()
    keep["as"] = "file"
    return render(
        request, "reporting/explain.html",
        {"shown": shown, "round": round, "back": back, "file_url": f"?{keep.urlencode()}"},
    )  # fmt: skip


def _file(shown: Explained) -> HttpResponse:
    """Send the program's own page with the style that it names and nothing else."""
    langs: tuple[Lang, ...] = ("zh", "en") if _lang() == "zh" else ("en", "zh")
    page = write_page(shown.found, shown.pack, langs=langs)
    response = HttpResponse(page)
    named = _POLICY.search(page)
    if named:
        response["Content-Security-Policy"] = f"{named[1]}; frame-ancestors 'none'"
    return response


def _lang() -> Lang:
    return "zh" if language().startswith("zh") else "en"
