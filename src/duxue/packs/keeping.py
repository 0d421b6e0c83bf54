"""Keeping the rule files by which something was computed, so that it can be computed again elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

from duxue.packs.catalogue import PACK_FILE, list_versions, shipped_folder
from duxue.packs.loader import LoadedPack


def keep_pack(loaded: LoadedPack, folder: Path, *, shipped: bool = False) -> None:
    """Keep the rule files that do not come with the program (`shipped`: all), so that the run can be repeated elsewhere."""
    pack = loaded.pack
    if loaded.folder.is_relative_to(shipped_folder()) and not shipped:
        return
    own = folder / pack.id / pack.version
    own.mkdir(parents=True)
    source = loaded.folder / PACK_FILE
    shutil.copyfile(source if source.is_file() else Path(loaded.file), own / PACK_FILE)
    for used, number, _ in loaded.used:
        if number in list_versions(used) and not shipped:
            continue
        beside = loaded.folder.resolve().parent
        for root in (shipped_folder(), beside, beside.parent):
            if (root / used / number / PACK_FILE).is_file():
                (folder / used / number).mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / used / number / PACK_FILE, folder / used / number / PACK_FILE)
                break
