"""The Chromium of the system, which tests, pictures and benchmarks drive through playwright; nothing is downloaded."""

from __future__ import annotations

import shutil
import sys
from typing import Any, Final

# The one without windows takes half the processor time.
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING: Final = "no Chromium: apt-get update && apt-get install -y chromium-headless-shell"


def program() -> str | None:
    """Return where Chromium is, nothing when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(playwright: Any) -> Any:
    """Start Chromium and return it; RuntimeError when there is none."""
    path = program()
    if path is None:
        raise RuntimeError(MISSING)
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


if __name__ == "__main__":
    sys.exit(program() is None)
