"""Write requirements/run.txt and dev.txt: exact pins with the hashes of every file of each release.

Run by `make lock`. The resolution is universal: one file serves Linux, macOS and Windows from Python 3.11 on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEADER = """\
# Made by `make lock` (uv pip compile --universal --generate-hashes); do not edit.
# {purpose}
# Install: python -m pip install --require-hashes -r {path}
"""
LOCKS = {
    "requirements/run.txt": ("What Duxue needs to run, with its site.", ["--extra=web"]),
    "requirements/dev.txt": (
        "What Duxue needs to run, and its developers' tools.",
        ["--extra=dev", "--constraints=requirements/run.txt"],
    ),
}


def main(uv: str) -> None:
    """Resolve both files with the uv executable at `uv`, run time first so that dev keeps its pins."""
    for path, (purpose, options) in LOCKS.items():
        command = [
            *(uv, "pip", "compile", "pyproject.toml", "--quiet", "--upgrade", "--no-config", "--universal"),
            *("--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate"),
            *("--no-emit-index-url", "--no-emit-find-links", *options),
        ]
        pins = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our own words
        Path(path).write_text(HEADER.format(purpose=purpose, path=path) + pins, encoding="utf-8")
        releases = sum(not line.startswith(" ") for line in pins.splitlines())
        print(f"{path}: {releases} releases, {pins.count('--hash=')} files")


if __name__ == "__main__":
    main(sys.argv[1])
