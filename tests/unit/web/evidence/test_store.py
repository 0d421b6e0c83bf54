"""What was put comes back unchanged or is told to be lost; an upload in pieces survives whatever happens to its process."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.web.evidence.content.assembly import Assembly
from duxue.web.evidence.content.s3 import S3Store
from duxue.web.evidence.content.store import LocalStore, Store

DATA = "云溪一小校舍照片".encode() * 1000
NAME = sha256(DATA).hexdigest()
OTHER = sha256(b"other").hexdigest()


def code(act: object, *arguments: object) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(Refused) as caught:
        act(*arguments)  # type: ignore[operator]
    (problem,) = caught.value.problems
    assert all((problem.what.zh, problem.what.en, problem.advice.zh, problem.advice.en))
    return problem.code


@pytest.fixture
def s3() -> Iterator[S3Store]:
    """A bucket of a server on this machine that speaks S3, where one is installed."""
    server = pytest.importorskip("moto.server")
    pytest.importorskip("boto3")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    account = {
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "us-east-1",
        "aws_access_key_id": "k",
        "aws_secret_access_key": "s",
    }
    store = S3Store("evidence", prefix="e/", **account)
    store._client.create_bucket(Bucket="evidence")
    yield store
    running.stop()


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each store in turn."""
    if request.param == "local":
        return LocalStore(tmp_path / "store")
    found: S3Store = request.getfixturevalue("s3")
    return found


def test_what_was_put_comes_back(store: Store) -> None:
    assert not store.exists(NAME)
    assert store.put(io.BytesIO(DATA), NAME) == len(DATA)
    assert store.put(io.BytesIO(DATA), NAME) == len(DATA)
    assert store.exists(NAME)
    with store.open(NAME) as stream:
        assert stream.read() == DATA
    assert store.delete(NAME)
    assert not store.delete(NAME)
    assert not store.exists(NAME)


def test_other_bytes_than_announced_are_not_kept(store: Store) -> None:
    assert code(store.put, io.BytesIO(b"something else"), NAME) == "EVID052"
    assert not store.exists(NAME)
    store.put(io.BytesIO(DATA), NAME)
    assert (
        code(store.put, io.BytesIO(b"a guess"), NAME) == "EVID052"
    )  # who knows only the digest does not get the file
    with store.open(NAME) as stream:
        assert stream.read() == DATA


def test_what_is_missing_or_malformed_is_told(store: Store) -> None:
    assert code(store.open, OTHER) == "EVID053"
    for bad in ("../../etc/passwd", NAME.upper(), NAME[:-1], NAME + "\n"):
        assert code(store.exists, bad) == "EVID057"
        assert code(store.put, io.BytesIO(DATA), bad) == "EVID057"


def test_an_address_of_s3_serves_the_file_as_a_download(s3: S3Store) -> None:
    from urllib.request import urlopen

    s3.put(io.BytesIO(DATA), NAME)
    with urlopen(s3.url(NAME, "校舍 1.jpg", "image/jpeg")) as answer:
        assert answer.read() == DATA
        assert (
            answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E6%A0%A1%E8%88%8D%201.jpg"
        )
        assert answer.headers["Content-Type"] == "image/jpeg"


def test_a_server_that_is_away_is_told(s3: S3Store) -> None:
    s3.bucket = "no-such-bucket"
    assert code(s3.put, io.BytesIO(DATA), NAME) == "EVID058"


@pytest.mark.skipif(find_spec("boto3") is not None, reason="boto3 is installed")
def test_without_the_library_s3_says_what_to_install() -> None:
    assert code(S3Store, "bucket") == "EVID059"


