"""Search: two characters of Chinese are found, only what one may see, and nothing in a text becomes markup."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.models import Problem
from duxue.web.reporting import search
from duxue.web.reporting.models import SearchEntry
from duxue.web.reporting.search import Hit, find, index, marked, rebuild, tokens
from duxue.web.rounds.models import Answer, Item, RoundUnit
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def write(world: World, unit: str, item: str, text: str) -> None:
    """Let a text have been handed in; a draft is found by nobody (tests/web/joins/test_fresh_search.py)."""
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit[unit].pk).update(submitted_at=now())
        answer = world.answer(unit, item)
        answer.narrative = text
        answer.save()
    index(answer)  # as the job does when something was handed in


def titles(world: World, who: str, asked: str, kind: str = "") -> list[str]:
    with acting(world.actor(who)):
        return [hit.title for hit in find(asked, kind)[0]]


def test_words_are_pairs_of_characters_and_plain_words() -> None:
    assert tokens("义务教育均衡 Balanced-2024 县") == [
        "义务",
        "务教",
        "教育",
        "育均",
        "均衡",
        "balanced",
        "2024",
        "县",
    ]


@pytest.mark.parametrize("asked", ["均衡", "优质均衡", "均", "balanc", "优质 BALANCED", "ｂａｌａｎｃｅｄ"])
def test_a_narrative_is_found(world: World, asked: str) -> None:
    write(world, "a", "A2", "全县推进义务教育优质均衡发展, balanced development")
    assert len(titles(world, "officer_a", asked, "answer")) == 1


@pytest.mark.parametrize(
    "asked", ["衡均", "均质", "", "  ", "“”", "*", '"', "NOT OR", "'", "x' | 'y", "均衡:*"]
)
def test_what_is_not_there_is_not_found_and_no_sign_breaks_the_search(world: World, asked: str) -> None:
    write(world, "a", "A2", "优质教育")
    assert titles(world, "officer_a", asked, "answer") == []


def test_only_what_one_may_see_is_found_and_counted(world: World) -> None:
    write(world, "a", "A2", "均衡发展")
    write(world, "b", "A2", "均衡发展")
    with acting(world.actor("officer_a")):
        found = find("均衡")
    assert len(found.hits) == 1
    assert (found.counts, found.more) == ({"answer": 1}, frozenset())
    for who in ("officer_b", "manager_b", "reviewer1"):
        assert len(titles(world, who, "均衡")) == 1
    assert len(titles(world, "organiser", "均衡")) == 2
    for who in ("inspector1", "foreign_organiser", "public"):
        with acting(world.actor(who)):
            assert find("均衡") == ([], {}, frozenset())


def problems(world: World, unit: str, count: int, text: str, *, first: int = 0, measure: str = "") -> None:
    own = world.unit[unit]
    with everything("test"):
        for n in range(first, first + count):
            Problem.objects.create(
                code=f"{unit}-{n:03d}", round=world.round, unit=own, path=own.path, item_code="B1", source="audit",
                level="city", kind="by_date", text=text, measure=measure, state="notified", state_since=now(),
                responsible=own.organisation, found_at=now(),
            )  # fmt: skip


def test_what_one_may_see_is_found_behind_much_that_one_may_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_AT_ONCE", 3)
    problems(world, "a", 2, "校舍台账")
    problems(world, "b", 7, "校舍台账")
    with acting(world.actor("officer_a")):
        found = find("台账")
    assert [str(hit.title)[:5] for hit in found.hits] == ["a-001", "a-000"]
    assert (found.counts, found.more) == ({"problem": 2}, frozenset())


def test_a_word_that_stands_everywhere_is_looked_for_in_what_is_newer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems(world, "a", 7, "样本市的校舍台账")
    rebuild()  # the small world was written past the services
    monkeypatch.setattr(search, "COUNTED", 4)
    with acting(world.actor("organiser")):
        counted = find("台账")
    assert (counted.counts, counted.more) == ({"problem": 4}, {"problem"})
    assert [str(hit.title)[:5] for hit in counted.hits] == ["a-006", "a-005", "a-004", "a-003"]
    with acting(world.actor("organiser")):  # however many problems there are, the units are found
        assert find("样本市").counts["unit"] == 2
    page = world.client("organiser").get("/dashboards/search/", {"q": "台账"}).content.decode()
    assert "4+</span>" in page
    assert "再加一个词" in page


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were very much: two entries are read at once, four of a kind looked at, and three are near."""
    monkeypatch.setattr(search, "_NEAR", 3)
    monkeypatch.setattr(search, "_AT_ONCE", 2)
    monkeypatch.setattr(search, "_LOOKED", 4)


