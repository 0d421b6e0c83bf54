"""Marked sentences: texts in which each claim is written as {quote;value;unit;kind;options}, read back with offsets.

Written by hand before the grammar was tuned and by somebody who had not seen it; the places and figures are invented.
Blocks begin with `## id | language | territory | period`; options: c= comparator, d= direction, h= upper value,
p= period, o= territory, s suspect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELD_OUT = Path(__file__).with_name("held_out.txt")
_KINDS = {"a": "actual", "c": "change", "t": "target", "r": "rank", "h": "threshold"}
_MARK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Marked:
    """One text without its marks, and the claims in it."""

    name: str
    language: str
    text: str
    claims: tuple[dict[str, Any], ...]


def read_marked(path: Path = HELD_OUT) -> list[Marked]:
    """Return the texts of a file of marked sentences."""
    found: list[Marked] = []
    for block in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        name, language, org, period = (part.strip() for part in head.split("|"))
        text, claims, last = "", [], 0
        for mark in _MARK.finditer(body):
            text += body[last : mark.start()]
            claim = _claim(mark[1].split(";"), org or None, period or None)
            claims.append({"doc": name, "start": len(text), "end": len(text) + len(claim["quote"]), **claim})
            text += claim["quote"]
            last = mark.end()
        found.append(Marked(name, language, text + body[last:], tuple(claims)))
    return found


def _claim(parts: list[str], org: str | None, period: str | None) -> dict[str, Any]:
    quote, value, unit, kind, *options = parts
    chosen = dict(option.split("=", 1) for option in options if "=" in option)
    return {
        "quote": quote,
        "value": float(value) if value else None,
        "value_high": float(chosen["h"]) if "h" in chosen else None,
        "comparator": chosen.get("c", "="),
        "unit": unit,
        "kind": _KINDS[kind],
        "direction": chosen.get("d"),
        "org": chosen.get("o", org),
        "period": chosen.get("p", period),
        "suspect": "s" in options,
    }
