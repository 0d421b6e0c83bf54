"""The process that opens hostile files: takes one order as JSON on its input, lives within limits, answers as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from duxue.core.errors import Refused
from duxue.web.evidence.content import problems as say


def limit(seconds: float, memory: int, written: int) -> None:
    """Set the limits of this process; nothing on systems that know none."""
    try:
        import resource
    except ImportError:
        return
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (bound, bound))


def perform(task: str, given: dict[str, Any], name: str, seconds: float) -> dict[str, Any]:
    """Do one task: `examine`, `preview`, `strip` or `unpack`."""
    path = Path(given["path"])
    if task == "examine":
        from duxue.web.evidence.content.examine import answer, examine_here

        return answer(examine_here(path, name, given["policy"], set(given["accepted"])))
    if task == "preview":
        from duxue.web.evidence.content.render import render

        return render(path, given["family"], Path(given["folder"]), given["pages"], name, seconds)
    if task == "strip":
        from duxue.web.evidence.content.pictures import stripped

        return {"size": Path(given["target"]).write_bytes(stripped(path, name))}
    if task == "unpack":
        from duxue.web.evidence.content.unpacking import unpack_here

        return unpack_here(path, Path(given["folder"]), name, frozenset(given["kept"]))
    raise ValueError(task)


def main() -> None:
    """Read the order, answer it; what a library throws at a hostile file becomes a problem that is told."""
    order = json.load(sys.stdin)
    limit(**order["limits"])
    name = order["name"]
    try:
        answer = perform(order["task"], order["arguments"], name, order["limits"]["seconds"])
    except Refused as refused:
        answer = {"refused": [p.to_dict() for p in refused.problems]}
    except (MemoryError, ImportError):  # a library that finds no room says that it cannot be loaded
        answer = {"refused": [say.make("EVID041", name, found="memory").to_dict()]}
    except BaseException as error:  # noqa: BLE001 - panics of Rust libraries are BaseException; nothing may leave here untold
        code = "EVID042" if order["task"] == "preview" else "EVID009"
        answer = {"refused": [say.make(code, name, found=f"{type(error).__name__}: {error}").to_dict()]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
