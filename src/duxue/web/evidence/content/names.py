"""Names of uploaded files: the name that is shown stays as it came, the name that is stored is harmless everywhere."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120  # bytes in UTF-8: file systems allow 255, and downloads put something before it

# Control characters, zero-width ones, and those that turn the direction of writing (exe shown as fdp).
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_ENDING = re.compile(r"(?=[0-9]*[a-z])[a-z0-9]{1,8}")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\Z", re.IGNORECASE)


def ending(name: str) -> str:
    """Return the ending of a name in lower case, or nothing; `1.2` and `附件.终稿` have none."""
    last = _last_part(name).rstrip(". ").rpartition(".")[2].strip().lower()
    return last if _ENDING.fullmatch(last) and "." in name else ""


def safe_name(name: str, extension: str = "") -> str:
    """Return a name fit for every file system: NFC, one part, nothing hidden or reserved, at most LONGEST bytes.

    With `extension` (of the recognised content) the ending is that one, whatever the name says.
    """
    part = _FORBIDDEN.sub("_", _last_part(name)).strip(" .")
    last = ending(part)
    stem = (part[: -len(last) - 1] if last else part).strip(" .") or "file"
    if _RESERVED.match(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    tail = f".{extension or last}" if extension or last else ""
    return _cut(stem, LONGEST - len(tail.encode())).rstrip(" .") + tail


def _last_part(name: str) -> str:
    shown = unicodedata.normalize("NFC", _HIDDEN.sub("", name.encode("utf-8", "replace").decode()))
    return PurePosixPath(shown.replace("\\", "/")).name


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")
