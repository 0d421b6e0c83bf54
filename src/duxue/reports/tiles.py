"""Where tiles stand: small layout tables of our own, roughly as on a map; no boundary is drawn and none is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

# Rows from north to south; "" leaves a gap. Shandong, 16 cities (after 2019).
_SHANDONG = (
    ("", "371400", "371600", "370500", "", "370600", "371000"),
    ("", "371500", "370100", "370300", "370700", "370200", ""),
    ("371700", "370800", "370900", "371300", "371100", "", ""),
    ("", "", "370400", "", "", "", ""),
)
LAYOUTS: tuple[tuple[tuple[str, ...], ...], ...] = (_SHANDONG,)


def place(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return code -> (row, column): from a layout that knows all the codes and is at least half full, else an ordered grid."""
    for layout in LAYOUTS:
        known = {code: (r, c) for r, row in enumerate(layout) for c, code in enumerate(row) if code}
        if 2 * len(codes) >= len(known) and all(
            code in known for code in codes
        ):  # a few tiles alone would float
            return {code: known[code] for code in codes}
    width = min(max(ceil((len(codes) * 1.6) ** 0.5), 1), 8)
    return {code: divmod(i, width) for i, code in enumerate(codes)}
