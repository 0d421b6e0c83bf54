"""Freezing a round: the digests of its rules, its data and every table, so that nothing changes unseen before scoring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from duxue.app.folders import fresh_file
from duxue.app.problems import make
from duxue.core import digest
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.packs.loader import LoadedPack
from duxue.scoring.round_file import RoundFile

FROZEN = "frozen.json"
_FORMAT = 1
_ADVICE = Text(
    "请恢复冻结时的文件；确需更改的，经同意后用 duxue round freeze 重新冻结。",
    "Restore the file as it was frozen; if the change was agreed on, freeze again with duxue round freeze.",
)


class Round(Protocol):
    """What is frozen of a round that was read."""

    @property
    def folder(self) -> Path:
        """Where the round lies."""

    @property
    def file(self) -> Path:
        """The round file."""

    @property
    def about(self) -> RoundFile:
        """What the round file says."""

    @property
    def loaded(self) -> LoadedPack:
        """The rules."""


def input_files(about: RoundFile) -> list[str]:
    """Return the names of the tables that a round names."""
    return [str(name) for name in about.files.model_dump().values() if name]


def freeze(opened: Round) -> Path:
    """Write frozen.json beside the round file, in place of an earlier one, and return where it lies."""
    about: dict[str, object] = {
        "format": _FORMAT,
        "round": opened.about.id,
        "pack": f"{opened.loaded.pack.id}@{opened.loaded.pack.version}",
        "pack_digest": opened.loaded.digest,
        "files": _digests(opened),
    }
    target = opened.folder / FROZEN
    with fresh_file(target) as partial:
        text = json.dumps({**about, "seal": digest.of_json(about)}, ensure_ascii=False, indent=1)
        partial.write_text(text + "\n", encoding="utf-8")
    return target


def hold_frozen(opened: Round) -> None:
    """Refuse (APP015) a frozen round of which a file, the data or the rules are not as they were; name each."""
    path = opened.folder / FROZEN
    if not path.is_file():
        return
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        kept, rules, seal = held["files"], str(held["pack_digest"]), str(held["seal"])
        sealed = digest.of_json({k: v for k, v in held.items() if k != "seal"})
        kept = {str(name): str(value) for name, value in kept.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused([_changed(FROZEN, "-", "-")]) from None
    found = [] if seal == sealed else [_changed(FROZEN, seal, sealed)]
    if rules != opened.loaded.digest:
        found.append(_changed(opened.about.pack, rules, opened.loaded.digest))
    now = _digests(opened)
    found += [
        _changed(name, kept.get(name, "-"), now.get(name, "-"))
        for name in sorted({*kept, *now})
        if kept.get(name) != now.get(name)
    ]
    if found:
        raise Refused(found)


def _digests(opened: Round) -> Mapping[str, str]:
    """Return the digest of the round file, of each table and of each file of the data, by its name in the round."""
    names = [opened.file.name, *input_files(opened.about)]
    data = opened.folder / opened.about.data
    files = {name: opened.folder / name for name in names}
    for path in sorted(data.rglob("*")) if data.is_dir() else [data]:
        if path.is_file() and not path.name.startswith((".", "~$")):
            files[(Path(opened.about.data) / path.relative_to(data)).as_posix()] = path
    return {name: digest.of_file(path) if path.is_file() else "-" for name, path in files.items()}


def _changed(name: str, kept: str, now: str) -> Problem:
    return make("APP015", place=Place(file=name), found=now[:16], expected=same(kept[:16]), advice=_ADVICE)
