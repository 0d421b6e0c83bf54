"""From an evaluation to its report as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from duxue.app.cases import CaseResult, run_cases
from duxue.app.evaluating import Evaluation
from duxue.app.importing import Progress
from duxue.core.quantity import round_half_up
from duxue.core.text import LANGS, Lang, Text
from duxue.packs.catalogue import shipped_folder
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack, Source
from duxue.reports.methods import PublishedError, Reproduction
from duxue.reports.model import build_report

Format = Literal["html", "docx", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)


def write_report(
    evaluation: Evaluation,
    folder: Path,
    *,
    year: int,
    langs: Sequence[Lang] = LANGS,
    formats: Sequence[Format] = FORMATS,
    matches: Sequence[Reproduction] = (),
    progress: Progress = lambda _: None,
    lap: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write the report of one year in some languages and formats to `folder`; return the files, fronts first.

    `lap` is told the name of each part when it is done, for those who measure.
    """
    progress(Text("编排报告", "composing the report"))
    report = build_report(
        evaluation.run,
        evaluation.pack,
        evaluation.tree(year),
        year=year,
        matches=matches,
        synthetic=evaluation.run.synthetic,
    )
    lap("report")
    files: list[Path] = []
    for kind in dict.fromkeys(formats):
        progress(Text(f"写出 {kind.upper()} 报告", f"writing the report as {kind.upper()}"))
        if kind == "html":
            from duxue.reports.write_html import write_html

            files += write_html(report, folder, langs)
        elif kind == "docx":
            from duxue.reports.write_docx import write_docx

            files += write_docx(report, folder, langs)
        else:
            from duxue.reports.write_pdf import write_pdf

            files += write_pdf(report, folder, langs)
        lap(kind)
    return files


def published(loaded: LoadedPack, progress: Progress = lambda _: None) -> list[Reproduction]:
    """Return the worked cases of a pack that comes with the program, recomputed; of other packs nothing is printed."""
    if not loaded.folder.is_relative_to(shipped_folder()):
        return []
    progress(Text("复算已公布的数字", "recomputing published figures"))
    return reproductions(loaded.pack, run_cases(loaded))


def reproductions(pack: Pack, cases: Sequence[CaseResult]) -> list[Reproduction]:
    """Return worked cases as the report prints them: published figures, how many were reproduced, which are wrong.

    Our own sums (status proposal) check the program too, but nobody published them.
    """
    return [
        _reproduction(pack, case)
        for case in cases
        if (case.outcomes or case.mistakes) and case.source.status != "proposal"
    ]


def _reproduction(pack: Pack, case: CaseResult) -> Reproduction:
    titles = {i.id: i.title.text for i in pack.indicators}
    errors = []
    for m in case.mistakes:
        by = [value_title(pack, d, v) for d, v in m.by]
        parts = [m.unit_name, *by, titles[m.indicator]]
        year = Text(f"{m.year}年", str(m.year)) if m.year else Text("", "")
        where = Text(
            "".join(p.zh for p in (m.unit_name, year, *by, titles[m.indicator])),
            ", ".join(p.en for p in (*parts, year) if p.en),
        )
        errors.append(PublishedError(where, plain(m.published), m.recomputed, m.reason))
    figures = len(case.outcomes) + len(case.mistakes)
    reproduced = sum(o.ok for o in case.outcomes)
    return Reproduction(case.title, source_text(case.source), figures, reproduced, tuple(errors))


def value_title(pack: Pack, dimension: str, value: str) -> Text:
    """Return the printed name of a dimension's value."""
    for d in pack.dimensions:
        for v in d.values if d.id == dimension else ():
            if v.id == value:
                return v.title.text
    return Text(value, value)


def source_text(source: Source) -> Text:
    """Return a source as one line: title, number, clause."""
    name = source.name.text if source.name else Text("", "")
    more = [x for x in (source.number, source.clause) if x]
    return Text(" ".join([f"《{name.zh}》" if source.number and name.zh else name.zh, *more]).strip(),
                ", ".join(x for x in (name.en, *more) if x))  # fmt: skip


def plain(value: Fraction) -> str:
    """Return a published number as it was printed."""
    places = 0
    while (value * 10**places).denominator != 1 and places < 12:
        places += 1
    return f"{round_half_up(value, places):f}"
