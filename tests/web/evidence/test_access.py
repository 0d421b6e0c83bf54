"""Who sees a file, its preview and its bytes; how bytes leave; hostile names; the API."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from duxue.core.errors import Refused
from duxue.web.common import clock
from duxue.web.common.actors import Actor
from duxue.web.common.audit_titles import title_of
from duxue.web.common.lang import say
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.models import Blob, File, Upload
from duxue.web.evidence.services import attach, publish_copy
from duxue.web.evidence.services.files import clean_name
from duxue.web.evidence.storage import previews
from duxue.web.evidence.targets import target_of
from duxue.web.jobs.services import run_jobs
from tests.unit.web.evidence import kit
from tests.web.evidence.conftest import Sender, plain, upload
from tests.web.worlds import PEOPLE, World

pytestmark = pytest.mark.django_db
DOORS = ("file", "preview", "download", "page", "edit", "remove")
HOSTILE = "\"><img src=x onerror=alert(1)>'{{7*7}}\u202egnp.pdf"


def door(client: Client, name: str, pk: int) -> Any:
    address = reverse(f"evidence:{name}", args=[pk, 1] if name == "page" else [pk])
    return client.post(address) if name == "remove" else whole(client.get(address))


def whole(answer: Any) -> Any:
    """Return an answer with its bytes as `body`; reading them to their end closes it as a server would."""
    answer.body = answer.getvalue()
    return answer


def seen_by(world: World, pk: int) -> set[str]:
    return {key for key in (*PEOPLE, "public") if door(world.client(key), "file", pk).status_code == 200}


def test_a_file_is_seen_by_its_branch_and_after_submission_by_who_judges(world: World) -> None:
    file = upload(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    run_jobs()
    own = {"officer_a", "manager_a"}
    assert seen_by(world, file.pk) == own
    attach(
        actor=world.actor("officer_a"), target=target_of("answer", world.answer("a", "A2").pk), files=[file]
    )
    assert seen_by(world, file.pk) == own  # a draft is nobody else's
    world.submit("a")
    assert seen_by(world, file.pk) == {*own, "organiser", "organiser2", "leader", "auditor", "reviewer1"}
    for name in ("preview", "download", "page"):
        assert door(world.client("reviewer1"), name, file.pk).status_code == 200
    assert door(world.client("reviewer1"), "edit", file.pk).status_code == 403
    assert door(world.client("reviewer1"), "remove", file.pk).status_code == 403


@pytest.mark.parametrize(
    "key", ["officer_b", "foreign_manager", "foreign_organiser", "organiser", "inspector1", "reviewer2"]
)
def test_a_foreign_file_is_not_found_at_any_door_even_with_the_same_bytes(world: World, key: str) -> None:
    file = upload(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    run_jobs()
    client = world.client(key)
    upload(client, "mine.pdf", kit.pdf_bytes())
    assert [door(client, name, file.pk).status_code for name in DOORS] == [404] * len(DOORS)
    assert client.get(f"/api/v1/evidence/files/{file.pk}").status_code == 404
    assert client.get(f"/api/v1/evidence/files/{file.pk}/content").status_code == 404


def test_a_county_file_is_seen_by_its_city(world: World) -> None:
    file = upload(world.client("officer_a1"), "a.pdf", kit.pdf_bytes())
    assert seen_by(world, file.pk) == {"officer_a1", "officer_a", "manager_a"}


def test_bytes_leave_only_to_be_saved(world: World) -> None:
    data = "姓名,分数\n甲,1\n".encode()
    client = world.client("officer_a")
    file = upload(client, '名单 "；x\r\nSet-Cookie: a=b.csv', data)
    answer = door(client, "download", file.pk)
    assert answer.body == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer.headers
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with everything("test"):
        assert (
            AuditEvent.objects.filter(
                action="duxue.file.downloaded", actor_id=world.user["officer_a"].pk
            ).count()
            == 1
        )


def readings(actor: Actor | None = None) -> list[AuditEvent]:
    """Return the readings on record, as `actor` sees them; all without one."""
    with acting(actor) if actor else everything("test"):
        return list(AuditEvent.objects.filter(action="duxue.file.read").order_by("seq"))


def test_reading_a_preview_is_logged_once_an_hour_for_each_person_and_file(world: World) -> None:
    client = world.client("officer_a")
    first, other = (upload(client, f"{n}.pdf", kit.pdf_bytes() + b"\n" * n) for n in (1, 2))
    assert door(client, "page", first.pk).status_code == 404  # nothing to read yet
    assert door(client, "preview", first.pk).status_code == 200
    assert readings() == []
    run_jobs()
    began = clock.now()
    for minutes in (0, 30, 59):
        with clock.at(began + timedelta(minutes=minutes)):
            for name in ("page", "preview", "file", "page"):
                assert door(client, name, first.pk).status_code == 200
    assert [(e.actor_id, e.object_id, e.path) for e in readings()] == [
        (world.user["officer_a"].pk, str(first.pk), first.path)
    ]
    assert door(world.client("officer_b"), "page", first.pk).status_code == 404
    with clock.at(began + timedelta(minutes=5)):
        door(client, "page", other.pk)
        door(world.client("manager_a"), "preview", first.pk)
    with clock.at(began + timedelta(minutes=61)):
        door(client, "page", first.pk)
    people = [world.user[key].pk for key in ("officer_a", "officer_a", "manager_a", "officer_a")]
    assert [e.actor_id for e in readings()] == people


def test_the_cards_of_a_list_show_pictures_too_small_to_be_read_and_log_nothing(world: World) -> None:
    client = world.client("officer_a")
    file = upload(client, "a.pdf", kit.pdf_bytes())
    assert door(client, "thumb", file.pk).status_code == 404  # nothing to show yet
    run_jobs()
    assert reverse("evidence:thumb", args=[file.pk]) in client.get(reverse("evidence:list")).content.decode()
    sent = door(client, "thumb", file.pk)
    with Image.open(io.BytesIO(sent.content)) as picture:
        assert (picture.format, max(picture.size)) == ("WEBP", 144)
    assert (sent["Cache-Control"], readings()) == ("private, max-age=3600", [])
    (previews(file.blob.sha256) / "page-001.webp").write_bytes(b"RIFF")
    assert door(client, "thumb", file.pk).status_code == 404  # a picture that did not come to its end
    assert door(world.client("officer_b"), "thumb", file.pk).status_code == 404


def test_a_table_shown_on_the_page_of_its_file_is_a_reading(world: World) -> None:
    client = world.client("officer_a")
    file = upload(client, "名单.csv", "姓名,分数\n甲,1\n".encode())
    run_jobs()
    assert "甲" in door(client, "file", file.pk).content.decode()
    assert [e.object_id for e in readings()] == [str(file.pk)]


def test_a_unit_does_not_learn_from_the_audit_who_of_the_judges_read_its_files(world: World) -> None:
    file = upload(world.client("officer_a"), "a.pdf", kit.pdf_bytes())
    run_jobs()
    actor = world.actor("officer_a")
    attach(actor=actor, target=target_of("answer", world.answer("a", "A2").pk), files=[file])
    world.submit("a")
    door(world.client("reviewer1"), "page", file.pk)
    assert [e.actor_id for e in readings(world.actor("auditor"))] == [world.user["reviewer1"].pk]
    assert readings(world.actor("manager_a")) == []
    assert title_of("duxue.file.read") == say("查看佐证材料的内容", "Read evidence")


def test_ranges(world: World) -> None:
    data = kit.pdf_bytes()
    client = world.client("officer_a")
    address = reverse("evidence:download", args=[upload(client, "a.pdf", data).pk])
    for asked, first, last in (
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, len(data) - 1),
        ("bytes=-5", len(data) - 5, len(data) - 1),
        (f"bytes=3-{10**17}", 3, len(data) - 1),
    ):
        answer = whole(client.get(address, headers={"Range": asked}))
        assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes {first}-{last}/{len(data)}")
        assert answer.body == data[first : last + 1]
    for asked in (f"bytes={len(data)}-", "bytes=5-2", "bytes=-0"):
        assert client.get(address, headers={"Range": asked}).status_code == 416
    for asked in ("bytes=a-b", "bytes=0-1,3-4", "lines=1-2", "bytes=-"):
        assert whole(client.get(address, headers={"Range": asked})).status_code == 200


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/passwd.txt", "passwd.txt"), ("C:\\x\\y.txt", "y.txt"), ("a\x00b\n.txt", "ab.txt"), ("..", ".."), ("x" * 400 + ".pdf", "x" * 251 + ".pdf"), ("\u202etxt.exe", "txt.exe"), ("/", "")],
)  # fmt: skip
def test_names_are_one_line_without_a_path(name: str, shown: str) -> None:
    assert clean_name(name) == shown


def test_a_hostile_name_is_text_on_every_page(world: World) -> None:
    client = world.client("officer_a")
    answer = world.answer("a", "A2")
    file = upload(client, HOSTILE.replace("/", ""), kit.pdf_bytes(), f"answer:{answer.pk}")
    with everything("test"):
        File.objects.filter(pk=file.pk).update(title="<script>alert(2)</script>{% now %}")
    run_jobs()
    addresses = [
        reverse("evidence:list"), reverse("evidence:file", args=[file.pk]), reverse("evidence:preview", args=[file.pk]),
        reverse("evidence:edit", args=[file.pk]), reverse("evidence:attached", args=["answer", answer.pk]),
        reverse("evidence:choose") + f"?attach=answer:{world.answer('a', 'B1').pk}",
    ]  # fmt: skip
    for address in addresses:
        page = client.get(address).content.decode()
        assert not [bad for bad in ("<img src=x", "<script>alert") if bad in page], address
        assert "alert(" in page, address
        assert "\u202e" not in page
    plain(client, HOSTILE, b"MZ\0\0")
    page = client.get(reverse("evidence:list")).content.decode()
    assert "<img src=x" not in page


def test_previews_of_every_kind_are_made_and_shown(world: World) -> None:
    client = world.client("officer_a")
    given = {
        "a.pdf": kit.pdf_bytes(),
        "b.docx": kit.docx_bytes(),
        "c.xlsx": kit.xlsx_bytes(),
        "d.jpg": kit.jpeg_bytes(),
        "e.txt": "云溪 <b>".encode(),
    }
    made = {name: upload(client, name, data) for name, data in given.items()}
    assert "正在生成预览" in client.get(reverse("evidence:file", args=[made["a.pdf"].pk])).content.decode()
    run_jobs()
    with everything("test"):
        assert set(Blob.objects.values_list("preview_state", flat=True)) == {"ready"}
    for name in ("a.pdf", "d.jpg"):
        answer = door(client, "page", made[name].pk)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert client.get(reverse("evidence:page", args=[made["a.pdf"].pk, 99])).status_code == 404
    for name, wanted in (("b.docx", "云溪一小"), ("c.xlsx", "金额&lt;万元&gt;"), ("e.txt", "&lt;b&gt;")):
        page = client.get(reverse("evidence:preview", args=[made[name].pk])).content.decode()
        assert wanted in page
        assert "<script>alert" not in page


def test_dates_that_files_tell_are_marked_as_their_own_word(world: World) -> None:
    client = world.client("officer_a")
    with everything("test"):
        file = upload(client, "p.jpg", kit.jpeg_bytes())
    page = client.get(reverse("evidence:file", args=[file.pk])).content.decode()
    assert file.original_date_source in {
        "EXIF",
        "",
    }  # the sample's day lies in the future: then it cannot be one
    assert ("未经核实" in page) == (file.original_date is not None)
    assert "公开时会去除" in page


def test_a_published_picture_tells_nothing_but_what_is_seen(world: World) -> None:
    client = world.client("officer_a")
    picture, paper = upload(client, "现场.jpg", kit.jpeg_bytes()), upload(client, "a.docx", kit.docx_bytes())
    copy = publish_copy(picture)
    assert (copy.media_type, copy.name) == ("image/jpeg", "现场.jpg")
    assert all(word not in copy.data for word in (b"SECRETCAMERA", b"SECRETXMP", b"SECRETCOMMENT", b"Exif"))
    assert publish_copy(paper).warning is not None
    paper.blob.facts["active"] = True
    with pytest.raises(Refused):
        publish_copy(paper)


def test_the_library_filters_in_the_address(world: World) -> None:
    client = world.client("officer_a")
    upload(client, "招聘公告.pdf", kit.pdf_bytes())
    used = upload(client, "经费.xlsx", kit.xlsx_bytes(), f"answer:{world.answer('a', 'A2').pk}")
    for query, wanted in (
        ("q=招聘", {"招聘公告.pdf"}),
        ("family=xlsx", {"经费.xlsx"}),
        ("use=used", {"经费.xlsx"}),
        ("use=unused", {"招聘公告.pdf"}),
        (f"q={used.blob.sha256[:9]}", {"经费.xlsx"}),
        ("use=late", {"经费.xlsx"}),
    ):
        page = client.get(f"/evidence/?{query}").content.decode()
        assert {n for n in ("招聘公告.pdf", "经费.xlsx") if f">{n}<" in page} == wanted, query
    assert client.get("/evidence/?q=%00招聘").status_code == 400
    with acting(world.actor("officer_a")):
        assert Upload.objects.filter(finished_at=None).count() == 0


def test_the_api_uploads_lists_attaches_and_sends(world: World) -> None:
    client = world.client("officer_a")
    data = kit.pdf_bytes()
    ask = {"name": "a.pdf", "size": len(data)}
    begun = client.post(
        "/api/v1/evidence/uploads",
        json.dumps(ask),
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )
    assert begun.status_code == 201
    again = client.post(
        "/api/v1/evidence/uploads",
        json.dumps(ask),
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )
    assert again.json() == begun.json()
    url = begun.json()["url"]
    assert (
        client.patch(
            url, data[:10], content_type="application/offset+octet-stream", headers={"Upload-Offset": "0"}
        ).status_code
        == 204
    )
    wrong = client.patch(
        url, data, content_type="application/offset+octet-stream", headers={"Upload-Offset": "3"}
    )
    assert (wrong.status_code, wrong["Upload-Offset"]) == (409, "10")
    assert client.get(url).json()["offset"] == 10
    client.patch(
        url, data[10:], content_type="application/offset+octet-stream", headers={"Upload-Offset": "10"}
    )
    bad = client.post(f"{url}/finish", json.dumps({"sha256": "0" * 64}), content_type="application/json")
    assert (bad.status_code, bad.json()["problems"][0]["code"]) == (422, "EVID052")
    file = client.post(f"{url}/finish", "{}", content_type="application/json").json()
    assert file["size"] == len(data)
    answer = world.answer("a", "A2")
    use = json.dumps({"to": f"answer:{answer.pk}", "files": [file["id"]]})
    made = client.post("/api/v1/evidence/attachments", use, content_type="application/json")
    assert (made.status_code, made.json()[0]["to"]) == (201, f"answer:{answer.pk}")
    assert client.get(f"/api/v1/evidence/attachments?to=answer:{answer.pk}").json() == made.json()
    assert client.get("/api/v1/evidence/attachments?to=nothing").status_code == 422
    assert [f["id"] for f in client.get("/api/v1/evidence/files?use=used").json()["files"]] == [file["id"]]
    sent = whole(client.get(f"/api/v1/evidence/files/{file['id']}/content"))
    assert sent.body == data
    assert client.delete(f"/api/v1/evidence/attachments/{made.json()[0]['id']}").status_code == 204
    assert client.delete(f"/api/v1/evidence/files/{file['id']}").status_code == 204
    assert client.get("/api/v1/evidence/files").json()["files"] == []
    assert client.post(f"/api/v1/evidence/files/{file['id']}/restore").json() | {"preview": ""} == file | {
        "preview": ""
    }
    assert [f["id"] for f in client.get("/api/v1/evidence/files").json()["files"]] == [file["id"]]
    assert Client().get("/api/v1/evidence/files").status_code == 401


def test_the_api_shows_a_preview_and_the_audit_knows(world: World) -> None:
    client, root = world.client("officer_a"), "/api/v1/evidence/files"
    scan = upload(client, "a.pdf", kit.pdf_bytes())
    table = upload(client, "名单.csv", "姓名,分数\n甲,1\n".encode())
    told = client.get(f"{root}/{scan.pk}/preview").json()
    assert (told["state"], told["pages"], told["html"], readings()) == ("waiting", 0, "", [])
    assert client.get(f"{root}/{scan.pk}/pages/1").status_code == 404
    run_jobs()
    assert client.get(f"{root}/{scan.pk}/preview").json()["pages"] == 2
    shown = client.get(f"{root}/{scan.pk}/pages/1")
    assert (shown["Content-Type"], whole(shown).body[8:12]) == ("image/webp", b"WEBP")
    assert client.get(f"{root}/{scan.pk}/pages/3").status_code == 404
    assert "甲" in client.get(f"{root}/{table.pk}/preview").json()["html"]
    assert [e.object_id for e in readings()] == [str(scan.pk), str(table.pk)]
    for door_ in ("preview", "pages/1"):
        assert world.client("officer_b").get(f"{root}/{scan.pk}/{door_}").status_code == 404


def test_a_missing_blob_is_told(world: World, home: Any) -> None:
    import shutil

    client = world.client("officer_a")
    file = upload(client, "a.pdf", kit.pdf_bytes())
    shutil.rmtree(home / "evidence")
    answer = door(client, "download", file.pk)
    assert answer.status_code == 503
    assert "备份" in answer.content.decode()
    assert Sender(client, "b.pdf", kit.pdf_bytes(3)).all().status_code == 200
