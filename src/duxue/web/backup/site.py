"""Backing up a whole site and restoring it, with all that was promised about it checked."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from duxue.app.problems import make
from duxue.core.errors import Place, Refused
from duxue.core.text import Text, same
from duxue.web.backup import databases
from duxue.web.backup.archive import Report, below, damaged, read_archive, write_archive

DATABASE, FILES = "database", "home"  # folders of the archive
_SKIPPED: Final = frozenset({"static", "lost+found"})  # made again from the program


def backup(file: Path, report: Report = lambda _done, _of: None) -> dict[str, Any]:
    """Write the whole site to `file` while it runs, and return the manifest.

    The database is taken first: evidence is stored before the row that names it and never changes, so that every file that
    the database knows is in the backup.
    """
    home = Path(settings.HOME)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.resolve().parent) as place:
        taken = databases.copy_out(Path(place))
        about = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "version": settings.VERSION,
            "database": connection.vendor, "evidence": settings.EVIDENCE_STORE or "below HOME",
            **_facts_of(Path(place)),
        }  # fmt: skip
        members = [(f"{DATABASE}/{path.name}", path) for path in taken]
        members += [
            (f"{FILES}/{name}", path) for name, path in below(home, lambda name: _left_out(name, file, home))
        ]
        return write_archive(file, members, about, report)


def _facts_of(folder: Path) -> dict[str, Any]:
    copy = folder / databases.SQLITE_FILE
    if copy.is_file():
        return databases.facts_of_file(copy)
    facts = databases.facts()
    return {**facts, "rows": {p.stem: _rows(p) for p in folder.glob("*.copy")}, "audit": _head(folder)}


def _rows(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b"")) - 1


def _head(folder: Path) -> dict[str, Any]:
    head, row = (folder / "common_audithead.copy").read_text(encoding="utf-8").splitlines()[:2]
    values = dict(zip(head.split(","), row.split("\t"), strict=True))
    return {"seq": int(values["seq"]), "hash": values["hash"]}


def _left_out(name: PurePosixPath, file: Path, home: Path) -> bool:
    database = Path(str(connection.settings_dict["NAME"]))
    path = home / name
    beside = {database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal"))}
    hidden = any(part.startswith(".") for part in name.parts)
    return (
        hidden
        or name.parts[0] in _SKIPPED
        or path in beside
        or path == file.resolve()
        or name.suffix == ".part"
    )


def restore(file: Path, *, replace: str = "", report: Report = lambda _done, _of: None) -> dict[str, Any]:
    """Put a backup in place of what this site holds, which must be nothing, and return its manifest.

    Everything is unpacked and checked beside the site first. What the site held is kept in a folder `before-restore-…` when
    `replace` names the site's folder.

    Raises:
        Refused: a damaged file (OPS005), a place that holds data (OPS006), a newer version (OPS007), another result (OPS008).
    """
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    _hold_place(home, replace)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as place:
        folder = Path(place)
        manifest = read_archive(file, folder, report)
        if manifest["database"] != connection.vendor:
            expected = same(connection.vendor)
            raise Refused(
                [make("OPS008", place=Place(file=str(file)), found=manifest["database"], expected=expected)]
            )
        if connection.vendor == "sqlite":
            _put_sqlite(folder / DATABASE / databases.SQLITE_FILE, manifest, file)
        else:
            _put_postgresql(folder / DATABASE, manifest, file)
        _put_files(home, folder / FILES)
    _compare(file, manifest, databases.facts())
    _hold_audit(file)
    return manifest


def _hold_place(home: Path, replace: str) -> None:
    taken = [p.name for p in home.iterdir() if not p.name.startswith(".") and p.name not in _SKIPPED]
    database = Path(str(connection.settings_dict["NAME"])).name
    held = sorted(name for name in taken if not name.startswith((database, "before-restore-")))
    if not held and databases.is_empty():
        return
    if replace == home.name:
        return
    advice = Text(
        f"换一个空文件夹，或加 --replace {home.name} 确认替换。",
        f"Take an empty folder, or confirm with --replace {home.name}.",
    )
    raise Refused([make("OPS006", place=Place(file=str(home)), found=", ".join(held[:5]), advice=advice)])


def _put_files(home: Path, folder: Path) -> None:
    aside = home / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    database = Path(str(connection.settings_dict["NAME"])).name
    for path in sorted(home.iterdir()):
        if not path.name.startswith((".", "before-restore-", database)) and path.name not in _SKIPPED:
            aside.mkdir(exist_ok=True)
            path.rename(aside / path.name)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        path.rename(home / path.name)


def _put_sqlite(copy: Path, manifest: dict[str, Any], file: Path) -> None:
    if not copy.is_file():
        raise damaged(file, copy.name)
    _compare(file, manifest, databases.facts_of_file(copy))
    target, used = Path(str(connection.settings_dict["NAME"])), not databases.is_empty()
    connection.close()
    if used:
        with (
            closing(sqlite3.connect(target)) as held,
            closing(sqlite3.connect(target.with_name(f"{target.name}-before-restore"))) as kept,
        ):
            held.backup(kept)
    for end in ("-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    copy.chmod(0o600)
    copy.replace(target)


def _put_postgresql(folder: Path, manifest: dict[str, Any], file: Path) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    applied = databases.facts()["migrations"]
    if applied != manifest["migrations"]:
        other = sorted(set(applied) ^ set(manifest["migrations"]))
        advice = Text(
            f"用备份时的版本 {manifest['version']} 恢复，然后升级。",
            f"Restore with version {manifest['version']}, then upgrade.",
        )
        raise Refused(
            [make("OPS007", place=Place(file=str(file)), found=", ".join(other[:5]), advice=advice)]
        )
    databases.copy_in(folder)


def _compare(file: Path, manifest: dict[str, Any], now: databases.Facts) -> None:
    """Refuse (OPS008) what is not as the manifest says: migrations, rows of each table, the head of the audit."""
    found = [
        make(
            "OPS008",
            place=Place(file=str(file), field=name),
            found=_short(now[name]),
            expected=same(_short(manifest[name])),
        )
        for name in ("migrations", "rows", "audit")
        if now[name] != manifest[name]
    ]
    if found:
        raise Refused(found)


def _hold_audit(file: Path) -> None:
    """Refuse (OPS008) a chain of the audit that is broken."""
    found = [
        make("OPS008", place=Place(file=str(file), field="audit"), found=broken)
        for broken in databases.broken_audit()
    ]
    if found:
        raise Refused(found[:5])


def _short(value: object) -> str:
    return str(value)[:80]
