"""What people wrote is not translated: it says in which language it is, wherever the page is in another."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation
from django.utils.safestring import SafeString

from duxue.web.common.scope import everything
from duxue.web.common.written import language_of, marked, untranslated
from duxue.web.rectification.models import Problem
from tests.web.rectification.ledger import make
from tests.web.worlds import World


@pytest.mark.parametrize(
    ("page", "line", "name"),
    [
        ("en", "缺少会议记录", "zh-Hans"), ("en", "No minutes were kept", ""), ("en", "会议 minutes are missing", "zh-Hans"),
        ("zh-hans", "缺少会议记录", ""), ("zh-hans", "No minutes were kept", "en"), ("zh-hans", "GB 50180-2018", ""),
        ("zh-hant", "缺少会议记录", "zh-Hans"), ("zh-hant", "缺少會議記錄", ""), ("zh-hant", "No minutes were kept", "en"), ("en", "", ""),
    ],
)  # fmt: skip
def test_a_line_names_its_language_where_it_is_not_the_pages(page: str, line: str, name: str) -> None:
    with translation.override(page):
        assert language_of(line) == name


def test_lines_are_kept_escaped_and_marked_together() -> None:
    text = "一 <b>\r\n二\n(synthetic) one & two"
    with translation.override("en"):
        assert marked(text) == '<span lang="zh-Hans">一 &lt;b&gt;<br>二</span><br>(synthetic) one &amp; two'
    with translation.override("zh-hans"):
        assert marked(text) == '一 &lt;b&gt;<br>二<br><span lang="en">(synthetic) one &amp; two</span>'
    assert (marked(None), marked("")) == ("", "")
    assert isinstance(marked(text), SafeString)  # templates show it as it is


@pytest.mark.parametrize(
    ("page", "text", "said"),
    [
        ("en", "缺少会议记录", "Written in Chinese; there is no translation."), ("en", "缺少会议记录\nNo minutes were kept", ""),
        ("en", "No minutes were kept", ""), ("zh-hans", "No minutes were kept", "原文为英文，没有译文。"), ("zh-hans", "缺少会议记录", ""),
        ("zh-hant", "缺少会议记录", ""), ("en", "GB 50180-2018", ""), ("zh-hans", "GB 50180-2018", ""), ("en", "", ""),
    ],
)  # fmt: skip
def test_a_reader_is_told_of_what_was_not_translated(page: str, text: str, said: str) -> None:
    with translation.override(page):
        assert str(untranslated(text) or "") == said


def test_the_ledger_shows_english_where_there_is_any_and_marks_the_rest(world: World) -> None:
    cache.clear()
    written, scored = make(world), make(world)
    with everything("test"):
        Problem.objects.filter(pk=written.pk).update(text="某校缺少会议记录", public_zh="", public_en="")
        found = {"text": "生均支出不足", "text_en": "Expenditure per pupil is too low", "public_zh": ""}
        Problem.objects.filter(pk=scored.pk).update(**found)
    marks = '<span lang="zh-Hans">某校缺少会议记录</span>'
    english = world.client("organiser", **{"accept-language": "en"})
    for page in ("/problems/", f"/problems/{written.pk}/"):
        assert marks in english.get(page).content.decode()
    note = "Written in Chinese; there is no translation."
    assert note in english.get(f"/problems/{written.pk}/").content.decode()
    assert note not in english.get(f"/problems/{scored.pk}/").content.decode()
    for page in ("/problems/", f"/problems/{scored.pk}/"):
        text = english.get(page).content.decode()
        assert found["text_en"] in text
        assert found["text"] not in text
    chinese = world.client("organiser").get("/problems/").content.decode()
    assert found["text"] in chinese
    assert 'lang="zh-Hans">某校' not in chinese


def test_a_public_wording_in_chinese_alone_is_marked_in_the_heading_too(world: World) -> None:
    written = make(world)
    with everything("test"):
        Problem.objects.filter(pk=written.pk).update(public_zh="会议记录不全", public_en="")
    page = (
        world.client("organiser", **{"accept-language": "en"})
        .get(f"/problems/{written.pk}/")
        .content.decode()
    )
    assert '<h1><span lang="zh-Hans">会议记录不全</span>' in page
