"""Checking a report in the background."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from django.conf import settings
from django.urls import reverse

from duxue.app.unit_report import Figure, check_unit_report, describe
from duxue.core.text import Lang
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.policy import require
from duxue.web.common.scope import everything
from duxue.web.evidence.storage import on_disk
from duxue.web.jobs.registry import Running, job
from duxue.web.reading.models import Report
from duxue.web.reading.services import CHECK
from duxue.web.rounds.models import Known, RoundUnit
from duxue.web.rounds.rules import pack_by, rules_of

MOST = 3000  # claims that are kept to be listed; the page holds all


def folder_of(report: Report) -> Path:
    """Return where the pages of a report lie."""
    return Path(settings.HOME) / "reading" / str(report.pk)


@job(CHECK)
def check_report(running: Running) -> Mapping[str, Any]:
    """Read a report, hold it against what is known of its unit, keep the findings and the marked-up pages."""
    with everything("the check of a report reads its unit's known figures"):
        report = Report.objects.select_related("file__blob", "unit", "round").get(pk=running.args["report"])
        figures = list(known_figures(report.unit))
    require(running.actor, "remark", report)  # who started it may have left since
    steps = {
        1: say("正在找出数字", "finding the numbers"),
        2: say("正在与数据比对", "comparing with the data"),
    }
    running.report(0, 3, say("正在读取报告", "reading the report"))
    names = (report.unit.name_zh, report.unit.name_en or report.unit.name_zh)
    with on_disk(report.file.blob.sha256) as path:
        checked = check_unit_report(
            path, report.file.name, pack_by(rules_of(report.round)), figures, report.unit.code, names, report.round.evaluated_year,
            tell=lambda done: running.report(done, 3, steps[done]),
        )  # fmt: skip
    folder = folder_of(report)
    folder.mkdir(parents=True, exist_ok=True)
    for lang in get_args(Lang):
        aside = folder / f"{lang}.part"
        checked.write(aside, lang)
        aside.replace(folder / f"{lang}.html")
    order = ("contradicted", "damaged", "unsupported", "supported")
    lines = sorted(checked.lines, key=lambda line: (order.index(line.state), line.number))[:MOST]
    with everything("the report of the queue's job"):
        Report.objects.filter(pk=report.pk).update(
            counts=dict(checked.counts), claims=[describe(line) for line in lines], read_at=now(),
            folder=f"reading/{report.pk}",
        )  # fmt: skip
    running.report(3, 3, say("已完成", "done"))
    return {
        "url": reverse("reading:report", args=[report.pk]),
        **{str(k): v for k, v in checked.counts.items()},
    }


def known_figures(unit: RoundUnit) -> list[Figure]:
    """Return what is known of a unit from accepted data, as far as it is for one stage or for all."""
    rows = Known.objects.filter(unit=unit, value__isnull=False)
    return [
        Figure(row.indicator, row.year, str(row.by.get("stage", "")), float(row.value or 0))
        for row in rows
        if set(row.by) <= {"stage"}
    ]
