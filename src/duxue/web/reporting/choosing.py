"""Which indicator and year a page of figures shows: what its address asks for, else the first indicator and the last year."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from duxue.web.common.numbers import number_in
from duxue.web.reporting.figures import Figures, Indicator


def chosen_in(
    request: HttpRequest, figures: Figures | None
) -> tuple[Indicator | None, Sequence[Indicator], list[int], int]:
    """Return the indicator shown, all that may be chosen, the years of the one shown, and the year.

    Raises:
        Http404: an indicator or a year that the figures do not have.
    """
    if figures is None or not figures.there:
        return None, [], [], 0
    indicators = figures.indicators()
    wanted = request.GET.get("indicator", "")
    chosen = next((i for i in indicators if i.id == wanted), indicators[0] if indicators else None)
    if wanted and (chosen is None or chosen.id != wanted):
        raise Http404
    years = sorted({v.year for v in figures.values(chosen.id)}) if chosen else []
    asked = request.GET.get("year", "")
    if asked and number_in(asked) not in years:
        raise Http404
    return chosen, indicators, years, int(asked) if asked else (years[-1] if years else 0)
