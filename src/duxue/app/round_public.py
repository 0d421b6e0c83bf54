"""What of a scored round may be published: public tables and report, open data, and all that recomputing them needs.

Left out are the internal tables and report, notes, reasons, causes, titles of evidence, names of files, and who decided what;
reviewers get new numbers. The scores themselves stay, so that anyone can compute the published tables again with `duxue round verify`.
"""

from __future__ import annotations

import csv
import hmac
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from duxue.app.folders import fresh_folder, keep_apart
from duxue.app.importing import Progress
from duxue.app.problems import make
from duxue.app.round_checks import StoredRound, recompute
from duxue.app.rounds import EVALUATION, INPUTS, OURS, REPORT, ROUND, ROUND_FILE, describe
from duxue.app.runs import REPORT as RUN_REPORT
from duxue.app.stored import open_run
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, clean
from duxue.scoring.round_file import RoundFile, read_round
from duxue.scoring.tables import GRADES, PUBLIC

WITHHELD = "不公开 withheld"
EDITION = "public"
_KEPT = ("self", "reviews", "reviewers", "evidence", "vetoes", "last_round", "explanations")
_NAMING = ("self", "reviews", "vetoes")  # tables that name evidence
Row = dict[str, str]


def publish(stored: StoredRound, to: Path, progress: Progress = lambda _: None) -> Path:
    """Write the public part of a scored round to the folder `to`, whole or not at all.

    Raises:
        Refused: the stored round was altered (APP017 names each published table that comes out otherwise), a taken place.
    """
    keep_apart(to, stored.folder)
    with fresh_folder(to, mark=ROUND, ours=OURS) as folder:
        progress(Text("去掉内部内容", "leaving out what is internal"))
        _write_inputs(stored, folder / INPUTS)
        shutil.copytree(
            stored.folder / EVALUATION, folder / EVALUATION, ignore=shutil.ignore_patterns(RUN_REPORT)
        )
        if (stored.folder / REPORT / EDITION).is_dir():
            shutil.copytree(stored.folder / REPORT / EDITION, folder / REPORT / EDITION)
        progress(Text("由公开文件复算", "computing again from the public files"))
        opened, again = recompute(StoredRound(folder, stored.about), progress)
        names = (*PUBLIC, GRADES) if opened.about.publish_grades else PUBLIC
        texts = {name: again.tables[name] for name in names if name in stored.about["tables"]}
        _hold(stored, texts)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        about = describe(opened, again.evaluation, folder, texts, EDITION, scored_as=stored.about["id"])
        (folder / ROUND).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return to


def _hold(stored: StoredRound, texts: Mapping[str, str]) -> None:
    """Refuse tables that do not come out of the public files as they were scored."""
    found: list[Problem] = []
    for name, text in texts.items():
        if (stored.folder / name).read_bytes() != text.encode():
            advice = Text("请先用 duxue round verify 查明。", "Find out why with duxue round verify.")
            found.append(make("APP017", place=Place(file=name), advice=advice))
    if found:
        raise Refused(found)


def _write_inputs(stored: StoredRound, folder: Path) -> None:
    source = stored.folder / INPUTS
    about = read_round(source / ROUND_FILE)
    names = {part: name for part, name in about.files.model_dump().items() if name and part in _KEPT}
    if not about.publish_grades:
        names.pop("vetoes", None)
    heads, tables = {}, {}
    for part, name in names.items():
        heads[part], tables[part] = _rows(source / name)
    computed = _computed_vetoes(stored)
    tables["vetoes"] = [row for row in tables.get("vetoes", []) if _stands(row, computed)]
    named = {name for part in _NAMING for row in tables[part] for name in _listed(row.get("evidence", ""))}
    tables["evidence"] = [row for row in tables["evidence"] if row["id"] in named]
    numbers = _numbers(tables["reviewers"], (source / about.files.reviews).read_bytes())
    changes: Mapping[str, Callable[[Row], Row]] = {
        "self": lambda row: {**row, "note": ""},
        "reviews": lambda row: {**row, "reviewer": numbers[row["reviewer"]], "reason": WITHHELD},
        "reviewers": lambda row: {**row, "reviewer": numbers[row["reviewer"]]},
        "evidence": lambda row: {**row, "title": WITHHELD},
        "vetoes": lambda row: {**row, "decided_by": WITHHELD, "reason": WITHHELD},
        "last_round": _outline,
        "explanations": lambda row: {**row, "cause": WITHHELD},
    }
    folder.mkdir()
    for part in names:
        rows = [changes[part](row) for row in tables[part]]
        if part == "reviewers":
            rows.sort(
                key=lambda row: row["reviewer"]
            )  # the order of the register would give the numbers away
        _write(folder / f"{part}.csv", heads[part], rows)
    _write_round(about, [*names], folder / ROUND_FILE)


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("；", ";").split(";")]


def _computed_vetoes(stored: StoredRound) -> frozenset[str]:
    scoring = open_run(stored.folder / EVALUATION).pack().pack.scoring
    assert scoring is not None  # open_round
    return frozenset(veto.id for veto in scoring.vetoes if veto.when is not None)


def _stands(row: Row, computed: frozenset[str]) -> bool:
    """Leave out what an appeal withdrew, but where it takes back what the data alone would call for."""
    return row.get("appeal") != "withdrawn" or row.get("veto") in computed


def _numbers(register: Sequence[Row], key: bytes) -> dict[str, str]:
    """Return new numbers for reviewers, in an order that nobody finds again who has not `key`, the reviews with reasons."""
    names = sorted(
        (row["reviewer"] for row in register), key=lambda name: hmac.digest(key, name.encode(), "sha256")
    )
    return {name: f"P{n:04d}" for n, name in enumerate(names, 1)}


def _outline(row: Row) -> Row:
    """Keep of last round's problem what the rules look at; who worked on it becomes a first and a second person."""
    kept = {name: row.get(name, "") for name in ("id", "unit", "item", "state", "due", "closed")}
    closed = row.get("state", "").strip() == "closed"
    return {**kept, "reported_by": "A" if closed else "", "closed_by": "B" if closed else ""}


def _rows(path: Path) -> tuple[list[str], list[Row]]:
    """Return header and rows of a table that was scored, cleaned and without blank rows as when it was read."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rest = ([clean(cell) for cell in row] for row in csv.reader(stream))
    return head, [dict(zip(head, cells, strict=True)) for cells in rest if any(cells)]


def _write(path: Path, head: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_round(about: RoundFile, parts: Sequence[str], path: Path) -> None:
    """Write the round file without the tables that are left out; JSON is YAML."""
    plain = about.model_dump(mode="json", exclude_none=True)
    plain["files"] = {part: f"{part}.csv" for part in parts}
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
