"""What can still be judged of a pack whose shape is wrong: the rest of it, with the wrong parts taken out.

A misspelt key must not hide a formula that adds yuan to square metres. So the parts that the schema refuses are left
out or, where only a printed text is missing, filled in, until the rest has the shape of a pack; whatever was left out
is remembered, for nobody is told that a name is unknown which the file does declare.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from duxue.packs import shape
from duxue.packs.schema import Bilingual, IndicatorSpec, Pack, Source
from duxue.packs.shape import Spots
from duxue.packs.yamltree import Path

_ROUNDS = 6  # each takes out what the one before it has laid open
_GONE = object()
_FORMULAS = frozenset({"formula", "rule", "when", "where"})
_SECTIONS = (
    "uses",
    "units_of_measure",
    "dimensions",
    "forms",
    "populations",
    "constants",
    "indicators",
    "verdicts",
)
_TEXT = {"zh": "-", "en": "-"}
_HEAD = {"id": "unknown", "version": "0.0.0", "title": _TEXT, "source": {}}


def sound_part(plain: dict[str, Any], spots: Spots) -> tuple[Pack, Spots, frozenset[str]] | None:
    """Return the pack without its wrong parts, where each value stands, and every id left out; None when nothing is sound."""
    rest = {**_HEAD, **deepcopy(plain)}
    missing: set[str] = set()
    for _ in range(_ROUNDS):
        kept, moved = _close_ranks(rest, spots)
        if not _same_units(plain, kept):
            return None
        try:
            return Pack.model_validate(shape.convert(kept, Pack, moved)), moved, frozenset(missing)
        except ValidationError as error:
            details = error.errors(include_url=False)
        rest, spots = kept, moved
        for detail in details:
            _take_out(rest, dict(detail), missing)
    return None


def _same_units(plain: dict[str, Any], kept: dict[str, Any]) -> bool:
    # Without a unit of measure, or a whole section, good formulas would look wrong.
    if any(section in plain and section not in kept for section in _SECTIONS):
        return False
    return len(kept.get("units_of_measure") or ()) == len(plain.get("units_of_measure") or ())


def _take_out(rest: dict[str, Any], detail: dict[str, Any], missing: set[str]) -> None:
    followed = shape.follow(Pack, rest, detail["loc"])
    if followed is None:
        return
    path, _, annotation, info = followed
    owner = _at(rest, path[:-1])
    key = path[-1] if path else None
    if isinstance(owner, dict) and isinstance(key, str):
        if detail["type"] == "extra_forbidden":
            missing.update(_ids(owner.pop(key, None)))
            return
        if info is not None and (stand_in := _stand_in(key, annotation)) is not None:
            owner[key] = stand_in
            return
        if len(path) == 1 and key in _HEAD:
            owner[key] = _HEAD[key]
            return
        if info is not None and not info.is_required():
            missing.update(_ids(owner.pop(key, None)))
            return
        if set(owner) <= {"zh", "en"}:
            owner[key] = "-"
            return
    item = path
    while item and not (isinstance(item[-1], int) and isinstance(_at(rest, item[:-1]), list)):
        item = item[:-1]
    if item:
        whole = _at(rest, item[:-1])
        if whole[item[-1]] is not _GONE:
            missing.update(_ids(whole[item[-1]]))
            whole[item[-1]] = _GONE
    elif path:
        missing.update(_ids(rest.pop(str(path[0]), None)))


def _stand_in(key: str, annotation: Any) -> Any:
    kinds = shape.members(annotation)
    if key == "levels" and annotation == IndicatorSpec.model_fields[key].annotation:
        return ["unknown"]  # formulas do not depend on levels
    return dict(_TEXT) if Bilingual in kinds else {} if Source in kinds else None


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = shape.step(value, part)
    return value


def formulas(plain: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text that stands where a formula belongs, with its path."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if key in _FORMULAS and isinstance(value, str):
                yield (*path, key), value
            yield from formulas(value, (*path, key))
    elif isinstance(plain, list):
        for number, value in enumerate(plain):
            yield from formulas(value, (*path, number))


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for child in value.values():
            yield from _ids(child)
    elif isinstance(value, list):
        for child in value:
            yield from _ids(child)


def _close_ranks(rest: dict[str, Any], spots: Spots) -> tuple[dict[str, Any], Spots]:
    """Return the values without the items that are gone, and where each of them stands under its new number."""
    renamed: dict[Path, Path] = {}

    def copy(value: Any, old: Path, new: Path) -> Any:
        renamed[old] = new
        if isinstance(value, dict):
            return {key: copy(child, (*old, key), (*new, key)) for key, child in value.items()}
        if isinstance(value, list):
            kept = [(number, child) for number, child in enumerate(value) if child is not _GONE]
            return [copy(child, (*old, number), (*new, place)) for place, (number, child) in enumerate(kept)]
        return value

    made = copy(rest, (), ())
    return made, {new: spots[old] for old, new in renamed.items() if old in spots}
