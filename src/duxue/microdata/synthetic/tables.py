"""The files of the sample province: csv and xlsx, the lists of gaps and faults, and a README in two languages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import astuple, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from duxue.microdata.synthetic.columns import FILES, FORMS, LEVEL_TITLES, UNITS
from duxue.microdata.synthetic.county import CountyRows, Row
from duxue.microdata.synthetic.places import Place
from duxue.microdata.synthetic.planted import Fault, Gap

SHEET: Final = "县级情况表"
# The reader of folders leaves alone what is no table (.md) and folders that begin with `_`: lists are no data.
README: Final = "README.md"
GAPS: Final = "_planted/missing.csv"
FAULTS: Final = "_planted/faults.csv"
# A workbook carries its time of making; a fixed one keeps the bytes the same.
_MADE: Final = datetime(2024, 1, 1)  # noqa: DTZ001 - a workbook's property has no time zone


class TableWriter:
    """Writes the tables county by county, so that memory holds one county at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the csv files of `folder`."""
        self._folder = folder
        self._stack = ExitStack()
        self._rows = dict.fromkeys(FORMS, 0)
        self._facts: list[Row] = []
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Write the headers."""
        for form in ("school", "school_stage", "monitoring"):
            stream = self._open(FILES[form])
            self._writers[form] = csv.writer(stream, lineterminator="\n")
            self._writers[form].writerow(FORMS[form].values())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files."""
        self._stack.close()

    def _open(self, name: str) -> TextIO:
        return self._stack.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))

    def row_of(self, form: str, index: int) -> int:
        """Return the row in the file that the `index`-th row of the county being made will have; the header is row 1."""
        return self._rows[form] + index + 2

    def write_units(self, places: Iterable[Place]) -> None:
        """Write the units with the titles of their levels."""
        self._write_list(
            FILES["units"],
            UNITS.values(),
            ((p.code, p.name, p.name_en, LEVEL_TITLES[p.level], p.parent) for p in places),
        )

    def write(self, rows: CountyRows) -> None:
        """Write a county's rows after those written before."""
        for form, writer in self._writers.items():
            table = rows.table(form)
            writer.writerows(table)
            self._rows[form] += len(table)
        self._facts += rows.county_year
        self._rows["county_year"] += len(rows.county_year)

    def finish(
        self, seed: int, gaps: Sequence[Gap], faults: Sequence[Fault] | None, whole: bool
    ) -> tuple[Path, ...]:
        """Write the workbook, the lists and the README; return all files."""
        names = [*FILES.values(), README, GAPS]
        (self._folder / GAPS).parent.mkdir(exist_ok=True)
        (self._folder / FAULTS).unlink(missing_ok=True)  # of an earlier sample in the same folder
        self._write_workbook()
        self._write_list(GAPS, [f.name for f in fields(Gap)], map(astuple, gaps))
        if faults is not None:
            self._write_list(FAULTS, [f.name for f in fields(Fault)], map(astuple, faults))
            names.append(FAULTS)
        text = _README.format(
            seed=seed,
            zh_scope=_WHOLE[0] if whole else _PART[0],
            en_scope=_WHOLE[1] if whole else _PART[1],
            zh_faults=_FAULTY[0] if faults is not None else "",
            en_faults=_FAULTY[1] if faults is not None else "",
            gaps="\n".join(f"- `{g.file}`, {g.row}, {g.column} (`{g.field}`), {g.unit}" for g in gaps) or "-",
        )
        (self._folder / README).write_text(text, encoding="utf-8", newline="\n")
        return tuple(self._folder / name for name in names)

    def _write_list(self, name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        with (self._folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    def _write_workbook(self) -> None:
        import xlsxwriter

        options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(self._folder / FILES["county_year"]), options)
        book.set_properties({"title": "合成数据 synthetic data", "created": _MADE})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 2)
        for j, header in enumerate(FORMS["county_year"].values()):
            sheet.write_string(0, j, header)
        for i, row in enumerate(self._facts, start=1):
            for j, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(i, j, value)
                elif value != "":
                    sheet.write_string(i, j, str(value))
        book.close()


_WHOLE: Final = (
    "2023年各学段学校数、学生数、教师数的全省合计与《2023年山东省教育事业发展统计公报》一致。",
    "The province's totals of schools, pupils and teachers by stage in 2023 are those of the 2023 bulletin of Shandong.",
)
_PART: Final = (
    "本文件夹只含部分县或经缩放，不与公报合计对应。",
    "This folder holds some counties only, or was scaled: its totals are not those of the bulletin.",
)
_FAULTY: Final = (
    "本文件夹有意埋设错误，逐条列于 _planted/faults.csv；上述合计因此不再成立。\n",
    "Faults are planted here on purpose and listed in _planted/faults.csv, so the totals above hold no longer.\n",
)
_README: Final = """# 合成数据，非真实学校 / SYNTHETIC DATA, NO REAL SCHOOL

本文件夹由督学（Duxue）的样本生成器写出，种子 {seed}。学校全部虚构，名称均含“合成”；任何一行都不是真实学校的情况。
真实的只有山东省、16个市、136个县（市、区）的名称和代码。{zh_scope}
2022年的合计除幼儿园数和在园幼儿数外为假设；中等职业和特殊教育的教师数为假设。
教职工数按公报中教职工与专任教师之比估算，小学学龄在校学生数为假设，均不与公报合计对应。
年末常住人口以2020年人口普查101,527,453人按市分摊（县级分摊为假设），2023年按下降0.4%假设。
{zh_faults}
Written by the sample generator of Duxue with seed {seed}. Every school is invented and has 合成 in its name; no row tells
anything about a real school. Real are only the names and codes of Shandong, its 16 cities and 136 counties. {en_scope}
Totals of 2022 other than kindergartens and their children, and teachers of vocational and special schools, are assumed.
Staff are estimated by the bulletin's staff per teacher and primary pupils of official age are assumed: neither is held
to its totals.
Residents are the census of 2020 (101,527,453) shared out by city (by county: assumed); 2023 is assumed 0.4 % lower.
{en_faults}
## 表 / Tables

- `units.csv` 行政单位 / administrative units
- `school.csv` 学校 / schools, 2022 and 2023
- `school_stage.csv` 学校分学段 / schools by stage, 2022 and 2023
- `county_year.xlsx` 县级情况 / county facts, 2022 and 2023
- `monitoring.csv` 国家质量监测结果（虚构） / results of national monitoring (invented), 2022 and 2023
- `_planted/missing.csv` 有意留空的可选单元格 / optional cells left empty on purpose

School codes have eleven digits, so none can be taken for a real ten-digit school code.
学校代码为11位，不会与真实的10位学校标识码相混。

## 有意留空的单元格 / Cells left empty on purpose

文件 file, 行 row, 列 column, 单位代码 unit code:

{gaps}
"""
