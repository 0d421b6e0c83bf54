"""A snapshot beside a pack: does it hold what the pack asks for, and was it accepted under the pack's own checks?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from duxue.app.absent import tell_absent
from duxue.app.importing import Progress, check_draft, import_folder
from duxue.app.problems import make
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.microdata.contract import contract_of
from duxue.microdata.redraft import draft_again
from duxue.microdata.snapshot import MANIFEST, Snapshot, open_snapshot, write
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack


@dataclass(frozen=True)
class Fitted:
    """A snapshot that the pack's own checks accept, and what they say of it; `again` when they were run again."""

    snapshot: Snapshot
    problems: tuple[Problem, ...]
    again: bool


def fit(
    loaded: LoadedPack,
    snapshot: Snapshot,
    target: Path,
    *,
    engine: str = "duckdb",
    progress: Progress = lambda _: None,
) -> Fitted:
    """Return the snapshot itself when it was accepted under the data contract of the pack, else check its rows again.

    Rows that pass are written to `target` with the marks of this pack's warnings: the snapshot that importing the
    original files with this pack would give.

    Raises:
        Refused: APP006 when a form or field is lacking; else every problem, each at its cell of the original files.
    """
    pack = loaded.pack
    check_fit(snapshot, pack)
    if snapshot.contract == contract_of(pack):
        held = {form: snapshot.table(form) for form in snapshot.digests}
        return Fitted(snapshot, tuple(tell_absent(pack, held)), again=False)
    progress(
        Text(
            "快照是按另一套校验接收的，正在按本规则包重新校验",
            "the snapshot was accepted under other checks; checking it again by this pack",
        )
    )
    levels = [level.id for level in pack.levels]
    draft = draft_again(snapshot, pack.forms, levels, pack.dimensions)
    checked = check_draft(loaded, draft, engine=engine, progress=progress)
    if checked.errors:
        raise Refused(checked.problems)
    written = write(checked.draft, target, flags=checked.flags, contract=contract_of(pack))
    return Fitted(written, checked.problems, again=True)


@contextmanager
def opened(
    loaded: LoadedPack, folder: Path, *, engine: str = "duckdb", progress: Progress = lambda _: None
) -> Iterator[Snapshot]:
    """Give the data of a folder as a snapshot that the pack's checks accept: its own, or a temporary import."""
    with tempfile.TemporaryDirectory(prefix="duxue-") as temporary:
        place = Path(temporary)
        if (folder / MANIFEST).is_file():
            progress(Text("打开快照并核对摘要", "opening the snapshot and checking its digests"))
            held = open_snapshot(folder)
            yield fit(loaded, held, place / "again", engine=engine, progress=progress).snapshot
        else:
            yield import_folder(loaded, folder, place, engine=engine, progress=progress).snapshot


def check_fit(snapshot: Snapshot, pack: Pack) -> None:
    """Refuse (APP006) a snapshot that lacks a required form or a field of the pack, or holds it as something else."""
    wrong: list[Problem] = []
    manifest = json.loads((snapshot.folder / MANIFEST).read_text(encoding="utf-8"))
    for form in pack.forms:
        if form.id not in snapshot.digests:
            if form.required:
                wrong.append(_unfit(form.id, "", form.title.text))
            continue
        held = {f["id"]: (f["type"], f["unit"]) for f in manifest["forms"][form.id]["fields"]}
        for spec in form.fields:
            if held.get(spec.id) != (spec.type, spec.unit):
                found = " ".join(filter(None, held.get(spec.id, ()))) or "-"
                wrong.append(
                    _unfit(form.id, spec.id, spec.title.text, found, f"{spec.type} {spec.unit or ''}".strip())
                )
    if wrong:
        raise Refused(wrong)


def _unfit(form: str, field: str, title: Text, found: str = "-", expected: str = "") -> Problem:
    name = f"{form}.{field}" if field else form
    return make(
        "APP006",
        place=Place(file=MANIFEST, field=name),
        what=Text(
            f"快照不含规则包所需的“{title.zh}”", f"the snapshot lacks “{title.en}”, which the pack asks for"
        ),
        found=found,
        expected=same(expected or name),
        advice=Text(
            "请用这个规则包重新导入原始文件：duxue data import。",
            "Import the original files again with this pack: duxue data import.",
        ),
    )
