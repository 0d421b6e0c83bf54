"""Run what opens a hostile file in a process of its own, within time and memory, so that the site cannot fall with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duxue
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.web.evidence.content import problems as say

_ANSWER = 32 << 20  # bytes
_MODULE = "duxue.web.evidence.content.child"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds by the clock, bytes of address space, bytes of one written file. Systems without rlimits keep the first."""

    seconds: float = 60.0
    memory: int = 1 << 30
    written: int = 64 << 20


def run_bounded(
    task: str, arguments: dict[str, Any], name: str, limits: Limits | None = None
) -> dict[str, Any]:
    """Run one of the tasks of `child` with arguments of plain JSON values, and return its answer, also such values.

    The process sees no environment of ours, so no password of the site either.

    Raises:
        Refused: EVID040 when time runs out, EVID041 when the process dies, else what the task refused.
    """
    limits = limits or Limits()
    order = json.dumps({"task": task, "arguments": arguments, "name": name, "limits": asdict(limits)})
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(  # noqa: S603 - our own module, fixed words
            [sys.executable, "-s", "-B", "-X", "utf8", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        try:
            process.communicate(order.encode(), timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise say.refuse(
                "EVID040",
                name,
                found=f"> {limits.seconds:g} s",
                expected=say.at_most(f"{limits.seconds:g} s"),
            ) from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        answer.seek(0)
        return _read(answer.read(_ANSWER + 1), process.returncode, name)


def _environment() -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TZ", "SYSTEMROOT") if key in os.environ}
    return {**kept, "PYTHONPATH": str(Path(duxue.__file__).parents[1]), "OMP_NUM_THREADS": "1"}


def _read(data: bytes, status: int, name: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError:
        # Negative: ended by a signal, as by the system when it takes too long or too much.
        found = signal.Signals(-status).name if status < 0 else f"exit {status}"
        raise say.refuse("EVID041", name, found=found) from None
    if refused := answer.get("refused"):
        raise Refused([read_problem(p) for p in refused])
    return answer


def read_problem(said: dict[str, Any]) -> Problem:
    """Return the problem that `to_dict` wrote."""
    return Problem(
        said["code"],
        Text(**said["what"]),
        Place(**said["place"]),
        said["found"],
        Text(**said["expected"]),
        Text(**said["advice"]),
        said["severity"],
    )
