"""Output folders: written whole beside their place and moved there in one step, never over somebody else's files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from duxue.app.problems import make
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text

# What a file manager leaves behind wherever it looks.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@contextmanager
def fresh_folder(out: Path, *, mark: str, ours: Collection[str]) -> Iterator[Path]:
    """Give a hidden sibling of `out` to write into; when the block ends well it takes the place of `out`.

    An existing `out` is replaced only if it is empty, or holds nothing but the names in `ours`, `mark` among them
    (an empty `mark`: whichever of them).

    Raises:
        Refused: APP003 when `out` holds something else; APP012 when nothing can be written there.
    """
    out = out.resolve()
    check_place(out, mark=mark, ours=ours)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.partial-", dir=out.parent))
    except OSError as error:
        raise Refused([_cannot_write(out, error)]) from None
    try:
        yield partial
        partial.chmod(0o755)
        check_place(
            out, mark=mark, ours=ours
        )  # it took a while, and somebody may have used the place meanwhile
        _replace(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_place(out: Path, *, mark: str, ours: Collection[str]) -> None:
    """Refuse (APP003) a place that holds what this program did not write."""
    try:
        entries = sorted(entry.name for entry in os.scandir(out))
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise Refused([_taken(out, out.name)]) from None
    except OSError as error:
        raise Refused([_cannot_write(out, error)]) from None
    foreign = [name for name in entries if name not in ours and name not in _LITTER]
    if foreign or (mark and set(entries) - _LITTER and mark not in entries):
        raise Refused([_taken(out, ", ".join((foreign or entries)[:5]))])


def keep_apart(out: Path, data: Path) -> None:
    """Refuse (APP003) a place inside the folder that is read: what is written there would be taken for a part of it."""
    if out.resolve().is_relative_to(data.resolve()):
        expected = Text("所读文件夹以外的位置", "a place outside the folder that is read")
        advice = Text("请另选 --out；什么也没有写。", "Choose another --out; nothing was written.")
        raise Refused(
            [make("APP003", place=Place(file=str(out)), found=str(data), expected=expected, advice=advice)]
        )


@contextmanager
def fresh_file(out: Path) -> Iterator[Path]:
    """Give a hidden sibling of the file `out` to write; when the block ends well it takes the place of `out`.

    Raises:
        Refused: APP003 when `out` is a folder, a device or a pipe; APP012 when nothing can be written there.
    """
    out = out.resolve()
    if out.exists() and not out.is_file():
        raise Refused([_taken(out, out.name, Text("新的或普通的文件", "a new or ordinary file"))])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.partial-", suffix=out.suffix, dir=out.parent)
    except OSError as error:
        raise Refused([_cannot_write(out, error)]) from None
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _replace(partial: Path, out: Path) -> None:
    if not out.exists():
        partial.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    moved = old / "old"
    out.rename(moved)
    try:
        partial.rename(out)
    except OSError:
        with suppress(OSError):
            moved.rename(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


_FREE = Text(
    "新的或空的文件夹，或同一命令以前写成的文件夹",
    "a new or empty folder, or one that the same command wrote",
)


def _taken(out: Path, found: str, expected: Text = _FREE) -> Problem:
    return make(
        "APP003",
        place=Place(file=str(out)),
        found=found,
        expected=expected,
        advice=Text(
            "请另选 --out；已有的文件没有改动。", "Choose another --out; the files there were not touched."
        ),
    )


def _cannot_write(out: Path, error: OSError) -> Problem:
    return make(
        "APP012",
        place=Place(file=str(out)),
        found=error.strerror or type(error).__name__,
        expected=Text("可写的位置", "a place where you may write"),
        advice=Text(
            "请另选 --out，或请管理员开放写权限、清理磁盘。",
            "Choose another --out, or ask for the right to write or for space on the disk.",
        ),
    )
