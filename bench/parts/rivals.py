"""Rivals in environments of their own under build/, so that what they need never meets what Duxue needs."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2] / "build" / "rivals"
_WORKER = Path(__file__).with_name("rival_worker.py")
_INSTALL_SECONDS = 300
_ASK_SECONDS = 300


def prepare(name: str, version: str) -> Path | None:
    """Return the interpreter of a rival's environment, made on first use; None, and a line why, where it cannot be."""
    folder = _ROOT / f"{name}-{version}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ready = folder / "ready"
    if ready.is_file():
        return python
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = f"{name}=={version}"
    try:
        venv.create(folder, with_pip=True, clear=True)
        command = [*pip, "--retries", "1", "--timeout", "15", wanted]
        subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError):
        print(
            f"{wanted}: not compared, it could not be installed. Where an index of packages is reached, run this again,"
        )
        print(f"  or by hand: {' '.join([*pip, wanted])} && touch {ready}")
        return None
    ready.touch()
    return python


def ask(
    python: Path, name: str, texts: list[tuple[str, str]], timed: list[str], seconds: float
) -> dict[str, Any] | None:
    """Return what a rival finds in the texts and how fast it does the timed ones; None, and a line why, if it fails."""
    job = json.dumps({"texts": texts, "timed": timed, "seconds": seconds})
    try:
        done = subprocess.run(
            [str(python), str(_WORKER), name],
            input=job.encode(), check=True, capture_output=True, timeout=_ASK_SECONDS,
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as failure:
        print(
            f"{name}: not compared, it stopped ({type(failure).__name__}). Delete {python.parents[1]} and run again."
        )
        return None
    return answer
