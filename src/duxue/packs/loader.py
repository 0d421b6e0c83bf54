"""A pack by name or path: read, checked for shape, with the packs it uses taken in, digested."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from duxue.core import digest
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.packs import partial, shape, yamltree
from duxue.packs.catalogue import PACK_FILE, find_latest, list_ids, list_versions, shipped_folder
from duxue.packs.problems import listed, suggest, tell
from duxue.packs.schema import ConstantValue, Model, Pack, Source, Standard
from duxue.packs.shape import Spot, Spots
from duxue.packs.yamltree import Path as PackPath

# What a used pack lends, in the order of the schema.
SHARED = ("units_of_measure", "dimensions", "forms", "checks", "populations", "constants")
_REF = re.compile(r"^(?P<id>[a-z][a-z0-9-]{0,63})(@(?P<version>[0-9]{1,6}(\.[0-9]{1,6}){2}))?$")


@dataclass(frozen=True)
class LoadedPack:
    """A pack ready for use: what it uses has been put before what is its own."""

    pack: Pack
    own_ids: Mapping[str, frozenset[str]]  # section -> ids that this pack itself declares
    folder: Path
    file: str  # name of the rule file in messages
    digest: str
    used: tuple[tuple[str, str, str], ...]  # id, version, digest of every pack taken in
    spots: Mapping[PackPath, Spot] = field(repr=False)
    origins: Mapping[tuple[str, str], str] = field(repr=False)  # (section, id) -> id@version that declares it

    @property
    def lines(self) -> dict[PackPath, tuple[str, int, int]]:
        """Path in the pack, such as ('indicators', 3, 'formula') -> file, line, column."""
        return {
            path: (spot.document.file, *spot.document.position(spot.node.start))
            for path, spot in self.spots.items()
        }

    def spot(self, path: PackPath) -> Spot:
        """Return where the value at `path` is written, or the closest thing above it."""
        return shape.nearest(self.spots, path)

    def pointer(self, path: PackPath) -> str:
        """Return a path in words: `indicators > L1 > unit`."""
        return shape.point(_plain(self.pack, path), path)

    def place(self, path: PackPath, offset: int = 0, length: int | None = None) -> Place:
        """Return the place of the value at `path`, or of some characters of its text."""
        return self.spot(path).place(self.pointer(path), offset, length)

    def is_own(self, section: str, name: str) -> bool:
        """Return whether this pack itself declares the element, rather than a pack that it uses."""
        return name in self.own_ids.get(section, frozenset())


class WrongShapeError(Refused):
    """The shape of a pack is wrong; what can be judged all the same is kept beside the problems."""

    def __init__(self, problems: Sequence[Problem], file: str, plain: Any, spots: Spots) -> None:
        """Keep the values as they were written, and the pack without its wrong parts once there is one."""
        super().__init__(problems)
        self.file = file
        self.plain = plain
        self.spots = spots
        self.rest: LoadedPack | None = None
        self.missing: frozenset[str] = frozenset()  # names left out of the rest with the wrong parts


def load(ref: str | Path) -> LoadedPack:
    """Return the pack called `ref`: `id` (newest shipped version), `id@version`, or the path of a folder or file.

    Refused tells everything that is wrong with the shape of the file; `lint.check` looks at the rest.
    """
    file, name = _find(ref)
    return _load(file, name, ())


def load_text(text: str, file: str = PACK_FILE, folder: Path | None = None) -> LoadedPack:
    """Return the pack written in `text`, as if it stood in `folder`."""
    return _build(text.encode("utf-8", "surrogatepass"), file, folder or Path(), ())


def _find(ref: str | Path) -> tuple[Path, str]:
    if isinstance(ref, str) and (match := _REF.match(ref)):
        version = match["version"] or find_latest(match["id"])
        if version in list_versions(match["id"]):
            name = f"{match['id']}/{version}/{PACK_FILE}"
            return shipped_folder() / name, name
        if list_versions(match["id"]) or not Path(ref).exists():
            known = [f"{i}@{v}" for i in list_ids() for v in list_versions(i)]
            raise Refused(
                [tell("PACK001", Place(), ref, known=listed(known), near=suggest(ref, [*known, *list_ids()]))]
            )
    path = Path(ref)
    try:
        file = path / PACK_FILE if path.is_dir() else path
        if file.is_file():
            return file, str(file)
    except (OSError, ValueError):  # a name that no file can have
        pass
    known = list_ids()
    raise Refused([tell("PACK001", Place(), ref, known=listed(known), near=suggest(str(ref), known))])


def refuse_link(file: Path, name: str) -> None:
    """Refuse (PACK009) a file that is a link out of its folder: messages would show lines of whatever it leads to."""
    # What comes with the program stands where its installer put it; some of them link every file to a store.
    if file.is_relative_to(shipped_folder()):
        return
    if not file.resolve().is_relative_to(file.parent.resolve()):
        raise Refused([tell("PACK009", Place(name), file.name)])


def _load(file: Path, name: str, above: tuple[str, ...]) -> LoadedPack:
    try:
        refuse_link(file, name)
        with file.open("rb") as stream:
            data = stream.read(yamltree.MOST_BYTES + 1)
    except OSError:
        raise Refused([tell("PACK001", Place(name), name, known=listed(list_ids()))]) from None
    build = _build_shipped if file.is_relative_to(shipped_folder()) else _build
    return build(data, name, file.parent, above)


def _build(data: bytes, name: str, folder: Path, above: tuple[str, ...]) -> LoadedPack:
    document = yamltree.read(data, name)
    plain, spots, found = document.root.plain(), shape.list_spots(document), list[Problem]()
    if not isinstance(plain, dict):
        raise Refused([tell("PACK012", document.place(document.root), "", wanted=_A_PACK, example=_BEGIN)])
    used = _load_used(plain, spots, folder, above, found)
    dimensions = _dimension_ids(plain) | {d.id for u in used for d in u.pack.dimensions}
    # While a used pack cannot be read its dimensions are not known: no key is called wrong for that.
    whole = all(p.place.file == name and p.code != "PACK018" for p in found)
    for path, model in _inline_places(plain):
        shape.move_inline(plain, spots, path, model, dimensions if whole else None, found)
    own = shape.check(Pack, plain, spots, found, sorted(dimensions))
    if own is None or found:
        wrong = WrongShapeError(_in_order(found), name, plain, spots)
        if whole and (sound := partial.sound_part(plain, spots)) is not None:
            pack, places, wrong.missing = sound
            with suppress(Refused):  # an element of a used pack declared again
                wrong.rest = _join(pack, used, places, folder, name)
        raise wrong
    return _join(own, used, spots, folder, name)


# A shipped pack stands on its own bytes and on other shipped packs: built once, until the program is replaced.
_build_shipped = lru_cache(maxsize=32)(_build)

_A_PACK = Text(
    "规则包（若干 键: 值，从 id、version、title 开始）", "a pack (entries such as id, version, title)"
)
_BEGIN = Text(
    "从 id、version、title、source 写起；duxue pack new 可写出一份样本。",
    "Begin with id, version, title and source; `duxue pack new` writes an example.",
)


def _inline_places(plain: dict[str, Any]) -> Iterator[tuple[PackPath, type[Model]]]:
    for number in range(_length(plain.get("standards"))):
        yield ("standards", number), Standard
    for number in range(_length(plain.get("constants"))):
        constant = plain["constants"][number]
        for value in range(_length(constant.get("values") if isinstance(constant, dict) else None)):
            yield ("constants", number, "values", value), ConstantValue


def _in_order(found: list[Problem]) -> list[Problem]:
    return sorted(found, key=lambda p: (p.place.file, p.place.line or 0, p.place.column or 0))


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _dimension_ids(plain: dict[str, Any]) -> set[str]:
    listed_here = plain.get("dimensions")
    entries = listed_here if isinstance(listed_here, list) else []
    return {e["id"] for e in entries if isinstance(e, dict) and isinstance(e.get("id"), str)}


def _load_used(
    plain: dict[str, Any], spots: Spots, folder: Path, above: tuple[str, ...], found: list[Problem]
) -> list[LoadedPack]:
    refs = plain.get("uses")
    loaded: list[LoadedPack] = []
    me = f"{plain.get('id')}@{plain.get('version')}"
    for number, ref in enumerate(refs if isinstance(refs, list) else ()):
        if not isinstance(ref, str):
            continue  # told by the schema
        place = spots[("uses", number)].place(f"uses > {number + 1}")
        match = _REF.match(ref)
        known = [f"{i}@{v}" for i in list_ids() for v in list_versions(i)]
        near = suggest(ref, known)
        if match is None or match["version"] is None:
            why = Text("没有写明版本", "it names no exact version")
            found.append(tell("PACK018", place, ref, why=why, near=near))
        elif ref in (*above, me):
            why = Text("它最终又引用本规则包", "in the end it uses this pack itself")
            found.append(tell("PACK018", place, ref, why=why))
        elif (file := _find_used(match["id"], match["version"], folder)) is None:
            why = Text("没有这个规则包或版本", "there is no such pack or version")
            found.append(tell("PACK018", place, ref, why=why, near=near))
        else:
            try:
                loaded.append(_load(file, f"{match['id']}/{match['version']}/{PACK_FILE}", (*above, me)))
            except Refused as error:
                found.extend(error.problems)
    return loaded


def _find_used(pack_id: str, version: str, folder: Path) -> Path | None:
    # Shipped packs first; else a neighbour: <packs>/<id>/<version>/pack.yaml beside this pack's own folder.
    for root in (shipped_folder(), folder.resolve().parent, folder.resolve().parent.parent):
        file = root / pack_id / version / PACK_FILE
        if file.is_file():
            return file
    return None


def _join(own: Pack, used: list[LoadedPack], own_spots: Spots, folder: Path, name: str) -> LoadedPack:
    me = f"{own.id}@{own.version}"
    sections: dict[str, list[Any]] = {section: [] for section in SHARED}
    origins: dict[tuple[str, str], str] = {}
    spots: Spots = {path: spot for path, spot in own_spots.items() if not path or path[0] not in SHARED}
    found: list[Problem] = []

    def take(section: str, element: Any, origin: str, source: Mapping[PackPath, Spot], number: int) -> None:
        first = origins.get((section, element.id))
        if first is not None:
            if first != origin:
                spot = shape.nearest(source, (section, number, "id"))
                found.append(
                    tell("PACK017", spot.place(f"{section} > {element.id}"), element.id, first=first)
                )
            return
        origins[section, element.id] = origin
        target = len(sections[section])
        sections[section].append(element)
        for path, spot in source.items():
            if path[:2] == (section, number):
                spots[(section, target, *path[2:])] = spot

    for lender in used:
        groups = _by_element(lender.spots)
        for section in SHARED:
            for number, element in enumerate(getattr(lender.pack, section)):
                origin = lender.origins[section, element.id]
                element = _with_sources(element, lender.pack.sources)  # noqa: PLW2901 - short names end at the file
                take(section, element, origin, groups.get((section, number), {}), number)
    groups = _by_element(own_spots)
    for section in SHARED:
        if (section,) in own_spots:
            spots[section,] = own_spots[section,]
        for number, element in enumerate(getattr(own, section)):
            take(section, element, me, groups.get((section, number), {}), number)
    if found:
        raise Refused(_in_order(found))
    changes: dict[str, Any] = {section: tuple(elements) for section, elements in sections.items()}
    if not own.levels:
        lender_with = next((u for u in used if u.pack.levels), None)
        if lender_with is not None:
            changes["levels"] = lender_with.pack.levels
            spots.update({p: s for p, s in lender_with.spots.items() if p[:1] == ("levels",)})
    pack = own.model_copy(update=changes)
    packs_used = {(u.pack.id, u.pack.version, u.digest): None for u in used}
    packs_used.update({entry: None for u in used for entry in u.used})
    own_ids = {
        section: frozenset(element.id for element in getattr(own, section))
        for section in ("levels", *SHARED, "indicators", "verdicts")
    }
    return LoadedPack(
        pack, own_ids, folder, name, digest.of_json(shape.canonical(pack)), tuple(packs_used), spots, origins
    )


def _by_element(spots: Mapping[PackPath, Spot]) -> dict[PackPath, Spots]:
    groups: dict[PackPath, Spots] = {}
    for path, spot in spots.items():
        if len(path) > 1:
            groups.setdefault(path[:2], {})[path] = spot
    return groups


def _with_sources(value: Any, sources: Mapping[str, Source]) -> Any:
    # A used element's `source: short-name` is spelled out, for the short name belongs to the lender's file.
    if isinstance(value, tuple):
        return tuple(_with_sources(item, sources) for item in value)
    if not isinstance(value, Model):
        return value
    changes: dict[str, Any] = {}
    for key in type(value).model_fields:
        old = getattr(value, key)
        if key == "source" and isinstance(old, str) and old in sources:
            changes[key] = sources[old]
        elif isinstance(old, tuple | Model) and (new := _with_sources(old, sources)) != old:
            changes[key] = new
    return value.model_copy(update=changes) if changes else value


def _plain(pack: BaseModel, path: PackPath) -> Any:
    # Just enough of the pack for `shape.point`: the ids of the list items along the path.
    node: Any = pack
    top: dict[Any, Any] = {}
    here: Any = top
    for part in path:
        if isinstance(part, int):
            node = node[part] if isinstance(node, tuple) and part < len(node) else None
            item: dict[Any, Any] = {"id": node.id} if hasattr(node, "id") else {}
            here.extend([None] * part + [item])
            here = item
            continue
        if isinstance(node, Model):
            key = next((n for n, f in type(node).model_fields.items() if part in (n, f.alias)), None)
            node = getattr(node, key) if key else None
        else:
            node = node.get(part) if isinstance(node, dict) else None
        step: Any = [] if isinstance(node, tuple) else {}
        here.setdefault(part, step)
        here = step
    return top
