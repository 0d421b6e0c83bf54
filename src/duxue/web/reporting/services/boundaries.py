"""The authority's own boundaries: checked as GeoJSON, bounded in size, kept with the number of their approval."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
_SHAPES = ("Polygon", "MultiPolygon")


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
    found, positions = [], 0
    for n, feature in enumerate(features, 1):
        try:
            if str(feature["geometry"]["type"]) not in _SHAPES:
                found.append(_wrong(f"{n}: {feature['geometry']['type']}", "Polygon, MultiPolygon"))
                continue
            if not isinstance(feature["properties"][key], str | int):
                raise KeyError(key)
            for x, y in _positions(feature["geometry"]):
                positions += 1
                if not (-180 <= x <= 180 and -90 <= y <= 90):
                    found.append(_wrong(f"{n}: {x}, {y}", "-180…180, -90…90"))
                    break
        except (KeyError, TypeError, ValueError, IndexError):
            found.append(_wrong(f"{n}", f"properties.{key}, geometry.coordinates"))
    if positions > MOST_POSITIONS:
        found.append(_wrong(str(positions), f"≤ {MOST_POSITIONS}"))
    return found[:20]


def _positions(geometry: dict[str, Any]) -> Iterator[tuple[float, float]]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in parts:
        for ring in polygon:
            for position in ring:
                yield float(position[0]), float(position[1])


def _wrong(found: str, expected: str) -> Problem:
    return tell("WEB063", field="file", found=found, expected=Text(expected, expected))
