"""Optional cells left empty in a few listed places, so that `not computable` shows in a report of clean data."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from duxue.microdata.synthetic.calibration import YEARS
from duxue.microdata.synthetic.columns import FILES, FORMS, KIND_TITLES, STAGE_TITLES
from duxue.microdata.synthetic.county import CountyRows
from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.planted import Gap
from duxue.microdata.synthetic.tables import TableWriter

# Form, field, kind or stage of the rows, how many in each of how many counties.
_GAPS: Final = (
    ("school", "equipment_value", KIND_TITLES["primary"], 3, 4),
    ("school", "sports_ground_area", KIND_TITLES["junior"], 2, 3),
    ("school_stage", "teachers_backbone", STAGE_TITLES["primary"], 4, 2),
    ("county_year", "recognition_positive", "", 1, 2),
    ("county_year", "disabled_due", "", 1, 1),
)


class GapPlan:
    """Which counties leave which cells empty; ordinary counties only, each at most once."""

    def __init__(self, counties: Sequence[County], seed: int) -> None:
        """Spread the gaps over the ordinary counties; a small province gets only as many as it has such counties."""
        rng = Random(f"{seed}/gaps")  # noqa: S311 - a sample, not a secret
        ordinary = [c.code for c in counties if not c.leading]
        rng.shuffle(ordinary)
        wanted = [gap for gap in _GAPS for _ in range(gap[4])]
        # A province of few counties keeps at least half of them whole.
        self._by_county = dict(zip(ordinary[: max(len(ordinary) // 2, 1)], wanted, strict=False))
        self._seed = seed
        self.gaps: list[Gap] = []

    def open_gaps(self, rows: CountyRows, writer: TableWriter) -> None:
        """Empty the cells planned for a county, in the latest year."""
        code = rows.county.code
        if code not in self._by_county:
            return
        form, field, sort, number, _ = self._by_county[code]
        rng = Random(f"{self._seed}/gaps/{code}")  # noqa: S311 - a sample, not a secret
        ids = list(FORMS[form])
        table = rows.table(form)
        sort_column = ids.index("kind" if form == "school" else "stage") if sort else 0
        fit = [
            i for i, row in enumerate(table) if row[0] == YEARS[-1] and (not sort or row[sort_column] == sort)
        ]
        column = ids.index(field)
        for i in sorted(rng.sample(fit, min(number, len(fit)))):
            table[i][column] = ""
            self.gaps.append(
                Gap(FILES[form], writer.row_of(form, i), FORMS[form][field], field, str(table[i][1]))
            )
