"""Pictures within bounds: whether they can be read, and a copy that tells nothing but what is seen."""

from __future__ import annotations

import io
import struct
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.bounded import Limits, run_bounded

PIXELS = 120_000_000  # telephones make pictures of 108 million
FRAMES = 100
_STRIPPING = Limits(memory=3 << 30, written=512 << 20)  # some copies of all pixels at once
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, AttributeError, RuntimeError, ZeroDivisionError, OverflowError, MemoryError, struct.error)  # fmt: skip


@contextmanager
def opened(path: Path, name: str) -> Iterator[Image.Image]:
    """Open a picture, its pixels not yet read, whose size stays within the bounds.

    Raises:
        Refused: EVID030 beyond the bounds, EVID031 when it cannot be read, also while it is in use.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are measured here
            with Image.open(path, formats=[f for f in _FORMATS if f in Image.OPEN or f != "HEIF"]) as picture:
                width, height = picture.size
                frames = getattr(picture, "n_frames", 1)
                if width * height > PIXELS:
                    raise say.refuse(
                        "EVID030",
                        name,
                        found=f"{width:,} × {height:,}",
                        expected=say.at_most(f"{PIXELS:,} px"),
                    )
                if frames > FRAMES:
                    raise say.refuse("EVID030", name, found=f"{frames:,}", expected=say.at_most(f"{FRAMES}"))
                yield picture
    except Image.DecompressionBombError as error:
        raise say.refuse("EVID030", name, found=str(error), expected=say.at_most(f"{PIXELS:,} px")) from None
    except _BROKEN as error:
        raise say.refuse("EVID031", name, found=str(error) or type(error).__name__) from None


def check(path: Path, name: str = "") -> tuple[int, int]:
    """Return width and height in pixels of a picture that can be read to its last line."""
    with opened(path, name or path.name) as picture:
        picture.load()
        return picture.size


def upright(picture: Image.Image) -> Image.Image:
    """Return the first frame as it is meant to be seen: turned by its orientation, in sRGB, without any metadata."""
    picture.load()
    profile = picture.info.get("icc_profile")
    seen = ImageOps.exif_transpose(picture)
    if "transparency" in seen.info or seen.mode in ("PA", "La"):
        seen = seen.convert("RGBA")
    if profile and seen.mode in ("RGB", "RGBA", "CMYK", "L"):
        seen = _in_srgb(seen, profile)
    if seen.mode not in ("RGB", "RGBA", "L", "LA"):
        seen = seen.convert("RGB")
    plain = seen.copy()
    plain.info.clear()  # comments, profiles, EXIF and XMP travel in here
    return plain


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (
        ImageCms.PyCMSError,
        OSError,
        ValueError,
    ):  # a profile that does not fit says nothing about colours
        return picture
    return turned or picture


def strip(path: Path, name: str = "") -> bytes:
    """Return a picture for publication: orientation applied, no EXIF, GPS, XMP, IPTC, profile or comment left.

    JPEG stays JPEG, PNG and WebP stay what they are, HEIC becomes JPEG; of an animation the first frame is kept.
    Works in a process of its own.

    Raises:
        Refused: EVID030, EVID031, EVID040, EVID041.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "picture"
        order = {"path": str(path.resolve()), "target": str(target)}
        run_bounded("strip", order, name or path.name, _STRIPPING)
        return target.read_bytes()


def stripped(path: Path, name: str) -> bytes:
    """Do the work of `strip` in this process."""
    with opened(path, name) as picture:
        form = picture.format if picture.format in ("PNG", "WEBP") else "JPEG"
        plain = upright(picture)
        out = io.BytesIO()
        if form == "PNG":
            plain.save(out, "PNG", optimize=False)
        elif form == "WEBP":
            plain.save(out, "WEBP", quality=90)
        else:
            plain.convert("L" if plain.mode in ("L", "LA") else "RGB").save(
                out, "JPEG", quality=92, subsampling=0
            )
        return out.getvalue()
