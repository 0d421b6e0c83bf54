"""The results of a stored run in another format. A cell never becomes a formula."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from duxue.app.folders import fresh_file, keep_apart
from duxue.app.runs import CSV, PARQUET
from duxue.app.stored import StoredRun
from duxue.results.export import write_json, write_xlsx

ExportFormat = Literal["csv", "xlsx", "parquet", "json"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    file: Path
    bytes: int


def export_run(stored: StoredRun, kind: ExportFormat, out: Path) -> Exported:
    """Write the stored results of a run to the file `out`; Refused (APP013) when they are not those of the run."""
    keep_apart(out, stored.folder)
    stored.hold()
    with fresh_file(out) as partial:
        if kind in ("csv", "parquet"):
            shutil.copyfile(stored.folder / (CSV if kind == "csv" else PARQUET), partial)
        else:
            write = write_json if kind == "json" else write_xlsx
            write(partial, stored.run(), stored.pack().pack)
    return Exported(out, out.stat().st_size)
