"""Reports of units: handed in, checked in the background, their contradictions explained or taken up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from duxue.core.errors import Refused
from duxue.core.text import Text, same
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.evidence.services.files import file_store, home_of
from duxue.web.jobs.services import job_start
from duxue.web.reading.models import Remark, Report
from duxue.web.reading.selectors import CHOICES
from duxue.web.rounds.models import RoundUnit

FAMILIES = {"pdf", "docx", "text"}
CHECK = "reading.check"
NOTE = 2000  # characters


def report_upload(
    *, actor: Actor, unit: RoundUnit, path: Path, name: str, at: datetime | None = None
) -> Report:
    """Take a unit's report and start its check; the file enters the library of the unit.

    Raises:
        Denied: not of the unit's people.
        Refused: WEB006 in a sealed round, WEB002 for what is no report, EVID001 to EVID058.
    """
    moment = at or now()
    require(actor, "fill", unit)
    if actor.user_id is None:
        raise Denied(
            say("报告由人提交，不由接口令牌提交", "a report is handed in by a person, not by a token")
        )
    if unit.round.sealed_at:
        raise Refused([tell("WEB006", field="report", found=str(unit.round))])
    file = file_store(
        actor=actor, organisation=home_of(actor, unit.path), path=path, name=name, pages=True, at=moment
    ).file
    if file.blob.family not in FAMILIES:
        expected = Text("PDF、docx、HTML 或文本", "PDF, docx, HTML or text")
        raise Refused([tell("WEB002", field="report", found=file.name, expected=expected)])
    with transaction.atomic(), everything("asked by somebody who may"):
        report = Report.objects.create(
            round_id=unit.round_id, unit=unit, file=file, uploaded_by_id=actor.user_id, uploaded_at=moment
        )
        _start(actor, report)
        data = {"file": file.pk, "name": file.name, "sha256": file.blob.sha256}
        audit.record(actor, "duxue.report.uploaded", report, data=data, at=moment)
    return report


@transaction.atomic
def report_recheck(*, actor: Actor, report: Report, at: datetime | None = None) -> Report:
    """Check a report again, after data have changed."""
    require(actor, "remark", report)
    with everything("asked by somebody who may"):
        _start(actor, report)
    audit.record(actor, "duxue.report.rechecked", report, at=at or now())
    return report


def _start(actor: Actor, report: Report) -> None:
    title = say("核对自评报告的数字", "Check the numbers of the report")
    report.job = job_start(
        actor=actor, kind=CHECK, title=title, args={"report": report.pk}, round=report.round
    )
    Report.objects.filter(pk=report.pk).update(job=report.job)


@transaction.atomic
def remark_make(
    *, actor: Actor, report: Report, key: str, choice: str, note: str = "", at: datetime | None = None
) -> Remark:
    """Keep what the unit says of one claim; the last word holds, also for the same claim in a later version.

    Raises:
        Denied: not of the unit's people.
        Refused: WEB010 for a claim that is none, WEB001 for an explanation without words, WEB002, WEB006.
    """
    moment = at or now()
    require(actor, "remark", report)
    problems = []
    note = note.replace("\x00", "").strip()
    line = next((line for line in report.claims if line["key"] == key and key), None)
    if line is None:
        problems.append(tell("WEB010", field="key", found=key[:60]))
    if choice not in CHOICES:
        problems.append(tell("WEB002", field="choice", found=choice[:60], expected=same(" | ".join(CHOICES))))
    if choice == "explain" and not note:
        what = Text("请说明报告为何与数据不同", "say why the report differs from the data")
        problems.append(tell("WEB001", field="note", what=what))
    if len(note) > NOTE:
        problems.append(
            tell(
                "WEB002",
                field="note",
                found=str(len(note)),
                expected=Text(f"不超过{NOTE}字", f"at most {NOTE} characters"),
            )
        )
    if report.round.sealed_at:
        problems.append(tell("WEB006", field="note", found=str(report.round)))
    if problems:
        raise Refused(problems)
    with everything("asked by somebody who may"):
        remark, _ = Remark.objects.update_or_create(
            unit=report.unit, key=key,
            defaults={"round_id": report.round_id, "choice": choice, "note": note, "decided_by_id": actor.user_id, "decided_at": moment},
        )  # fmt: skip
    data = {"key": key, "choice": choice, "quote": line["quote"] if line else ""}
    audit.record(actor, "duxue.report.remarked", report, reason=note, data=data, at=moment)
    return remark
