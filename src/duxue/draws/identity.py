"""What makes two draws the same draw: the list, who is left out, the method, its parameters and the kinds of chance.

When it may be drawn, who draws, what the parts are called, and which round or sealed number is awaited are not part of
it: a second commitment that differs only in these is a second try at the same draw, and the chain counts it as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.core import digest
from duxue.draws.documents import write_form

_FACTS = ("kind", "length", "low", "high", "count", "network")
_PART_NAMES = ("start", "interval", "digits")  # parameters that name a seed part


def identity_of(commitment: Mapping[str, Any]) -> str:
    """Return the SHA-256 that names the draw of a commitment, to a list or to a double-random case."""
    places = {part["name"]: number for number, part in enumerate(commitment["seed"], 1)}
    params = {
        key: places.get(value, value) if key in _PART_NAMES else value
        for key, value in commitment.get("params", {}).items()
    }
    return digest.of_bytes(
        write_form(
            {
                "format": "duxue-draw/1",
                "list": commitment["list" if "list" in commitment else "case"]["digest"],
                "excluded": [e["id"] for e in commitment.get("exclusions", [])],
                "method": commitment["method"],
                "params": params,
                "sources": [{f: part[f] for f in _FACTS if f in part} for part in commitment["seed"]],
            }
        )
    )
