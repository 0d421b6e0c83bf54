"""Checks on units that are merged into others: the receiver must stay, and should stand below the same unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from duxue.core.errors import Problem
from duxue.microdata import problems as say
from duxue.microdata.checks import Located
from duxue.microdata.unit_checks import years_of

_Key = tuple[int | None, str]  # year and code of a unit


def check_merges(located: Located, merged: Sequence[int]) -> Iterator[Problem]:
    """Yield what is wrong with the receivers of a register form; `merged` are the rows (ordinals) that are merged.

    A receiver that is missing, unknown or the unit itself is for the pack's own checks and the register to tell.
    """
    form = located.form
    if form.merge is None or form.register_units is None or not merged:
        return
    into = located.table.column(form.merge.into).to_pylist()
    parents = located.table.column(form.register_units.parent).to_pylist()
    codes = located.table.column(form.unit_field).to_pylist()
    years = years_of(located)
    rows: dict[_Key, int] = {}
    for row, code in enumerate(codes):
        rows.setdefault((years[row], code), row)
    receivers: dict[_Key, _Key] = {
        (years[row], codes[row]): (years[row], into[row])
        for row in merged
        if into[row] is not None and into[row] != codes[row]
    }
    for row in merged:
        key = (years[row], codes[row])
        receiver = receivers.get(key)
        if receiver is None or receiver not in rows:
            continue
        place = located.place(row, form.merge.into)
        other = located.say_row(rows[receiver])
        if receiver in receivers:
            make = say.merged_in_circle if _leads_back(key, receivers) else say.merged_in_chain
            yield make(place, codes[row], into[row], other)
        elif parents[row] != parents[rows[receiver]]:
            yield say.merged_across(
                place, codes[row], into[row], other, parents[row], parents[rows[receiver]]
            )


def _leads_back(start: _Key, receivers: Mapping[_Key, _Key]) -> bool:
    seen = {start}
    at = receivers[start]
    while at in receivers and at not in seen:
        seen.add(at)
        at = receivers[at]
    return at == start
