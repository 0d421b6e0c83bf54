"""Uploads in pieces: resumed, doubled, too long, somebody else's, refused for what they hold, on a full disk."""

from __future__ import annotations

import errno
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from duxue.web.common.clock import at, now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from duxue.web.evidence.content.assembly import Assembly
from duxue.web.evidence.content.store import LocalStore
from duxue.web.evidence.models import Attachment, Blob, File, Upload
from duxue.web.evidence.services.uploads import uploads_clean
from tests.unit.web.evidence import kit
from tests.web.evidence.conftest import Sender, plain, upload
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def codes(answer: Any) -> set[str]:
    return {p["code"] for p in answer.json()["problems"]}


def count(model: Any) -> int:
    with everything("test"):
        return int(model.objects.count())


def test_pieces_make_a_file_and_the_audit_knows(world: World, home: Path) -> None:
    data = kit.pdf_bytes()
    sender = Sender(world.client("officer_a"), "通知.pdf", data)
    assert sender.start().status_code == 201
    half = len(data) // 2
    assert sender.piece(0, half)["Upload-Offset"] == str(half)
    assert sender.reached() == half
    assert sender.piece(half, len(data))["Upload-Offset"] == str(len(data))
    answer = sender.finish()
    assert answer.status_code == 200
    assert sender.finish().json()["file"] == answer.json()["file"]  # asked again: the same file
    with everything("test"):
        file = File.objects.select_related("blob").get()
        assert (file.name, file.organisation_id, file.blob.size) == (
            "通知.pdf",
            world.org["city_a"].pk,
            len(data),
        )
        assert AuditEvent.objects.filter(action="duxue.file.stored").count() == 1
    assert (
        home / "evidence" / file.blob.sha256[:2] / file.blob.sha256[2:4] / file.blob.sha256
    ).read_bytes() == data
    assert not list((home / "uploads").glob("*.part"))


def test_a_killed_server_leaves_what_came_and_the_next_goes_on(world: World, home: Path) -> None:
    data = kit.pdf_bytes(3)
    sender = Sender(world.client("officer_a"), "大.pdf", data)
    key = sender.start().json()["upload"]
    third = len(data) // 3
    program = (  # a server that dies in the middle of a piece, without a word
        "import io,os,sys\nfrom pathlib import Path\nfrom duxue.web.evidence.content.assembly import Assembly\n"
        "class Dying(io.BytesIO):\n    n=0\n    def read(self, size=-1):\n        self.n+=1\n"
        "        if self.n>1: os.kill(os.getpid(), 9)\n        return super().read(size)\n"
        f"Assembly(Path(sys.argv[1]), sys.argv[2], {len(data)}).append(0, Dying(bytes.fromhex(sys.argv[3])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(home / "uploads"), key, data[:third].hex()], check=False
    )
    assert done.returncode == -9
    reached = sender.reached()  # what the operating system had, nothing invented
    assert 0 <= reached <= third
    assert sender.piece(reached, len(data)).status_code == 204
    assert sender.finish().status_code == 200
    with everything("test"):
        sha256 = Blob.objects.get().sha256
    assert LocalStore(home / "evidence").path(sha256).read_bytes() == data


def test_a_wrong_offset_is_told_where_to_go_on(world: World) -> None:
    sender = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    sender.start()
    sender.piece(0, 100)
    answer = sender.piece(50, 100)
    assert (answer.status_code, codes(answer), answer["Upload-Offset"]) == (409, {"EVID050"}, "100")
    for wrong in ("", "-1", "abc", "9" * 30, "１"):
        answer = sender.client.patch(
            sender.url, b"x", headers={"Upload-Offset": wrong.encode().decode("latin-1")}
        )
        assert answer.status_code == 409
    assert sender.reached() == 100


def test_more_than_announced_leaves_nothing(world: World) -> None:
    sender = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    sender.start()
    answer = sender.client.patch(sender.url, sender.data + b"more", headers={"Upload-Offset": "0"})
    assert (answer.status_code, codes(answer)) == (422, {"EVID051"})
    assert sender.reached() == 0
    assert codes(sender.finish()) == {"EVID056"}


