"""The structure of plain text in Chinese and English: our own sentences, with the page furniture that surrounds such texts."""

from __future__ import annotations

import time

import pytest

from duxue.documents import from_text
from duxue.documents.furniture import is_furniture


def outline(text: str) -> list[tuple[str, int, str]]:
    """Return (kind, level, text) of each block."""
    return [(b.kind, b.level, text[b.start : b.end]) for b in from_text("a.txt", text).blocks]


def test_a_chinese_report_has_its_parts() -> None:
    """Title, numbered parts on their own line, parts that run into their paragraph, and the items that state figures."""
    text = (
        "云溪县教育局2031年工作总结\r\n\r\n"
        "一、主要成绩\r\n"
        "（一）扩大学位供给。全县新建幼儿园12所，新增学位3600个。\r\n"
        "1．2031年，投入资金2.4亿元。\r\n"
        "二、2032年工作打算\r\n"
        "全年计划招聘教师300名。\r\n"
    )
    assert outline(text) == [
        ("heading", 1, "云溪县教育局2031年工作总结"),
        ("heading", 4, "一、主要成绩"),
        ("heading", 5, "（一）扩大学位供给。"),
        ("paragraph", 0, "全县新建幼儿园12所，新增学位3600个。"),
        ("item", 0, "1．2031年，投入资金2.4亿元。"),
        ("heading", 4, "二、2032年工作打算"),
        ("paragraph", 0, "全年计划招聘教师300名。"),
    ]


def test_chapters_stand_above_sections_and_sections_above_numbers() -> None:
    """Lower numbers stand higher."""
    text = "丰河市教育规划\n第一章 总则\n第一节 基础\n一、现状\n（一）学前教育\n1.普惠园建设\n"
    levels = [level for _, level, _ in outline(text)]
    assert levels == sorted(levels)
    assert len(set(levels)) == 6


def test_an_english_report_has_its_parts() -> None:
    """Ordinal words, numbers and unnumbered lines without a full stop head their parts."""
    text = (
        "Report on schools in Norland\n\n"
        "First, the main results\n"
        "(1) School places keep growing. The county opened 14 schools with 5,200 places.\n"
        "2. Elm County\n"
        "1. In 2031, 48 teachers were recruited in Elm.\n"
    )
    assert outline(text) == [
        ("heading", 1, "Report on schools in Norland"),
        ("heading", 4, "First, the main results"),
        ("heading", 7, "(1) School places keep growing."),
        ("paragraph", 0, "The county opened 14 schools with 5,200 places."),
        ("heading", 4, "2. Elm County"),
        ("item", 0, "1. In 2031, 48 teachers were recruited in Elm."),
    ]


def test_a_line_that_states_a_figure_is_no_heading() -> None:
    """A heading is read past; a figure must not be lost in one."""
    assert [k for k, _, _ in outline("标题\n一、新建学校35所\n二、2031年工作\n")] == [
        "heading",
        "item",
        "heading",
    ]


def test_a_letterhead_is_no_row_of_headings() -> None:
    """Three short lines together are an address or a letterhead."""
    text = "Notice on the evaluation\n\nOffice of Education\nTo the Counties\nCircular of the Office\nThe counties shall report.\n"
    assert [k for k, _, _ in outline(text)] == ["heading", *["paragraph"] * 4]


def test_lines_broken_at_a_fixed_width_are_one_paragraph() -> None:
    """Text wrapped at 60 columns is joined; a short last line ends its paragraph."""
    sentence = "The county counted its schools again this year and found that the number of pupils in town schools had grown. "
    words, lines, line = (sentence * 6).split(), [], ""
    for word in words:
        if len(line) + len(word) > 60:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    text = "\n".join([*lines, line])
    assert [k for k, _, _ in outline(text)].count("paragraph") == 1