@pytest.mark.usefixtures("few_at_once")
def test_whoever_sees_little_finds_it_behind_very_much_and_hears_of_nothing_else(world: World) -> None:
    problems(world, "a", 2, "校舍台账")
    problems(world, "b", 9, "校舍台账")
    problems(world, "b", 1, "操场", first=20)
    with acting(world.actor("officer_a")):
        found = find("台账")
    assert [str(hit.title)[:5] for hit in found.hits] == ["a-001", "a-000"]
    assert (found.counts, found.more) == ({"problem": 2}, frozenset())
    with acting(world.actor("foreign_manager")):  # sees none of them
        assert find("台账") == ([], {}, frozenset())
    with acting(world.actor("officer_a")):  # and a phrase of several words
        assert find("校舍台账").counts == {"problem": 2}
        assert find("操场").counts == {}


@pytest.mark.usefixtures("few_at_once")
def test_whoever_sees_very_much_is_told_that_the_newer_part_was_looked_at(world: World) -> None:
    problems(world, "b", 9, "校舍台账")
    with acting(world.actor("organiser")):
        found = find("台账")
    assert ([str(hit.title)[:5] for hit in found.hits], found.more) == (
        ["b-008", "b-007", "b-006", "b-005"],
        {"problem"},
    )


def test_a_title_stands_first_however_old_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_RANKED", 2)
    problems(world, "a", 1, "台账")
    problems(world, "a", 5, "校舍", first=10, measure="补齐台账")
    with acting(world.actor("organiser")):
        found = find("台账")
    assert [str(hit.title)[:5] for hit in found.hits] == ["a-000", "a-014"]
    assert found.counts == {"problem": 6}


def test_what_has_the_words_in_its_own_name_stands_before_what_only_tells_whose_it_is(world: World) -> None:
    write(world, "a", "A2", "A2 A2 样本市A 样本市A")
    rebuild()
    assert titles(world, "officer_a", "A2")[0].startswith("<mark>A2")
    kinds = [hit.kind for hit in hits(world, "officer_a", "样本市A", "", "zh-hans")]
    assert "answer" in kinds
    assert kinds == sorted(kinds, key=lambda kind: kind not in ("unit", "item"))


@pytest.mark.parametrize("letter", ["x", "é", "𐐨"])
def test_a_word_without_end_is_kept_by_its_beginning(world: World, letter: str) -> None:
    write(world, "a", "A2", f"台账 {letter * 3000} 校舍")
    assert len(titles(world, "officer_a", letter * 40, "answer")) == 1
    assert len(titles(world, "officer_a", "校舍", "answer")) == 1


def test_words_before_the_last_are_whole(world: World) -> None:
    write(world, "a", "A2", "balanced development")
    assert titles(world, "officer_a", "balanced devel", "answer")
    assert not titles(world, "officer_a", "balanc development", "answer")


def test_nobody_finds_a_kind_by_the_word_of_the_index(world: World) -> None:
    write(world, "a", "A2", "均衡")
    assert (
        titles(world, "officer_a", "\ue000answer", "answer")
        == titles(world, "officer_a", "answer", "answer")
        == []
    )


def test_the_title_counts_more_than_the_text(world: World) -> None:
    write(world, "a", "A2", "条目B1的做法")
    rebuild()  # the small world was written past the services
    assert "B1" in titles(world, "officer_a", "B1", "answer")[0]


def test_units_and_items_are_found(world: World) -> None:
    assert len(titles(world, "organiser", "样本市", "unit")) == 2
    assert titles(world, "organiser", "Item", "item")


def hits(world: World, who: str, asked: str, kind: str, lang: str) -> list[Hit]:
    with acting(world.actor(who)), translation.override(lang):
        return find(asked, kind)[0]


GUIDANCE = {
    "criteria": [
        {"zh": "有教师培训规划", "en": "There is a plan"},
        {"zh": "培训经费足额", "en": "Funds are in full"},
    ],
    "evidence": {"zh": "经费预算", "en": "Budgets"},
    "verified": ["online", "field"],
    "source": {"zh": "样本文件", "en": "A sample act", "status": "practice"},
}


@pytest.fixture
def item(world: World) -> Item:
    found = world.items["A2"]
    found.guidance = GUIDANCE
    with everything("test"):
        found.save()
    return found


@pytest.mark.usefixtures("item")
def test_a_snippet_is_one_line_of_words_and_no_machine_text(world: World) -> None:
    (hit,) = hits(world, "officer_a", "经费", "item", "zh-hans")
    assert hit.snippet == "培训<mark>经费</mark>足额"
    assert titles(world, "organiser", "online", "item") == titles(world, "organiser", "field", "item") == []
    for asked in ("A1", "B1", "A"):
        assert [
            h.snippet
            for h in hits(world, "officer_a", asked, "item", "zh-hans")
            if "[" in h.snippet or "{" in h.snippet
        ] == []


