"""A stored evaluation read back: run.json held to its shape, results held to the id of the run."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from duxue.app.evaluating import Evaluation, evaluate_pack, run_id
from duxue.app.importing import Progress
from duxue.app.problems import make
from duxue.app.runs import CSV, FORMAT, PACK, PARQUET, RUN, SNAPSHOT
from duxue.core import digest
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, safe_cell, same
from duxue.engines.choose import NAMES
from duxue.microdata.snapshot import Snapshot, open_snapshot
from duxue.packs.catalogue import PACK_FILE
from duxue.packs.loader import LoadedPack, load
from duxue.results.export import REPORTED, SYNTHETIC, columns
from duxue.results.model import Judgement, Result, Run, Status

_SHOWN = 80  # characters of a wrong value that are quoted


def _is_engine(name: str) -> str:
    if name not in NAMES:
        raise ValueError(name)
    return name


def _is_inside(name: str) -> str:
    if "\0" in name or "\\" in name or name.startswith("/") or {"", ".", ".."} & set(name.split("/")):
        raise ValueError(name)
    return name


def _ascend(years: list[int]) -> list[int]:
    if years != sorted(set(years)):
        raise ValueError(years)
    return years


Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Year = Annotated[int, Field(ge=1, le=9999)]
FileName = Annotated[str, AfterValidator(_is_inside)]


class Note(BaseModel):
    """A note in both languages."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    zh: str
    en: str


class About(BaseModel):
    """What run.json holds. `seal` is the digest of all the rest."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    format: int
    id: Digest
    pack: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}@\d+\.\d+\.\d+$")]
    pack_digest: Digest
    data_digests: dict[str, Digest]
    synthetic: bool
    engine: Annotated[str, AfterValidator(_is_engine)]
    software: str
    years: Annotated[list[Year], Field(min_length=1), AfterValidator(_ascend)]
    results: Annotated[int, Field(ge=0)]
    notes: list[Note]
    snapshot: Digest
    files: dict[FileName, Digest]
    environment: dict[str, str]
    seconds: dict[str, float]
    seal: Digest


@dataclass(frozen=True)
class StoredRun:
    """A folder written by an evaluation; `seal` is what run.json's seal must be."""

    folder: Path
    about: About
    seal: str

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.about.id

    @property
    def years(self) -> list[int]:
        """The years that were evaluated."""
        return self.about.years

    def pack(self) -> LoadedPack:
        """Return the pack of the run; Refused (APP005) when it reads differently now."""
        ref = self.about.pack
        name, _, number = ref.partition("@")
        kept = self.folder / PACK / name / number
        loaded = load(kept if (kept / PACK_FILE).is_file() else ref)
        if loaded.digest != self.about.pack_digest:
            software = self.about.software
            advice = Text(
                f"请用当时的版本（{software}）打开，或重新评估。",
                f"Open it with the version that made it ({software}), or evaluate again.",
            )
            expected = same(self.about.pack_digest[:16])
            raise Refused(
                [
                    make(
                        "APP005",
                        place=Place(file=ref),
                        found=loaded.digest[:16],
                        expected=expected,
                        advice=advice,
                    )
                ]
            )
        return loaded

    def snapshot(self) -> Snapshot:
        """Return the data of the run, digests checked."""
        return open_snapshot(self.folder / SNAPSHOT)

    def recompute(self, progress: Progress = lambda _: None) -> Evaluation:
        """Return the evaluation computed again from the kept data."""
        return evaluate_pack(
            self.pack(),
            self.snapshot(),
            years=self.years,
            engine=self.about.engine,
            synthetic=self.about.synthetic,
            progress=progress,
        )

    def hold(self) -> None:
        """Refuse (APP013) results that are not those of the run's id, and a run.json that was edited; name each."""
        wrong = (
            [] if self.about.seal == self.seal else [_changed(self.folder, RUN, self.about.seal, self.seal)]
        )
        for name in (CSV, PARQUET):
            path = self.folder / name
            if not path.is_file():
                raise Refused([broken(self.folder, name)])
            now, kept = digest.of_file(path), self.about.files.get(name, "-")
            if now != kept:
                wrong.append(_changed(self.folder, name, kept, now))
        if not wrong:
            about = self.about
            text = self.csv_text()
            now = run_id(
                about.pack_digest, about.data_digests, about.engine, about.software, about.years, text
            )
            if now != about.id:
                wrong.append(_changed(self.folder, CSV, about.id, now))
        if wrong:
            raise Refused(wrong)

    def csv_text(self) -> str:
        """Return the text of results.csv, without its byte-order mark."""
        return (self.folder / CSV).read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")

    def results(self, keep: Callable[[Mapping[str, str]], bool] = lambda _: True) -> list[Result]:
        """Return the stored results for which `keep` holds; Refused (APP004) when they cannot be read."""
        try:
            return list(self._results(keep))
        except (OSError, ValueError, KeyError, csv.Error):
            raise Refused([broken(self.folder, CSV)]) from None

    def _results(self, keep: Callable[[Mapping[str, str]], bool]) -> Iterator[Result]:
        pack = self.pack().pack
        by = {i.id: i.by for i in pack.indicators} | {v.id: v.by for v in pack.verdicts}
        data = SYNTHETIC if self.about.synthetic else REPORTED
        with (self.folder / CSV).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            if tuple(reader.fieldnames or ()) != columns(pack):
                raise ValueError(CSV)
            for row in reader:
                if row["data"] != data or None in row.values():
                    raise ValueError(CSV)
                if keep(row):
                    yield _result(row, by[row["indicator"]])

    def run(self) -> Run:
        """Return the run with its results as they were written."""
        about = self.about
        name, _, number = about.pack.partition("@")
        return Run(
            id=about.id,
            pack_id=name,
            pack_version=number,
            pack_digest=about.pack_digest,
            data_digests=about.data_digests,
            engine=about.engine,
            software=about.software,
            years=about.years,
            results=self.results(),
            notes=tuple(Text(note.zh, note.en) for note in about.notes),
            synthetic=about.synthetic,
        )


