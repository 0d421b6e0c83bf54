"""No text is left in one language: in a template each goes through {% t "中文" "English" %}, in Python through say(…)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import TemplateSyntaxError, engines

import duxue.web
from duxue.web.common.lang import speaking
from tests.web.design.bare_text import bare_texts
from tests.web.design.both_languages import NOT_SAID, one_sided

WEB = Path(duxue.web.__file__).parent
TEMPLATES = sorted(p for p in WEB.rglob("templates/**/*") if p.suffix in {".html", ".txt"})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_template_has_no_bare_text(path):
    found = bare_texts(path.read_text("utf-8"), html=path.suffix == ".html")
    lines = "\n".join(f"  {path.relative_to(WEB)}:{line}: {what}" for line, what in found)
    assert not found, (
        "text that stands in the template itself is read in one language only. "
        'Write {% t "中文" "English" %}; for an attribute aria-label="{% t \'中文\' \'English\' %}"; '
        'for an argument of a component {% t "中文" "English" as name %} and hand over name.\n' + lines
    )


DEMO = "demo/"  # whose people, problems and reports are made up in Chinese, as they would be written
# What is no sentence of ours.
KNOWN = {
    "demo/people.py": {"name | ''"},  # a made-up school has a Chinese name alone
    "api/api.py": {"Duxue 督学"},  # the name of the software
    "common/templatetags/duxue.py": {"年", "月", "日"},  # a day in Chinese; in English it is made apart
    "inspections/services/drawing.py": {  # a plan of a draw, which holds both languages
        "督导办 supervision office",
        'who = {zh = "督导办封存，公开证书时揭示", en = "sealed by the office, revealed with the certificate"}',
    },
    "rounds/selectors/numbers.py": {
        "万元",
        "亿元",
        "年工作总结\n\n",
    },  # read in and laid before a unit's Chinese
    "rounds/services/sheets.py": {"是", "否"},  # what is read from a cell, as "yes" and "no" are
}


def test_every_text_in_python_is_in_both_languages():
    sources = {str(p.relative_to(WEB)): p for p in WEB.rglob("*.py") if "migrations" not in p.parts}
    assert len(sources) > 200
    found, known = {}, {}
    for path, source in sources.items():
        for line, text, wrong in one_sided(source.read_text("utf-8")):
            if text in KNOWN.get(path, ()):
                known.setdefault(path, set()).add(text)
            elif wrong != NOT_SAID or not path.startswith(DEMO):
                found[f"{path}:{line}"] = f"{wrong}: {text}"
    assert found == {}
    assert known == KNOWN  # an exception that is no longer needed goes


@pytest.mark.parametrize(
    "source",
    [
        'say("保存", "")',
        'say("", "Save")',
        'Text("Save it", "Save")',
        'Text("Save", "Save")',
        'Words("保存", "保存")',
        'label("名称", "")',
        'label("Name", "Name")',
        'Text(zh="保存", en="")',
        'Text("保存", en="保存")',
        'lang.say("保存", "")',
        "from lang import say as words\nwords('保存', '')",
        'say(f"共{n}项", "")',
        'say(f"共{n}项", f"{n}")',
        'say(f"{n} items", f"{n} items")',
        'say("共{n}项", f"{n}项")',
        'say(head, f"{n}项")',
        'say(head, "")',
        'say("保存", "Save" if done else "")',
        'round_create(title_zh="评价", title_en="")',
        'titles = {"zh": "评价", "en": "评价"}',
        'zh, en = "评价", "评价"',
        'zh = f"共{n}项"\nen = f"{n}项"',
        'said = "保存" if chinese else ""',
        'def _row(name, zh, en): ...\n_row("x", "评价", "")',
        'messages.success(r, "已保存")',
        'messages.success(r, "Saved")',
        'messages.success(r, f"已保存{n}项")',
        'CharField(label="名称")',
        'CharField(label="Name")',
        'CharField(label=f"Name {n}")',
        'ValidationError("too long")',
        'CharField("名称")',
        'NAME = "名称"',
        'def told(n):\n    zh = "已保存" if n else "Saved"\n    return say(zh, "Saved", n=n)',
        'def told(x):\n    """Docstring 中文."""\n    return "名称"',
    ],
)
def test_a_text_in_one_language_is_found(source):
    assert list(one_sided(source))


@pytest.mark.parametrize(
    "source",
    [
        'say("保存", "Save")',
        'say("{n}个", "{n}", n=3)',
        'say(f"{y}年{m}月", f"{m} {y}")',
        'Text(f"共{n}项", count_of(n, "item"))',
        'Text("", "")',
        'label("Excel", "Excel")',
        'say("、", ", ")',
        'say("简体中文", "简体中文 (Simplified Chinese)")',
        'titles = {"zh": say("中文", "Chinese"), "en": say("英文", "English")}',
        'CharField(label=label("名称", "Name"), help_text="")',
        'raise ValueError(f"{name} 未设置 / is not set")',
        'def told(x):\n    """督学."""  # 中文\n',
        'LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]',
        'said = text.say("zh" if chinese else "en")',
        'def told(n):\n    zh = "已保存" if n else "未保存"\n    return say(zh, "{n} saved", n=n)',
        'def told(more):\n    return say("已保存", **more)',
    ],
)
def test_a_text_in_both_languages_passes(source):
    assert list(one_sided(source)) == []


def test_templates_are_found():
    assert len(TEMPLATES) > 60


@pytest.mark.parametrize(
    "bad",
    [
        "<p>Submit</p>",
        "<p>提交</p>",
        "<p>{{ n }} items</p>",
        '<img alt="Map">',
        '<button aria-label="关闭"></button>',
        '<input type="submit" value="Save">',
        '<input value="some">',
        '<input placeholder="Search">',
        '<div data-say-done="Done"></div>',
        '{% include "components/notice.html" with text="Saved" only %}',
        '{% component "table" caption="Cities" %}{% endcomponent %}',
        '{{ value|default:"无" }}',
        '{% trans "Save" %}',
        '{% include "x.html" with title=_("Save") %}',
        '<a{% if x %} title="Open"{% endif %}>{{ y }}</a>',
        '{% t "保存" "" %}',
        '{% t "" "Save" %}',
        '{% t "保存" %}',
        '{% t "保存" "保存" %}',
        '{% t "Save" "Save" %}',
        '{% t "Save it" "Save" as verb %}',
        '{% t "共 {n} 项" "{n}" n=count %}',
        '{% t "{n} items" "{n} items" n=count %}',
        '{% t "共 {n} 项" "{n} items" n=count one="" %}',
        '{% t "共 {n} 项" "{n} items" n=count one="1 项" %}',
        '{% t "由{who}" "by {who}" who="Somebody" %}',
        '{% t "由{who}" "by {who}" who=name|default:"某人" %}',
        "{% t title_zh title_zh %}",
        '{% t "保存" title_en %}',
        '{% words_of "市" "" as label %}',
        '{% words_of "市" "市" as label %}',
        "<p aria-label=\"{% t '关闭' '' %}\"></p>",
    ],
)
def test_bare_text_is_found(bad):
    assert bare_texts("\n" + bad), bad
    assert bare_texts("\n" + bad)[0][0] == 2


@pytest.mark.parametrize(
    "good",
    [
        '<p>{% t "提交" "Submit" %}</p>',
        "<img alt=\"{% t '地图' 'Map' %}\">",
        "{# English note #}{% comment %}中文说明{% endcomment %}",
        '<input type="hidden" value="resend"><button name="keep" value="mine">{{ verb }}</button>',
        "<kbd>Enter</kbd><code>duxue.round.frozen</code> · 12 / 43 —",
        '{% include "components/status.html" with state="met" word=word only %}',
        '{% words_of "市" "City" as label %}',
        '{% t "共 {n} 项" "{n} items" n=count|length one="1 item" as said %}',
        '{% t "{year} 年" "{year}" year=round.evaluated_year %}{% t "：" ": " %}{% t "CSV" "CSV" %}',
        "{% t '简体中文' '简体中文 (Simplified Chinese)' %}",
        "{% words_of job.title_zh job.title_en as title %}",
        '<script type="application/json">{"ids": {}}</script>',
    ],
)
def test_right_template_passes(good):
    assert bare_texts(good) == []


def test_plain_text_templates_are_read_too():
    assert bare_texts("Dear {{ name }}\n", html=False) == [(1, "Dear")]
    assert bare_texts('{% t "您好" "Hello" %} {{ name }}\n', html=False) == []


@pytest.mark.parametrize(
    "tag",
    [
        '{% t "保存" "" %}', '{% t "" "Save" %}', '{% t "保存" " " as verb %}', '{% t "保存" %}', "{% t '保存' '' %}",
        '{% t "共 {n} 项" "" n=count %}', '{% t "共 {n} 项" "{n} items" n=count one="" %}', '{% t zh="保存" en="" %}',
        '{% words_of "市" "" as label %}', '{% words_of "" "City" as label %}', '{% words_of "市" as label %}',
        '{% words_of "共 {n} 项" "{n} items" n=count one="" as label %}',
    ],
)  # fmt: skip
def test_a_text_with_a_missing_half_does_not_compile(tag):
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string("{% load duxue %}" + tag)


def test_a_text_with_both_halves_compiles_and_may_hold_an_empty_value():
    counted = '{% t "共 {n} 项{w}" "{n} items{w}" one="1 item{w}" n=1 w="" %}'
    kept = "{% words_of known.zh known.en as word %}{{ word }}"
    with speaking("en"):
        page = engines["django"].from_string("{% load duxue %}" + counted + kept)
        assert page.render({"known": {"zh": "市", "en": ""}}) == "1 item市"


STRING = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`""", re.DOTALL
)
SENTENCE = re.compile(r"[\u3400-\u9fff]|[A-Z][a-z]+ [a-z]|[a-z]{2,} [a-z]{2,} [a-z]")


def said_by(script: str) -> list[str]:
    """Return the sentences that a script holds itself: what it says is handed to it by the page, in its language."""
    return [s for s in STRING.findall(script) if not s.startswith("/") and SENTENCE.search(s)]


def test_scripts_say_nothing_in_one_language():
    scripts = sorted(WEB.glob("static/duxue/*.js"))
    assert len(scripts) >= 3
    assert {p.name: found for p in scripts if (found := said_by(p.read_text("utf-8")))} == {}
    assert said_by("// It is 'saved now'\nshow('Saved at last', \"已保存\", `half the minute ago`)") == [
        "'Saved at last'", '"已保存"', "`half the minute ago`",
    ]  # fmt: skip
