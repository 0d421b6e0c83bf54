"""Snapshots: accepted data as Parquet files and a manifest, written whole or not at all and never changed again.

A snapshot's id is the digest of its content alone. Who imported it, when, and from which file names does not matter, so
the same data imported twice are the same snapshot.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from duxue.core import digest
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.core.units import Unit, UnitTree
from duxue.microdata import problems as say
from duxue.microdata.assemble import LINE, ROW, SOURCE, Source
from duxue.microdata.content import digest_of_file, digest_of_table, write_parquet
from duxue.microdata.draft import Draft
from duxue.packs.schema import Form

FORMAT = 1
MANIFEST = "manifest.json"
FLAGS = "_flags.parquet"  # no form can have this name
_FLAG_SCHEMA = pa.schema(
    [("form", pa.string()), ("_row", pa.int64()), ("field", pa.string()), ("code", pa.string())]
)
_PARTIAL = ".partial-"


class Flag(NamedTuple):
    """A mark on an accepted cell that travels with it to every figure: the row's ordinal in its form, and a code."""

    form: str
    row: int
    field: str
    code: str


class CellPlace(NamedTuple):
    """Where a cell came from."""

    file: str
    sheet: str
    line: int
    column: str
    header: str


@dataclass(frozen=True)
class Snapshot:
    """Accepted data in a folder. `digests` names the content of each form."""

    folder: Path
    id: str
    digests: Mapping[str, str]
    rows: Mapping[str, int]
    sources: tuple[Source, ...]
    periods: Mapping[str, str]  # form -> its column with the year
    contract: str = ""  # digest of the rules under which the rows were accepted; empty when none was recorded

    def path(self, form: str) -> Path:
        """Return the Parquet file of a form; KeyError when the snapshot does not hold it."""
        if form not in self.digests:
            raise KeyError(form)
        return self.folder / f"{form}.parquet"

    def table(self, form: str) -> pa.Table:
        """Return the rows of a form."""
        return pq.read_table(self.path(form), memory_map=False)

    def flags(self) -> pa.Table:
        """Return the marks on cells: form, _row, field, code."""
        return pq.read_table(self.folder / FLAGS, memory_map=False)

    def years(self) -> list[int]:
        """Return the years that any form has rows of, in order."""
        found: set[int] = set()
        for form, period in self.periods.items():
            column = pq.read_table(self.path(form), columns=[period]).column(period)
            found.update(int(y) for y in pc.unique(column).to_pylist() if y is not None)
        return sorted(found)

    def tree(self, forms: Sequence[Form], levels: Sequence[str], year: int | None) -> UnitTree:
        """Return the units registered for a year, from the register forms among `forms`.

        Rows of a register with a period count for that year only (year None: all, later years win).
        """
        held = {
            f.id: self.table(f.id) for f in forms if f.register_units is not None and f.id in self.digests
        }
        return build_tree(held, forms, levels, year)

    def cell(self, form: str, row: int, field: str) -> CellPlace:
        """Return the file, sheet, line, column letters and header of a cell; `row` is its `_row`."""
        sources, lines = self._origins(form)
        if not 0 <= row < len(lines):
            raise IndexError(f"{form} has {len(lines)} rows")
        source = self.sources[sources[row].as_py()]
        letter, header = source.columns.get(field, ("", ""))
        return CellPlace(source.file, source.sheet, lines[row].as_py(), letter, header)

    def _origins(self, form: str) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
        if form not in self._origin_cache:
            table = pq.read_table(self.path(form), columns=[SOURCE, LINE])
            self._origin_cache[form] = (table.column(SOURCE), table.column(LINE))
        return self._origin_cache[form]

    @cached_property
    def _origin_cache(self) -> dict[str, tuple[pa.ChunkedArray, pa.ChunkedArray]]:
        return {}


def build_tree(
    tables: Mapping[str, pa.Table], forms: Sequence[Form], levels: Sequence[str], year: int | None
) -> UnitTree:
    """Return the units that the register forms among `forms` list for a year (year None: all, later years win)."""
    units: dict[str, Unit] = {}
    for form in forms:
        if form.register_units is not None and form.id in tables:
            for unit in _units(tables[form.id], form, levels, year):
                units[unit.code] = unit
    return UnitTree.build(levels, units.values())


