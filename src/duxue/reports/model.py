"""From a run, its pack and its unit tree to the report: which parts there are and in what order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from duxue.core.text import Text
from duxue.core.units import UnitTree
from duxue.packs.schema import Pack
from duxue.reports.book import Book
from duxue.reports.counts import Counts, shape_of
from duxue.reports.document import Page, Report, Section
from duxue.reports.methods import (
    PublishedError,
    Reproduction,
    flags_section,
    gaps_section,
    matches_section,
    methods_section,
)
from duxue.reports.places import area_page, areas_section, directory_section, minor_sections, whole_section
from duxue.reports.schools import failing_section, spread_section
from duxue.reports.summary import summary_section, verdict_section
from duxue.reports.texts import MONTHS, t
from duxue.results.model import Run

__all__ = ["PublishedError", "Reproduction", "build_report"]

_SYNTHETIC = Text("合成数据，非官方结果", "Synthetic data, not official")


def build_report(
    run: Run,
    pack: Pack,
    tree: UnitTree,
    *,
    year: int,
    top: str | None = None,
    matches: Sequence[Reproduction] = (),
    synthetic: bool = False,
    label: Text | None = None,
    command: str = "",
) -> Report:
    """Return the report of one year of a run.

    Args:
        run: results and what made them; the other years in it serve for comparison.
        pack: the pack by which the run was made, with all that it uses merged in.
        tree: the units of the year.
        year: the year that is reported.
        top: code of the unit that the report is about; default: the tree's only root, else all units.
        matches: published figures that were recomputed first.
        synthetic: prints the warning that the data are made up, unless `label` or the pack says it in its own words.
        label: warning printed on every page; default: the pack's own.
        command: what to type to repeat the run.
    """
    book = Book(run, pack, tree, year)
    shape = shape_of(book, top)
    counts = Counts(book, shape)
    level = book.level(shape.base)
    subject = (
        shape.top.name if shape.top else t("units_word").format(n=sum(1 for _ in tree.at_level(shape.base)))
    )
    if shape.top is None:
        subject = Text(f"{subject.zh}（{level.zh}）", f"{subject.en} ({level.en})")
    typed = (
        command
        or f"duxue evaluate --pack {run.pack_id}@{run.pack_version} --data FOLDER --out FOLDER --year {year} --engine {run.engine}"
    )
    maybe: list[Section | None] = [
        matches_section(book, matches),
        summary_section(book, counts, shape),
        verdict_section(book, counts, shape),
        whole_section(book, counts, shape),
        areas_section(book, counts, shape),
        directory_section(book, counts, shape),
        spread_section(book, counts, shape),
        failing_section(book, counts, shape),
    ]
    front = [s for s in maybe if s is not None]
    if (
        not synthetic
    ):  # published figures stand before made-up ones; before real ones the director's page comes first
        front.sort(key=lambda s: s.anchor != "summary")
    if shape.areas is None:
        front += minor_sections(book, counts, shape, shape.root)
    front += [gaps_section(book), flags_section(book), methods_section(book, typed)]
    title = pack.report.title.text if pack.report else pack.title.text
    pages = [Page("top", title, front)]
    if shape.areas is not None:
        areas = [
            u
            for u in tree.at_level(shape.areas)
            if not shape.root or shape.root in tree.ancestors(u.code).values()
        ]
        pages += [area_page(book, counts, shape, area) for area in areas]
    warning = label or (pack.label.text if pack.label else None) or (_SYNTHETIC if synthetic else None)
    return Report(
        title=title,
        subject=subject,
        year=year,
        label=warning,
        date=_say_date(book.day(year)),
        pack=f"{run.pack_id}@{run.pack_version}",
        run_id=run.id,
        pages=pages,
        register=book.entries,
    )


def _say_date(day: date) -> Text:
    return t("date").format(y=day.year, m=Text(str(day.month), ""), d=day.day, month=MONTHS[day.month - 1])
