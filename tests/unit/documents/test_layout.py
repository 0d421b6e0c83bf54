"""Characters and words put back in reading order by where they stand on a page."""

from __future__ import annotations

from duxue.documents.layout import (
    Glyph,
    Segment,
    find_paragraphs,
    join_glyphs,
    join_pages,
    join_words,
    read_lines,
    set_apart,
)


def glyphs(text: str, left: float = 72, base: float = 700, size: float = 10, step: float = 10) -> list[Glyph]:
    """Return the characters of a line, each `step` points wide."""
    return [
        Glyph(left + i * step, base - 2, left + (i + 1) * step, base + size - 2, base, c)
        for i, c in enumerate(text)
    ]


def line(text: str, left: float = 72, right: float = 500, base: float = 700) -> Segment:
    """Return a printed line."""
    return Segment(left, base - 2, right, base + 8, text)


def test_characters_are_ordered_by_place_and_not_by_time() -> None:
    """Quotation marks of another font come last in the file; bold is printed twice."""
    row = glyphs("建“省”中")
    late = [row[0], row[2], row[4], row[1], row[3]]
    twice = [Glyph(g.left + 0.3, g.bottom, g.right + 0.3, g.top, g.base, g.text) for g in row]
    assert [s.text for s in join_glyphs([*late, *twice])] == ["建“省”中"]


def test_gaps_between_latin_letters_are_blanks() -> None:
    """A blank need not be typed; between Chinese none is meant."""
    words = glyphs("new", step=5) + glyphs("school", left=72 + 15 + 3, step=5)
    assert [s.text for s in join_glyphs(words)] == ["new school"]
    assert [s.text for s in join_glyphs(glyphs("新建") + glyphs("学校", left=72 + 20 + 3))] == ["新建学校"]


def test_a_wide_gap_parts_words() -> None:
    assert [s.text for s in join_glyphs(glyphs("甲县") + glyphs("12", left=112))] == ["甲县", "12"]


def test_lines_are_joined_as_they_were_before_they_broke() -> None:
    assert join_words(["投入", "16.48", "亿元"]) == "投入16.48亿元"
    assert join_words(["the county built", "35 schools"]) == "the county built 35 schools"
    assert join_words(["kinder\x02", "gartens"]) == "kindergartens"
    assert join_words(["12-", "15所"]) == "12-15所"
    assert join_words(["in 2031,", "45 schools"]) == "in 2031, 45 schools"


def test_a_short_line_ends_its_paragraph() -> None:
    lines = read_lines(
        [
            line("甲" * 40),
            line("乙" * 10 + "。", right=180, base=686),
            line("丙" * 40, base=672),
            line("丁" * 40, base=658),
        ]
    )
    assert [p.text[0] for p in find_paragraphs(lines, 1)] == ["甲", "丙"]


def test_two_columns_below_a_title_are_read_in_turn() -> None:
    title = [line("T" * 60, base=760)]
    left = [line(f"left {i} " + "x" * 20, 72, 280, 700 - 14 * i) for i in range(6)]
    right = [line(f"right {i} " + "x" * 20, 300, 500, 699 - 14 * i) for i in range(6)]
    order = [x.text.split()[0] for x in read_lines([*right, *title, *left])]
    assert order == ["T" * 60, *["left"] * 6, *["right"] * 6]


def test_rows_of_figures_are_a_table_and_no_columns() -> None:
    rows = [
        Segment(x, 700 - 14 * i, x + 30, 710 - 14 * i, t)
        for i in range(6)
        for x, t in ((72, "甲县"), (200, "12"), (300, "3,400"))
    ]
    assert [p.cells for p in find_paragraphs(read_lines(rows), 1)] == [("甲县", "12", "3,400")] * 6


def test_running_heads_and_page_numbers_are_set_apart() -> None:
    pages = [
        read_lines([line("年度报告", base=800), line("正文" * 20, base=500), line(f"{n}", 280, 290, base=30)])
        for n in (7, 8)
    ]
    assert set_apart(pages, [842, 842]) == [{0, 2}, {0, 2}]


def test_a_sentence_goes_on_over_the_page() -> None:
    """A numbered line begins a new paragraph."""
    first = find_paragraphs(read_lines([line("甲" * 40)]), 1)
    second = find_paragraphs(read_lines([line("乙" * 10 + "。", right=180)]), 2)
    assert [p.text for p in join_pages([first, second])] == ["甲" * 40 + "乙" * 10 + "。"]
    first = find_paragraphs(read_lines([line("甲" * 40)]), 1)
    third = find_paragraphs(read_lines([line("二、" + "乙" * 10, right=180)]), 2)
    assert len(join_pages([first, third])) == 2
