"""The offline check: one HTML file with our own JavaScript, the second implementation of every method."""

from __future__ import annotations

from importlib.resources import files

ENGINE = ("engine.js", "inspection.js", "check.js")


def write_engine() -> str:
    """Return the second implementation without the page: it runs in a browser, in a worker and in Node."""
    return "\n".join(_read(name) for name in ENGINE)


def write_page() -> str:
    """Return the page whole: markup, style and scripts in one file that asks the network for nothing."""
    page = _read("frame.html")
    for mark, text in (
        ("page.css", _read("page.css")),
        ("engine.js", write_engine()),
        ("page.js", _read("page.js")),
    ):
        page = page.replace(f"/* {mark} */", text)
    return page


def _read(name: str) -> str:
    return files("duxue.draws.page").joinpath(name).read_text(encoding="utf-8").strip()
