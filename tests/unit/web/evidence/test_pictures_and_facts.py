"""A published picture tells nothing but what is seen; what a file says of its making is shown and never trusted."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from duxue.core.errors import Refused
from duxue.web.evidence.content import pictures
from duxue.web.evidence.content.facts import facts, read_pdf_date
from duxue.web.evidence.content.kinds import recognise
from tests.unit.web.evidence import kit

CHINA = dt.timezone(dt.timedelta(hours=8))


def refusal(path: Path) -> str:
    """Return the code with which a picture is refused."""
    with pytest.raises(Refused) as caught:
        pictures.stripped(path, path.name)
    return caught.value.problems[0].code


def test_a_stripped_picture_stands_upright_and_tells_nothing(tmp_path: Path) -> None:
    path = kit.write(tmp_path / "a.jpg", kit.jpeg_bytes())
    assert b"SECRETCAMERA" in path.read_bytes()
    data = pictures.strip(path)
    assert b"SECRET" not in data
    assert b"Exif" not in data
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (40, 60)
        assert not picture.getexif()
        red, green, _ = picture.getpixel((35, 5))  # top left of the sensor lies top right when seen
        assert (red > 200, green < 60) == (True, True)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_forms_lose_their_texts_too(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGBA", (9, 9), (1, 2, 3, 128)).save(out, form, exif=exif, icc_profile=profile)
    path = kit.write(tmp_path / "a", out.getvalue())
    with Image.open(io.BytesIO(pictures.strip(path))) as picture:
        assert (picture.format, picture.mode) == (form, "RGBA")
        assert not picture.getexif()
        assert not {"icc_profile", "xmp", "exif"} & set(picture.info)


def test_a_picture_in_the_colours_of_print_is_seen_on_screens(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("CMYK", (9, 9)).save(out, "JPEG")
    with Image.open(io.BytesIO(pictures.strip(kit.write(tmp_path / "a.jpg", out.getvalue())))) as picture:
        assert picture.mode == "RGB"


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing."""
    data = bytearray(kit.picture_bytes("PNG"))
    data[16:24] = struct.pack(">LL", width, height)
    data[29:33] = struct.pack(">L", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def test_pictures_out_of_bounds_are_refused_before_their_pixels_are_read(tmp_path: Path) -> None:
    assert refusal(kit.write(tmp_path / "bomb.png", png_of(60_000, 60_000))) == "EVID030"
    assert refusal(kit.write(tmp_path / "wide.png", png_of(20_000, 6_001))) == "EVID030"
    frames = [Image.new("RGB", (8, 8), (n, 255 - n, 2 * n)) for n in range(101)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert refusal(kit.write(tmp_path / "long.webp", out.getvalue())) == "EVID030"


def test_damaged_pictures_are_refused(tmp_path: Path) -> None:
    assert refusal(kit.write(tmp_path / "a.jpg", kit.jpeg_bytes((600, 400))[:-300])) == "EVID031"
    assert refusal(kit.write(tmp_path / "b.png", kit.picture_bytes("PNG")[:60])) == "EVID031"
    assert refusal(kit.write(tmp_path / "c.gif", b"GIF89a")) == "EVID031"


def test_a_picture_says_when_and_that_it_says_where(tmp_path: Path) -> None:
    path = kit.write(tmp_path / "a.jpg", kit.jpeg_bytes())
    told = facts(path, recognise(path, "a.jpg"))
    assert told.location
    (date,) = told.dates
    assert (date.at, date.source, date.trusted) == (
        dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=CHINA),
        "EXIF",
        False,
    )
    plain = kit.write(tmp_path / "b.jpg", pictures.strip(path))
    again = facts(plain, recognise(plain, "b.jpg"))
    assert (again.dates, again.location) == ((), False)


def test_documents_say_when_they_were_made(tmp_path: Path) -> None:
    path = kit.write(tmp_path / "a.docx", kit.docx_bytes())
    told = facts(path, recognise(path, "a.docx"))
    assert {d.source for d in told.dates} == {"document created", "document modified"}
    dated = kit.pdf_with("", info="/CreationDate (D:20310506070809+08'00')")
    path = kit.write(tmp_path / "b.pdf", dated)
    (date,) = facts(path, recognise(path, "b.pdf")).dates
    assert date.at == dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=CHINA)


def test_an_old_workbook_says_when_it_was_made(tmp_path: Path) -> None:
    ticks = (
        int((dt.datetime(2031, 5, 6, tzinfo=dt.UTC) - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)).total_seconds())
        * 10**7
    )
    head = struct.pack("<HHL16sL16sL", 0xFFFE, 0, 0, bytes(16), 1, bytes(16), 48)
    body = struct.pack("<LLLL", 28, 1, 12, 16) + struct.pack("<LQ", 64, ticks)
    data = kit.ole_bytes({"Workbook": kit.book_stream(), "\x05SummaryInformation": head + body})
    path = kit.write(tmp_path / "a.xls", data)
    (date,) = facts(path, recognise(path, "a.xls")).dates
    assert (date.at, date.source) == (dt.datetime(2031, 5, 6, tzinfo=dt.UTC), "document created")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("D:20310506", dt.datetime(2031, 5, 6)),  # noqa: DTZ001 - it names no zone
        ("D:2031", dt.datetime(2031, 1, 1)),  # noqa: DTZ001
        ("D:20310506070809Z", dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)),
        ("D:20310506070809-03'30'", dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.timezone(-dt.timedelta(hours=3, minutes=30)))),
        ("D:20311399", None),
        ("yesterday", None),
    ],
)  # fmt: skip
def test_dates_of_pdf_are_read(text: str, date: dt.datetime | None) -> None:
    assert read_pdf_date(text) == date
