"""The plan of a draw: a small TOML file that a clerk writes and a notary reads aloud."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.draws.documents import cannot_read
from duxue.draws.problems import make, refuse

ENTRIES = {
    "title": "{zh, en}",
    "method": "keyed-order/1",
    "id": "id",
    "params": "[params]",
    "exclude": "[[exclude]]",
    "seed": "[[seed]]",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be drawn and how, before the list was looked at."""

    file: str
    title: dict[str, str]
    method: str
    id_field: str
    params: Mapping[str, Any]
    exclusions: list[dict[str, Any]]
    seed: object


def read_plan(path: Path) -> Plan:
    """Read a plan; Refused with everything that is wrong with its form."""
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise cannot_read(path, error) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse(
            "DRAW020",
            place=Place(file=path.name),
            found=str(error),
            expected=Text("UTF-8编码的TOML", "TOML in UTF-8"),
        ) from error
    problems = [
        make("DRAW020", place=Place(file=path.name, field=key), found=key, expected=same(", ".join(ENTRIES)))
        for key in raw
        if key not in ENTRIES
    ]
    title = read_both(raw.get("title"), path.name, "title", problems)
    params = raw.get("params", {})
    if not isinstance(params, dict):
        problems.append(
            make("DRAW020", place=Place(file=path.name, field="params"), expected=same("[params]"))
        )
        params = {}
    method, id_field = raw.get("method", ""), raw.get("id", "id")
    for name, value in (("method", method), ("id", id_field)):
        if not isinstance(value, str):
            problems.append(
                make(
                    "DRAW020",
                    place=Place(file=path.name, field=name),
                    found=str(value),
                    expected=Text("文字", "a text"),
                )
            )
    exclusions = _read_exclusions(raw.get("exclude", []), path.name, problems)
    if problems:
        raise Refused(problems)
    return Plan(path.name, title, method, id_field, params, exclusions, raw.get("seed"))


def _read_exclusions(raw: object, file: str, problems: list[Problem]) -> list[dict[str, Any]]:
    exclusions: list[dict[str, Any]] = []
    for number, entry in enumerate(raw if isinstance(raw, list) else [raw], 1):
        where = f"exclude[{number}]"
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or {*entry} - {"id", "reason"}:
            problems.append(
                make(
                    "DRAW026",
                    place=Place(file=file, field=where),
                    found=str(entry),
                    expected=same("id, reason"),
                )
            )
            continue
        if not entry.get("reason"):
            problems.append(
                make(
                    "DRAW026",
                    place=Place(file=file, field=f"{where}.reason"),
                    found=entry["id"],
                    expected=Text("剔除的理由", "the reason"),
                )
            )
            continue
        if any(e["id"] == entry["id"] for e in exclusions):
            problems.append(
                make(
                    "DRAW026",
                    place=Place(file=file, field=f"{where}.id"),
                    found=entry["id"],
                    expected=Text("每个编号一次", "each id once"),
                )
            )
            continue
        exclusions.append(
            {"id": entry["id"], "reason": read_both(entry["reason"], file, f"{where}.reason", problems)}
        )
    return sorted(exclusions, key=lambda e: str(e["id"]).encode())


def read_both(raw: object, file: str, where: str, problems: list[Problem]) -> dict[str, str]:
    """Return a text in both languages; one text serves for both."""
    if isinstance(raw, str) and raw.strip():
        return {"zh": raw, "en": raw}
    if (
        isinstance(raw, dict)
        and {*raw} == {"zh", "en"}
        and all(isinstance(v, str) and v.strip() for v in raw.values())
    ):
        return {"zh": raw["zh"], "en": raw["en"]}
    problems.append(
        make(
            "DRAW020",
            place=Place(file=file, field=where),
            found=str(raw or ""),
            expected=Text("文字，或 {zh, en}", "a text, or {zh, en}"),
        )
    )
    return {"zh": "", "en": ""}
