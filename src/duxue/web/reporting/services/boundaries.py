"""The authority's own boundaries: checked as GeoJSON, bounded in size, kept with the number of their approval."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.reporting.models import Boundary

MOST_BYTES, MOST_FEATURES, MOST_POSITIONS = 5 << 20, 2000, 200_000
MOST_KEY, MOST_APPROVAL = 60, 80  # characters, as the table keeps them
MOST_TOLD, MOST_SHOWN = 20, 60  # problems at once, characters of what was found
_SHAPES = {"Polygon": 1, "MultiPolygon": 2}  # type -> how many lists deep its rings lie
_CODE = Text("单位代码（文字或整数）", "the code of a unit, a text or a whole number")
_RINGS = Text("环的列表（MultiPolygon 为其列表）", "a list of rings (of MultiPolygon, of such lists)")
_POSITIONS = Text("位置的列表", "a list of positions")
_POSITION = Text(
    "[经度, 纬度]，以度为单位的数：-180…180, -90…90",
    "[longitude, latitude], numbers in degrees: -180…180, -90…90",
)
_CLOSED = Text(
    "闭合的环：至少四个位置，首尾相同", "a closed ring: at least four positions, the last one as the first"
)


@transaction.atomic
def boundary_set(
    *, actor: Actor, authority: Organisation, content: bytes, key: str, approval: str
) -> Boundary:
    """Keep boundaries in place of earlier ones and return them.

    Args:
        actor: an organiser of the authority.
        authority: whose map it is.
        content: GeoJSON, UTF-8, at most 5 MB: polygons in degrees.
        key: the property that holds the code of a unit.
        approval: the number under which the map may be shown (审图号).

    Raises:
        Refused: everything that is wrong with it (WEB063, WEB001).
    """
    require(actor, "edit", Boundary(authority=authority))
    found = [
        tell("WEB001", field=name)
        for name, text in (("key", key), ("approval", approval))
        if not text.strip()
    ]
    found += [
        tell(
            "WEB002",
            field=name,
            found=str(len(text)),
            expected=Text(f"至多 {most} 个字符", f"at most {most} characters"),
        )
        for name, text, most in (("key", key, MOST_KEY), ("approval", approval, MOST_APPROVAL))
        if len(text) > most
    ]
    if len(content) > MOST_BYTES:
        raise Refused([*found, _wrong(f"{len(content)} B", f"≤ {MOST_BYTES} B")])
    try:
        plain = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
        found += _faults(plain, key)
    except (ValueError, RecursionError) as error:
        found.append(_wrong(str(error)[:80], "GeoJSON (UTF-8)"))
    if found:
        raise Refused(found)
    kept = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {key: str(f["properties"][key])}, "geometry": f["geometry"]} for f in plain["features"]
    ]}  # fmt: skip
    if not _keepable(kept):
        raise Refused([_wrong("U+0000, U+D800…U+DFFF", "GeoJSON (UTF-8)")])
    with everything("an authority has one map"):
        made, _ = Boundary.objects.update_or_create(
            authority=authority,
            defaults={"key": key, "approval": approval.strip(), "geojson": kept, "uploaded_by_id": actor.user_id, "uploaded_at": now()},
        )  # fmt: skip
        audit.record(
            actor,
            "duxue.boundary.set",
            made,
            path=authority.path,
            data={"features": len(kept["features"]), "approval": approval},
        )
    return made


def _keepable(kept: dict[str, Any]) -> bool:
    """Return whether a database keeps all its texts: none with a NUL, or with half a pair of UTF-16."""
    text = json.dumps(kept, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _faults(plain: Any, key: str) -> list[Problem]:
    if (
        not isinstance(plain, dict)
        or plain.get("type") != "FeatureCollection"
        or not isinstance(plain.get("features"), list)
    ):
        return [_wrong("–", "FeatureCollection")]
    features = plain["features"]
    if not 0 < len(features) <= MOST_FEATURES:
        return [_wrong(str(len(features)), f"1–{MOST_FEATURES} features")]
    if found := list(islice(_wrong_features(features, key), MOST_TOLD)):
        return found
    positions = sum(len(ring) for feature in features for ring in _rings(feature["geometry"]))
    return [_wrong(str(positions), f"≤ {MOST_POSITIONS}")] if positions > MOST_POSITIONS else []


def _wrong_features(features: list[Any], key: str) -> Iterator[Problem]:
    first: dict[str, str] = {}  # unit -> the place of its shape
    for n, feature in enumerate(features):
        place = f"features[{n}]"
        if not isinstance(feature, dict):
            yield _wrong(_shown(feature), "Feature", place)
            continue
        properties, geometry = feature.get("properties"), feature.get("geometry")
        code = properties.get(key) if isinstance(properties, dict) else None
        if type(code) not in (str, int):
            yield _wrong(_shown(code), _CODE, f"{place}.properties.{key}")
        elif str(code) in first:
            other = first[str(code)]
            once = Text(f"每个单位一个图形（已有 {other}）", f"one shape for each unit (there is {other})")
            yield _wrong(_shown(code), once, place)
        else:
            first[str(code)] = place
        if isinstance(geometry, dict) and (above := _SHAPES.get(str(geometry.get("type")))):
            yield from _wrong_rings(geometry.get("coordinates"), above, f"{place}.geometry.coordinates")
        else:
            kind = geometry.get("type") if isinstance(geometry, dict) else geometry
            yield _wrong(_shown(kind), "Polygon, MultiPolygon", f"{place}.geometry")


def _wrong_rings(value: Any, above: int, place: str) -> Iterator[Problem]:
    """Yield what is wrong with rings that lie `above` lists deep."""
    if not isinstance(value, list) or not value:
        yield _wrong(_shown(value), _RINGS if above else _POSITIONS, place)
    elif above:
        for n, part in enumerate(value):
            yield from _wrong_rings(part, above - 1, f"{place}[{n}]")
    else:
        wrong = [_wrong(_shown(p), _POSITION, f"{place}[{n}]") for n, p in enumerate(value) if not _fits(p)]
        if not wrong and (len(value) < 4 or value[0] != value[-1]):
            wrong = [_wrong(f"{_shown(value[0])} … {_shown(value[-1])} ({len(value)})", _CLOSED, place)]
        yield from wrong


def _fits(position: Any) -> bool:
    """Return whether a position is two numbers in degrees, perhaps with a height: no texts, and no true or false."""
    if not isinstance(position, list) or len(position) not in (2, 3):
        return False
    numbers = all(type(part) in (int, float) for part in position)
    return numbers and -180 <= position[0] <= 180 and -90 <= position[1] <= 90


def _rings(geometry: dict[str, Any]) -> Iterator[list[Any]]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in parts:
        yield from polygon


def _shown(value: Any) -> str:
    return json.dumps(value)[:MOST_SHOWN]


def _wrong(found: str, expected: str | Text, place: str = "file") -> Problem:
    told = expected if isinstance(expected, Text) else Text(expected, expected)
    return tell("WEB063", field=place, found=found, expected=told)
