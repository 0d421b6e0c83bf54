"""No text in a template is left in one language: each goes through {% t "中文" "English" %}."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import duxue.web
from tests.web.design.bare_text import bare_texts

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


_HAN, _LATIN, _PLACE = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2}"), re.compile(r"\{[^}]*\}")


def one_sided(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line and texts of each say(…), Words(…) and Text(…) whose literal texts are not Chinese and English."""
    for call in ast.walk(ast.parse(source)):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in {"say", "Words", "Text"}
        ):
            zh, en = [
                arg.value if isinstance(arg, ast.Constant) else None for arg in [*call.args, None, None][:2]
            ]
            if isinstance(zh, str) and isinstance(en, str):
                chinese, english = _HAN.search(zh), _LATIN.search(_PLACE.sub("", en))
                if _HAN.search(en) or (chinese and not english) or (english and not chinese and zh != en):
                    yield call.lineno, zh, en


def test_every_text_in_python_is_in_both_languages():
    found = {str(p.relative_to(WEB)): list(one_sided(p.read_text("utf-8"))) for p in WEB.rglob("*.py")}
    assert len(found) > 200
    assert {path: texts for path, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    "call", ['say("保存", "")', 'say("", "Save")', 'Text("Save it", "Save")', 'Words("保存", "保存")']
)
def test_a_text_in_one_language_is_found(call):
    assert len(list(one_sided(call))) == 1


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
        '<script type="application/json">{"ids": {}}</script>',
    ],
)
def test_right_template_passes(good):
    assert bare_texts(good) == []


def test_plain_text_templates_are_read_too():
    assert bare_texts("Dear {{ name }}\n", html=False) == [(1, "Dear")]
    assert bare_texts('{% t "您好" "Hello" %} {{ name }}\n', html=False) == []
