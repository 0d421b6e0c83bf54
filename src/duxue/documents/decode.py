"""Decide strictly in which encoding a text was written: a wrong guess would change every character and every figure.

UTF-8 is certain when it fits. Among GB18030, Big5 (with the Hong Kong supplement), UTF-16 without its mark and
Windows-1252, the one whose characters look most like writing is taken: the share of the commonest characters.
"""

from __future__ import annotations

import codecs
import re
from typing import NoReturn

from duxue.documents import problems as say

_SAMPLE = 200_000  # bytes, enough to tell
# The commonest characters of official Chinese, both scripts: about half of any text, next to none of a wrong decoding.
_COMMON = frozenset(
    "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工也能下过過子说說产產"
    "面而方后後多定行学學法所民得经經十三之进進等部度家力化高自二理起小现現实實加量都两兩体體制机機当當使点點从從业業本性好应應开開合还還"
    "其前外政四日社义義事平全表间間样樣与與关關各重新内內数數正心明利比质質向道条條建月公无無系情者最立代通并提题題党黨程展五果员員位入"
    "常文总總次式设設及管特件长長求基资資级級统統组組计計期根论論运運农農指区區强強任保规規领領七海东東导導增思教育师師校县縣市省局生园園"
    "费費万萬元亿億人名率费投入建设設班级級课課程管理质質量公共服务務普及率高中小幼儿兒童职職业業研究工作计計划劃报報告，。、；："
)
_MARKS = frozenset("‘’“”–—…·×•（）《》【】！？％℃①②③④⑤　")
_WIDE = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, name: str) -> str:
    """Return the text of `data`, its byte-order mark kept out only where the encoding is UTF-16.

    Raises:
        Refused: DOC004 when it is no text, DOC007 when a byte fits no encoding.
    """
    text = _decode(data, name)
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    if controls > 4 and controls * 50 > min(len(text), _SAMPLE):
        raise say.not_text(name, data[:16].hex(" "))
    return text


def _decode(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(data) % 4 == 0:
        return _strict(data, "utf-32", name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16", name)
    text, wrong = None, 0
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = error.start
    if text is not None and "\x00" not in text:
        return text
    best, score = "", 0.0
    for encoding in ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be"):
        found = _looks_like_writing(data, encoding)
        if found > score:
            best, score = encoding, found
    if score >= 0.15:
        return _strict(data, best, name)
    if text is not None:  # a few NULs in UTF-8
        return text
    if b"\x00" in data:
        raise say.not_text(name, data[:16].hex(" "))
    return data.decode("cp1252") if _is_western(data) else _fail(data, wrong, name)


def _looks_like_writing(data: bytes, encoding: str) -> float:
    """Return the share of common characters among those beyond ASCII, 0 where the bytes do not fit the encoding."""
    wide = encoding.startswith("utf-16")
    if wide and len(data) % 2:
        return 0.0
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(
            data[:_SAMPLE], final=len(data) <= _SAMPLE
        )
    except UnicodeDecodeError:
        return 0.0
    beyond = _WIDE.findall(text)
    plain = sum(c < "\x7f" for c in text)
    if wide and plain * 2 > len(text):  # English in UTF-16
        return 1.0 if "\x00" not in text else 0.0
    if not beyond or (wide and "\x00" in text):
        return 0.0
    return sum(c in _COMMON or c in _MARKS for c in beyond) / len(beyond)


def _is_western(data: bytes) -> bool:
    if sum(byte >= 0x80 for byte in data[:_SAMPLE]) * 4 > min(len(data), _SAMPLE):
        return False
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    marks = re.findall(r"[\x80-\U0010ffff]", text[:_SAMPLE])
    return all(c.isalpha() or c in "‘’“”–—…•·£€©®°½¼¾²³«»¿¡§¹ª\u00a0\u00ad™" for c in marks)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        return _fail(data, error.start, name)


def _fail(data: bytes, at: int, name: str) -> NoReturn:
    at = min(at, len(data) - 1)
    raise say.undecodable(name, data.count(b"\n", 0, at) + 1, data[at], at)