def test_oversize_and_empty_are_refused_before_a_byte_is_sent(world: World, settings: Any) -> None:
    settings.EVIDENCE_LARGEST = 1000
    client = world.client("officer_a")
    for size, code in (
        ("1001", "EVID002"),
        ("0", "EVID001"),
        ("-5", "EVID001"),
        ("1e9", "EVID001"),
        ("", "EVID001"),
    ):
        answer = client.post(reverse("evidence:upload_start"), {"name": "a.pdf", "size": size})
        assert (answer.status_code, codes(answer)) == (422, {code})
    assert plain(client, "a.pdf", b"%PDF-1.7" + b"x" * 2000).status_code == 302
    assert (count(Upload), count(File)) == (0, 0)


def test_two_tabs_uploading_the_same_give_one_file(world: World) -> None:
    client = world.client("officer_a")
    one, two = (
        Sender(client, "a.pdf", kit.pdf_bytes(), f"answer:{world.answer('a', 'A2').pk}") for _ in range(2)
    )
    one.start(), two.start()
    assert one.url != two.url
    half = len(one.data) // 2
    one.piece(0, half), two.piece(0, half), two.piece(half, half + 2), one.piece(half, half + 2)
    first, second = one.finish().json(), two.finish().json()
    assert first["file"] == second["file"]
    assert (first["already"], second["already"]) == (False, True)
    assert (count(File), count(Blob), count(Attachment)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("language", "there", "elsewhere"),
    [
        ("zh-hans", "“甲.pdf”已在材料库中（现用于 1 处），没有重复保存。", "同一内容也见于 样本县A1 的“丁.pdf”。"),
        ("zh-hant", "“甲.pdf”已在材料庫中（現用於 1 處），沒有重複保存。", "同一內容也見於 樣本縣A1 的“丁.pdf”。"),
        ("en", "“甲.pdf” is in the library already (used in 1 place); it was not kept twice.", "The same content is also “丁.pdf” of Sample County A1."),
    ],
)  # fmt: skip
def test_what_is_there_already_is_told_to_the_sender_of_pieces_and_not_again(
    world: World, language: str, there: str, elsewhere: str
) -> None:
    client, to = world.client("officer_a"), f"answer:{world.answer('a', 'A2').pk}"
    client.cookies["duxue_language"] = language
    first = Sender(client, "甲.pdf", kit.pdf_bytes(), to)
    assert first.all().json()["told"] == []
    assert first.finish().json()["told"] == []  # asked again: it is no second one
    second = Sender(client, "乙.pdf", kit.pdf_bytes(), to).all().json()
    assert (second["already"], second["told"]) == (True, [there])
    assert not list(client.get(reverse("evidence:list")).context["messages"])
    plain(client, "丙.pdf", kit.pdf_bytes())  # without scripts the next page says it
    assert there in [str(m) for m in client.get(reverse("evidence:list")).context["messages"]]
    upload(world.client("officer_a1"), "丁.pdf", kit.pdf_bytes(2))  # of a county, which its city sees
    third = Sender(client, "戊.pdf", kit.pdf_bytes(2)).all().json()
    assert (third["already"], third["told"]) == (False, [elsewhere])


def test_the_same_bytes_elsewhere_are_kept_once_and_told_only_to_who_may_see(world: World) -> None:
    upload(world.client("officer_a"), "甲.pdf", kit.pdf_bytes())
    client = world.client("officer_b")
    upload(client, "乙.pdf", kit.pdf_bytes())
    assert (count(File), count(Blob)) == (2, 1)
    assert "甲.pdf" not in client.get(reverse("evidence:list")).content.decode()
    manager = world.client("manager_a")
    plain(manager, "丙.pdf", kit.pdf_bytes())
    assert "甲.pdf" in manager.get(reverse("evidence:list")).content.decode()
    assert count(File) == 2


