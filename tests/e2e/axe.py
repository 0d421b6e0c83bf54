"""What axe finds on a page: one way to ask it, for pages of the site and for drawn charts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# axe.run waits for what it tests; only what it found comes back.
ASK: Final = """async (tags) => {
    const found = await axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false});
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.html.slice(0, 160)}`));
}"""


@cache
def script() -> str:
    """Return the script of axe."""
    base = pytest.importorskip(
        "axe_playwright_python.base", reason="no axe: pip install axe-playwright-python"
    )
    return Path(base.AXE_FILE_PATH).read_text("utf-8")


def violations(page: Any) -> list[str]:
    """Return what keeps somebody out of the page as it stands, each with its element."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"() => {{ {script()} }}")
    return page.evaluate(ASK, STANDARDS)