def open_run(folder: Path) -> StoredRun:
    """Return a stored run; Refused (APP004) with every entry of run.json that is not as an evaluation writes it."""
    try:
        held = json.loads((folder / RUN).read_text(encoding="utf-8"))
        seal = digest.of_json(
            {k: v for k, v in held.items() if k != "seal"} if isinstance(held, dict) else {}
        )
    except (OSError, ValueError, RecursionError):
        raise Refused([broken(folder, RUN)]) from None
    if not isinstance(held, dict):
        raise Refused([broken(folder, RUN)])
    if isinstance(held.get("format"), int) and held["format"] > FORMAT:
        newer = Text(f"不高于 {FORMAT}", f"at most {FORMAT}")
        raise Refused(
            [_wrong_entry(folder, "format", held["format"], newer, Text("请升级 Duxue。", "Upgrade Duxue."))]
        )
    try:
        about = About.model_validate(held)
    except ValidationError as error:
        raise Refused([_misread(folder, e) for e in error.errors(include_url=False)]) from None
    return StoredRun(folder, about, seal)


_SHAPES = {
    "missing": Text("这一项", "this entry"),
    "extra_forbidden": Text("没有这一项", "no such entry"),
    "string_type": Text("文字", "a text"),
    "string_pattern_mismatch": Text("评估时写下的编号或摘要", "the name or digest that the evaluation wrote"),
    "bool_type": same("true, false"),
    "int_type": Text("整数", "a whole number"),
    "float_type": Text("数", "a number"),
    "list_type": Text("列表", "a list"),
    "dict_type": Text("对象", "an object"),
    "model_type": Text("对象", "an object"),
}


def _misread(folder: Path, error: Mapping[str, Any]) -> Problem:
    where = ".".join(str(part) for part in error["loc"])
    expected = _SHAPES.get(error["type"], Text("评估时写下的值", "what the evaluation wrote"))
    found = None if error["type"] == "missing" else error["input"]
    return _wrong_entry(folder, where, found, expected, _AGAIN)


_AGAIN = Text("请从备份恢复，或重新评估。", "Restore it from a backup, or evaluate again.")


def _wrong_entry(folder: Path, where: str, found: object, expected: Text, advice: Text) -> Problem:
    shown = "-" if found is None else json.dumps(found, ensure_ascii=True)[:_SHOWN]
    field = where if where.isprintable() else repr(where)[1:-1]
    place = Place(file=str(folder / RUN), field=field)
    return make("APP004", place=place, found=shown, expected=expected, advice=advice)


def _changed(folder: Path, name: str, kept: str, now: str) -> Problem:
    return make(
        "APP013",
        place=Place(file=str(folder / name)),
        found=now[:16],
        expected=same(kept[:16]),
        advice=Text(
            "用 duxue verify 查看差异；请从备份恢复，或重新评估。",
            "See the differences with duxue verify; restore it from a backup, or evaluate again.",
        ),
    )


def broken(folder: Path, name: str) -> Problem:
    """Return the problem of a folder that lacks or garbles a file."""
    return make(
        "APP004",
        place=Place(file=str(folder)),
        found=f"{name}: -" if not (folder / name).exists() else name,
        expected=Text("duxue evaluate --out 写成的文件夹", "a folder written by duxue evaluate --out"),
        advice=Text("请检查路径，或重新评估。", "Check the path, or evaluate again."),
    )


def _result(row: Mapping[str, str], by: Sequence[str]) -> Result:
    def text(name: str) -> str:
        value = row[name]
        return value[1:] if value[:1] == "'" and safe_cell(value[1:]) == value else value

    status, verdict, kind = row["status"], row["verdict"], row["kind"]
    if (
        status not in get_args(Status)
        or verdict not in get_args(Judgement)
        or kind not in ("indicator", "verdict")
    ):
        raise ValueError(f"results.csv: {status} {verdict} {kind}")
    return Result(
        unit=text("unit"),
        unit_name=Text(text("unit_name"), text("unit_name_en")),
        level=row["level"],
        year=int(row["year"]) if row["year"] else None,
        by=tuple((d, row[d]) for d in by if row.get(d)),
        indicator=row["indicator"],
        kind=kind,  # type: ignore[arg-type]
        value=number(row["value"]),
        status=status,  # type: ignore[arg-type]
        reason=row["reason"],
        numerator=number(row["numerator"]),
        denominator=number(row["denominator"]),
        rows=int(row["rows"]),
        left_out=int(row["left_out"]),
        standard=text("standard"),
        verdict=verdict,  # type: ignore[arg-type]
        margin=number(row["margin"]),
        attainment=number(row["attainment"]),
        flags=tuple(row["flags"].split()),
    )


def number(text: str) -> Fraction | float | None:
    """Return a number of results.csv: whole ones exactly, others as the double that was written."""
    if not text:
        return None
    return Fraction(text) if text.lstrip("-").isdigit() else float(text)