def _units(table: pa.Table, form: Form, levels: Sequence[str], year: int | None) -> Iterator[Unit]:
    register = form.register_units
    assert register is not None  # only called for registers
    if form.period and year is not None:
        table = table.filter(pc.equal(table.column(form.period), year))
    elif form.period:
        table = table.sort_by([(form.period, "ascending"), (ROW, "ascending")])
    blank = [None] * table.num_rows

    def column(name: str | None) -> list[Any]:
        return table.column(name).to_pylist() if name else blank

    level = register.level or (levels[0] if levels else "")
    for code, name, name_en, parent, own in zip(
        column(form.unit_field),
        column(register.name),
        column(register.name_en),
        column(register.parent),
        column(register.level_field),
        strict=True,
    ):
        if code is not None:
            yield Unit(code, Text(name or code, name_en or ""), own or level, parent)


# --- identity ---------------------------------------------------------------------------------------------------------
def _flag_table(flags: Sequence[Flag]) -> pa.Table:
    ordered = sorted(set(flags))
    arrays = [pa.array([flag[i] for flag in ordered], f.type) for i, f in enumerate(_FLAG_SCHEMA)]
    return pa.Table.from_arrays(arrays, schema=_FLAG_SCHEMA)


def _form_digests(draft: Draft) -> dict[str, str]:
    return {
        form.id: _form_digest(
            digest_of_table(draft.tables[form.id], [spec.id for spec in form.fields]), _fields_of(form)
        )
        for form in draft.forms
        if draft.tables[form.id].num_rows
    }


def _fields_of(form: Form) -> list[dict[str, Any]]:
    return [{"id": s.id, "type": s.type, "decimals": s.decimals, "unit": s.unit} for s in form.fields]


def _form_digest(content: str, fields: Sequence[Mapping[str, Any]]) -> str:
    # 12 yuan and 12 万元 are different content, so the unit of measure is part of it.
    return digest.of_json({"content": content, "fields": [dict(f) for f in fields]})


def _id_of(digests: Mapping[str, str], flags_digest: str) -> str:
    return digest.of_json({"format": FORMAT, "forms": dict(digests), "flags": flags_digest})


def identify(draft: Draft, flags: Sequence[Flag] = ()) -> str:
    """Return the id that a draft with these flags would have as a snapshot."""
    return _id_of(_form_digests(draft), digest_of_table(_flag_table(flags), _FLAG_SCHEMA.names))


# --- writing ----------------------------------------------------------------------------------------------------------
def write(draft: Draft, folder: Path, *, flags: Sequence[Flag] = (), contract: str = "") -> Snapshot:
    """Write an accepted draft to `folder`, whole or not at all; the same content already there is returned as it is.

    `contract` is the digest of the rules that accepted it (see `contract`); it is no part of the snapshot's id.

    Refused: with the draft's errors when it has any; DATA060 when the folder holds something else.
    """
    if draft.errors:
        raise Refused(draft.errors)
    digests = _form_digests(draft)
    flag_table = _flag_table(flags)
    flags_digest = digest_of_table(flag_table, _FLAG_SCHEMA.names)
    identity = _id_of(digests, flags_digest)
    if folder.exists() and any(folder.iterdir()):
        return _existing(folder, identity)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _partial(folder) as partial:
        files = {}
        for form in draft.forms:
            if form.id in digests:
                path = partial / f"{form.id}.parquet"
                write_parquet(draft.tables[form.id], path)
                files[form.id] = digest.of_file(path)
        write_parquet(flag_table, partial / FLAGS)
        files[FLAGS] = digest.of_file(partial / FLAGS)
        manifest = _manifest(draft, identity, digests, flags_digest, files, contract)
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        (partial / MANIFEST).write_text(text, encoding="utf-8")
        try:
            _settle(partial, folder)
        except OSError:
            if not (folder / MANIFEST).is_file():
                raise
            return _existing(folder, identity)  # somebody else wrote it in the meantime
    return _from_manifest(folder, manifest)


