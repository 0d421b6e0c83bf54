"""Reading reports: what was found, what is still to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.common.templatetags.duxue import measured
from duxue.web.reading.models import Remark, Report
from duxue.web.rounds.models import Known, RoundUnit

STATES: dict[str, Words] = {
    "contradicted": say("与数据矛盾", "Contradicts the data"), "damaged": say("数字疑有损坏", "Number damaged"),
    "supported": say("有数据支持", "Supported by data"), "unsupported": say("无从比对", "Nothing to compare with"),
}  # fmt: skip
MARKS = {"contradicted": "not_met", "damaged": "at_risk", "supported": "met", "unsupported": "neutral"}
CHOICES: dict[str, Words] = {
    "mend": say("将改正报告", "the report will be mended"),
    "explain": say("报告无误，说明如下", "the report stands, for this reason"),
}


def reports_of(unit: RoundUnit) -> list[Report]:
    """Return the visible reports of a unit, newest first."""
    return list(Report.objects.filter(unit=unit).select_related("file", "uploaded_by", "job"))


def remarks_of(unit: RoundUnit) -> dict[str, Remark]:
    """Return what the unit said of claims, by the key of the finding; the caller sees the unit."""
    with everything("remarks belong to reports that the caller sees"):
        return {r.key: r for r in Remark.objects.filter(unit=unit).select_related("decided_by")}


def latest_checked(unit: RoundUnit) -> Report | None:
    """Return the report of a unit that was checked last; the caller sees the unit."""
    with everything("a self-evaluation is checked as a whole"):
        rows = Report.objects.filter(unit=unit, read_at__isnull=False).select_related("file")
        return rows.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Checked:
    """The check of a unit's latest report in a few words, and its page."""

    url: str
    fact: Words


def checked_of(unit: RoundUnit) -> Checked | None:
    """Return the latest checked report of a unit that the actor of the scope may read; None without any."""
    rows = Report.objects.filter(unit=unit, read_at__isnull=False).order_by("-pk")
    found = rows.values_list("pk", "counts").first()
    if found is None:
        return None
    pk, counts = found
    agree = say(
        "{n} 个数字与数据一致", "{n} numbers agree", one="1 number agrees", n=counts.get("supported", 0)
    )
    differ = say("{n} 个不符", "{n} differ", one="1 differs", n=counts.get("contradicted", 0))
    fact = say("{agree}，{differ}", "{agree}, {differ}", agree=agree, differ=differ)
    return Checked(reverse("reading:report", args=[pk]), fact)


def open_contradictions(unit: RoundUnit) -> list[Mapping[str, Any]]:
    """Return the claims of a unit's latest checked report that contradict the data and that nobody has explained."""
    report = latest_checked(unit)
    if report is None:
        return []
    explained = {key for key, remark in remarks_of(unit).items() if remark.choice == "explain"}
    return [
        line for line in report.claims if line["state"] == "contradicted" and line["key"] not in explained
    ]


def contradictions_shown(unit: RoundUnit) -> list[dict[str, Any]]:
    """Return the open contradictions as warnings before a submission: what is said, what the data say, where to mend it."""
    report = latest_checked(unit)
    if report is None:
        return []
    page, lines = reverse("reading:report", args=[report.pk]), open_contradictions(unit)
    with everything("the figures of a unit that the caller sees"):
        known = Known.objects.filter(unit=unit, indicator__in={line["indicator"] for line in lines})
        measures = dict(known.order_by("year").values_list("indicator", "measure"))
    return [
        {
            "url": f"{page}#claim-{line['number']}",
            "text": _said(line, measures.get(line["indicator"], {})),
        }
        for line in lines
    ]


def _said(line: Mapping[str, Any], measure: Mapping[str, str]) -> Words:
    """Return what a report says of which figure, and what the data say, in their unit of measure."""
    text = (
        say("自评报告写“{quote}”，已接收的数据为 {data}", "The report says “{quote}”, the accepted data {data}",
            quote=line["quote"], data=measured(line["data"], measure))
        if line["data"]
        else say("自评报告写“{quote}”，与数据不符", "The report says “{quote}”, which contradicts the data", quote=line["quote"])
    )  # fmt: skip
    title = line["title"]
    return say("{title}：{text}", "{title}: {text}", title=Words(**title), text=text) if title else text
