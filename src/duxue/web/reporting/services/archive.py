"""The whole public edition as one file, beside its folder: made once, the same bytes from the same edition."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile

from duxue.app.rounds import ROUND

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time of a zip: no clock in the bytes


def archive_of(folder: Path, name: str) -> Path:
    """Return the archive of the edition in `folder`, made now if it is not there; its files stand below `name`/.

    It appears in one step, so that nobody is ever sent half of it.
    """
    target = folder.with_suffix(".zip")
    if target.is_file():
        return target
    files = [ROUND, *sorted(json.loads((folder / ROUND).read_text(encoding="utf-8"))["files"])]
    with NamedTemporaryFile(dir=folder.parent, suffix=".part", delete=False) as part:
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
                for file in files:
                    entry = zipfile.ZipInfo(f"{name}/{file}", _EPOCH)
                    packed.writestr(entry, (folder / file).read_bytes(), zipfile.ZIP_DEFLATED)
        except BaseException:
            Path(part.name).unlink()
            raise
    os.replace(part.name, target)  # noqa: PTH105 - over a file of our own in one step
    return target
