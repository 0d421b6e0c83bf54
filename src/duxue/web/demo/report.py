"""The report that a city still filling in has uploaded: most of its numbers are those of the data, two are not, one has none."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from docx import Document

from duxue.web.common.clock import at
from duxue.web.demo.files import MARK
from duxue.web.demo.people import EXTENDED, Cast
from duxue.web.jobs.services import run_job
from duxue.web.reading.services import report_upload
from duxue.web.rounds.models import Known, Round, RoundUnit

_UPLOADED: Final = timedelta(hours=20)  # before now


@dataclass(frozen=True)
class Sentence:
    """A sentence with one number: a known figure, rounded, `off` by so much; without an indicator it is as written."""

    text: str
    indicator: str = ""
    digits: int = 2
    off: Decimal = Decimal(0)


# Headings, and what stands below each. A word such as 新进 or 培训 in front of a number makes it another number.
TEXT: Final[Mapping[str, tuple[Sentence, ...]]] = {
    "一、学前教育": (
        Sentence("全市学前三年毛入园率为{figure}%，入园难、入园贵的问题持续缓解。", "kg_gross"),
        Sentence("各县（市、区）按常住人口布局幼儿园，普惠性幼儿园覆盖率达到{figure}%。", "kg_inclusive", 0),
    ),
    "二、义务教育": (
        Sentence("统一按标准班额编班，严格控制起始年级人数，义务教育大班额比例为{figure}%。", "large_classes"),
        Sentence("健全控辍保学工作机制，逐校逐人核对学籍，初中三年巩固率为{figure}%。", "retention"),
        Sentence("坚持一人一案，适龄残疾儿童入学率为{figure}%。", "disabled_share", 1),
        Sentence("持续改善办学条件，生均教学用房和体育场馆面积达标率为{figure}%。", "area_met"),
    ),
    "三、高中阶段教育": (
        Sentence("普通高中和中等职业学校协调发展，全市高中阶段毛入学率为{figure}%。", "senior_gross", 1),
    ),
    "四、教师队伍": (
        Sentence("严把教师入口关，做到先取得资格再上讲台，专任教师持证上岗率为{figure}%。", "certified_share"),
        Sentence("深化县管校聘改革，优秀校长、骨干教师到乡村学校任职任教成为常态，校长教师交流轮岗比例为{figure}%。",
                 "rotation_share", 1, Decimal(5)),
    ),
    "五、学生健康": (
        Sentence("落实每天两小时体育活动，开齐开足体育与健康课程，家校共同保证学生睡眠和户外活动时间，学生体质健康优良率为{figure}%。",
                 "fit_share"),
        Sentence("定期监测视力，改善教室采光和照明，学生总体近视率为{figure}%。", "sight_share", 1, Decimal(-6)),
    ),
    "六、课后服务和群众评价": (
        Sentence("课后服务应开尽开，全市中小学共开设课后服务课程236门。"),
        Sentence("第三方调查显示，全市社会满意度为{figure}%。", "satisfaction", 1),
    ),
}  # fmt: skip


def hand_in(cast: Cast, made: Round, now: datetime) -> None:
    """Let the city that has more time have uploaded its report, and check it."""
    unit = RoundUnit.objects.select_related("round").filter(round=made, code=EXTENDED).first()
    if unit is None:  # a part of the province lacks it
        return
    with at(now - _UPLOADED), tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"{unit.name_zh}自评报告（合成）.docx"
        write_report(path, unit)
        report = report_upload(actor=cast.manager(EXTENDED), unit=unit, path=path, name=path.name)
        run_job.call(report.job_id)  # type: ignore[arg-type]  # a report that was handed in has its job


def write_report(path: Path, unit: RoundUnit) -> None:
    """Write the report of a unit, its numbers taken from what the round knows of it."""
    year = unit.round.evaluated_year
    known = {
        k.indicator: k.value
        for k in Known.objects.filter(unit=unit, year=year, by={}, value__isnull=False)
        if k.value is not None
    }
    book = Document()
    book.add_heading(f"{unit.name_zh}{year}年度履行教育职责自评报告（合成）", 0)
    book.add_paragraph(MARK)
    for heading, sentences in TEXT.items():
        book.add_heading(heading, 1)
        for sentence in sentences:
            if not sentence.indicator:
                book.add_paragraph(sentence.text)
            elif sentence.indicator in known:
                figure = known[sentence.indicator] + sentence.off
                book.add_paragraph(sentence.text.format(figure=f"{figure:.{sentence.digits}f}"))
    book.save(str(path))
