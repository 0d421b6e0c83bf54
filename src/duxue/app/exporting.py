"""The results of a stored run in another format. A cell never becomes a formula."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from duxue.app.folders import fresh_file
from duxue.app.runs import CSV, PARQUET, StoredRun, broken
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.results.export import write_json, write_xlsx
from duxue.results.model import Run

ExportFormat = Literal["csv", "xlsx", "parquet", "json"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    file: Path
    bytes: int


def export_run(stored: StoredRun, kind: ExportFormat, out: Path) -> Exported:
    """Write the stored results of a run to the file `out`."""
    with fresh_file(out) as partial:
        if kind in ("csv", "parquet"):
            name = CSV if kind == "csv" else PARQUET
            if not (stored.folder / name).is_file():
                raise Refused([broken(stored.folder, name)])
            shutil.copyfile(stored.folder / name, partial)
        else:
            loaded = stored.pack()
            run = run_of(stored)
            if kind == "json":
                write_json(partial, run, loaded.pack)
            else:
                write_xlsx(partial, run, loaded.pack)
    return Exported(out, out.stat().st_size)


def run_of(stored: StoredRun) -> Run:
    """Return a stored run with its results as they were written."""
    about = stored.about
    name, _, number = str(about["pack"]).partition("@")
    try:
        results = stored.results()
    except (OSError, ValueError, KeyError, UnicodeDecodeError):
        raise Refused([broken(stored.folder, CSV)]) from None
    return Run(
        id=stored.id,
        pack_id=name,
        pack_version=number,
        pack_digest=str(about["pack_digest"]),
        data_digests=dict(about["data_digests"]),
        engine=str(about["engine"]),
        software=str(about["software"]),
        years=stored.years,
        results=results,
        notes=tuple(Text(n["zh"], n["en"]) for n in about["notes"]),
    )
