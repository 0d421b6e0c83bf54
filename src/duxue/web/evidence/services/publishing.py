"""Copies for the public: pictures that tell nothing but what is seen, documents with a word on what they may still tell."""

from __future__ import annotations

from dataclasses import dataclass

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common.problems import tell
from duxue.web.evidence.content.names import safe_name
from duxue.web.evidence.content.pictures import strip
from duxue.web.evidence.models import File
from duxue.web.evidence.storage import on_disk

_OFFICE = frozenset({"docx", "xlsx", "xls", "pptx", "ods", "pdf"})


@dataclass(frozen=True, slots=True)
class Published:
    """Bytes that may be published, their media type and name; `warning` says what the document may still tell."""

    data: bytes
    media_type: str
    name: str
    warning: Text | None = None


def publish_copy(file: File) -> Published:
    """Return a copy for publication: pictures without place, time, camera or comment; other files as they are.

    The caller has decided that the file may be published.

    Raises:
        Refused: WEB002 for a file with active content, EVID030 to EVID058.
    """
    blob = file.blob
    if blob.facts.get("active"):
        raise Refused(
            [
                tell(
                    "WEB002",
                    field="file",
                    what=Text(
                        "含宏或自动内容的文件不能公开",
                        "a file with macros or active content is never published",
                    ),
                    found=file.name,
                )
            ]
        )
    with on_disk(blob.sha256) as path:
        if blob.family == "image":
            data = strip(path, file.name)
            kind, extension = _picture(data)
            return Published(data, kind, safe_name(file.name.rsplit(".", 1)[0], extension))
        data = path.read_bytes()
    warning = None
    if blob.family in _OFFICE:
        warning = Text(
            "文档属性中可能有作者、单位和修改痕迹；公开前请在原软件中检查文档并删除个人信息。",
            "Its properties may name author, organisation and changes: inspect the document in its own program before publishing.",
        )
    return Published(data, blob.media_type, safe_name(file.name, blob.facts.get("extension", "")), warning)


def _picture(data: bytes) -> tuple[str, str]:
    if data.startswith(b"\x89PNG"):
        return "image/png", "png"
    return ("image/webp", "webp") if data[8:12] == b"WEBP" else ("image/jpeg", "jpg")