def test_a_pasted_table_gives_cells() -> None:
    """Tabs part the cells of a row."""
    assert outline("表\n小学\t120\t 3,400 \n")[1:] == [
        ("cell", 0, "小学"),
        ("cell", 0, "120"),
        ("cell", 0, "3,400"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：王某", "來源：某某網", "2031-05-12 10:29 (点击:120)", "共 1854 字", "total 1854 characters", "9 mins read",
        "上一篇：某县召开会议", "下一篇", "当前位置：首页 > 新闻 > 要闻", "Home > News > Reports", "- 12 -", "第3页 共10页",
        "Page 3 of 10", "版权声明：本文来自网络，转载请注明出处。", "Copyright 2031 Norland Office. All rights reserved.",
        "分享到：微信 微博", "Share on Facebook", "You May Also Like", "Related articles", "热门推荐", "https://example.org/a?b=1",
        "If you want the review materials for free, click here or scan the QR code to consult us.",
        "想了解自考政策，请点击下方咨询老师，免费领取复习资料。", "————————", "Editor: A. Person", "阅读量：3,210",
        "Home",
        "More >>",
        "分享",
        "Comments (3)",
        "京ICP备12345678号", "本文字数：2100",
    ],
)  # fmt: skip
def test_page_furniture_is_set_apart(line: str) -> None:
    """Bylines, counters, links, notices and adverts."""
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "来源于财政的资金共12亿元，占教育经费的八成。", "全县建成心理咨询热线47条，免费为师生服务。", "More than 300 schools were built.",
        "Next year 40 schools will be opened.", "下一步，将新建学校12所。", "共12所学校通过验收。", "首页报道的45所学校均已达标。",
        "Reading levels rose by 4 percentage points.", "Total enrolment was 1,854.", "12,345", "Sharing 40 buses saved 3 million yuan.",
        "分类推进：公办园占68%，民办园占32%，普惠率达到91%，较上年提高2个百分点，共惠及全县各乡镇适龄幼儿，其中农村幼儿12万人，城区幼儿8万人，残疾儿童300人，建档立卡家庭幼儿2万人，随迁子女1万人。",
        "More than 300 schools were built",
        "Next year 40 schools will open",
        "Home visits: 3,400 families",
        "Search and rescue: 4 teams",
        "阅读活动：参与学生3万人",
        "分享至全市12所学校",
        "时间安排：新建学校12所",
        "Sign up 40 teachers a year",
        "(c) 2031: 40 schools",
        "The official website lists 45 courses, free of charge, for 3,000 students.",
        "The hotline took 47 calls, free of charge for parents.",
    ],
)  # fmt: skip
def test_sentences_of_the_report_are_kept(line: str) -> None:
    """A sentence that only begins like furniture stays."""
    assert not is_furniture(line)


def test_the_links_below_related_articles_are_furniture() -> None:
    """Until a sentence follows."""
    text = "Report\nThe county has 12 schools.\nYou May Also Like\nSchool opens in Elm\nTen tips for exams\nThe county has 9 nurseries.\n"
    assert [k for k, _, _ in outline(text)] == ["heading", "paragraph", *["furniture"] * 3, "paragraph"]


def test_blocks_ascend_and_do_not_overlap() -> None:
    """Every block is non-empty and lies after the one before."""
    text = "标题\n\n一、甲。乙丙丁。\r\n\t·项目\t二\n　　段落\u2028第2段\f(3)\n。\n"
    end = 0
    for block in from_text("a", text).blocks:
        assert end <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        end = block.end


@pytest.mark.parametrize(
    "unit",
    ["(1(1(1", "1,1,1,", "一一一", "一、", "a>", "- ", "　", "\n", "点击", "共12", "(", "第一", "1.1."],
)
def test_repetitions_take_linear_time(unit: str) -> None:
    """A megabyte of one repeated mark is read at once."""
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    from_text("a", text)
    assert time.perf_counter() - start < 5


def test_a_block_is_bounded_and_noise_is_set_apart() -> None:
    """Parts end at a sentence; figures without words are not read, however many they are."""
    sentence = "全县新建幼儿园12所，新增学位3600个。"
    parts = outline("标题\n" + sentence * 2000)[1:]
    assert {k for k, _, _ in parts} == {"paragraph"}
    assert max(len(t) for _, _, t in parts) <= 8000
    assert all(t.endswith("。") for _, _, t in parts)
    assert "".join(t for _, _, t in parts) == sentence * 2000
    assert {k for k, _, _ in outline("标题\n" + "(1(1(1" * 5000)[1:]} == {"furniture"}
