"""A site backed up and restored comes out the same; a damaged backup restores nothing; a killed one leaves nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from duxue.core.errors import Refused
from duxue.web.backup.archive import read_archive, write_archive
from tests.web.operations.conftest import Site, site_at


def _manifest(file: Path) -> dict[str, Any]:
    with tarfile.open(file) as tar:
        found: dict[str, Any] = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    return found


def _filled(home: Path, database: str = "") -> Site:
    site = site_at(home, database)
    site.found()
    for name in (
        "evidence/ab/abc",
        "rounds/one/out/ranking.csv",
        "draws/one/1/list.tsv",
        "static/made-again.css",
    ):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"合成 {name}", encoding="utf-8")
    return site


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A filled site on SQLite and its backup, made once; tests work on copies."""
    place = tmp_path_factory.mktemp("site")
    site = _filled(place / "home")
    assert site.run("backup", str(place / "b.tar.gz"), "--settings", "demo").returncode == 0
    return place / "home", place / "b.tar.gz"


def _copy(once: tuple[Path, Path], place: Path) -> tuple[Site, Path]:
    shutil.copytree(once[0], place / "home")
    shutil.copyfile(once[1], place / "b.tar.gz")
    return site_at(place / "home"), place / "b.tar.gz"


@pytest.fixture
def filled(tmp_path: Path, databases: tuple[str, str], once: tuple[Path, Path]) -> Site:
    """A filled site on each database."""
    return _filled(tmp_path / "home", databases[0]) if databases[0] else _copy(once, tmp_path)[0]