def store(draft: Draft, store_folder: Path, *, flags: Sequence[Flag] = ()) -> Snapshot:
    """Write an accepted draft to `<store>/<first 16 digits of its id>`, or return the snapshot that is there already."""
    if draft.errors:
        raise Refused(draft.errors)
    return write(draft, store_folder / identify(draft, flags)[:16], flags=flags)


def find_same(store_folder: Path, identity: str) -> Path | None:
    """Return the folder of the snapshot with this id among the snapshots of a store, or None."""
    first = store_folder / identity[:16]
    others = sorted(p for p in store_folder.iterdir() if p != first) if store_folder.is_dir() else []
    for candidate in (first, *others):
        if candidate.name.startswith(".") or not (candidate / MANIFEST).is_file():
            continue
        try:
            if json.loads((candidate / MANIFEST).read_text(encoding="utf-8")).get("id") == identity:
                return candidate
        except (OSError, ValueError, AttributeError):
            continue
    return None


def _existing(folder: Path, identity: str) -> Snapshot:
    if (folder / MANIFEST).is_file():
        present = open_snapshot(folder)
        if present.id == identity:
            return present
    taken = say.make(
        "DATA060",
        Place(file=folder.name),
        expected=Text("空文件夹或新文件夹", "an empty or new folder"),
        advice=Text("快照写成后不再改动；请另选文件夹。", "Snapshots never change; choose another folder."),
    )
    raise Refused([taken])


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """Give a hidden sibling of `folder` to write into, and remove it unless it was moved into place."""
    partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _settle(partial: Path, folder: Path) -> None:
    """Bring everything to disk, then move it into place in one step."""
    for path in (*partial.iterdir(), partial) if os.name == "posix" else ():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    partial.chmod(0o755)
    if folder.is_dir():
        folder.rmdir()  # empty: checked before
    partial.rename(folder)


def _manifest(
    draft: Draft,
    identity: str,
    digests: Mapping[str, str],
    flags_digest: str,
    files: Mapping[str, str],
    contract: str,
) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "id": identity,
        "contract": contract,
        "forms": {
            form.id: {
                "digest": digests[form.id],
                "rows": draft.tables[form.id].num_rows,
                "file_sha256": files[form.id],
                "period": form.period,
                "fields": _fields_of(form),
            }
            for form in draft.forms
            if form.id in digests
        },
        "flags": {"digest": flags_digest, "file_sha256": files[FLAGS]},
        "sources": [
            {
                "file": s.file,
                "sheet": s.sheet,
                "form": s.form,
                "sha256": s.sha256,
                "size": s.size,
                "encoding": s.encoding,
                "header_row": s.header_row,
                "columns": {field: list(place) for field, place in s.columns.items()},
            }
            for s in draft.sources
        ],
    }
    return {**manifest, "seal": digest.of_json(manifest)}


# --- opening ----------------------------------------------------------------------------------------------------------
def _damaged(file: str, what: Text, found: str = "") -> Problem:
    return say.make(
        "DATA062",
        Place(file=file),
        Text(f"不是快照或清单损坏：{what.zh}", f"not a snapshot, or its manifest is damaged: {what.en}"),
        found=found,
        expected=Text("duxue data import 写成的文件夹", "a folder written by duxue data import"),
        advice=Text(
            "请从备份恢复，或重新导入原始文件。",
            "Restore it from a backup, or import the original files again.",
        ),
    )


def _unreadable(error: Exception) -> Problem:
    """Return what is wrong with a manifest that could not be read, in words."""
    if isinstance(error, OSError):
        what = Text("清单文件无法打开", "the file of the manifest cannot be opened")
    elif isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        what = Text("清单不是可读的 JSON", "the manifest is no JSON that can be read")
    elif isinstance(error, KeyError):
        entry = str(error.args[0])
        what = Text(f"清单缺少“{entry}”一项", f"the manifest lacks the entry “{entry}”")
        return _damaged(MANIFEST, what)
    else:
        what = Text("清单中有的项不是应有的内容", "an entry of the manifest does not hold what it should")
    return _damaged(MANIFEST, what)


