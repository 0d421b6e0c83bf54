"""Packs of the site's own: rule files below HOME/packs, offered beside the shipped ones when nothing is wrong with them.

A round keeps a copy of its rules below HOME/rules, in a folder named by their digest: whatever becomes of the file in
HOME/packs, and whichever packs a newer version ships, the round is scored and verified by the rules that it was made with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from duxue.app.folders import fresh_folder
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.packs.catalogue import PACK_FILE, list_ids, shipped_folder, version_key
from duxue.packs.keeping import keep_pack
from duxue.packs.lint import load_and_lint
from duxue.packs.loader import LoadedPack
from duxue.web.common.problems import tell

_Stamp = tuple[str, int, int]  # path, moment of the last change, bytes


@dataclass(frozen=True)
class OwnPack:
    """A rule file below HOME/packs, with what keeps it from being chosen."""

    file: str  # below HOME
    folder: Path
    title: Text
    id: str = ""  # as the file says; empty when it cannot be read
    version: str = ""
    scored: bool = False  # says how a round is scored; others only lend to those
    problems: tuple[Problem, ...] = ()

    @property
    def ref(self) -> str:
        """The name under which it is chosen."""
        return f"{self.id}@{self.version}"


def packs_home() -> Path:
    """Return the folder below HOME in which the site's own packs lie."""
    return Path(settings.HOME) / "packs"


def rules_home() -> Path:
    """Return the folder below HOME in which rounds keep the rules that do not come with the program."""
    return Path(settings.HOME) / "rules"


def own_packs() -> tuple[OwnPack, ...]:
    """Return every pack below HOME/packs, newest version first, with its errors."""
    root = packs_home()
    found = (f for f in sorted(root.rglob(PACK_FILE)) if f.is_file() and not _hidden(f.relative_to(root)))
    return _read(tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in found))


def find(ref: str) -> OwnPack | None:
    """Return the own pack that is called `id` (its newest version) or `id@version`; Refused when it has problems.

    A name that a shipped pack has is that pack's.
    """
    if ref.partition("@")[0] in list_ids():
        return None
    found = next((own for own in own_packs() if own.id and ref in (own.id, own.ref)), None)
    if found is not None and found.problems:
        raise Refused(found.problems)
    return found


def keep(loaded: LoadedPack) -> None:
    """Keep the rules of a round that is made from an own pack; Refused (WEB002) when they are neither that nor shipped."""
    if loaded.folder.is_relative_to(shipped_folder()):
        return
    ref = f"{loaded.pack.id}@{loaded.pack.version}"
    own = find(ref)
    if own is None or own.folder != loaded.folder:  # a path, where a name is asked for
        expected = Text(
            "随程序提供的规则包，或 packs 文件夹中的规则包", "a shipped pack, or one of the packs folder"
        )
        raise Refused([tell("WEB002", field="pack", found=ref, expected=expected)])
    place = rules_home() / loaded.digest
    if not place.is_dir():
        names = [loaded.pack.id, *(used for used, _, _ in loaded.used)]
        with fresh_folder(place, mark="", ours=names) as partial:
            keep_pack(loaded, partial)


def kept(ref: str, digest: str) -> Path | None:
    """Return the folder with the copy of rules that a round keeps, or None where they come with the program."""
    pack_id, _, version = ref.partition("@")
    place = rules_home() / digest / pack_id / version
    return place if digest and version and place.is_dir() else None


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


@lru_cache(maxsize=2)  # until a file changes: reading a pack takes half a second
def _read(stamps: tuple[_Stamp, ...]) -> tuple[OwnPack, ...]:
    found = [_one(Path(path)) for path, _, _ in stamps]
    return tuple(sorted(_without_clashes(found), key=_newest))


def _newest(own: OwnPack) -> tuple[str, tuple[int, ...], str]:
    return own.id, tuple(-n for n in version_key(own.version)) if own.version else (), own.file


def _one(file: Path) -> OwnPack:
    name = file.relative_to(settings.HOME).as_posix()
    try:
        loaded, problems = load_and_lint(file.parent)
    except Refused as refused:
        return OwnPack(name, file.parent, same(""), problems=tuple(_said(refused.problems)))
    pack = loaded.pack
    wrong = [p for p in problems if p.severity == "error"]
    return OwnPack(
        name, file.parent, pack.title.text, pack.id, pack.version, pack.scoring is not None, tuple(_said(wrong))
    )  # fmt: skip


def _said(problems: Iterable[Problem]) -> Iterable[Problem]:
    """Yield the problems with files as they lie below HOME: where that is concerns nobody who reads the page."""
    home = f"{settings.HOME}/"
    for problem in problems:
        yield replace(problem, place=replace(problem.place, file=problem.place.file.removeprefix(home)))


def _without_clashes(found: list[OwnPack]) -> Iterable[OwnPack]:
    shipped = frozenset(list_ids())
    seen: dict[str, str] = {}
    for own in found:
        clash: list[Problem] = []
        if own.id in shipped:
            clash.append(
                tell("WEB065", field="id", found=own.id,
                     expected=Text("与随程序提供的规则包都不同的编号", "an id that no shipped pack has"),
                     advice=Text("请改编号，例如加上本省的简称。", "Change the id, for example by adding the name of the province."))
            )  # fmt: skip
        elif own.id and own.ref in seen:
            clash.append(
                tell("WEB065", field="version", found=own.ref,
                     expected=Text(f"与 {seen[own.ref]} 不同的编号或版本", f"another id or version than {seen[own.ref]}"),
                     advice=Text("请改版本，或移走其中一个。", "Change the version, or move one of them away."))
            )  # fmt: skip
        seen.setdefault(own.ref, own.file)
        yield replace(own, problems=(*clash, *own.problems)) if clash else own
