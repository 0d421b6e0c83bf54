"""Bytes in part: whoever lost the line fetches the rest (RFC 9110, a single range of bytes)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 1 << 18


def range_in(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte of a single range; (1, 0) for one that cannot be given; None for the whole."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return None
    begin, end = match.groups()
    if not begin:
        return (max(0, size - int(end)), size - 1) if int(end) else (1, 0)
    first, last = int(begin), min(int(end) if end else size - 1, size - 1)
    return (first, last) if first <= last else (1, 0)


def sent(stream: BinaryIO, size: int, wanted: tuple[int, int] | None) -> HttpResponseBase:
    """Return the answer with the bytes that `range_in` found wanted, of `size` in the stream; the answer closes it."""
    if wanted is None:
        response: HttpResponseBase = FileResponse(stream)
        response["Content-Length"] = str(size)
    elif wanted[0] > wanted[1]:
        stream.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    else:
        first, last = wanted
        stream.seek(first)
        response = StreamingHttpResponse(_part(stream, last - first + 1), status=206)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Content-Encoding"] = "identity"  # packed on the way, a range would be one of other bytes
    return response


def _part(stream: BinaryIO, count: int) -> Iterator[bytes]:
    with stream:
        while count and (piece := stream.read(min(_PIECE, count))):
            count -= len(piece)
            yield piece