def _altered(file: str, found: str, expected: str) -> Problem:
    return say.make(
        "DATA061",
        Place(file=file),
        Text(f"{file} 与写入时不同", f"{file} is not what was written"),
        found=found[:16],
        expected=Text(expected[:16], expected[:16]),
        advice=Text(
            "请从备份恢复，或重新导入原始文件。",
            "Restore it from a backup, or import the original files again.",
        ),
    )


def _from_manifest(folder: Path, manifest: Mapping[str, Any]) -> Snapshot:
    forms = manifest["forms"]
    return Snapshot(
        folder=folder,
        id=str(manifest["id"]),
        digests={form: str(entry["digest"]) for form, entry in forms.items()},
        rows={form: int(entry["rows"]) for form, entry in forms.items()},
        sources=tuple(
            Source(
                file=str(s["file"]),
                sheet=str(s["sheet"]),
                form=str(s["form"]),
                sha256=str(s["sha256"]),
                size=int(s["size"]),
                encoding=str(s["encoding"]),
                header_row=int(s["header_row"]),
                columns={field: (str(place[0]), str(place[1])) for field, place in s["columns"].items()},
            )
            for s in manifest["sources"]
        ),
        periods={form: str(entry["period"]) for form, entry in forms.items() if entry["period"]},
        contract=str(manifest.get("contract", "")),
    )


def open_snapshot(folder: Path) -> Snapshot:
    """Return the snapshot in `folder` after comparing every file with the manifest and the manifest with its id.

    Refused: DATA062 when it is no snapshot, DATA063 when a newer version wrote it, DATA061 for each altered file.
    """
    if not (folder / MANIFEST).exists():
        raise Refused([_damaged(MANIFEST, Text("没有清单", "there is no manifest"), "–")])
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version = int(manifest["format"])
        if version > FORMAT:
            newer = say.make(
                "DATA063",
                Place(file=MANIFEST),
                found=str(version),
                expected=Text(f"不高于 {FORMAT}", f"at most {FORMAT}"),
                advice=Text("请升级 Duxue。", "Upgrade Duxue."),
            )
            raise Refused([newer])
        snapshot = _from_manifest(folder, manifest)
        flags_digest = str(manifest["flags"]["digest"])
        files = {f"{form}.parquet": str(e["file_sha256"]) for form, e in manifest["forms"].items()}
        files[FLAGS] = str(manifest["flags"]["file_sha256"])
        fields = {f"{form}.parquet": list(e["fields"]) for form, e in manifest["forms"].items()}
        fields[FLAGS] = []
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Refused([_unreadable(error)]) from error
    content = {f"{form}.parquet": value for form, value in snapshot.digests.items()}
    content[FLAGS] = flags_digest
    wrong: list[Problem] = []
    seal = digest.of_json({k: v for k, v in manifest.items() if k != "seal"})
    if seal != manifest.get("seal"):
        wrong.append(_altered(MANIFEST, seal, str(manifest.get("seal"))))
    elif any(os.path.basename(name) != name for name in files):  # noqa: PTH119 - a name, not a path
        wrong.append(_damaged(MANIFEST, Text("清单中的表名含有路径", "the manifest names a form as a path")))
    elif (real := _id_of(snapshot.digests, flags_digest)) != snapshot.id:
        wrong.append(_altered(MANIFEST, real, snapshot.id))
    else:
        wrong.extend(_verify(folder, files, fields, content))
    if wrong:
        raise Refused(wrong)
    return snapshot


def _verify(
    folder: Path,
    files: Mapping[str, str],
    fields: Mapping[str, list[dict[str, Any]]],
    content: Mapping[str, str],
) -> Iterator[Problem]:
    for name, expected in files.items():
        try:
            bytes_now = digest.of_file(folder / name)
            if bytes_now != expected:
                yield _altered(name, bytes_now, expected)
                continue
            columns = [f["id"] for f in fields[name]]
            content_now = digest_of_file(folder / name, columns or _FLAG_SCHEMA.names)
            if columns:
                content_now = _form_digest(content_now, fields[name])
        except (OSError, KeyError, pa.ArrowException) as error:
            yield _altered(name, type(error).__name__, expected)
            continue
        if content_now != content[name]:
            yield _altered(name, content_now, content[name])


open = open_snapshot  # noqa: A001 - read as snapshot.open(folder)
