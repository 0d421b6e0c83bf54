"""The sample of another year: every year in the tables moved, for a round that follows on the one of the sample."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from python_calamine import CalamineWorkbook

_YEARS: Final = frozenset(
    {"年度", "履职年度", "监测年度"}
)  # titles of the first column of forms that hold years
_NOTE: Final = """# 合成数据，非真实学校 / SYNTHETIC DATA, NO REAL SCHOOL

由督学（Duxue）的样本生成器以种子 {seed} 写出，各表年度后移 {by} 年，供演示下一轮评价；任何一行都不是真实情况，合计也不与任何公报一致。

Written by the sample generator of Duxue with seed {seed}, with every year moved on by {by}, so that a demonstration can show
the round after. No row tells anything real, and no total is held to a bulletin.
"""


def move_years(folder: Path, by: int, seed: int) -> None:
    """Add `by` to the year of every row of the sample in `folder`; workbooks become csv, and the notes say what was done."""
    for path in sorted(folder.glob("*.xlsx")):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([_plain(cell) for cell in row] for row in rows)
        path.unlink()
    for path in sorted(folder.glob("*.csv")):
        head, _, rest = path.read_text(encoding="utf-8-sig").partition("\n")
        if head.split(",")[0].strip('"') not in _YEARS:
            continue
        moved = (
            f"{int(year) + by},{cells}"
            for year, _, cells in (line.partition(",") for line in rest.splitlines())
        )
        path.write_text("\n".join([head, *moved]) + "\n", encoding="utf-8", newline="")
    for path in folder.glob("*.md"):
        path.unlink()
    (folder / "README.md").write_text(_NOTE.format(seed=seed, by=by), encoding="utf-8", newline="\n")


def _plain(cell: object) -> object:
    """Return a whole number without the point that a workbook gives it."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