@pytest.mark.usefixtures("item")
def test_hits_speak_the_language_of_the_reader(world: World) -> None:
    (hit,) = hits(world, "officer_a", "full", "item", "en")
    assert (hit.title, hit.snippet) == ("A2 Item A2", "Funds are in <mark>full</mark>")
    (hit,) = hits(world, "officer_a", "足额", "item", "en")  # the words stand in the other language
    assert (hit.title, hit.snippet) == ("A2 Item A2", "培训经费<mark>足额</mark>")
    assert hit.round == "Sample Province 2024 evaluation"
    (hit,) = hits(world, "officer_a", "City", "unit", "zh-hans")
    assert (hit.title, hit.snippet) == ("样本市A 9901a0", "Sample <mark>City</mark> A 9901a0")
    (hit,) = hits(world, "officer_a", "经费", "item", "zh-hant")
    assert hit.snippet == "培訓<mark>經費</mark>足額"


@pytest.mark.usefixtures("item")
def test_what_a_reader_of_traditional_characters_types_is_found(world: World) -> None:
    for asked, lang, snippet in (
        ("經費", "zh-hant", "培訓<mark>經費</mark>足額"),
        ("經費", "zh-hans", "培训<mark>经费</mark>足额"),
        ("培訓經費", "zh-hant", "<mark>培訓經費</mark>足額"),
        ("經费", "zh-hant", "培訓<mark>經費</mark>足額"),
    ):
        (hit,) = hits(world, "officer_a", asked, "item", lang)
        assert (asked, lang, hit.snippet) == (asked, lang, snippet)


@pytest.mark.parametrize("asked", ["經費", "经费"])
def test_what_was_written_in_traditional_characters_is_found_either_way(world: World, asked: str) -> None:
    write(world, "a", "A2", "教育經費足額")
    (hit,) = hits(world, "officer_a", asked, "answer", "zh-hans")
    assert hit.snippet == "教育<mark>經費</mark>足額"


def test_a_snippet_does_not_say_the_title_again(world: World) -> None:
    unit = world.unit["a"]
    with everything("test"):
        Problem.objects.create(
            code="2024-x-001", round=world.round, unit=unit, path=unit.path, item_code="B1", source="audit", level="city",
            kind="by_date", text=" 校舍台账不全 \n第二行", measure="补齐校舍台账", state="identified", state_since=now(),
            responsible=unit.organisation, found_at=now(),
        )  # fmt: skip
        rebuild()
    for asked, snippet in {
        "台账不全": "",
        "第二行": "",
        "2024-x-001": "",
        "台账": "补齐校舍<mark>台账</mark>",
    }.items():
        (hit,) = hits(world, "organiser", asked, "problem", "zh-hans")
        assert (asked, hit.snippet) == (asked, snippet)
    (hit,) = hits(world, "organiser", "台賬不全", "problem", "zh-hant")
    assert hit.snippet == ""  # the title is said in other characters than were written


def test_an_item_leads_to_its_page_with_the_answers_in_sight(world: World, item: Item) -> None:
    world.submit("a")
    (hit,) = hits(world, "organiser", "经费", "item", "zh-hans")
    pages = {
        who: world.client(who).get(hit.url).content.decode()
        for who in ("organiser", "officer_a", "officer_b")
    }
    assert all("有教师培训规划" in page and str(item.title_zh) in page for page in pages.values())
    own = {key: reverse("rounds:answer", args=[world.answer(key, "A2").pk]) for key in ("a", "b")}
    assert [own["a"] in pages[who] for who in pages] == [True, True, False]
    assert [own["b"] in pages[who] for who in pages] == [False, False, True]


def test_the_page_of_an_item_keeps_hidden_weights(world: World, item: Item) -> None:
    with everything("test"):
        world.round.settings = {"show_weights": False}
        world.round.save()
    url = reverse("rounds:item", args=[world.round.slug, item.code])
    shown = {
        who: "<dt>满分</dt>" in world.client(who).get(url).content.decode()
        for who in ("organiser", "officer_a")
    }
    assert shown == {"organiser": True, "officer_a": False}


def test_what_was_changed_is_found_by_its_new_words_only(world: World) -> None:
    write(world, "a", "A2", "均衡")
    write(world, "a", "A2", "控辍保学")
    assert titles(world, "officer_a", "均衡", "answer") == []
    assert len(titles(world, "officer_a", "控辍", "answer")) == 1


