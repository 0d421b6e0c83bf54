"""Data that the office brings by browser or API: one zip of the round's folder, tried in the background, taken over when confirmed.

What was sent lies below `data/.sent`, named by the digest of the archive, and is no folder of accepted data yet. The round
is changed by the job that works out what is known alone, in one transaction: its folder, its tables and its figures.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from duxue.core.digest import of_file
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.microdata.draft import KINDS
from duxue.scoring.inputs import EXPLANATIONS, SURVEY, sheets_of
from duxue.scoring.table import read_table
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import require
from duxue.web.common.problems import as_json, tell
from duxue.web.common.scope import everything
from duxue.web.evidence.content import problems as told
from duxue.web.evidence.content.unpacking import unpack
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import job_start
from duxue.web.rounds.models import Known, Round, RoundUnit
from duxue.web.rounds.services import knowing

KIND = "rounds.try_data"
BESIDE = {
    "survey": SURVEY,
    "explanations": EXPLANATIONS,
}  # tables that are no data of the pack, by their file's name
SHOWN = 20  # figures that a trial names
KEPT = 7 * 24 * 3600  # seconds that what was sent waits to be taken over
_TABLES = "tables"
_READ = {kind.lstrip(".") for kind in KINDS} | {"json"}  # json: the manifest of a snapshot


@dataclass(frozen=True)
class Sent:
    """An archive that was unpacked: its name and digest, how many files are in, and which were left out."""

    name: str
    digest: str
    files: int
    left: list[str]

    @property
    def folder(self) -> str:
        """The name of its folder of accepted data."""
        return self.digest[:16]


# --- received ---------------------------------------------------------------------------------------------------------
def data_receive(*, actor: Actor, round: Round, path: Path, name: str) -> Sent:
    """Unpack a zip of the round's data beside what was accepted; nothing of the round changes.

    Raises:
        Denied: not the organiser, or the round is frozen.
        Refused: EVID001 to EVID041, all that were found; nothing is kept then.
    """
    require(actor, "edit", round)
    if (size := path.stat().st_size) > settings.EVIDENCE_LARGEST:
        limit = told.at_most(f"{settings.EVIDENCE_LARGEST >> 20} MB")
        raise told.refuse("EVID002", name, found=f"{size:,} bytes", expected=limit)
    home = _sent_home()
    home.mkdir(parents=True, exist_ok=True)
    _sweep(home)
    digest = of_file(path)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=home) as place:
        files, left = unpack(path, Path(place) / _TABLES, name, _READ)
        whole = home / digest[:16]
        if not whole.is_dir():
            _sort_out(Path(place))
            Path(place).chmod(0o755)
            Path(place).rename(whole)
        else:
            whole.touch()
    return Sent(name[:200], digest, len(files), left[:SHOWN])


def _sort_out(place: Path) -> None:
    """Put the tables that are no data beside the others: those at the top, or in the one folder that was packed."""
    top = place / _TABLES
    inside = list(top.iterdir())
    if len(inside) == 1 and inside[0].is_dir():
        top = inside[0]
    for name in BESIDE:
        for path in [top / f"{name}.csv", *sorted(top.glob(f"*.{name}.csv"))][::-1]:
            if path.is_file():
                path.replace(place / f"{name}.csv")


def _sweep(home: Path) -> None:
    """Remove what was sent and never taken over."""
    for path in home.iterdir():
        if path.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(path, ignore_errors=True)


def _sent_home() -> Path:
    return knowing.data_home() / ".sent"


def _tables(folder: str) -> Path:
    """Return where the tables of an archive lie: accepted, or only sent; Refused (WEB010) when they were swept away."""
    for path in (_sent_home() / folder / _TABLES, knowing.data_home() / folder):
        if path.is_dir():
            return path
    advice = Text("请重新上传压缩包。", "Upload the archive again.")
    raise Refused([tell("WEB010", field="archive", found=folder, advice=advice)])


def _beside(folder: str) -> dict[str, Path]:
    """Return the survey sheets and explanations of an archive."""
    found = {}
    for name in BESIDE:
        for path in (_sent_home() / folder / f"{name}.csv", knowing.data_home() / f"{folder}.{name}.csv"):
            if path.is_file():
                found[name] = path
                break
    return found


# --- tried ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def data_try(*, actor: Actor, round: Round, sent: Sent) -> Job:
    """Start the job that checks what was sent and tells what it would change."""
    require(actor, "edit", round)
    return job_start(
        actor=actor, kind=KIND, round=round, path=round.authority.path, args={"round": round.pk, **asdict(sent)},
        title=say("检查上传的数据：{name}", "Check the data that were sent: {name}", name=sent.name[:80]),
    )  # fmt: skip


def data_tried(
    *, actor: Actor, round: Round, sent: Sent, report: Callable[[int, int, Words], None]
) -> dict[str, Any]:
    """Check what was sent as the accepted data are, and return what it would change; the round stays as it is.

    Refused: everything that is wrong with the data, the sheets and the explanations, all at once.
    """
    require(actor, "edit", round)
    report(0, 100, say("读取问卷和说明", "reading sheets and explanations"))
    problems: list[Problem] = []
    rows = {name: read_table(path, BESIDE[name], problems) for name, path in _beside(sent.folder).items()}
    sheets = sheets_of(rows.get("survey", []), problems)
    with tempfile.TemporaryDirectory(prefix=".trial-", dir=_sent_home()) as place:
        try:
            finished, facts = knowing.worked_out(
                round, _tables(sent.folder), Path(place) / "known", report=report
            )
        except Refused as refused:
            raise Refused([*problems, *refused.problems]) from None
    if problems:
        raise Refused(problems)
    with everything("the figures of all units are compared together"):
        found = knowing.difference(round, facts)
        changes = _changes(round, found)
    return {
        "figures": len(facts), "new": len(found.new), "changed": len(found.changed), "gone": len(found.gone), "changes": changes,
        "more": len(found.new) + len(found.changed) + len(found.gone) - len(changes), "files": sent.files, "left": sent.left,
        "survey": len(sheets) if "survey" in rows else None, "explanations": len(rows["explanations"]) if "explanations" in rows else None,
        "warnings": [as_json(p) for p in finished.warnings if p.severity == "warning"][:SHOWN],
        "url": reverse("rounds:data", args=[round.slug]),
    }  # fmt: skip


def _changes(round: Round, found: knowing.Difference) -> list[dict[str, Any]]:
    """Return the first figures that would change, be gone or be new, each kind by unit."""
    names = {
        u.pk: (u.code, {"zh": u.name_zh, "en": u.name_en}) for u in RoundUnit.objects.filter(round=round)
    }

    def line(kind: str, unit: int, title: dict[str, str], year: int, before: str, after: str) -> dict[str, Any]:  # fmt: skip
        code, name = names[unit]
        return {"kind": kind, "unit": code, "unit_name": name, "title": title, "year": year, "before": before, "after": after}  # fmt: skip

    def of_row(row: Known) -> tuple[int, dict[str, str], int, str]:
        return row.unit_id, {"zh": row.title_zh, "en": row.title_en}, row.year, row.text

    changed = [line("changed", *of_row(row), values["text"]) for row, values in found.changed]
    gone = [line("gone", *of_row(row), "") for row in found.gone]
    new = [
        line("new", f.unit, {"zh": f.title.zh, "en": f.title.say("en")}, f.year, "", f.text)
        for f in found.new
    ]
    return [
        one for kind in (changed, gone, new) for one in sorted(kind, key=lambda c: (c["unit"], -c["year"]))
    ][:SHOWN]


# --- taken over -------------------------------------------------------------------------------------------------------
def waiting(round: Round) -> Job | None:
    """Return the last trial of what was sent, None once the round worked out its figures after it."""
    last = Job.objects.filter(kind__in=(KIND, knowing.KIND), round=round).order_by("-pk").first()
    return last if last and last.kind == KIND else None


@transaction.atomic
def data_take(*, actor: Actor, round: Round, job: int) -> Job:
    """Confirm what a trial told, and start the job that changes the round by it; the data before stay where they are.

    Raises:
        Denied: not the organiser, or the round is frozen.
        Refused: WEB003 when it is not the last trial, WEB004 when it did not end well, WEB010 when what was sent is gone.
    """
    require(actor, "edit", round)
    with everything("the round is changed by one at a time"):
        Round.objects.select_for_update().get(pk=round.pk)
        tried = waiting(round)
    if tried is None or tried.pk != job:
        raise Refused([tell("WEB003", field="job", found=str(job))])
    if tried.state != "done":
        raise Refused([tell("WEB004", field="job", found=tried.state)])
    sent = sent_of(tried.args)
    _tables(sent.folder)
    counts = {name: tried.result[name] for name in ("figures", "new", "changed", "gone")}
    audit.record(
        actor, "duxue.round.take_data", round, path=round.authority.path,
        data={"sha256": sent.digest, "name": sent.name, "folder": f"data/{sent.folder}", "before": round.data_folder, **counts},
    )  # fmt: skip
    return job_start(
        actor=actor, kind=knowing.KIND, round=round, path=round.authority.path,
        args={"round": round.pk, "sent": asdict(sent)},
        title=say("采用上传的数据：{name}", "Take over the data that were sent: {name}", name=sent.name[:80]),
    )  # fmt: skip


def sent_of(args: Any) -> Sent:
    """Return the archive that the arguments of a job name."""
    return Sent(args["name"], args["digest"], args["files"], args["left"])


def data_taken(
    *, actor: Actor, round: Round, sent: Sent, report: Callable[[int, int, Words], None]
) -> dict[str, Any]:
    """Move what was sent to the accepted data and fill in what is known from it; done again it comes out the same."""
    require(actor, "edit", round)
    home, place = knowing.data_home(), _sent_home() / sent.folder
    target = home / sent.folder
    _tables(sent.folder)
    if not target.is_dir():
        for name in BESIDE:
            if (path := place / f"{name}.csv").is_file():
                path.rename(home / f"{sent.folder}.{name}.csv")
        (place / _TABLES).rename(target)
    shutil.rmtree(place, ignore_errors=True)

    def more(locked: Round) -> dict[str, Any]:
        """Let sheets and explanations follow: those that came, else those that held before."""
        kept = dict(locked.settings)
        for name in BESIDE:
            before = f"{locked.data_folder}.{name}.csv"
            if (home / f"{sent.folder}.{name}.csv").is_file():
                kept.pop(name, None)
            elif name not in kept and locked.data_folder and (Path(settings.HOME) / before).is_file():
                kept[name] = before
        return {"settings": kept}

    return knowing.round_know(
        actor=actor, round=round, report=report, folder=f"data/{sent.folder}", more=more
    )