def test_restored_is_what_was_backed_up(tmp_path: Path, databases: tuple[str, str], filled: Site) -> None:
    site = filled
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    assert site.run("backup", str(first), "--settings", "demo").returncode == 0
    assert first.stat().st_mode & 0o077 == 0
    other = site_at(tmp_path / "other", databases[1])
    done = other.run("restore", str(first), "--settings", "demo", "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    assert other.run("backup", str(second), "--settings", "demo").returncode == 0
    before, after = _manifest(first), _manifest(second)
    assert before["rows"] == after["rows"]
    assert before["rows"]["accounts_user"] == 1
    assert before["audit"] == after["audit"] == json.loads(done.stdout)["audit"]
    files = {n: m for n, m in before["members"].items() if n.startswith("home/")}
    assert files == {n: m for n, m in after["members"].items() if n.startswith("home/")}
    assert sorted(files) == [
        "home/draws/one/1/list.tsv",
        "home/evidence/ab/abc",
        "home/rounds/one/out/ranking.csv",
    ]
    # What was restored goes on working: another body gets the next key, and the audit its next number.
    made = other.run(
        "authority_create", "--code", "980000", "--name-zh", "另一省", "--email", "b@example.org", "--person", "另一人",
        module="duxue.web", typed="a long enough password\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr


def test_what_passes_while_a_backup_is_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("合成", encoding="utf-8")
    made = write_archive(
        tmp_path / "x.tar.gz", [("a", tmp_path / "gone"), ("b", tmp_path / "b")], {}, lambda *_: None
    )
    assert list(made["members"]) == list(_manifest(tmp_path / "x.tar.gz")["members"]) == ["b"]


def test_evidence_on_another_disk_is_taken_along_and_what_is_missing_is_told(
    tmp_path: Path, once: tuple[Path, Path]
) -> None:
    site, _ = _copy(once, tmp_path)
    bytes_, other = "（合成）".encode(), tmp_path / "disk"
    digest = hashlib.sha256(bytes_).hexdigest()
    place = other / digest[:2] / digest[2:4] / digest
    place.parent.mkdir(parents=True)
    place.write_bytes(bytes_)
    (other / "incoming").mkdir()
    (other / "incoming" / "tmp1").write_bytes(b"on its way")
    shutil.rmtree(site.home / "evidence")
    (site.home / "evidence").symlink_to(other)
    code = (
        "from django.utils import timezone; from duxue.web.evidence.models import Blob\n"
        f"Blob._base_manager.create(sha256='{digest}', size=9, media_type='text/plain', family='text', stored_at=timezone.now())\n"
        f"Blob._base_manager.create(sha256='{'0' * 64}', size=0, media_type='text/plain', family='text', stored_at=timezone.now(), "
        "facts={'digest_only': True})"
    )
    made = site.run("shell", "-c", code, module="duxue.web")
    assert made.returncode == 0, made.stderr
    done = site.run("backup", str(tmp_path / "c.tar.gz"), "--settings", "demo")
    assert done.returncode == 0, done.stderr + done.stdout
    held = [n for n in _manifest(tmp_path / "c.tar.gz")["members"] if n.startswith("home/evidence/")]
    assert held == [f"home/evidence/{digest[:2]}/{digest[2:4]}/{digest}"]
    place.unlink()
    done = site.run("backup", str(tmp_path / "d.tar.gz"), "--settings", "demo")
    assert done.returncode == 1
    assert "OPS010" in done.stdout + done.stderr
    assert f"1: {digest}" in done.stdout + done.stderr


def _in_production(home: Path, database: str) -> Site:
    site = site_at(home, database)
    given = {"DUXUE_SECRET_KEY": "k" * 50, "DUXUE_HOSTS": "duxue.example.org"}
    return Site(home, {**site.environ, **given, "DJANGO_SETTINGS_MODULE": "duxue.web.config.settings.prod"})


def test_a_site_in_production_is_restored_with_a_cache_that_works(
    tmp_path: Path, databases: tuple[str, str]
) -> None:
    site, file = _in_production(tmp_path / "home", databases[0]), tmp_path / "b.tar.gz"
    site.found()
    assert site.run("createcachetable", module="duxue.web").returncode == 0
    assert site.run("backup", str(file)).returncode == 0
    other = _in_production(tmp_path / "other", databases[1])
    done = other.run("restore", str(file))
    assert done.returncode == 0, done.stderr + done.stdout
    kept = "from django.core.cache import cache; cache.set('a', 'kept'); print(cache.get('a'))"
    assert other.run("shell", "--no-imports", "-c", kept, module="duxue.web").stdout.strip() == "kept"
    if databases[0]:
        assert "cache" not in _manifest(file)["rows"]


def test_a_place_that_holds_data_is_replaced_only_by_name(tmp_path: Path, once: tuple[Path, Path]) -> None:
    site, file = _copy(once, tmp_path)
    (site.home / "evidence/ab/later").write_text("later", encoding="utf-8")
    refused = site.run("restore", str(file), "--settings", "demo")
    assert refused.returncode == 1
    assert "OPS006" in refused.stderr
    assert (site.home / "evidence/ab/later").exists()
    assert site.run("restore", str(file), "--settings", "demo", "--replace", "home").returncode == 0
    assert not (site.home / "evidence/ab/later").exists()
    kept = list(site.home.glob("before-restore-*/evidence/ab/later"))
    assert len(kept) == 1
    assert len(list(site.home.glob("duxue.sqlite3-before-restore-*"))) == 1
    # Again: the first is kept, what was kept is no part of a backup, and a backup from before that is restored all the same.
    assert site.run("backup", str(tmp_path / "after.tar.gz"), "--settings", "demo").returncode == 0
    assert not [n for n in _manifest(tmp_path / "after.tar.gz")["members"] if "before-restore" in n]
    assert site.run("restore", str(file), "--settings", "demo", "--replace", "home").returncode == 0
    assert list(site.home.glob("before-restore-*/evidence/ab/later")) == kept
    assert len(list(site.home.glob("duxue.sqlite3-before-restore-*"))) == 2


def _broken_in(file: Path, into: Path) -> None:
    """Write a backup in which an event of the audit was changed and every digest made right again."""
    members: dict[str, bytes] = {}
    with tarfile.open(file) as tar:
        for member in tar:
            members[member.name] = tar.extractfile(member).read()  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    database = "database/database.sqlite3"
    if database in members:
        copy = into.with_suffix(".sqlite3")
        copy.write_bytes(members[database])
        with closing(sqlite3.connect(copy)) as line:
            line.execute("DROP TRIGGER common_auditevent_always_update")
            line.execute("UPDATE common_auditevent SET reason = 'another' WHERE seq = 1")
            line.commit()
        members[database] = copy.read_bytes()
    else:
        events = "database/common_auditevent.copy"
        head, first, rest = members[events].split(b"\n", 2)
        values = first.split(b"\t")
        values[head.split(b",").index(b"reason")] = b"another"
        members[events] = b"\n".join([head, b"\t".join(values), rest])
    manifest["members"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
    }
    with tarfile.open(into, "w:gz") as tar:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def _names(home: Path) -> list[str]:
    return sorted(
        p.relative_to(home).as_posix() for p in home.rglob("*") if not p.name.endswith(("-wal", "-shm"))
    )


def test_a_broken_audit_is_refused_before_the_site_is_touched(
    tmp_path: Path, databases: tuple[str, str], filled: Site
) -> None:
    site = filled
    good, broken = tmp_path / "good.tar.gz", tmp_path / "broken.tar.gz"
    assert site.run("backup", str(good), "--settings", "demo").returncode == 0
    _broken_in(good, broken)
    before = _names(site.home)
    for _ in range(2):  # a second try finds what the first found
        refused = site.run("restore", str(broken), "--settings", "demo", "--replace", "home")
        assert refused.returncode == 1
        assert "OPS008" in refused.stderr
        assert "AUD004" in refused.stderr
        assert _names(site.home) == before
    assert site.run("backup", str(tmp_path / "after.tar.gz"), "--settings", "demo").returncode == 0
    # Nothing but that backup is left: it is taken only when asked for, and told; so is a backup of what it gives.
    done = site.run("restore", str(broken), "--settings", "demo", "--replace", "home", "--anyway")
    assert done.returncode == 1
    assert "OPS009" in done.stdout
    told = site.run("backup", str(tmp_path / "told.tar.gz"), "--settings", "demo")
    assert told.returncode == 1
    assert "OPS009" in told.stdout
    assert (tmp_path / "told.tar.gz").exists()
    kept = [p.relative_to(site.home) for p in site.home.glob("before-restore-*/**/*.copy")]
    assert bool(kept) == bool(databases[0])  # PostgreSQL's tables as they were
    assert site.run("restore", str(good), "--settings", "demo", "--replace", "home").returncode == 0


@pytest.mark.parametrize("harm", ["bytes", "cut", "noise"])
def test_a_damaged_backup_restores_nothing(tmp_path: Path, harm: str, once: tuple[Path, Path]) -> None:
    _, file = _copy(once, tmp_path)
    data = bytearray(file.read_bytes())
    if harm == "bytes":
        data[len(data) // 2 :] = bytes(b ^ 255 for b in data[len(data) // 2 :])
    file.write_bytes({"bytes": data, "cut": data[: len(data) * 2 // 3], "noise": b"no backup at all"}[harm])
    other = site_at(tmp_path / "other")
    done = other.run("restore", str(file), "--settings", "demo")
    assert done.returncode == 1
    assert "OPS005" in done.stderr
    assert not [p for p in other.home.iterdir() if not p.name.startswith("duxue.sqlite3")]


def test_a_bit_that_changed_anywhere_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    member, file = tmp_path / "member", tmp_path / "backup.tar.gz"
    member.write_bytes(random.Random(7).randbytes(3000) + bytes(3000))
    write_archive(file, [("evidence/one", member)], {}, lambda *_: None)
    read_archive(file, tmp_path / "whole", lambda *_: None)
    data = file.read_bytes()
    noticed = 0
    for place in range(10, len(data)):  # before it stands when and on what it was made, which nothing adds up
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            read_archive(file, tmp_path / "damaged", lambda *_: None)
        except Refused:
            noticed += 1
        else:  # a run of equal bytes is written in several ways
            with gzip.open(file) as plain, gzip.open(io.BytesIO(data)) as before:
                assert plain.read() == before.read()
    assert noticed > 0.9 * len(data)


def test_a_killed_backup_leaves_no_file_of_that_name(tmp_path: Path, once: tuple[Path, Path]) -> None:
    site, file = _copy(once, tmp_path)
    file.unlink()
    (site.home / "evidence/large").write_bytes(bytes(range(256)) * (1 << 19))
    process = subprocess.Popen(
        [sys.executable, "-m", "duxue.web", "backup", str(file)],
        env=site.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    part = file.with_name(f".{file.name}.part")
    while process.poll() is None and not part.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert part.exists()  # it was killed in the middle
    assert not file.exists()
    assert site.run("backup", str(file), "--settings", "demo").returncode == 0
    assert not part.exists()