def test_saving_an_answer_lets_no_word_be_found_by_itself(world: World) -> None:
    write(world, "a", "A2", "均衡发展")
    with everything("test"):
        answer = world.answer("a", "A2")
        answer.narrative = "正在改写"
        answer.save()
    assert titles(world, "organiser", "改写") == []
    assert len(titles(world, "organiser", "均衡")) == 1


def test_what_reads_as_before_is_not_written_again(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        index(world.unit["a"])
    assert not [q["sql"] for q in asked if not q["sql"].startswith("SELECT")]
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(name_zh="改名市")
    index(world.unit["a"])
    assert [title for title in titles(world, "organiser", "改名") if "改名" in title]


def test_what_is_gone_is_not_found(world: World) -> None:
    write(world, "a", "A2", "均衡")
    with everything("test"):
        world.answer("a", "A2").delete()
    assert titles(world, "officer_a", "均衡", "answer") == []
    assert not SearchEntry.objects.filter(body="均衡").exists()


def test_rebuilding_finds_what_was_written_past_the_services(world: World) -> None:
    world.submit("a")
    rebuild()
    with everything("test"):
        Answer.objects.filter(pk=world.answer("a", "A2").pk).update(narrative="控辍保学")
    assert titles(world, "officer_a", "控辍", "answer") == []
    before = SearchEntry.objects.count()
    assert rebuild() == before
    assert len(titles(world, "officer_a", "控辍", "answer")) == 1
    call_command("search_rebuild")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reporting_search")
        assert cursor.fetchone()[0] == SearchEntry.objects.count() == before


def test_an_index_that_was_written_before_kinds_had_words_is_found_after_the_migration(world: World) -> None:
    write(world, "a", "A2", "控辍保学")
    with connection.cursor() as cursor:  # as it stood before
        if connection.vendor == "sqlite":
            cursor.execute(
                "UPDATE reporting_search SET words = replace(words, ' ' || char(57344) || 'answer', '')"
            )
        else:
            cursor.execute("UPDATE reporting_search SET words = ts_delete(words, chr(57344) || 'answer')")
    assert titles(world, "officer_a", "控辍", "answer") == []
    forwards = import_module("duxue.web.reporting.migrations.0004_kinds_in_the_search").forwards
    forwards(None, SimpleNamespace(connection=connection, execute=connection.cursor().execute))
    assert len(titles(world, "officer_a", "控辍", "answer")) == 1


def test_hits_are_marked_and_everything_is_escaped() -> None:
    assert (
        marked("<b>均衡</b> & 均衡", ["均衡"])
        == "&lt;b&gt;<mark>均衡</mark>&lt;/b&gt; &amp; <mark>均衡</mark>"
    )


def test_the_page_filters_by_kind_and_shows_no_markup_of_others(world: World) -> None:
    write(world, "a", "A2", "<script>alert(1)</script>均衡")
    page = (
        world.client("officer_a").get("/dashboards/search/", {"q": "均衡", "kind": "answer"}).content.decode()
    )
    assert "<script>alert(1)" not in page
    assert "<mark>均衡</mark>" in page
    assert world.client("public").get("/dashboards/search/", {"q": "均衡"}).status_code == 302


def test_the_page_says_how_it_searches_and_does_so(world: World) -> None:
    write(world, "a", "A2", "义务教育优质均衡 Balanced Schools")
    asked = world.client("officer_a").get("/dashboards/search/").content.decode()
    assert 'aria-describedby="search-how"' in asked
    assert "用空格隔开的词都要出现" in asked
    found = {text: bool(titles(world, "officer_a", text, "answer")) for text in (
        "schools 均衡", "“均衡”", "義務教育", "balanced scho", "SCHOOLS", "bal schools", "均衡 缺席", "教育均衡",
    )}  # fmt: skip
    assert found == {
        "schools 均衡": True, "“均衡”": True, "義務教育": True, "balanced scho": True, "SCHOOLS": True,  # any order, no marks
        "bal schools": False, "均衡 缺席": False, "教育均衡": False,  # whole words, all of them, as written together
    }  # fmt: skip


def test_a_hit_says_in_which_language_it_is(world: World) -> None:
    write(world, "a", "A2", "义务教育优质均衡")
    page = (
        world.client("officer_a", **{"accept-language": "en"})
        .get("/dashboards/search/", {"q": "均衡"})
        .content.decode()
    )
    assert '<p class="small" lang="zh-Hans">' in page
    page = world.client("officer_a").get("/dashboards/search/", {"q": "均衡"}).content.decode()
    assert 'lang="zh-Hans"><' not in page.partition('id="content"')[2].partition("</main>")[0]