def test_files_lie_by_their_digest_read_only_and_alone(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put(io.BytesIO(DATA), NAME)
    path = tmp_path / NAME[:2] / NAME[2:4] / NAME
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert store.url(NAME, "a.jpg", "image/jpeg") is None
    assert not list((tmp_path / "incoming").iterdir())
    code(store.put, io.BytesIO(b"x"), OTHER)
    assert not list((tmp_path / "incoming").iterdir())


def test_an_altered_file_is_not_given_out(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, verify=True)
    store.put(io.BytesIO(DATA), NAME)
    with store.open(NAME) as stream:
        assert stream.read() == DATA
    path = store.path(NAME)
    path.chmod(0o640)
    path.write_bytes(DATA + b"!")
    assert code(store.open, NAME) == "EVID054"


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = LocalStore(tmp_path / "file" / "store")
    assert code(store.put, io.BytesIO(DATA), NAME) == "EVID058"
    assert code(store.open, NAME) == "EVID058"


def test_what_killed_processes_left_is_swept(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    (tmp_path / "incoming").mkdir()
    old, new = tmp_path / "incoming" / "old", tmp_path / "incoming" / "new"
    for left in (old, new):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.sweep() == 1
    assert not old.exists()
    assert new.exists()


# --- uploads in pieces --------------------------------------------------------------------------------------------------
def begin(folder: Path) -> Assembly:
    return Assembly(folder, "upload-0001", len(DATA))


def test_pieces_become_the_file(tmp_path: Path) -> None:
    assembly = begin(tmp_path)
    assert assembly.received == 0
    for at in range(0, len(DATA), 7000):
        assert assembly.append(at, io.BytesIO(DATA[at : at + 7000])) == min(at + 7000, len(DATA))
    assert begin(tmp_path).finish(NAME) == (NAME, len(DATA))
    assert assembly.path.read_bytes() == DATA
    assembly.discard()
    assert not list(tmp_path.iterdir())


def test_a_wrong_offset_is_told_the_right_one(tmp_path: Path) -> None:
    assembly = begin(tmp_path)
    assembly.append(0, io.BytesIO(DATA[:1500]))
    for wrong in (0, 1400, 1501):
        with pytest.raises(Refused) as caught:
            assembly.append(wrong, io.BytesIO(b"x"))
        (problem,) = caught.value.problems
        assert (problem.code, problem.expected.en) == ("EVID050", "1,500")
        assert "1,500" in problem.advice.zh
    assert assembly.received == 1500


def test_too_much_too_little_and_the_wrong_bytes_are_refused(tmp_path: Path) -> None:
    assembly = begin(tmp_path)
    assembly.append(0, io.BytesIO(DATA[:-10]))
    assert code(assembly.finish, NAME) == "EVID056"
    assert code(assembly.append, len(DATA) - 10, io.BytesIO(bytes(1_000_000))) == "EVID051"
    assert assembly.received == len(DATA) - 10
    assembly.append(len(DATA) - 10, io.BytesIO(bytes(10)))
    assert code(assembly.finish, NAME) == "EVID052"
    assert code(assembly.finish, "x") == "EVID057"
    assert code(Assembly, tmp_path, "../../x", 5) == "EVID057"
    assert code(Assembly, tmp_path, "upload-0002", 0) == "EVID001"


def test_a_process_begun_meanwhile_keeps_no_lock(tmp_path: Path) -> None:
    assembly = begin(tmp_path)
    with assembly._locked() as file:
        held = os.dup(file.fileno())  # as a child has it between its fork and its program
    try:
        assert assembly.append(0, io.BytesIO(DATA)) == len(DATA)
        assert assembly.finish(NAME) == (NAME, len(DATA))
    finally:
        os.close(held)


class Slow(io.RawIOBase):
    """A connection that gives a piece, then waits until it is told to go on, then breaks or ends."""

    def __init__(self, go: threading.Event, *, broken: bool = False) -> None:
        self.go, self.broken, self.given, self.reached = go, broken, False, threading.Event()

    def read(self, _size: int = -1) -> bytes:
        if not self.given:
            self.given = True
            return DATA[:1000]
        self.reached.set()
        self.go.wait(10)
        if self.broken:
            raise ConnectionResetError(104, "reset")
        return b""


def test_one_piece_at_a_time(tmp_path: Path) -> None:
    go = threading.Event()
    slow = Slow(go)
    thread = threading.Thread(target=begin(tmp_path).append, args=(0, slow))
    thread.start()
    assert slow.reached.wait(10)
    assert code(begin(tmp_path).append, 0, io.BytesIO(DATA)) == "EVID055"
    assert code(begin(tmp_path).finish, NAME) == "EVID055"
    go.set()
    thread.join()
    assert begin(tmp_path).received == 1000


def test_what_came_before_the_connection_broke_stays(tmp_path: Path) -> None:
    go = threading.Event()
    go.set()
    assert code(begin(tmp_path).append, 0, Slow(go, broken=True)) == "EVID058"
    assembly = begin(tmp_path)
    assert assembly.received == 1000
    assembly.append(1000, io.BytesIO(DATA[1000:]))
    assert assembly.finish(NAME)[1] == len(DATA)


class Endless(io.RawIOBase):
    """A connection that gives a full piece and then stays silent."""

    given = 0

    def read(self, _size: int = -1) -> bytes:
        if self.given:
            time.sleep(60)
        self.given += 1
        return bytes(1 << 18)


def upload(folder: Path) -> None:
    Assembly(folder, "upload-0001", 1 << 20).append(0, Endless())


def test_a_killed_process_leaves_no_lock_and_what_it_wrote(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=upload, args=(tmp_path,))
    process.start()
    assembly = Assembly(tmp_path, "upload-0001", 1 << 20)
    until = time.monotonic() + 20
    while assembly.received == 0 and time.monotonic() < until:
        time.sleep(0.02)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    received = assembly.received
    assert 0 < received <= 1 << 18
    assert assembly.append(received, io.BytesIO(bytes((1 << 20) - received))) == 1 << 20
    assert assembly.finish(sha256(bytes(1 << 20)).hexdigest()) == (
        sha256(bytes(1 << 20)).hexdigest(),
        1 << 20,
    )
