"""A home of its own for each test's evidence, and ways to upload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from duxue.web.common.scope import everything
from duxue.web.evidence.models import File


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.EVIDENCE_STORE = ""
    return tmp_path


class Sender:
    """Sends a file in pieces, as upload.js does."""

    def __init__(self, client: Client, name: str, data: bytes, attach: str = "") -> None:
        self.client, self.name, self.data, self.attach = client, name, data, attach

    def start(self) -> Any:
        url = reverse("evidence:upload_start") + (f"?attach={self.attach}" if self.attach else "")
        answer = self.client.post(url, {"name": self.name, "size": len(self.data)})
        if answer.status_code == 201:
            self.url = answer.json()["url"]
        return answer

    def piece(self, offset: int, length: int) -> Any:
        return self.client.patch(
            self.url, self.data[offset : offset + length], content_type="application/offset+octet-stream",
            headers={"Upload-Offset": str(offset)},
        )  # fmt: skip

    def reached(self) -> int:
        return int(self.client.head(self.url)["Upload-Offset"])

    def finish(self) -> Any:
        return self.client.post(f"{self.url}/finish")

    def all(self) -> Any:
        assert self.start().status_code == 201
        assert self.piece(0, len(self.data)).status_code == 204
        return self.finish()


def upload(client: Client, name: str, data: bytes, attach: str = "") -> File:
    """Upload a file and return it."""
    answer = Sender(client, name, data, attach).all()
    assert answer.status_code == 200, answer.content.decode()
    with everything("test"):
        return File.objects.select_related("blob").get(pk=answer.json()["file"])


def plain(client: Client, name: str, data: bytes, **more: str) -> Any:
    """Upload by the plain form."""
    return client.post(
        reverse("evidence:add"), {"files": SimpleUploadedFile(name, data), **more}, follow=False
    )
