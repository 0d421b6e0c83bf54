"""The packs that come with Duxue: which there are, in which versions, and what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from duxue.core.text import Text
from duxue.packs import yamltree
from duxue.packs.schema import Bilingual, Source

PACK_FILE = "pack.yaml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One shipped version of a pack."""

    id: str
    version: str
    title: Text
    summary: Text
    label: Text | None
    status: str  # of its main source: confirmed, practice, background, proposal
    latest: bool
    folder: Path

    @property
    def ref(self) -> str:
        """The name under which it is loaded."""
        return f"{self.id}@{self.version}"


def shipped_folder() -> Path:
    """Return the folder with the shipped packs."""
    return Path(str(resources.files("duxue.packs"))) / "shipped"


def version_key(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by: 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


def list_versions(pack_id: str, root: Path | None = None) -> list[str]:
    """Return the versions of a pack below `root` (default: the shipped ones), oldest first."""
    folder = (root or shipped_folder()) / pack_id
    if not folder.is_dir():
        return []
    names = [f.name for f in folder.iterdir() if (f / PACK_FILE).is_file() and _is_version(f.name)]
    return sorted(names, key=version_key)


def list_ids() -> list[str]:
    """Return the ids of the shipped packs."""
    return sorted(f.name for f in shipped_folder().iterdir() if f.is_dir() and list_versions(f.name))


def find_latest(pack_id: str) -> str | None:
    """Return the newest shipped version of a pack, or None."""
    versions = list_versions(pack_id)
    return versions[-1] if versions else None


def list_entries() -> list[Entry]:
    """Return every shipped version of every pack, by id and then oldest first."""
    return [
        _describe(pack_id, version, version == find_latest(pack_id))
        for pack_id in list_ids()
        for version in list_versions(pack_id)
    ]


@cache
def _describe(pack_id: str, version: str, latest: bool) -> Entry:
    # Only the head of the file is needed, so a list of packs does not load each of them.
    folder = shipped_folder() / pack_id / version
    name = f"{pack_id}/{version}/{PACK_FILE}"
    plain = yamltree.read((folder / PACK_FILE).read_bytes(), name).root.plain()
    return Entry(
        id=pack_id,
        version=version,
        title=Bilingual.model_validate(plain["title"]).text,
        summary=Bilingual.model_validate(plain["summary"]).text if plain.get("summary") else Text("", ""),
        label=Bilingual.model_validate(plain["label"]).text if plain.get("label") else None,
        status=str((plain.get("source") or {}).get("status", Source.model_fields["status"].default)),
        latest=latest,
        folder=folder,
    )


def _is_version(name: str) -> bool:
    return len(name.split(".")) == 3 and all(part.isascii() and part.isdigit() for part in name.split("."))
