"""The components render in every language, say their arguments, and keep to the rules of the page."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import django_htmx
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django import forms
from django.core.cache import cache
from django.template import Context, Engine, Template, TemplateSyntaxError, engines
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation

import duxue.web
from duxue.web.common import clock
from duxue.web.common.lang import say
from duxue.web.common.templatetags import components
from duxue.web.common.templatetags.components import clock_state, clock_words, share
from tests.web.worlds import PASSWORD

WEB = Path(duxue.web.__file__).parent
STATIC = WEB / "static" / "duxue"
COMPONENTS = sorted((WEB / "templates" / "components").glob("*.html"))
PAGES = sorted(WEB.rglob("templates/**/*.html"))
NOON = timezone.make_aware(timezone.datetime(2026, 3, 10, 12, 0))


def _render(source: str, **values: object) -> str:
    engine: Engine = engines["django"].engine
    return Template("{% load duxue components %}" + source, engine=engine).render(Context(values))


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_component_tells_what_it_is_for_and_its_arguments(path):
    text = path.read_text("utf-8")
    head = re.match(r"\s*\{% comment %\}(.+?)\{% endcomment %\}", text, re.DOTALL)
    assert head, f"{path.name}: a comment with its use and arguments must stand first"
    assert re.search(r"\bwith\b|Arguments?:|Reads|due", head[1]), path.name


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(WEB)))
def test_template_has_neither_inline_style_nor_script(path):
    """The content security policy forbids both, so they would silently do nothing."""
    text = re.sub(
        r"\{% comment %\}.*?\{% endcomment %\}|\{[%#{].*?[%#}]\}",
        "",
        path.read_text("utf-8"),
        flags=re.DOTALL,
    )
    assert not re.search(r"<style\b|\sstyle=|\son\w+=|\shx-on\b|javascript:", text)
    for tag, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in tag or "application/json" in tag, body


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(WEB)))
def test_template_compiles(path):
    try:
        engines["django"].engine.from_string(path.read_text("utf-8"))
    except TemplateSyntaxError as e:
        pytest.fail(f"{path.relative_to(WEB)}: {e}")


def test_every_icon_that_is_named_is_drawn():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {name for path in PAGES for name in re.findall(r'\{% icon "(\w+)" %\}', path.read_text("utf-8"))}
    assert named | {"met", "at_risk", "not_met", "overdue", "neutral", "active"} <= drawn


def test_a_first_page_needs_less_than_100_kb():
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    files = [
        *(
            STATIC / name
            for name in (
                "tokens.css",
                "site.css",
                "print.css",
                "site.js",
                "tables.js",
                "offline.js",
                "upload.js",
                "icons.svg",
            )
        ),
        htmx,
    ]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 100_000
    assert (STATIC / "site.js").stat().st_size < 12_000


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "达标"), ("zh-hant", "達標"), ("en", "Met")])
def test_a_state_is_a_mark_and_a_word(language, word):
    with translation.override(language):
        text = _render('{% include "components/status.html" with state="met" only %}')
    assert word in text
    assert "icons.svg#met" in text


def test_a_component_keeps_its_body_and_escapes_its_arguments():
    text = _render(
        '{% component "dialog" id="d" title=title %}<p>{{ inner }}</p>{% endcomponent %}',
        title="<b>",
        inner="<i>",
    )
    assert "<p>&lt;i&gt;</p>" in text
    assert "&lt;b&gt;</h2>" in text


def test_a_component_sees_its_own_arguments_only():
    assert "secret" not in _render(
        '{% component "notice" text=text %}{% endcomponent %}', text="told", title="secret"
    )


@pytest.mark.parametrize(
    ("due", "state", "zh", "en"),
    [
        (timedelta(days=19), "neutral", "剩 19 天", "19 days left"),
        (timedelta(days=3), "at_risk", "剩 3 天", "3 days left"),
        (timedelta(days=1), "at_risk", "剩 1 天", "1 day left"),
        (timedelta(hours=5), "at_risk", "今天截止，剩 5 小时", "Due today, 5 hours left"),
        (timedelta(minutes=20), "at_risk", "不到 1 小时", "Less than 1 hour left"),
        (timedelta(hours=-1), "overdue", "今天已逾期", "Overdue since today"),
        (timedelta(days=-1), "overdue", "已逾期 1 天", "Overdue by 1 day"),
    ],
)
def test_a_clock_says_the_time_left_in_days_of_the_calendar(due, state, zh, en):
    with clock.at(NOON):
        assert clock_state(NOON + due) == state
        assert (clock_words(NOON + due).say("zh-hans"), clock_words(NOON + due).say("en")) == (zh, en)


def test_a_clock_says_due_soon_only_where_its_words_do_not_say_today():
    with clock.at(NOON):
        said = {hours: _render("{% clock due %}", due=NOON + timedelta(hours=hours)) for hours in (2, 48)}
    assert ["即将到期" in said[hours] for hours in (2, 48)] == [False, True]
    assert "今天截止，剩 2 小时" in said[2]


def test_a_clock_stands_when_the_work_is_done():
    with clock.at(NOON):
        assert clock_state(NOON - timedelta(days=2), NOON - timedelta(days=3)) == "met"
        assert clock_words(NOON - timedelta(days=2), NOON).say("en") == "Done, late"
        assert clock_words(None).say("en") == "No due date"


@pytest.mark.parametrize("built", [True, False])
def test_a_chart_has_its_sentence_and_its_table_whether_or_not_it_can_be_drawn(monkeypatch, built):
    monkeypatch.setattr(components, "charts_built", lambda: built)
    monkeypatch.setattr(components.finders, "find", lambda path: path if built else None)
    text = _render(
        '{% chart "tiles" data sentence table %}{% charts_script %}',
        data={"tiles": [{"label": "</script><b>"}]},
        sentence="Ten of sixteen meet it",
        table={"head": ["City", "Score"], "rows": [["A", {"text": "92.5", "url": "/f/A"}]]},
    )
    assert text.count("Ten of sixteen meet it") >= 2
    assert '<a href="/f/A">92.5</a>' in text
    assert '<th scope="row">A</th>' in text
    assert "</script><b>" not in text
    assert ("charts.js" in text, "chart-canvas" in text, "<details class=\"chart-table disclosure\" open" in text) == (built, built, not built)  # fmt: skip


def test_a_script_made_after_the_files_were_gathered_breaks_no_page(monkeypatch, settings, tmp_path):
    manifest = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": manifest}
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(components.finders, "find", lambda path: path)
    table = {"head": ["City", "Score"], "rows": [["A", "92.5"]]}
    text = _render(
        '{% chart "tiles" data "Ten of sixteen" table %}{% charts_script %}', data={"tiles": []}, table=table
    )
    assert "charts.js" not in text
    assert '<details class="chart-table disclosure" open' in text


def test_two_messages_of_a_field_stand_on_lines_of_their_own():
    form = forms.Form({})
    form.fields["closes"] = forms.CharField(required=False)
    form.add_error("closes", ["an extension never shortens", "later than <b>"])
    text = _render('{% include "components/form_row.html" with field=form.closes only %}', form=form)
    assert "an extension never shortens<br>later than &lt;b&gt;" in text


def test_shares_stay_between_nothing_and_the_whole_in_every_language():
    with translation.override("en"):
        assert [share(v, 6) for v in (3, 9, -1, None, "4.5")] == ["50.00", "100.00", "0.00", "0", "75.00"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("address", ["/about/components/", "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/nowhere/"])  # fmt: skip
def test_page_is_rendered_in_its_language(client, language, address):
    client.cookies["duxue_language"] = language
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == (404 if "nowhere" in address else 200)
    lang = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}[language]
    assert f'<html lang="{lang}"' in text
    assert text.count("<h1") == 1
    assert f'value="{language}" lang="{lang}" aria-pressed="true"' in text


@pytest.mark.django_db
def test_what_was_typed_is_kept_and_the_problem_leads_to_its_field(client):
    text = client.post("/accounts/login/", {"login": "nobody", "password": ""}).content.decode()
    assert 'value="nobody"' in text
    assert '<a href="#id_password">' in text
    assert 'aria-invalid="true"' in text


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_a_refusal_is_a_whole_page_even_without_a_request(name):
    assert get_template(name)
    if name == "500.html":
        assert "<h1>" in get_template(name).render({})


ACCOUNT = ["account_change_password", "account_logout", "account_email", "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "socialaccount_connections", "account_inactive", "account_email_verification_sent", "socialaccount_login_cancelled", "socialaccount_login_error"]  # fmt: skip


def _confirmed(world):
    """Return a browser in which the person has just typed the password again."""
    cache.clear()  # the limit on attempts
    client = world.client("officer_a")
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("name", ACCOUNT)
def test_page_of_the_account_is_ours(world, name):
    client = _confirmed(world)
    answer = client.get(reverse(name))
    text = answer.content.decode()
    assert answer.status_code in {200, 401}, (answer.status_code, answer.headers.get("Location"))
    assert text.count("<h1") == 1
    assert 'id="content"' in text
    assert "Menu:" not in text


def test_the_second_step_is_set_up_and_asked_for(world):
    client = _confirmed(world)
    page = client.get(reverse("mfa_activate_totp"))
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page.content.decode())
    assert secret
    code = format_hotp_value(hotp_value(secret[1], next(iter(yield_hotp_counters_from_time()))))
    done = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    assert "codes" in done.content.decode()
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200
    fresh = world.client("public")
    asked = fresh.post(
        reverse("account_login"),
        {"login": world.user["officer_a"].username, "password": PASSWORD},
        follow=True,
    )
    assert asked.redirect_chain[-1][0].startswith(reverse("mfa_authenticate"))
    assert 'name="code"' in asked.content.decode()


def test_cells_that_read_as_numbers_are_set_to_the_right():
    assert all(
        components.numeric(c) for c in (12, "1,284,530", "92.5%", "−3.2", "–", {"text": "7", "url": "/"})
    )
    assert not any(components.numeric(c) for c in ("A", "2025 年", "", "12 of 16"))


def test_only_one_place_names_the_built_script():
    """A page that named it itself would fail where charts were not built."""
    web = Path(components.__file__).parent.parent.parent
    files = [p for kind in ("*.html", "*.py") for p in web.rglob(kind)]
    naming = [p for p in files if "build/charts.js" in p.read_text(encoding="utf-8")]
    assert naming == [Path(components.__file__)]


@pytest.mark.parametrize("reader", ["zh-hans", "en", "zh-hant"])
@pytest.mark.parametrize("state", ["met", "overdue", "neutral"])
@pytest.mark.parametrize("word", ["", say("<b>逾期</b>", "<b>late</b>"), "x & y"])
def test_a_status_said_by_the_tag_is_the_component(reader, state, word):
    component = '{% include "components/status.html" with state=state word=word only %}'
    with translation.override(reader):
        tag = _render("{% status state word %}", state=state, word=word)
        assert tag == _render(component, state=state, word=word)
    assert "<b>" not in tag
