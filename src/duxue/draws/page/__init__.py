"""The offline check: one HTML file with our own JavaScript, the second implementation of every method."""

from __future__ import annotations

from importlib.resources import files


def write_page() -> str:
    """Return the page whole: markup, style and scripts in one file that asks the network for nothing."""
    folder = files("duxue.draws.page")
    page = folder.joinpath("frame.html").read_text(encoding="utf-8")
    for name in ("page.css", "engine.js", "page.js"):
        page = page.replace(f"/* {name} */", folder.joinpath(name).read_text(encoding="utf-8").strip())
    return page
