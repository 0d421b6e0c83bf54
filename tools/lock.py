"""Write requirements/run.txt and dev.txt: exact pins with the hashes of every file of each release.

Run by `make lock`. The resolution is universal: one file serves Linux, macOS and Windows from Python 3.11 on. Pins stay
as they are where they still fit; with --upgrade each becomes the newest that is allowed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HEADER = """\
# Made by `make lock` (uv pip compile --universal --generate-hashes); do not edit.
# {purpose}
# Install: python -m pip install --require-hashes -r {path}
"""
DEV = "requirements/dev.txt"
LOCKS = {
    "requirements/run.txt": (
        "What Duxue needs to run, with its site, object storage and the public beacon.",
        ["--extra=web", "--extra=s3", "--extra=beacon"],
    ),
    DEV: (
        "What Duxue needs to run, and its developers' tools.",
        ["--extra=dev", "--constraints=requirements/run.txt"],
    ),
}


def main(uv: str, *, upgrade: bool) -> None:
    """Resolve both files with the uv executable at `uv`, run time first so that dev keeps its pins."""
    # dev.txt holds what run.txt holds, so that a library of the tools that comes to the run time keeps its pin too.
    kept = "" if upgrade else Path(DEV).read_text(encoding="utf-8")
    for path, (purpose, options) in LOCKS.items():
        pins = _resolve(uv, options, kept)
        Path(path).write_text(HEADER.format(purpose=purpose, path=path) + pins, encoding="utf-8")
        releases = sum(not line.startswith(" ") for line in pins.splitlines())
        print(f"{path}: {releases} releases, {pins.count('--hash=')} files")


def _resolve(uv: str, options: list[str], kept: str) -> str:
    """Return the pins that fit `options`; those in `kept` are preferred, as uv does with the file that it writes."""
    with TemporaryDirectory() as folder:
        written = Path(folder, "pins.txt")
        written.write_text(kept, encoding="utf-8")
        command = [
            *(uv, "pip", "compile", "pyproject.toml", "--quiet", "--no-config", "--universal"),
            *("--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate"),
            *("--no-emit-index-url", "--no-emit-find-links", f"--output-file={written}", *options),
        ]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
        return written.read_text(encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], upgrade="--upgrade" in sys.argv[2:])