@pytest.mark.parametrize("key", ["manager_a", "officer_b", "organiser", "foreign_manager", "public"])
def test_an_upload_is_nobody_elses(world: World, key: str) -> None:
    sender = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    sender.start()
    sender.client = world.client(key)
    wanted = 302 if key == "public" else 404
    assert sender.piece(0, 10).status_code == wanted
    assert sender.client.head(sender.url).status_code == wanted
    assert sender.client.delete(sender.url).status_code == wanted
    assert sender.finish().status_code == wanted
    assert Sender(world.client("officer_a"), "", b"").client.head(sender.url)["Upload-Offset"] == "0"


@pytest.mark.parametrize("key", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "a" * 500, "x"])
def test_a_key_is_never_a_path(world: World, key: str) -> None:
    assert world.client("officer_a").head(f"/evidence/uploads/{key}").status_code == 404


def test_a_hostile_file_is_refused_with_its_reason_and_leaves_nothing(world: World, home: Path) -> None:
    for name, data, code in (
        ("a.pdf", b"MZ" + b"\0" * 600, "EVID005"), ("p.png", b"<svg onload=alert(1)></svg>", "EVID006"),
        ("b.pdf", b"<!doctype html><script>alert(1)</script>", "EVID006"), ("c.zip", b"not a zip at all \0\1\2", "EVID004"),
    ):  # fmt: skip
        sender = Sender(world.client("officer_a"), name, data)
        answer = sender.all()
        assert answer.status_code == 422, name
        assert codes(answer) == {code}, name
        assert sender.client.head(sender.url).status_code == 404
    assert (count(File), count(Blob), count(Upload)) == (0, 0, 0)
    assert not list((home / "uploads").glob("*.part"))
    assert not list((home / "evidence").glob("??/??/*"))


def test_a_full_disk_is_told_and_the_pieces_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    sender.start()
    sender.piece(0, len(sender.data))

    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("duxue.web.evidence.content.store.copy_checked", full)
        answer = sender.finish()
        assert (answer.status_code, codes(answer)) == (507, {"EVID058"})
        assert "No space left" in answer.json()["problems"][0]["found"]
    assert (count(File), count(Blob)) == (0, 0)
    assert sender.finish().status_code == 200


def test_a_broken_line_keeps_what_came(world: World) -> None:
    class Broken:
        def __init__(self) -> None:
            self.left = [b"%PDF" * 10]

        def read(self, size: int = -1) -> bytes:
            if self.left:
                return self.left.pop()
            raise OSError(errno.ECONNRESET, "connection reset")

    sender = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    key = sender.start().json()["upload"]
    with everything("test"):
        held = Upload.objects.get(key=key)
    from duxue.core.errors import Refused
    from duxue.web.evidence.services.uploads import upload_append

    with pytest.raises(Refused):
        upload_append(actor=world.actor("officer_a"), upload=held, offset=0, stream=Broken())  # type: ignore[arg-type]
    assert sender.reached() == 40


def test_uploads_that_nobody_continues_are_cleaned(world: World, home: Path) -> None:
    sender = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    sender.start()
    sender.piece(0, 50)
    assert uploads_clean() == {"uploads": 0, "pieces": 0, "bytes": 0}
    with at(now() + timedelta(days=4)):
        assert uploads_clean()["uploads"] == 1
    assert count(Upload) == 0
    assert not list((home / "uploads").glob("*.part"))


def test_the_plain_form_does_the_same(world: World) -> None:
    client = world.client("officer_a")
    answer = world.answer("a", "A2")
    response = plain(client, "a.pdf", kit.pdf_bytes(), attach=f"answer:{answer.pk}", next="/x")
    assert (response.status_code, response["Location"]) == (302, "/x")
    with everything("test"):
        assert Attachment.objects.get().answer_id == answer.pk
    assert plain(client, "b.pdf", b"MZ\0\0", next="https://evil.example/")["Location"] == "/evidence/"
    page = client.get("/evidence/").content.decode()
    assert "b.pdf" in page
    assert "EVID" not in page
    assert client.post(reverse("evidence:add"), {}).status_code == 302
    assert count(File) == 1


def test_an_assembly_is_the_only_state(tmp_path: Path) -> None:
    assert Assembly(tmp_path, "abcdefgh", 5).received == 0
