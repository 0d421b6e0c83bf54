"""Backing up a whole site and restoring it, with all that was promised about it checked."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from duxue.app.problems import make
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.web.backup import databases
from duxue.web.backup.archive import Report, below, damaged, read_archive, write_archive
from duxue.web.common.models import AuditHead
from duxue.web.common.scope import everything
from duxue.web.evidence.models import Blob

DATABASE, FILES = "database", "home"  # folders of the archive
_ASIDE: Final = "before-restore-"  # what a restore keeps; no part of the site
_TOLD: Final = 5  # places of a broken audit that are told
_SKIPPED: Final = frozenset({"static", "lost+found"})  # made again from the program
_PASSING: Final = ("evidence", "incoming")  # what is being stored: no row names it yet


def backup(file: Path, report: Report = lambda _done, _of: None) -> dict[str, Any]:
    """Write the whole site to `file` while it runs, and return the manifest.

    The database is taken first: evidence is stored before the row that names it and never changes, so that every file that
    the database knows is in the backup; `missing` of what is returned names what was not there. A site whose audit is broken
    is backed up as it is; `broken` of the manifest names where.
    """
    home = Path(settings.HOME)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.resolve().parent) as place:
        with databases.one_moment():
            taken = databases.copy_out(Path(place))
            facts = _facts_of(Path(place))
        known = _evidence()
        about: dict[str, Any] = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "version": settings.VERSION,
            "database": connection.vendor, "evidence": settings.EVIDENCE_STORE or "below HOME", **facts,
        }  # fmt: skip
        members = [(f"{DATABASE}/{path.name}", path) for path in taken]
        members += [
            (f"{FILES}/{name}", path) for name, path in below(home, lambda name: _left_out(name, file, home))
        ]
        made = write_archive(file, members, about, report)
        return {**made, "missing": sorted(known - {PurePosixPath(name).name for name in made["members"]})}


def _evidence() -> set[str]:
    """Return the digests of the evidence whose bytes belong into the backup."""
    if settings.EVIDENCE_STORE:
        return set()
    with everything("a backup holds all evidence"):
        held = Blob.objects.exclude(facts__has_key="digest_only")  # known from elsewhere, never sent here
        return set(held.values_list("sha256", flat=True))


def _facts_of(folder: Path) -> dict[str, Any]:
    """Return what tells the copied database from another, and where its audit is broken."""
    copy = folder / databases.SQLITE_FILE
    if copy.is_file():
        with databases.opened(copy) as alias:
            return {**databases.facts_of_file(copy), "broken": _named(databases.broken_audit(alias))}
    return {
        **databases.facts(), "rows": {p.stem: _rows(p) for p in folder.glob("*.copy")}, "audit": _head(folder),
        "broken": _named(databases.broken_audit()),
    }  # fmt: skip


def _named(problems: list[Problem]) -> list[str]:
    return [problem.render("en") for problem in problems[:_TOLD]]


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
        or _is_aside(name.parts[0])
        or path in beside
        or path == file.resolve()
        or name.parts[:2] == _PASSING
        or name.suffix == ".part"
    )


def _is_aside(name: str) -> bool:
    return name.startswith(_ASIDE) or f"-{_ASIDE[:-1]}" in name


def restore(
    file: Path, *, replace: str = "", anyway: bool = False, report: Report = lambda _done, _of: None
) -> dict[str, Any]:
    """Put a backup in place of what this site holds, which must be nothing, and return its manifest.

    Everything is unpacked and checked beside the site first, the chain of the audit too; PostgreSQL checks it inside the
    transaction that fills its tables, which are brought to this version before. What the site held is kept under a name with
    the moment, `before-restore-…`, when `replace` names the site's folder. `anyway` takes a backup whose audit is broken as
    it is; `broken` of the manifest names where.

    Raises:
        Refused: a damaged file (OPS005), a place that holds data (OPS006), a newer version (OPS007), another result or a
            broken audit (OPS008). The site is then as it was.
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
        put = _put_sqlite if connection.vendor == "sqlite" else _put_postgresql
        return {**manifest, "broken": put(home, folder, manifest, file, anyway)}


def _hold_place(home: Path, replace: str) -> None:
    taken = [p.name for p in home.iterdir() if not p.name.startswith(".") and p.name not in _SKIPPED]
    held = sorted(name for name in taken if not name.startswith((*_database_files(), _ASIDE)))
    if not held and databases.is_empty():
        return
    if replace == home.name:
        return
    advice = Text(
        f"换一个空文件夹，或加 --replace {home.name} 确认替换。",
        f"Take an empty folder, or confirm with --replace {home.name}.",
    )
    raise Refused([make("OPS006", place=Place(file=str(home)), found=", ".join(held[:5]), advice=advice)])


