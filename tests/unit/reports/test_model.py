"""What the report says: the right numbers, all of them registered, for any pack and any tree."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from duxue.core.text import LANGS, Text, same
from duxue.core.units import UnitTree
from duxue.reports.book import Book, group_digits, percent, unrounded
from duxue.reports.charts import bounds
from duxue.reports.chartspecs import DotPlot, TileMap
from duxue.reports.counts import Counts, shape_of
from duxue.reports.document import Chart, KeyFigures, Paragraph, Report, Table, numbers_in
from duxue.reports.model import build_report
from duxue.reports.parts import shortfall_table
from duxue.reports.tiles import place
from duxue.results.model import Result, Run

from .sample import CITIES, matches, province, tiny_country


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(
        *province(counties=32, schools=500, others=5), year=2023, matches=matches(), synthetic=True
    )


def test_every_printed_figure_is_in_the_register(report: Report) -> None:
    printed = {n for page in report.pages for section in page.sections for n in numbers_in(section)}
    assert len(printed) > 1000
    assert printed <= set(report.register)


def test_every_entry_of_a_result_tells_how_to_follow_it(report: Report) -> None:
    for entry in report.register.values():
        assert entry.what.zh
        assert entry.what.en
        if entry.indicator:
            by = "".join(f" --by {d}={v}" for d, v in entry.parts)
            assert (
                entry.command
                == f"duxue explain {entry.unit} {entry.indicator} --run .{by} --year {entry.year}"
            )
        else:
            assert entry.how.zh


def test_the_command_names_the_breakdown_and_the_year_only_where_there_are_several(report: Report) -> None:
    assert any("--by stage=junior" in e.command for e in report.register.values())
    assert any(e.command.endswith("county_balance --run . --year 2023") for e in report.register.values())
    small = build_report(*tiny_country(), year=2023)
    commands = {e.command for e in small.register.values() if e.unit == "N" and e.indicator == "money"}
    assert commands == {"duxue explain N money --run ."}


def test_a_flag_is_printed_beside_its_figure_in_words() -> None:
    run, pack, tree = tiny_country()
    some = replace(run.results[0], flags=("left_out",))
    cell = Book(run, pack, tree, 2023).value_cell(some)
    assert cell.flag is not None
    assert cell.flag.en == "rows in scope were left out for a missing cell"


def test_made_up_figures_come_after_the_published_ones(report: Report) -> None:
    assert [s.anchor for s in report.front.sections][:2] == ["matches", "summary"]
    real = build_report(*province(counties=16, schools=60, others=0), year=2023, matches=matches())
    assert [s.anchor for s in real.front.sections][:2] == ["summary", "matches"]


def test_published_figures_that_all_come_out_point_at_no_list_of_errors() -> None:
    """The sentence is true with and without a table of errors."""
    for shown, tables in ((matches()[:1], 1), (matches(), 2)):
        made = build_report(*tiny_country(), year=2023, matches=shown)
        [section] = [s for s in made.front.sections if s.anchor == "matches"]
        assert sum(isinstance(b, Table) for b in section.blocks) == tables
        sentence = next(b.sentence for b in section.blocks if isinstance(b, Paragraph))
        said = "".join(x if isinstance(x, str) else x.shown for x in sentence.parts("en"))
        assert f"; {tables - 1} do not follow from their own published data." in said
        assert "listed below" not in said


def test_each_city_has_a_page_and_each_county_a_section(report: Report) -> None:
    assert [p.anchor for p in report.pages[1:]] == [f"u-{code}" for code in CITIES]
    anchors = [s.anchor for p in report.pages for s in p.sections if s.search]
    assert len(anchors) == 32
    assert len(set(anchors)) == 32


def test_key_figures_agree_with_the_results() -> None:
    run, pack, tree = province(counties=16, schools=200, others=0)
    report = build_report(run, pack, tree, year=2023)
    verdicts = [r for r in run.results if r.indicator == "county_balance"]
    keys = next(b for b in report.front.sections[0].blocks if isinstance(b, KeyFigures))
    assert keys.items[0].figure.shown == str(sum(r.verdict == "met" for r in verdicts))
    assert keys.items[0].of is not None
    assert keys.items[0].of.shown == "16"


def test_failing_units_stand_from_the_farthest_to_the_nearest() -> None:
    run, pack, tree = province(counties=16, schools=300, others=0)
    book = Book(run, pack, tree, 2023)
    shorts = Counts(book, shape_of(book)).shortfalls
    reached = [s.reached for s in shorts if s.reached is not None]
    assert reached == sorted(reached)
    fails = [r for r in run.results if r.indicator == "school_resources" and r.verdict == "not_met"]
    assert len(shorts) == len(fails)
    for short in shorts[:20]:
        assert short.worst is not None
        values = [
            r
            for r in run.results
            if r.unit == short.verdict.unit
            and r.verdict == "not_met"
            and r.by == short.verdict.by
            and r.kind == "indicator"
        ]
        assert short.reached == min(Fraction(repr(r.attainment)) for r in values)


def test_a_fail_never_prints_like_a_pass() -> None:
    run, pack, tree = province(counties=16, schools=160, others=0)
    some = next(r for r in run.results if r.indicator == "L1_cv" and r.value is not None)
    limit = some.threshold
    assert limit is not None
    bad = replace(some, value=float(limit) + 0.001787, verdict="not_met", margin=-0.001787)
    book = Book(replace(run, results=(bad,)), pack, tree, 2023)
    assert book.figure(bad).shown not in (f"{float(limit):.2f}", f"{float(limit)}")
    assert float(book.figure(bad).shown) > limit
    assert book.margin(bad) == "−0.002"
    assert book.verdict_cell(bad).text.zh == "未达标"


def test_a_share_reads_all_or_none_only_when_it_is() -> None:
    assert percent(9999, 10000) == "99.99%"
    assert percent(10000, 10000) == "100.0%"
    assert percent(1, 100000) == "0.001%"
    assert percent(0, 3) == "0.0%"


def test_unrounded_says_when_digits_follow() -> None:
    assert unrounded(Fraction(1, 3)).endswith("…")
    assert unrounded(Fraction(21, 5)) == "4.2"
    assert group_digits("12345.678") == "12,345.678"
    assert group_digits("2000") == "2000"


def test_a_figure_that_could_not_be_computed_shows_its_reason_and_no_zero() -> None:
    run, pack, tree = tiny_country()
    report = build_report(run, pack, tree, year=2023)
    cells = [
        c
        for s in report.front.sections
        for b in s.blocks
        if isinstance(b, Table)
        for row in b.rows
        for c in row
        if c.tone == "not_computable"
    ]
    assert cells
    assert all(c.note is not None and c.note.zh == "分母为零" and "0" not in c.text.zh for c in cells)
    gone = [e for e in report.register.values() if e.unit == "S" and e.indicator == "money"]
    assert [e.shown for e in gone] == ["–"]
    assert gone[0].unrounded == ""


def test_another_countrys_tiny_pack_has_its_parts() -> None:
    report = build_report(*tiny_country(), year=2023)
    assert {"u-N", "u-S", "gaps", "methods"} <= {s.anchor for s in report.front.sections}
    assert report.label is None
    words = " ".join(
        c.text.en
        for s in report.front.sections
        for b in s.blocks
        if isinstance(b, Table)
        for r in b.rows
        for c in r
    )
    assert "crowns/pupil" in words
    assert "12,345.68" in words


def test_an_empty_run_still_makes_a_report() -> None:
    run, pack, _ = tiny_country()
    report = build_report(replace(run, results=()), pack, UnitTree.build((), ()), year=2023)
    assert report.front.sections


def test_counties_alone_have_no_areas_and_no_whole() -> None:
    run, pack, tree = province(counties=16, schools=64, others=0)
    three = sorted(u.code for u in tree.at_level("county"))[:3]
    units = [
        replace(u, parent=None) if u.level == "county" else u
        for u in tree.units.values()
        if u.code in three or u.parent in three
    ]
    small = UnitTree.build(tree.levels, units)
    kept = [r for r in run.results if r.unit in small.units]
    report = build_report(replace(run, results=kept), pack, small, year=2023)
    assert len(report.pages) == 1
    assert [s.unit for s in report.front.sections if s.search] == three


def test_only_sources_read_in_public_are_marked(report: Report) -> None:
    methods = next(s for s in report.front.sections if s.anchor == "methods")
    sources = next(b for b in methods.blocks if isinstance(b, Table))
    marked = {row[3].text.en for row in sources.rows if row[3].mark}
    plain = {row[3].text.en for row in sources.rows if not row[3].mark}
    assert marked == {"read in a public source"}
    assert plain == {"practice"}


def test_names_with_braces_are_not_read_as_templates() -> None:
    run, pack, tree = province(counties=16, schools=32, others=0, names={"370100": "{0}{x}"})
    renamed: list[Result] = [
        replace(r, unit_name=same("{0}{x}")) if r.unit == "370100" else r for r in run.results
    ]
    report = build_report(replace(run, results=renamed), pack, tree, year=2023)
    for page in report.pages:
        for section in page.sections:
            for block in section.blocks:
                if isinstance(block, Chart):
                    for lang in LANGS:
                        assert block.sentence.plain(lang)


def test_sixteen_cities_stand_roughly_as_on_a_map() -> None:
    at = place(list(CITIES))
    assert len(set(at.values())) == 16
    assert (
        at["371000"][1] > at["370600"][1] > at["370100"][1] > at["371700"][1]
    )  # Weihai, Yantai, Jinan, Heze: east to west
    assert (
        at["371400"][0] < at["370100"][0] < at["370900"][0] < at["370400"][0]
    )  # Dezhou, Jinan, Tai'an, Zaozhuang: north to south
    assert len(set(place(["a", "b", "c", "d", "e"]).values())) == 5


def test_texts_say_something_in_both_languages() -> None:
    run, pack, tree = tiny_country()
    report = build_report(replace(run, notes=(Text("注", "note"),)), pack, tree, year=2023, synthetic=True)
    assert isinstance(run, Run)
    assert report.label is not None
    for section in report.front.sections:
        assert section.title.zh != section.title.en or section.unit


def test_colours_of_a_map_cover_the_range_of_its_values() -> None:
    assert bounds(70.3, 84.9, 100.0) == (68.0, 72.0, 76.0, 80.0, 84.0, 88.0)
    assert bounds(0.0, 100.0, 100.0) == (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    assert bounds(97.1, 100.0, 100.0)[-1] == 100.0
    for low, high in ((21216.0, 106410.0), (-20.9, 3.5), (5.0, 5.0), (0.0, 0.0), (0.001, 0.0017)):
        edges = bounds(low, high)
        assert len(edges) == 6
        assert edges[0] <= low
        assert high <= edges[-1]
        assert len(set(edges)) == 6


def test_a_map_of_values_names_its_breakdown_and_its_unit() -> None:
    run, pack, tree = province(counties=16, schools=64, others=0)
    kept = [r for r in run.results if r.kind == "indicator"]
    plain = replace(run, results=kept)
    report = build_report(plain, pack.model_copy(update={"verdicts": []}), tree, year=2023)
    chart = next(b for s in report.front.sections for b in s.blocks if isinstance(b, Chart))
    assert isinstance(chart.spec, TileMap)
    assert "primary" in chart.spec.title.en
    assert "teachers/100 pupils" in chart.spec.legend.en
    values = [tile.value for tile in chart.spec.tiles if tile.value is not None]
    assert chart.spec.bounds[0] <= min(values)
    assert max(values) <= chart.spec.bounds[-1]


def test_no_limit_is_claimed_where_none_is_set() -> None:
    run, pack, tree = province(counties=16, schools=64, others=0)
    free = [
        replace(r, standard="", threshold=None, verdict="", margin=None, attainment=None)
        if r.indicator.endswith("_cv")
        else r
        for r in run.results
    ]
    report = build_report(replace(run, results=free), pack, tree, year=2023)
    charts = [b for s in report.front.sections for b in s.blocks if isinstance(b, Chart)]
    dots = [c for c in charts if isinstance(c.spec, DotPlot) and "variation" in c.spec.title.en]
    assert dots
    for chart in dots:
        assert isinstance(chart.spec, DotPlot)
        assert "No limit" in chart.sentence.plain("en")
        assert all(row.limit is None and row.note is None for row in chart.spec.rows)


def test_a_standard_of_zero_does_not_crowd_out_how_far() -> None:
    run, pack, tree = province(counties=16, schools=120, others=0)
    fails = [r for r in run.results if r.indicator == "school_resources" and r.verdict == "not_met"]
    one, two = fails[0], fails[1]
    none = {"standard": "<= 0", "threshold": Fraction(0), "attainment": 0.0, "verdict": "not_met"}
    changed = []
    for r in run.results:
        if r.kind == "indicator" and (r.unit, r.by) in ((one.unit, one.by), (two.unit, two.by)):
            changed.append(replace(r, **none, margin=-2.0 if r.unit == one.unit else -7.0))  # type: ignore[arg-type]
        else:
            changed.append(r)
    book = Book(replace(run, results=changed), pack, tree, 2023)
    shorts = Counts(book, shape_of(book)).shortfalls
    assert shorts[0].reached is not None
    assert [s.verdict.unit for s in shorts[-2:]] == [two.unit, one.unit]


def test_how_far_looks_only_at_what_the_rule_names() -> None:
    run, pack, tree = province(counties=16, schools=64, others=2)
    book = Book(run, pack, tree, 2023)
    counts = Counts(book, shape_of(book))
    assert counts.named_by("school_resources") == {f"L{i}" for i in range(1, 8)}
    assert counts.named_by("county_balance") == {f"L{i}_cv" for i in range(1, 8)}
    assert counts.named_by("unknown") == frozenset()


def test_data_of_one_county_are_named_after_the_county() -> None:
    run, pack, tree = province(counties=16, schools=64, others=0)
    county = next(iter(tree.at_level("county")))
    above = set(tree.ancestors(county.code).values())
    kept = [r for r in run.results if r.unit in above or county.code in tree.ancestors(r.unit).values()]
    report = build_report(replace(run, results=kept), pack, tree, year=2023)
    assert report.subject == county.name
    assert any(s.anchor == f"u-{county.code}" for s in report.front.sections)
    assert all(s.anchor != "u-370000" for s in report.front.sections)


def test_a_pack_without_verdicts_lists_its_first_indicators_and_no_empty_section() -> None:
    run, pack, tree = province(counties=16, schools=64, others=0)
    free = [
        replace(r, standard="", threshold=None, verdict="", margin=None, attainment=None)
        for r in run.results
        if r.kind == "indicator"
    ]
    report = build_report(
        replace(run, results=free), pack.model_copy(update={"verdicts": [], "standards": []}), tree, year=2023
    )
    assert all(s.anchor != "failing" for s in report.front.sections)
    table = next(b for s in report.front.sections if s.anchor == "all-county" for b in s.blocks)
    assert isinstance(table, Table)
    assert [c.kind for c in table.columns[2:]] == ["number"] * 4
    assert not table.can_filter
    assert all(s.blocks for p in report.pages for s in p.sections)


def test_words_fit_what_they_stand_for(report: Report) -> None:
    said = [
        b.sentence.plain("zh")
        for s in report.front.sections
        for b in s.blocks
        if isinstance(b, Chart | Paragraph)
    ]
    assert not any("多数" in x or "网页版" in x or "须为" in x.replace("触须为", "") for x in said)
    tiny = build_report(*tiny_country(), year=2023)
    assert not any(
        "学段" in b.sentence.plain("zh")
        for s in tiny.front.sections
        for b in s.blocks
        if isinstance(b, Chart | Paragraph)
    )


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (Fraction(8499998, 10_000_000), "84.99998%"),
        (Fraction(85, 100), "85.0%"),
        (Fraction(8500002, 10_000_000), "85.00002%"),
        (Fraction(99996, 100_000), "99.996%"),
        (Fraction(1, 10**6), "0.0001%"),
        (Fraction(842, 1000), "84.2%"),
    ],
)
def test_a_share_just_short_of_what_a_rule_asks_for_does_not_print_like_it(
    share: Fraction, printed: str
) -> None:
    """The list of those who fall short shows enough digits for the 85% of the rule, too."""
    run, pack, tree = province(counties=16, schools=120, others=0)
    fail = next(r for r in run.results if r.indicator == "school_resources" and r.verdict == "not_met")
    changed = [
        replace(r, attainment=share)
        if (r.unit, r.by, r.kind, r.verdict) == (fail.unit, fail.by, "indicator", "not_met")
        else r
        for r in run.results
    ]
    book = Book(replace(run, results=changed), pack, tree, 2023)
    short = next(
        s
        for s in Counts(book, shape_of(book)).shortfalls
        if (s.verdict.unit, s.verdict.by) == (fail.unit, fail.by)
    )
    table = shortfall_table(book, same("x"), [short], paper=1)
    assert printed in [cell.text.zh for cell in table.rows[0]]
