"""The offline check: one HTML file with our own JavaScript, the second implementation of every method."""

from __future__ import annotations

import json
from importlib.resources import files

from duxue.draws.problems import DRAW_CODES

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
        ("meanings", _write_meanings()),
    ):
        page = page.replace(f"/* {mark} */", text)
    return page


def _write_meanings() -> str:
    """Return the entries of an object of JavaScript: what each code that the engine tells means, in zh and en."""
    told = write_engine()
    meanings = {code: [text.zh, text.en] for code, text in DRAW_CODES.items() if code in told}
    return json.dumps(meanings, ensure_ascii=False, indent=1)[1:-1].strip("\n")


def _read(name: str) -> str:
    return files("duxue.draws.page").joinpath(name).read_text(encoding="utf-8").strip()
