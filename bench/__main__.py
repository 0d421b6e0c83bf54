"""Run all benchmarks, or those named: `python -m bench engines`; `python -m bench site --full` at the full size."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

NAMES = sorted([*(p.stem for p in Path(__file__).parent.glob("[a-z]*.py")), "site"])


def main(names: list[str]) -> int:
    """Run the benchmarks and return 0; an unknown name is told with those there are."""
    full = "--full" in names
    names = [name for name in names if name != "--full"]
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names or NAMES:
        importlib.import_module(f"bench.{name}").run(**({"full": True} if full and name == "site" else {}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
