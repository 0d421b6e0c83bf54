"""The one form of every published document of a draw: sorted JSON that anyone can write again byte for byte.

The form is `duxue-json/1`: an object with ASCII keys sorted, one blank of indent for each level, `": "` after a key,
text in UTF-8 without escapes that JSON does not require, whole numbers between -(2^53-1) and 2^53-1 only, and one line
feed at the end. The member `digest` is the SHA-256 of the same object in that form without `digest`.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from duxue.core import digest
from duxue.core.errors import Place, Refused
from duxue.core.text import Text
from duxue.draws.problems import refuse

Document = dict[str, Any]
LARGEST = 2**53 - 1  # what JavaScript's numbers hold exactly


def write_form(value: object) -> bytes:
    """Return a JSON value in the published form."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sign(document: Mapping[str, Any]) -> Document:
    """Return the document with its digest."""
    body = {k: v for k, v in document.items() if k != "digest"}
    return {**body, "digest": digest.of_bytes(write_form(body))}


def read_document(data: bytes, name: str, kind: str) -> Document:
    """Return the document in `data`; Refused when it is no JSON, of another kind, or altered by even one byte."""
    place = Place(file=name)
    try:
        document = json.loads(
            data.decode("utf-8"), parse_int=_small, parse_float=_no_float, parse_constant=_no_float
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise refuse("DRAW050", place=place, found=str(error), advice=_FRESH) from error
    if not isinstance(document, dict) or document.get("format") != kind:
        found = str(document.get("format", "")) if isinstance(document, dict) else type(document).__name__
        raise refuse(
            "DRAW050", place=Place(file=name, field="format"), found=found, expected=Text(kind, kind)
        )
    try:
        written = write_form(document)
    except UnicodeEncodeError as error:
        raise refuse("DRAW051", place=place, found=str(error), advice=_FRESH) from error
    if written != data:
        at = next(
            (i for i, (a, b) in enumerate(zip(written, data, strict=False)) if a != b),
            min(len(written), len(data)),
        )
        line = data[:at].count(b"\n") + 1
        raise refuse(
            "DRAW051",
            place=Place(file=name, line=line),
            found=_around(data, at),
            expected=Text(_around(written, at), _around(written, at)),
            advice=_FRESH,
        )
    if sign(document)["digest"] != document.get("digest"):
        raise refuse(
            "DRAW052",
            place=Place(file=name, field="digest"),
            found=str(document.get("digest")),
            expected=Text(sign(document)["digest"], sign(document)["digest"]),
            advice=_FRESH,
        )
    return document


def load_document(path: Path, kind: str) -> Document:
    """Read the document at `path`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    return read_document(data, path.name, kind)


def cannot_read(path: Path, error: OSError) -> Refused:
    """Return the refusal of a file that is absent or may not be read."""
    return refuse(
        "DRAW001",
        place=Place(file=str(path)),
        found=error.strerror or "",
        advice=Text("请检查位置和权限。", "Check where it is and that you may read it."),
    )


def write_new(path: Path, data: bytes) -> None:
    """Write `data` whole or not at all; Refused when `path` exists, for a published document is never replaced."""
    with _written_beside(path, data) as part:
        try:
            os.link(part, path)
        except FileExistsError as error:
            raise _exists(path) from error
        except OSError as error:
            # FAT and exFAT, the usual forms of a USB stick, know no links.
            if path.exists():
                raise _exists(path) from error
            part.rename(path)


def write_anew(path: Path, data: bytes) -> Path:
    """Write what can be made again from a document, whole or not at all, in place of what stood there."""
    with _written_beside(path, data) as part:
        part.replace(path)
    return path


@contextlib.contextmanager
def _written_beside(path: Path, data: bytes) -> Iterator[Path]:
    """Give a file beside `path` that holds `data`; it is gone afterwards, whatever happens."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())  # before the name: a crash leaves the whole document or none
        yield part
    finally:
        part.unlink(missing_ok=True)


def _exists(path: Path) -> Refused:
    return refuse(
        "DRAW058",
        place=Place(file=str(path)),
        advice=Text(
            "请换一个文件夹；已公布的文书不会被覆盖。",
            "Choose another folder; a published document is never replaced.",
        ),
    )


_FRESH = Text("请向公布单位重新索取原件。", "Fetch the original again from whoever published it.")


def _no_float(text: str) -> object:
    raise ValueError(f"{text}: only whole numbers are used")


def _small(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError(f"{text}: numbers end at {LARGEST}")
    return int(text)


def _around(data: bytes, at: int) -> str:
    return data[max(at - 20, 0) : at + 20].decode("utf-8", "replace")
