"""Evidence in object storage, through the pages: sent in pieces, previewed, fetched whole and in part, taken out, missed."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from duxue.web.common.scope import everything
from duxue.web.evidence.models import Blob, File
from duxue.web.evidence.storage import _store
from duxue.web.jobs.services import run_jobs
from tests.unit.web.evidence import kit
from tests.web.evidence.conftest import Sender
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket of a server on this machine, in which the site keeps evidence as an operator sets it."""
    server = pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
    client = boto3.client("s3")
    client.create_bucket(Bucket="evidence")
    settings.EVIDENCE_STORE = "s3://evidence/of/a"
    _store.cache_clear()
    yield client
    _store.cache_clear()
    running.stop()


def _keys(bucket: Any) -> list[str]:
    return [held["Key"] for held in bucket.list_objects_v2(Bucket="evidence").get("Contents", [])]


def test_a_file_lives_in_the_bucket_and_not_on_this_machine(world: World, bucket: Any, home: Any) -> None:
    client, data = world.client("officer_a"), kit.pdf_bytes()
    sender = Sender(client, "报告.pdf", data, f"answer:{world.answer('a', 'A2').pk}")
    sender.start()
    for offset in range(0, len(data), 100):
        assert sender.piece(offset, 100).status_code == 204
    finished = sender.finish()
    assert finished.status_code == 200, finished.content.decode()
    with everything("test"):
        file = File.objects.select_related("blob").get(pk=finished.json()["file"])
    sha = file.blob.sha256
    assert _keys(bucket) == [f"of/a/{sha[:2]}/{sha[2:4]}/{sha}"]
    assert not [path for path in home.rglob("*") if path.is_file() and path.read_bytes() == data]

    run_jobs()
    with everything("test"):
        assert Blob.objects.get().preview_state == "ready"
    page = client.get(reverse("evidence:page", args=[file.pk, 1]))
    assert (page.status_code, page["Content-Type"]) == (200, "image/webp")
    assert b"".join(page)[8:12] == b"WEBP"

    address = reverse("evidence:download", args=[file.pk])
    assert world.client("officer_b").get(address).status_code == 404
    sent = client.get(address)
    assert (sent.status_code, "no-store" in sent["Cache-Control"]) == (302, True)
    with urllib.request.urlopen(sent["Location"]) as answer:
        assert answer.read() == data
        assert answer.headers["Content-Disposition"].startswith("attachment")
    part = urllib.request.Request(sent["Location"], headers={"Range": "bytes=3-9"})
    with urllib.request.urlopen(part) as answer:
        assert (answer.status, answer.read()) == (206, data[3:10])

    bucket.delete_object(Bucket="evidence", Key=_keys(bucket)[0])
    assert Sender(client, "again.pdf", data).all().status_code == 200
    assert len(_keys(bucket)) == 1  # lost bytes that are sent again are kept again


def test_without_the_bucket_nothing_is_half_kept(world: World, bucket: Any) -> None:
    bucket.delete_bucket(Bucket="evidence")
    answer = Sender(world.client("officer_a"), "a.pdf", kit.pdf_bytes()).all()
    assert (answer.status_code, [p["code"] for p in answer.json()["problems"]]) == (507, ["EVID058"])
    with everything("test"):
        assert not File.objects.exists()
        assert not Blob.objects.exists()


def test_a_file_that_is_taken_out_of_the_library_stays_in_the_bucket(world: World, bucket: Any) -> None:
    client = world.client("officer_a")
    pk = Sender(client, "a.pdf", kit.pdf_bytes()).all().json()["file"]
    before = _keys(bucket)
    assert client.post(reverse("evidence:remove", args=[pk])).status_code == 302
    assert client.get("/api/v1/evidence/files").json()["files"] == []
    assert _keys(bucket) == before != []
