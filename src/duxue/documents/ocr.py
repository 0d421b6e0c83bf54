"""Read pages that are pictures, through the optional text recognition (`pip install 'duxue[ocr]'`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pypdfium2

from duxue.documents import problems as say
from duxue.documents.layout import Segment

_DOTS = 200  # per inch; more is slower and not better
_SIDE = 4000  # pixels; a page of any size is scaled to fit


def recognise(
    document: pypdfium2.PdfDocument, pages: Sequence[int], name: str
) -> Iterator[tuple[int, list[Segment]]]:
    """Yield index and words of each page; about five seconds a page.

    Raises:
        Refused: DOC009 when no text recognition is installed.
    """
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        raise say.scanned(name, len(pages))
    engine = import_module("rapidocr").RapidOCR(params={"Global.log_level": "error"})
    for index in pages:
        page = document[index]
        try:
            width, height = page.get_size()
            scale = min(_DOTS / 72, _SIDE / max(width, height, 1))
            picture = page.render(scale=scale).to_numpy()
            yield index, _segments(engine(picture), scale, height)
        finally:
            page.close()


def _segments(found: Any, scale: float, height: float) -> list[Segment]:
    if found.boxes is None:
        return []
    segments = []
    for box, text in zip(found.boxes, found.txts, strict=True):
        xs, ys = [float(p[0]) / scale for p in box], [height - float(p[1]) / scale for p in box]
        segments.append(Segment(min(xs), min(ys), max(xs), max(ys), str(text)))
    return segments