def _database_files() -> tuple[str, ...]:
    """Return how the names of the database's own files begin; PostgreSQL's name is that of no file here."""
    name = Path(str(connection.settings_dict["NAME"])).name
    return (name,) if connection.vendor == "sqlite" else ()


def _aside_name() -> str:
    """Return the name under which one restore keeps what the site held: that of the moment, which no other one bears."""
    return f"{_ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"


@contextmanager
def _files_put(home: Path, folder: Path, aside: Path) -> Iterator[None]:
    """Put the files of `folder` in place of those of `home`, which go to `aside`; what fails inside puts them back."""
    kept = (".", _ASIDE, *_database_files())
    moved: list[tuple[Path, Path]] = []
    aside.mkdir()

    def move(path: Path, to: Path) -> None:
        path.rename(to)
        moved.append((path, to))

    try:
        for path in sorted(home.iterdir()):
            if not path.name.startswith(kept) and path.name not in _SKIPPED:
                move(path, aside / path.name)
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if not _is_aside(path.name):
                move(path, home / path.name)
        yield
    except BaseException:
        for path, to in reversed(moved):
            to.rename(path)
        shutil.rmtree(aside)
        raise
    if not any(aside.iterdir()):
        aside.rmdir()


def _put_sqlite(home: Path, folder: Path, manifest: dict[str, Any], file: Path, anyway: bool) -> list[str]:
    copy = folder / DATABASE / databases.SQLITE_FILE
    if not copy.is_file():
        raise damaged(file, copy.name)
    try:
        _compare(file, manifest, databases.facts_of_file(copy))
        with databases.opened(copy) as alias:
            broken = _hold_audit(file, databases.broken_audit(alias), anyway)
    except (sqlite3.DatabaseError, DatabaseError, AuditHead.DoesNotExist, TypeError) as error:
        raise damaged(file, f"{copy.name}: {error}") from error
    target, used, aside = Path(str(connection.settings_dict["NAME"])), not databases.is_empty(), _aside_name()
    connection.close()
    if used:
        _keep_sqlite(target, target.with_name(f"{target.name}-{aside}"))
    copy.chmod(0o600)
    with _files_put(home, folder / FILES, home / aside):
        for end in ("-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)
        copy.replace(target)
    return broken


def _keep_sqlite(target: Path, kept: Path) -> None:
    """Copy the database to a file that is not there yet; its log is written into it, so that it may go."""
    os.close(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(target)) as held, closing(sqlite3.connect(kept)) as copy:
        held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        held.backup(copy)


def _put_postgresql(
    home: Path, folder: Path, manifest: dict[str, Any], file: Path, anyway: bool
) -> list[str]:
    applied = databases.migrations_to_be()
    if applied != manifest["migrations"]:
        other = sorted(set(applied) ^ set(manifest["migrations"]))
        advice = Text(
            f"用备份时的版本 {manifest['version']} 恢复，然后升级。",
            f"Restore with version {manifest['version']}, then upgrade.",
        )
        raise Refused(
            [make("OPS007", place=Place(file=str(file)), found=", ".join(other[:5]), advice=advice)]
        )
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)  # a start without --migrate makes none
    manifest["rows"].pop(settings.CACHE_TABLE, None)
    used, aside = not databases.is_empty(), home / _aside_name()
    try:
        with transaction.atomic():
            if used:
                kept = folder / "held" / DATABASE
                kept.mkdir(parents=True)
                databases.copy_out(kept)
            databases.copy_in(folder / DATABASE)
            _compare(file, manifest, databases.facts())
            broken = _hold_audit(file, databases.broken_audit(), anyway)
            with _files_put(home, folder / FILES, aside):
                if used:
                    kept.rename(aside / f"{_ASIDE}{DATABASE}")
    except (psycopg.Error, DatabaseError, AuditHead.DoesNotExist) as error:
        raise damaged(file, str(error).partition("\n")[0]) from error
    return broken


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


def _hold_audit(file: Path, broken: list[Problem], anyway: bool) -> list[str]:
    """Refuse (OPS008) a chain of the audit that is broken, and return where it is when it is taken `anyway`."""
    named = _named(broken)
    if named and not anyway:
        place = Place(file=str(file), field="audit")
        advice = Text(
            "请用更早的备份并查明原因；什么也没有恢复。确须照原样恢复时加 --anyway。",
            "Take an earlier backup and find out why; nothing was restored. To restore it as it is, add --anyway.",
        )
        raise Refused([make("OPS008", place=place, found=found, advice=advice) for found in named])
    return named


def _short(value: object) -> str:
    return str(value)[:80]
